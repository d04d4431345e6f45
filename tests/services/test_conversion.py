"""A lead becomes an opportunity: what comes along, what is found again, what is refused, and one undo for all of it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.errors import AlreadyConverted, InvalidInput
from salesos_desktop.services import (
    board,
    checks,
    contact_points,
    conversion,
    custom_fields,
    leads,
    opportunities,
    people,
    timeline,
    undo,
)
from salesos_desktop.services.workspace import Workspace

DAY = date(2026, 12, 24)
TABLES = ("opportunity", "opportunity_line", "contact", "contact_point", "company")


def make(ws: Workspace, name: str = "Ana Ruiz", **more: Any) -> int:
    return leads.create(
        ws,
        {
            "name": name, "email": f"{name[:3].lower()}@example.com", "phone": "+34 600 12 34 56", "company": "Café Ñandú",
            "position": "Buyer", "source_id": board.names(ws, "source")[0].id, "tags": ["vip", "sur"],
            "note": "Wants two", **more,
        },
    )  # fmt: skip


def convert(ws: Workspace, lead: int, **more: Any) -> int:
    lines = more.pop("lines", ())
    return conversion.convert(
        ws, lead, {"name": "Two machines", "value": 500_00, "expected_close": DAY, **more}, lines=lines
    )


def rows(ws: Workspace, table: str, **where: Any) -> list[dict[str, Any]]:
    from salesos_desktop import storage

    with ws.store.read() as connection:
        return storage.children.rows(connection, table, where)


def hang(ws: Workspace, lead: int) -> None:
    """A note, a file and two activities on a lead."""
    subject = {"subject_table": "lead", "subject_id": lead}
    with ws.unit("x", ["x", {}]) as uow:
        uow.insert("note", {**subject, "body": "Called", "created_at": uow.at})
        uow.insert("note", {**subject, "body": "In the bin", "deleted_at": uow.at})
        uow.insert("attachment", {**subject, "name": "offer.pdf"})
        for day, done in ((date(2026, 11, 30), None), (date(2026, 11, 20), uow.at), (date(2026, 12, 5), None)):
            uow.insert("activity", {**subject, "subject": f"Call {day}", "due_on": day, "done_at": done})


def test_everything_of_the_lead_comes_along_and_one_undo_takes_it_back(any_ws: Workspace) -> None:
    lead = make(any_ws)
    hang(any_ws, lead)
    points = people.me(any_ws).points
    before = {table: len(rows(any_ws, table)) for table in TABLES}
    deal = convert(any_ws, lead)
    found = opportunities.get(any_ws, deal)
    card, row = found.card, found.row
    assert (card.name, card.value, card.expected_close, card.company, card.contact, card.owner) == (
        "Two machines", 500_00, DAY, "Café Ñandú", "Ana Ruiz", "Marta Ríos",
    )  # fmt: skip
    assert card.stage_id == board.stages(any_ws)[0].id
    assert (json.loads(row["tags"]), row["note"], row["lead_id"]) == (["vip", "sur"], "Wants two", lead)
    assert found.source == board.names(any_ws, "source")[0].name
    assert card.next_activity_on == date(2026, 11, 30)
    moved = {
        table: len(rows(any_ws, table, subject_table="opportunity", subject_id=deal))
        for table in ("note", "attachment", "activity")
    }
    assert moved == {"note": 1, "attachment": 1, "activity": 3}
    after = leads.get(any_ws, lead)
    assert (after.status.code, after.row["opportunity_id"]) == ("converted", deal)
    contact = rows(any_ws, "contact", id=after.row["contact_id"])[0]
    assert (contact["email"], contact["position"], contact["company_id"]) == (
        "ana@example.com",
        "Buyer",
        card.company_id,
    )
    kept = [(point.kind.value, point.key) for point in contact_points.of(any_ws, "contact", contact["id"])]
    assert kept == [("email", "ana@example.com"), ("phone", "00123456")]
    assert people.me(any_ws).points == points + 15
    assert timeline.entries(any_ws, deal)[0].kind == "created"
    assert {"status", "opportunity", "contact", "company"} <= {
        e.field.removesuffix("_id") for e in timeline.entries(any_ws, lead, "lead")
    }
    undo.undo(any_ws)
    assert {table: len(rows(any_ws, table)) for table in TABLES} == before
    assert leads.get(any_ws, lead).row["opportunity_id"] is None
    assert leads.get(any_ws, lead).status.code == "new"
    assert len(rows(any_ws, "activity", subject_table="lead", subject_id=lead)) == 3
    assert people.me(any_ws).points == points
    undo.redo(any_ws)
    assert leads.get(any_ws, lead).row["opportunity_id"] == deal
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


def test_a_second_time_is_refused_with_the_first_deal(any_ws: Workspace) -> None:
    lead = make(any_ws)
    deal = convert(any_ws, lead)
    with pytest.raises(AlreadyConverted, match="Two machines") as caught:
        convert(any_ws, lead)
    assert caught.value.deal_id == deal
    with pytest.raises(AlreadyConverted):
        conversion.proposal(any_ws, lead)
    assert len(rows(any_ws, "opportunity")) == 1
    assert lead not in leads.listing(any_ws, LeadFilter(), LeadSort.NAME).ids


@pytest.mark.parametrize("missing", ["name", "value", "expected_close"])
def test_what_is_compulsory_is_named(ws: Workspace, missing: str) -> None:
    lead = make(ws)
    with pytest.raises(InvalidInput) as caught:
        convert(ws, lead, **{missing: None})
    assert caught.value.field == missing
    assert leads.get(ws, lead).row["opportunity_id"] is None
    assert [len(rows(ws, table)) for table in TABLES] == [0] * 5


def test_contact_and_company_are_found_by_email_phone_and_name(ws: Workspace) -> None:
    convert(ws, make(ws))
    convert(ws, make(ws, "Ana Ruiz Peña", email="ANA@example.com", phone="+34 911 22 33 44", company="CAFE NANDU"))
    convert(ws, make(ws, "A. Ruiz", email="other@example.com", phone="+34 600-12-34-56"))
    convert(ws, make(ws, "ana ruiz", email="third@example.com", phone=""))
    assert (len(rows(ws, "contact")), len(rows(ws, "company"))) == (1, 1)
    keys = {row["key"] for row in rows(ws, "contact_point")}
    assert keys == {"ana@example.com", "other@example.com", "third@example.com", "00123456", "11223344"}
    assert rows(ws, "contact")[0]["email"] == "ana@example.com"
    # Somebody else behind the same switchboard, and a namesake elsewhere.
    convert(ws, make(ws, "Luis Mar", email="luis@example.com"))
    convert(ws, make(ws, "Ana Ruiz", email="fourth@example.com", phone="", company="Elsewhere"))
    assert (len(rows(ws, "contact")), len(rows(ws, "company"))) == (3, 2)


def test_products_become_lines_and_the_value_follows_them(ws: Workspace) -> None:
    with ws.unit("x", ["x", {}]) as uow:
        machine = uow.insert(
            "product", {"name": "Machine", "folded": "machine", "code": "M-1", "price": 100_00, "currency": "USD"}
        )
        uow.insert("product", {"name": "Visit", "folded": "visit", "code": "V-1", "currency": "EUR", "price": 5})
    deal = convert(ws, make(ws), value=None, lines=[("M-1", 2500, None, 1000), (machine, 1000, 50_01, 0)])
    row = opportunities.get(ws, deal).row
    assert (row["value"], row["value_follows"], row["product_id"]) == (225_00 + 50_01, True, machine)
    names = ("quantity_thousandths", "unit_price", "discount_basis_points", "position")
    lines = [tuple(line[name] for name in names) for line in rows(ws, "opportunity_line", opportunity_id=deal)]
    assert lines == [(2500, 100_00, 1000, 0), (1000, 50_01, 0, 1)]
    other = convert(ws, make(ws, "Bea Sol"), lines=[("machine", 1000, None, 0)])
    assert opportunities.get(ws, other).row["value"] == 500_00
    assert not opportunities.get(ws, other).row["value_follows"]
    for line, field in (("X-9", "product"), ("V-1", "lines")):
        with pytest.raises(InvalidInput) as caught:
            convert(ws, make(ws, "Eva Paz"), lines=[(line, 1000, None, 0)])
        assert caught.value.field == field
    undo.undo(ws)


def test_fields_for_both_are_copied_and_the_stage_names_what_it_lacks(ws: Workspace) -> None:
    with ws.unit("x", ["x", {}]) as uow:
        for key, subject in (("budget", "both"), ("size", "both"), ("only", "lead")):
            uow.insert("custom_field", {"key": key, "label": key.title(), "subject_table": subject})
        stage = board.stages(ws)[0].id
        uow.update("stage", stage, {"required_fields": json.dumps(["company", "custom.size"])})
    lead = make(ws, custom={"budget": "large", "only": "x"}, company="")
    with pytest.raises(InvalidInput, match="Company") as caught:
        convert(ws, lead)
    assert caught.value.field == "company"
    with pytest.raises(InvalidInput, match="Size") as caught:
        convert(ws, lead, company="Acme")
    assert caught.value.field == "custom.size"
    deal = convert(ws, lead, company="Acme", custom={"size": "XL"})
    assert json.loads(opportunities.get(ws, deal).row["custom"]) == {"budget": "large", "size": "XL"}
    entrance = conversion.proposal(ws, make(ws)).entrances[0]
    assert (entrance.stage_id, entrance.required) == (stage, ("company", "custom.size"))


def test_a_proposal_names_what_is_there_already(ws: Workspace) -> None:
    first = make(ws)
    fresh = conversion.proposal(ws, first)
    assert (fresh.name, fresh.contact, fresh.company) == ("Café Ñandú", None, None)
    convert(ws, first)
    found = conversion.proposal(ws, make(ws, company="cafe nandu"))
    assert (found.contact or (0, ""))[1] == "Ana Ruiz"
    assert (found.company or (0, ""))[1] == "Café Ñandú"


def test_many_are_converted_in_one_step_and_the_others_say_why_not(any_ws: Workspace) -> None:
    ids = [
        make(any_ws, f"Lead {n}", email=f"l{n}@example.com", phone="", value=None if n == 1 else 100_00)
        for n in range(3)
    ]
    done = convert(any_ws, make(any_ws, "Done"))
    before = leads.get(any_ws, ids[0])
    made, refused = conversion.convert_many(
        any_ws,
        [*ids, opportunities.get(any_ws, done).row["lead_id"]],
        lambda lead: {"name": lead["name"], "value": lead["value"], "expected_close": DAY},
    )
    assert list(made) == [ids[0], ids[2]]
    assert [(lead, name) for lead, name, _ in refused] == [(ids[1], "Lead 1"), (refused[1][0], "Done")]
    assert "value" in refused[0][2]
    assert "Two machines" in refused[1][2]
    top = [card.id for card in board.listed(any_ws, board.DealFilter())][:3]
    assert top == [made[ids[2]], made[ids[0]], done]
    undo.undo(any_ws)
    assert leads.get(any_ws, ids[0]).status == before.status
    assert len(rows(any_ws, "opportunity")) == 1


def test_of_two_at_once_one_converts_and_turns_are_not_given_twice(any_ws: Workspace) -> None:
    lead = make(any_ws)
    with any_ws.unit("x", ["x", {}]) as uow:
        team = uow.insert("team", {"name": "Sur", "assignment": "turns"})
        uow.update("person", any_ws.actor_id, {"team_id": team})
        rival = uow.insert("person", {"name": "Luis", "folded": "luis", "team_id": team})
    others = [Workspace(any_ws.store, any_ws.clock, any_ws.actor_id) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(convert, other, lead) for other in others]
        refused = [isinstance(each.exception(), AlreadyConverted) for each in done]
        made = list(pool.map(lambda other: make(other, "Eva Sol", email="eva@example.com"), others))
    assert sorted(refused) == [False, True, True, True]
    assert len(rows(any_ws, "opportunity")) == 1
    owners = [leads.get(any_ws, lead).row["owner_id"] for lead in made]
    assert sorted(owners) == sorted([any_ws.actor_id, rival] * 2)


def test_what_a_lead_left_empty_takes_no_default_in_its_deal(ws: Workspace) -> None:
    custom_fields.save(ws, {"label": "Box", "subject": "both", "form": "checkbox", "default": True})
    custom_fields.save(ws, {"label": "Own", "subject": "opportunity", "form": "text", "default": "usual"})
    lead = make(ws, custom={"box": False})
    assert json.loads(opportunities.get(ws, convert(ws, lead)).row["custom"]) == {"own": "usual"}
