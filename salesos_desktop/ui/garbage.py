"""Looks for garbage on the window's thread alone: found on the worker's, a widget would be destroyed there."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class GarbageTimer(QObject):
    """Does from time to time what Python does by itself on whichever thread makes one object too many."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(look)
        timer.start(_EVERY_MS)


def look() -> None:
    """Looks through the oldest generation whose turn has come."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
