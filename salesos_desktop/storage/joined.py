"""Deals and their history in columns: the database joins what many rows have in a column to one text. That is read twice as
fast as so many rows, and beside the window instead of in its way (Python's lock is free meanwhile)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from .history_order import FIELDS, WHOLE, last
from .prepared import Prepared
from .schema.sales import opportunity
from .schema.stream import history

CREATED, REMOVED = "created", "removed"
NOTHING = -(2**62)
"""The value of a deal without one."""
OUTLOOK = (
    "id", "stage_id", "value", "currency", "day", "probability", "owner_id", "product_id", "source_id", "category",
)  # fmt: skip
"""The columns of a deal that counts: ``day`` goes for its stage."""
_APART = "\x1f"
_PAGE = 50_000


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of history in columns, numbers joined by commas: ``ids``, ``deals``, ``fields`` (one of FIELDS, CREATED or
    REMOVED) and what was ``before``: empty for nothing; JSON of the whole row for REMOVED."""

    ids: str
    deals: str
    fields: Sequence[str]
    before: Sequence[str]


def now(connection: Connection) -> Sequence[str]:
    """Ids and FIELDS of every deal, each column joined by commas. For nothing: NOTHING as a value, 0 for other whole numbers,
    and else the empty text."""
    return _joined(_NOW, connection)


def counting(connection: Connection, open_ids: Sequence[int], first: date, after: date) -> Sequence[str]:
    """OUTLOOK of the deals in these (open) stages and of those closed from a day to before another, in no bin and not on hold, in
    the same manner: what a period's outlook looks at."""
    return _joined(_COUNTING, connection, {"open": list(open_ids), "first": first, "after": after})


def entries(connection: Connection, after: int) -> Iterator[Entries]:
    """What happened to deals since the entry ``after``, a page at a time, the newest page first; not in order within it."""
    end = last(connection)
    while end > after:
        first = max(after, end - _PAGE)
        ids, deals, fields, before = _joined(_ENTRIES, connection, {"last": end, "after": first})
        if ids:
            yield Entries(ids, deals, fields.split(","), before.split(_APART))
        end = first


def left(connection: Connection) -> Sequence[str]:
    """Every time a deal left a stage, each column joined by commas: deal, stage, entry of history."""
    return _joined(_LEFT, connection)


def _joined(statement: Prepared, connection: Connection, values: Any = None) -> list[str]:
    return [text or "" for text in statement.rows(connection, values or {})[0]]


def join(column: Any, apart: str = ",") -> Any:
    """What all rows have in a column, the empty text for nothing."""
    return func.aggregate_strings(func.coalesce(cast(_without(column, apart), String), ""), apart)


def _without(column: Any, apart: str) -> Any:
    """A text without the sign that stands between two: on a server another program may have written it."""
    return _Without(column, literal(apart)) if isinstance(column.type, String) else column


class _Without(FunctionElement[str]):
    name = "without"
    type = String()
    inherit_cache = True


@compiles(_Without)
def _in_a_file(element: _Without, compiler: Any, **more: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **more))


@compiles(_Without, "postgresql")
def _on_a_server(element: _Without, compiler: Any, **more: Any) -> str:
    return f"replace({compiler.process(element.clauses, **more)}, ' ')"


def _field(name: str) -> Any:
    column = opportunity.c[name]
    if name in WHOLE:
        return func.coalesce(column, NOTHING if name == "value" else 0)
    return case((column.is_(None), ""), else_="1") if name == "deleted_at" else column


_COLUMNS = select(join(opportunity.c.id), *(join(_field(name)) for name in FIELDS))
_NOW = Prepared(_COLUMNS)
# No plain columns: the whole table is read as it lies, and not along an index of what is in no bin.
_COUNTS = case((opportunity.c.deleted_at.is_(None) & opportunity.c.hold_until.is_(None), 1), else_=0) == 1
_COUNTING = Prepared(
    select(*(join(_field(name)) for name in OUTLOOK)).where(
        _COUNTS,
        opportunity.c.stage_id.in_(bindparam("open", expanding=True))
        | ((opportunity.c.day >= bindparam("first")) & (opportunity.c.day < bindparam("after"))),
    )
)
# A table that is no plain column: along the key, and not along the index by subject.
_OF_DEALS = func.coalesce(history.c.subject_table, "") == literal("opportunity")
_ENTRIES = Prepared(
    select(
        join(history.c.id), join(history.c.subject_id),
        join(case((history.c.field == "", history.c.kind), else_=history.c.field)), join(history.c.before, _APART),
    ).where(
        history.c.id <= bindparam("last", type_=BigInteger), history.c.id > bindparam("after", type_=BigInteger),
        _OF_DEALS, history.c.field.in_([literal_column(f"'{name}'") for name in ("", *FIELDS)]),
    )
)  # fmt: skip
_LEFT = Prepared(
    select(join(history.c.subject_id), join(history.c.before), join(history.c.id)).where(
        history.c.field == literal_column("'stage_id'"), _OF_DEALS
    )
)
