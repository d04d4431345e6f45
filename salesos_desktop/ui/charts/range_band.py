"""P10 to P90 as a band on a line of money, with P50, the target and the expected amount marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...domain.outlook import Range
from ...i18n import compact_money, money, tr
from ..board.figure_texts import round_units
from ..parts import on_theme
from ..theme import font, tokens

_BAND, _GAP, _SIDE = 16, 12, 4


class RangeBand(QWidget):
    """``show_range`` again moves it."""

    def __init__(self) -> None:
        super().__init__()
        self._range: Range | None = None
        self._expected = 0
        self._currency = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Range"))
        on_theme(self, self.update)

    def show_range(self, found: Range | None, expected: int, currency: str) -> None:
        """Amounts in minor units of ``currency``; None for an empty line."""
        self._range, self._expected, self._currency = found, expected, currency
        self.setAccessibleDescription("; ".join(text for _, text, _ in (*self.below(), *self.above())))
        self.update()

    def below(self) -> Sequence[tuple[int, str, str]]:
        """Amount, text and colour of what is marked below the line."""
        found = self._range
        if found is None:
            return ()
        return [(each, f"{name} {self._money(each)}", "muted")
                for name, each in (("P10", found.p10), ("P50", found.p50), ("P90", found.p90))]  # fmt: skip

    def above(self) -> Sequence[tuple[int, str, str]]:
        """The same above it."""
        if self._range is None:
            return ()
        marked = [(self._expected, tr("Expected {amount}").format(amount=self._money(self._expected)), "text")]
        if self._range.target is not None:
            target = self._range.target
            marked.append((target, tr("Target {amount}").format(amount=self._money(target)), "lost"))
        return sorted(marked)

    def sizeHint(self) -> QSize:
        """Three lines."""
        return QSize(360, round(2 * self._line() + _BAND + 10))

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(260, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Line, band and marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t, top = tokens(), self._line() + 5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.sunken))
        painter.drawRoundedRect(QRectF(_SIDE, top, self.width() - 2 * _SIDE, _BAND), 4, 4)
        if self._range is not None:
            self._paint_band(painter, self._range, top)
            self._paint_texts(painter, self.above(), 0)
            self._paint_texts(painter, self.below(), top + _BAND + 5)
        painter.end()

    def _paint_band(self, painter: QPainter, found: Range, top: float) -> None:
        t = tokens()
        low, mid, high = (self._x(each) for each in (found.p10, found.p50, found.p90))
        painter.setBrush(QColor(t.accent_soft))
        painter.setPen(QPen(QColor(t.accent), 1))
        painter.drawRoundedRect(QRectF(low, top, max(3.0, high - low), _BAND), 3, 3)
        painter.setPen(QPen(QColor(t.accent), 2.5))
        painter.drawLine(QPointF(mid, top), QPointF(mid, top + _BAND))
        x = self._x(self._expected)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.text))
        painter.drawPolygon(QPolygonF([QPointF(x - 5, top - 3), QPointF(x + 5, top - 3), QPointF(x, top + 5)]))
        if found.target is not None:
            x = self._x(found.target)
            painter.setPen(QPen(QColor(t.lost), 2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, top - 3), QPointF(x, top + _BAND + 3))

    def _paint_texts(self, painter: QPainter, marks: Sequence[tuple[int, str, str]], top: float) -> None:
        """Each under or over its mark, shifted rather than one on the other; where they are too wide the amounts are short."""
        painter.setFont(self._font())
        widths = self._widths(marks)
        if sum(widths) + _GAP * (len(widths) - 1) > self.width() - 2 * _SIDE:
            marks = [(amount, self._short(amount, text), token) for amount, text, token in marks]
            widths = self._widths(marks)
        places: list[float] = []
        left = float(_SIDE)
        for (amount, _, _), width in zip(marks, widths, strict=True):
            places.append(max(left, self._x(amount) - width / 2))
            left = places[-1] + width + _GAP
        right = float(self.width() - _SIDE)
        for place in reversed(range(len(places))):
            places[place] = min(places[place], right - widths[place])
            right = places[place] - _GAP
        for (_, text, token), x, width in zip(marks, places, widths, strict=True):
            painter.setPen(QColor(getattr(tokens(), token)))
            painter.drawText(QRectF(x, top, width, self._line()), Qt.AlignmentFlag.AlignCenter, text)

    def _widths(self, marks: Sequence[tuple[int, str, str]]) -> list[float]:
        return [QFontMetricsF(self._font()).horizontalAdvance(text) + 2 for _, text, _ in marks]

    def _short(self, amount: int, text: str) -> str:
        return text.replace(self._money(amount), compact_money(amount, self._currency))

    def _x(self, amount: int) -> float:
        """Where an amount is; half a tenth of room beyond the outermost marks."""
        marked = [each for each, _, _ in (*self.below(), *self.above())]
        low, high = min(marked), max(marked)
        room = max(1, high - low) * 0.06
        share = (amount - low + room) / (high - low + 2 * room)
        return _SIDE + share * (self.width() - 2 * _SIDE)

    def _money(self, minor: int) -> str:
        return money(round_units(minor, self._currency), self._currency)

    def _font(self) -> QFont:
        return font(12)

    def _line(self) -> float:
        return QFontMetricsF(self._font()).height()
