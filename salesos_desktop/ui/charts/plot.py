"""What charts share: a plot in the program's colours that keeps still under the pointer, and an axis of money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView

from ...i18n import compact_money, money
from ..parts import on_theme
from ..theme import font, metrics, tokens

_AROUND = 14
"""Above and below the captions of the lower axis, in px."""
_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -1_000, Qt.Key.Key_End: 1_000}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


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

    def on_widget(self, point: QPointF) -> QPointF:
        """Where a point of the axes is on the widget."""
        return QPointF(self.mapFromScene(self.getPlotItem().getViewBox().mapViewToScene(point)))


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


class RowsPlot(Plot):
    """Rows below each other, each lower than the one above it by 1 on the axis from 0 on, that the pointer and the keyboard go
    through. ``rows`` are what it shows: the ``text`` of each stands at its ``end``.

    Signals:
        hovered(row, name): the pointer is on a part of a row, or the keyboard on a row; (None, "") when the pointer has gone.
        chosen(row, name): a click or Enter.
    """

    hovered = Signal(object, object)
    chosen = Signal(object, object)

    def __init__(self, axes: dict[str, pg.AxisItem]) -> None:
        super().__init__(axes)
        self.rows: Sequence[Any] = ()
        self.row = -1
        self._over: tuple[int | None, str] = (None, "")
        self._texts: list[pg.TextItem] = []
        self._here = pg.BarGraphItem(x0=[], y=[], width=[], height=1, pen=None)
        self.addItem(self._here)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_row(self, row: int) -> None:
        """Marks a row; a negative one marks none."""
        self.row = row
        self.paint()

    def name_at(self, row: int, point: QPointF) -> str:  # noqa: ARG002
        """What the part of a row is called where a point of the axes is; rows have no parts unless a chart says so."""
        return ""

    def part_at(self, position: QPointF) -> tuple[int | None, str]:
        """The row in which a point of the widget is, and the name of the part under it."""
        point = self.point_at(position)
        row = round(-point.y())
        return (row, self.name_at(row, point)) if 0 <= row < len(self.rows) else (None, "")

    def _write(self) -> None:
        """The texts at the ends of the rows."""
        while len(self._texts) < len(self.rows):
            self._texts.append(pg.TextItem(anchor=(0, 0.5)))
            self.addItem(self._texts[-1])
        for row, text in enumerate(self._texts):
            text.setVisible(row < len(self.rows))
            if row < len(self.rows):
                if text.toPlainText() != self.rows[row].text:
                    text.setText(self.rows[row].text)
                text.setPos(self.rows[row].end, -row)

    def _mark(self, left: float, right: float, *, marked: bool) -> None:
        """The ground of the chosen row, framed while the keyboard is here."""
        marked = marked and 0 <= self.row < len(self.rows)
        if marked or self._here.opts["x0"]:
            self._here.setOpts(
                x0=[left] if marked else [], width=[right - left] if marked else [], y=[-self.row] if marked else [],
                height=0.96, brush=colour("accent_soft"), pen=pg.mkPen(colour("accent")) if self.hasFocus() else None,
            )  # fmt: skip

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells what the pointer is on."""
        super().mouseMoveEvent(event)
        over = self.part_at(event.position())
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.ArrowCursor if over[0] is None else Qt.CursorShape.PointingHandCursor)
            self.hovered.emit(*over)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone."""
        self._over = (None, "")
        self.hovered.emit(None, "")
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses a row."""
        super().mousePressEvent(event)
        row, name = self.part_at(event.position())
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self.show_row(row)
            self.chosen.emit(row, name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go through the rows, Enter and Space choose one."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif event.key() in _ENTER and self.row >= 0:
            self.chosen.emit(self.row, "")
        elif event.key() in _KEYS and self.rows:
            self.show_row(max(0, min(len(self.rows) - 1, self.row + _KEYS[Qt.Key(event.key())])))
            self.hovered.emit(self.row, "")
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        self.show_row(max(0, self.row))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And that it has gone."""
        super().focusOutEvent(event)
        self.paint()


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
