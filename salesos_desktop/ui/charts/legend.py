"""The names of the colours of a chart."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...domain.stages import Stage
from ..theme import font, theme, tokens


class Legend(QWidget):
    """Stages with their colours, from left to right."""

    def __init__(self) -> None:
        super().__init__()
        self._stages: list[Stage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_stages(self, stages: list[Stage]) -> None:
        """Names these."""
        if stages != self._stages:
            self._stages = stages
            self.setAccessibleName(", ".join(stage.name for stage in stages))
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, QFontMetrics(font(12)).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Squares and names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(12))
        metrics = QFontMetrics(painter.font())
        x, height = 0.0, self.height()
        for stage in self._stages:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().stage(stage.colour)))
            painter.drawRoundedRect(QRectF(x, height / 2 - 5, 10, 10), 2, 2)
            painter.setPen(QColor(tokens().muted))
            text = metrics.elidedText(stage.name, Qt.TextElideMode.ElideRight, 180)
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x + 16, 0, width + 2, height), Qt.AlignmentFlag.AlignVCenter, text)
            x += 16 + width + 18
        painter.end()
