"""How lines of history look: a day as a heading, two lines for a step, and below them what it changed when it is unfolded."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QPolygonF,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ...domain.differences import Part, pieces
from ..theme import BODY, SMALL, font, metrics, tokens
from ..two_lines import put, row_height
from .change_texts import Change, Line

Index = QModelIndex | QPersistentModelIndex
_LEFT = 26
_LONGEST = 20_000


class TimelineDelegate(QStyledItemDelegate):
    """Paints days and lines; the view says by ``unfolded`` which lines show everything, by their numbers."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.unfolded: set[int] = set()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Its height."""
        return QSize(200, self.height_of(index.data(Qt.ItemDataRole.UserRole), option.rect.width()))

    def height_of(self, row: Any, width: int) -> int:
        """Height of a day or a line at a width of the view."""
        if isinstance(row, date):
            return metrics(SMALL, bold=True).height() + 18
        folded = row_height()
        if isinstance(row, Line) and row.step.number in self.unfolded:
            return folded + int(changes_text(row, width - _LEFT - 12).size().height()) + 8
        return folded

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Line):
            self._paint_line(painter, option, row)
        elif row is not None:
            box = QRect(option.rect.x() + 4, option.rect.y() + 6, option.rect.width() - 8, option.rect.height() - 6)
            put(painter, font(SMALL, bold=True), tokens().muted, box, str(index.data()))
        painter.restore()

    def _paint_line(self, painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
        t, rect = tokens(), option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent_soft))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, -2, -2), 6, 6)
        painter.setPen(QColor(t.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(t, line.colour)))
        bold, small = font(BODY, bold=True), font(12)
        high, low = QFontMetrics(bold).height(), QFontMetrics(small).height()
        painter.drawEllipse(rect.x() + 8, rect.y() + 8 + high // 2 - 4, 9, 9)
        time_width = metrics(SMALL).horizontalAdvance(line.time) + 8
        left, width = rect.x() + _LEFT, rect.width() - _LEFT - 12
        top = rect.y() + 8
        box = QRect(left + width - time_width, top, time_width - 4, high)
        put(painter, font(SMALL), t.muted, box, line.time, right=True)
        put(painter, bold, t.text, QRect(left, top, width - time_width - 6, high), line.title)
        unfolded = line.step.number in self.unfolded
        detail = line.source if unfolded else line.detail
        put(painter, small, t.muted, QRect(left, top + 2 + high, width - 18, low), detail)
        if line.folds:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.muted))
            painter.drawPolygon(_arrow(QPointF(left + width - 8, top + 2 + high + low / 2), down=not unfolded))
        if unfolded:
            painter.translate(left, rect.y() + row_height() - 2)
            changes_text(line, width).drawContents(painter)


def _arrow(centre: QPointF, *, down: bool) -> QPolygonF:
    tip = 3 if down else -3
    return QPolygonF([centre + QPointF(-4, -tip), centre + QPointF(4, -tip), centre + QPointF(0, tip)])


def changes_text(line: Line, width: int) -> QTextDocument:
    """Everything a step changed, a field a paragraph; long texts as what has gone and what has come."""
    document = QTextDocument()
    document.setDocumentMargin(2)
    document.setDefaultFont(font(12))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    cursor = QTextCursor(document)
    for number, change in enumerate(line.changes):
        if number:
            cursor.insertBlock()
        _insert(cursor, change)
    document.setTextWidth(max(60, width))
    return document


def _insert(cursor: QTextCursor, change: Change) -> None:
    t = tokens()
    cursor.insertText(f"{change.label}: ", _ink(t.muted))
    if change.long and change.before and change.after:
        looks = {
            Part.SAME: _ink(t.text), Part.GONE: _ink(t.lost, t.lost_soft, struck=True),
            Part.COME: _ink(t.won, t.won_soft, underlined=True),
        }  # fmt: skip
        for part, text in pieces(change.before[:_LONGEST], change.after[:_LONGEST]):
            cursor.insertText(text, looks[part])
        return
    if change.before:
        cursor.insertText(change.before[:_LONGEST], _ink(t.muted, struck=True))
        cursor.insertText(" → ", _ink(t.muted))
    cursor.insertText(change.after[:_LONGEST] or "—", _ink(t.text))


def _ink(colour: str, ground: str = "", *, struck: bool = False, underlined: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    if ground:
        made.setBackground(QColor(ground))
    made.setFontStrikeOut(struck)
    made.setFontUnderline(underlined)
    return made
