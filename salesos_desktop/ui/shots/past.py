"""Pictures of past days: the board and the forecast as they were a month ago."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_DAYS = 30


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Takes the pictures and comes back to today."""
    for name in ("board", "forecast"):
        window.show_page(name)
        page = window.shown
        page.look_back()
        settle(app, window)
        page.past.look.bar.go(1 - _DAYS)
        shot(window, f"{name}-past")
        page.past.look.leave()
    window.show_page("board")
    settle(app, window)
