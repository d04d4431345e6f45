"""How the box paints its entries: a picture, the title with what matched in bold, a line about it, and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ...domain import searching
from ..icons import icon
from ..theme import BODY, SMALL, font, metrics, tokens
from .commands import Command
from .rows import ICONS, Heading, Index

_ROW, _HEAD = 46, 30
_LEFT, _ICON, _GAP = 14, 18, 12


class EntryDelegate(QStyledItemDelegate):
    """Paints headings and entries; ``words`` are those that were typed, for what is found by no record."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.words: Sequence[str] = ()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Headings are low; the rows grow with the person's type."""
        entry = index.data(Qt.ItemDataRole.UserRole)
        texts = metrics(BODY).height() + metrics(SMALL).height()
        return QSize(200, _HEAD if isinstance(entry, Heading) else max(_ROW, texts + 12))

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """One entry."""
        entry = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Heading):
            painter.setFont(font(SMALL, medium=True))
            painter.setPen(QColor(tokens().muted))
            painter.drawText(box.adjusted(_LEFT, 6, -_LEFT, 0), Qt.AlignmentFlag.AlignVCenter, entry.title)
        elif entry is not None:
            self._paint_entry(painter, box, entry, bool(option.state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_entry(self, painter: QPainter, box: QRect, entry: Any, selected: bool) -> None:
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().accent_soft))
            painter.drawRoundedRect(QRectF(box.adjusted(6, 1, -6, -1)), 7, 7)
        command = isinstance(entry, Command)
        picture = entry.icon if command else ICONS[entry.kind]
        icon(picture, "accent" if selected else "muted").paint(
            painter, box.left() + _LEFT, box.center().y() - _ICON // 2, _ICON, _ICON
        )
        room = box.adjusted(_LEFT + _ICON + _GAP, 0, -_LEFT - 4, 0)
        if command and entry.keys:
            painter.setFont(font(SMALL))
            painter.setPen(QColor(tokens().muted))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.keys)
            room.setRight(room.right() - metrics(SMALL).horizontalAdvance(entry.keys) - _GAP)
        words = self.words if command else entry.words
        lines = [(entry.title, BODY, "text")]
        below = entry.detail
        if not command and entry.excerpt:
            below = " · ".join(part for part in (below, f"{entry.where}: {entry.excerpt}") if part)
        if below:
            lines.append((below, SMALL, "muted"))
        height = sum(metrics(size).height() for _, size, _ in lines)
        top = room.top() + (room.height() - height) // 2
        for text, size, ink in lines:
            high = metrics(size).height()
            painter.setPen(QColor(getattr(tokens(), ink)))
            draw_marked(painter, QRect(room.left(), top, room.width(), high), text, size, words)
            top += high


def draw_marked(painter: QPainter, box: QRect, text: str, size: int, words: Sequence[str]) -> None:
    """A line of text with the beginnings of ``words`` in bold, cut at its end where there is no room."""
    shown = metrics(size, bold=True).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    x, done = box.left(), 0
    pieces: list[tuple[str, bool]] = []
    for start, length in searching.marks(shown, words):
        pieces += [(shown[done:start], False), (shown[start : start + length], True)]
        done = start + length
    for piece, bold in (*pieces, (shown[done:], False)):
        if piece:
            made: QFont = font(size, bold=bold)
            painter.setFont(made)
            painter.drawText(
                QRect(x, box.top(), box.right() - x + 1, box.height()), Qt.AlignmentFlag.AlignVCenter, piece
            )
            x += metrics(size, bold=bold).horizontalAdvance(piece)
