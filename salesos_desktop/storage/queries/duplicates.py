"""Leads and contacts that may be the same as another, each found along an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from ..prepared import Prepared
from ..schema.people import company, contact, contact_point
from ..schema.sales import lead, not_duplicate

Alike = tuple[int, str, str, str, str]
"""Id, name, company, email, phone."""


def leads_of_company(connection: Connection, start: str) -> list[Alike]:
    """Leads whose folded company begins like this, 200 at most, the company of exactly that name first."""
    return _typed(_OF_COMPANY.rows(connection, {"low": start, "high": start + "\U0010ffff"}))


def contacts_with(connection: Connection, kind: str, key: str) -> list[Alike]:
    """Contacts that have this email or phone key, in the order in which they were made; its own spelling in its place."""
    return _typed(
        _WITH_EMAIL.rows(connection, {"key": key}) if kind == "email" else _WITH_PHONE.rows(connection, {"key": key})
    )


def told_apart(connection: Connection, lead_id: int, others: Sequence[int]) -> set[int]:
    """Those of ``others`` that somebody said are not the same lead as ``lead_id``."""
    found = _APART.rows(connection, {"one": lead_id, "others": list(others)}) if others else []
    return {r[0] if r[0] != lead_id else r[1] for r in found}


def _typed(rows: Sequence[Sequence[Any]]) -> list[Alike]:
    return [(r[0], r[1], r[2], r[3], r[4]) for r in rows]


_OF_COMPANY = Prepared(
    select(lead.c.id, lead.c.name, lead.c.company, lead.c.email, lead.c.phone)
    .where(
        lead.c.deleted_at.is_(None),
        lead.c.company_folded >= bindparam("low"),
        lead.c.company_folded < bindparam("high"),
    )
    .order_by(lead.c.company_folded, lead.c.id)
    .limit(200)
)


def _with(kind: str, email: Any, phone: Any) -> Prepared:
    point = contact_point.c
    return Prepared(
        select(contact.c.id, contact.c.name, func.coalesce(company.c.name, ""), email, phone)
        .join_from(contact_point, contact, contact.c.id == point.subject_id)
        .outerjoin(company, company.c.id == contact.c.company_id)
        .where(point.kind == kind, point.key == bindparam("key"), point.subject_table == "contact")
        .where(contact.c.deleted_at.is_(None))
        .order_by(contact.c.id)
        .limit(50)
    )


_WITH_EMAIL = _with("email", contact_point.c.value, contact.c.phone)
_WITH_PHONE = _with("phone", contact.c.email, contact_point.c.value)
_PAIR = not_duplicate.c
_OTHERS: BindParameter[Any] = bindparam("others", expanding=True)
_PAIRS = select(_PAIR.first_id, _PAIR.second_id).where(_PAIR.subject_table == "lead")
_ONE: BindParameter[Any] = bindparam("one")
_APART = Prepared(
    _PAIRS.where(_PAIR.first_id == _ONE, _PAIR.second_id.in_(_OTHERS)).union_all(
        _PAIRS.where(_PAIR.first_id.in_(_OTHERS), _PAIR.second_id == _ONE)
    )
)
