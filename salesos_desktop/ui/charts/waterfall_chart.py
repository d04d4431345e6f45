"""The waterfall as bars below each other, each beginning where the one above it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QResizeEvent

from ..theme import font, metrics
from .plot import MoneyAxis, RowsPlot, colour

_BAR = 0.62
_GAP, _NARROWEST = 16, 60
"""Beside the texts, and what the bars keep at least, in px."""
_CUT = 0.5
"""Where steps take less than this share of the amounts, the axis does not begin at nothing: they could not be seen."""


@dataclass(frozen=True, slots=True)
class Fall:
    """One bar from ``low`` to ``high`` in minor units, at which the amount stood before or after it; ``up`` None for the
    amounts at both ends. ``text`` stands beside it."""

    caption: str
    text: str
    low: int
    high: int
    up: bool | None

    @property
    def end(self) -> int:
        """Where its text stands."""
        return self.high


class WaterfallChart(RowsPlot):
    """Bars whose ``rows`` are Falls; ``cut`` tells that the axis does not begin at nothing."""

    def __init__(self, currency: str) -> None:
        self._axis = MoneyAxis("bottom", currency)
        super().__init__({"bottom": self._axis})
        self.rows: Sequence[Fall] = ()
        self.cut = False
        self._end = 0.0
        self._bars = {up: pg.BarGraphItem(x0=[], y=[], width=[], height=_BAR, pen=None) for up in (None, True, False)}
        self._links = pg.PlotDataItem(connect="pairs")
        for item in (self._links, *self._bars.values()):
            self.addItem(item)
        self.follow_theme()

    def show_falls(self, falls: Sequence[Fall], currency: str) -> None:
        """Shows these from the top down."""
        self.rows, self._axis.currency = falls, currency
        self.row = min(self.row, len(falls) - 1)
        base, _ = self._reach()
        for up, item in self._bars.items():
            mine = [(row, fall) for row, fall in enumerate(falls) if fall.up is up]
            lows = [base if up is None else fall.low for _, fall in mine]
            item.setOpts(
                x0=lows, width=[fall.high - low for (_, fall), low in zip(mine, lows, strict=True)],
                y=[-row for row, _ in mine], height=_BAR,
            )  # fmt: skip
        xs, ys = [], []
        for row, fall in enumerate(falls[:-1]):
            level = fall.low if fall.up is False else fall.high
            xs += [level, level]
            ys += [-row - _BAR / 2, -row - 1 + _BAR / 2]
        self._links.setData(xs, ys)
        self.getAxis("left").setTicks([[(-row, fall.caption) for row, fall in enumerate(falls)]])
        self._write()
        self.setYRange(0.6 - len(falls), 0.6, padding=0)
        self._fit()

    def _fit(self) -> None:
        """Room on the right for the texts, however narrow it is."""
        base, top = self._reach()
        widest = max((metrics(12, medium=True).horizontalAdvance(fall.text) for fall in self.rows), default=0) + _GAP
        bars = max(_NARROWEST, self.getPlotItem().getViewBox().width() - widest)
        self._end = top + (top - base) * widest / bars
        self.setXRange(base, self._end, padding=0)
        self.paint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Makes room anew."""
        super().resizeEvent(event)
        if hasattr(self, "_bars"):
            self._fit()

    def _reach(self) -> tuple[int, int]:
        """Where the axis begins and the longest bar ends."""
        levels = [level for fall in self.rows for level in ((fall.high,) if fall.up is None else (fall.low, fall.high))]
        low, high = min(levels, default=0), max(levels, default=0)
        self.cut = 0 < high - low < high * _CUT
        base = max(0, low - (high - low) // 2) if self.cut else min(0, low)
        self.cut = self.cut and base > 0
        return base, max(high, base + 1)

    def paint(self) -> None:
        """Colours, and the mark of the chosen bar."""
        for up, token in ((None, "stage1"), (True, "won"), (False, "lost")):
            self._bars[up].setOpts(brush=colour(token))
        self._links.setPen(pg.mkPen(colour("faint")))
        for row, text in enumerate(self._texts):
            text.setFont(font(12, medium=True))
            up = self.rows[row].up if row < len(self.rows) else None
            text.setColor(colour({None: "text", True: "won", False: "lost"}[up]))
        base, _ = self._reach()
        self._mark(base, self._end, marked=True)

    def place_of(self, row: int) -> QPointF:
        """The middle of a bar, as a point of the widget."""
        fall = self.rows[row]
        return self.on_widget(QPointF((fall.low + fall.high) / 2, -row))
