"""What rows are compared by when those that look alike are searched for: one pass over each table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal, select

from ..prepared import Prepared
from ..schema import TABLES
from ..schema.people import company, contact, contact_point
from ..schema.sales import lead, not_duplicate, opportunity

_NOTHING = literal("")
_COMPANY = func.coalesce(company.c.folded, "")
_COMPARED: dict[str, Select[Any]] = {
    "lead": select(lead.c.id, lead.c.name, lead.c.folded, lead.c.company_folded, lead.c.email, lead.c.phone),
    "contact": select(
        contact.c.id, contact.c.name, contact.c.folded, _COMPANY, contact.c.email, contact.c.phone
    ).outerjoin(company, company.c.id == contact.c.company_id),
    "company": select(company.c.id, company.c.name, company.c.folded, _NOTHING, company.c.email, company.c.phone),
    "opportunity": select(opportunity.c.id, opportunity.c.name, _NOTHING, _COMPANY, _NOTHING, _NOTHING).outerjoin(
        company, company.c.id == opportunity.c.company_id
    ),
}
_STATEMENTS = {
    table: Prepared(statement.where(TABLES[table].c.deleted_at.is_(None)).order_by(TABLES[table].c.id))
    for table, statement in _COMPARED.items()
}
_POINTS = Prepared(
    select(contact_point.c.subject_id, contact_point.c.kind, contact_point.c.value, contact_point.c.key)
    .where(contact_point.c.subject_table == bindparam("table"), contact_point.c.kind != "address")
    .order_by(contact_point.c.subject_id, contact_point.c.id)
)


def compared(connection: Connection, table: str) -> Sequence[Any]:
    """(id, name, folded name, folded company, email, phone) of every row that is not in the bin, by id.

    The folded name of an opportunity is empty: none is kept.
    """
    return _STATEMENTS[table].rows(connection)


def points(connection: Connection, table: str) -> Sequence[Any]:
    """(id of the row, email or phone, value, key) of every email and phone of contacts or companies."""
    return _POINTS.rows(connection, {"table": table})


def told_apart(connection: Connection, table: str) -> set[tuple[int, int]]:
    """Pairs that somebody said are not the same, the lower id first."""
    pair = not_duplicate.c
    found = connection.execute(select(pair.first_id, pair.second_id).where(pair.subject_table == table))
    return {(r[0], r[1]) for r in found}
