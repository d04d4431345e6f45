"""Exporting on the command line as a process."""

from __future__ import annotations

import json
from pathlib import Path

from tests.end2end.program import here


def run(path: Path, *words: str, code: int = 0) -> str:
    return here(path, *words, code=code)[code != 0]


def test_a_file_is_written_replaced_only_when_asked_and_goes_in_elsewhere(tmp_path: Path) -> None:
    one, other, file = tmp_path / "one.salesos", tmp_path / "other.salesos", tmp_path / "deals.csv"
    run(one, "demo", "--deals", "40")
    made = json.loads(run(one, "export", "opportunities", str(file), "--delimiter", ";", "--json"))
    assert made == {"file": str(file), "rows": 40}
    assert "--overwrite" in run(one, "export", "opportunities", str(file), code=2)
    won = json.loads(run(one, "export", "opportunities", str(tmp_path / "won.csv"), "--stage", "won", "--json"))
    assert 0 < won["rows"] < 40
    assert json.loads(run(other, "import", str(file), "--json"))["created"] == 40
    assert "narrowed" in run(one, "export", "products", str(file), "--stage", "won", code=2)
    told = run(one, "export", "leads", str(tmp_path / "leads.xlsx"), "--status", "new", "--overwrite")
    assert "written to" in told
    assert (tmp_path / "leads.xlsx").read_bytes().startswith(b"PK")
