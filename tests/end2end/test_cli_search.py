"""The search on the command line, and the cure for an index that is wrong."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.cli import main
from salesos_desktop.services import leads, notes, opportunities


def test_search_and_its_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cli.salesos"
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    def js(*words: str, code: int = 0) -> Any:
        assert main(["--workspace", str(path), *words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    with closing((ws := bootstrap.open_workspace(path, create=True)).store):
        bootstrap.prepare(ws)
        deal = opportunities.create(ws, {"name": "Grúa móvil", "value": 100, "expected_close": ws.clock.today()})
        note = notes.add(ws, "opportunity", deal, "La grúa llega el lunes")
        lead = leads.create(ws, {"name": "Ana Ruiz", "email": "ana@grua.example"})
    found = js("search", "GRUA")
    assert [(row["kind"], row["id"], row["match"]) for row in found] == [
        ("opportunity", deal, "beginning"), ("lead", lead, "words"), ("note", note, "words"),
    ]  # fmt: skip
    assert (found[1]["where"], found[1]["excerpt"]) == ("Email", "ana@grua.example")
    assert (found[2]["about_kind"], found[2]["about_id"]) == ("opportunity", deal)
    assert [row["id"] for row in js("search", "grua", "--kind", "lead", "--limit", "1")] == [lead]
    assert main(["--workspace", str(path), "search", "grua", "--kind", "stage"]) == 2
    capsys.readouterr()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE search_entry SET words = 'x'")
    assert len(js("check", code=1)["problems"]) == 4, "three entries, and the index of their words"
    assert js("check", "--rebuild-search")["ok"]
    assert len(js("search", "grua movil")) == 1
