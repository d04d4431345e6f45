"""Sums over deals by what a figure of one's own groups them by (domain/groupings.py)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, String, Text, and_, case, cast, false, func, literal, not_, null, or_, select, true

from ...domain.conditions import All, AnyOf, Condition, Not, Operator
from ...domain.filters import DealFilter
from ...domain.groupings import Dimension, Looks
from ...domain.pivot import Sums
from ...domain.questions import Measure
from .. import portable
from ..schema.people import person
from ..schema.sales import opportunity
from .cards import conditions
from .figures import SUMS
from .kept import total

Found = tuple[int, str, date | None, tuple[Any, Any], Sums]
"""Stage, currency, the day whose rate counts, what the two dimensions look at (None for one that is not there), sums."""
_deal = opportunity.c
_TOTALS = frozenset({"stage_id", "owner_id", "day", "category"})
"""Columns of a deal that the kept totals know."""


def sums(
    connection: Connection, where: DealFilter, dimensions: Sequence[Dimension | None], measure: Measure, *, today: date,
    foreign: tuple[str, Collection[int]],
) -> Iterator[Found]:  # fmt: skip
    """Sums over the deals that match, one statement: over the kept totals where they know what is asked, else over the rows.
    ``foreign``: the workspace's currency and the closed stages: deals there in other currencies are kept apart by day, for each
    counts at the rate of its own."""
    kept = _kept(where, dimensions, measure)
    columns = _deal if kept is None else total.c
    currency, closed = foreign
    abroad = and_(columns.currency != currency, columns.stage_id.in_(closed))
    day = case((abroad, columns.day), else_=cast(null(), columns.day.type))
    raws = [cast(null(), String) if d is None else _raw(d) if kept is None else _raw_of_total(d) for d in dimensions]
    keys = [columns.stage_id, columns.currency, day, *(raw for raw, each in zip(raws, dimensions, strict=True) if each)]
    if kept is None:
        figures, clauses = [*SUMS, *_days(measure, today)], [_deal.deleted_at.is_(None), *conditions(where)]
    else:
        figures = [func.sum(total.c[name]) for name in ("count", "value", "weighted", "no_value")]
        clauses = [total.c.count != 0, kept]
    statement = select(columns.stage_id, columns.currency, day, *raws, *figures).where(*clauses).group_by(*keys)
    listed = [each is not None and each.several for each in dimensions]
    for r in connection.execute(statement):
        raw = tuple(_texts(r[3 + n]) if is_list else r[3 + n] for n, is_list in enumerate(listed))
        on = r[2] if kept is None or not r[2] else date.fromordinal(r[2])
        yield r[0], r[1], on or None, raw, Sums(*map(int, r[5:]))  # type: ignore[misc]


def teams(connection: Connection) -> dict[int | None, int | None]:
    """Person → team."""
    return {r[0]: r[1] for r in connection.execute(select(person.c.id, person.c.team_id))}


def _kept(where: DealFilter, dimensions: Sequence[Dimension | None], measure: Measure) -> Any:
    """What is asked as a condition on the kept totals; None where they do not know it."""
    if any(each is not None and each.name not in _TOTALS for each in dimensions) or measure in (
        Measure.CYCLE,
        Measure.AGE,
    ):
        return None
    if replace(where, condition=None) != DealFilter():
        return None
    return true() if where.condition is None else _on_totals(where.condition)


def _on_totals(condition: Condition) -> Any:
    """A condition on the kept totals, where 0 stands for no owner and no day; None for one that they cannot be asked."""
    if isinstance(condition, Not):
        part = _on_totals(condition.part)
        return None if part is None else not_(part)
    if isinstance(condition, All | AnyOf):
        parts = [_on_totals(part) for part in condition.parts]
        if any(part is None for part in parts):
            return None
        return and_(true(), *parts) if isinstance(condition, All) else or_(false(), *parts)
    asked: Any = condition.value
    if condition.field == "day" and condition.operator is Operator.BETWEEN:
        return total.c.day.between(asked[0].toordinal(), asked[1].toordinal())
    if condition.field == "owner_id" and condition.operator is Operator.EMPTY:
        return total.c.owner_id == 0
    if condition.field in ("stage_id", "owner_id") and condition.operator is Operator.ONE_OF:
        return total.c[condition.field].in_(asked)
    return None


def _raw_of_total(dimension: Dimension) -> Any:
    """What a dimension looks at, out of the kept totals."""
    if dimension.looks is Looks.MONTH:
        return case((total.c.day != 0, func.substr(portable.day_text(total.c.day), 1, 7)))
    if dimension.looks is Looks.WEEK:
        return case((total.c.day != 0, (total.c.day - 1) // 7))
    return func.nullif(total.c.owner_id, 0) if dimension.name == "owner_id" else total.c[dimension.name]


def _raw(dimension: Dimension) -> Any:
    """What a dimension looks at, the same as Dimension.raw."""
    name = dimension.name
    match dimension.looks:
        case Looks.MONTH:
            return func.substr(cast(_deal[name], String), 1, 7)
        case Looks.WEEK:
            return (portable.ordinal(_deal[name]) - 1) // 7
        case Looks.BAND:
            below = [
                (_deal.value < high, low) for low, high in zip((0, *dimension.edges), dimension.edges, strict=False)
            ]
            return case((_deal.value.is_(None), null()), *below, else_=dimension.edges[-1])
        case Looks.OWN_TEXT:
            return portable.json_text(_deal.custom, name)
        case Looks.OWN_FLAG:
            return portable.json_flag(_deal.custom, name)
        case Looks.OWN_LIST:
            return cast(portable.json_list(_deal.custom, name), Text)
    return _deal[name]


def _days(measure: Measure, today: date) -> tuple[Any, Any]:
    """Σ of the days that the measure looks at, and of how many deals; the same as Pivot.days_of."""
    if measure not in (Measure.CYCLE, Measure.AGE):
        return literal(0), literal(0)
    end = portable.ordinal(_deal.closed_on) if measure is Measure.CYCLE else literal(today.toordinal())
    days = end - portable.ordinal(_deal.created_on)
    return func.coalesce(func.sum(case((days < 0, 0), else_=days)), 0), func.count(days)


@lru_cache(maxsize=2000)
def _texts(document: str | None) -> tuple[str, ...]:
    """The texts of a list that is kept as JSON."""
    try:
        found = json.loads(document or "[]")
    except ValueError:
        return ()
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
