"""Letters, Tab, Esc, Enter and undo go where a person expects them, whatever has the focus."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.services import opportunities, pipelines
from salesos_desktop.ui.dialogs.keys import KeysDialog
from salesos_desktop.ui.dialogs.stage_rules import StageRulesDialog
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.theme import tokens
from tests.ui.conftest import settle
from tests.ui.hands import focused, front, open_pane, press

_CTRL = Qt.KeyboardModifier.ControlModifier


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


def test_letters_stay_shortcuts_in_a_table_of_figures(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("forecast")
    settle(qtbot, window.session)
    window.forecast.breakdown.table.setFocus()
    press(qtbot, Qt.Key.Key_G)
    press(qtbot, Qt.Key.Key_B)
    assert window.page == "board"


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
    press(qtbot, Qt.Key.Key_F, _CTRL)
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


# Notifications ----------------------------------------------------------------------------------------------------


def test_the_notifications_close_by_esc_and_by_a_click_beside_them(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    centre = window.notifications
    first = window.board.frames[0]
    first.view.go_to(0)
    for _ in range(2):
        centre.toggle_panel()
        settle(qtbot, window.session)
        assert centre.panel.isVisible()
        first.view.setFocus()
        press(qtbot, Qt.Key.Key_Escape)
        assert not centre.panel.isVisible()
    centre.toggle_panel()
    settle(qtbot, window.session)
    qtbot.mouseClick(centre.panel.findChildren(QWidget)[0], Qt.MouseButton.LeftButton)
    assert centre.panel.isVisible()
    qtbot.mouseClick(first.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert not centre.panel.isVisible()
    assert focused() is first.view
    qtbot.mouseClick(window.top_bar.bell, Qt.MouseButton.LeftButton)
    assert centre.panel.isVisible()
    qtbot.mouseClick(window.top_bar.bell, Qt.MouseButton.LeftButton)
    assert not centre.panel.isVisible(), "the bell closes what it opened"


# Messages ---------------------------------------------------------------------------------------------------------


def test_a_refused_value_is_named_and_goes_with_its_record(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    window.show_page("contacts")
    settle(qtbot, window.session)
    page = window.contacts
    first, second = page.model.id_at(0), page.model.id_at(1)
    page.open_record(first)
    settle(qtbot, window.session)

    def refuse(_: Any) -> None:
        raise InvalidInput("company", "Nobody is called that.", "Choose another.")

    for leave in (lambda: page.open_record(second), page.close_pane, lambda: window.show_page("board")):
        page.open_record(first)
        page.pane.write(refuse)
        settle(qtbot, window.session)
        assert window.messages.text == "Company: Nobody is called that. Choose another."
        leave()
        settle(qtbot, window.session)
        assert window.messages.text == ""
        window.show_page("contacts")
    window.show_problem(UserError("Something went wrong inside the program."))
    window.show_page("board")
    assert "inside the program" in window.messages.text, "what is wrong at large stays until it is read"


def test_the_search_shows_that_it_has_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    search = window.top_bar.search
    search.setFocus()
    with_it = search.grab().toImage().pixelColor(0, search.height() // 2)
    assert with_it.name() == tokens().accent.lower()


# The list of keys -------------------------------------------------------------------------------------------------


def test_the_list_of_keys_is_narrowed_by_typing(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    window.show_keys()
    dialog = window.findChild(KeysDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    assert focused() is dialog.search

    def shown() -> set[str]:
        return {each.text() for group in dialog.groups for each in group.findChildren(QLabel) if each.isVisible()}

    assert {"Ctrl+F", "Everywhere", "Shift ↑ ↓", "Board"} <= shown()
    QTest.keyClicks(dialog.search, "UNDO")
    assert {"Ctrl+Z · Ctrl+Y", "Delete"} <= shown()
    assert not {"Ctrl+F", "E"} & shown()
    press(qtbot, Qt.Key.Key_Escape)
    assert dialog.isVisible(), "Esc takes back the text first"
    assert "Ctrl+F" in shown()
    press(qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.isVisible())
