"""Companies as lists show them, their people, and those that belong to them."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select, union

from ...domain.contacts import NO_DEALS, CompanyFilter, CompanyRow, CompanySort
from ...domain.text import fold
from ..schema.people import company, contact, employment, person
from ..values import Named
from .contacts import ids_of, open_deals, parts

_parent = company.alias("parent")
_KEYS: dict[CompanySort, Any] = {
    CompanySort.NAME: company.c.folded, CompanySort.SECTOR: func.lower(company.c.sector),
    CompanySort.LOCATION: func.lower(company.c.location), CompanySort.EMPLOYEES: company.c.employees,
    CompanySort.REVENUE: company.c.revenue, CompanySort.OWNER: func.coalesce(person.c.folded, ""),
    CompanySort.CREATED: company.c.created_at,
}  # fmt: skip
_NULLABLE = frozenset({CompanySort.EMPLOYEES, CompanySort.REVENUE, CompanySort.CREATED})


def order(connection: Connection, where: CompanyFilter, sort: CompanySort, *, descending: bool = False) -> array[int]:
    """Ids of the companies that match, in order; the ones without the key come last, ties by id. 8 bytes a company."""
    key = _KEYS[sort]
    missing = key.is_(None) if sort in _NULLABLE else key == ""
    statement = _joined(select(company.c.id)).where(*_conditions(where))
    return ids_of(connection, statement.order_by(missing, key.desc() if descending else key, company.c.id))


def rows(connection: Connection, ids: Iterable[int]) -> dict[int, CompanyRow]:
    """Companies by id with their people and open deals counted; deleted ones are left out."""
    found = {}
    for part in parts(list(ids)):
        deals = open_deals(connection, "company", part)
        people = {r[0]: r[1] for r in connection.execute(_COUNTS, {"ids": part})}
        for r in connection.execute(_ROWS, {"ids": part}):
            values: list[Any] = list(r)
            values[14] = tuple(json.loads(values[14]))
            values += [people.get(r[0], 0), deals.get(r[0], NO_DEALS)]
            found[r[0]] = CompanyRow(*values)
    return found


def people(connection: Connection, company_id: int) -> list[tuple[int, str, str, str, str, bool]]:
    """(id, name, position there, email, phone, whether it is their main company), by name."""
    columns = (contact.c.id, contact.c.name, contact.c.position, contact.c.email, contact.c.phone, contact.c.folded)
    live = contact.c.deleted_at.is_(None)
    main = connection.execute(select(*columns).where(contact.c.company_id == company_id, live)).all()
    columns = (*columns[:2], employment.c.position, *columns[3:])
    further = connection.execute(
        select(*columns)
        .join(employment, employment.c.contact_id == contact.c.id)
        .where(employment.c.company_id == company_id, live)
    )
    mains = {r[0] for r in main}
    found = [(*r, True) for r in main] + [(*r, False) for r in further if r[0] not in mains]
    return [(*r[:5], r[6]) for r in sorted(found, key=lambda r: (r[5], r[0]))]


def subsidiaries(connection: Connection, company_id: int) -> list[Named]:
    """Companies that name it as their parent."""
    statement = select(company.c.id, company.c.name).where(
        company.c.parent_id == company_id, company.c.deleted_at.is_(None)
    )
    return [Named(r[0], r[1], True) for r in connection.execute(statement.order_by(company.c.folded, company.c.id))]


def sectors(connection: Connection) -> list[str]:
    """Every sector that some company has, by name."""
    statement = select(company.c.sector).where(company.c.deleted_at.is_(None), company.c.sector != "").distinct()
    return sorted((r[0] for r in connection.execute(statement)), key=fold)


def _conditions(where: CompanyFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [company.c.deleted_at.is_(None)]
    if where.owner_id is not None:
        found.append(company.c.owner_id == where.owner_id if where.owner_id else company.c.owner_id.is_(None))
    if where.sector:
        found.append(company.c.sector == where.sector)
    if where.tag:
        found.append(company.c.tags.contains(json.dumps(where.tag, ensure_ascii=False), autoescape=True))
    searched = (company.c.folded, func.lower(company.c.email))
    for word in fold(where.text).split():
        found.append(or_(*(column.contains(word, autoescape=True) for column in searched)))
    return found


def _joined(statement: Select[Any]) -> Select[Any]:
    return statement.select_from(company).outerjoin(person, person.c.id == company.c.owner_id)


_IDS: Any = bindparam("ids", expanding=True)
_ROWS = (
    _joined(
        select(
            company.c.id, company.c.version, company.c.name, company.c.sector, company.c.location, company.c.website,
            company.c.email, company.c.phone, company.c.parent_id, func.coalesce(_parent.c.name, ""), company.c.employees,
            company.c.revenue, company.c.owner_id, func.coalesce(person.c.name, ""), company.c.tags, company.c.created_at,
        )
    )
    .outerjoin(_parent, _parent.c.id == company.c.parent_id)
    .where(company.c.id.in_(_IDS), company.c.deleted_at.is_(None))
)  # fmt: skip
_WORKING = union(
    select(contact.c.company_id.label("company"), contact.c.id.label("contact")).where(
        contact.c.company_id.in_(_IDS), contact.c.deleted_at.is_(None)
    ),
    select(employment.c.company_id, employment.c.contact_id)
    .join(contact, contact.c.id == employment.c.contact_id)
    .where(employment.c.company_id.in_(_IDS), contact.c.deleted_at.is_(None)),
).subquery()
_COUNTS = select(_WORKING.c.company, func.count()).group_by(_WORKING.c.company)
