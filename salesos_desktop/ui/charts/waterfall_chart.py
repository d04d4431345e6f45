"""The waterfall as bars below each other, each beginning where the one above it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent

from ..theme import font, metrics
from .plot import MoneyAxis, Plot, colour

_BAR = 0.62
_GAP, _NARROWEST = 16, 60
"""Beside the texts, and what the bars keep at least, in px."""
_CUT = 0.5
"""Where steps take less than this share of the amounts, the axis does not begin at nothing: they could not be seen."""
_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -1_000, Qt.Key.Key_End: 1_000}


@dataclass(frozen=True, slots=True)
class Fall:
    """One bar from ``low`` to ``high`` in minor units, at which the amount stood before or after it; ``up`` None for the
    amounts at both ends. ``text`` stands beside it."""

    caption: str
    text: str
    low: int
    high: int
    up: bool | None


class WaterfallChart(Plot):
    """Bars that the pointer and the keyboard go through; ``cut`` tells that the axis does not begin at nothing.

    Signals:
        hovered(row): the pointer or the keyboard is on a bar; None when the pointer has gone.
        chosen(row): a click or Enter.
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, currency: str) -> None:
        self._axis = MoneyAxis("bottom", currency)
        super().__init__({"bottom": self._axis})
        self.falls: Sequence[Fall] = ()
        self.row = -1
        self.cut = False
        self._over: int | None = None
        self._end = 0.0
        self._texts: list[pg.TextItem] = []
        self._here = pg.BarGraphItem(x0=[], y=[], width=[], height=1, pen=None)
        self._bars = {up: pg.BarGraphItem(x0=[], y=[], width=[], height=_BAR, pen=None) for up in (None, True, False)}
        self._links = pg.PlotDataItem(connect="pairs")
        for item in (self._here, self._links, *self._bars.values()):
            self.addItem(item)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.follow_theme()

    def show_falls(self, falls: Sequence[Fall], currency: str) -> None:
        """Shows these from the top down."""
        self.falls, self._axis.currency = falls, currency
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
        widest = max((metrics(12, medium=True).horizontalAdvance(fall.text) for fall in self.falls), default=0) + _GAP
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
        levels = [
            level for fall in self.falls for level in ((fall.high,) if fall.up is None else (fall.low, fall.high))
        ]
        low, high = min(levels, default=0), max(levels, default=0)
        self.cut = 0 < high - low < high * _CUT
        base = max(0, low - (high - low) // 2) if self.cut else min(0, low)
        self.cut = self.cut and base > 0
        return base, max(high, base + 1)

    def _write(self) -> None:
        while len(self._texts) < len(self.falls):
            text = pg.TextItem(anchor=(0, 0.5))
            self._texts.append(text)
            self.addItem(text)
        for row, text in enumerate(self._texts):
            text.setVisible(row < len(self.falls))
            if row < len(self.falls):
                text.setText(self.falls[row].text)
                text.setPos(self.falls[row].high, -row)

    def show_row(self, row: int) -> None:
        """Marks a bar; a negative row marks none."""
        self.row = row
        self.paint()

    def paint(self) -> None:
        """Colours, and the mark of the chosen bar."""
        for up, token in ((None, "stage1"), (True, "won"), (False, "lost")):
            self._bars[up].setOpts(brush=colour(token))
        self._links.setPen(pg.mkPen(colour("faint")))
        for row, text in enumerate(self._texts):
            text.setFont(font(12, medium=True))
            up = self.falls[row].up if row < len(self.falls) else None
            text.setColor(colour({None: "text", True: "won", False: "lost"}[up]))
        marked = 0 <= self.row < len(self.falls)
        base, _ = self._reach()
        self._here.setOpts(
            x0=[base] if marked else [], width=[self._end - base] if marked else [], y=[-self.row] if marked else [], height=0.94,
            brush=colour("accent_soft"), pen=pg.mkPen(colour("accent")) if self.hasFocus() else None,
        )  # fmt: skip

    # Pointer and keyboard -----------------------------------------------------------------------------------------

    def row_at(self, position: QPointF) -> int | None:
        """The bar in whose row a point of the widget is."""
        row = round(-self.point_at(position).y())
        return row if 0 <= row < len(self.falls) else None

    def place_of(self, row: int) -> QPointF:
        """The middle of a bar, as a point of the widget."""
        fall = self.falls[row]
        middle = QPointF((fall.low + fall.high) / 2, -row)
        return QPointF(self.mapFromScene(self.getPlotItem().getViewBox().mapViewToScene(middle)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells which bar the pointer is on."""
        super().mouseMoveEvent(event)
        over = self.row_at(event.position())
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.ArrowCursor if over is None else Qt.CursorShape.PointingHandCursor)
            self.hovered.emit(over)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone."""
        self._over = None
        self.hovered.emit(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses a bar."""
        super().mousePressEvent(event)
        row = self.row_at(event.position())
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go through the bars, Enter and Space choose one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.row >= 0:
            self._choose(self.row)
        elif event.key() in _KEYS and self.falls:
            self.show_row(max(0, min(len(self.falls) - 1, self.row + _KEYS[Qt.Key(event.key())])))
            self.hovered.emit(self.row)
        else:
            event.ignore()

    def _choose(self, row: int) -> None:
        self.show_row(row)
        self.chosen.emit(row)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        self.row = max(0, self.row)
        self.paint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And that it has gone."""
        super().focusOutEvent(event)
        self.paint()
