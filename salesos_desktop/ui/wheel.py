"""The wheel over something that scrolls on a page that scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication


class _ToPage(QObject):
    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self._view = view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        if not isinstance(event, QWheelEvent) or event.angleDelta().x():
            return False
        here = QApplication.focusWidget()
        if here is not None and (here is self._view or self._view.isAncestorOf(here)):
            return False
        event.ignore()
        return True


def wheel_to_page(view: QAbstractScrollArea) -> None:
    """Up and down, the wheel scrolls the page below ``view``, and ``view`` itself only while the keyboard is in it."""
    gate = _ToPage(view)
    view.installEventFilter(gate)
    view.viewport().installEventFilter(gate)
