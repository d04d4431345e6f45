"""The page of opportunities in a window, and what tests do with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.services import demo, opportunities
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.opportunities.page import DealsView
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle

SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@contextmanager
def shown(session: Session, qtbot: QtBot) -> Iterator[DealsView]:
    """The page in a window on forty sample deals."""
    demo.fill(session.workspace, 60)
    window = MainWindow(session, "deals")
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    settle(qtbot, session)
    made: DealsView = window.deals
    QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Fatal, made.model)
    yield made
    settle(qtbot, session)
    window.retire()
    window.hide()
    window.deleteLater()


def ws_of(page: DealsView) -> Workspace:
    return page._session.workspace


def rest(page: DealsView, qtbot: QtBot) -> None:
    """Waits until timers and the worker have done what was asked."""
    timers = (page.list._again, page._summing, page._noted, page._follow)
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in timers))
    settle(qtbot, page._session)


def row(page: DealsView, deal: int) -> dict[str, Any]:
    return opportunities.get(ws_of(page), deal).row


def section(page: DealsView, name: str) -> int:
    return [column.name for column in page.model.columns].index(name)


def choose(page: DealsView, place: int, name: str) -> int:
    """Takes the keyboard to a cell; returns the deal's id."""
    page.table.setFocus()
    page.table.choose_cell(place, section(page, name))
    return page.model.id_at(place)


def type_into(page: DealsView, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """Writes into the open editor and ends with a key."""
    widget: QWidget = page.editing.editor.widget
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, key)


def click_header(page: DealsView, name: str, modifier: Qt.KeyboardModifier = NONE) -> None:
    header = page.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(section(page, name)) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def paste(page: DealsView, qtbot: QtBot, text: str) -> None:
    QApplication.clipboard().setText(text)
    QTest.keyClick(page.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page._session)
