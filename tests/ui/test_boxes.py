"""Boxes under a turning wheel, and rows that are made anew under the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop import storage
from salesos_desktop.domain.conditions import All
from salesos_desktop.services import assignment, board, leads, notes
from salesos_desktop.ui.boxes import ComboBox, SpinBox
from salesos_desktop.ui.dates import OptionalDateEdit
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle
from tests.ui.hands import front


def test_the_wheel_changes_nothing_that_nobody_is_in(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    combo, spin, day = ComboBox(), SpinBox(), OptionalDateEdit()
    combo.addItems(["a", "b", "c"])
    for box in (combo, spin, day):
        column.addWidget(box)
    with qtbot.waitActive(holder):
        holder.show()
    holder.setFocus()
    before = day.date()
    for box in (combo, spin, day):
        down = QWheelEvent(
            QPointF(5, 5), QPointF(box.mapToGlobal(QPoint(5, 5))), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(box, down)
        assert not down.isAccepted(), "what is around it scrolls"
    assert (combo.currentIndex(), spin.value(), day.date()) == (0, 0, before)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_long_list_shows_its_last_entry(qtbot: QtBot) -> None:
    combo = ComboBox()
    qtbot.addWidget(combo)
    combo.addItems([str(n) for n in range(8)])
    with qtbot.waitExposed(combo):
        combo.show()
    combo.showPopup()
    assert combo.view().viewport().height() >= 8 * combo.view().sizeHintForRow(0)
    combo.hidePopup()


def test_a_rule_shows_whom_it_gives_leads_to(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    other = next(each.id for each in board.names(ws, "person") if each.id != ws.actor_id)
    assignment.save_rule(ws, "To one", All(), person_id=other)
    window.show_page("settings")
    section = window.settings.show_section("assignment")
    settle(qtbot, window.session)
    section.table.selectRow(0)
    settle(qtbot, window.session)
    assert section.values()["person_id"] == other
    window.show_page("leads")
    settle(qtbot, window.session)
    window.leads.actions_.new()
    settle(qtbot, window.session)
    dialog = window.leads.actions_.dialog
    dialog.lines["name"].setText("Ana")
    dialog.lines["email"].setText("ana.assigned@example.com")
    dialog.owner.setCurrentIndex(dialog.owner.findText("By assignment"))
    dialog.answer()
    settle(qtbot, window.session)
    with ws.store.read() as connection:
        (row,) = storage.children.rows(connection, "lead", {"email": "ana.assigned@example.com"})
    assert leads.get(ws, row["id"]).row["owner_id"] == other


def test_the_keyboard_stays_in_notes_that_are_made_anew(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    first, _ = notes.add(ws, "opportunity", deal, "one"), notes.add(ws, "opportunity", deal, "two")
    window.open_deal(deal)
    settle(qtbot, window.session)
    pane = window.pane.notes
    window.pane.tabs.setCurrentWidget(pane)
    front(window, qtbot)
    pin = pane._list.itemAt(1).widget().findChildren(QPushButton)[0]
    pin.setFocus()
    assert pin.hasFocus()
    notes.pin(ws, first)
    settle(qtbot, window.session)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert pane.isAncestorOf(focused)
