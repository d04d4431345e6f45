"""The dashboard's figures of whatever is chosen, moved by every change set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...domain.changes import ChangeSet
from ...errors import UserError
from ...i18n import tr
from ...services import performance as service
from ...services.performance import Asked, Loaded
from ...services.workspace import SETTINGS
from ..session import Session
from .body import View

_TABLES = frozenset({"opportunity", "activity", "stage", "pipeline", "exchange_rate"})


class FollowedPerformance(QObject):
    """The figures of the view that was ``ask``ed for last; every card of a page looks at the same ones. What rows tell is there
    first (``loaded.partial``), the ways of deals follow. ``trouble`` says why there are none; whoever asks again, or changes
    something, has them read once more.

    Signals:
        changed(): figures moved, those of another question are there, or there are none.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.view: View | None = None
        self.loaded: Loaded | None = None
        self.trouble = ""
        self._jobs: list[Any] = []
        self._waiting: list[ChangeSet] = []
        session.changed.connect(self._on_changed)

    def ask(self, view: View) -> None:
        """Another question. What was known stays shown until the answer is there."""
        if view != self.view or self.trouble:
            self.view = view
            self._load()

    @property
    def asked(self) -> Asked | None:
        """The question as services take it."""
        return None if self.view is None else Asked(self.view.scope, self.view.span, self.view.before)

    def _load(self) -> None:
        self._stop()
        self.trouble = ""
        self._jobs = [
            self._session.ask_apart(service.begin, self.asked, done=self._on_begun, failed=self._on_failed),
            self._session.ask_apart(service.load, self.asked, done=self._on_loaded, failed=self._on_failed),
        ]

    def _stop(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._jobs, self._waiting = [], []

    def _on_begun(self, found: Loaded) -> None:
        self.loaded = found
        self.changed.emit()

    def _on_loaded(self, found: Loaded) -> None:
        self._jobs, self.loaded = [], found
        waiting, self._waiting = self._waiting, []
        for changes in waiting:
            self._follow(changes)
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        """There are no figures: those of another question are not shown in their place."""
        self._stop()
        self.loaded = None
        refused = isinstance(error, UserError)
        self.trouble = f"{error.title} {error.message}".strip() if refused else tr("These figures cannot be shown.")
        self.changed.emit()
        if not refused:
            raise error

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.view is None:
            return
        if changes.verb == SETTINGS:
            self._load()
        elif changes.tables & _TABLES:
            if self._jobs:
                self._waiting.append(changes)
            elif self.loaded is None:
                self._load()
            else:
                self._follow(changes)

    def _follow(self, changes: ChangeSet) -> None:
        """What rows tell is moved at once; how far deals came is read anew for those that changed, and told with it."""
        loaded = self.loaded
        if loaded is None or changes.seq <= loaded.seq:
            return
        ids = loaded.follow(changes)
        if ids is None:
            self._load()
        elif ids:
            self._session.ask(
                service.ways, loaded.asked, ids, failed=self._on_failed,
                done=lambda found: self._on_ways(loaded, ids, found),
            )  # fmt: skip
        else:
            self.changed.emit()

    def _on_ways(self, loaded: Loaded, ids: Sequence[int], found: Any) -> None:
        loaded.take(ids, found)
        if loaded is self.loaded:
            self.changed.emit()
