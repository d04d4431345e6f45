"""The forecast in memory: loaded once, then moved by every change set."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ...domain.changes import ChangeSet
from ...domain.forecast import Cube
from ...services import forecast as service
from ..session import Session

_FIRST_MS = 80


class ForecastModel(QObject):
    """Keeps the cube and what today has changed of the weighted forecast.

    Signals:
        changed(): figures moved.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.cube: Cube | None = None
        self.today_change: dict[str, int] | None = None
        self._seq = 0
        self._waiting: list[ChangeSet] = []
        self._job: Any = None
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self.load)
        # A moment later than the board, so that reading does not hold up its first cards.
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.timeout.connect(self.load)
        self._first.start(_FIRST_MS)

    def load(self) -> None:
        """Reads the kept totals afresh."""
        if self._job is not None:
            self._job.cancel()
        self._job = self._session.ask(service.load_with_today, done=self._on_loaded, background=True)

    def _on_loaded(self, found: service.Loaded) -> None:
        self._job = None
        self.cube, self._seq, self.today_change = found.cube, found.seq, found.today_change
        waiting, self._waiting = self._waiting, []
        for changes in waiting:
            self._on_changed(changes)
        self.changed.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.tables & {"opportunity", "stage"} or changes.seq <= self._seq:
            return
        # After a bulk change, as when a lost line is back, nobody waits for what was being read: it may never come.
        if self._job is not None and not changes.bulk:
            self._waiting.append(changes)
            return
        if self.cube is None or not service.follow(self.cube, changes):
            self.load()
            return
        if self.today_change is not None:
            for currency, amount in service.weighted_change(self.cube, changes).items():
                self.today_change[currency] = self.today_change.get(currency, 0) + amount
        self.changed.emit()
