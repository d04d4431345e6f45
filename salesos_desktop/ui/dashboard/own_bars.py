"""A figure of one's own as bars: below each other with their names, or, of times, beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ..theme import metrics, tokens
from .own_drawn import Mark, PartsChart, Value, elided, round_steps

_GAP, _EDGE = 8, 4
_LINE, _TALLEST = 22, 36
"""The least and the greatest height of a row, in px."""
_NARROW = 7
"""The least thickness of one of several bars of a row, in px."""
_NAMES = 0.36
"""The share of the width that names may take."""
_FULL = 0.72
"""The share of its room that a bar or group takes."""


class BarsChart(PartsChart):
    """A row per group: name, bar, figure. Parts of a whole stand behind each other, others below each other."""

    def least_height(self) -> int:
        """So that every row can be read."""
        return max(60, len(self.drawn.rows) * self._least() + 2 * _EDGE)

    def _least(self) -> int:
        beside = 1 if self.drawn.stacked else len(self.drawn.columns)
        return max(_LINE, beside * _NARROW + 8)

    def _room(self) -> tuple[float, float, float]:
        """Where bars begin, how long the longest is, and how high a row is."""
        measure = metrics(12)
        names = max(measure.horizontalAdvance(name) for name in self.drawn.rows) + 2
        left = min(names, self.width() * _NAMES) + _GAP
        texts = max(measure.horizontalAdvance(text) for text in self._texts()) + 2
        high = max(self._least(), min(_TALLEST, (self.height() - 2 * _EDGE) / len(self.drawn.rows)))
        return left, max(20.0, self.width() - left - texts - _GAP - 2), high

    def _texts(self) -> list[str]:
        """What stands behind each row: its figure; of bars below each other none."""
        drawn = self.drawn
        if drawn.stacked or len(drawn.columns) == 1:
            return [drawn.text(total) for total in drawn.totals]
        return ["" for _ in drawn.rows]

    def lay_out(self) -> None:
        """Bars, each as long as its figure."""
        left, longest, high = self._room()
        scale = longest / (self.drawn.top or 1)
        for row, values in enumerate(self.drawn.values):
            top = _EDGE + row * high
            for column, box, hit in self._boxes(values, QRectF(left, top, longest, high), scale):
                path = QPainterPath()
                path.addRoundedRect(box, 2, 2)
                single = len(self.drawn.columns) == 1
                colour = self.drawn.colours[(row if single else column) % len(self.drawn.colours)]
                self.marks.append(Mark(row, column, path, hit, colour))

    def _boxes(
        self, values: list[Value] | tuple[Value, ...], room: QRectF, scale: float
    ) -> Iterator[tuple[int, QRectF, QRectF]]:
        inner = room.height() * _FULL
        y = room.top() + (room.height() - inner) / 2
        if self.drawn.stacked:
            x = room.left()
            for column, value in enumerate(values):
                if value:
                    box = QRectF(x, y, max(2.0, value * scale), inner)
                    x = box.right()
                    yield column, box.adjusted(0, 0, -0.75, 0), box
            return
        thick = inner / len(values)
        for column, value in enumerate(values):
            if value is not None:
                box = QRectF(room.left(), y + column * thick, max(1.5, value * scale), max(1.5, thick - 1))
                whole = len(values) == 1
                yield (
                    column,
                    box,
                    QRectF(0, room.top(), self.width(), room.height())
                    if whole
                    else QRectF(room.left(), box.top(), room.width(), thick),
                )

    def paint(self, painter: QPainter) -> None:
        """Names on the left, figures behind the bars."""
        if not self.drawn.rows:
            return
        left, _, high = self._room()
        for row, (name, text) in enumerate(zip(self.drawn.rows, self._texts(), strict=True)):
            top = _EDGE + row * high
            painter.setPen(QColor(tokens().text))
            box = QRectF(0, top, left - _GAP, high)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, elided(name, left - _GAP)
            )
            painter.setPen(QColor(tokens().muted))
            end = max((mark.path.boundingRect().right() for mark in self.marks if mark.row == row), default=left)
            box = QRectF(end + _GAP, top, self.width() - end - _GAP, high)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)


class ScaledChart(PartsChart):
    """Rows from left to right over a scale of figures."""

    upright = True

    def field(self) -> QRectF:
        """Where the figures are drawn."""
        measure = metrics(12)
        steps = round_steps(self.drawn.top)
        left = max(measure.horizontalAdvance(self.drawn.short(step)) for step in steps) + _GAP
        return QRectF(
            left, 8, max(20, self.width() - left - self.right_margin()), max(20, self.height() - measure.height() - 20)
        )

    def right_margin(self) -> float:
        """Room behind the last row."""
        return 4

    def height_of(self, value: float, field: QRectF) -> float:
        """Where a figure is, from above."""
        return field.bottom() - field.height() * value / round_steps(self.drawn.top)[-1]

    def middle(self, row: int, field: QRectF) -> float:
        """Where a row is, from the left."""
        return field.left() + field.width() * (row + 0.5) / len(self.drawn.rows)

    def paint(self, painter: QPainter) -> None:
        """The scale, and the names below: as many as there is room for."""
        if not self.drawn.rows:
            return
        field, measure = self.field(), metrics(12)
        for step in round_steps(self.drawn.top):
            y = self.height_of(step, field)
            painter.setPen(QPen(QColor(tokens().line), 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(QColor(tokens().muted))
            box = QRectF(0, y - 10, field.left() - _GAP, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.drawn.short(step))
        each = field.width() / len(self.drawn.rows)
        widest = min(110, max(measure.horizontalAdvance(name) for name in self.drawn.rows) + 10)
        every = max(1, -(-int(widest) // max(1, int(each))))
        for row, name in enumerate(self.drawn.rows):
            if (len(self.drawn.rows) - 1 - row) % every == 0:
                room = max(each * every, 30) - 4
                x = min(max(self.middle(row, field) - room / 2, 0.0), self.width() - room)
                box = QRectF(x, field.bottom() + 6, room, measure.height() + 4)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, elided(name, room))


class ColumnsChart(ScaledChart):
    """Bars that stand, of times."""

    def lay_out(self) -> None:
        """Bars, each as high as its figure."""
        field = self.field()
        each = field.width() / len(self.drawn.rows)
        for row, values in enumerate(self.drawn.values):
            start = self.middle(row, field) - each * _FULL / 2
            below = 0.0
            for column, value in enumerate(values):
                if not value:
                    continue
                wide = each * _FULL / (1 if self.drawn.stacked else len(values))
                x = start if self.drawn.stacked else start + column * wide
                bottom, top = self.height_of(below, field), self.height_of(below + value, field)
                box = QRectF(x, min(top, bottom - 1.5), max(1.5, wide - 1), max(1.5, bottom - top))
                below += value if self.drawn.stacked else 0
                path = QPainterPath()
                path.addRoundedRect(box.adjusted(0, 0.75, 0, 0), 2, 2)
                single = len(values) == 1
                hit = QRectF(field.left() + row * each, field.top(), each, field.height()) if single else box
                self.marks.append(Mark(row, column, path, hit, self.drawn.colours[column % len(self.drawn.colours)]))
