"""A person at the keyboard: what has the focus gets their keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


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
