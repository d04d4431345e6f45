"""What an import looks up for every row: leads and contacts that may be the same, each along an index and cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ..prepared import Prepared
from ..schema.people import contact, employment
from ..schema.sales import lead

_PHONES, _NAMES = 20, 40


def with_email(connection: Connection, key: str) -> int | None:
    """The first lead with this email key."""
    found: int | None = _BY_EMAIL.value(connection, {"key": key})
    return found


def with_phone(connection: Connection, key: str) -> list[tuple[int, str]]:
    """Id and phone of the first leads with this phone key."""
    return [(row[0], row[1]) for row in _BY_PHONE.rows(connection, {"key": key})]


def similar(connection: Connection, name: str, company: str) -> list[Sequence[Any]]:
    """(id, folded name, folded company) of leads named like two thirds of ``name`` or at companies that begin like ``company``.

    No more than forty each, the shortest names and companies first: an import asks this for each of its rows.
    """
    start = name[: max(2, len(name) * 2 // 3)]
    return [*_BY_NAME.rows(connection, _between(start)), *_BY_COMPANY.rows(connection, _between(company))]


def contact_of(connection: Connection, company_id: int, folded: str) -> int | None:
    """The first contact of a company with this folded name."""
    found: int | None = _CONTACT.value(connection, {"company": company_id, "folded": folded})
    return found


def contacts(connection: Connection) -> list[tuple[int, str, int | None]]:
    """(id, name, company) of every contact, and of each of their further companies; the oldest come first."""
    here = select(contact.c.id, contact.c.name).where(contact.c.deleted_at.is_(None)).order_by(contact.c.id)
    own = here.add_columns(contact.c.company_id)
    further = here.add_columns(employment.c.company_id).join(employment, employment.c.contact_id == contact.c.id)
    return [(r[0], r[1], r[2]) for statement in (own, further) for r in connection.execute(statement)]


def _between(start: str) -> dict[str, str]:
    return {"low": start, "high": start + "\U0010ffff"}


_HERE = lead.c.deleted_at.is_(None)
_LEADS = select(lead.c.id, lead.c.folded, lead.c.company_folded).where(_HERE)
_BY_EMAIL = Prepared(select(lead.c.id).where(_HERE, lead.c.email_key == bindparam("key")).order_by(lead.c.id).limit(1))
_BY_PHONE = Prepared(
    select(lead.c.id, lead.c.phone)
    .where(_HERE, lead.c.phone_key == bindparam("key"))
    .order_by(lead.c.id)
    .limit(_PHONES)
)
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
    select(contact.c.id)
    .where(
        contact.c.company_id == bindparam("company"),
        contact.c.folded == bindparam("folded"),
        contact.c.deleted_at.is_(None),
    )
    .order_by(contact.c.id)
    .limit(1)
)
