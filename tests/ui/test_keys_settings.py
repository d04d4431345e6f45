"""What is typed in the settings is not lost, whatever happens beside it; the keyboard stays where it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from salesos_desktop.services import custom_fields, lists, opportunities, pipelines
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle
from tests.ui.hands import focused, front, press

pytestmark = pytest.mark.opens_on("settings")


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


@pytest.mark.opens_on("board")
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
