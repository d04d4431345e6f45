"""Activities on the command line as a process: listed, finished, with what comes next."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from salesos_desktop import bootstrap
from salesos_desktop.services import activities, leads
from tests.conftest import make_deals

from .test_cli_leads import js, run


def test_activities_are_listed_and_finished(tmp_path: Path) -> None:
    path = tmp_path / "cli.salesos"
    with closing((ws := bootstrap.open_workspace(path, create=True)).store):
        bootstrap.prepare(ws)
        (deal,) = make_deals(ws, 1)
        lead = leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
        today = ws.clock.today()
        values = {"kind": "call", "subject": "Offer", "due_on": today - timedelta(days=2), "recurrence": "FREQ=WEEKLY",
                  "participants": [{"name": "Somebody"}]}  # fmt: skip
        late = activities.plan(ws, values, ("opportunity", deal))
        other = {"subject": "Ask", "assignee_id": None, "due_on": today + timedelta(days=1), "starts": "09:30"}
        planned = activities.plan(ws, other, ("lead", lead))
        undated = activities.plan(ws, {"subject": "Some day"}, None)
    assert [each["id"] for each in js(path, "activities")] == [late, planned, undated]
    assert [each["id"] for each in js(path, "activities", "--mine", "--overdue")] == [late]
    (found,) = js(path, "activities", "--lead", str(lead))
    assert (found["about_kind"], found["about"], found["starts"], found["state"], found["assignee"]) == (
        "lead", "Ana", "09:30", "planned", None,
    )  # fmt: skip
    done = js(path, "done", str(late), "--outcome", "They want it")
    assert (done["state"], done["outcome"], done["participants"][0]["name"]) == ("done", "They want it", "Somebody")
    assert done["next"]["day"] == (today + timedelta(days=5)).isoformat()
    assert [each["id"] for each in js(path, "activities", "--deal", str(deal))] == [done["next"]["id"], late]
    assert "Offer" in run(path, "activities")[0]
    assert "999" in run(path, "done", "999", code=2)[1]
    run(path, "activities", "--deal", "999", code=2)
    run(path, "activities", "--deal", "1", "--lead", "1", code=2)
