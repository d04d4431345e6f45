"""Hands every committed change set to whoever follows: undo, figures, models, notices."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ..domain.changes import ChangeSet

Listener = Callable[[ChangeSet], None]

_log = logging.getLogger(__name__)


class ChangeBus:
    """Calls its listeners in the thread of the commit, in the order they came; one that fails does not stop the rest."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Adds a listener; the returned function takes it off."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, changes: ChangeSet) -> None:
        """Tells every listener. The change is committed already, so an error is logged and not raised."""
        for listener in tuple(self._listeners):
            try:
                listener(changes)
            except Exception:
                _log.exception("listener of change %s failed", changes.seq)
