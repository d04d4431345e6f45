"""A figure of one's own as a ring of shares, their names outside of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ...i18n import percent
from ..theme import font, metrics, tokens
from .own_drawn import Mark, PartsChart, apart, elided

_HOLE = 0.58
"""The hole's share of the ring's radius."""
_LEADER = 12
_LEAST = 0.2
"""The share of the width that the ring's radius has, however long the names are."""
_NAMES = 0.34
"""The share of the width that names may take on either side."""


class PieChart(PartsChart):
    """Shares from the top clockwise. Names stand on both sides, with lines to their parts; the whole stands in the middle."""

    def least_height(self) -> int:
        """So that the ring can be seen."""
        return 150

    def _circle(self) -> tuple[QPointF, float]:
        widest = max((metrics(12).horizontalAdvance(name) for name in self.drawn.rows), default=0)
        names = min(widest + metrics(12).horizontalAdvance("00.0 %") + 10, self.width() * _NAMES) + 2 * _LEADER
        radius = max(30.0, min(max(self.width() / 2 - names, self.width() * _LEAST), self.height() / 2 - 14))
        return QPointF(self.width() / 2, self.height() / 2), radius

    def lay_out(self) -> None:
        """Parts of a ring."""
        middle, radius = self._circle()
        whole = sum(row[0] or 0 for row in self.drawn.values)
        start = 90.0
        for row, values in enumerate(self.drawn.values):
            if not values[0] or not whole:
                continue
            angle = 360.0 * values[0] / whole
            path = _ring(middle, radius, start, angle)
            colour = self.drawn.colours[row % len(self.drawn.colours)]
            self.marks.append(Mark(row, 0, path, path.boundingRect(), colour))
            start -= angle

    def part_at(self, position: QPointF) -> tuple[int, int] | None:
        """The part under a point, or whose name is."""
        for mark in self.marks:
            if mark.path.contains(position):
                return mark.row, 0
        return next(((row, 0) for row, box, _ in self._names() if box.contains(position)), None)

    def place_of(self, row: int, column: int = 0) -> QPointF:  # noqa: ARG002
        """The middle of a part."""
        middle, radius = self._circle()
        return _on(middle, radius * (1 + _HOLE) / 2, self._angle(row))

    def _angle(self, row: int) -> float:
        """Degrees at which the middle of a part is."""
        figures = [values[0] or 0 for values in self.drawn.values]
        return 90.0 - 360.0 * (sum(figures[:row]) + figures[row] / 2) / (sum(figures) or 1)

    def _next(self, parts: Sequence[tuple[int, int]], by_row: bool, step: int) -> tuple[int, int]:  # noqa: ARG002
        """Every arrow goes round."""
        return super()._next(parts, True, step)

    def paint(self, painter: QPainter) -> None:
        """Names with their shares, lines to them, and the whole in the middle."""
        if not self.marks:
            return
        middle, radius = self._circle()
        for row, box, on_right in self._names():
            at = _on(middle, radius + 2, self._angle(row))
            knee = QPointF(box.left() - 4 if on_right else box.right() + 4, box.center().y())
            painter.setPen(QPen(QColor(tokens().faint), 1))
            painter.drawPolyline([at, QPointF((at.x() + knee.x()) / 2, knee.y()), knee])
            self._paint_name(painter, row, box, on_right)
        painter.setPen(QColor(tokens().text))
        painter.setFont(font(13, bold=True))
        hole = radius * _HOLE * 0.9
        text = self.drawn.text(self.drawn.whole)
        if metrics(13, bold=True).horizontalAdvance(text) > 2 * hole:
            painter.setFont(font(11, bold=True))
        if metrics(11, bold=True).horizontalAdvance(text) <= 2 * hole:
            painter.drawText(
                QRectF(middle.x() - radius, middle.y() - 12, 2 * radius, 24), Qt.AlignmentFlag.AlignCenter, text
            )
        painter.setFont(font(12))

    def _paint_name(self, painter: QPainter, row: int, box: QRectF, on_right: bool) -> None:
        """Name and share, beside or below each other."""
        whole = sum(values[0] or 0 for values in self.drawn.values)
        share = percent(round(100 * (self.drawn.values[row][0] or 0) / whole, 1))
        side = Qt.AlignmentFlag.AlignLeft if on_right else Qt.AlignmentFlag.AlignRight
        two = self._two_lines()
        name = elided(self.drawn.rows[row], box.width() - (0 if two else metrics(12).horizontalAdvance(share) + 8))
        painter.setPen(QColor(tokens().text))
        upper = QRectF(box.left(), box.top(), box.width(), box.height() / (2 if two else 1))
        painter.drawText(upper, side | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(tokens().muted))
        shift = 0 if two else metrics(12).horizontalAdvance(name) + 8
        moved = upper.adjusted(shift, 0, 0, 0) if on_right else upper.adjusted(0, 0, -shift, 0)
        painter.drawText(moved.translated(0, upper.height() if two else 0), side | Qt.AlignmentFlag.AlignVCenter, share)

    def _two_lines(self) -> bool:
        """Whether shares stand below the names: where they would not fit beside them and there is room below."""
        _, radius = self._circle()
        widest = max((metrics(12).horizontalAdvance(name) for name in self.drawn.rows), default=0)
        beside = widest + metrics(12).horizontalAdvance("00.0 %") + 10
        narrow = self.width() / 2 - radius - 2 * _LEADER < beside
        most = max(len(rows) for rows in self._sides())
        return narrow and most * (2 * metrics(12).height() + 2) <= self.height() - 4

    def _sides(self) -> tuple[list[int], list[int]]:
        """Rows whose parts are on the right and on the left."""
        on_right = {mark.row: cos(self._angle(mark.row) * pi / 180) >= 0 for mark in self.marks}
        return [row for row in on_right if on_right[row]], [row for row in on_right if not on_right[row]]

    def _names(self) -> list[tuple[int, QRectF, bool]]:
        """(row, box, whether on the right): beside their parts, moved apart where they would be on each other. Of more than there
        is room for the largest are named."""
        middle, radius = self._circle()
        high = metrics(12).height() * (2 if self._two_lines() else 1) + 2
        found: list[tuple[int, QRectF, bool]] = []
        for on_right, rows in zip((True, False), self._sides(), strict=True):
            named = sorted(rows, key=lambda row: -(self.drawn.values[row][0] or 0))[: (self.height() - 4) // high]
            wanted = sorted((_on(middle, radius + _LEADER, self._angle(row)).y(), row) for row in named)
            tops = apart([y - high / 2 for y, _ in wanted], high, self.height() - 4)
            edge = radius + 2 * _LEADER
            left = middle.x() + edge if on_right else 0.0
            width = max(10.0, self.width() - left if on_right else middle.x() - edge)
            found += [
                (row, QRectF(left, top, width, high), on_right) for top, (_, row) in zip(tops, wanted, strict=True)
            ]
        return found


def _ring(middle: QPointF, radius: float, start: float, angle: float) -> QPainterPath:
    outer = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
    inner = outer.adjusted(*(radius * (1 - _HOLE) * sign for sign in (1, 1, -1, -1)))
    gap = min(0.8, angle / 4) if angle < 359.9 else 0.0
    path = QPainterPath()
    path.arcMoveTo(outer, start - gap / 2)
    path.arcTo(outer, start - gap / 2, -(angle - gap))
    path.arcTo(inner, start - angle + gap / 2, angle - gap)
    path.closeSubpath()
    return path


def _on(middle: QPointF, radius: float, angle: float) -> QPointF:
    return QPointF(middle.x() + radius * cos(angle * pi / 180), middle.y() - radius * sin(angle * pi / 180))
