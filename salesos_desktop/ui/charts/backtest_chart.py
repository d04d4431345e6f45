"""Past months: what was forecast on their first day with its range, and what was won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import pyqtgraph as pg
from PySide6.QtGui import QResizeEvent

from ..theme import metrics
from .keys import Mark
from .plot import ColumnsPlot, MoneyAxis, colour

_BAND, _BAR, _GAP = 0.66, 0.26, 12
WON, BAND = Mark("bar", "won"), Mark("band", "stage1")
KINDS = {"set": Mark("o", "warn"), "learnt": Mark("t1", "accent"), "adjusted": Mark("d", "text")}


@dataclass(frozen=True, slots=True)
class Judged:
    """One month in minor units; ``said`` has a forecast by kind, where there is one."""

    caption: str
    said: dict[str, int]
    low: int
    high: int
    won: int


class BacktestChart(ColumnsPlot):
    """Bands, bars and marks."""

    def __init__(self, currency: str) -> None:
        self._axis = MoneyAxis("left", currency)
        super().__init__({"left": self._axis})
        self.columns: Sequence[Judged] = ()
        self.showGrid(y=True, alpha=0.8)
        self._bands = pg.BarGraphItem(x=[], y0=[], height=[], width=_BAND)
        self._won = pg.BarGraphItem(x=[], y0=0, height=[], width=_BAR, pen=None)
        self._marks = {kind: pg.ScatterPlotItem(symbol=mark.symbol, size=10) for kind, mark in KINDS.items()}
        for item in (self._bands, self._won, *self._marks.values()):
            self.addItem(item)
        self.follow_theme()

    def show_months(self, months: Sequence[Judged], currency: str) -> None:
        """Shows these, the oldest first."""
        self.columns, self._axis.currency = months, currency
        places = list(range(len(months)))
        self._bands.setOpts(x=places, y0=[m.low for m in months], height=[m.high - m.low for m in months], width=_BAND)
        self._won.setOpts(x=places, y0=0, height=[m.won for m in months], width=_BAR)
        for kind, item in self._marks.items():
            mine = [(place, month.said[kind]) for place, month in enumerate(months) if kind in month.said]
            item.setData([place for place, _ in mine], [said for _, said in mine])
        self._fit_captions()
        top = max((max(m.high, m.won, *m.said.values()) for m in months), default=0)
        self.setXRange(-0.6, max(0.6, len(months) - 0.4), padding=0)
        self.setYRange(-0.03 * top, max(top, 1) * 1.08, padding=0)

    def _fit_captions(self) -> None:
        """Fewer of them rather than ones that run into each other; the last month always has its own."""
        widest = max((metrics(12).horizontalAdvance(month.caption) for month in self.columns), default=0) + _GAP
        room = max(1.0, self.getPlotItem().getViewBox().width()) / max(1, len(self.columns))
        every, last = ceil(widest / room), len(self.columns) - 1
        ticks = [(place, m.caption) for place, m in enumerate(self.columns) if (last - place) % every == 0]
        self.getAxis("bottom").setTicks([ticks])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the captions."""
        super().resizeEvent(event)
        if hasattr(self, "_marks"):
            self._fit_captions()

    def paint(self) -> None:
        """Colours."""
        self._bands.setOpts(brush=colour(BAND.token, 50), pen=pg.mkPen(colour(BAND.token)))
        self._won.setOpts(brush=colour(WON.token))
        for kind, item in self._marks.items():
            item.setBrush(pg.mkBrush(colour(KINDS[kind].token)))
            item.setPen(pg.mkPen(colour("surface"), width=1.5))
