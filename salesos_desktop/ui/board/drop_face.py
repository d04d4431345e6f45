"""Sunken ground with a stage's colour on top, which deals are dropped on; slim, it says name, count and total."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QWidget

from ...i18n import number
from ..focus import ShowsFocus
from ..models.board import StageFigures
from ..theme import BODY, SMALL, TITLE, font, metrics, theme, tokens
from .figure_texts import money_texts

SLIM_WIDTH = 86


class DropFace(ShowsFocus, QFrame):
    """``title`` and ``colour`` (of the theme) are what it stands for; ``striped`` it has the colour on top."""

    def __init__(self, title: str, colour: str, parent: QWidget, *, striped: bool = True) -> None:
        super().__init__(parent)
        self.title = title
        self.slim = True
        self._colour, self._striped = colour, striped
        self._figures = StageFigures()
        self._over = False
        theme().changed.connect(self.update)

    @property
    def figures(self) -> StageFigures:
        """What is shown."""
        return self._figures

    @abstractmethod
    def takes(self, data: QMimeData) -> bool:
        """Whether what is dragged can be dropped here."""

    @abstractmethod
    def take(self, data: QMimeData) -> None:
        """It was dropped here."""

    def show_over(self, over: bool) -> None:
        """A drag is over it, or no longer."""
        self._over = over
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """The slim face takes deals."""
        if self.slim and self.takes(event.mimeData()):
            event.acceptProposedAction()
            self.show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Rests."""
        self.show_over(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Asks for the closing of the deals."""
        self.show_over(False)
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.take(event.mimeData())

    def changeEvent(self, event: QEvent) -> None:
        """Repaints with the window."""
        self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Accent while a drag is over it, or the keyboard on its slim face."""
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(box, 8, 8)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), QColor(t.accent_soft if self._over else t.sunken))
        if self._striped:
            painter.fillRect(QRect(0, 0, self.width(), 3), QColor(t.stage(self._colour)))
        if self._over or (self.slim and self.hasFocus()):
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        if self.slim:
            self._paint_slim(painter)
        painter.end()

    def _paint_slim(self, painter: QPainter) -> None:
        t = tokens()
        total, _ = money_texts(self._figures)
        y = 14
        lines = [
            (self.title, BODY, True, t.stage(self._colour), 18),
            (number(self._figures.count), TITLE + 3, True, t.text, 4),
            (total, SMALL, False, t.muted, 0),
        ]
        for text, size, bold, colour, gap in lines:
            face = metrics(size, bold=bold)
            height = face.height()
            painter.setFont(font(size, bold=bold))
            painter.setPen(QColor(colour))
            shown = face.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 10)
            painter.drawText(QRect(5, y, self.width() - 10, height), Qt.AlignmentFlag.AlignCenter, shown)
            y += height + gap
