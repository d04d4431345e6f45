"""What may take seconds and has no workspace yet: asked on a thread of its own, and forgotten when nobody waits any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

_running: set[Attempt] = set()


class Attempt(QObject):
    """Does ``work`` apart; ``done(result)`` or ``failed(error)`` follow on the thread that made this.

    After ``drop`` neither does, and ``unwanted(result)`` puts away what still comes.
    """

    _ended = Signal(object, object)

    def __init__(
        self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[Exception], object],
        unwanted: Callable[[Any], object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._work, self._done, self._failed, self._unwanted = work, done, failed, unwanted
        self._dropped = False
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)
        # As long as the thread runs it has to have whom to tell.
        _running.add(self)
        threading.Thread(target=self._run, name="salesos-team", daemon=True).start()

    def drop(self) -> None:
        """Nobody waits for it any more."""
        self._dropped = True

    def _run(self) -> None:
        result, error = None, None
        try:
            result = self._work()
        except Exception as caught:
            error = caught
        self._ended.emit(result, error)

    def _on_ended(self, result: Any, error: Exception | None) -> None:
        _running.discard(self)
        if self._dropped:
            if error is None and self._unwanted is not None:
                self._unwanted(result)
        elif error is None:
            self._done(result)
        else:
            self._failed(error)
        self.deleteLater()
