"""Cards side by side, and below each other where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QBoxLayout, QWidget

NARROW = 900


class Sides(QWidget):
    """``narrow``: at less than this width, in px, they are below each other."""

    def __init__(self, narrow: int = NARROW, spacing: int = 12) -> None:
        super().__init__()
        self._row = _Turning(narrow, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)

    def add(self, card: QWidget, share: int) -> None:
        """One more, with its share of the width."""
        self._row.addWidget(card, share)

    def turn_below(self, narrow: int) -> None:
        """Another width at which they turn."""
        if narrow != self._row.narrow:
            self._row.narrow = narrow
            self._row.invalidate()


class _Turning(QBoxLayout):
    """Turns before it places them: no card is ever as wide as it would be the other way, where it might leave things out."""

    def __init__(self, narrow: int, owner: QWidget) -> None:
        super().__init__(QBoxLayout.Direction.TopToBottom, owner)
        self.narrow = narrow

    def setGeometry(self, rect: QRect) -> None:
        """Places them."""
        down = rect.width() < self.narrow
        way = QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight
        if way != self.direction():
            self.setDirection(way)
        super().setGeometry(rect)
