"""Windows on one server follow each other; a lost line is told over the page, which stays, and catches up by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from salesos_desktop import bootstrap, config
from salesos_desktop.services import moves
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.line_banner import LineBanner
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.theme import apply_theme
from tests import team as teams
from tests.conftest import StillClock, make_deals
from tests.following import on_a_server, url_of
from tests.proxy import Cable, cable_to
from tests.ui.conftest import open_window, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def cable(any_ws: Workspace) -> Iterator[Cable]:
    make_deals(any_ws, 3)
    made = cable_to(url_of(any_ws))[0]
    yield made
    made.close()


@pytest.fixture
def window(any_ws: Workspace, cable: Cable, clock: StillClock, qtbot: QtBot, qapp: object) -> Iterator[MainWindow]:
    """A member's window at the other end of the cable."""
    apply_theme(qapp, "light")  # type: ignore[arg-type]
    team = teams.made(url_of(any_ws), "t_following")
    address = replace(team.address, host="127.0.0.1", port=cable.port)
    session = Session(bootstrap.open_team(address, clock=clock), config.Preferences.load())
    try:
        with open_window(session, qtbot) as made:
            yield made
    finally:
        session.close()
        teams.gone(team)


def banner(window: MainWindow) -> str:
    """What the banner over the page says, empty when there is none."""
    shown = window.findChild(LineBanner)
    return shown.accessibleName() if shown.isVisible() else ""


@on_a_server
def test_the_board_follows_and_outlives_a_lost_line(
    any_ws: Workspace, window: MainWindow, cable: Cable, qtbot: QtBot
) -> None:
    first, second = (window.board.frames[place].model for place in (0, 1))
    stage = window.board.frames[1].stage
    deals = [first.id_at(row) for row in range(3)]
    moves.move(any_ws, [deals[0]], stage.id)
    qtbot.waitUntil(lambda: second.row_of(deals[0]) >= 0)
    assert not banner(window)

    cable.cut()
    qtbot.waitUntil(lambda: bool(banner(window)))
    assert "since Nov 24, 12:00" in banner(window)
    assert [first.id_at(row) for row in range(2)] == deals[1:]
    window.actions_.move([deals[1]], stage)
    qtbot.waitUntil(lambda: bool(window.messages.text))
    assert window.messages.text.startswith("The server cannot be reached. Nothing was saved.")
    moves.move(any_ws, [deals[2]], stage.id)

    cable.plug()
    qtbot.mouseClick(window.findChild(LineBanner).now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not banner(window))
    qtbot.waitUntil(lambda: second.row_of(deals[2]) >= 0)
    settle(qtbot, window.session)
    assert not window.messages.text
    assert first.row_of(deals[1]) >= 0, "nothing that failed was done later"
    assert second.rowCount() == 2
