"""Duplicates: by email, then phone, then similar name and company, best first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesos_desktop.services import companies, contacts, duplicates, leads
from salesos_desktop.services.workspace import Workspace
from tests.services.test_import_contacts import imported


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


def test_a_new_contact_is_like_contacts_first_then_leads(full: Workspace) -> None:
    contacts.create(full, {"name": "Ana Ruiz", "email": "ana@example.com", "company": "Café Ñandú"})
    contacts.create(full, {"name": "Teo Sol"})

    def like(**values: Any) -> list[tuple[str, str, str]]:
        return [(m.kind, m.name, m.reason) for m in duplicates.of_contact(full, values)]

    assert like(email="ANA@example.com") == [("contact", "Ana Ruiz", "email"), ("lead", "Ana Ruiz", "email")]
    assert like(phone="0051 999-888-777", name="X") == [("contact", "Luis Mar", "phone")]
    assert like(name="Ruiz Ana", company="Cafe Nandu SL") == [("contact", "Ana Ruiz", "name")]
    assert like(name="ana ruiz") == [("contact", "Ana Ruiz", "alike")], "one without a company may be the other"
    assert like(name="Teo Sol", company="Any") == [("contact", "Teo Sol", "alike")]
    assert like(name="Ana Ruiz", company="Another") == like(name="Ana") == like() == []
    contacts.delete(full, [m.id for m in duplicates.of_contact(full, {"name": "Teo Sol"})])
    assert like(name="Teo Sol") == []


def test_a_new_company_is_like_those_of_its_email_phone_or_name(full: Workspace) -> None:
    for name, phone in (("Textiles Rivera S.A.", "+34 911 22 33 44"), ("Tienda 1", ""), ("Grupo Norte", "")):
        companies.create(full, {"name": name, "phone": phone, "email": "hola@rivera.example" if phone else ""})

    def like(**values: Any) -> list[tuple[str, str]]:
        return [(m.name, m.reason) for m in duplicates.of_company(full, values)]

    assert like(email="HOLA@rivera.example") == [("Textiles Rivera S.A.", "email")]
    assert like(phone="0034 911 223 344") == [("Textiles Rivera S.A.", "phone")]
    assert like(name="textiles ribera, SL") == [("Textiles Rivera S.A.", "alike")]
    assert like(name="Tienda 2") == like(name="Norte") == like(name="S.A.") == like() == []


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("Ana Ruiz", "Acme 2"), ("Ana Ruiz", "Acme"), ("Ana Ruis", "Acme Norte SL"), ("Ana Ruiz 2", "Acme Norte 1"),
        ("Ana Ruiz", "Acme Norte 2"), ("Ruiz Ana", "Acme Norte 1"), ("Bea Paz", "Acme Norte 1"),
    ],
)  # fmt: skip
def test_an_import_finds_what_is_found_by_hand(ws: Workspace, tmp_path: Path, name: str, company: str) -> None:
    leads.create(ws, {"name": "Ana Ruiz", "company": "Acme Norte 1", "email": "a@example.com"})
    by_hand = duplicates.of_lead(ws, {"name": name, "company": company})
    result = imported(ws, tmp_path, "leads", f"name,company,email\n{name},{company},b@example.com\n")
    assert result.skipped == len(by_hand)


def test_numbers_tell_names_apart_and_typing_errors_do_not(ws: Workspace) -> None:
    for name, company in (
        ("Lead 1", "Acme"), ("Branch 12 Norte", "Acme"), ("Ramón Gutiérrez 3", "Acme"), ("Rosa Vidal", "Shop 7"),
    ):  # fmt: skip
        leads.create(ws, {"name": name, "phone": f"+34 600 12 34 5{len(name) % 10}", "company": company})
        contacts.create(ws, {"name": name, "company": company})

    def like(name: str, company: str = "Acme") -> list[str]:
        found = duplicates.of_lead(ws, {"name": name, "company": company})
        assert [m.name for m in found] == [
            m.name for m in duplicates.of_contact(ws, {"name": name, "company": company})
        ]
        return [m.name for m in found]

    assert like("Lead 10") == like("Lead 2") == like("Lead") == like("Branch 21 Norte") == []
    assert like("lead 1") == like("Leads 1") == ["Lead 1"]
    assert like("Norte Branch 12") == like("Branch 12 Notre") == ["Branch 12 Norte"]
    assert like("Ramon Gutierez 3") == ["Ramón Gutiérrez 3"]
    assert like("Rosa Vidal", "Shop 8") == []
    assert like("Rosa Vidal", "Shop") == like("Rosa Vidla", "Shop 7 SL") == ["Rosa Vidal"]
