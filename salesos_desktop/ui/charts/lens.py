"""A part of the forecast page that asks what may take a while: once it is shown, and again when something has changed."""

from __future__ import annotations

from abc import abstractmethod
from time import monotonic
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ...domain.changes import ChangeSet
from ...domain.outlook import Scope
from ...errors import UserError
from ...services.workspace import SETTINGS
from ..session import Session

_TABLES = frozenset({"opportunity", "stage", "pipeline", "person", "exchange_rate", "forecast_adjustment"})
_GATHER_MS, _LONGEST_MS = 250, 20_000
_QUICK, _REST = 0.5, 4
"""After an answer that took longer than so many seconds, it waits so many times as long before a change makes it ask again."""


class Lens(QWidget):
    """``scope`` says whose deals. What it asks is ``ask``; what comes of it goes to ``show_found``; ``tables`` are those whose
    changes make it ask again.
    """

    tables = _TABLES

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.scope = Scope()
        self._stale = True
        self._job: Any = None
        self._began = self._took = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self.refresh)

    @property
    def seen(self) -> bool:
        """Whether what it found is on screen."""
        return self.isVisible()

    @abstractmethod
    def ask(self) -> Any:
        """Asks the service; gives the job."""

    @abstractmethod
    def show_found(self, found: Any) -> None:
        """Shows what the service found."""

    def show_scope(self, scope: Scope) -> None:
        """Whose deals from now on."""
        if scope != self.scope:
            self.scope = scope
            self.refresh()

    def refresh(self) -> None:
        """Asks at once where it is shown, else when it is."""
        self._timer.stop()
        self._stale = not self.seen
        if self._stale:
            return
        if self._job is not None:
            self._job.cancel()
        self._began = monotonic()
        self._job = self.ask()

    def on_found(self, found: Any) -> None:
        """The answer to ``ask`` has come."""
        self._job, self._took = None, monotonic() - self._began
        self.show_found(found)
        if self._stale:
            self._wait()

    def on_failed(self, error: Exception) -> None:
        """The service has refused, or it is a bug."""
        self._job = None
        if not isinstance(error, UserError):
            raise error
        self.session.problem.emit(error)

    def _on_changed(self, changes: ChangeSet) -> None:
        if not (changes.tables & self.tables or changes.verb == SETTINGS):
            return
        self._stale = True
        if self.seen and self._job is None:
            self._wait()

    def _wait(self) -> None:
        """Changes that come close together are one; who asks of much rests longer."""
        if not self._timer.isActive():
            rest = round(self._took * 1000 * _REST) if self._took > _QUICK else 0
            self._timer.start(max(_GATHER_MS, min(_LONGEST_MS, rest)))

    def wake(self) -> None:
        """It comes into sight: catches up with what changed meanwhile."""
        if self._stale:
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catches up."""
        super().showEvent(event)
        self.wake()
