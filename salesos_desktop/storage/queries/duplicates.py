"""Leads, contacts and companies that may be the same as another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, literal, select

from ..prepared import Prepared
from ..schema.people import company, contact, contact_point
from ..schema.sales import lead, not_duplicate

Alike = tuple[int, str, str, str, str]
"""Id, name, company (empty for a company), email, phone."""


def leads_of_company(connection: Connection, start: str) -> list[Alike]:
    """Leads whose folded company begins like this, 200 at most, the company of exactly that name first."""
    return _typed(_OF_COMPANY.rows(connection, {"low": start, "high": start + "\U0010ffff"}))


def with_point(connection: Connection, table: str, kind: str, key: str) -> list[Alike]:
    """Contacts or companies (``table``) with this email or phone key, in the order in which they were made; its own spelling
    stands in its place.
    """
    return _typed(_WITH[table, kind].rows(connection, {"key": key}))


def named_like(connection: Connection, table: str, starts: Sequence[str]) -> list[Alike]:
    """Contacts or companies whose folded name begins with one of ``starts``, 250 for each at most."""
    return _beginning(connection, _NAMED[table], starts)


def contacts_of_company(connection: Connection, starts: Sequence[str]) -> list[Alike]:
    """Contacts whose company's folded name begins with one of ``starts``, 250 for each at most."""
    return _beginning(connection, _COLLEAGUES, starts)


def _beginning(connection: Connection, statement: Prepared, starts: Sequence[str]) -> list[Alike]:
    found: dict[int, Alike] = {}
    for start in starts:
        if start:
            rows = statement.rows(connection, {"low": start, "high": start + "\U0010ffff"})
            found.update((row[0], row) for row in _typed(rows))
    return list(found.values())


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


_COLUMNS: Any = {
    "contact": (contact, func.coalesce(company.c.name, "")), "company": (company, literal("")),
}  # fmt: skip


def _rows(table: str, email: Any = None, phone: Any = None) -> Any:
    """Rows of a table that are there, by number, with their companies."""
    rows, place = _COLUMNS[table]
    columns = (rows.c.email if email is None else email, rows.c.phone if phone is None else phone)
    found = select(rows.c.id, rows.c.name, place, *columns).select_from(rows)
    if table == "contact":
        found = found.outerjoin(company, company.c.id == contact.c.company_id)
    return found.where(rows.c.deleted_at.is_(None)).order_by(rows.c.id)


def _with(table: str, kind: str) -> Prepared:
    point, rows = contact_point.c, _COLUMNS[table][0]
    found = _rows(table, **{kind: point.value})
    found = found.join(contact_point, point.subject_id == rows.c.id)
    return Prepared(
        found.where(point.kind == kind, point.key == bindparam("key"), point.subject_table == table).limit(50)
    )


def _named(table: str, folded: Any) -> Prepared:
    return Prepared(_rows(table).where(folded >= bindparam("low"), folded < bindparam("high")).limit(250))


_WITH = {(table, kind): _with(table, kind) for table in _COLUMNS for kind in ("email", "phone")}
_NAMED = {table: _named(table, rows.c.folded) for table, (rows, _) in _COLUMNS.items()}
_COLLEAGUES = _named("contact", company.c.folded)
_PAIR = not_duplicate.c
_OTHERS: BindParameter[Any] = bindparam("others", expanding=True)
_PAIRS = select(_PAIR.first_id, _PAIR.second_id).where(_PAIR.subject_table == "lead")
_ONE: BindParameter[Any] = bindparam("one")
_APART = Prepared(
    _PAIRS.where(_PAIR.first_id == _ONE, _PAIR.second_id.in_(_OTHERS)).union_all(
        _PAIRS.where(_PAIR.first_id.in_(_OTHERS), _PAIR.second_id == _ONE)
    )
)
