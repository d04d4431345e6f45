"""How a row of a table of records is painted: texts, pills, avatars, or the bars of a placeholder."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from ...domain.text import initials
from ..theme import AVATARS, BODY, font, metrics, tokens
from ..waiting import draw_waiting
from .columns import Column
from .model import RecordTableModel, escaped

Index = QModelIndex | QPersistentModelIndex
Cell = tuple[Column, int, int]
"""A column with its left edge and its width, px."""
_SIDE = 8
_FACE = 22
_PICTURES = 120


class RowPictures(QStyledItemDelegate):
    """Rows as pictures, painted once and kept as long as record, columns, theme and selection are the same.

    Nothing is taken for markup. ``forget`` when anything else that the columns' functions look at has changed.
    """

    def __init__(self, model: RecordTableModel, parent: Any) -> None:
        super().__init__(parent)
        self._model = model
        self._kept: OrderedDict[tuple[int, bool], tuple[Any, QPixmap]] = OrderedDict()
        self._shape: Any = None

    def forget(self) -> None:
        """Paints every row afresh."""
        self._kept.clear()

    def picture(self, row: int, selected: bool, cells: Sequence[Cell], size: QSize, ratio: float) -> QPixmap:
        """The whole row, ``size`` px, at a device's pixel ratio."""
        shape = (tuple(cells), size.width(), size.height(), ratio, tokens())
        if shape != self._shape:
            self._kept.clear()
            self._shape = shape
        record, key = self._model.record(row), (self._model.id_at(row), selected)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is record:
            self._kept.move_to_end(key)
            return kept[1]
        made = QPixmap(size * ratio)
        made.setDevicePixelRatio(ratio)
        t = tokens()
        made.fill(QColor(t.accent_soft if selected else t.surface))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(0, size.height() - 1, size.width(), 1, QColor(t.line))
        for column, left, width in cells:
            paint_cell(painter, QRect(left, 0, width, size.height() - 1), record, column, selected)
        painter.end()
        self._kept[key] = (record, made)
        if len(self._kept) > _PICTURES:
            self._kept.popitem(last=False)
        return made

    def mark(self, painter: QPainter, row: int, rect: QRect) -> None:
        """The sign around a row that a change waits for."""
        if self._model.waits(self._model.id_at(row)):
            draw_waiting(painter, rect, disc=12, round_by=5)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """What waits for the record; the column's own tool tip, or the whole text where it is cut."""
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
        waits = self._model.waits(self._model.id_at(index.row()))
        QToolTip.showText(event.globalPos(), escaped("\n".join(filter(None, (waits, text)))), view)
        return True


def row_height() -> int:
    """Height of a row of a table of records, px."""
    return metrics().height() + 18


def room_in(width: int) -> int:
    """How wide a text can be in a column, px."""
    return width - _SIDE * 3 // 2


def flat(text: str) -> str:
    """On one line; 400 characters are enough for any width."""
    return " ".join(text[:400].split())


def paint_cell(painter: QPainter, rect: QRect, record: Any, column: Column, selected: bool) -> None:
    """One cell in the colours in use; a bar while there is no record."""
    t, left, room = tokens(), rect.x() + _SIDE, room_in(rect.width())
    middle = rect.y() + rect.height() / 2
    if record is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.sunken))
        painter.drawRoundedRect(QRectF(left, middle - 4, rect.width() * 5 // 9, 8), 4, 4)
        return
    text = flat(column.text(record))
    if not text:
        return
    if column.chip is not None:
        ink, ground = column.chip(record)
        # A pill in the selection's own colour would be lost on it.
        _chip(painter, left, middle, room, text, ink, "surface" if selected and ground == "accent_soft" else ground)
        return
    face = column.face(record) if column.face is not None else None
    if face is not None:
        _avatar(painter, QRectF(left, middle - _FACE / 2, _FACE, _FACE), text, face)
        left, room = left + _FACE + 7, room - _FACE - 7
    sizes = metrics(BODY, bold=column.bold)
    shown = sizes.elidedText(text, Qt.TextElideMode.ElideRight, room)
    if column.right:
        left += room - sizes.horizontalAdvance(shown)
    painter.setFont(font(BODY, bold=column.bold))
    painter.setPen(QColor(getattr(t, column.ink(record) if column.ink else "text")))
    painter.drawText(QPointF(left, middle + (sizes.ascent() - sizes.descent()) / 2), shown)


def _chip(painter: QPainter, left: float, middle: float, room: int, text: str, ink: str, ground: str) -> None:
    t, face = tokens(), metrics(12, medium=True)
    shown = face.elidedText(text, Qt.TextElideMode.ElideRight, room - 18)
    high = face.height() + 5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(t, ground)))
    painter.drawRoundedRect(
        QRectF(left, middle - high / 2, face.horizontalAdvance(shown) + 18, high), high / 2, high / 2
    )
    painter.setPen(QColor(getattr(t, ink)))
    painter.setFont(font(12, medium=True))
    painter.drawText(QPointF(left + 9, middle + (face.ascent() - face.descent()) / 2), shown)


def _avatar(painter: QPainter, box: QRectF, name: str, person_id: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(AVATARS[person_id % len(AVATARS)]))
    painter.drawEllipse(box)
    painter.setFont(font(9, bold=True))
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(name))
