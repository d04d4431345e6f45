"""Sums over deals: from the kept totals where they can answer, from the rows where a filter needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, func, select

from ...domain.filters import DealFilter
from ..schema.sales import opportunity
from ..values import DaySums, Figure
from .cards import conditions
from .kept import stage_total, total


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
        select(opportunity.c.stage_id, opportunity.c.currency, *SUMS)
        .where(opportunity.c.deleted_at.is_(None), *conditions(where))
        .group_by(opportunity.c.stage_id, opportunity.c.currency)
    )
    return [Figure(*_ints(r)) for r in connection.execute(statement)]


def by_values(
    connection: Connection, where: DealFilter, fields: Sequence[str], stage_ids: Sequence[int]
) -> list[tuple[tuple[Any, ...], str, tuple[int, int, int, int]]]:
    """(stage id and values of ``fields``, currency, sums) over deals of these stages that match.

    From the kept totals where they know the fields: owner, day and stage.
    """
    if where.by_totals and {"owner_id", "day", "stage_id"}.issuperset(fields):
        kept = [total.c.stage_id, *(total.c[name] for name in fields), total.c.currency]
        sums = [func.sum(total.c[name]) for name in ("count", "value", "weighted", "no_value")]
        statement = select(*kept, *sums).where(total.c.stage_id.in_(stage_ids), *_on_totals(where)).group_by(*kept)
        rows = [r for r in connection.execute(statement) if r[-4]]
        return [
            ((r[0], *(_as_in_rows(name, v) for name, v in zip(fields, r[1:-5], strict=True))), r[-5], _four(r))
            for r in rows
        ]
    keys = [opportunity.c.stage_id, *(opportunity.c[name] for name in fields), opportunity.c.currency]
    statement = (
        select(*keys, *SUMS)
        .where(opportunity.c.stage_id.in_(stage_ids), opportunity.c.deleted_at.is_(None), *conditions(where))
        .group_by(*keys)
    )
    return [(tuple(r[:-5]), r[-5], _four(r)) for r in connection.execute(statement)]


def by_day(connection: Connection) -> Iterator[DaySums]:
    """Every kept total that is not zero: per stage, owner, day, currency and category."""
    columns = (
        total.c[n]
        for n in ("stage_id", "owner_id", "day", "currency", "category", "count", "value", "weighted", "no_value")
    )
    days: dict[int, date | None] = {0: None}
    for r in connection.execute(select(*columns).where(total.c.count != 0)):
        ordinal = r[2]
        day = days.get(ordinal)
        if day is None and ordinal:
            day = days[ordinal] = date.fromordinal(ordinal)
        yield r[0], r[1], day, r[3], r[4], r[5], r[6], r[7], r[8]


def by_day_recounted(connection: Connection) -> Iterator[DaySums]:
    """The same from every deal: the slow way, for checks and as the rival of the bench."""
    keys = (
        opportunity.c.stage_id,
        opportunity.c.owner_id,
        opportunity.c.day,
        opportunity.c.currency,
        opportunity.c.category,
    )
    statement = (
        select(*keys, *SUMS)
        .where(opportunity.c.deleted_at.is_(None), opportunity.c.hold_until.is_(None))
        .group_by(*keys)
    )
    for r in connection.execute(statement):
        yield r[0], r[1] or 0, r[2], r[3], r[4], int(r[5]), int(r[6]), int(r[7]), int(r[8])


def by_day_where(connection: Connection, where: DealFilter, by: str) -> Iterator[DaySums]:
    """The same of the deals that match, by another column of ``opportunity`` than the owner."""
    keys = [opportunity.c[name] for name in ("stage_id", by, "day", "currency", "category")]
    statement = (
        select(*keys, *SUMS)
        .where(opportunity.c.deleted_at.is_(None), opportunity.c.hold_until.is_(None), *conditions(where))
        .group_by(*keys)
    )
    for r in connection.execute(statement):
        yield r[0], r[1] or 0, r[2], r[3], r[4], int(r[5]), int(r[6]), int(r[7]), int(r[8])


SUMS = (
    func.count(),
    func.coalesce(func.sum(opportunity.c.value), 0),
    func.coalesce(func.sum(opportunity.c.value * opportunity.c.probability), 0),
    func.sum(case((opportunity.c.value.is_(None), 1), else_=0)),
)
"""Number of deals, value, value × percent, deals without a value."""


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


def _as_in_rows(name: str, value: int) -> Any:
    """A key of the kept totals as the column of ``opportunity`` has it."""
    if name == "day":
        return date.fromordinal(value) if value else None
    return value or None


def _four(row: Any) -> tuple[int, int, int, int]:
    return int(row[-4]), int(row[-3]), int(row[-2]), int(row[-1])


def _ints(row: Any) -> Any:
    return (row[0], row[1], *(int(v) for v in row[2:6]))
