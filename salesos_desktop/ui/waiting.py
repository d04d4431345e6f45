"""The mark of what a change waits for until there is a line: a broken edge with an arrow up, and the disc of it alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from .session import Session
from .theme import theme, tokens

_DISC = 14
_ALONE = 18


def draw_waiting(painter: QPainter, rect: QRect, *, disc: int = _DISC, round_by: float = 8) -> None:
    """A broken line around a card or row, with the disc, ``disc`` px wide, on its upper left corner."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens().warn), 1.6, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.8, 0.8, -0.8, -0.8), round_by, round_by)
    draw_disc(painter, QRectF(rect.x(), rect.y(), disc, disc))
    painter.restore()


def draw_disc(painter: QPainter, box: QRectF) -> None:
    """A disc with an arrow up."""
    painter.setPen(QPen(QColor(tokens().surface), 1.5))
    painter.setBrush(QColor(tokens().warn))
    painter.drawEllipse(box)
    painter.setPen(QPen(QColor(tokens().surface), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle, arm = box.center(), box.width() * 3 / _DISC
    painter.drawLine(middle + QPointF(0, arm), middle - QPointF(0, arm))
    side, shaft = QPointF(arm * 5 / 6, arm * 5 / 6), QPointF(0, arm)
    painter.drawPolyline([middle - shaft + QPointF(-side.x(), side.y()), middle - shaft, middle - shaft + side])


class WaitingMark(QWidget):
    """The disc beside a record's title, hidden while nothing waits for it; it says what does."""

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self._drafts, self._table, self._row_id = session.drafts, table, 0
        self.setFixedSize(_ALONE, _ALONE)
        self.hide()
        theme().changed.connect(self.update)
        if self._drafts is not None:
            self._drafts.changed.connect(self._show)

    def show_record(self, row_id: int) -> None:
        """Of another record, 0 for none."""
        self._row_id = row_id
        self._show()

    def _show(self) -> None:
        told = self._drafts.told_of(self._table, self._row_id) if self._drafts is not None else ""
        self.setToolTip(told.replace("&", "&amp;").replace("<", "&lt;"))
        self.setAccessibleName(told)
        self.setVisible(bool(told))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_disc(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
