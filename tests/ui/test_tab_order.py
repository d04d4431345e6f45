"""Tab and the arrows go through lines, conditions and pages as they are read."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.condition_fields import FieldKind
from salesos_desktop.services import leads, products
from salesos_desktop.ui.conditions.editor import ConditionEditor
from salesos_desktop.ui.conditions.fields import FieldChoice
from salesos_desktop.ui.keyboard import stops
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle
from tests.ui.hands import focused, front, press

_SHIFT = Qt.KeyboardModifier.ShiftModifier


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
