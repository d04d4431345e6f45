"""Two people at one record: different fields both stay, of the same field the later one is told both values, who and when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from salesos_desktop.errors import Conflict
from salesos_desktop.services import (
    activities,
    companies,
    conflicts,
    contacts,
    custom_fields,
    deal_table,
    leads,
    notes,
    opportunities,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import beside, make_deals


def refused(service: Any, ws: Workspace, row_id: int, values: Any, expect: Any) -> Conflict:
    with pytest.raises(Conflict) as caught:
        service(ws, row_id, values, expect=expect)
    return caught.value


def test_of_a_deal_different_fields_both_stay_and_the_same_one_is_chosen(any_ws: Workspace) -> None:
    (deal,), luis = make_deals(any_ws, 1), beside(any_ws, "Luis Mar")
    shown = opportunities.get(any_ws, deal).row
    opportunities.edit(
        luis, deal, {"name": "Theirs", "value": 50000, "expected_close": date(2027, 1, 31)}, expect=shown
    )
    opportunities.edit(any_ws, deal, {"priority": "high", "company": "Mine Ltd"}, expect=shown)
    now = opportunities.get(any_ws, deal).card
    assert (now.name, now.value, now.company) == ("Theirs", 50000, "Mine Ltd")

    mine = {"value": 77700, "expected_close": date(2027, 2, 28), "note": "Mine"}
    error = refused(opportunities.edit, any_ws, deal, mine, shown)
    assert "Luis Mar" in error.title
    assert opportunities.get(any_ws, deal).row["note"] == "", "nothing of it was written"
    value, close = error.clashes
    assert (value.field, value.who, value.theirs, value.mine) == ("value", "Luis Mar", "$500", "$777")
    assert (close.field, close.theirs, close.mine) == (
        "expected_close", "January 31, 2027", "February 28, 2027",
    )  # fmt: skip
    left, expect = conflicts.resolved(mine, shown, error, {"value"})
    opportunities.edit(any_ws, deal, left, expect=expect)
    row = opportunities.get(any_ws, deal).row
    assert (row["value"], row["expected_close"], row["note"]) == (77700, date(2027, 1, 31), "Mine")


def test_the_same_value_is_no_conflict_and_who_chooses_theirs_writes_nothing(any_ws: Workspace) -> None:
    (deal,), luis = make_deals(any_ws, 1), beside(any_ws, "Luis Mar")
    shown = opportunities.get(any_ws, deal).row
    opportunities.edit(luis, deal, {"company": "Acme"}, expect=shown)
    assert opportunities.edit(any_ws, deal, {"company": "Acme"}, expect=shown) is None
    error = refused(opportunities.edit, any_ws, deal, {"company": "Other"}, shown)
    assert (error.clashes[0].field, error.clashes[0].theirs, error.clashes[0].mine) == ("company", "Acme", "Other")
    assert conflicts.resolved({"company": "Other"}, shown, error, ())[0] == {}


def test_an_amount_in_another_currency_is_asked_with_it(any_ws: Workspace) -> None:
    (deal,), luis = make_deals(any_ws, 1), beside(any_ws, "Luis Mar")
    shown = opportunities.get(any_ws, deal).row
    opportunities.edit(luis, deal, {"currency": "EUR"}, expect=shown)
    error = refused(opportunities.edit, any_ws, deal, {"value": 120000}, shown)
    left, expect = conflicts.resolved({"value": 120000}, shown, error, {"value"})
    opportunities.edit(any_ws, deal, left, expect=expect)
    now = opportunities.get(any_ws, deal).card
    assert (now.value, now.currency) == (120000, shown["currency"])


def test_own_fields_are_compared_one_by_one(any_ws: Workspace) -> None:
    for name in ("Floor", "Door"):
        custom_fields.save(any_ws, {"subject": "opportunity", "label": name, "form": "text"})
    floor, door = (each.key for each in custom_fields.fields(any_ws))
    (deal,), luis = make_deals(any_ws, 1), beside(any_ws, "Luis Mar")
    shown = opportunities.get(any_ws, deal).row
    opportunities.edit(luis, deal, {"custom": {floor: "2"}}, expect=shown)
    opportunities.edit(any_ws, deal, {"custom": {door: "B"}}, expect=shown)
    error = refused(opportunities.edit, any_ws, deal, {"custom": {floor: "3", door: "B"}}, shown)
    assert [(each.title, each.theirs, each.mine) for each in error.clashes] == [("Floor", "2", "3")]
    left, expect = conflicts.resolved({"custom": {floor: "3"}}, shown, error, {f"custom.{floor}"})
    opportunities.edit(any_ws, deal, left, expect=expect)
    assert '"3"' in opportunities.get(any_ws, deal).row["custom"]


def test_a_line_of_the_table_expects_the_names_that_it_shows(any_ws: Workspace) -> None:
    (deal,), luis = make_deals(any_ws, 1), beside(any_ws, "Luis Mar")
    shown = conflicts.as_shown(deal_table.fetch(any_ws, [deal])[deal])
    opportunities.edit(luis, deal, {"contact": "Ada"})
    error = refused(opportunities.edit, any_ws, deal, {"contact": "Bo"}, shown)
    assert (error.clashes[0].theirs, error.clashes[0].mine) == ("Ada", "Bo")
    opportunities.edit(any_ws, deal, {"tags": ["x"]}, expect=shown)


def test_leads_contacts_companies_activities_and_notes_are_compared_by_field(any_ws: Workspace) -> None:
    luis = beside(any_ws, "Luis Mar")
    lead = leads.create(any_ws, {"name": "Lea", "email": "lea@x.es"})
    contact, company = (
        contacts.create(any_ws, {"name": "Con", "email": "a@x.es"}),
        companies.create(any_ws, {"name": "Co"}),
    )
    for service, row_id, shared, other in (
        (leads, lead, "position", {"place": "Lima"}),
        (contacts, contact, "email", {"position": "CEO"}),
        (companies, company, "sector", {"location": "Quito"}),
    ):
        shown, theirs, mine = service.get(any_ws, row_id).row, "theirs@x.es", "mine@x.es"
        service.edit(luis, row_id, {shared: theirs}, expect=shown)
        service.edit(any_ws, row_id, other, expect=shown)
        (clash,) = refused(service.edit, any_ws, row_id, {shared: mine}, shown).clashes
        assert (clash.field, clash.theirs, clash.mine, clash.who) == (shared, theirs, mine, "Luis Mar")
    day = any_ws.clock.today()
    call = activities.plan(any_ws, {"kind": "call", "subject": "Ring", "due_on": day, "starts": "10:00"})
    seen = conflicts.as_shown(activities.get(any_ws, call))
    activities.edit(luis, call, {"due_on": day + timedelta(days=1)}, expect=seen)
    activities.edit(any_ws, call, {"subject": "Ring twice"}, expect=seen)
    clashes = refused(activities.edit, any_ws, call, {"due_on": day + timedelta(days=2)}, seen).clashes
    assert {each.field for each in clashes} == {"due_on"}
    assert clashes[0].who == "Luis Mar"
    note = notes.add(any_ws, "lead", lead, "One")
    notes.edit(luis, note, "Two")
    (clash,) = refused(notes.edit, any_ws, note, "Three", {"body": "One"}).clashes
    assert (clash.theirs, clash.mine) == ("Two", "Three")
