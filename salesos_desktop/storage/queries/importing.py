"""What an import looks up for every row: leads and contacts that may be the same, each along an index and cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ..prepared import Prepared
from ..schema.people import contact
from ..schema.sales import lead

_PHONES, _NAMES = 20, 60

LeadLike = tuple[int, str, str, str, str, str]
"""Id, name, folded name, company, folded company, phone."""


def with_email(connection: Connection, key: str) -> LeadLike | None:
    """The first lead with this email key."""
    return next(iter(_typed(_BY_EMAIL.rows(connection, {"key": key}))), None)


def with_phone(connection: Connection, key: str) -> list[LeadLike]:
    """The first leads with this phone key."""
    return _typed(_BY_PHONE.rows(connection, {"key": key}))


def similar(connection: Connection, name: str, company: str) -> list[LeadLike]:
    """Leads whose folded name begins like two thirds of ``name``, and leads of companies that begin like ``company``.

    No more than sixty each, the shortest names and companies first: an import asks this for each of its rows.
    """
    start = name[: max(2, len(name) * 2 // 3)]
    return [*_between(connection, _BY_NAME, start), *_between(connection, _BY_COMPANY, company)]


def contact_of(connection: Connection, company_id: int, folded: str) -> tuple[int, str] | None:
    """Id and name of the first contact of a company with this folded name."""
    found = _CONTACT.rows(connection, {"company": company_id, "folded": folded})
    return (found[0][0], found[0][1]) if found else None


def _between(connection: Connection, statement: Prepared, start: str) -> list[LeadLike]:
    return _typed(statement.rows(connection, {"low": start, "high": start + "\U0010ffff"}))


def _typed(rows: Sequence[Sequence[Any]]) -> list[LeadLike]:
    return [tuple(row) for row in rows]


_LEADS = select(lead.c.id, lead.c.name, lead.c.folded, lead.c.company, lead.c.company_folded, lead.c.phone).where(
    lead.c.deleted_at.is_(None)
)
_BY_EMAIL = Prepared(_LEADS.where(lead.c.email_key == bindparam("key")).order_by(lead.c.id).limit(1))
_BY_PHONE = Prepared(_LEADS.where(lead.c.phone_key == bindparam("key")).order_by(lead.c.id).limit(_PHONES))
_BY_NAME = Prepared(
    _LEADS.where(lead.c.folded >= bindparam("low"), lead.c.folded < bindparam("high"))
    .order_by(lead.c.folded, lead.c.id)
    .limit(_NAMES)
)
_BY_COMPANY = Prepared(
    _LEADS.where(lead.c.company_folded >= bindparam("low"), lead.c.company_folded < bindparam("high"))
    .order_by(lead.c.company_folded, lead.c.id)
    .limit(_NAMES)
)
_CONTACT = Prepared(
    select(contact.c.id, contact.c.name)
    .where(
        contact.c.company_id == bindparam("company"),
        contact.c.folded == bindparam("folded"),
        contact.c.deleted_at.is_(None),
    )
    .order_by(contact.c.id)
    .limit(1)
)
