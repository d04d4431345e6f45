"""Sums over deals: from the kept totals where they can answer, from the rows where a filter needs it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, func, select

from ...domain.filters import DealFilter
from ..schema.sales import opportunity, stage_total, total
from .cards import conditions


@dataclass(frozen=True, slots=True)
class Figure:
    """Deals of one stage, currency (and owner, month): ``value`` in minor units, ``weighted`` minor units × percent."""

    stage_id: int
    currency: str
    count: int
    value: int
    weighted: int
    no_value: int
    owner_id: int | None = None
    day: date | None = None


def by_stage(connection: Connection, where: DealFilter) -> list[Figure]:
    """Count and sums per stage and currency of all deals that match."""
    if where.empty:
        columns = (stage_total.c[name] for name in ("stage_id", "currency", "count", "value", "weighted", "no_value"))
        return [Figure(*_ints(r)) for r in connection.execute(select(*columns)) if r[2]]
    if where.by_totals:
        statement = select(
            total.c.stage_id,
            total.c.currency,
            func.sum(total.c.count),
            func.sum(total.c.value),
            func.sum(total.c.weighted),
            func.sum(total.c.no_value),
        ).group_by(total.c.stage_id, total.c.currency)
        return [Figure(*_ints(r)) for r in connection.execute(statement.where(*_on_totals(where))) if r[2]]
    statement = (
        select(opportunity.c.stage_id, opportunity.c.currency, *_SUMS)
        .where(opportunity.c.deleted_at.is_(None), *conditions(where))
        .group_by(opportunity.c.stage_id, opportunity.c.currency)
    )
    return [Figure(*_ints(r)) for r in connection.execute(statement)]


def by_day(connection: Connection) -> list[Figure]:
    """Every kept total that is not zero: per stage, owner, day and currency."""
    rows = connection.execute(
        select(
            total.c.stage_id, total.c.currency, total.c.count, total.c.value, total.c.weighted, total.c.no_value,
            total.c.owner_id, total.c.day,
        ).where(total.c.count != 0)
    )  # fmt: skip
    return [
        Figure(r[0], r[1], r[2], r[3], r[4], r[5], r[6] or None, date.fromordinal(r[7]) if r[7] else None) for r in rows
    ]


def by_day_recounted(connection: Connection) -> list[Figure]:
    """The same from every deal: the slow way, for checks and as the rival of the bench."""
    statement = (
        select(opportunity.c.stage_id, opportunity.c.currency, *_SUMS, opportunity.c.owner_id, opportunity.c.day)
        .where(opportunity.c.deleted_at.is_(None))
        .group_by(opportunity.c.stage_id, opportunity.c.currency, opportunity.c.owner_id, opportunity.c.day)
    )
    return [replace(Figure(*_ints(r)), owner_id=r[6], day=r[7]) for r in connection.execute(statement)]


_SUMS = (
    func.count(),
    func.coalesce(func.sum(opportunity.c.value), 0),
    func.coalesce(func.sum(opportunity.c.value * opportunity.c.probability), 0),
    func.sum(case((opportunity.c.value.is_(None), 1), else_=0)),
)


def _on_totals(where: DealFilter) -> list[Any]:
    found: list[Any] = []
    if where.owner_id is not None:
        found.append(total.c.owner_id == where.owner_id)
    if where.undated:
        found.append(total.c.day == 0)
    if where.close_from is not None:
        found.append(total.c.day >= where.close_from.toordinal())
    if where.close_before is not None:
        found.append((total.c.day < where.close_before.toordinal()) & (total.c.day > 0))
    return found


def _ints(row: Any) -> Any:
    return (row[0], row[1], *(int(v) for v in row[2:6]))
