"""Windows on one server follow each other; a lost line is told over the page, which stays, and catches up by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from salesos_desktop import bootstrap, config
from salesos_desktop.services import moves, notes, opportunities, presence
from salesos_desktop.services.drafts import KeptDrafts
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.dialogs.conflict import ConflictDialog
from salesos_desktop.ui.dialogs.drafts import DraftsDialog
from salesos_desktop.ui.dialogs.password import PasswordAskDialog
from salesos_desktop.ui.drafts_bar import DraftsBar
from salesos_desktop.ui.line_banner import LineBanner
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.theme import apply_theme
from tests import team as teams
from tests.conftest import StillClock, beside, make_deals
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


def waiting(window: MainWindow) -> str:
    """What the bar of drafts says, empty when none waits."""
    shown = window.findChild(DraftsBar)
    return shown.accessibleName() if shown.isVisible() else ""


@on_a_server
def test_what_is_saved_without_a_line_waits_through_a_restart_and_is_sent_or_settled(
    any_ws: Workspace, window: MainWindow, cable: Cable, qtbot: QtBot
) -> None:
    first = window.board.frames[0].model.id_at(0)
    luis = beside(any_ws, "Luis Mar")
    window.open_deal(first)
    settle(qtbot, window.session)
    form = window.pane.form
    name, tags = (form.fields[each].editor for each in ("name", "tags"))
    cable.cut()
    qtbot.waitUntil(lambda: bool(banner(window)))
    for editor, text in ((name, "Mine"), (tags, "far")):
        editor.setFocus()
        editor.selectAll()
        qtbot.keyClicks(editor, text)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        settle(qtbot, window.session)
    window.pane.notes.editor.setPlainText("Written far away")
    window.pane.notes._save()
    settle(qtbot, window.session)
    assert waiting(window) == "2 changes to send", "two fields of one deal are one"
    assert window.pane.notes.editor.toPlainText() == ""
    again = KeptDrafts(window.session.workspace)
    assert [(each.kind, each.args) for each in again.all] == [
        ("opportunity", [first, {"name": "Mine", "tags": ["far"]}]), ("note_add", ["opportunity", first, "Written far away"]),
    ]  # fmt: skip
    opportunities.edit(luis, first, {"name": "Theirs"})

    cable.plug()
    qtbot.mouseClick(window.findChild(LineBanner).now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: waiting(window) == "1 change to send · 1 needs you")
    assert [note.body for note in notes.of(any_ws, "opportunity", first)] == ["Written far away"]
    assert opportunities.get(any_ws, first).row["tags"] == "[]", "of an edit that clashes nothing is written yet"
    qtbot.mouseClick(window.findChild(DraftsBar).look, Qt.MouseButton.LeftButton)
    shown = window.findChild(DraftsDialog)
    said = " ".join(each.text() for each in shown.findChildren(QLabel))
    assert "Luis Mar has changed “Name”" in said
    send = next(each for each in shown.findChildren(QPushButton) if each.text() == "Settle…")
    qtbot.mouseClick(send, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    question = shown.findChild(ConflictDialog)
    question.groups["name"].button(1).click()
    question.answer()
    settle(qtbot, window.session)
    qtbot.waitUntil(lambda: not waiting(window))
    now = opportunities.get(any_ws, first).row
    assert (now["name"], now["tags"]) == ("Mine", '["far"]')
    assert KeptDrafts(window.session.workspace).all == []


@on_a_server
def test_who_else_has_a_deal_open_is_a_sign_on_card_and_pane(
    any_ws: Workspace, window: MainWindow, qtbot: QtBot
) -> None:
    column, luis = window.board.frames[0].model, beside(any_ws, "Luis Mar")
    deal = column.id_at(0)
    described = Qt.ItemDataRole.AccessibleDescriptionRole
    assert "Luis Mar" not in column.index(0, 0).data(described)
    presence.look_at(luis, deal)
    qtbot.waitUntil(lambda: "Open at: Luis Mar" in column.index(0, 0).data(described))
    window.open_deal(deal)
    settle(qtbot, window.session)
    strip = window.pane.lookers
    assert strip.isVisible()
    assert strip.accessibleName().startswith("Luis Mar has this open since ")
    qtbot.waitUntil(lambda: [each.name for each in presence.lookers(luis).get(deal, ())] == ["Marta Ríos"])
    presence.look_at(luis, None)
    qtbot.waitUntil(lambda: not strip.isVisible())
    qtbot.keyClick(window.pane, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: presence.lookers(luis) == {})


@on_a_server
def test_a_password_that_was_changed_is_asked_for_and_work_goes_on(
    any_ws: Workspace, window: MainWindow, server: str, qtbot: QtBot
) -> None:
    teams.ask_for_passwords(server, "t_following")
    with psycopg.connect(url_of(any_ws).replace("+psycopg", ""), autocommit=True) as own:
        own.execute("ALTER ROLE t_following PASSWORD 'another one'")
        own.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 't_following'")
    shown = window.findChild(LineBanner)
    qtbot.waitUntil(lambda: shown.isVisible() and shown.now.text() == "Password…")
    qtbot.mouseClick(shown.now, Qt.MouseButton.LeftButton)
    asked = window.findChild(PasswordAskDialog)
    for password in ("wrong", "another one"):
        asked.password.setText(password)
        qtbot.keyClick(asked.password, Qt.Key.Key_Return)
        if password == "wrong":
            qtbot.waitUntil(lambda: "does not know" in asked._problem.text())
    qtbot.waitUntil(lambda: not banner(window))
    make_deals(window.session.workspace, 1)
    teams.ask_for_passwords(server, "t_following", "trust")


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
    settle(qtbot, window.session)

    cable.cut()
    qtbot.waitUntil(lambda: bool(banner(window)))
    assert "since Nov 24, 12:00" in banner(window)
    assert [first.id_at(row) for row in range(2)] == deals[1:]
    window.actions_.move([deals[1]], stage)
    qtbot.waitUntil(lambda: waiting(window) == "1 change to send")
    assert not window.messages.text
    moves.move(any_ws, [deals[2]], stage.id)

    cable.plug()
    qtbot.mouseClick(window.findChild(LineBanner).now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not banner(window))
    qtbot.waitUntil(lambda: second.row_of(deals[2]) >= 0)
    settle(qtbot, window.session)
    assert not window.messages.text
    qtbot.waitUntil(lambda: second.row_of(deals[1]) >= 0)
    qtbot.waitUntil(lambda: not waiting(window))
    assert second.rowCount() == 3
