"""Cards that draw what moved one after the other, so that a change never holds up the window for longer than a frame."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QTimer
from shiboken6 import isValid

from .body import FigureBody

_BETWEEN_MS = 5
"""Between two turns: what people do, and others change, comes in between."""


class Turns(QObject):
    """Wakes one body in a turn of the event loop, and it is painted before the next: the one under the pointer first, then those
    in sight from the top down, and last what is scrolled away."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[FigureBody] = []
        self._timer = QTimer(self, singleShot=True, timeout=self._next)

    def wake(self, body: FigureBody) -> None:
        """Puts it in the row; what is not seen by then wakes when it is shown."""
        if body not in self._waiting:
            self._waiting.append(body)
            if not self._timer.isActive():
                self._timer.start(0)

    def _next(self) -> None:
        self._waiting = [body for body in self._waiting if isValid(body) and body.seen]
        if self._waiting:
            body = min(self._waiting, key=_late)
            self._waiting.remove(body)
            body.wake()
        if self._waiting:
            self._timer.start(_BETWEEN_MS)


def _late(body: FigureBody) -> tuple[bool, bool, int, int]:
    place = body.mapTo(body.window(), QPoint())
    return not body.underMouse(), body.visibleRegion().isEmpty(), place.y(), place.x()
