"""Importing contacts, companies and products, and deals into other pipelines and with own fields."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from salesos_desktop.domain.contacts import CompanyFilter, CompanySort, ContactFilter, ContactSort
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.services import (
    board,
    checks,
    companies,
    contacts,
    custom_fields,
    opportunities,
    pipelines,
    products,
)
from salesos_desktop.services.transfer import importing
from salesos_desktop.services.transfer.results import Result
from salesos_desktop.services.workspace import Workspace


def imported(ws: Workspace, folder: Path, kind: str, text: str, on_duplicate: str = "skip") -> Result:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    plan = importing.plan(path, kind=kind, own=custom_fields.fields(ws))
    plan.on_duplicate = on_duplicate
    importing.analyse(plan)
    return importing.run(ws, [plan], stop_on_error=False)


def people(ws: Workspace) -> list[contacts.Contact]:
    return [contacts.get(ws, i) for i in contacts.listing(ws, ContactFilter(), ContactSort.NAME).ids]


def firms(ws: Workspace) -> dict[str, companies.Company]:
    ids = companies.listing(ws, CompanyFilter(), CompanySort.NAME).ids
    return {found.row["name"]: found for found in (companies.get(ws, i) for i in ids)}


CONTACTS = """Name,Email,Email 2,Phone,Mobile,Position,Company,Owner,Address,Tags
Ana Pérez,Ana@ACME.com,ana@home.es,+34912345678,+34 600 11 22 33,CTO,Acme,Luis Gil,"Gran Vía 1, Madrid",vip
"""


def test_contacts_go_in_with_every_way_to_reach_them(any_ws: Workspace, tmp_path: Path) -> None:
    result = imported(any_ws, tmp_path, "contacts", CONTACTS)
    assert (result.created, result.errors) == (1, [])
    (ana,) = people(any_ws)
    assert [(p.kind.value, p.value, p.label) for p in ana.points] == [
        ("email", "Ana@acme.com", ""), ("email", "ana@home.es", ""), ("phone", "+34 912 34 56 78", ""),
        ("phone", "+34 600 11 22 33", "mobile"), ("address", "Gran Vía 1, Madrid", ""),
    ]  # fmt: skip
    assert (ana.row["email"], ana.row["phone"]) == ("Ana@acme.com", "+34 912 34 56 78")
    assert (ana.company, ana.owner, ana.row["position"], ana.row["tags"]) == ("Acme", "Luis Gil", "CTO", '["vip"]')


def test_a_contact_is_known_by_any_email_and_updated_without_losing_what_the_file_lacks(
    ws: Workspace, tmp_path: Path
) -> None:
    imported(ws, tmp_path, "contacts", CONTACTS)
    again = "Name,Email,Phone,Position\nAna Pérez Soto,ana@home.es,+34 933 45 67 89,CEO\n"
    assert imported(ws, tmp_path, "contacts", again).duplicates == {"email": 1}
    assert people(ws)[0].row["position"] == "CTO"
    assert imported(ws, tmp_path, "contacts", again, "update").updated == 1
    (ana,) = people(ws)
    assert (ana.row["name"], ana.row["position"], ana.company) == ("Ana Pérez Soto", "CEO", "Acme")
    values = [p.value for p in ana.points]
    assert len(values) == 6
    assert (ana.row["email"], ana.row["phone"]) == ("ana@home.es", "+34 933 45 67 89")
    assert imported(ws, tmp_path, "contacts", again, "update").skipped == 1
    assert imported(ws, tmp_path, "contacts", again, "create").created == 1


def test_a_contact_without_email_is_known_by_phone_and_name_or_by_name_and_company(
    ws: Workspace, tmp_path: Path
) -> None:
    imported(ws, tmp_path, "contacts", CONTACTS)
    result = imported(
        ws, tmp_path, "contacts",
        "Name,Phone,Company\nAna Perez,+34 912 34 56 78,\nJuan Gil,+34 912 34 56 78,\nana pérez,,ACME\nAna Pérez,,Other\n"
        "Solo,,\nSolo,,\n",
    )  # fmt: skip
    assert [(d.line, d.twin.reason) for d in result.first_duplicates] == [(2, "phone"), (4, "name"), (7, "name")]
    assert result.created == 3


def test_a_bad_email_names_its_own_column(ws: Workspace, tmp_path: Path) -> None:
    result = imported(
        ws, tmp_path, "contacts", "Name,Email,Email 2,Mobile\nA,a@x.com,nope,\nB,,,1\nC,c@x.com,c@x.com,\n"
    )
    assert [(e.line, e.field) for e in result.errors] == [(2, "Email 2"), (3, "Mobile")]
    assert [p.value for p in people(ws)[0].points] == ["c@x.com"]


def test_companies_are_checked_linked_and_updated_by_their_folded_name(any_ws: Workspace, tmp_path: Path) -> None:
    ws = any_ws
    text = (
        "Company,Email,Phone,Website,Address,Parent,Tags,Owner,Founded\n"
        "Niño SL,hola@nino.es,+34 912 34 56 78,https://nino.es,Calle 1,Grupo,a,Luis Gil,1999\n"
        "Grupo,,,,,,,,\nBad,,,,,,,,3000\nWorse,x@,,,,,,,\nLoop,,,,,Loop,,,\nGrupo,,,,,Niño SL,,,\n"
    )
    result = imported(ws, tmp_path, "companies", text)
    assert (result.created, result.made) == (2, {"person": 1})
    assert [(e.line, e.field) for e in result.errors] == [(4, "Founded"), (5, "Email"), (6, "Parent"), (7, "Parent")]
    nino = firms(ws)["Niño SL"]
    assert (nino.parent, nino.owner, [p.kind.value for p in nino.points]) == (
        "Grupo", "Luis Gil", ["email", "phone", "address"],
    )  # fmt: skip
    result = imported(ws, tmp_path, "companies", "Company,Sector,Tags\nNINO  sl,Retail,b\nGrupo,,\n")
    assert (result.created, result.updated, result.skipped) == (0, 1, 1)
    nino = firms(ws)["Niño SL"]
    assert (nino.row["sector"], nino.row["tags"], nino.row["email"]) == ("Retail", '["a", "b"]', "hola@nino.es")


def test_products_are_known_by_code_then_by_name_and_codes_are_unique(ws: Workspace, tmp_path: Path) -> None:
    imported(ws, tmp_path, "products", "Name,Code,Price,Currency,Active\nBasic,B1,10.50,EUR,yes\nPro,P1,20,,no\n")
    result = imported(
        ws, tmp_path, "products",
        "Name,Code,Price\nBasic plan,b1,11.50\nPRO,,25\nExtra,B1,5\nOther,O1,1\nPro,O1,2\nX,X1,-5\n",
    )  # fmt: skip
    assert (result.created, result.updated) == (1, 2)
    assert [(e.line, e.field) for e in result.errors] == [(4, "Code"), (6, "Code"), (7, "Price")]
    found = {p.name: (p.code, p.price, p.currency, p.active) for p in products.listing(ws)}
    assert found == {
        "Basic plan": ("B1", 1150, "EUR", True), "Pro": ("P1", 2500, "USD", False), "Other": ("O1", 100, "USD", True),
    }  # fmt: skip


def test_people_of_one_name_at_two_companies_are_two(any_ws: Workspace, tmp_path: Path) -> None:
    contacts.create(any_ws, {"name": "Luz Gil"})
    juan = contacts.create(any_ws, {"name": "Juan Perez", "company": "Alpha"})
    text = "external id,name,value,close date,company,contact\n" + "\n".join(
        f"{n},D{n},1,2099-12-01,{place},{name}"
        for n, (place, name) in enumerate(
            [("Alpha", "Juan Pérez"), ("Beta", "Juan Perez"), ("BETA", "juan-perez"), ("", "Juan Perez"),
             ("Gamma", "Luz Gil"), ("Delta", "Luz Gil"), ("gamma", "luz gil")]
        )
    )  # fmt: skip
    result = imported(any_ws, tmp_path, "opportunities", text + "\n")
    assert (result.created, result.made["contact"]) == (7, 2)
    deals = Counter(opportunities.get(any_ws, card.id).row["contact_id"] for card in board.listed(any_ws, DealFilter()))
    told = [(each.row["name"], each.company, deals[each.row["id"]]) for each in people(any_ws)]
    assert sorted(told) == [
        ("Juan Perez", "Alpha", 2), ("Juan Perez", "Beta", 2), ("Luz Gil", "Delta", 1), ("Luz Gil", "Gamma", 2),
    ]  # fmt: skip
    contacts.edit(any_ws, juan, {"company": "Elsewhere"})
    again = imported(any_ws, tmp_path, "opportunities", text + "\n")
    assert (again.skipped, again.made) == (7, {})
    assert checks.problems(any_ws) == []


def test_deals_go_into_the_pipeline_that_is_named_and_stages_are_looked_up_there(ws: Workspace, tmp_path: Path) -> None:
    custom_fields.save(ws, {"label": "Seats", "subject": "opportunity", "form": "number", "required": True})
    second = pipelines.create(ws, "Renewals")
    text = (
        "id,Name,Value,Close date,Pipeline,Stage,Seats\n1,A,10,2026-12-24,renewals,Proposal,5\n2,B,10,2026-12-24,,Proposal,6\n"
        "3,C,10,2026-12-24,Nowhere,Proposal,7\n4,D,10,2026-12-24,Renewals,,8\n5,E,10,2026-12-24,,,\n6,F,1,2026-12-24,,,many\n"
    )
    result = imported(ws, tmp_path, "opportunities", text)
    assert [(e.line, e.field) for e in result.errors] == [(4, "Pipeline"), (6, "Seats"), (7, "Seats")]
    assert "Sales, Renewals" in result.errors[0].message
    stages = {stage.id: stage for each in board.pipelines(ws) for stage in board.stages(ws, each.id)}
    where = {
        c.name: (stages[c.stage_id].pipeline_id == second, stages[c.stage_id].name)
        for c in board.listed(ws, DealFilter())
    }
    assert where == {"A": (True, "Proposal"), "B": (False, "Proposal"), "D": (True, "Prospecting")}
    again = imported(ws, tmp_path, "opportunities", "id,Stage,Seats\n1,Negotiation,9\n2,,6\n")
    assert (again.updated, again.skipped) == (1, 1)
    deal = opportunities.get(ws, next(c.id for c in board.listed(ws, DealFilter()) if c.name == "A"))
    assert (stages[deal.card.stage_id].pipeline_id, stages[deal.card.stage_id].name) == (second, "Negotiation")
    assert deal.row["custom"] == '{"seats": 9}'
    assert checks.problems(ws) == []
