"""Leads as lists show them: the order of all that match, rows by id, and those that look like another."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, false, func, select

from ...domain.condition_fields import FieldKind
from ...domain.leads import LeadFilter, LeadRow, LeadSort, LeadStatus, OwnSort, StatusKind
from ...domain.text import fold
from .. import portable
from ..conditions import where as compiled
from ..prepared import Prepared
from ..schema.people import person
from ..schema.pipelines import lead_status, source
from ..schema.sales import lead

_CHUNK = 10_000
_NEAR = 2000
_STORED = {
    LeadSort.NAME: lead.c.folded, LeadSort.COMPANY: lead.c.company_folded, LeadSort.EMAIL: lead.c.email_key,
    LeadSort.PHONE: lead.c.phone, LeadSort.CREATED: lead.c.created_at, LeadSort.ACTIVITY: lead.c.last_activity_at,
}  # fmt: skip
_INDEXED: dict[LeadSort, Any] = {sort: key for sort, key in _STORED.items() if sort is not LeadSort.PHONE}
_NAMED: dict[LeadSort, Any] = {
    LeadSort.OWNER: (person, lead.c.owner_id == person.c.id, person.c.folded),
    LeadSort.SOURCE: (source, lead.c.source_id == source.c.id, source.c.folded),
    LeadSort.STATUS: (lead_status, lead.c.status == lead_status.c.code, lead_status.c.position),
}


def order(
    connection: Connection, where: LeadFilter, sort: LeadSort | OwnSort, today: date, zone: tzinfo | None, *,
    descending: bool = False, limit: int | None = None,
) -> array[int]:  # fmt: skip
    """Ids of the leads that match, in order; the ones without the key come last, ties by id. 8 bytes a lead.

    ``today`` and ``zone`` are what the days of a condition mean where the person is.
    """
    statement = select(lead.c.id)
    if sort in _NAMED:
        table, joined, key = _NAMED[sort]
        statement = statement.outerjoin(table, joined)
    else:
        key = _own_key(sort) if isinstance(sort, OwnSort) else _STORED[sort]
    wanted = key.desc() if descending else key.asc()
    # An own field is read out of its JSON once, not twice.
    ordered = [wanted.nulls_last()] if isinstance(sort, OwnSort) else [_missing(sort, key), wanted]
    statement = statement.where(*conditions(where, today, zone)).order_by(*ordered, lead.c.id)
    if limit is not None:
        statement = statement.limit(limit)
    ids = array("q")
    result = connection.execute(statement)
    while rows := result.fetchmany(_CHUNK):
        ids.extend([r[0] for r in rows])
    return ids


def beginning(
    connection: Connection, where: LeadFilter, sort: LeadSort | OwnSort, limit: int, today: date, zone: tzinfo | None, *,
    descending: bool = False,
) -> array[int]:  # fmt: skip
    """The first ids of ``order``: along the key's index, in no time, where few rows have to be passed over for them."""
    key = None if isinstance(sort, OwnSort) else _INDEXED.get(sort)
    if key is None or where.created_from is not None or where.created_before is not None:
        return order(connection, where, sort, today, zone, descending=descending, limit=limit)
    missing = _missing(sort, key)
    base = select(lead.c.id).where(*conditions(where, today, zone))
    along = (key.desc() if descending else key, lead.c.id)
    if where.text or where.condition is not None:
        # What many have is found among the first rows; what few have needs a look at all of them.
        anyone = conditions(replace(where, text="", condition=None), today, zone)
        near = select(lead.c.id).where(*anyone, ~missing).order_by(*along).limit(_NEAR)
        first = base.where(lead.c.id.in_(near), ~missing).order_by(*along).limit(limit)
        ids = array("q", [r[0] for r in connection.execute(first)])
        if len(ids) == limit:
            return ids
        return order(connection, where, sort, today, zone, descending=descending, limit=limit)
    ids = array("q", [r[0] for r in connection.execute(base.where(~missing).order_by(*along).limit(limit))])
    if len(ids) < limit:
        rest = base.where(missing).order_by(lead.c.id).limit(limit - len(ids))
        ids.extend([r[0] for r in connection.execute(rest)])
    return ids


def _missing(sort: Any, key: Any) -> ColumnElement[bool]:
    """Whether a lead has nothing to be ordered by."""
    none: ColumnElement[bool] = key.is_(None)
    return none if sort in (LeadSort.CREATED, LeadSort.ACTIVITY) or sort in _NAMED else key == ""


def _own_key(sort: OwnSort) -> ColumnElement[Any]:
    """What a value of an own field is ordered by, NULL for none; a box that is not ticked is a no."""
    document, key = lead.c.custom, sort.key
    match sort.kind:
        case FieldKind.NUMBER | FieldKind.MONEY:
            return portable.json_number(document, key)
        case FieldKind.DATE:
            return portable.json_day(document, key)
        case FieldKind.FLAG:
            return func.coalesce(portable.json_flag(document, key), false())
        case FieldKind.TAGS:
            return portable.folded(cast(portable.json_list(document, key), Text))
    return portable.folded(portable.json_text(document, key))


def _holds(searched: ColumnElement[str], text: str) -> list[ColumnElement[bool]]:
    """Every word of a text occurs, without case and accents."""
    return [searched.contains(word, autoescape=True) for word in fold(text).split()]


def conditions(where: LeadFilter, today: date, zone: tzinfo | None) -> list[ColumnElement[bool]]:
    """The filter in SQL."""
    found: list[ColumnElement[bool]] = [lead.c.deleted_at.is_(None)]
    if where.status:
        found.append(lead.c.status == where.status)
    elif not where.archived:
        archived = select(lead_status.c.code).where(
            lead_status.c.kind.in_([StatusKind.DISCARDED.value, StatusKind.CONVERTED.value])
        )
        found.append(lead.c.status.not_in(archived))
    if where.owner_id is not None:
        found.append(lead.c.owner_id == where.owner_id if where.owner_id else lead.c.owner_id.is_(None))
    if where.source_id is not None:
        found.append(lead.c.source_id == where.source_id)
    if where.created_from is not None:
        found.append(lead.c.created_at >= where.created_from)
    if where.created_before is not None:
        found.append(lead.c.created_at < where.created_before)
    if where.tag:
        found.append(lead.c.tags.contains(json.dumps(where.tag, ensure_ascii=False), autoescape=True))
    if where.condition is not None:
        found.append(compiled(where.condition, "lead", today, zone))
    found.extend(_holds(lead.c.search_text, where.text))
    return found


def rows(connection: Connection, ids: Iterable[int]) -> dict[int, LeadRow]:
    """Leads by id; deleted ones are left out."""
    wanted, found = list(ids), {}
    for start in range(0, len(wanted), 500):
        for r in connection.execute(_ROWS, {"ids": wanted[start : start + 500]}):
            values: list[Any] = list(r)
            values[12] = tuple(json.loads(values[12]))
            found[r[0]] = LeadRow(*values)
    return found


def statuses(connection: Connection) -> list[LeadStatus]:
    """Every status, in its order."""
    return [LeadStatus(r[0], r[1], r[2], r[3], StatusKind(r[4]), r[5], r[6]) for r in _STATUSES.rows(connection)]


def row(connection: Connection, lead_id: int) -> dict[str, Any] | None:
    """The whole row, None when there is none or it is in the bin."""
    found = connection.execute(select(lead).where(lead.c.id == lead_id, lead.c.deleted_at.is_(None))).mappings().first()
    return None if found is None else dict(found)


def with_keys(connection: Connection, email: str, phone: str) -> list[tuple[int, str, str, str, str]]:
    """(id, name, company, email, phone) of leads with this email key or this phone key; an empty key finds nothing."""
    found = dict[int, Any]()
    for statement, key in ((_BY_EMAIL, email), (_BY_PHONE, phone)):
        if key:
            found.update((r[0], tuple(r)) for r in statement.rows(connection, {"key": key}))
    return list(found.values())


def named_like(connection: Connection, folded: str, first: Sequence[str]) -> list[tuple[int, str, str, str, str]]:
    """(id, name, company, email, phone) of leads whose folded name begins with one of ``first``, along the index.

    ``folded`` itself comes first when it is there.
    """
    found: dict[int, Any] = {}
    for start in (folded, *first):
        if start:
            values = {"low": start, "high": start + "\U0010ffff"}
            found.update((r[0], tuple(r)) for r in _BY_NAME.rows(connection, values))
    return list(found.values())


_ROWS = (
    select(
        lead.c.id, lead.c.version, lead.c.name, lead.c.company, lead.c.position, lead.c.email, lead.c.phone,
        lead.c.source_id, func.coalesce(source.c.name, ""), lead.c.status, lead.c.owner_id,
        func.coalesce(person.c.name, ""), lead.c.tags, lead.c.value, lead.c.created_at, lead.c.last_activity_at,
        lead.c.opportunity_id, lead.c.custom,
    )
    .outerjoin(person, person.c.id == lead.c.owner_id)
    .outerjoin(source, source.c.id == lead.c.source_id)
    .where(lead.c.id.in_(bindparam("ids", expanding=True)), lead.c.deleted_at.is_(None))
)  # fmt: skip
_STATUSES = Prepared(
    select(
        lead_status.c.id, lead_status.c.code, lead_status.c.name, lead_status.c.help, lead_status.c.kind,
        lead_status.c.position, lead_status.c.active,
    ).order_by(lead_status.c.position, lead_status.c.id)
)  # fmt: skip
_ALIKE = select(lead.c.id, lead.c.name, lead.c.company, lead.c.email, lead.c.phone).where(lead.c.deleted_at.is_(None))
_BY_EMAIL = Prepared(_ALIKE.where(lead.c.email_key == bindparam("key")))
_BY_PHONE = Prepared(_ALIKE.where(lead.c.phone_key == bindparam("key")))
_BY_NAME = Prepared(
    _ALIKE.where(lead.c.folded >= bindparam("low"), lead.c.folded < bindparam("high"))
    .order_by(lead.c.folded)
    .limit(200)
)
