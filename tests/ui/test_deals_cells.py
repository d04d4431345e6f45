"""Writing in the table of opportunities: one cell by keys, a block from a spreadsheet, many deals at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop.services import bulk, deal_table, followers, holds, opportunities, undo
from salesos_desktop.ui.deal_menu import DealMenu
from salesos_desktop.ui.opportunities.page import DealsView
from salesos_desktop.ui.session import Session
from tests.conftest import stage_named
from tests.ui.conftest import settle
from tests.ui.deals_page import NONE, SHIFT, choose, paste, rest, row, section, shown, type_into, ws_of


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> Iterator[DealsView]:
    """The page in a window on forty sample deals."""
    with shown(session, qtbot) as made:
        yield made


def test_a_cell_is_written_by_keys_and_an_error_stays_in_it(page: DealsView, qtbot: QtBot) -> None:
    deal = choose(page, 1, "value")
    before = row(page, deal)
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    page.editing.editor.widget.selectAll()
    type_into(page, "many")
    assert "many" in page.editing.reason
    assert page.editing.editor.widget.property("wrong") == "true"
    page.editing.editor.widget.selectAll()
    type_into(page, "1,234.50")
    settle(qtbot, page._session)
    assert page.editing.editor is None
    assert (row(page, deal)["value"], page.table.cell_mode) == (123_450, True)
    rest(page, qtbot)
    choose(page, page.model.row_of(deal), "name")
    QTest.keyClick(page.table, Qt.Key.Key_N)
    assert page.editing.editor.widget.text() == "n", "a letter is typed into the cell, and makes no new deal"
    type_into(page, "ew", Qt.Key.Key_Escape)
    assert row(page, deal)["name"] == before["name"]
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    page.editing.editor.widget.selectAll()
    type_into(page, "Renamed", Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: page.editing.editor is not None and page.editing._section == section(page, "company"))
    page.editing.editor.widget.selectAll()
    type_into(page, "A company of its own")
    settle(qtbot, page._session)
    assert (row(page, deal)["name"], opportunities.get(ws_of(page), deal).card.company) == (
        "Renamed", "A company of its own",
    )  # fmt: skip
    for _ in range(3):
        undo.undo(ws_of(page))
    after = row(page, deal)
    assert {name: after[name] for name in ("name", "value", "company_id")} == {
        name: before[name] for name in ("name", "value", "company_id")
    }
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.table.letters_are_shortcuts


def test_every_type_has_its_editor_and_another_stage_asks_as_a_move_does(page: DealsView, qtbot: QtBot) -> None:
    deal = choose(page, 0, "priority")
    QTest.keyClick(page.table, Qt.Key.Key_L)
    QTest.keyClick(page.editing.editor.widget, Qt.Key.Key_Return)
    settle(qtbot, page._session)
    assert row(page, deal)["priority"] == "low"
    bulk.retag(ws_of(page), [deal], ["Old"])
    rest(page, qtbot)
    page.table.show_column(section(page, "tags"), True)
    choose(page, page.model.row_of(deal), "tags")
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    page.editing.editor.widget.end(False)
    type_into(page, ", New")
    settle(qtbot, page._session)
    assert json.loads(row(page, deal)["tags"]) == ["Old", "New"]
    rest(page, qtbot)
    place = choose(page, page.model.row_of(deal), "in_stage")
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    assert page.editing.editor is None
    assert "In stage" in page.editing.reason
    assert place
    choose(page, page.model.row_of(deal), "stage")
    QTest.keyClick(page.table, Qt.Key.Key_L)
    QTest.keyClick(page.editing.editor.widget, Qt.Key.Key_Return)
    window: Any = page.window()
    qtbot.waitUntil(lambda: window.actions_.dialog is not None)
    assert "ose" in type(window.actions_.dialog).__name__
    window.actions_.dialog.reject()
    assert row(page, deal)["closed_on"] is None


def test_a_note_has_its_lines_in_its_cell_and_on_the_clipboard(page: DealsView, qtbot: QtBot) -> None:
    page.table.show_column(section(page, "note"), True)
    deal = choose(page, len(page.model.ids) - 1, "note")
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    edit = page.editing.editor.widget
    edit.selectAll()
    QTest.keyClicks(edit, 'She said "yes"')
    QTest.keyClick(edit, Qt.Key.Key_Return, SHIFT)
    type_into(page, "on Monday")
    settle(qtbot, page._session)
    assert row(page, deal)["note"] == 'She said "yes"\non Monday'
    rest(page, qtbot)
    for column in page.table.visible_sections():
        page.table.setColumnHidden(column, page.model.columns[column].name != "note")
    page.table.select_ids([deal])
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    choose(page, 0, "note")
    paste(page, qtbot, QApplication.clipboard().text())
    page.pasting.dialog.answer()
    settle(qtbot, page._session)
    assert row(page, page.model.id_at(0))["note"] == row(page, deal)["note"]


def test_a_block_is_shown_before_it_is_written_in_one_step(page: DealsView, qtbot: QtBot) -> None:
    first = choose(page, 0, "name")
    second, before = page.model.id_at(1), row(page, page.model.id_at(1))
    paste(page, qtbot, "One\tFirst company\r\n\tSecond company\r\n")
    dialog: Any = page.pasting.dialog
    assert not dialog.main_button.isEnabled()
    assert dialog.lines.lines[0][:2] == (before["name"], "Name")
    assert "missing" in dialog.lines.lines[0][4]
    dialog.reject()
    paste(page, qtbot, 'One\tFirst company\r\n"Two\n2"\tSecond company\r\n')
    dialog = page.pasting.dialog
    assert row(page, first)["name"] != "One"
    dialog.answer()
    settle(qtbot, page._session)
    assert [row(page, deal)["name"] for deal in (first, second)] == ["One", "Two 2"]
    undo.undo(ws_of(page))
    assert row(page, second) | {"version": 0, "touched_on": None} == before | {"version": 0, "touched_on": None}
    rest(page, qtbot)
    choose(page, 0, "value")
    problems: list[Any] = []
    page._session.problem.connect(problems.append)
    paste(page, qtbot, "a\tb\tc")
    assert page.pasting.dialog is None
    assert problems[0].title == "“Next activity” cannot be pasted into."


def test_a_pasted_stage_moves_the_deals_or_says_why_not(page: DealsView, qtbot: QtBot) -> None:
    ws, first = ws_of(page), choose(page, 0, "stage")
    second = page.model.id_at(1)
    paste(page, qtbot, "Proposal\nLost")
    dialog: Any = page.pasting.dialog
    assert [(line[1], line[3]) for line in dialog.lines.lines if line[4]] == [("Stage", "Lost")]
    assert not dialog.main_button.isEnabled()
    dialog.reject()
    paste(page, qtbot, "Proposal\nWon")
    page.pasting.dialog.answer()
    settle(qtbot, page._session)
    names = [opportunities.get(ws, deal).row["stage_id"] for deal in (first, second)]
    assert names == [stage_named(ws, "Proposal").id, stage_named(ws, "Won").id]


def test_what_is_copied_can_be_pasted_again(page: DealsView, qtbot: QtBot) -> None:
    for name in ("activity", "in_stage"):
        page.table.setColumnHidden(section(page, name), True)
    page.table.select_ids(list(page.model.ids[:2]))
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QApplication.clipboard().text()
    first = deal_table.fetch(ws_of(page), page.model.ids[:1])[page.model.id_at(0)]
    assert text.split("\n")[0].split("\t")[4] == str(first.day)
    choose(page, 0, "name")
    paste(page, qtbot, text)
    dialog: Any = page.pasting.dialog
    assert dialog.lines.lines == []
    assert not dialog.main_button.isEnabled()
    dialog.reject()


def test_several_are_changed_together_and_one_undo_takes_it_back(page: DealsView, qtbot: QtBot) -> None:
    page.table.setFocus()
    height = page.table.rowHeight(0)
    start = page.table.visualRect(page.model.index(1, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, NONE, start)
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, SHIFT, start + QPoint(0, 2 * height))
    ids = list(page.model.ids[1:4])
    assert page.table.selected_ids() == ids
    menu = QMenu()
    page.actions_.add_people(menu, page.table.selected_ids())
    action = next(each for each in menu.actions() if each.text() == "Nobody")
    action.trigger()
    settle(qtbot, page._session)
    assert {row(page, deal)["owner_id"] for deal in ids} == {None}
    window: Any = page.window()
    qtbot.waitUntil(window.notifications.toast.isVisible)
    page.actions_.retag(ids)
    dialog: Any = page.actions_.dialog
    QTest.keyClicks(dialog.add, "vip, Q1")
    dialog.answer()
    settle(qtbot, page._session)
    assert {row(page, deal)["tags"] for deal in ids} == {'["vip", "Q1"]'}
    undo.undo(ws_of(page))
    undo.undo(ws_of(page))
    assert all(row(page, deal)["owner_id"] for deal in ids)
    rest(page, qtbot)
    QTest.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert page.table.selected_ids() == list(page.model.ids)


def test_the_menu_of_a_row_is_that_of_a_card(page: DealsView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)

    def entries(menu: DealMenu) -> dict[str, Any]:
        settle(qtbot, page._session)
        assert menu.menu is not None
        return {action.text(): action for action in menu.menu.actions() if action.text()}

    ws, deal = ws_of(page), page.model.id_at(0)
    window: Any = page.window()
    page.table.select_ids([deal])
    page.table.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    menu = page.actions_.deal_menu
    found = entries(menu)
    window.board.menu.show([deal], QPoint())
    assert list(entries(window.board.menu)) == list(found)
    found["Follow"].trigger()
    settle(qtbot, page._session)
    assert [each.id for each in followers.of(ws, deal)] == [ws.actor_id]
    page.actions_.show_menu([deal], QPoint())
    assert "Stop following" in entries(menu)
    holds.hold(ws, [deal], date(2027, 1, 4))
    page.actions_.show_menu([deal], QPoint())
    entries(menu)["Back now"].trigger()
    settle(qtbot, page._session)
    assert row(page, deal)["hold_until"] is None
    second = page.model.id_at(1)
    page.actions_.show_menu([deal, second], QPoint())
    found = entries(menu)
    assert {"Merge…", "On hold until…"} <= found.keys()
    assert not {"Clone", "Open", "Follow"} & found.keys()
    found["Merge…"].trigger()
    settle(qtbot, page._session)
    assert type(window.actions_.dialog).__name__ == "MergeDialog"
    window.actions_.dialog.reject()
