"""The names of the colours of a chart."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...domain.stages import Stage
from ...i18n import tr
from ..theme import font, theme, tokens

TARGET = "target"


class Legend(QWidget):
    """Stages with their colours, and the target, from left to right, in as many lines as they take.

    Stages of several pipelines that share name and colour are one entry.
    """

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[tuple[str, str]] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self.update)

    def show_stages(self, stages: list[Stage], *, target: bool = False) -> None:
        """Names these, and the mark of targets where there are some."""
        once = list(dict.fromkeys((stage.name, stage.colour) for stage in stages))
        self.show_entries([*once, (tr("Target"), TARGET)] if target else once)

    def show_entries(self, entries: list[tuple[str, str]]) -> None:
        """Names these, each with its colour."""
        if entries != self._entries:
            self._entries = entries
            self.setAccessibleName(", ".join(name for name, _ in entries))
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
        for (_, colour), (x, y, text) in zip(self._entries, self._places(self.width()), strict=True):
            if colour == TARGET:
                painter.setPen(QPen(QColor(tokens().lost), 2, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(x, y + height / 2), QPointF(x + 12, y + height / 2))
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens().stage(colour)))
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
        for name, _ in self._entries:
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, 180)
            needed = 16 + metrics.horizontalAdvance(text)
            if x and x + needed > width:
                x, y = 0.0, y + self._line()
            yield x, y, text
            x += needed + 18
