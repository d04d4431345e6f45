"""Fields of one's own: defined, filled in as people write, shown and demanded by conditions, in history, undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from salesos_desktop import storage
from salesos_desktop.domain import custom_fields as rules
from salesos_desktop.domain.conditions import All, Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import (
    assignment,
    checks,
    custom_fields,
    custom_values,
    leads,
    opportunities,
    timeline,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def define(ws: Workspace, label: str, form: str = "text", **more: Any) -> rules.CustomField:
    field_id = custom_fields.save(ws, {"label": label, "form": form, "subject": "both", **more})
    return next(each for each in custom_fields.fields(ws) if each.id == field_id)


def custom_of(ws: Workspace, deal: int) -> dict[str, Any]:
    return rules.stored(opportunities.get(ws, deal).row)


@pytest.mark.parametrize(
    ("form", "typed", "kept", "shown"),
    [
        ("text", "  two  words ", "two words", "two words"),
        ("long_text", "one\ntwo ", "one\ntwo", "one\ntwo"),
        ("number", "1.234,5", 1234.5, "1,234.5"),
        ("number", "1,234.50", 1234.5, "1,234.5"),
        ("number", "-7", -7, "−7"),
        ("currency", "$1,200.50", 120050, "$1,200.50"),
        ("date", date(2026, 12, 31), "2026-12-31", "Dec 31"),
        ("checkbox", "sí", True, "Yes"),
        ("email", "Ana@EXAMPLE.com", "Ana@example.com", "Ana@example.com"),
        ("phone", "+34600123456", "+34 600 12 34 56", "+34 600 12 34 56"),
        ("url", "example.com/a", "https://example.com/a", "https://example.com/a"),
        ("choice", "MADRID", "Madrid", "Madrid"),
        ("choices", "lima; madrid", ["Madrid", "Lima"], "Madrid, Lima"),
    ],
)
def test_a_value_is_read_as_people_write_it(any_ws: Workspace, form: str, typed: Any, kept: Any, shown: str) -> None:
    each = define(any_ws, "Field", form, options=["Madrid", "Lima"])
    deal = make_deals(any_ws, 1)[0]
    opportunities.edit(any_ws, deal, {"custom": {each.key: typed}})
    assert custom_of(any_ws, deal) == {each.key: kept}
    assert custom_values.shown(any_ws, each, kept) == shown
    told = [(e.field, e.before, e.after) for e in timeline.entries(any_ws, deal) if e.kind == "changed"]
    assert told == [("custom:Field", None, shown)]
    undo.undo(any_ws)
    assert custom_of(any_ws, deal) == {}


@pytest.mark.parametrize(
    ("form", "typed"),
    [("number", "many"), ("currency", "x"), ("date", "soon"), ("checkbox", "maybe"), ("email", "a@"), ("phone", "1"),
     ("number", float("nan")), ("number", float("inf")), ("number", "1e99999999"), ("number", Decimal("sNaN")),
     ("number", True), ("url", "not a site"), ("choice", "Quito"), ("choices", "Madrid, Quito"), ("text", "x" * 501)],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_fields_name(ws: Workspace, form: str, typed: str) -> None:
    each = define(ws, "Field", form, options=["Madrid"])
    deal = make_deals(ws, 1)[0]
    with pytest.raises(InvalidInput, match="Field") as caught:
        opportunities.edit(ws, deal, {"custom": {each.key: typed}})
    assert caught.value.field == f"custom.{each.key}"
    with pytest.raises(InvalidInput):
        opportunities.edit(ws, deal, {"custom": {"other": 1}})


def test_an_option_may_have_a_comma_in_it(ws: Workspace) -> None:
    each = define(ws, "Size", "choices", options=["Big, red", "Big", "Small"])
    deal = make_deals(ws, 1)[0]
    for typed, kept in (("big, RED ", ["Big, red"]), ("Small; big", ["Big", "Small"]), (["Big, red"], ["Big, red"])):
        opportunities.edit(ws, deal, {"custom": {each.key: typed}})
        assert custom_of(ws, deal) == {each.key: kept}


def test_definitions_are_read_once_for_many_records(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    each = define(ws, "Size")
    ids = [leads.create(ws, {"name": f"L{n}", "email": f"l{n}@example.com"}) for n in range(5)]
    reads = []
    read = storage.custom_fields.fields
    monkeypatch.setattr(storage.custom_fields, "fields", lambda connection: reads.append(1) or read(connection))
    leads.edit_many(ws, ids, {"custom": {each.key: "x"}})
    assert len(reads) == 1
    assert rules.stored(leads.get(ws, ids[-1]).row) == {"size": "x"}


def test_new_records_take_defaults_and_need_what_is_required_old_ones_stay_editable(ws: Workspace) -> None:
    old = make_deals(ws, 1)[0]
    define(ws, "Region", "choice", options=["North", "South"], default="south")
    budget = define(ws, "Budget", "currency", required=True)
    with pytest.raises(InvalidInput, match="Budget") as caught:
        make_deals(ws, 1)
    assert caught.value.field == "custom.budget"
    new = make_deals(ws, 1, custom={"budget": "100"})[0]
    assert custom_of(ws, new) == {"region": "South", "budget": 10000}
    opportunities.edit(ws, old, {"name": "Other"})
    with pytest.raises(InvalidInput, match="missing"):
        opportunities.edit(ws, old, {"custom": {budget.key: ""}})


def test_a_condition_shows_and_demands_a_field(ws: Workspace) -> None:
    kind = define(ws, "Kind", "choice", options=["Renewal", "New"])
    why = define(
        ws, "Why", shown_if=Ask("custom.kind", Operator.EQUALS, "new"),
        required_if=Ask("value", Operator.AT_LEAST, 500_000), subject="opportunity",
    )  # fmt: skip
    today = ws.clock.today()
    for custom, value, shown, required in (
        ("{}", 900_000, False, False),
        ('{"kind":"New"}', 100, True, False),
        ('{"kind":"New"}', 900_000, True, True),
    ):
        row = {"custom": custom, "value": value}
        assert (rules.is_shown(why, row, today), rules.is_required(why, row, today)) == (shown, required)
    with pytest.raises(InvalidInput, match="Why"):
        make_deals(ws, 1, value=900_000, custom={kind.key: "New"})
    for wrong in (
        Ask("custom.nowhere", Operator.EMPTY),
        Ask("custom.why", Operator.EMPTY),
        Ask("stage.name", Operator.EMPTY),
    ):
        with pytest.raises(InvalidInput) as caught:
            custom_fields.save(ws, {"shown_if": wrong}, field_id=why.id)
        assert caught.value.field == "shown_if"


@pytest.mark.parametrize("how", ["delete", "switch off"])
def test_what_looks_at_a_field_that_went_is_shown_and_demands_nothing(ws: Workspace, how: str) -> None:
    kind = define(ws, "Kind")
    why = define(
        ws, "Why", shown_if=Ask("custom.kind", Operator.EQUALS, "New"), required_if=Ask("custom.kind", Operator.EMPTY)
    )
    team = {"name": "Team", "conditions": Ask("custom.kind", Operator.EQUALS, "New"), "person_id": ws.actor_id}
    assignment.save_rule(ws, **team)
    if how == "delete":
        custom_fields.delete(ws, kind.id)
    else:
        custom_fields.save(ws, {"active": False}, field_id=kind.id)
    deal = make_deals(ws, 1)[0]
    opportunities.edit(ws, deal, {"custom": {"why": "so"}})
    opportunities.edit(ws, deal, {"custom": {"why": ""}})
    leads.create(ws, {"name": "Ana", "email": "a@example.com"})
    seen = custom_fields.fields(ws, "opportunity")[0]
    assert rules.is_shown(seen, {"custom": "{}"}, ws.clock.today())
    if how == "switch off":
        custom_fields.save(ws, {"active": True}, field_id=kind.id)
        assert custom_fields.fields(ws)[1].shown_if == why.shown_if, "with the field its conditions are back"
        custom_fields.save(ws, {"active": False}, field_id=kind.id)
    else:
        again = define(ws, "Kind")
        assert again.key == kind.key
        assert custom_fields.fields(ws)[0].required_if == rules.All(), "a new field of that name is another one"
    custom_fields.save(ws, {"label": "Reason"}, field_id=why.id)


def test_a_field_in_use_keeps_its_form_and_is_put_out_of_use_not_deleted(any_ws: Workspace) -> None:
    used, unused = define(any_ws, "Used", "number"), define(any_ws, "Unused")
    leads.create(any_ws, {"name": "Ana", "email": "a@example.com", "custom": {used.key: 3}})
    with pytest.raises(InvalidInput) as caught:
        custom_fields.save(any_ws, {"form": "text"}, field_id=used.id)
    assert caught.value.field == "form"
    for each in (used, unused):
        custom_fields.delete(any_ws, each.id)
    assert [(e.label, e.active) for e in custom_fields.fields(any_ws)] == [("Used", False)]
    undo.undo(any_ws)
    undo.undo(any_ws)
    assert [(e.label, e.active) for e in custom_fields.fields(any_ws, "lead")] == [("Used", True), ("Unused", True)]


@pytest.mark.parametrize(
    ("definition", "part"),
    [({"label": " "}, "label"), ({"label": "kind"}, "label"), ({"label": "L", "form": "choice"}, "options"),
     ({"label": "L", "form": "number", "default": "x"}, "default"), ({"label": "L", "subject": "team"}, "subject")],
)  # fmt: skip
def test_a_definition_is_refused_by_its_part(ws: Workspace, definition: dict[str, Any], part: str) -> None:
    define(ws, "Kind")
    with pytest.raises(InvalidInput) as caught:
        custom_fields.save(ws, {"subject": "both", **definition})
    assert caught.value.field == part
    assert len(custom_fields.fields(ws)) == 1


def test_sections_keep_fields_when_they_go(ws: Workspace) -> None:
    section = custom_fields.save_section(ws, "both", "Money", 2)
    each = define(ws, "Budget", section_id=section)
    custom_fields.reorder(ws, [each.id])
    custom_fields.delete_section(ws, section)
    assert custom_fields.sections(ws) == []
    assert custom_fields.fields(ws)[0].section_id is None
    undo.undo(ws)
    assert (custom_fields.sections(ws)[0].columns, custom_fields.fields(ws)[0].section_id) == (2, section)
    assert checks.problems(ws) == []


def test_fields_that_would_show_each_other_are_refused(ws: Workspace) -> None:
    first = custom_fields.save(ws, {"label": "A", "subject": "opportunity", "form": "text"})
    shown = All((Ask("custom.a", Operator.NOT_EMPTY),))
    custom_fields.save(ws, {"label": "B", "subject": "opportunity", "form": "text", "shown_if": shown})
    with pytest.raises(InvalidInput, match="leads back"):
        custom_fields.save(ws, {"shown_if": All((Ask("custom.b", Operator.NOT_EMPTY),))}, field_id=first)
