"""How a cell of a table of records is painted: text, pill, avatar, or the bar of a placeholder."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from ...domain.text import initials
from ..theme import AVATARS, BODY, font, metrics, tokens
from .columns import Column
from .model import RecordTableModel, escaped

Index = QModelIndex | QPersistentModelIndex
_SIDE = 8
_FACE = 22


class CellDelegate(QStyledItemDelegate):
    """One line per cell in the colours in use; nothing is taken for markup.

    ``current`` is the row that the keyboard is on, −1 when it is elsewhere.
    """

    def __init__(self, model: RecordTableModel, parent: Any) -> None:
        super().__init__(parent)
        self._model = model
        self.current = -1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        t, rect, row = tokens(), option.rect, index.row()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, QColor(t.accent_soft))
        painter.setPen(QColor(t.accent if row == self.current else t.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if row == self.current:
            painter.drawLine(rect.topLeft(), rect.topRight())
        record, column = self._model.record(row), self._model.columns[index.column()]
        if record is None:
            painter.fillRect(QRect(rect.x() + _SIDE, rect.center().y() - 4, rect.width() * 5 // 9, 8), QColor(t.sunken))
            return
        text = flat(column.text(record))
        inner = rect.adjusted(_SIDE, 0, -_SIDE // 2, 0)
        if column.chip is not None and text:
            ink, ground = column.chip(record)
            # A pill in the selection's own colour would be lost on it.
            _chip(painter, inner, text, ink, "surface" if selected and ground == "accent_soft" else ground)
            return
        face = column.face(record) if column.face is not None else None
        if face is not None:
            _avatar(painter, QPointF(inner.x(), QRectF(rect).center().y() - _FACE / 2), text, face)
            inner.setLeft(inner.x() + _FACE + 7)
        painter.setFont(font(BODY, bold=column.bold))
        painter.setPen(QColor(getattr(t, column.ink(record) if column.ink else "text")))
        shown = metrics(BODY, bold=column.bold).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _RIGHT if column.right else _LEFT, shown)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The column's own tool tip, or the whole text where it is cut."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        column: Column = self._model.columns[index.column()]
        record = self._model.store.get(self._model.id_at(index.row()))
        text = ""
        if record is not None:
            text = flat(column.text(record))
            room = view.visualRect(index).width() - _SIDE * 3 // 2 - (_FACE + 7 if column.face else 0)
            if column.tooltip is not None:
                text = column.tooltip(record)
            elif metrics(BODY, bold=column.bold).horizontalAdvance(text) <= room:
                text = ""
        QToolTip.showText(event.globalPos(), escaped(text), view)
        return True


_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine)


def row_height() -> int:
    """Height of a row of a table of records, px."""
    return metrics().height() + 18


def flat(text: str) -> str:
    """On one line; 400 characters are enough for any width."""
    return " ".join(text[:400].split())


def _chip(painter: QPainter, room: QRect, text: str, ink: str, ground: str) -> None:
    t = tokens()
    face = metrics(12, medium=True)
    shown = face.elidedText(text, Qt.TextElideMode.ElideRight, room.width() - 18)
    high = face.height() + 5
    box = QRectF(room.x(), QRectF(room).center().y() - high / 2, face.horizontalAdvance(shown) + 18, high)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(t, ground)))
    painter.drawRoundedRect(box, high / 2, high / 2)
    painter.setPen(QColor(getattr(t, ink)))
    painter.setFont(font(12, medium=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()


def _avatar(painter: QPainter, corner: QPointF, name: str, person_id: int) -> None:
    box = QRectF(corner.x(), corner.y(), _FACE, _FACE)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(AVATARS[person_id % len(AVATARS)]))
    painter.drawEllipse(box)
    painter.setFont(font(9, bold=True))
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()
