"""Deals as cards: by id, the first of a column, the order of a column, lists."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from ...domain.filters import NO_KEY, DealFilter, Sort
from ...domain.opportunities import Card
from ...domain.slots import FIELD, NOTHING, OTHERS, By, Place
from ..schema.people import company, contact, person
from ..schema.pipelines import product, source, stage
from ..schema.sales import opportunity
from ..values import card_of

_CHUNK = 5000

_COLUMN = {
    Sort.MANUAL: opportunity.c.rank,
    Sort.VALUE: opportunity.c.value,
    Sort.CLOSE: opportunity.c.day,
    Sort.STALE: opportunity.c.touched_on,
    Sort.ACTIVITY: opportunity.c.next_activity_on,
    Sort.CLOSED: opportunity.c.day,
}
_DESCENDING = frozenset({Sort.VALUE, Sort.CLOSED})

_CARD = (
    select(
        opportunity.c.id,
        opportunity.c.version,
        opportunity.c.name,
        opportunity.c.stage_id,
        stage.c.kind,
        opportunity.c.value,
        opportunity.c.currency,
        opportunity.c.probability,
        opportunity.c.probability_set,
        opportunity.c.expected_close,
        opportunity.c.closed_on,
        opportunity.c.stage_since,
        opportunity.c.owner_id,
        person.c.name,
        opportunity.c.company_id,
        company.c.name,
        contact.c.name,
        product.c.name,
        opportunity.c.priority,
        opportunity.c.next_activity_on,
        opportunity.c.rank,
        stage.c.stale_days,
        opportunity.c.checks_done,
        opportunity.c.checks_total,
        opportunity.c.custom,
        opportunity.c.tags,
        opportunity.c.source_id,
        source.c.name,
        opportunity.c.touched_on,
        opportunity.c.hold_until,
    )
    .join(stage, stage.c.id == opportunity.c.stage_id)
    .outerjoin(person, person.c.id == opportunity.c.owner_id)
    .outerjoin(company, company.c.id == opportunity.c.company_id)
    .outerjoin(contact, contact.c.id == opportunity.c.contact_id)
    .outerjoin(product, product.c.id == opportunity.c.product_id)
    .outerjoin(source, source.c.id == opportunity.c.source_id)
)
_BY_ID = _CARD.where(opportunity.c.id.in_(bindparam("ids", expanding=True)), opportunity.c.deleted_at.is_(None))


def cards(connection: Connection, ids: Iterable[int]) -> dict[int, Card]:
    """Cards by id; deleted ones are left out."""
    wanted = list(ids)
    found: dict[int, Card] = {}
    for start in range(0, len(wanted), 500):
        rows = connection.execute(_BY_ID, {"ids": wanted[start : start + 500]})
        found.update((r[0], card_of(r)) for r in rows)
    return found


def row(connection: Connection, deal_id: int) -> dict[str, Any]:
    """The whole row of a deal that exists."""
    return dict(connection.execute(select(opportunity).where(opportunity.c.id == deal_id)).mappings().one())


def first_cards(connection: Connection, place: Place, where: DealFilter, sort: Sort, limit: int) -> list[Card]:
    """The first ``limit`` cards of a column in its order, read along an index where there is one."""
    if place.slots:
        # Across stages the order is a sort: of ids alone.
        ids: list[int] = []
        for statement in _ordered(select(opportunity.c.id), place, where, sort):
            if len(ids) < limit:
                ids += [r[0] for r in connection.execute(statement.limit(limit - len(ids)))]
        by_id = cards(connection, ids)
        return [by_id[each] for each in ids]
    found: list[Card] = []
    for statement in _ordered(_CARD, place, where, sort):
        if len(found) < limit:
            found += [card_of(r) for r in connection.execute(statement.limit(limit - len(found)))]
    return found


def column_order(connection: Connection, place: Place, where: DealFilter, sort: Sort) -> tuple[array[int], array[int]]:
    """Ids and sort keys (domain.filters.sort_key) of a whole column in order; 16 bytes a deal."""
    ids, keys = array("q"), array("q")
    sign = -1 if sort in _DESCENDING else 1
    for statement in _ordered(select(opportunity.c.id, _COLUMN[sort]), place, where, sort):
        result = connection.execute(statement)
        while rows := result.fetchmany(_CHUNK):
            ids.extend([r[0] for r in rows])
            keys.extend([NO_KEY if r[1] is None else sign * _whole(r[1]) for r in rows])
    return ids, keys


def listed(connection: Connection, where: DealFilter, stage_ids: Sequence[int] | None, limit: int | None) -> list[Card]:
    """Deals by stage and then by their order; ``stage_ids`` None means all stages, ``limit`` None no limit."""
    statement = _CARD.where(opportunity.c.deleted_at.is_(None), *conditions(where))
    if stage_ids is not None:
        statement = statement.where(opportunity.c.stage_id.in_(list(stage_ids)))
    statement = statement.order_by(stage.c.position, opportunity.c.rank, opportunity.c.id)
    if limit is not None:
        statement = statement.limit(limit)
    return [card_of(r) for r in connection.execute(statement)]


def due_from_hold(connection: Connection, today: date) -> list[tuple[int, int | None]]:
    """(id, owner) of deals whose hold has reached its day."""
    due = select(opportunity.c.id, opportunity.c.owner_id).where(
        opportunity.c.hold_until <= today, opportunity.c.deleted_at.is_(None)
    )
    return [(r[0], r[1]) for r in connection.execute(due.order_by(opportunity.c.id))]


def held_count(connection: Connection, pipeline_id: int | None) -> int:
    """How many deals are on hold, in one pipeline or (None) in all."""
    statement = select(func.count()).select_from(opportunity)
    if pipeline_id is not None:
        statement = statement.join(stage, stage.c.id == opportunity.c.stage_id).where(
            stage.c.pipeline_id == pipeline_id
        )
    held = opportunity.c.hold_until.isnot(None) & opportunity.c.deleted_at.is_(None)
    return int(connection.execute(statement.where(held)).scalar() or 0)


def by_external(connection: Connection, numbers: Iterable[str]) -> dict[str, int]:
    """Number in another program → id of the deals that have it; deleted ones are left out."""
    statement = select(opportunity.c.external_id, opportunity.c.id).where(
        opportunity.c.external_id.in_(bindparam("numbers", expanding=True)), opportunity.c.deleted_at.is_(None)
    )
    return {r[0]: r[1] for r in connection.execute(statement, {"numbers": list(numbers)})}


def conditions(where: DealFilter) -> list[ColumnElement[bool]]:
    """The filter in SQL; the same rule as DealFilter.matches."""
    found: list[ColumnElement[bool]] = []
    if where.held is not None:
        found.append(opportunity.c.hold_until.isnot(None) if where.held else opportunity.c.hold_until.is_(None))
    if where.owner_id is not None:
        found.append(opportunity.c.owner_id == where.owner_id)
    if where.undated:
        found.append(opportunity.c.day.is_(None))
    if where.close_from is not None:
        found.append(opportunity.c.day >= where.close_from)
    if where.close_before is not None:
        found.append(opportunity.c.day < where.close_before)
    if where.value_from is not None:
        found.append(opportunity.c.value >= where.value_from)
    if where.value_to is not None:
        found.append(opportunity.c.value <= where.value_to)
    found.extend(opportunity.c.search_text.contains(word, autoescape=True) for word in where.words)
    if where.condition is not None:
        from ..conditions import where as in_sql

        found.append(in_sql(where.condition, "opportunity", date.max, None))
    return found


def _ordered(what: Select[Any], place: Place, where: DealFilter, sort: Sort) -> list[Select[Any]]:
    """Statements that give a column in order one after the other: deals that have the key, then those without."""
    column = _COLUMN[sort]
    base = what.where(*_within(place), opportunity.c.deleted_at.is_(None), *conditions(where))
    if sort is Sort.MANUAL:
        return [base.order_by(column, opportunity.c.id)]
    with_key = base.where(column.isnot(None)).order_by(
        column.desc() if sort in _DESCENDING else column, opportunity.c.id
    )
    return [with_key, base.where(column.is_(None)).order_by(opportunity.c.id)]


def _within(place: Place) -> list[ColumnElement[bool]]:
    """The deals of a place in SQL; the same rule as domain.slots.Axis."""
    stages = opportunity.c.stage_id
    found = [stages == place.stage_ids[0] if len(place.stage_ids) == 1 else stages.in_(place.stage_ids)]
    for slot in place.slots:
        column = opportunity.c[FIELD[slot.by]]
        if slot.by is By.MONTH and slot.key != NOTHING:
            found += [column >= slot.first] if slot.first is not None else []
            found += [column < slot.before] if slot.before is not None else []
        elif slot.key == OTHERS:
            found += [column.isnot(None), column.not_in(slot.elsewhere)]
        elif slot.by not in (By.STAGE, By.PIPELINE):
            found.append(column.is_(None) if slot.value is None else column == slot.value)
    return found


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else int(value.toordinal())
