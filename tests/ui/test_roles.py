"""The window of each role: what it may not do is not offered, neither to the mouse nor to a key, and is told why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop import config, storage
from salesos_desktop.domain.rights import Rights, Role
from salesos_desktop.domain.slots import By, Layout
from salesos_desktop.errors import Denied
from salesos_desktop.services import activities
from salesos_desktop.services.outlook.targets import Whose
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui import session as session_module
from salesos_desktop.ui.app import Desktop
from salesos_desktop.ui.board.column_view import QDrag
from salesos_desktop.ui.call_strip import CallStrip
from salesos_desktop.ui.charts.backtest_view import BacktestView
from salesos_desktop.ui.charts.targets_model import ADJUSTED, CALL, TARGET, may_say
from salesos_desktop.ui.charts.what_if_bar import WhatIfBar
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.palette.commands import all_commands
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.settings.page import SECTIONS, sections
from salesos_desktop.ui.theme import apply_theme
from tests.conftest import StillClock, copied, make_deals
from tests.ui.conftest import open_window, settle
from tests.ui.hands import front, press

As = Callable[[Role], Any]
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ws(sample_file: Path, tmp_path: Path, clock: StillClock) -> Iterator[Workspace]:
    """A workspace with sample deals."""
    workspace = copied(tmp_path / "roles.salesos", clock, sample_file)
    yield workspace
    workspace.store.close()


@pytest.fixture
def window_as(session: Session, qtbot: QtBot) -> As:
    """Opens the window of a role, whose own deals are those of the first person."""

    @contextmanager
    def opened(role: Role) -> Iterator[MainWindow]:
        ws = session.workspace
        ws.rights = Rights(role, None if role is Role.ADMIN else frozenset({ws.actor_id}))
        with open_window(session, qtbot) as window:
            front(window, qtbot)
            yield window

    return opened


def _texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def _first(window: MainWindow) -> Any:
    """The list of cards of the first column, with the keyboard on its first card."""
    view = window.board.frames[0].view
    view.setFocus()
    view.go_to(0)
    return view


def _drag(qtbot: QtBot, widget: QWidget, start: QPoint) -> None:
    """Presses and goes on with the button held."""
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    for far in (10, 40, 80):
        at = QPointF(start + QPoint(far, far))
        whole = QPointF(widget.mapToGlobal(at.toPoint()))
        held = Qt.MouseButton.LeftButton
        moved = QMouseEvent(QEvent.Type.MouseMove, at, whole, Qt.MouseButton.NoButton, held, NONE)
        QApplication.sendEvent(widget, moved)


def _state(ws: Workspace) -> list[Any]:
    with ws.store.read() as connection:
        return storage.children.rows(connection, "opportunity", {})


def test_a_column_of_another_owner_says_before_the_drop_that_it_takes_no_card(window_as: As, qtbot: QtBot) -> None:
    with window_as(Role.REP) as window:
        board, ws = window.board, window.session.workspace
        board.model.show(board.model.where, board.model.sort, None, Layout(By.OWNER))
        settle(qtbot, window.session)
        owners = {
            frame.slot.value: frame for frame in board.frames if frame.slot.by is By.OWNER and frame.model.rowCount()
        }
        mine = owners.pop(ws.actor_id)
        theirs = next(iter(owners.values()))

        def takes(frame: Any, card: Any) -> bool:
            data = card.model.mimeData([card.model.index(0, 0)])
            event = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, NONE)
            event.ignore()
            frame.view.dragEnterEvent(event)
            return event.isAccepted()

        assert (takes(theirs, mine), takes(mine, theirs), takes(mine, mine)) == (False, False, True)
        assert (mine.model.invites, theirs.model.invites) == (True, False)
        for frame in (mine, theirs):
            frame.show_narrowed(False)
        assert (mine._empty_text[:4], theirs._empty_text) == ("Drop", "Nothing here yet.")
        told: list[Exception] = []
        window.session.problem.connect(told.append)
        place, card = board.frames.index(mine), mine.model.id_at(0)
        board.moves.sideways(mine, [card], 1 if place < board.frames.index(theirs) else -1)
        assert [type(each) for each in told] == [Denied], "before anything is asked"
        ws.rights = Rights(Role.MANAGER, frozenset({ws.actor_id, theirs.slot.value}))
        assert takes(theirs, mine)
        ws.rights = Rights(Role.MANAGER, frozenset({ws.actor_id}))
        assert not takes(theirs, mine)


def test_no_drag_and_no_key_of_a_viewer_changes_anything(
    window_as: As, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(QDrag, "exec", lambda self, *_: begun.append(self))
    ws = session.workspace
    activities.plan(ws, {"kind": "call", "subject": "Ring", "due_on": ws.clock.today(), "starts": "10:00"})
    with window_as(Role.VIEWER) as window:
        before, view = _state(ws), _first(window)
        index = view.model().index(0, 0)
        _drag(qtbot, view.viewport(), view.visualRect(index).center())
        assert not begun
        monkeypatch.setattr(ws, "rights", Rights())
        monkeypatch.setattr(view.model(), "_takes", True)
        view.setState(view.State.NoState)
        _drag(qtbot, view.viewport(), view.visualRect(index).center())
        assert begun, "so it would be for somebody else"
        monkeypatch.undo()
        for key, held in (
            (Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Delete, NONE), (Qt.Key.Key_E, NONE), (Qt.Key.Key_N, NONE),
        ):  # fmt: skip
            _first(window)
            window.messages.hide()
            press(qtbot, key, held)
            settle(qtbot, session)
            assert "Viewer" in window.messages.text, key
            assert window.actions_.dialog is None
        window.show_page("agenda")
        window.agenda.show_mode("day")
        settle(qtbot, session)
        hours = window.agenda.hours
        at = hours.rect_of(next(each for each in hours.grid if each.item is not None)).center()
        _drag(qtbot, hours.viewport(), at)
        assert not hours.dragging
        qtbot.mouseRelease(hours.viewport(), Qt.MouseButton.LeftButton, pos=at)
        hours.writes = True
        _drag(qtbot, hours.viewport(), at)
        assert hours.dragging, "so it would be for somebody else"
        hours.cancel_drag()
        assert _state(ws) == before


def test_a_viewer_reads_a_deal_and_finds_nothing_that_writes(window_as: As, session: Session, qtbot: QtBot) -> None:
    with window_as(Role.VIEWER) as window:
        window.open_deal(window.board.frames[0].model.id_at(0))
        settle(qtbot, session)
        pane = window.pane
        assert "viewer" in pane.lock.note.text()
        assert pane.lock.note.isVisible()
        for place in range(pane.tabs.count() - 1):
            pane.tabs.setCurrentIndex(place)
            settle(qtbot, session)
            page = pane.tabs.widget(place)
            buttons = [
                each
                for each in page.findChildren(QPushButton) + page.findChildren(QToolButton)
                if each.isVisible() and each.text() and not each.property("reads")
            ]
            assert not buttons, (place, [each.text() for each in buttons])
            assert all(line.isReadOnly() for line in page.findChildren(QLineEdit) if line.isVisible())
        assert not pane.won_button.isVisible()
        assert not pane.followers.isVisible()
        assert pane.form.name.text()


def test_the_pane_of_somebody_else_s_deal_is_locked_and_the_next_one_is_not(
    window_as: As, session: Session, qtbot: QtBot
) -> None:
    with window_as(Role.REP) as window:
        cards = window.board.model.cards
        ids = [deal for frame in window.board.frames for deal in frame.model.ids[:5] if cards.peek(deal) is not None]
        me = session.workspace.actor_id
        mine = next(each for each in ids if cards.peek(each).owner_id == me)
        other = next(each for each in ids if cards.peek(each).owner_id != me)
        window.open_deal(other)
        settle(qtbot, session)
        assert window.pane.lock.on
        assert window.pane.form.name.isReadOnly()
        assert not window.pane.won_button.isVisible()
        window.actions_.edit(other)
        settle(qtbot, session)
        assert window.actions_.dialog is None
        assert "does not allow" in window.messages.text
        window.open_deal(mine)
        settle(qtbot, session)
        assert not window.pane.lock.on
        assert not window.pane.form.name.isReadOnly()
        assert window.pane.notes.editor.isHidden() is False
        assert window.pane.won_button.isVisible()
        assert not window.pane.form.owner.isEnabled(), "a rep gives no deals away"
        assert window.pane.form.priority.isEnabled()


OFFERED: dict[Role, tuple[set[str], set[str], set[str]]] = {
    Role.REP: ({"Edit…", "Move to", "Won…"}, {"Assign to", "Delete", "Export…"}, {"New opportunity", "Import…"}),
    Role.MANAGER: (
        {"Edit…", "Assign to", "Export…"}, {"Delete"}, {"New opportunity", "Import…", "Export products…"},
    ),
    Role.ADMIN: (
        {"Edit…", "Assign to", "Export…", "Delete"}, set(),
        {"New opportunity", "Import…", "Export products…", "Stages"},
    ),
    Role.VIEWER: (
        {"Open", "You can only look at this"}, {"Edit…", "Move to", "Assign to", "Export…", "Delete", "Won…"}, set(),
    ),
}  # fmt: skip
"""Role → what the menu of an own deal has, what it has not, and which of these commands there are."""


def test_menus_commands_and_settings_have_what_the_role_allows(
    window_as: As, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = session.workspace
    mine = make_deals(ws, 1)[0]
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)
    with window_as(Role.ADMIN) as window:
        for role, (there, missing, wanted) in OFFERED.items():
            ws.rights = Rights(role, None if role is Role.ADMIN else frozenset({ws.actor_id}))
            window.board.menu.show([mine], QPoint(0, 0))
            settle(qtbot, session)
            menu = window.board.menu.menu
            texts = set(_texts(menu))
            assert there <= texts, role
            assert not missing & texts, role
            if role is Role.MANAGER:
                inner = next(a.menu() for a in menu.actions() if a.text() == "Assign to")
                assert _texts(inner) == ["Me"], "only people in reach"
            menu.deleteLater()
            known = {"New opportunity", "Import…", "Export products…", "Stages"}
            titles = {each.title for each in all_commands(window)}
            assert known & titles == wanted, role
            assert ({"Undo", "Redo", "New figure…"} <= titles) is (role is not Role.VIEWER)
            assert set(sections(session)) - {"general", "notices"} == (
                set(SECTIONS) - {"general", "notices"} if role is Role.ADMIN else set()
            )


def test_a_viewer_looks_at_every_figure_and_arranges_and_keeps_nothing(session: Session, qtbot: QtBot) -> None:
    session.workspace.rights = Rights(Role.VIEWER, frozenset())
    with open_window(session, qtbot, "dashboard") as window:
        front(window, qtbot)
        page, before = window.dashboard, window.dashboard.arrangement
        assert [card.code for card in page.grid.cards] == list(page.figures()), "also what is not shown at first"
        assert page.add.isHidden()
        card = page.grid.cards[0]
        card.setFocus()
        for key, held in ((Qt.Key.Key_Delete, NONE), (Qt.Key.Key_Down, CONTROL), (Qt.Key.Key_Left, CONTROL | SHIFT)):
            qtbot.keyClick(card, key, held)
        qtbot.mousePress(card.head, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
        qtbot.mouseMove(card.head, QPoint(40, 300))
        assert page.grid.dragging is None
        menu = card.more.menu()
        menu.aboutToShow.emit()
        assert "Copy the figures" in _texts(menu)
        assert not {"Wider", "Narrower", "Move up", "Move down", "Hide"} & set(_texts(menu))
        bar, accuracy, strip = WhatIfBar(session), BacktestView(session, window.actions_), CallStrip(session)
        for made in (bar, accuracy, strip):
            qtbot.addWidget(made)
        settle(qtbot, session)
        assert bar.save.isHidden()
        menu = bar.pill.menu()
        menu.aboutToShow.emit()
        assert _texts(menu) == ["Nobody shares a scenario yet."]
        assert not accuracy.switch.isEnabled(), "it is everybody’s"
        strip.wait("Ana", "+34 600 100 200", ("opportunity", 1))
        strip.ask()
        assert strip.isHidden(), "who logs nothing is not asked how it went"
        assert (page.arrangement, window.messages.text) == (before, "")


def test_another_role_makes_the_window_anew_on_the_same_page(
    ws: Workspace, qapp: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_theme(qapp, "light")
    monkeypatch.setattr(session_module, "WATCH_MS", 10_000_000)
    desktop = Desktop(qapp, config.Preferences(opens_on="board"))
    desktop._show(ws)
    first, session = desktop.window, desktop.session
    assert first is not None
    assert session is not None
    first.show_page("leads")
    first.resize(1000, 650)
    first.move(90, 60)
    place = (first.pos(), first.size())
    qtbot.waitUntil(lambda: session.idle, timeout=10_000)
    assert not first.top_bar._new.isHidden()
    first.actions_.new()
    qtbot.waitUntil(lambda: first.actions_.dialog is not None and session.idle, timeout=10_000)
    dialog: Any = first.actions_.dialog
    qtbot.keyClicks(dialog.focusWidget(), "Two machines")
    asked = []
    monkeypatch.setattr(desktop, "_on_role_changed", lambda on=desktop._on_role_changed: (asked.append(1), on()))
    ws.rights = Rights(Role.VIEWER, frozenset())
    make_deals(ws, 1)
    qtbot.waitUntil(lambda: len(asked) > 2, timeout=10_000)
    assert (desktop.window, dialog.isVisible()) == (first, True), "what is being typed is not thrown away"
    assert dialog.fields["name"].editor.text() == "Two machines"
    dialog.reject()
    qtbot.waitUntil(lambda: desktop.window is not first, timeout=10_000)
    second = desktop.window
    assert second is not None
    assert (second.page, second.top_bar._new.isHidden()) == ("leads", True)
    assert second.notifications.toast.text == "You are a viewer now."
    assert (second.pos(), second.size()) == place
    settle(qtbot, session)
    second.retire()
    second.hide()
    second.deleteLater()
    session.close()
    desktop.deleteLater()


def test_a_deal_is_shared_changed_and_taken_back_from_its_pane(window_as: As, session: Session, qtbot: QtBot) -> None:
    def click(made: QWidget) -> None:
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
        settle(qtbot, session)

    with window_as(Role.ADMIN) as window:
        deal = window.board.frames[0].model.id_at(0)
        window.open_deal(deal)
        settle(qtbot, session)
        button = window.pane.sharing
        assert (button.isVisible(), button.text()) == (True, "")
        click(button)
        dialog: Any = window.actions_.dialog
        name = dialog.person.currentText()
        click(dialog.add_button)
        assert [each.name for each in button.shared] == [name]
        assert not button.shared[0].may_edit
        assert dialog.person.findText(name) < 0, "nobody is offered twice"
        box = next(iter(dialog.rows.values()))
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        box.activated.emit(box.currentIndex())
        settle(qtbot, session)
        assert button.shared[0].may_edit
        assert name in button.accessibleDescription()
        assert button.text() == "1"
        click(next(each for each in dialog.findChildren(QToolButton) if "No longer" in each.accessibleName()))
        assert (button.shared, button.text()) == ([], "")
        dialog.accept()
        window.actions_.undo()
        settle(qtbot, session)
        assert [each.name for each in button.shared] == [name]


def test_targets_calls_and_adjustments_are_said_by_whose_they_are(ws: Workspace) -> None:
    everybody, own, other = Whose(None, None), Whose(ws.actor_id, None), Whose(ws.actor_id + 1, None)
    reach = frozenset({ws.actor_id})
    allowed = {
        role: [
            (column, whose) for column in (TARGET, CALL, ADJUSTED) for whose in (everybody, own, other)
            if may_say(Rights(role, None if role is Role.ADMIN else reach), whose, column)
        ]
        for role in Role
    }  # fmt: skip
    assert allowed[Role.VIEWER] == []
    assert allowed[Role.REP] == [(CALL, own)]
    assert allowed[Role.MANAGER] == [(CALL, own), (ADJUSTED, own), (ADJUSTED, other)]
    assert len(allowed[Role.ADMIN]) == 8
