"""Months as pairs of bars: as it is, and as a scenario makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent

from .plot import ColumnsPlot, MoneyAxis, colour

_BAR, _APART = 0.36, 0.19
_EMPTY = 100_000
"""How far the axis goes, in minor units, while there is no amount."""
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -1_000, Qt.Key.Key_End: 1_000}


@dataclass(frozen=True, slots=True)
class Pair:
    """A month with its two amounts in minor units."""

    caption: str
    now: int
    then: int


class MonthPairs(ColumnsPlot):
    """Hollow bars for what is, full ones for what is played; the arrows go through the months."""

    def __init__(self, currency: str) -> None:
        self._axis = MoneyAxis("left", currency)
        super().__init__({"left": self._axis})
        self.columns: Sequence[Pair] = ()
        self.place = -1
        self._here = pg.BarGraphItem(x=[], y0=[], height=[], width=0.94, pen=None)
        self._now = pg.BarGraphItem(x=[], y0=[], height=[], width=_BAR, pen=None)
        self._then = pg.BarGraphItem(x=[], y0=[], height=[], width=_BAR, pen=None)
        for item in (self._here, self._now, self._then):
            self.addItem(item)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.showGrid(y=True, alpha=0.8)
        self.follow_theme()

    def show_pairs(self, pairs: Sequence[Pair], currency: str) -> None:
        """Shows these months."""
        self.columns, self._axis.currency = pairs, currency
        self.place = min(self.place, len(pairs) - 1)
        places = range(len(pairs))
        self._now.setOpts(x=[n - _APART for n in places], y0=0, height=[each.now for each in pairs], width=_BAR)
        self._then.setOpts(x=[n + _APART for n in places], y0=0, height=[each.then for each in pairs], width=_BAR)
        self.getAxis("bottom").setTicks([[(n, each.caption) for n, each in enumerate(pairs)]])
        self.setXRange(-0.6, max(0.6, len(pairs) - 0.4), padding=0)
        self.setYRange(0, self._top, padding=0)
        self.paint()

    @property
    def _top(self) -> float:
        return (max((max(each.now, each.then) for each in self.columns), default=0) or _EMPTY) * 1.08

    def paint(self) -> None:
        """Colours, and the mark of the month that the keyboard is on."""
        self._now.setOpts(brush=colour("muted", 40), pen=pg.mkPen(colour("muted"), width=1.5))
        self._then.setOpts(brush=colour("accent"), pen=pg.mkPen(colour("accent"), width=1.5))
        marked = self.hasFocus() and 0 <= self.place < len(self.columns)
        self._here.setOpts(
            x=[self.place] if marked else [], y0=0, height=[self._top] if marked else [], brush=colour("accent_soft")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, Right, Home and End go through the months."""
        if event.key() in _KEYS and self.columns:
            self._go_to(max(0, min(len(self.columns) - 1, self.place + _KEYS[Qt.Key(event.key())])))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        if self.columns:
            self._go_to(max(0, self.place))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And that it has gone."""
        super().focusOutEvent(event)
        self.paint()

    def _go_to(self, place: int) -> None:
        self.place = place
        self.paint()
        self.hovered.emit(place)
