"""Pictures of the deals in danger: the list, and one deal after another with its value being typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Takes the pictures; nothing is changed."""
    window.show_page("forecast")
    window.forecast.show_danger()
    settle(app, window)
    page: Any = window.forecast.focusProxy()
    shot(window, "danger")
    page.work_through()
    page.work.edit("value")
    settle(app, window)
    shot(window, "danger-one")
    page.work.bar.close_editor()
    page.left.emit()
    window.show_page("board")
    settle(app, window)
