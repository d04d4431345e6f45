"""The picture that follows the pointer while cards are dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from ...domain.opportunities import Card
from ..delegates.card import CardDelegate
from ..theme import font, tokens


def lifted(cards: CardDelegate, card: Card | None, size: QSize, count: int, ratio: float) -> QPixmap:
    """A tilted card with a deep shadow and, of several, how many they are."""
    made = QPixmap(QSize(size.width() + 28, size.height() + 40) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.translate(12, 12)
    painter.rotate(2.0)
    painter.setPen(Qt.PenStyle.NoPen)
    for spread in range(8, 0, -2):
        painter.setBrush(QColor(0, 0, 0, 14))
        painter.drawRoundedRect(QRect(QPoint(-spread // 2, 4), size + QSize(spread, spread)), 10, 10)
    if card is not None:
        painter.drawPixmap(-3, -2, cards.picture(card, size, False, True, ratio))
    if count > 1:
        painter.setBrush(QColor(tokens().accent))
        painter.drawEllipse(QPoint(size.width() - 8, 6), 12, 12)
        painter.setPen(QColor(tokens().on_accent))
        painter.setFont(font(11, bold=True))
        painter.drawText(QRect(size.width() - 20, -6, 24, 24), Qt.AlignmentFlag.AlignCenter, str(count))
    painter.end()
    return made
