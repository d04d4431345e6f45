"""Bars of rows below each other, with what they say beside them; the pointer and the keyboard go through the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame

from ..charts.plot import RowsPlot, colour
from ..theme import font, metrics

_GAP, _NARROWEST, _NAMES = 20, 60, 0.32
"""Beside the texts, what the bars keep at least, in px; what captions take of the width at most."""
_ROW, _AXIS = 36, 30
_Key = tuple[str, float, float]
"""Colour, thickness and shift."""


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


_Parts = dict[_Key, list[tuple[int, Piece]]]
"""The pieces of each, with their rows."""


class RowsChart(RowsPlot):
    """Rows that move when figures do."""

    def __init__(self, name: str, *, axis: bool = False) -> None:
        super().__init__({})
        self.rows: Sequence[Row] = ()
        self._top = 0.0
        self._names: list[str] | None = None
        self._items: dict[_Key, pg.BarGraphItem] = {}
        self._drawn: _Parts = {}
        self._marked: list[tuple[float, int]] = []
        self._marks = pg.PlotDataItem(connect="pairs")
        self._marks.setZValue(4)
        self.addItem(self._marks)
        self._has_axis = axis
        self.showAxis("bottom", axis)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.follow_theme()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(300, max(3, len(self.rows)) * _ROW + (_AXIS if self._has_axis else 8))

    def minimumSizeHint(self) -> QSize:
        """No smaller."""
        return QSize(160, self.sizeHint().height())

    # Showing ------------------------------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows these from the top down; bars that were there are moved. Nothing is drawn anew where nothing moved."""
        if list(rows) == list(self.rows):
            return
        other = len(rows) != len(self.rows)
        self.rows = rows
        self.row = min(self.row, len(rows) - 1)
        parts: _Parts = defaultdict(list)
        for number, row in enumerate(rows):
            for piece in row.pieces:
                parts[(piece.token, piece.thick, piece.shift)].append((number, piece))
        self._move_bars(parts)
        marks = [(x, -number) for number, row in enumerate(rows) for x in row.marks]
        if marks != self._marked:
            self._marked = marks
            self._marks.setData(
                [x for x, _ in marks for _ in range(2)], [y + side for _, y in marks for side in (-0.34, 0.34)]
            )  # fmt: skip
        fresh = len(rows) > len(self._texts)
        self._write()
        if other:
            self.setYRange(0.55 - max(1, len(rows)), 0.55, padding=0)
        self._fit()
        if fresh:
            self.paint()
        if other:
            self.updateGeometry()

    def _move_bars(self, parts: _Parts) -> None:
        """Each colour's bars are one item; one of which nothing moved is let alone, for pyqtgraph would work it out anew."""
        for key in [each for each in self._items if each not in parts]:
            self.removeItem(self._items.pop(key))
        for key, pieces in parts.items():
            if key not in self._items:
                self._items[key] = pg.BarGraphItem(x0=[], y=[], width=[], height=key[1], pen=None)
                self.addItem(self._items[key])
            elif pieces == self._drawn[key]:
                continue
            self._items[key].setOpts(
                x0=[piece.low for _, piece in pieces], width=[piece.high - piece.low for _, piece in pieces],
                y=[-number - key[2] for number, _ in pieces], height=key[1], brush=colour(key[0]),
            )  # fmt: skip
        self._drawn = parts

    def _fit(self) -> None:
        """Room on the right for the texts, on the left for the captions, however narrow it is."""
        most = round(self.width() * _NAMES)
        names = [metrics(12).elidedText(row.caption, Qt.TextElideMode.ElideRight, most) for row in self.rows]
        wide = max((metrics(12).horizontalAdvance(name) for name in names), default=0)
        if names != self._names:
            self._names = names
            self.getAxis("left").setTicks([[(-number, name) for number, name in enumerate(names)]])
            self.getAxis("left").setWidth(wide + 12)
        widest = max((metrics(12, medium=True).horizontalAdvance(row.text) for row in self.rows), default=0) + _GAP
        top = max((row.end for row in self.rows), default=0.0) or 1.0
        bars = max(_NARROWEST, self.width() - wide - 30 - widest)
        reach = top * (1 + widest / bars)
        if reach != self._top:
            self._top = reach
            self.setXRange(0, self._top, padding=0)
        self._mark(0, self._top, marked=self.hasFocus())

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
        self._mark(0, self._top, marked=self.hasFocus())

    # Parts --------------------------------------------------------------------------------------------------------

    def name_at(self, row: int, point: QPointF) -> str:
        """The name of the piece under a point of the axes."""
        for piece in reversed(self.rows[row].pieces):
            inside = abs(point.y() + row + piece.shift) <= piece.thick / 2
            if inside and piece.low <= point.x() <= piece.high:
                return str(piece.name)
        return ""

    def place_of(self, number: int, name: str = "") -> QPointF:
        """The middle of a row's bar, or of a piece of it, as a point of the widget."""
        row = self.rows[number]
        piece = next((each for each in row.pieces if each.name == name), None) if name else None
        if piece is None:
            return self.on_widget(QPointF(row.end / 2, -number))
        return self.on_widget(QPointF((piece.low + piece.high) / 2, -number - piece.shift))
