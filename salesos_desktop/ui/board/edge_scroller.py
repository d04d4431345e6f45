"""Scrolls the board sideways while a drag rests near its left or right edge."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QScrollArea

MARGIN = 48
STEP = 24


class EdgeScroller(QObject):
    """Follows a drag over a scroll area; ``stop`` when it ends."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._direction = 0
        self._timer = QTimer(self)
        self._timer.setInterval(30)
        self._timer.timeout.connect(self._on_tick)

    def follow(self, point: QPoint) -> None:
        """The drag is at a global point."""
        x = self._area.viewport().mapFromGlobal(point).x()
        self._direction = -1 if x < MARGIN else 1 if x > self._area.viewport().width() - MARGIN else 0
        if not self._direction:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Rests."""
        self._timer.stop()

    def _on_tick(self) -> None:
        bar = self._area.horizontalScrollBar()
        bar.setValue(bar.value() + self._direction * STEP)
