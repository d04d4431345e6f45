"""What a row may hold at all on a server, as CHECKs: what the program itself would refuse to write, and could not read.

One condition a table that people write, of cheap comparisons out of the types of its columns. Of rows that are there nothing is
asked, and nothing of the owner of the tables, who restores and moves in what another version may have allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table, Text

from ...domain.challenges import MAX_GOAL, Metric
from ...domain.contacts import BuyingRole, PointKind
from ...domain.money import MAX_MINOR
from ...domain.opportunities import Priority
from ...domain.ranks import EDGE
from ...domain.stages import Category
from ..schema import TABLES
from ..schema.base import Utc
from .rights import MANAGED, WRITTEN

NAME = "salesos_bounds"
BOUNDED = tuple(sorted({*WRITTEN, *MANAGED, "person"} - {"setting"}))
"""The tables that have one: all to which others than administrators write."""
_FIRST, _LAST = "1899-01-01", "2202-12-31"
"""The program's days are from 1900 to 2200; an instant may be a day off elsewhere."""
_LARGEST = 10**15
_LONGEST = 400_000
"""Of a text, in bytes; of what is kept as JSON ten times as much."""
_CURRENCY = "~ '^[A-Z]{3}$'"


def _one_of(words: Iterable[str], *more: str) -> str:
    listed = ", ".join(f"'{word}'" for word in (*words, *more))
    return f"IN ({listed})"


_OF: Mapping[str, str] = {
    "opportunity.value": f"BETWEEN 0 AND {MAX_MINOR}",
    "opportunity.currency": _CURRENCY,
    "opportunity.probability": "BETWEEN 0 AND 100",
    "opportunity.priority": _one_of(Priority),
    "opportunity.category": _one_of(Category, ""),
    "opportunity.rank": f"BETWEEN -{EDGE} AND {EDGE}",
    "opportunity.stage_since": "IS NOT NULL",
    "opportunity_contact.buying_role": _one_of(BuyingRole, ""),
    "contact_point.kind": _one_of(PointKind),
    "activity.minutes": "BETWEEN 0 AND 1000000",
    "activity.reminder_minutes": "BETWEEN 0 AND 10000000",
    "activity.recurrence": "~ '^(FREQ=[A-Z]+(;[A-Z]+=[A-Z0-9,+-]+)*)?$'",
    "challenge.metric": _one_of(Metric),
    "challenge.goal": f"BETWEEN 1 AND {MAX_GOAL}",
    "forecast_call.currency": _CURRENCY,
    "forecast_call.period": "~ '^(19|2[01])[0-9]{2}(-(0[1-9]|1[0-2]|Q[1-4]))?$'",
    "forecast_adjustment.currency": _CURRENCY,
    "forecast_adjustment.period": "~ '^(19|2[01])[0-9]{2}(-(0[1-9]|1[0-2]|Q[1-4]))?$'",
}
"""Columns that hold less than their type does, as the program checks them when they are entered."""
_ROWS: Mapping[str, str] = {
    "challenge": "starts_on IS NOT NULL AND ends_on IS NOT NULL AND ends_on >= starts_on",
}


def bounds() -> Iterator[str]:
    """Statements that make them anew."""
    for name in BOUNDED:
        # The function is asked last, and so for hardly any row.
        yield (
            f"ALTER TABLE public.{name} ADD CONSTRAINT {NAME} "
            f"CHECK (({_condition(TABLES[name])}) IS NOT FALSE OR salesos.is_owner()) NOT VALID"
        )


def _condition(table: Table) -> str:
    found = [f"({rule})" for column in table.columns if (rule := _rule(table.name, column))]
    return " AND ".join([*found, *([_ROWS[table.name]] if table.name in _ROWS else [])])


def _rule(table: str, column: Column[object]) -> str:
    """What must hold of a column; empty for what its type says already. NULL is looked after by the column."""
    name, kind = column.name, column.type
    special = _OF.get(f"{table}.{name}")
    if special is not None:
        return f"{name} {special}"
    if isinstance(kind, Date | Utc):
        return f"{name} BETWEEN '{_FIRST}' AND '{_LAST}'"
    if isinstance(kind, BigInteger):
        return f"{name} BETWEEN -{_LARGEST} AND {_LARGEST}"
    if isinstance(kind, Text):
        return _text(name, getattr(column.default, "arg", None))
    return "" if isinstance(kind, Boolean | Integer | String) else f"{name} IS NOT NULL"


def _text(name: str, default: object) -> str:
    if default not in ("{}", "[]"):
        return f"octet_length({name}) <= {_LONGEST}"
    shape = {"custom": "fields", "tags": "texts", "prize": "prize"}.get(name, "object" if default == "{}" else "array")
    return f"{name} IN ('', '{default}') OR octet_length({name}) <= {10 * _LONGEST} AND salesos.is_shaped({name}, '{shape}')"
