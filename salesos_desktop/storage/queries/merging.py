"""What rows are compared by when those that look alike are searched for: one pass over each table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

from ..schema import TABLES
from ..schema.people import company, contact, contact_point
from ..schema.sales import lead, not_duplicate, opportunity

_NOTHING = literal("")
_COMPANY = func.coalesce(company.c.name, "")
_COMPARED: dict[str, Select[Any]] = {
    "lead": select(lead.c.id, lead.c.name, lead.c.company, lead.c.email, lead.c.phone),
    "contact": select(contact.c.id, contact.c.name, _COMPANY, contact.c.email, contact.c.phone).outerjoin(
        company, company.c.id == contact.c.company_id
    ),
    "company": select(company.c.id, company.c.name, _NOTHING, company.c.email, company.c.phone),
    "opportunity": select(opportunity.c.id, opportunity.c.name, _COMPANY, _NOTHING, _NOTHING).outerjoin(
        company, company.c.id == opportunity.c.company_id
    ),
}


def compared(connection: Connection, table: str) -> Iterator[tuple[int, str, str, str, str]]:
    """(id, name, company, email, phone) of every row that is not in the bin, by id."""
    target = TABLES[table]
    statement = _COMPARED[table].where(target.c.deleted_at.is_(None)).order_by(target.c.id)
    for row in connection.execute(statement):
        yield row[0], row[1], row[2], row[3], row[4]


def points(connection: Connection, table: str) -> Iterator[tuple[int, str, str]]:
    """(id of the row, email or phone, value) of every further email and phone of contacts or companies."""
    statement = select(contact_point.c.subject_id, contact_point.c.kind, contact_point.c.value).where(
        contact_point.c.subject_table == table, contact_point.c.kind != "address"
    )
    for row in connection.execute(statement.order_by(contact_point.c.subject_id, contact_point.c.id)):
        yield row[0], row[1], row[2]


def told_apart(connection: Connection, table: str) -> set[tuple[int, int]]:
    """Pairs that somebody said are not the same, the lower id first."""
    pair = not_duplicate.c
    found = connection.execute(select(pair.first_id, pair.second_id).where(pair.subject_table == table))
    return {(r[0], r[1]) for r in found}
