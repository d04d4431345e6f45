"""A figure of one's own as lines over time, each with its name at its end."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ..theme import metrics, tokens
from .own_bars import ScaledChart
from .own_drawn import Mark, apart, elided, hue

_DOT, _REACH = 3.5, 11
_NAMES = 0.22
"""The share of the width that names may take."""


class LinesChart(ScaledChart):
    """A line for each column; where there is no figure it is broken."""

    def right_margin(self) -> float:
        """Room for the names of several lines."""
        if len(self.drawn.columns) == 1:
            return 8
        widest = max(metrics(12).horizontalAdvance(name) for name in self.drawn.columns)
        return float(min(widest + 16, self.width() * _NAMES))

    def lay_out(self) -> None:
        """A dot for each figure."""
        field = self.field()
        for row, values in enumerate(self.drawn.values):
            for column, value in enumerate(values):
                if value is not None:
                    middle = QPointF(self.middle(row, field), self.height_of(value, field))
                    path = QPainterPath()
                    path.addEllipse(middle, _DOT, _DOT)
                    hit = QRectF(middle.x() - _REACH, middle.y() - _REACH, 2 * _REACH, 2 * _REACH)
                    self.marks.append(
                        Mark(row, column, path, hit, self.drawn.colours[column % len(self.drawn.colours)])
                    )

    def part_at(self, position: QPointF) -> tuple[int, int] | None:
        """The dot nearest to a point, among those above and below it."""
        field = self.field()
        if not self.marks or not field.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(position):
            return None
        nearest = min(
            self.marks,
            key=lambda mark: (abs(mark.hit.center().x() - position.x()), abs(mark.hit.center().y() - position.y())),
        )
        return nearest.row, nearest.column

    def paint(self, painter: QPainter) -> None:
        """The scale, the lines and their names."""
        super().paint(painter)
        for column in range(len(self.drawn.columns)):
            dots = {mark.row: mark.hit.center() for mark in self.marks if mark.column == column}
            colour = self.drawn.colours[column % len(self.drawn.colours)]
            painter.setPen(QPen(hue(colour), 2))
            for row, dot in dots.items():
                if row + 1 in dots:
                    painter.drawLine(dot, dots[row + 1])
        if len(self.drawn.columns) > 1:
            self._paint_names(painter)

    def _paint_names(self, painter: QPainter) -> None:
        """At the ends of the lines, moved apart where they would be on each other."""
        last = {mark.column: mark for mark in self.marks}
        high, field = metrics(12).height(), self.field()
        ends = sorted(last.values(), key=lambda each: each.hit.center().y())
        tops = apart([mark.hit.center().y() - high / 2 for mark in ends], high, field.bottom() + high / 2)
        for mark, top in zip(ends, tops, strict=True):
            painter.setPen(QColor(tokens().text))
            room = self.width() - field.right() - 10
            text = elided(self.drawn.columns[mark.column], room)
            painter.drawText(QRectF(field.right() + 10, top, room, high), Qt.AlignmentFlag.AlignVCenter, text)
            painter.fillRect(QRectF(field.right() + 2, top + high / 2 - 2, 5, 4), hue(mark.colour))
