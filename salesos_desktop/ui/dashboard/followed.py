"""The dashboard's figures of whatever is chosen, moved by every change set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...domain.changes import ChangeSet
from ...services import performance as service
from ...services.performance import Asked, Loaded
from ...services.workspace import SETTINGS
from ..session import Session
from .body import View

_TABLES = frozenset({"opportunity", "activity", "stage", "pipeline", "exchange_rate"})


class FollowedPerformance(QObject):
    """The figures of the view that was ``ask``ed for last; every card of a page looks at the same ones. What rows tell is there
    first (``loaded.partial``), the ways of deals follow.

    Signals:
        changed(): figures moved, or those of another question are there.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.view: View | None = None
        self.loaded: Loaded | None = None
        self._jobs: list[Any] = []
        self._waiting: list[ChangeSet] = []
        session.changed.connect(self._on_changed)

    def ask(self, view: View) -> None:
        """Another question. What was known stays shown until the answer is there."""
        if view != self.view:
            self.view = view
            self._load()

    @property
    def asked(self) -> Asked | None:
        """The question as services take it."""
        return None if self.view is None else Asked(self.view.scope, self.view.span, self.view.before)

    def _load(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._waiting, ask = [], self._session.ask_apart
        self._jobs = [
            ask(service.begin, self.asked, done=self._on_begun), ask(service.load, self.asked, done=self._on_loaded)
        ]  # fmt: skip

    def _on_begun(self, found: Loaded) -> None:
        self.loaded = found
        self.changed.emit()

    def _on_loaded(self, found: Loaded) -> None:
        self._jobs, self.loaded = [], found
        waiting, self._waiting = self._waiting, []
        for changes in waiting:
            self._follow(changes)
        self.changed.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.view is None:
            return
        if changes.verb == SETTINGS:
            self._load()
        elif changes.tables & _TABLES:
            if self._jobs:
                self._waiting.append(changes)
            else:
                self._follow(changes)

    def _follow(self, changes: ChangeSet) -> None:
        """What rows tell is moved at once; how far deals came is read anew for those that changed."""
        loaded = self.loaded
        if loaded is None or changes.seq <= loaded.seq:
            return
        ids = loaded.follow(changes)
        if ids is None:
            self._load()
            return
        if ids:
            self._session.ask(service.ways, loaded.asked, ids, done=lambda found: self._on_ways(loaded, ids, found))
        self.changed.emit()

    def _on_ways(self, loaded: Loaded, ids: Sequence[int], found: Any) -> None:
        loaded.take(ids, found)
        if loaded is self.loaded:
            self.changed.emit()
