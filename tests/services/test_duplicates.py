"""Duplicates: by email, then phone, then similar name and company, best first."""

from __future__ import annotations

from typing import Any

import pytest

from salesos_desktop.services import contacts, duplicates, leads
from salesos_desktop.services.workspace import Workspace


def found(ws: Workspace, except_id: int | None = None, **values: Any) -> list[tuple[str, str, str]]:
    return [(m.kind, m.name, m.reason) for m in duplicates.of_lead(ws, values, except_id=except_id)]


@pytest.fixture
def full(any_ws: Workspace) -> Workspace:
    for name, email, phone, company in (
        ("Ana Ruiz", "Ana@Example.com", "+34 600 12 34 56", "Café Ñandú"),
        ("Íñigo Peña", "inigo@example.com", "", "Ferretería Andina S.A."),
        ("María José García", "mj@example.com", "", "Banco Sur"),
        ("Ana Ruiz", "otra@example.com", "", "Otra empresa"),
    ):
        leads.create(any_ws, {"name": name, "email": email, "phone": phone, "company": company})
    contacts.create(any_ws, {"name": "Luis Mar", "email": "luis@example.com", "phone": "+51 999 888 777"})
    return any_ws


def test_email_then_phone_then_name_and_company_best_first(full: Workspace) -> None:
    assert found(full, email=" ana@EXAMPLE.com ") == [("lead", "Ana Ruiz", "email")]
    assert found(full, phone="600 123 456", name="Nobody") == [("lead", "Ana Ruiz", "phone")]
    assert found(full, phone="+54 600 12 34 56") == []
    assert found(full, name="Inigo Pena", company="ferreteria andina") == [("lead", "Íñigo Peña", "name")]
    assert found(full, name="García María José", company="Banco Sur") == [("lead", "María José García", "name")]
    assert found(full, name="Maria Jose Gracia", company="Banco Sur") == [("lead", "María José García", "name")]
    best = found(full, email="inigo@example.com", phone="+34600123456", name="Maria José García", company="Banco Sur")
    assert best == [
        ("lead", "Íñigo Peña", "email"),
        ("lead", "Ana Ruiz", "phone"),
        ("lead", "María José García", "name"),
    ]
    assert found(full, email="LUIS@example.com") == [("contact", "Luis Mar", "email")]
    assert found(full, phone="+51999888777") == [("contact", "Luis Mar", "phone")]


def test_the_same_name_elsewhere_or_nothing_in_common_is_no_duplicate(full: Workspace) -> None:
    assert found(full, name="Ana Ruiz", company="Third Company") == []
    assert found(full, name="Ana Ruiz") == []
    assert found(full, name="Nobody", company="Banco Sur", email="x@example.com", phone="123") == []
    assert found(full) == []


def test_itself_deleted_ones_and_those_told_apart_are_left_out(full: Workspace) -> None:
    ana, twin = (leads.create(full, {"name": "Zoe", "email": "zoe@example.com"}) for _ in range(2))
    assert len(found(full, email="zoe@example.com")) == 2
    assert len(found(full, except_id=ana, email="zoe@example.com")) == 1
    with full.unit("x", ["x", {}]) as uow:
        uow.insert("not_duplicate", {"subject_table": "lead", "first_id": ana, "second_id": twin})
    for lead in (ana, twin):
        assert found(full, except_id=lead, email="zoe@example.com") == []
    leads.delete(full, [twin])
    assert len(found(full, email="zoe@example.com")) == 1


def test_at_most_five_are_named(full: Workspace) -> None:
    for n in range(7):
        leads.create(full, {"name": f"Same {n}", "phone": "+34 611 22 33 44"})
    assert len(found(full, phone="+34611223344")) == duplicates.LIMIT
