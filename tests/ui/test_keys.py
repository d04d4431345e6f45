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

from salesos_desktop.domain.condition_fields import FieldKind
from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.services import custom_fields, leads, lists, opportunities, pipelines, products
from salesos_desktop.ui.conditions.editor import ConditionEditor
from salesos_desktop.ui.conditions.fields import FieldChoice
from salesos_desktop.ui.dialogs.keys import KeysDialog
from salesos_desktop.ui.dialogs.stage_rules import StageRulesDialog
from salesos_desktop.ui.keyboard import stops
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.theme import tokens
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


# Products ---------------------------------------------------------------------------------------------------------


def convert_dialog(window: MainWindow, qtbot: QtBot) -> Any:
    front(window, qtbot)
    window.show_page("leads")
    settle(qtbot, window.session)
    ws = window.session.workspace
    lead = leads.create(ws, {"name": "Ana Prueba", "company": "Sur", "email": "ana@example.com"})
    for name in ("Superb thing", "Zebra training"):
        products.create(ws, {"name": name, "price": 10_000, "currency": ws.currency})
    settle(qtbot, window.session)
    window.leads.actions_.convert([lead])
    settle(qtbot, window.session)
    dialog = window.leads.actions_.dialog
    assert dialog is not None
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_an_arrow_takes_the_product_that_typing_was_completed_to(window: MainWindow, qtbot: QtBot) -> None:
    dialog = convert_dialog(window, qtbot)
    row = dialog.lines.add_row()
    qtbot.waitUntil(lambda: focused() is row.product)
    QTest.keyClicks(row.product, "Superb")
    assert row.product.currentText() == "Superb thing"
    press(qtbot, Qt.Key.Key_Down)
    assert row.product.currentText() == "Superb thing"
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert dialog.isVisible(), "Enter in a box that is typed in sends nothing"
    assert row.price.text() == "100.00"
    press(qtbot, Qt.Key.Key_Down)
    assert row.product.currentText() > "Superb thing", "then the arrows go on"
    dialog.reject()


def test_tab_goes_through_a_line_and_on(window: MainWindow, qtbot: QtBot) -> None:
    dialog = convert_dialog(window, qtbot)
    row = dialog.lines.add_row()
    qtbot.waitUntil(lambda: focused() is row.product)
    row.product.setEditText("Zebra training")
    row.chosen.emit()
    found = stops(dialog)
    place = found.index(row.product)
    remove = row.widgets[-1]
    assert found[place : place + 5] == [row.product, row.quantity, row.price, row.discount, remove]
    assert found[place + 5].text() == "+ Add line"  # type: ignore[attr-defined]
    assert found[place + 6] is dialog.follows
    remove.setFocus()
    press(qtbot, Qt.Key.Key_Tab)
    assert focused() is found[place + 5]
    press(qtbot, Qt.Key.Key_Backtab, _SHIFT)
    assert focused() is remove
    dialog.reject()


# Tab --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["leads", "contacts", "companies"])
def test_tab_goes_from_search_to_filters_to_the_list_to_its_pane(window: MainWindow, qtbot: QtBot, name: str) -> None:
    front(window, qtbot)
    window.show_page(name)
    settle(qtbot, window.session)
    page = getattr(window, name)
    page.open_record(page.model.id_at(0))
    settle(qtbot, window.session)
    page.set_text(page.pane.title.full_text()[:3])
    settle(qtbot, window.session)
    found = stops(window)
    texts = [each.text() if hasattr(each, "text") else "" for each in found]
    table = found.index(page.table)
    assert found[0] is window.top_bar.search
    assert page.filter_bar.isAncestorOf(found[1])
    assert texts.index("Clear filters") < texts.index("Find duplicates…") < table
    assert page.pane.isAncestorOf(found[table + 1])
    form = [each for each in found if page.pane.form.isAncestorOf(each)]
    names = [next((n for n, f in page.pane.form.fields.items() if f.isAncestorOf(each)), "") for each in form]
    assert names.index("name") == 0
    assert names.index("note") > max(names.index("owner_id"), names.index("tags"))
    page.table.setFocus()
    press(qtbot, Qt.Key.Key_Tab)
    assert page.pane.isAncestorOf(focused())
    assert found.index(window.top_bar.bell) > found.index(form[-1]), "the rest comes last"
    around = []
    window.top_bar.search.setFocus()
    for _ in found:
        around.append(focused())
        press(qtbot, Qt.Key.Key_Tab)
    assert around == found, "nothing is left out, and the end leads back to the search"


def test_in_a_condition_the_value_comes_before_the_cross(qtbot: QtBot) -> None:
    editor = ConditionEditor("USD")
    editor.set_fields([FieldChoice("name", "Name", FieldKind.TEXT)])
    qtbot.addWidget(editor)
    editor.begin()
    editor.show()
    line: Any = editor.group.parts[0]
    found = stops(editor)
    place = found.index(line.field)
    assert found[place : place + 4] == [line.field, line.operator, line.value.editors[0], line._cross]


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


# Settings ---------------------------------------------------------------------------------------------------------


def section_of(window: MainWindow, qtbot: QtBot, name: str) -> Any:
    front(window, qtbot)
    window.show_page("settings")
    section = window.settings.show_section(name)
    settle(qtbot, window.session)
    return section


@pytest.mark.parametrize("name", ["stages", "products", "fields", "lists", "pipelines", "currencies", "assignment"])
def test_a_form_that_nobody_typed_in_offers_no_cancel(window: MainWindow, qtbot: QtBot, name: str) -> None:
    section = section_of(window, qtbot, name)
    qtbot.wait(5)
    assert not section.unsaved
    assert not section.cancel_button.isVisible()


def test_what_is_typed_in_the_settings_is_not_lost_by_choosing_another_row(window: MainWindow, qtbot: QtBot) -> None:
    section = section_of(window, qtbot, "lists")
    first = section.current
    section.table.setFocus()
    press(qtbot, Qt.Key.Key_Insert)
    QTest.keyClicks(section.name, "Trade fair")
    section.table.selectRow(1)
    qtbot.wait(5)
    assert section.adding
    assert section.name.text() == "Trade fair"
    assert "not saved yet" in section.problem.text()
    assert section.problem.isVisible()
    assert not section.table.selectionModel().hasSelection(), "no row looks chosen whose values are not shown"
    assert section.cancel_button.isVisible()
    section.name.setFocus()
    press(qtbot, Qt.Key.Key_Escape)
    assert not section.adding
    assert section.current == first
    assert section.name.text() == first.name
    assert not section.problem.isVisible()
    qtbot.waitUntil(lambda: not section.cancel_button.isVisible())
    section.table.selectRow(1)
    assert section.current == section.things[1]
    section.name.setText("Changed")
    section.table.selectRow(0)
    qtbot.wait(5)
    assert section.table.currentIndex().row() == 1, "the selection goes back to what the form shows"
    section.cancel_button.click()
    assert section.name.text() == section.things[1].name


def test_news_from_elsewhere_do_not_wipe_what_is_typed_in_the_settings(window: MainWindow, qtbot: QtBot) -> None:
    section = section_of(window, qtbot, "stages")
    section.name.setText("Half typed")
    values = {"name": "Fresh", "value": 100, "expected_close": date(2026, 12, 1)}
    opportunities.create(window.session.workspace, values)
    settle(qtbot, window.session)
    assert section.name.text() == "Half typed"
    section.cancel()
    section.required.choose(["value"])
    section.save()
    settle(qtbot, window.session)
    custom_fields.save(window.session.workspace, {"label": "Trade fair", "subject": "opportunity", "form": "text"})
    settle(qtbot, window.session)
    assert section.required.chosen() == ["value"]
    assert not section.unsaved, "another field on offer is nothing that was typed"


def test_saving_a_stage_leaves_the_keyboard_where_it_was(window: MainWindow, qtbot: QtBot) -> None:
    section = section_of(window, qtbot, "stages")
    section.name.setText("Renamed")
    section.save_button.setFocus()
    qtbot.mouseClick(section.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert section.current.name == "Renamed"
    assert focused() is section.save_button
    qtbot.waitUntil(lambda: not section.cancel_button.isVisible())


def test_a_window_that_opens_on_the_settings_keeps_the_keyboard_there(session: Session, qtbot: QtBot) -> None:
    made = MainWindow(session)
    made.show()
    made.show_page("settings")
    settle(qtbot, session)
    front(made, qtbot)
    assert made.board.frames, "the board has come meanwhile"
    assert made.settings.isAncestorOf(focused())
    made.retire()
    made.hide()
    made.deleteLater()


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


def test_what_is_typed_for_a_stage_is_not_lost_by_choosing_another_pipeline(window: MainWindow, qtbot: QtBot) -> None:
    pipelines.create(window.session.workspace, "Renewals")
    section = section_of(window, qtbot, "stages")
    before = section.pipelines.currentText()
    section.name.setText("Half typed")
    section.pipelines.setCurrentIndex(section.pipelines.findText("Renewals"))
    section.pipelines.activated.emit(section.pipelines.currentIndex())
    settle(qtbot, window.session)
    assert section.name.text() == "Half typed"
    assert section.pipelines.currentText() == before
    assert section.problem.isVisible()


def test_a_thing_that_is_deleted_takes_what_was_typed_along(window: MainWindow, qtbot: QtBot) -> None:
    made = lists.add(window.session.workspace, "source", {"name": "Trade fair"})
    section = section_of(window, qtbot, "lists")
    section.table.selectRow([each.id for each in section.things].index(made))
    section.name.setText("Half typed")
    section.buttons["delete"].click()
    settle(qtbot, window.session)
    assert section.current is not None
    assert section.current.id != made
    assert section.name.text() == section.current.name


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
