"""What deals are filtered and described by, kept at hand on the window's side."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from ..domain.changes import ChangeSet
from ..services import deal_lists
from ..services.deal_lists import DealLists
from .session import Session


class KeptDealLists(QObject):
    """Read once, and again when they change or a day has passed; what it has is asked of it by the names of DealLists.

    Signals:
        changed(): they are (other) ones.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None, *, background: bool = False) -> None:
        super().__init__(parent)
        self._session, self._background = session, background
        self.now = DealLists()
        self.here = False
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._ask)
        self._ask()

    def __getattr__(self, name: str) -> Any:
        """One of the lists."""
        if name.startswith("_") or "now" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.now, name)

    def _on_changed(self, changes: ChangeSet) -> None:
        if deal_lists.concerns(changes):
            self._ask()

    def _ask(self) -> None:
        self._session.ask(deal_lists.read, done=self._on_read, background=self._background)

    def _on_read(self, found: DealLists) -> None:
        if not self.here or found != self.now:
            self.here, self.now = True, found
            self.changed.emit()
