"""Watches the clock for what is to be told: reminders of activities, the end of quiet hours, the morning."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer

from ...domain.changes import ChangeSet
from ...errors import UserError
from ...services import reminders, telling
from ..session import Session

_log = logging.getLogger(__name__)
CHECK_MS = 30_000
"""The clock may jump and the machine may sleep: what is due is looked for this often, whatever the timer says."""
_FURTHEST = timedelta(hours=6)


class Reminders(QObject):
    """Asks for what is due when its moment comes, also while the window is hidden, and hands it to ``tell``.

    What is due lives in the database, so that a restart loses nothing.
    """

    def __init__(self, session: Session, tell: Callable[[telling.Due], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._tell = session, tell
        self._asked = self._stopped = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._check = QTimer(self)
        self._check.setInterval(CHECK_MS)
        for timer in (self._next, self._check):
            timer.timeout.connect(self.look)
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self.look)

    def begin(self) -> None:
        """Looks for the first time, and from now on."""
        self._check.start()
        self.look()

    def stop(self) -> None:
        """Looks no more."""
        self._stopped = True
        self._check.stop()
        self._next.stop()

    @property
    def waits(self) -> int:
        """Milliseconds until the next reminder, −1 for none in sight."""
        return self._next.remainingTime()

    def look(self) -> None:
        """Asks for what is due, once at a time."""
        if not self._asked and not self._stopped:
            self._asked = True
            self._session.ask(telling.look, done=self._on_looked, failed=self._on_failed, background=True)

    def _on_looked(self, due: telling.Due) -> None:
        self._asked = False
        self._arm(due.next_at)
        self._tell(due)

    def _on_failed(self, error: Exception) -> None:
        """A workspace that is busy or away is asked again soon."""
        self._asked = False
        if not isinstance(error, UserError):
            raise error
        _log.warning("what is due could not be read: %s", error.title)

    def _on_changed(self, changes: ChangeSet) -> None:
        """Activities have changed, and with them perhaps what comes next."""
        if not self._stopped and changes.touches("activity") and changes.verb != reminders.REMINDED:
            self._session.ask(reminders.next_at, done=self._on_next, background=True)

    def _on_next(self, at: datetime | None) -> None:
        if at is not None and at <= self._session.workspace.clock.now():
            self.look()
        else:
            self._arm(at)

    def _arm(self, at: datetime | None) -> None:
        """Waits for an instant; what was due already and still waits is found by the check."""
        self._next.stop()
        left = None if at is None else at - self._session.workspace.clock.now()
        if left is not None and not self._stopped and timedelta(0) < left < _FURTHEST:
            # A moment later than due: a timer may be early.
            self._next.start(int(left.total_seconds() * 1000) + 50)
