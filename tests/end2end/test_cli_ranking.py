"""The ranking on the command line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.cli import main
from salesos_desktop.services import leads, moves, opportunities


def test_ranking_of_a_period(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cli.salesos"
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    with closing((ws := bootstrap.open_workspace(path, create=True)).store):
        bootstrap.prepare(ws)
        values = {"name": "Crane", "value": 150_050, "expected_close": ws.clock.today()}
        moves.win(ws, [opportunities.create(ws, values)])
        leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
        with ws.unit("test", ["", {}], undoable=False) as uow:
            uow.update("person", ws.actor_id, {"name": "Marta", "team_id": uow.insert("team", {"name": "North"})})

    def js(*words: str) -> Any:
        assert main(["--workspace", str(path), "ranking", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    found = js("--period", "today")
    assert found["from"] == found["to"] == ws.clock.today().isoformat()
    points = 50 + 15 + 25 + 5
    assert found["people"] == [
        {
            "position": 1, "before": None, "change": "none", "id": ws.actor_id, "name": "Marta", "points": points, "won": 1,
            "revenue": "1500.50", "leads": 1, "converted": 0, "conversion": 0.0,
        }
    ]  # fmt: skip
    assert [row["name"] for row in found["teams"]] == ["North"]
    assert (js()["period"], js("--period", "all")["from"]) == ("month", None)
    assert main(["--workspace", str(path), "ranking", "--teams", "--period", "week"]) == 0
    assert "North" in capsys.readouterr().out
    assert main(["--workspace", str(path), "ranking", "--period", "year"]) == 2
