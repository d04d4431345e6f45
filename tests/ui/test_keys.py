"""Letters, Tab, Esc, Enter and undo go where a person expects them, whatever has the focus."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.services import opportunities, pipelines
from salesos_desktop.ui.dialogs.stage_rules import StageRulesDialog
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier(0)) -> None:
    """A key goes to what has the focus, as a person's does."""
    qtbot.keyClick(focused(), key, modifiers)
    qtbot.wait(1)


def focused() -> Any:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def front(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def open_pane(window: MainWindow, qtbot: QtBot) -> Any:
    """The pane of the first deal."""
    front(window, qtbot)
    window.open_deal(window.board.frames[0].model.id_at(0))
    settle(qtbot, window.session)
    return window.pane


# Moves on the board -----------------------------------------------------------------------------------------------


def test_after_a_drop_that_asks_the_keyboard_is_on_the_moved_card(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    source, target = window.board.frames[0], window.board.frames[1]
    pipelines.edit_stage(window.session.workspace, target.stage.id, {"entry_text": "Budget confirmed"})
    settle(qtbot, window.session)
    source, target = window.board.frames[0], window.board.frames[1]
    source.view.go_to(0)
    deal = source.model.id_at(0)
    target.model.dropMimeData(
        source.model.mimeData([source.model.index(0, 0)]), Qt.DropAction.MoveAction, 1, 0, QModelIndex()
    )
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, StageRulesDialog)
    for box in dialog.findChildren(QWidget):
        if hasattr(box, "setChecked") and type(box).__name__ == "QCheckBox":
            box.setChecked(True)
    dialog.answer()
    settle(qtbot, window.session)
    front(window, qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is target.view)
    assert target.model.id_at(target.view.currentIndex().row()) == deal
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert window.pane.deal_id == deal


def test_a_move_from_the_pane_is_where_the_keyboard_comes_back_to(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    window.board.frames[0].view.go_to(0)
    pane = open_pane(window, qtbot)
    deal, target = pane.deal_id, window.board.frames[2]
    pane.form.name.setFocus()
    window.actions_.move([deal], target.stage)
    settle(qtbot, window.session)
    assert focused() is pane.form.name, "who writes goes on writing"
    pane.close_pane()
    settle(qtbot, window.session)
    assert focused() is target.view
    assert target.view.selected_ids() == [deal]


# Letters ----------------------------------------------------------------------------------------------------------


def opened(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What shortcuts would have opened."""
    found: list[str] = []
    monkeypatch.setattr(window.actions_, "new", lambda: found.append("new"))
    return found


def test_letters_belong_to_a_box_in_the_pane(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = opened(window, monkeypatch)
    pane = open_pane(window, qtbot)
    box = next(each for each in pane.form.findChildren(QComboBox) if each.isVisible())
    box.setFocus()
    QTest.keyClicks(box, "ngb")
    assert made == []
    assert window.page == "board"
    pane.close_pane()
    settle(qtbot, window.session)
    press(qtbot, Qt.Key.Key_N)
    assert made == ["new"], "on the board it is a shortcut"


def test_letters_belong_to_a_box_in_the_settings(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(window, monkeypatch)
    front(window, qtbot)
    window.show_page("settings")
    section: Any = window.settings.show_section("fields")
    settle(qtbot, window.session)
    section.begin_new()
    section.kind.setFocus()
    QTest.keyClicks(section.kind, "number")
    assert made == []
    assert section.kind.currentText().startswith("Number")
    section.table.setFocus()
    press(qtbot, Qt.Key.Key_N)
    assert made == [], "a list that is searched by typing takes them too"
    window.settings.list.setFocus()
    press(qtbot, Qt.Key.Key_G)
    press(qtbot, Qt.Key.Key_B)
    assert window.page == "board", "the names of the sections do not"


def test_a_clicked_tab_takes_the_typing(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = opened(window, monkeypatch)
    pane = open_pane(window, qtbot)
    pane.setFixedWidth(680)
    for page, line in (
        (pane.checks, pane.checks.line),
        (pane.notes, pane.notes.editor),
        (pane.people, pane.people.name),
    ):
        click_tab(qtbot, pane, page)
        qtbot.waitUntil(lambda line=line: QApplication.focusWidget() is line)
    for page in (pane.products, pane.timeline):
        click_tab(qtbot, pane, page)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is pane.tabs.tabBar())
        press(qtbot, Qt.Key.Key_N)
        press(qtbot, Qt.Key.Key_G)
        press(qtbot, Qt.Key.Key_L)
    assert made == []
    assert window.page == "board"


def click_tab(qtbot: QtBot, pane: Any, page: QWidget) -> None:
    place = pane.tabs.indexOf(page)
    if pane.tabs.isTabVisible(place):
        bar = pane.tabs.tabBar()
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    else:
        pane.tabs.more.setFocus()
        pane.tabs._fill_menu()
        text = pane.tabs.tabText(place)
        next(each for each in pane.tabs._menu.actions() if each.text() == text).trigger()


# Undo -------------------------------------------------------------------------------------------------------------


def test_undo_in_a_field_takes_back_its_typing_then_the_newest_change(window: MainWindow, qtbot: QtBot) -> None:
    pane = open_pane(window, qtbot)
    deal = pane.deal_id
    before = opportunities.get(window.session.workspace, deal).card.name
    opportunities.edit(window.session.workspace, deal, {"name": "Another name"})
    settle(qtbot, window.session)
    line = pane.form.name
    line.setFocus()
    line.end(False)
    QTest.keyClicks(line, "xyz")
    press(qtbot, Qt.Key.Key_Z, _CTRL)
    assert line.text() == "Another name"
    press(qtbot, Qt.Key.Key_Z, _CTRL)
    settle(qtbot, window.session)
    assert opportunities.get(window.session.workspace, deal).card.name == before
    line.setFocus()
    press(qtbot, Qt.Key.Key_Y, _CTRL)
    settle(qtbot, window.session)
    assert opportunities.get(window.session.workspace, deal).card.name == "Another name"


# Search -----------------------------------------------------------------------------------------------------------


def test_esc_empties_the_search_and_then_leaves_it(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    press(qtbot, Qt.Key.Key_K, _CTRL)
    search = window.top_bar.search
    assert focused() is search
    QTest.keyClicks(search, "andes")
    press(qtbot, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert focused() is search
    press(qtbot, Qt.Key.Key_Escape)
    settle(qtbot, window.session)
    assert window.board.isAncestorOf(focused())
    window.show_page("contacts")
    settle(qtbot, window.session)
    window.focus_search()
    press(qtbot, Qt.Key.Key_Down)
    assert focused() is window.contacts.table


def test_a_deal_is_never_opened_behind_a_search_left_on_the_board(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    window.top_bar.search.setText("nothing is called this")
    settle(qtbot, window.session)
    window.show_page("leads")
    settle(qtbot, window.session)
    values = {"name": "Fresh", "value": 100, "expected_close": date(2026, 12, 1)}
    deal = opportunities.create(window.session.workspace, values)
    window.leads.deal_requested.emit(deal)
    settle(qtbot, window.session)
    assert window.top_bar.search.text() == ""
    assert any(frame.model.row_of(deal) >= 0 for frame in window.board.frames)
