"""Activities on the command line: listed, finished, with what comes next."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.cli import main
from salesos_desktop.services import activities, leads
from tests.conftest import make_deals


def test_activities_are_listed_and_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cli.salesos"
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    def run(*words: str, code: int = 0) -> tuple[str, str]:
        assert main(["--workspace", str(path), *words]) == code
        said = capsys.readouterr()
        return said.out, said.err

    def js(*words: str) -> Any:
        return json.loads(run(*words, "--json")[0])

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
    assert [each["id"] for each in js("activities")] == [late, planned, undated]
    assert [each["id"] for each in js("activities", "--mine", "--overdue")] == [late]
    (found,) = js("activities", "--lead", str(lead))
    assert (found["about_kind"], found["about"], found["starts"], found["state"], found["assignee"]) == (
        "lead", "Ana", "09:30", "planned", None,
    )  # fmt: skip
    done = js("done", str(late), "--outcome", "They want it")
    assert (done["state"], done["outcome"], done["participants"][0]["name"]) == ("done", "They want it", "Somebody")
    assert done["next"]["day"] == (today + timedelta(days=5)).isoformat()
    assert [each["id"] for each in js("activities", "--deal", str(deal))] == [done["next"]["id"], late]
    assert "Offer" in run("activities")[0]
    assert "999" in run("done", "999", code=2)[1]
    run("activities", "--deal", "999", code=2)
    run("activities", "--deal", "1", "--lead", "1", code=2)
