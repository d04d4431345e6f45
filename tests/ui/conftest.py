"""A window on a workspace, with what it asks of its worker awaited."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop import config
from salesos_desktop.services import demo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui import garbage
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.theme import apply_theme
from tests.conftest import StillClock, copied

_turn = count(1)


@pytest.fixture(autouse=True)
def _garbage_is_found_on_this_thread() -> Iterator[None]:
    """As in the program (ui/garbage.py)."""
    gc.disable()
    yield
    if next(_turn) % 20 == 0:
        gc.collect()
    garbage.look()


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with sample deals in a file, made once and copied by each test that opens a window."""
    path = tmp_path_factory.mktemp("sample") / "sample.salesos"
    workspace = copied(path, StillClock())
    demo.fill(workspace, 60)
    workspace.store.close()
    return path


@pytest.fixture
def ws(request: pytest.FixtureRequest, tmp_path: Path, clock: StillClock) -> Iterator[Workspace]:
    """A ready workspace; with sample deals for a test that opens a window."""
    source = request.getfixturevalue("sample_file") if "window" in request.fixturenames else None
    workspace = copied(tmp_path / "test.salesos", clock, source)
    yield workspace
    workspace.store.close()


@pytest.fixture
def session(ws: Workspace, qtbot: QtBot, qapp: object) -> Iterator[Session]:  # noqa: ARG001
    """A session whose worker is ended afterwards."""
    apply_theme(qapp, "light")  # type: ignore[arg-type]
    made = Session(ws, config.Preferences.load())
    made._timer.stop()
    yield made
    made.close()


@contextmanager
def open_window(session: Session, qtbot: QtBot, page: str = "board") -> Iterator[MainWindow]:
    """A window that is shown and at rest, on one of its pages; gone afterwards."""
    made = MainWindow(session, page)
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    settle(qtbot, session)
    yield made
    settle(qtbot, session)
    made.retire()
    made.hide()
    made.deleteLater()


@pytest.fixture
def window(request: pytest.FixtureRequest, session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """The whole window on the sample deals; on the page that the mark ``opens_on`` names, else on the board."""
    mark = request.node.get_closest_marker("opens_on")
    with open_window(session, qtbot, mark.args[0] if mark else "board") as made:
        yield made


def settle(qtbot: QtBot, session: Session) -> None:
    """Waits until everything that was asked for is answered and shown."""
    quiet = 0

    def rested() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if session.idle else 0
        return quiet > 4

    qtbot.waitUntil(rested, timeout=10_000)
