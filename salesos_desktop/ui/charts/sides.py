"""Cards side by side, and below each other where there is no room."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

NARROW = 900


class Sides(QWidget):
    """``narrow``: at less than this width, in px, they are below each other."""

    def __init__(self, narrow: int = NARROW, spacing: int = 12) -> None:
        super().__init__()
        self._narrow = narrow
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)

    def add(self, card: QWidget, share: int) -> None:
        """One more, with its share of the width."""
        self._row.addWidget(card, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turns."""
        super().resizeEvent(event)
        down = event.size().width() < self._narrow
        way = QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight
        if way != self._row.direction():
            self._row.setDirection(way)
