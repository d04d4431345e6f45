"""The reliability diagram: of deals that were given a probability, how many were won (DeGroot and Fienberg, 1983)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from ...i18n import percent
from .backtest_chart import KINDS
from .plot import Plot, colour

_SMALLEST, _LARGEST = 7, 26


@dataclass(frozen=True, slots=True)
class Dot:
    """Deals of one kind of forecast: what they were ``given`` on average and the share that was ``won``, 0 to 1."""

    kind: str
    given: float
    won: float
    deals: int


class ReliabilityChart(Plot):
    """Dots the larger the more deals they stand for; on the diagonal as many were won as were promised.

    Signals:
        hovered(dot): the pointer is on a dot; None when on none.
    """

    hovered = Signal(object)

    def __init__(self) -> None:
        super().__init__({})
        self.dots: Sequence[Dot] = ()
        self._over: Dot | None = None
        self._exact = pg.PlotDataItem([0, 1], [0, 1])
        self.addItem(self._exact)
        self._items: Mapping[str, pg.ScatterPlotItem] = {
            kind: pg.ScatterPlotItem(symbol=KINDS[kind].symbol) for kind in ("set", "learnt")
        }
        for item in self._items.values():
            self.addItem(item)
        quarters = [(quarter / 4, percent(quarter * 25)) for quarter in range(5)]
        for side in ("left", "bottom"):
            self.getAxis(side).setTicks([quarters])
        self.setXRange(-0.1, 1.12, padding=0)
        self.setYRange(-0.06, 1.06, padding=0)
        self.follow_theme()

    def show_dots(self, dots: Sequence[Dot]) -> None:
        """Shows these."""
        self.dots = dots
        for kind, item in self._items.items():
            mine = [dot for dot in dots if dot.kind == kind]
            item.setData([d.given for d in mine], [d.won for d in mine], size=[self._size(d) for d in mine])

    def _size(self, dot: Dot) -> float:
        most = max(each.deals for each in self.dots)
        return _SMALLEST + (_LARGEST - _SMALLEST) * sqrt(dot.deals / most)

    def paint(self) -> None:
        """Colours."""
        self._exact.setPen(pg.mkPen(colour("faint"), style=Qt.PenStyle.DashLine))
        for kind, item in self._items.items():
            item.setBrush(pg.mkBrush(colour(KINDS[kind].token, 190)))
            item.setPen(pg.mkPen(colour("surface"), width=1.5))

    def dot_at(self, position: QPointF) -> Dot | None:
        """The nearest dot that a point of the widget is on."""
        box = self.getPlotItem().getViewBox()
        found: list[tuple[float, Dot]] = []
        for dot in self.dots:
            middle = self.mapFromScene(box.mapViewToScene(QPointF(dot.given, dot.won)))
            away = hypot(middle.x() - position.x(), middle.y() - position.y())
            if away <= self._size(dot) / 2 + 3:
                found.append((away, dot))
        return min(found, key=lambda each: each[0])[1] if found else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells which dot the pointer is on."""
        super().mouseMoveEvent(event)
        over = self.dot_at(event.position())
        if over is not self._over:
            self._over = over
            self.hovered.emit(over)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone."""
        self._over = None
        self.hovered.emit(None)
        super().leaveEvent(event)
