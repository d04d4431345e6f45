"""How a row of the table of opportunities is painted: a deal as in every table, a heading over its whole width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QPolygonF

from ..tables.delegate import Cell, RowPictures
from ..theme import BODY, font, metrics, tokens
from .model import DealTableModel, Heading, sums_texts

_LEFT, _GAP, _SIGN = 30, 16, 5


class DealPictures(RowPictures):
    """Rows of deals and of headings as pictures; ``room`` is the width that is seen, px, in which headings stand."""

    def __init__(self, model: DealTableModel, parent: object) -> None:
        super().__init__(model, parent)
        self._deals = model
        self.room = 0

    def picture(self, row: int, selected: bool, cells: Sequence[Cell], size: QSize, ratio: float) -> QPixmap:
        """The whole row."""
        heading = self._deals.heading(row)
        if heading is None:
            return super().picture(row, selected, cells, size, ratio)
        made = QPixmap(size * ratio)
        made.setDevicePixelRatio(ratio)
        t = tokens()
        made.fill(QColor(t.accent_soft if selected else t.sunken))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(0, size.height() - 1, size.width(), 1, QColor(t.line))
        self._paint(painter, heading, size.height(), min(self.room or size.width(), size.width()))
        painter.end()
        return made

    def _paint(self, painter: QPainter, heading: Heading, height: int, width: int) -> None:
        t, middle = tokens(), height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.muted))
        painter.drawPolygon(_triangle(14, middle, opened=heading.opened))
        sizes = metrics(BODY, bold=True)
        base = middle + (sizes.ascent() - sizes.descent()) / 2
        texts = sums_texts(heading.group.sums)
        rest = "   ".join(texts)
        beside = min(metrics().horizontalAdvance(rest), max(0, (width - _LEFT) * 2 // 3))
        title = sizes.elidedText(
            heading.group.title, Qt.TextElideMode.ElideRight, max(40, width - _LEFT - _GAP - beside - 12)
        )
        painter.setFont(font(BODY, bold=True))
        painter.setPen(QColor(t.text))
        painter.drawText(QPointF(_LEFT, base), title)
        left = _LEFT + sizes.horizontalAdvance(title) + _GAP
        painter.setFont(font())
        painter.setPen(QColor(t.muted))
        shown = metrics().elidedText(rest, Qt.TextElideMode.ElideRight, max(0, width - left - 12))
        painter.drawText(QPointF(left, base), shown)


def _triangle(left: float, middle: float, *, opened: bool) -> QPolygonF:
    if opened:
        return QPolygonF([QPointF(left - _SIGN + 3, middle - 2), QPointF(left + _SIGN + 3, middle - 2),
                          QPointF(left + 3, middle + 4)])  # fmt: skip
    return QPolygonF([QPointF(left, middle - _SIGN), QPointF(left, middle + _SIGN), QPointF(left + 6, middle)])
