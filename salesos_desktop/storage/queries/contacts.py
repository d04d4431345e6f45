"""Contacts as lists show them, their deals, and the people of a deal."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, or_, select, union

from ...domain.contacts import (
    NO_DEALS,
    BuyingRole,
    ContactFilter,
    ContactRow,
    ContactSort,
    DealContact,
    OpenDeals,
)
from ...domain.text import fold
from ..schema.people import company, contact, employment, person
from ..schema.pipelines import stage
from ..schema.sales import opportunity, opportunity_contact

_CHUNK = 10_000
_PART = 500
_KEYS: dict[ContactSort, Any] = {
    ContactSort.NAME: contact.c.folded, ContactSort.POSITION: func.lower(contact.c.position),
    ContactSort.COMPANY: func.coalesce(company.c.folded, ""), ContactSort.EMAIL: func.lower(contact.c.email),
    ContactSort.PHONE: contact.c.phone, ContactSort.OWNER: func.coalesce(person.c.folded, ""),
    ContactSort.CREATED: contact.c.created_at,
}  # fmt: skip


def order(connection: Connection, where: ContactFilter, sort: ContactSort, *, descending: bool = False) -> array[int]:
    """Ids of the contacts that match, in order; the ones without the key come last, ties by id. 8 bytes a contact."""
    key = _KEYS[sort]
    missing = key.is_(None) if sort is ContactSort.CREATED else key == ""
    statement = _joined(select(contact.c.id)).where(*_conditions(where))
    return ids_of(connection, statement.order_by(missing, key.desc() if descending else key, contact.c.id))


def rows(connection: Connection, ids: Iterable[int]) -> dict[int, ContactRow]:
    """Contacts by id with their open deals; deleted ones are left out."""
    wanted, found = list(ids), {}
    for part in parts(wanted):
        deals = open_deals(connection, "contact", part)
        for r in connection.execute(_ROWS, {"ids": part}):
            values: list[Any] = list(r)
            values[10] = tuple(json.loads(values[10]))
            values.append(deals.get(r[0], NO_DEALS))
            found[r[0]] = ContactRow(*values)
    return found


def employments(connection: Connection, contact_id: int) -> list[tuple[int, int, str, str]]:
    """(id, company, its name, position there) of the further companies of a contact."""
    statement = (
        select(employment.c.id, company.c.id, company.c.name, employment.c.position)
        .join(company, company.c.id == employment.c.company_id)
        .where(employment.c.contact_id == contact_id)
        .order_by(company.c.folded, employment.c.id)
    )
    return [(r[0], r[1], r[2], r[3]) for r in connection.execute(statement)]


def deals(connection: Connection, table: str, row_id: int) -> list[int]:
    """Ids of the deals of a contact (main or further) or of a company: open first, by date, then the newest closed."""
    mine = opportunity.c.company_id == row_id
    if table == "contact":
        further = select(opportunity_contact.c.opportunity_id).where(opportunity_contact.c.contact_id == row_id)
        mine = or_(opportunity.c.contact_id == row_id, opportunity.c.id.in_(further))
    closed = case((stage.c.kind == "open", 0), else_=1)
    statement = (
        select(opportunity.c.id, closed)
        .join(stage, stage.c.id == opportunity.c.stage_id)
        .where(mine, opportunity.c.deleted_at.is_(None))
        .order_by(opportunity.c.day, opportunity.c.id)
    )
    found = connection.execute(statement).all()
    return [r[0] for r in found if not r[1]] + [r[0] for r in reversed(found) if r[1]]


def open_deals(connection: Connection, table: str, ids: Sequence[int]) -> dict[int, OpenDeals]:
    """Open deals of up to 500 contacts or companies in one query; those without any are left out."""
    counts: dict[int, int] = {}
    values: dict[int, dict[str, int]] = {}
    for row_id, currency, count, value in connection.execute(_OPEN[table], {"ids": list(ids)}):
        counts[row_id] = counts.get(row_id, 0) + count
        values.setdefault(row_id, {})[currency] = int(value or 0)
    return {row_id: OpenDeals(count, values[row_id]) for row_id, count in counts.items()}


def of_deal(connection: Connection, deal_id: int) -> list[DealContact]:
    """The people of a deal: the main one first, the others as they were added."""
    main = connection.execute(select(opportunity.c.contact_id).where(opportunity.c.id == deal_id)).scalar()
    roles = {r[0]: r[1] for r in connection.execute(_ROLES, {"deal": deal_id})}
    in_order = [*([main] if main else []), *(i for i in roles if i != main)]
    found = {r[0]: list(r) for r in connection.execute(_PEOPLE, {"ids": in_order})}
    people = []
    for i in in_order:
        if i in found:
            values: list[Any] = [*found[i], BuyingRole(roles[i]) if roles.get(i) else None, i == main]
            people.append(DealContact(*values))
    return people


def undecided(connection: Connection, ids: Sequence[int], from_probability: int) -> set[int]:
    """Open deals among ``ids`` whose stage has at least this probability and on which nobody decides."""
    deciding = select(opportunity_contact.c.opportunity_id).where(
        opportunity_contact.c.buying_role == BuyingRole.DECIDES.value,
        opportunity_contact.c.opportunity_id == opportunity.c.id,
    )
    statement = (
        select(opportunity.c.id)
        .join(stage, stage.c.id == opportunity.c.stage_id)
        .where(
            opportunity.c.id.in_(bindparam("ids", expanding=True)), opportunity.c.deleted_at.is_(None),
            stage.c.kind == "open", stage.c.probability >= from_probability, ~deciding.exists(),
        )
    )  # fmt: skip
    return {r[0] for part in parts(ids) for r in connection.execute(statement, {"ids": part})}


def ids_of(connection: Connection, statement: Select[Any]) -> array[int]:
    """The first column of a long answer."""
    ids = array("q")
    result = connection.execute(statement)
    while found := result.fetchmany(_CHUNK):
        ids.extend([r[0] for r in found])
    return ids


def parts(ids: Sequence[int]) -> list[list[int]]:
    """Ids in portions that a statement takes."""
    return [list(ids[start : start + _PART]) for start in range(0, len(ids), _PART)]


def _conditions(where: ContactFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [contact.c.deleted_at.is_(None)]
    if where.owner_id is not None:
        found.append(contact.c.owner_id == where.owner_id if where.owner_id else contact.c.owner_id.is_(None))
    if where.company_id is not None:
        further = select(employment.c.contact_id).where(employment.c.company_id == where.company_id)
        main = contact.c.company_id == where.company_id
        found.append(or_(main, contact.c.id.in_(further)) if where.company_id else contact.c.company_id.is_(None))
    if where.tag:
        found.append(contact.c.tags.contains(json.dumps(where.tag, ensure_ascii=False), autoescape=True))
    searched = (contact.c.folded, func.lower(contact.c.email), company.c.folded)
    for word in fold(where.text).split():
        found.append(or_(*(column.contains(word, autoescape=True) for column in searched)))
    return found


def _joined(statement: Select[Any]) -> Select[Any]:
    return (
        statement.select_from(contact)
        .outerjoin(company, company.c.id == contact.c.company_id)
        .outerjoin(person, person.c.id == contact.c.owner_id)
    )


_IDS: Any = bindparam("ids", expanding=True)
_ROWS = _joined(
    select(
        contact.c.id, contact.c.version, contact.c.name, contact.c.position, contact.c.company_id,
        func.coalesce(company.c.name, ""), contact.c.email, contact.c.phone, contact.c.owner_id,
        func.coalesce(person.c.name, ""), contact.c.tags, contact.c.created_at,
    )
).where(contact.c.id.in_(_IDS), contact.c.deleted_at.is_(None))  # fmt: skip
_PEOPLE = _joined(
    select(
        contact.c.id, contact.c.name, contact.c.position, func.coalesce(company.c.name, ""), contact.c.email,
        contact.c.phone,
    )
).where(contact.c.id.in_(_IDS))  # fmt: skip
_ROLES = (
    select(opportunity_contact.c.contact_id, opportunity_contact.c.buying_role)
    .where(opportunity_contact.c.opportunity_id == bindparam("deal"))
    .order_by(opportunity_contact.c.id)
)
_LINKS = {
    "company": select(opportunity.c.id.label("deal"), opportunity.c.company_id.label("linked"))
    .where(opportunity.c.company_id.in_(_IDS))
    .subquery(),
    # A person who is on the same deal twice counts it once.
    "contact": union(
        select(opportunity.c.id.label("deal"), opportunity.c.contact_id.label("linked")).where(
            opportunity.c.contact_id.in_(_IDS)
        ),
        select(opportunity_contact.c.opportunity_id, opportunity_contact.c.contact_id).where(
            opportunity_contact.c.contact_id.in_(_IDS)
        ),
    ).subquery(),
}
_OPEN = {
    table: select(links.c.linked, opportunity.c.currency, func.count(), func.sum(opportunity.c.value))
    .select_from(links)
    .join(opportunity, opportunity.c.id == links.c.deal)
    .join(stage, stage.c.id == opportunity.c.stage_id)
    .where(opportunity.c.deleted_at.is_(None), stage.c.kind == "open")
    .group_by(links.c.linked, opportunity.c.currency)
    for table, links in _LINKS.items()
}
