"""What the marks of a chart stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ..flow import FlowLayout
from ..parts import label, on_theme
from .plot import colour


@dataclass(frozen=True, slots=True)
class Mark:
    """``symbol``: one of pyqtgraph's, or bar, band; ``token`` its colour."""

    symbol: str
    token: str


class Keys(QWidget):
    """Marks with their words, side by side in as many lines as they take."""

    def __init__(self, entries: Sequence[tuple[Mark, str]]) -> None:
        super().__init__()
        flow = FlowLayout(12)
        self._entries: dict[Mark, QWidget] = {}
        for mark, text in entries:
            entry = self._entries[mark] = QWidget()
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(5)
            row.addWidget(_Face(mark))
            row.addWidget(label(text, "small"))
            flow.addWidget(entry)
        self.setLayout(flow)

    def set_shown(self, mark: Mark, shown: bool) -> None:
        """Leaves out what the chart has none of."""
        self._entries[mark].setVisible(shown)


class _Face(QWidget):
    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self._mark = mark
        self.setFixedSize(14, 14)
        on_theme(self, self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The mark as the chart has it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = self._mark.token
        if self._mark.symbol == "band":
            painter.setPen(colour(token))
            painter.setBrush(colour(token, 50))
            painter.drawRect(QRectF(1.5, 1.5, 11, 11))
        elif self._mark.symbol == "bar":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(token))
            painter.drawRect(QRectF(4, 1, 6, 12))
        else:
            painter.translate(7, 7)
            pg.graphicsItems.ScatterPlotItem.drawSymbol(
                painter, self._mark.symbol, 10, pg.mkPen(None), pg.mkBrush(colour(token))
            )
        painter.end()
