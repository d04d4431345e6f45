"""The first screen, read without SQLAlchemy: the same answers, and really without it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.config import Preferences
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.errors import WorkspaceError
from salesos_desktop.services import activities, board, demo, home, leads, moves, opportunities, people
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store
from tests.conftest import StillClock, make_deals, stage_named


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("first", [3, 500])
def test_it_answers_as_the_queries_do(ws: Workspace, sort: Sort, first: int) -> None:
    demo.fill(ws, 60)
    bare = opportunities.create(ws, {"name": "Bare", "value": None, "expected_close": date(2026, 12, 1)})
    opportunities.edit(ws, bare, {"probability": 33, "expected_close": date(2027, 1, 1), "owner_id": None})
    moves.win(ws, make_deals(ws, 1), value=5, closed_on=date(2026, 11, 2))
    moves.move(ws, [bare], stage_named(ws, "Proposal").id)
    assert ws.store.path is not None
    other = Workspace(Store.open_file(ws.store.path), ws.clock)
    other.load()
    assert other.store.cold
    found, me = board.snapshot(other, DealFilter(), sort, first=first), people.me(other)
    assert other.store.cold
    other.store.close()
    assert (other.settings, other.seen_seq, me) == (ws.settings, ws.seen_seq, people.me(ws))
    expected = board.snapshot(ws, DealFilter(), sort, first=first)
    for part in ("stages", "first", "seq", "pipeline_id", "pipelines", "elsewhere"):
        assert getattr(found, part) == getattr(expected, part)
    assert sorted(found.figures, key=repr) == sorted(expected.figures, key=repr)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 12, 1)])
def test_the_start_page_answers_as_the_queries_do(ws: Workspace, day: date) -> None:
    demo.fill(ws, 60)
    assert isinstance(ws.clock, StillClock)
    ws.clock.day = day
    deal, lead = make_deals(ws, 1)[0], leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
    moves.win(ws, [deal], value=700_00, closed_on=day)
    around = {"participants": [{"name": "Someone"}, {"person_id": ws.actor_id}], "place": "Here", "note": "Bring it"}
    for about, values in (
        (("lead", lead), {"due_on": day, "starts": "09:30", "reminder_minutes": 5, **around}), (None, {"due_on": day}),
        (("opportunity", deal), {"due_on": day - timedelta(days=9), "recurrence": "FREQ=WEEKLY"}),
        (None, {"due_on": day + timedelta(days=2)}), (None, {"due_on": None}),
    ):  # fmt: skip
        activities.plan(ws, {"kind": "call", "subject": "Call", **values}, about)
    home.visit(ws)
    assert ws.store.path is not None
    other = Workspace(Store.open_file(ws.store.path), ws.clock)
    other.load()
    found = home.beginning(other)
    assert other.store.cold
    other.store.close()
    assert len(found.due.activities) >= 3
    assert found.seen_at is not None
    assert found == home.beginning(ws)


def test_only_the_latest_of_what_is_overdue_is_read_at_the_start(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "DUE_LIMIT", 3)
    for days in range(5):
        activities.plan(ws, {"subject": f"{days} days ago", "due_on": ws.clock.today() - timedelta(days=days)})
    assert ws.store.path is not None
    other = Workspace(Store.open_file(ws.store.path), ws.clock)
    other.load()
    for each in (other, ws):
        due = home.beginning(each).due
        assert [activity.subject for activity in due.activities] == ["2 days ago", "1 days ago", "0 days ago"]
        assert due.earlier == 2
    other.store.close()


@pytest.mark.parametrize(("page", "view"), [("home", "home.page.HomeView"), ("board", "board.page.BoardView")])
def test_a_window_shows_its_first_page_before_the_database_library_is_loaded(
    ws: Workspace, tmp_path: Path, page: str, view: str
) -> None:
    demo.fill(ws, 30)
    assert ws.store.path is not None
    module, _, name = view.rpartition(".")
    Preferences(opens_on=page, path=tmp_path / "home" / "config" / "preferences.json").save()
    program = f"""
import os, sys
from salesos_desktop import cli
from salesos_desktop.ui.{module} import {name} as View
build = View.__init__
def built(self, *arguments):
    build(self, *arguments)
    self.usable.connect(lambda: os._exit(3 if "sqlalchemy" in sys.modules else 0))
View.__init__ = built
cli.main(["--workspace", {str(ws.store.path)!r}])
"""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    assert subprocess.run([sys.executable, "-c", program], env=environment, timeout=60, check=False).returncode == 0


def test_a_file_that_breaks_while_it_is_looked_at_is_told_in_a_sentence(ws: Workspace, tmp_path: Path) -> None:
    assert ws.store.path is not None
    ws.store.close()
    whole = ws.store.path.read_bytes()
    broken = tmp_path / "broken.salesos"
    broken.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(WorkspaceError):
        bootstrap.open_workspace(broken, clock=StillClock())
