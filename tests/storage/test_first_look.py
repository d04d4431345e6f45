"""The first screen, read without SQLAlchemy: the same answers, and really without it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.errors import WorkspaceError
from salesos_desktop.services import board, demo, moves, opportunities, people
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


def test_a_window_shows_its_cards_before_the_database_library_is_loaded(ws: Workspace) -> None:
    demo.fill(ws, 30)
    assert ws.store.path is not None
    program = f"""
import os, sys
from salesos_desktop import cli
from salesos_desktop.ui.board.page import BoardView
build = BoardView.__init__
def built(self, *arguments):
    build(self, *arguments)
    self.usable.connect(lambda: os._exit(3 if "sqlalchemy" in sys.modules else 0))
BoardView.__init__ = built
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
