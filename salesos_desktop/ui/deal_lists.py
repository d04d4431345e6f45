"""What deals are filtered and described by, kept at hand on the window's side."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from ..domain.changes import ChangeSet
from .session import Session


class KeptDealLists(QObject):
    """Read once, and again when they change or a day has passed; what it has is asked of it by the names of DealLists
    (services/deal_lists.py), empty before they are ``here``.

    ``at_once`` False: not before ``begin``, so that nothing of it is loaded until then.

    Signals:
        changed(): they are (other) ones.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None, *, at_once: bool = True) -> None:
        super().__init__(parent)
        self._session, self._background = session, not at_once
        self.now: Any = None
        self._begun = False
        if at_once:
            self.begin()

    @property
    def here(self) -> bool:
        """Whether they have been read."""
        return self.now is not None

    def begin(self) -> None:
        """Reads them, and follows what changes them."""
        if not self._begun:
            self._begun = True
            self._session.changed.connect(self._on_changed)
            self._session.day_changed.connect(self._ask)
            self._ask()

    def __getattr__(self, name: str) -> Any:
        """One of the lists."""
        if name.startswith("_") or "now" not in self.__dict__:
            raise AttributeError(name)
        if self.now is None:
            return {} if name == "members" else None if name == "stale" else ()
        return getattr(self.now, name)

    def _on_changed(self, changes: ChangeSet) -> None:
        from ..services import deal_lists

        if deal_lists.concerns(changes):
            self._ask()

    def _ask(self) -> None:
        from ..services import deal_lists

        self._session.ask(deal_lists.read, done=self._on_read, background=self._background)

    def _on_read(self, found: Any) -> None:
        if found != self.now:
            self.now = found
            self.changed.emit()
