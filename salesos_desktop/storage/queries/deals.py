"""The table of opportunities: the order of all that match, rows by id, groups with their sums."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql import FromClause, Select

from ...domain.condition_fields import FieldKind
from ...domain.deal_rows import DealRow, DealSort, GroupBy, Grouping, GroupKey, Order, SortKey, Sums
from ...domain.filters import DealFilter
from ...domain.leads import OwnSort
from ...domain.opportunities import Priority
from ...domain.stages import StageKind
from .. import portable
from ..prepared import Prepared
from ..schema.people import company, contact, person, team
from ..schema.pipelines import loss_reason, pipeline, product, source, stage
from ..schema.sales import opportunity
from .cards import conditions
from .figures import SUMS

_CHUNK = 10_000
_deal = opportunity.c
_PLACES = {Priority.LOW.value: 0, Priority.MEDIUM.value: 1, Priority.HIGH.value: 2}
# The searched text begins with the folded name, on a line of its own.
_NAME_ENDS = portable.position(_deal.search_text + "\n", literal("\n")) - 1
_FOLDED_NAME = func.substr(_deal.search_text, 1, cast(_NAME_ENDS, Integer))
_STORED: dict[DealSort, Any] = {
    DealSort.NUMBER: _deal.id, DealSort.NAME: _FOLDED_NAME, DealSort.VALUE: _deal.value,
    DealSort.CURRENCY: _deal.currency, DealSort.WEIGHTED: _deal.value * _deal.probability,
    DealSort.PROBABILITY: _deal.probability, DealSort.CLOSE: _deal.day, DealSort.CLOSED: _deal.closed_on,
    DealSort.CREATED: _deal.created_on, DealSort.STAGE_SINCE: _deal.stage_since, DealSort.TOUCHED: _deal.touched_on,
    DealSort.ACTIVITY: _deal.next_activity_on, DealSort.HOLD: _deal.hold_until,
    DealSort.PRIORITY: case(_PLACES, value=_deal.priority, else_=0),
    DealSort.COMPETITOR: func.nullif(portable.folded(_deal.competitor), ""), DealSort.EXTERNAL: _deal.external_id,
}  # fmt: skip
_NAMED: dict[DealSort, Any] = {
    DealSort.OWNER: person.c.folded, DealSort.TEAM: portable.folded(team.c.name), DealSort.COMPANY: company.c.folded,
    DealSort.CONTACT: contact.c.folded, DealSort.PRODUCT: product.c.folded, DealSort.SOURCE: source.c.folded,
    DealSort.LOSS_REASON: loss_reason.c.folded,
}  # fmt: skip
_INDEXED = frozenset({DealSort.VALUE, DealSort.CLOSE, DealSort.STAGE_SINCE, DealSort.TOUCHED, DealSort.ACTIVITY})
_JOINS: dict[str, tuple[FromClause, Any]] = {
    "stage": (stage, stage.c.id == _deal.stage_id), "pipeline": (pipeline, pipeline.c.id == stage.c.pipeline_id),
    "owner": (person, person.c.id == _deal.owner_id), "team": (team, team.c.id == person.c.team_id),
    "company": (company, company.c.id == _deal.company_id), "contact": (contact, contact.c.id == _deal.contact_id),
    "product": (product, product.c.id == _deal.product_id), "source": (source, source.c.id == _deal.source_id),
    "loss_reason": (loss_reason, loss_reason.c.id == _deal.loss_reason_id),
}  # fmt: skip
_NEEDS = {"team": ("owner", "team"), "pipeline": ("stage", "pipeline")}


def order(connection: Connection, where: DealFilter, by: Order, *, limit: int | None = None) -> array[int]:
    """Ids of all that match, in order; those without a key come last, ties by id. 8 bytes a deal."""
    statement = _ordered(select(_deal.id), by).where(*_live(where))
    ids = array("q")
    result = connection.execute(statement.limit(limit))
    while rows := result.fetchmany(_CHUNK):
        ids.extend([r[0] for r in rows])
    return ids


def beginning(connection: Connection, where: DealFilter, by: Order, limit: int) -> array[int]:
    """The first ids of ``order``; along the indexes of the stages where a single key has one."""
    if len(by) != 1 or by[0][0] not in _INDEXED:
        return order(connection, where, by, limit=limit)
    key, descending = by[0]
    column = _STORED[key]  # type: ignore[index]
    along = column.desc() if descending else column.asc()
    found: list[Any] = []
    for row in connection.execute(select(stage.c.id)):
        one = select(column, _deal.id).where(*_live(where), _deal.stage_id == row[0], column.isnot(None))
        found += connection.execute(one.order_by(along, _deal.id).limit(limit)).all()
    found.sort(key=lambda r: r[1])
    found.sort(key=lambda r: r[0], reverse=descending)
    ids = array("q", [r[1] for r in found[:limit]])
    if len(ids) < limit:
        without = select(_deal.id).where(*_live(where), column.is_(None)).order_by(_deal.id).limit(limit - len(ids))
        ids.extend([r[0] for r in connection.execute(without)])
    return ids


def grouped(
    connection: Connection, where: DealFilter, by: Grouping, keys: Collection[GroupKey], ordered: Order
) -> dict[GroupKey, array[int]]:
    """Ids of the deals in some groups, each in order. A deal with two tags is in the group of each."""
    found: dict[GroupKey, array[int]] = {key: array("q") for key in keys}
    if not found:
        return found
    key, joins, members = _grouping(connection, by)
    statement = _joined(select(key, _deal.id), (*joins, *_needed(ordered)), members).where(*_live(where))
    if len(found) <= 20:
        named = [each for each in found if each is not None]
        statement = statement.where(or_(key.in_(named), *([key.is_(None)] if None in found else [])))
    result = connection.execute(statement.order_by(*_keys(ordered)))
    while rows := result.fetchmany(_CHUNK):
        for each, deal_id in rows:
            if each in found:
                found[each].append(deal_id)
    return found


def groups(connection: Connection, where: DealFilter, by: Grouping) -> dict[GroupKey, tuple[str, list[Sums]]]:
    """Group → what stands for it where no other row names it, and its sums, a currency each."""
    key, joins, members = _grouping(connection, by)
    title = func.min(members.c.value) if members is not None else func.min("")
    statement = _joined(select(key, title, _deal.currency, *SUMS), joins, members).where(*_live(where))
    found: dict[GroupKey, tuple[str, list[Sums]]] = {}
    for r in connection.execute(statement.group_by(key, _deal.currency)):
        found.setdefault(r[0], (r[1] or "", []))[1].append(Sums(r[2], *(int(part) for part in r[3:])))
    return found


def totals(connection: Connection, where: DealFilter) -> list[Sums]:
    """Sums over all that match, a currency each."""
    return _summed(connection, _live(where))


def totals_of(connection: Connection, ids: Sequence[int]) -> list[Sums]:
    """Sums over some deals, a currency each."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(ids), 5000):
        for part in _summed(connection, [_deal.id.in_(ids[start : start + 5000]), _deal.deleted_at.is_(None)]):
            sums = found.setdefault(part.currency, [0, 0, 0, 0])
            found[part.currency] = [
                a + b for a, b in zip(sums, (part.count, part.value, part.weighted, part.no_value), strict=True)
            ]
    return [Sums(currency, *sums) for currency, sums in sorted(found.items())]


def rows(connection: Connection, ids: Iterable[int]) -> dict[int, DealRow]:
    """Rows by id; deleted ones are left out."""
    wanted = list(ids)
    found: dict[int, DealRow] = {}
    for start in range(0, len(wanted), 500):
        for r in _ROWS.rows(connection, {"ids": wanted[start : start + 500]}):
            values = dict(zip(_ROW_NAMES, r, strict=True))
            values["kind"], values["priority"] = StageKind(values["kind"]), Priority(values["priority"])
            values["tags"] = tuple(json.loads(values["tags"] or "[]"))
            found[values["id"]] = DealRow(**values)
    return found


def _summed(connection: Connection, clauses: Sequence[ColumnElement[bool]]) -> list[Sums]:
    statement = select(_deal.currency, *SUMS).where(*clauses).group_by(_deal.currency).order_by(_deal.currency)
    return [Sums(r[0], *(int(part) for part in r[1:])) for r in connection.execute(statement)]


def _live(where: DealFilter) -> list[ColumnElement[bool]]:
    return [_deal.deleted_at.is_(None), *conditions(where)]


def _needed(by: Order) -> tuple[str, ...]:
    """Names of the rows that an order looks at."""
    found: list[str] = []
    for key, _ in by:
        if key is DealSort.STAGE:
            found += _NEEDS["pipeline"]
        elif key in _NAMED:
            found += _NEEDS.get(str(key), (str(key),))
    return tuple(dict.fromkeys(found))


def _joined(statement: Select[Any], joins: Iterable[str], members: Any = None) -> Select[Any]:
    statement = statement.select_from(opportunity)
    for name in dict.fromkeys(joins):
        statement = statement.outerjoin(*_JOINS[name])
    return statement if members is None else statement.outerjoin(members, true())


def _ordered(statement: Select[Any], by: Order) -> Select[Any]:
    return _joined(statement, _needed(by)).order_by(*_keys(by))


def _keys(by: Order) -> list[Any]:
    found: list[Any] = []
    for key, descending in by:
        for part in _parts(key):
            found.append((part.desc() if descending else part.asc()).nulls_last())
    return [*found, _deal.id]


def _parts(key: SortKey) -> list[Any]:
    if isinstance(key, OwnSort):
        return [_own(key)]
    if key is DealSort.STAGE:
        return [pipeline.c.position, stage.c.position]
    return [_NAMED[key] if key in _NAMED else _STORED[key]]


def _own(key: OwnSort) -> Any:
    """What a value of an own field is ordered by, NULL for none."""
    document, name = _deal.custom, key.key
    match key.kind:
        case FieldKind.NUMBER | FieldKind.MONEY:
            return portable.json_number(document, name)
        case FieldKind.DATE:
            return portable.json_day(document, name)
        case FieldKind.FLAG:
            return portable.json_flag(document, name)
        case FieldKind.TAGS:
            return portable.folded(cast(portable.json_list(document, name), Text))
    return portable.folded(portable.json_text(document, name))


def _grouping(connection: Connection, by: Grouping) -> tuple[Any, tuple[str, ...], Any]:
    """The key of a group, the rows that it looks at, and the list whose members are the keys, None for none."""
    if isinstance(by, OwnSort) and by.kind is not FieldKind.TAGS:
        return func.nullif(portable.json_text(_deal.custom, by.key), ""), (), None
    if isinstance(by, OwnSort) or by is GroupBy.TAG:
        listed = portable.json_list(_deal.custom, by.key) if isinstance(by, OwnSort) else portable.json_list(_deal.tags)
        members = _members(connection, listed)
        return portable.folded(members.c.value), (), members
    if by is GroupBy.MONTH:
        return func.substr(cast(_deal.day, String), 1, 7), (), None
    if by is GroupBy.TEAM:
        return person.c.team_id, ("owner",), None
    return _deal["priority" if by is GroupBy.PRIORITY else f"{by.value}_id"], (), None


def _members(connection: Connection, listed: Any) -> Any:
    """The texts in a list, a row each."""
    if connection.dialect.name == "sqlite":
        return func.json_each(listed).table_valued("value", name="member")
    from sqlalchemy.dialects.postgresql import JSONB

    return func.jsonb_array_elements_text(cast(listed, JSONB)).table_valued("value", name="member")


_SELECT_ROWS = (
    _joined(
        select(
            *(_deal[name] for name in (
                "id", "version", "name", "stage_id", "value", "currency", "probability", "probability_set", "day",
                "expected_close", "closed_on", "created_on", "stage_since", "touched_on", "next_activity_on", "hold_until",
                "owner_id", "company_id", "source_id", "priority", "category", "tags", "competitor", "custom", "note",
            )),
            func.coalesce(_deal.external_id, "").label("external_id"), stage.c.name.label("stage"), stage.c.kind,
            stage.c.pipeline_id, stage.c.category.label("stage_category"),
            *(func.coalesce(table.c.name, "").label(name) for name, (table, _) in _JOINS.items()
              if name not in ("stage", "pipeline")),
        ),
        ("stage", "owner", "team", "company", "contact", "product", "source", "loss_reason"),
    )
    .where(_deal.id.in_(bindparam("ids", expanding=True)), _deal.deleted_at.is_(None))
)  # fmt: skip
_ROWS = Prepared(_SELECT_ROWS)
_ROW_NAMES = tuple(column.name for column in _SELECT_ROWS.selected_columns)
