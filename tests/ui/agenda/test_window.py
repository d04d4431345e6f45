"""The agenda in the whole window: a card of the board is carried over to it, keys lead to it, its dialog opens."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop.services import activities
from salesos_desktop.ui.agenda.canvas import Slot
from salesos_desktop.ui.main_window import MainWindow
from tests.conftest import TODAY
from tests.ui.conftest import settle

_MOVE, _LEFT, _PLAIN = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def test_a_card_held_over_the_agenda_opens_it_and_is_planned_where_it_is_dropped(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("board")
    settle(qtbot, window.session)
    column = window.board.frames[0].model
    deal = column.id_at(0)
    data = column.mimeData([column.index(0, 0)])
    name = window.sidebar._buttons["agenda"]
    passing = QDragEnterEvent(QPoint(5, 5), _MOVE, data, _LEFT, _PLAIN)
    name.dragEnterEvent(passing)
    assert passing.isAccepted()
    name.dragLeaveEvent(QDragLeaveEvent())
    assert not name._timer.isActive(), "who only passes stays on the board"
    name.dragEnterEvent(QDragEnterEvent(QPoint(5, 5), _MOVE, data, _LEFT, _PLAIN))
    with qtbot.waitSignal(name.held):
        pass
    assert window.page == "agenda"
    settle(qtbot, window.session)
    view: Any = window.agenda.view
    number = list(view.days).index(TODAY)
    left, width = view._column(number)
    # Whole days stand above the hours.
    point = QPointF(left + width / 2, view.top - 8)
    assert view.slot_at(point.toPoint()) == Slot(TODAY)
    view.dropEvent(QDropEvent(point, _MOVE, data, _LEFT, _PLAIN))
    qtbot.waitUntil(lambda: window.activities.dialog is not None)
    dialog: Any = window.activities.dialog
    settle(qtbot, window.session)
    dialog.form.subject.setText("Carried over")
    dialog.main_button.click()
    settle(qtbot, window.session)
    (planned,) = [
        a for a in activities.of(window.session.workspace, "opportunity", deal) if a.subject == "Carried over"
    ]
    assert (planned.due_on, planned.due_at) == (TODAY, None)


def test_keys_lead_to_the_agenda_and_n_plans_there(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_page("forecast")
    for key in (Qt.Key.Key_G, Qt.Key.Key_A):
        QTest.keyClick(QApplication.focusWidget() or window, key)
        qtbot.wait(1)
    settle(qtbot, window.session)
    assert window.page == "agenda"
    assert QApplication.focusWidget() is window.agenda.view
    QTest.keyClick(window.agenda.view, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: window.activities.dialog is not None)
    dialog = window.activities.dialog
    assert dialog is not None
    dialog.reject()
    settle(qtbot, window.session)
