"""The forecast as stacked bars: won at the bottom, then the weighted value of each open stage."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from ..theme import font, theme, tokens
from .plot import MoneyAxis

_BAR, _MARK = 0.62, 0.41
_ROOM = 66
_EMPTY = 100_000
"""How far the axis goes, in minor units, while there is no amount."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of the chart: its bucket, its caption, (stage id, colour token, minor units) from the bottom up, and the
    target, where there is one."""

    bucket: str
    caption: str
    parts: tuple[tuple[int, str, int], ...]
    target: int | None = None


class ForecastChart(pg.PlotWidget):
    """Bars that move when figures do.

    Signals:
        hovered(bucket, stage_id): the pointer is on a part; (None, None) when on none.
        chosen(bucket, stage_id): a click on a part.
    """

    hovered = Signal(object, object)
    chosen = Signal(object, object)

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        self._axis = MoneyAxis("left", currency)
        super().__init__(parent, axisItems={"left": self._axis}, background=None)
        self._bars: list[Bar] = []
        self._captions: tuple[list[tuple[int, str]], str] = ([], "")
        self._items: dict[str, pg.BarGraphItem] = {}
        self._over: tuple[str | None, int | None] = (None, None)
        self._targets = pg.PlotCurveItem([], [], connect="pairs")
        self._targets.setZValue(5)
        self.addItem(self._targets)
        self.setMenuEnabled(False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.getPlotItem().setContentsMargins(0, 8, 8, 0)
        self.showGrid(y=True, alpha=0.8)
        for name in ("left", "bottom"):
            self.getAxis(name).setZValue(-1)
        self.setMouseTracking(True)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_bars(self, bars: list[Bar], currency: str) -> None:
        """Shows these bars; the amounts are minor units of ``currency``."""
        self._bars = bars
        captions = [(number, bar.caption) for number, bar in enumerate(bars)]
        if (captions, currency) != self._captions:
            # An axis is drawn anew after each word to it, changed or not.
            self._captions, self._axis.currency = (captions, currency), currency
            self.getAxis("bottom").setTicks([captions])
            self._fit_captions()
        tokens_in_use = list(dict.fromkeys(colour for bar in bars for _, colour, _ in bar.parts))
        for colour in list(self._items):
            if colour not in tokens_in_use:
                self.removeItem(self._items.pop(colour))
        for colour in tokens_in_use:
            xs, lows, heights = self._stack(colour)
            item = self._items.get(colour)
            if item is None:
                item = pg.BarGraphItem(x=xs, y0=lows, height=heights, width=_BAR, pen=None, brush=_colour(colour))
                self._items[colour] = item
                self.addItem(item)
            else:
                item.setOpts(x=xs, y0=lows, height=heights, brush=_colour(colour))
        targets = [(number, bar.target) for number, bar in enumerate(bars) if bar.target is not None]
        ends = [number + side for number, _ in targets for side in (-_MARK, _MARK)]
        self._targets.setData(ends, [target for _, target in targets for _ in range(2)], connect="pairs")
        top = max((max(sum(amount for _, _, amount in bar.parts), bar.target or 0) for bar in bars), default=0)
        self.setXRange(-0.6, max(0.6, len(bars) - 0.4), padding=0)
        self.setYRange(0, (top or _EMPTY) * 1.08, padding=0)

    def _stack(self, colour: str) -> tuple[list[int], list[int], list[int]]:
        xs, lows, heights = [], [], []
        for number, bar in enumerate(self._bars):
            low = 0
            for _, part_colour, amount in bar.parts:
                if part_colour == colour and amount:
                    xs.append(number)
                    lows.append(low)
                    heights.append(amount)
                low += amount
        return xs, lows, heights

    def _restyle(self) -> None:
        t = tokens()
        self.setBackground(QColor(t.surface))
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(QColor(t.line)))
            axis.setTextPen(pg.mkPen(QColor(t.muted)))
            axis.setStyle(tickLength=0, tickTextOffset=8)
        for colour, item in self._items.items():
            item.setOpts(brush=_colour(colour))
        self._targets.setPen(pg.mkPen(QColor(t.lost), width=2, style=Qt.PenStyle.DashLine))
        self._fit_captions()

    def _fit_captions(self) -> None:
        """Smaller captions rather than ones that run into each other."""
        room = self.width() / max(1, len(self._bars))
        self.getAxis("left").setTickFont(font(12))
        self.getAxis("bottom").setTickFont(font(12 if room > _ROOM else 10))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the captions."""
        super().resizeEvent(event)
        if hasattr(self, "_bars"):
            self._fit_captions()

    # The pointer --------------------------------------------------------------------------------------------------

    def part_at(self, position: QPointF) -> tuple[str | None, int | None]:
        """Bucket and stage under a point of the widget."""
        box = self.getPlotItem().getViewBox()
        point = box.mapSceneToView(self.mapToScene(position.toPoint()))
        number = round(point.x())
        if not 0 <= number < len(self._bars) or abs(point.x() - number) > _BAR / 2:
            return None, None
        low = 0
        for stage_id, _, amount in self._bars[number].parts:
            if low <= point.y() < low + amount:
                return self._bars[number].bucket, stage_id
            low += amount
        return None, None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells which part the pointer is on."""
        super().mouseMoveEvent(event)
        over = self.part_at(event.position())
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over[0] else Qt.CursorShape.ArrowCursor)
            self.hovered.emit(*over)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone."""
        self._over = (None, None)
        self.hovered.emit(None, None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses a part."""
        over = self.part_at(event.position())
        if over[0] is not None:
            self.chosen.emit(*over)
        super().mousePressEvent(event)


def _colour(token: str) -> QColor:
    return QColor(tokens().stage(token))
