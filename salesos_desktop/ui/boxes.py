"""Boxes that keep still while the wheel turns over them, unless the person is in them: what is around them scrolls."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSpinBox


class ComboBox(QComboBox):
    """A drop-down list, as long as its entries where the screen has room."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only the one that has the focus turns."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """The frame and padding of a style sheet are room that Qt forgets: the last entry would be hidden."""
        super().showPopup()
        rows = min(self.count(), self.maxVisibleItems())
        view, popup = self.view(), self.view().window()
        lacking = rows * max(0, view.sizeHintForRow(0)) - view.viewport().height()
        if lacking > 0:
            view.setMinimumHeight(view.height() + lacking)
            popup.resize(popup.width(), popup.height() + lacking)
            popup.layout().activate()

    def hidePopup(self) -> None:
        """The next time it may have fewer entries."""
        super().hidePopup()
        self.view().setMinimumHeight(0)


class SpinBox(QSpinBox):
    """A whole number, with the room before it that the style sheet gives to other fields."""

    def __init__(self) -> None:
        super().__init__()
        self.lineEdit().setTextMargins(7, 0, 7, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only the one that has the focus turns."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
