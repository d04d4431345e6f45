"""History on the command line: what happened, and the record as it was."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.cli import main
from salesos_desktop.services import conversion, leads


def test_history_of_a_deal_with_the_lead_it_was_and_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cli.salesos"
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    def js(*words: str) -> Any:
        assert main(["--workspace", str(path), *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    with closing((ws := bootstrap.open_workspace(path, create=True)).store):
        bootstrap.prepare(ws)
        today = ws.clock.today()
        lead = leads.create(ws, {"name": "Ana Ruiz", "email": "ana@example.com"})
        deal = conversion.convert(ws, lead, {"name": "Two machines", "value": 500_00, "expected_close": today})
    js("move", str(deal), "Proposal")
    steps = js("history", str(deal))
    assert [(step["from"], step["verb"], step["record"]["how"]) for step in steps] == [
        ("commands", "move", None), ("window", "convert", "lead"), ("window", "convert", None), ("window", "create", "lead"),
    ]  # fmt: skip
    assert steps[0]["changes"][0] == {"kind": "stage", "field": "stage", "before": "Prospecting", "after": "Proposal"}
    assert [step["record"]["how"] for step in js("history", str(lead), "--lead")].count("opportunity") == 2
    now = js("history", str(deal), "--as-of", today.isoformat())
    assert (now["existed"], now["changed"]) == (True, 0)
    assert now["fields"]["value"] == {"then": "500.00", "now": "500.00"}
    assert not js("history", str(deal), "--as-of", (today - timedelta(days=1)).isoformat())["existed"]
    for speech, texts in (
        ("en_US", ["command line", "Stage: Prospecting → Proposal", "Created"]),
        ("es_ES", ["línea de comandos", "Etapa: Prospecting → Proposal", "Creación"]),
    ):
        monkeypatch.setenv("LANG", f"{speech}.UTF-8")
        assert main(["--workspace", str(path), "history", str(deal)]) == 0
        shown = capsys.readouterr().out
        assert [text for text in texts if text not in shown] == []
        assert main(["--workspace", str(path), "history", str(deal), "--as-of", today.isoformat()]) == 0
        shown = capsys.readouterr().out
        assert [name for name in ("stage", "expected_close", "500_00", "medium") if name in shown] == []
    assert main(["--workspace", str(path), "history", "99"]) == 2
    assert main(["--workspace", str(path), "history", str(deal), "--as-of", "yesterday"]) == 2
    assert main(["--workspace", str(path), "history", str(deal), "--as-of", "9999-12-31"]) == 2
