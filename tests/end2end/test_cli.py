"""The command line: what it prints, its exit codes, and that bad files leave everything as it was."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop.services import demo
from tests.conftest import StillClock, copied
from tests.end2end.program import here, process

Say = Callable[..., tuple[str, str]]


def run(path: Path, *words: str, code: int = 0, by: Say = here) -> str:
    """What a command says, on standard error and in one line where the user can cure something."""
    out, errors = by(path, *words, code=code)
    if code == 2:
        assert len(errors.strip().splitlines()) == 1
    return errors if code else out


def js(path: Path, *words: str, by: Say = here) -> Any:
    return json.loads(run(path, "--json", *words, by=by))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cli.salesos"


@pytest.fixture
def one_deal(path: Path, clock: StillClock) -> Path:
    """A workspace with one deal and nothing to undo."""
    ws = copied(path, clock)
    demo.fill(ws, 1)
    ws.store.close()
    return path


def test_a_deal_from_new_to_reopened(path: Path) -> None:
    made = js(
        path, "new", "--name", "Deal", "--value", "1234.56", "--close", "2099-12-24", "--company", "Acme", by=process
    )  # fmt: skip
    assert (made["value"], made["currency"], made["stage"], made["company"]) == (
        "1234.56",
        "USD",
        "Prospecting",
        "Acme",
    )
    number = str(made["id"])
    assert js(path, "move", number, "Proposal", by=process)["probability"] == 50
    assert js(path, "win", number, "--value", "99", "--date", "2026-01-02")["closed_on"] == "2026-01-02"
    assert js(path, "undo")["done"] == "Undone: Win “Deal”"
    assert js(path, "redo")["done"].startswith("Redo")
    assert js(path, "reopen", number, "Negotiation")["closed_on"] is None
    assert js(path, "lose", number, "--reason", "price", "--competitor", "X")["kind"] == "lost"
    shown = js(path, "show", number)
    assert [e["kind"] for e in shown["history"] if e["field"] == "stage"] == [
        "stage",
        "won",
        "reopened",
        "won",
        "reopened",
        "lost",
    ]
    values = [(e["before"], e["after"]) for e in shown["history"] if e["field"] == "value"]
    assert values == [("1234.56", "99.00"), ("99.00", "1234.56"), ("1234.56", "99.00")]
    assert js(path, "check", by=process) == {"ok": True, "problems": []}


def test_lists_stages_and_forecast(path: Path) -> None:
    js(path, "demo", "--deals", "50")
    stages = js(path, "stages")
    assert [s["name"] for s in stages] == ["Prospecting", "Qualification", "Proposal", "Negotiation", "Won", "Lost"]
    assert sum(s["count"] for s in stages) == 50
    assert len(js(path, "list", "--stage", "Won")) == next(s["count"] for s in stages if s["kind"] == "won")
    assert len(js(path, "list", "--limit", "3")) == 3
    forecast = js(path, "forecast", "--by", "month,stage,owner")
    assert set(forecast["rows"][0]) >= {"month", "stage", "owner", "count", "weighted", "best_case", "committed", "won"}
    assert forecast["totals"]["won"] == next(s["total"] for s in stages if s["kind"] == "won")
    open_total = sum(float(s["total"]) for s in stages if s["kind"] == "open")
    assert float(forecast["totals"]["best_case"]) == open_total


def test_import_in_json_and_its_refusals(path: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("name,value,close date\nA,1.50,2026-12-24\n", encoding="utf-8")
    bad.write_text("name,value,close date\nA,1x,2026-12-24\nB,2,2026-12-24\n", encoding="utf-8")
    assert js(path, "import", str(good))["created"] == 1
    assert "line 2 of bad.csv" in run(path, "import", str(bad), code=2)
    result = js(path, "import", str(bad), "--on-error", "skip")
    assert (result["created"], result["failed"]) == (1, 1)
    assert result["errors"][0]["line"] == 2
    assert js(path, "import", str(good), "--dry-run")["created"] == 1
    assert sum(s["count"] for s in js(path, "stages")) == 2
    assert js(path, "import", str(good), "--map", "name=company", "--map", "value=")["created"] == 1


def test_a_template_is_written_and_imported_and_duplicates_are_dealt_with_as_asked(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "template.csv"
    js(path, "import", "--template", "leads", str(file))
    assert "already exists" in run(path, "import", "--template", "leads", str(file), code=2)
    assert js(path, "import", str(file))["created"] == 2
    again = js(path, "import", str(file))
    assert (again["created"], again["skipped"], again["duplicates"]) == (0, 2, {"email": 2})
    assert [d["line"] for d in again["first_duplicates"]] == [2, 3]
    assert js(path, "import", str(file), "--on-duplicate", "create")["created"] == 2
    assert js(path, "import", str(file), "--on-duplicate", "update", "--dry-run")["duplicates"] == {"email": 2}
    assert "No file was named" in run(path, "import", code=2)


def test_backup_and_restore(path: Path, tmp_path: Path) -> None:
    js(path, "demo", "--deals", "5")
    copy = tmp_path / "copy.salesos"
    run(path, "backup", str(copy))
    assert "already exists" in run(path, "backup", str(copy), code=2)
    js(path, "new", "--name", "Later", "--value", "1", "--close", "2099-01-01")
    earlier = js(path, "restore", str(copy))["earlier"]
    assert sum(s["count"] for s in js(path, "stages")) == 5
    assert sum(s["count"] for s in js(Path(earlier), "stages")) == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "77"], "does not exist"), (["list", "--owner", "Nobody"], "no person"), (["move", "1", "Nowhere"], "no stage"),
        (["new", "--name", "x", "--value", "1,5", "--close", "2026-01-01"], "not an amount"),
        (["new", "--name", "x", "--value", "1", "--close", "1/2/3"], "not a date"), (["nonsense"], "invalid choice"),
        (["forecast", "--from", "2026"], "not a month"), (["lose", "1", "--reason", "whim"], "no reason"),
        (["undo"], "nothing to undo"), (["show", "9223372036854775808"], "whole number"),
            (["new", "--name", "x", "--value", "1_0", "--close", "2026-01-01"], "not an amount"),
            (["new", "--name", "x", "--value", "1", "--close", "2026-01-01", "--currency", "ZZZZ"], "not a currency"),
            (["forecast", "--from", "2026-05", "--to", "2026-01"], "before it begins"),
        (["import", "nowhere.csv"], "cannot be read"), (["demo", "--deals", "0"], "between 1 and"),
        (["demo"], "has deals already"),
    ],
)  # fmt: skip
def test_what_can_be_cured_is_one_line_and_code_2(one_deal: Path, words: list[str], said: str) -> None:
    assert said in run(one_deal, *words, code=2)


def test_files_that_are_no_workspace_are_left_as_they_are(tmp_path: Path) -> None:
    assert "no workspace" in run(tmp_path / "nowhere.salesos", "stages", code=2, by=process)
    text = tmp_path / "text.salesos"
    text.write_text("hello world, this is no database at all", encoding="utf-8")
    assert "not a workspace" in run(text, "stages", code=2)
    assert text.read_text(encoding="utf-8").startswith("hello")
    foreign = tmp_path / "foreign.salesos"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE t (x)")
    assert "another program" in run(foreign, "stages", code=2)
    newer = tmp_path / "newer.salesos"
    js(newer, "demo", "--deals", "1")
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in run(newer, "stages", code=2)


def test_a_damaged_file_is_said_and_not_made_worse(tmp_path: Path) -> None:
    path = tmp_path / "damaged.salesos"
    js(path, "demo", "--deals", "200")
    data = bytearray(path.read_bytes())
    for start in range(8192, len(data) - 4096, 8192):
        data[start : start + 2048] = b"\xff" * 2048
    path.write_bytes(data)
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "salesos_desktop", "--workspace", str(path), "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert path.read_bytes() == before


def test_a_full_disk_keeps_what_was_saved(tmp_path: Path) -> None:
    """SQLite is given no more pages: what a full disk looks like to it."""
    from salesos_desktop import bootstrap
    from salesos_desktop.errors import WorkspaceError
    from salesos_desktop.services import checks, demo

    workspace = bootstrap.open_workspace(tmp_path / "full.salesos")
    bootstrap.prepare(workspace)
    with workspace.store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    from sqlalchemy import event

    event.listen(workspace.store.engine, "checkout", lambda c, *_: c.execute(f"PRAGMA max_page_count={pages + 2}"))
    with pytest.raises(WorkspaceError, match="disk is full"):
        demo.fill(workspace, 300)
    event.listen(workspace.store.engine, "checkout", lambda c, *_: c.execute("PRAGMA max_page_count=1000000"))
    assert checks.problems(workspace) == []
    workspace.store.close()


def test_the_self_test_and_screens(tmp_path: Path) -> None:
    assert run(tmp_path / "x", "self-test", by=process).strip() == "ok"
    shots = "screens", str(tmp_path / "shots"), "--lang", "en", "--theme", "dark", "--size", "1024x700"
    run(tmp_path / "x", *shots, by=process)
    names = {p.stem for p in (tmp_path / "shots").glob("*.png")}
    assert names >= {
        "board",
        "opportunity",
        "history",
        "win",
        "lose",
        "new",
        "reopen",
        "forecast",
        "settings",
        "first-start",
    }


def test_no_screen_is_said(tmp_path: Path) -> None:
    bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "-m", "salesos_desktop", "--workspace", str(tmp_path / "a")],
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
