"""What charts share: a plot in the program's colours that keeps still under the pointer, and an axis of money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView

from ...i18n import compact_money, money
from ..parts import on_theme
from ..theme import font, metrics, tokens

_AROUND = 14
"""Above and below the captions of the lower axis, in px."""


class Plot(pg.PlotWidget):
    """A plot without menus, dragging and wheel. ``paint`` is what a chart does when the colours change."""

    def __init__(self, axes: dict[str, pg.AxisItem]) -> None:
        super().__init__(axisItems=axes, background=None)
        self.setMenuEnabled(False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        # Its ground would be kept as a picture, which has edges on paper.
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.getPlotItem().setContentsMargins(0, 8, 8, 0)
        for name in ("left", "bottom"):
            self.getAxis(name).setZValue(-1)

    def follow_theme(self) -> None:
        """Paints in the colours in use, now and whenever they change; asked for once all of it is made."""
        on_theme(self, self._restyle)

    def sizeHint(self) -> QSize:
        """As much room as it is given."""
        return QSize(300, 160)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What is around it scrolls."""
        event.ignore()

    def paint(self) -> None:
        """Gives every item its colour."""

    def _restyle(self) -> None:
        self.setBackground(colour("surface"))
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(colour("line")))
            axis.setTextPen(pg.mkPen(colour("muted")))
            axis.setStyle(tickLength=0, tickTextOffset=8)
            axis.setTickFont(font(12))
        # Its own measure is a moment late and cuts what is below the line.
        self.getAxis("bottom").setHeight(metrics(12).height() + _AROUND)
        self.paint()

    def point_at(self, position: QPointF) -> QPointF:
        """Where a point of the widget is on the axes."""
        return self.getPlotItem().getViewBox().mapSceneToView(self.mapToScene(position.toPoint()))


class ColumnsPlot(Plot):
    """A plot of columns beside each other that tells which one the pointer is on; ``columns`` are what it shows.

    Signals:
        hovered(place): the pointer, or the keyboard, is on a column; None when it has gone.
    """

    hovered = Signal(object)
    columns: Sequence[Any] = ()
    _over: int | None = None

    def place_at(self, position: QPointF) -> int | None:
        """The column in which a point of the widget is."""
        place = round(self.point_at(position).x())
        return place if 0 <= place < len(self.columns) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells which column the pointer is on."""
        super().mouseMoveEvent(event)
        over = self.place_at(event.position())
        if over != self._over:
            self._over = over
            self.hovered.emit(over)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone."""
        self._over = None
        self.hovered.emit(None)
        super().leaveEvent(event)


class MoneyAxis(pg.AxisItem):
    """Minor units of a currency as ``200 k``."""

    def __init__(self, side: str, currency: str) -> None:
        super().__init__(side)
        self.currency = currency
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """Texts of the marks, in full where short ones would be the same."""
        short = [compact_money(value, self.currency) for value in values]
        return short if len(set(short)) == len(short) else [money(round(value), self.currency) for value in values]


def colour(token: str, alpha: int = 255) -> QColor:
    """The colour of a token, or of a stage, in the theme in use."""
    made = QColor(tokens().stage(token))
    made.setAlpha(alpha)
    return made
