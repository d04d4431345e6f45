"""What can be done to cards on the board: by menu, key, rubber band, avatar; on hold; and how they look."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.condition_json import to_json
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.conditions import Test as Asked
from salesos_desktop.services import board, holds, opportunities
from salesos_desktop.ui.board.card_marks import marker
from salesos_desktop.ui.board.card_options import CardOptions, ColourRule
from salesos_desktop.ui.dialogs.hold import HeldDialog, HoldDialog
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.models.column import person_data
from tests.ui.conftest import settle


@pytest.fixture(autouse=True)
def _menus_are_made_but_not_popped_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform of the tests cannot grab the keyboard for one."""
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)


def menu_of(window: MainWindow, qtbot: QtBot, column: int = 0, rows: int = 1) -> QMenu:
    """The menu of the first cards of a column, by the keyboard."""
    view = window.board.frames[column].view
    view.go_to(0)
    view.select_ids([view.column_model.id_at(row) for row in range(rows)])
    qtbot.keyClick(view, Qt.Key.Key_Menu)
    settle(qtbot, window.session)
    menu = window.board.menu.menu
    assert menu is not None
    return menu


def choose(menu: QMenu, *path: str) -> None:
    """Triggers an entry by its text, through submenus."""
    for text in path[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == text)  # type: ignore[assignment]
    next(action for action in menu.actions() if action.text() == path[-1]).trigger()


def row_of(window: MainWindow, deal: int) -> dict[str, Any]:
    return opportunities.get(window.session.workspace, deal).row


def test_the_menu_has_everything_by_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    menu = menu_of(window, qtbot)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Open", "Edit…", "Move to", "Assign to", "Close date…", "Priority", "Tags…", "Activity…", "Start a plan",
        "On hold until…", "Follow", "Clone", "Won…", "Lost…", "Export…", "Delete",
    ]  # fmt: skip
    menu.close()
    pair = menu_of(window, qtbot, rows=2)
    assert "Merge…" in [action.text() for action in pair.actions()]
    deals = window.board.frames[0].view.selected_ids()
    choose(pair, "Priority", "High")
    settle(qtbot, window.session)
    assert {row_of(window, deal)["priority"] for deal in deals} == {"high"}
    other = next(each for each in board.names(window.session.workspace, "person") if each.id != 1 and each.active)
    choose(menu_of(window, qtbot, rows=2), "Assign to", other.name)
    settle(qtbot, window.session)
    assert {row_of(window, deal)["owner_id"] for deal in deals} == {other.id}


def test_a_clone_opens_for_editing(window: MainWindow, qtbot: QtBot) -> None:
    deal = window.board.frames[0].model.id_at(0)
    choose(menu_of(window, qtbot), "Clone")
    qtbot.waitUntil(lambda: "Undo" in [each.text() for each in window.notifications.toast._buttons])
    settle(qtbot, window.session)
    made = window.board.frames[0].model.id_at(0)
    assert made != deal
    assert window.pane.deal_id == made
    assert row_of(window, made)["name"] == row_of(window, deal)["name"] + " (copy)"


def test_on_hold_and_back_by_the_list(window: MainWindow, qtbot: QtBot) -> None:
    frame, link = window.board.frames[0], window.board.held_link
    deal, count = frame.model.id_at(0), frame.model.rowCount()
    assert link.isHidden()
    choose(menu_of(window, qtbot), "On hold until…")
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, HoldDialog)
    dialog.answer()
    settle(qtbot, window.session)
    assert (frame.model.rowCount(), frame.figures.count) == (count - 1, count - 1)
    assert link.button.text() == "On hold (1)"
    window.open_deal(deal)
    settle(qtbot, window.session)
    assert not window.pane.hold_strip.isHidden()
    qtbot.mouseClick(link.button, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    shown = window.actions_.dialog
    assert isinstance(shown, HeldDialog)
    assert shown.chosen() == [deal]
    qtbot.mouseClick(shown.back_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert frame.model.row_of(deal) >= 0
    assert (link.isHidden(), window.pane.hold_strip.isHidden(), shown.nothing.isHidden()) == (True, True, False)
    shown.reject()


def test_after_midnight_what_is_due_is_back_and_told(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    deal = window.board.frames[0].model.id_at(0)
    holds.hold(ws, [deal], window.session.today + timedelta(days=1))
    settle(qtbot, window.session)
    assert window.board.frames[0].model.row_of(deal) < 0
    told: list[Any] = []
    window.session.changed.connect(lambda changes: told.extend(changes.notices))
    ws.clock.day += timedelta(days=1)  # type: ignore[attr-defined]
    window.session.day_changed.emit()
    settle(qtbot, window.session)
    assert window.board.frames[0].model.row_of(deal) >= 0
    assert [(notice.kind, notice.subject_id) for notice in told if notice.subject_id == deal] == [(holds.BACK, deal)]


def test_a_rubber_band_selects_and_shift_and_ctrl_too(window: MainWindow, qtbot: QtBot) -> None:
    view = window.board.frames[0].view
    area, height = view.viewport(), view._cards.height
    gap = QPoint(20, height - 3)
    QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=gap)
    QTest.mouseMove(area, QPoint(60, height + 20))
    QTest.mouseMove(area, QPoint(80, 3 * height - 20))
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=QPoint(80, 3 * height - 20))
    assert view.chosen_ids() == [view.column_model.id_at(row) for row in range(3)]
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=QPoint(30, 20))
    shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, shift, QPoint(30, height + 20))
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, ctrl, QPoint(30, 3 * height + 20))
    assert view.chosen_ids() == [view.column_model.id_at(row) for row in (0, 1, 3)]


def test_an_avatar_dropped_on_a_card_assigns_it(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.board.filter_bar
    assert window.board.people.isHidden()
    bar.people_button.click()
    avatars = window.board.people.avatars
    assert not window.board.people.isHidden()
    assert avatars[0].person.id == window.session.workspace.actor_id
    view, person = window.board.frames[0].view, avatars[2].person
    data = person_data(window.session.workspace.store.name, person.id, person.name)
    at = QPointF(view.visualRect(view.column_model.index(1, 0)).center())
    deal = view.column_model.id_at(1)
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (QDragEnterEvent(at.toPoint(), *how), QDragMoveEvent(at.toPoint(), *how), QDropEvent(at, *how)):
        QApplication.sendEvent(view.viewport(), event)
    settle(qtbot, window.session)
    assert row_of(window, deal)["owner_id"] == person.id
    assert event.isAccepted()


def test_each_column_scrolls_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1200, 500)
    values = {"name": "Deal", "value": 1, "expected_close": window.session.today}
    for _ in range(9):
        opportunities.create(window.session.workspace, values, stage_id=window.board.frames[1].stage.id)
    settle(qtbot, window.session)
    first, second = window.board.frames[0].view, window.board.frames[1].view
    point = QPointF(40, 40)
    wheel = QWheelEvent(
        point, first.viewport().mapToGlobal(point), QPoint(0, -240), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(first.viewport(), wheel)
    assert first.verticalScrollBar().value() > 0
    second.go_to(0)
    qtbot.keyClick(second, Qt.Key.Key_End)
    assert second.verticalScrollBar().value() == second.verticalScrollBar().maximum() > 0
    assert window.board.frames[2].view.verticalScrollBar().value() == 0


def test_cards_look_as_the_person_wants_them_also_after_a_restart(window: MainWindow, qtbot: QtBot) -> None:
    pill, view = window.board.filter_bar.cards_pill, window.board.frames[0].view
    before = view.rowHeight(0)
    menu = pill.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "Compact").toggle()
    assert view.rowHeight(0) < before
    condition = Asked("value", Operator.AT_LEAST, 0)
    rule = ColourRule("Big", "#2F74B5", json.dumps(to_json(condition)))
    pill.choose(replace(pill.options, rules=(rule,), colour="rules", measure="count").toggled("owner"))
    settle(qtbot, window.session)
    found = marker(pill.options, {}, [], window.session.today, window.board.delegate.working)
    cards = [window.board.model.cards.peek(i) for i in window.board.frames[0].model.ids]
    assert found is not None
    assert {found(card) for card in cards if card and card.value is not None} == {("#2F74B5", "Big")}
    assert {found(card) for card in cards if card and card.value is None} <= {None}
    kept = type(window.session.preferences).load(window.session.preferences.path).board["cards"]
    assert CardOptions.of(kept) == pill.options
    assert CardOptions.of({"fields": 3, "colour": "no", "rules": [[1]], "measure": []}) == CardOptions()
