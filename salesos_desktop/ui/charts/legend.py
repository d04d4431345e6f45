"""The names of the colours of a chart."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...domain.stages import Stage
from ..theme import font, theme, tokens


class Legend(QWidget):
    """Stages with their colours, from left to right, in as many lines as they take.

    Stages of several pipelines that share name and colour are one entry.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stages: list[Stage] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self.update)

    def show_stages(self, stages: list[Stage]) -> None:
        """Names these."""
        once = list({(stage.name, stage.colour): stage for stage in stages}.values())
        if once != self._stages:
            self._stages = once
            self.setAccessibleName(", ".join(stage.name for stage in once))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, self._line())

    def heightForWidth(self, width: int) -> int:
        """As many lines as the names take."""
        lines = [y for _, y, _ in self._places(width)]
        return self._line() + (int(lines[-1]) if lines else 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Squares and names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(12))
        height = self._line()
        for stage, (x, y, text) in zip(self._stages, self._places(self.width()), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().stage(stage.colour)))
            painter.drawRoundedRect(QRectF(x, y + height / 2 - 5, 10, 10), 2, 2)
            painter.setPen(QColor(tokens().muted))
            painter.drawText(QRectF(x + 16, y, self.width(), height), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _line(self) -> int:
        return QFontMetrics(font(12)).height() + 4

    def _places(self, width: int) -> Iterator[tuple[float, float, str]]:
        """Where each entry begins, and its text."""
        metrics = QFontMetrics(font(12))
        x = y = 0.0
        for stage in self._stages:
            text = metrics.elidedText(stage.name, Qt.TextElideMode.ElideRight, 180)
            needed = 16 + metrics.horizontalAdvance(text)
            if x and x + needed > width:
                x, y = 0.0, y + self._line()
            yield x, y, text
            x += needed + 18
