"""Bars of rows below each other, with what they say beside them; the pointer and the keyboard go through the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame

from ..charts.plot import Plot, colour
from ..theme import font, metrics

_GAP, _NARROWEST, _NAMES = 20, 60, 0.32
"""Beside the texts, what the bars keep at least, in px; what captions take of the width at most."""
_ROW, _AXIS = 36, 30
_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -1_000, Qt.Key.Key_End: 1_000}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar from ``low`` to ``high``, of a colour ``token``; ``high`` parts of a row's height (``thick``), its middle
    moved by ``shift`` of it. ``name`` is given to whoever chooses it."""

    low: float
    high: float
    token: str
    name: str = ""
    thick: float = 0.6
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """``text`` stands behind the bar; ``marks`` are strokes across it."""

    caption: str
    text: str
    pieces: tuple[Piece, ...] = ()
    marks: tuple[float, ...] = ()

    @property
    def end(self) -> float:
        """Where its bar ends."""
        return max((piece.high for piece in self.pieces), default=0.0)


class RowsChart(Plot):
    """Rows that move when figures do.

    Signals:
        hovered(row, name): the pointer is on a part of a row, or the keyboard on a row; (None, "") when the pointer has gone.
        chosen(row, name): a click or Enter.
    """

    hovered = Signal(object, object)
    chosen = Signal(object, object)

    def __init__(self, name: str, *, axis: bool = False) -> None:
        super().__init__({})
        self.rows: Sequence[Row] = ()
        self.row = -1
        self._over: tuple[int | None, str] = (None, "")
        self._top = 1.0
        self._items: dict[tuple[str, float, float], pg.BarGraphItem] = {}
        self._texts: list[pg.TextItem] = []
        self._here = pg.BarGraphItem(x0=[], y=[], width=[], height=1, pen=None)
        self._marks = pg.PlotDataItem(connect="pairs")
        self._marks.setZValue(4)
        self.addItem(self._here)
        self.addItem(self._marks)
        self._has_axis = axis
        self.showAxis("bottom", axis)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.follow_theme()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(300, max(3, len(self.rows)) * _ROW + (_AXIS if self._has_axis else 8))

    def minimumSizeHint(self) -> QSize:
        """No smaller."""
        return QSize(160, self.sizeHint().height())

    # Showing ------------------------------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows these from the top down; bars that were there are moved."""
        other = len(rows) != len(self.rows)
        self.rows = rows
        self.row = min(self.row, len(rows) - 1)
        parts: dict[tuple[str, float, float], list[tuple[int, Piece]]] = defaultdict(list)
        for number, row in enumerate(rows):
            for piece in row.pieces:
                parts[(piece.token, piece.thick, piece.shift)].append((number, piece))
        for key in list(self._items):
            if key not in parts:
                self.removeItem(self._items.pop(key))
        for key, pieces in parts.items():
            if key not in self._items:
                self._items[key] = pg.BarGraphItem(x0=[], y=[], width=[], height=key[1], pen=None)
                self.addItem(self._items[key])
            self._items[key].setOpts(
                x0=[piece.low for _, piece in pieces], width=[piece.high - piece.low for _, piece in pieces],
                y=[-number - key[2] for number, _ in pieces], height=key[1], brush=colour(key[0]),
            )  # fmt: skip
        marks = [(x, -number) for number, row in enumerate(rows) for x in row.marks]
        self._marks.setData(
            [x for x, _ in marks for _ in range(2)], [y + side for _, y in marks for side in (-0.34, 0.34)]
        )  # fmt: skip
        self._write()
        self.setYRange(0.55 - max(1, len(rows)), 0.55, padding=0)
        self._fit()
        if other:
            self.updateGeometry()

    def _write(self) -> None:
        while len(self._texts) < len(self.rows):
            text = pg.TextItem(anchor=(0, 0.5))
            self._texts.append(text)
            self.addItem(text)
        for number, text in enumerate(self._texts):
            text.setVisible(number < len(self.rows))
            if number < len(self.rows):
                text.setText(self.rows[number].text)
                text.setPos(self.rows[number].end, -number)

    def _fit(self) -> None:
        """Room on the right for the texts, on the left for the captions, however narrow it is."""
        most = round(self.width() * _NAMES)
        names = [metrics(12).elidedText(row.caption, Qt.TextElideMode.ElideRight, most) for row in self.rows]
        self.getAxis("left").setTicks([[(-number, name) for number, name in enumerate(names)]])
        wide = max((metrics(12).horizontalAdvance(name) for name in names), default=0)
        self.getAxis("left").setWidth(wide + 12)
        widest = max((metrics(12, medium=True).horizontalAdvance(row.text) for row in self.rows), default=0) + _GAP
        top = max((row.end for row in self.rows), default=0.0) or 1.0
        bars = max(_NARROWEST, self.width() - wide - 30 - widest)
        self._top = top * (1 + widest / bars)
        self.setXRange(0, self._top, padding=0)
        self.paint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Makes room anew."""
        super().resizeEvent(event)
        if hasattr(self, "_items"):
            self._fit()

    def paint(self) -> None:
        """Colours, and the mark of the chosen row."""
        for (token, _, _), item in self._items.items():
            item.setOpts(brush=colour(token))
        self._marks.setPen(pg.mkPen(colour("text"), width=2))
        for text in self._texts:
            text.setFont(font(12, medium=True))
            text.setColor(colour("text"))
        marked = 0 <= self.row < len(self.rows) and self.hasFocus()
        self._here.setOpts(
            x0=[0] if marked else [], width=[self._top] if marked else [], y=[-self.row] if marked else [], height=0.96,
            brush=colour("accent_soft"), pen=pg.mkPen(colour("accent")),
        )  # fmt: skip

    # Pointer and keyboard -----------------------------------------------------------------------------------------

    def part_at(self, position: QPointF) -> tuple[int | None, str]:
        """The row in which a point of the widget is, and the name of the piece under it."""
        point = self.point_at(position)
        number = round(-point.y())
        if not 0 <= number < len(self.rows):
            return None, ""
        for piece in reversed(self.rows[number].pieces):
            inside = abs(point.y() + number + piece.shift) <= piece.thick / 2
            if inside and piece.low <= point.x() <= piece.high:
                return number, piece.name
        return number, ""

    def place_of(self, number: int, name: str = "") -> QPointF:
        """The middle of a row's bar, or of a piece of it, as a point of the widget."""
        row = self.rows[number]
        piece = next((each for each in row.pieces if each.name == name), None) if name else None
        found = QPointF(row.end / 2, -number)
        if piece is not None:
            found = QPointF((piece.low + piece.high) / 2, -number - piece.shift)
        return QPointF(self.mapFromScene(self.getPlotItem().getViewBox().mapViewToScene(found)))

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
        number, name = self.part_at(event.position())
        if number is not None and event.button() is Qt.MouseButton.LeftButton:
            self.row = number
            self.paint()
            self.chosen.emit(number, name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go through the rows, Enter and Space choose one."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif event.key() in _ENTER and self.row >= 0:
            self.chosen.emit(self.row, "")
        elif event.key() in _KEYS and self.rows:
            self.row = max(0, min(len(self.rows) - 1, self.row + _KEYS[Qt.Key(event.key())]))
            self.paint()
            self.hovered.emit(self.row, "")
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        self.row = max(0, self.row)
        self.paint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And that it has gone."""
        super().focusOutEvent(event)
        self.paint()
