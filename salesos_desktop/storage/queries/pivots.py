"""Sums over deals by what a figure of one's own groups them by (domain/groupings.py)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Date, String, Text, and_, case, cast, func, literal, null, select

from ...domain.filters import DealFilter
from ...domain.groupings import Dimension, Looks
from ...domain.pivot import Sums
from ...domain.questions import Measure
from .. import portable
from ..schema.people import person
from ..schema.sales import opportunity
from .cards import conditions
from .figures import SUMS

Found = tuple[int, str, date | None, tuple[Any, Any], Sums]
"""Stage, currency, the day whose rate counts, what the two dimensions look at (None for one that is not there), sums."""
_deal = opportunity.c


def sums(
    connection: Connection, where: DealFilter, dimensions: Sequence[Dimension | None], measure: Measure, *, today: date,
    foreign: tuple[str, Collection[int]],
) -> Iterator[Found]:  # fmt: skip
    """Sums over the deals that match, one statement. ``foreign``: the workspace's currency and the closed stages: deals there
    in other currencies are kept apart by day, for each counts at the rate of its own."""
    currency, closed = foreign
    abroad = and_(_deal.currency != currency, _deal.stage_id.in_(closed))
    day = case((abroad, _deal.day), else_=cast(null(), Date))
    raws = [cast(null(), String) if each is None else _raw(each) for each in dimensions]
    keys = [_deal.stage_id, _deal.currency, day, *(raw for raw, each in zip(raws, dimensions, strict=True) if each)]
    statement = (
        select(_deal.stage_id, _deal.currency, day, *raws, *SUMS, *_days(measure, today))
        .where(_deal.deleted_at.is_(None), *conditions(where))
        .group_by(*keys)
    )
    listed = [each is not None and each.several for each in dimensions]
    for r in connection.execute(statement):
        raw = tuple(_texts(r[3 + n]) if is_list else r[3 + n] for n, is_list in enumerate(listed))
        yield r[0], r[1], r[2], raw, Sums(*map(int, r[5:]))  # type: ignore[misc]


def teams(connection: Connection) -> dict[int | None, int | None]:
    """Person → team."""
    return {r[0]: r[1] for r in connection.execute(select(person.c.id, person.c.team_id))}


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
