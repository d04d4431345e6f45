"""Waiting as the program does: in the window's own event loop, until something has happened or is painted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Runs the window's own event loop, as the program does, until something has happened."""
    from PySide6.QtCore import QEventLoop, QTimer

    if happened():
        return
    loop, timer, end = QEventLoop(), QTimer(), time.perf_counter() + seconds

    def look() -> None:
        if happened():
            loop.exit(0)
        elif time.perf_counter() > end:
            loop.exit(1)

    timer.timeout.connect(look)
    timer.start(1)
    assert loop.exec() == 0, "it took too long"


class Painted:
    """Tells when each of some widgets has been painted since ``forget``."""

    def __init__(self) -> None:
        from PySide6.QtCore import QEvent, QObject

        class Watch(QObject):
            def eventFilter(self, watched: Any, event: Any) -> bool:
                if event.type() == QEvent.Type.Paint:
                    found.add(id(watched))
                return False

        found: set[int] = set()
        self._watch, self._found, self._seen = Watch(), found, set()

    def forget(self) -> None:
        self._found.clear()

    def all(self, views: list[Any]) -> bool:
        """Whether the cards of every one of these lists are painted; begins to watch those it did not know."""
        for view in views:
            if id(view.viewport()) not in self._seen:
                self._seen.add(id(view.viewport()))
                view.viewport().installEventFilter(self._watch)
        return bool(views) and self._found >= {id(view.viewport()) for view in views}


class Turns:
    """Tells how long this thread worked in the longest turn of its event loop since ``begin``."""

    def __init__(self) -> None:
        from PySide6.QtCore import QAbstractEventDispatcher

        self._last = self._longest = 0.0
        QAbstractEventDispatcher.instance().awake.connect(self._on_awake)

    def begin(self) -> None:
        self._last, self._longest = time.thread_time(), 0.0

    def longest(self) -> float:
        """In seconds."""
        self._on_awake()
        return self._longest

    def _on_awake(self) -> None:
        now = time.thread_time()
        self._longest, self._last = max(self._longest, now - self._last), now


def rest(app: Any, seconds: float = 0.1) -> None:
    """Lets the window finish what it still says and paints."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.002)
