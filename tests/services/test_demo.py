"""Sample data: its own fields stand for what a team would really note, and never for more than the fields allow."""

from __future__ import annotations

import json

import pytest

from salesos_desktop.domain.custom_fields import is_shown, stored
from salesos_desktop.i18n import set_language
from salesos_desktop.services import checks, custom_fields, custom_values, demo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import children


@pytest.mark.parametrize("language", ["en", "es"])
def test_some_leads_and_deals_have_values_of_own_fields(ws: Workspace, language: str) -> None:
    set_language(language)
    demo.fill(ws, 80)
    assert [each.subject for each in custom_fields.fields(ws)] == ["both", "lead", "opportunity", "opportunity"]
    assert not any(each.on_card or each.required for each in custom_fields.fields(ws)), (
        "cards and forms stay as they were"
    )
    with ws.store.read() as connection:
        for table in ("lead", "opportunity"):
            known = {each.key: each for each in custom_fields.fields(ws, table)}
            rows = children.rows(connection, table, {})
            assert 0.3 < sum(row["custom"] != "{}" for row in rows) / len(rows) < 0.95
            assert {key for row in rows for key in stored(row)} == set(known)
            for row in rows:
                for key, value in stored(row).items():
                    assert custom_values.cleaned(ws, known[key], value) == value
                    assert is_shown(known[key], row, ws.clock.today())
        pairs = {row["id"]: row for row in children.rows(connection, "lead", {})}
        for deal in children.rows(connection, "opportunity", {}):
            both = stored(deal).get("sector"), stored(pairs[deal["lead_id"]]).get("sector") if deal["lead_id"] else None
            assert None in both or both[0] == both[1], "lead and deal speak of the same company"
    assert checks.problems(ws) == []


def test_the_team_has_done_and_plans_things(ws: Workspace) -> None:
    demo.fill(ws, 120)
    with ws.store.read() as connection:
        rows = children.rows(connection, "activity", {})
        deals = {row["id"]: row for row in children.rows(connection, "opportunity", {})}
        steps = children.rows(connection, "activity_plan_step", {})
        participants = children.rows(connection, "activity_participant", {})
    done = [row for row in rows if row["done_at"] is not None]
    assert len(done) > 5
    assert any(row["outcome"] for row in done)
    assert all(row["done_at"] <= ws.clock.now() for row in done)
    assert sum(row["due_at"] is not None for row in rows) > len(rows) / 4
    assert {bool(row["contact_id"]) for row in participants} == {True, False}
    assert [row["recurrence"] for row in rows if row["recurrence"]] == ["FREQ=WEEKLY;BYDAY=MO"]
    assert {row["subject_table"] for row in rows} == {"opportunity", "lead"}
    assert sum(row["plan_id"] is not None for row in rows) == 3 * len(steps) == 9
    for deal in deals.values():
        waiting = [row["due_on"] for row in rows if row["subject_table"] == "opportunity"
                   and row["subject_id"] == deal["id"] and row["done_at"] is None]  # fmt: skip
        assert deal["next_activity_on"] == min(waiting, default=None)


def test_more_sample_data_uses_the_fields_that_are_there_and_leaves_other_ones_alone(ws: Workspace) -> None:
    mine = custom_fields.save(ws, {"label": "employees", "form": "text", "subject": "lead"})
    demo.fill(ws, 20)
    before = custom_fields.fields(ws)
    assert [each.label for each in before] == ["employees", "Sector", "Contract", "Renewal"]
    demo.fill(ws, 20)
    assert custom_fields.fields(ws) == before
    with ws.store.read() as connection:
        texts = [row["custom"] for row in children.rows(connection, "lead", {})]
    assert not any("employees" in json.loads(text) for text in texts), mine
