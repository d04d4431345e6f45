"""A short, calm moment of celebration when a deal of one's own is won; it never stands in the way of the mouse."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QWidget

from ..domain.changes import ChangeSet
from ..i18n import tr
from .theme import font, metrics, tokens

if TYPE_CHECKING:
    from .main_window import MainWindow

LASTS_MS = 1_800
_FRAME_MS = 16
_PIECES = 46
_COLOURS = ("won", "accent", "warn", "stage2", "stage4")


def calls_for_it(changes: ChangeSet) -> bool:
    """Whether a person has just won a deal: it was open and is closed, and not lost, which has a reason."""
    pairs = ((change.before, change.after) for change in changes.of("opportunity"))
    return any(
        before is not None and after is not None and before["closed_on"] is None and after["closed_on"] is not None
        and after["loss_reason_id"] is None
        for before, after in pairs
    )  # fmt: skip


class Celebration(QWidget):
    """Paper that falls and a word in the middle; where the desktop wants no motion, the word alone."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._pieces: list[tuple[float, float, float, float, str]] = []
        self._since = QElapsedTimer()
        self._text = ""
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self.update)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.stop)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    @property
    def moves(self) -> bool:
        """Whether the desktop wants motion at all."""
        return self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0

    def celebrate(self) -> None:
        """Begins; a second win meanwhile begins anew."""
        chance = random.Random()
        self._pieces = [
            (chance.random(), chance.uniform(-0.25, 0.1), chance.uniform(0.5, 1.0), chance.uniform(0, 6.28),
             chance.choice(_COLOURS))
            for _ in range(_PIECES if self.moves else 0)
        ]  # fmt: skip
        self._text = tr("Won!")
        self.setGeometry(self.parentWidget().rect())
        self._since.start()
        self._end.start(LASTS_MS)
        if self._pieces:
            self._frames.start()
        self.show()
        self.raise_()

    def stop(self) -> None:
        """Ends at once."""
        self._frames.stop()
        self._end.stop()
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The pieces as far as they have fallen, and the word; all of it fades at the end."""
        part = min(1.0, self._since.elapsed() / LASTS_MS)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(min(1.0, (1 - part) * 3))
        for x, y, speed, turn, colour in self._pieces:
            painter.save()
            painter.translate(
                QPointF(x * self.width() + 18 * math.sin(turn + part * 7), (y + part * speed * 1.1) * self.height())
            )
            painter.rotate(math.degrees(turn) + part * 360 * speed)
            painter.setBrush(QColor(getattr(tokens(), colour)))
            painter.drawRoundedRect(QRectF(-5, -3, 10, 6), 1.5, 1.5)
            painter.restore()
        self._paint_word(painter)
        painter.end()

    def _paint_word(self, painter: QPainter) -> None:
        t = tokens()
        width = metrics(30, bold=True).horizontalAdvance(self._text) + 64
        box = QRectF((self.width() - width) / 2, self.height() * 0.3, width, 64)
        painter.setBrush(QColor(t.won_soft))
        painter.drawRoundedRect(box, 32, 32)
        painter.setPen(QColor(t.won))
        painter.setFont(font(30, bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text)
