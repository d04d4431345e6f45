"""What forms offer to choose from: on a team's server kept from when the window connected, for when the line is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from ..domain.changes import ChangeSet
from ..errors import LineLost

if TYPE_CHECKING:
    from .session import Session

_BEGIN_MS = 1000
_AGAIN_MS = 10_000
"""Several changes are read together; a form that is opened with a line asks for itself."""

Key = tuple[Callable[..., Any], tuple[Any, ...]]
"""What reads short lists (``read(ws, *args)``), and with which arguments."""


class Known(QObject):
    """Keeps short lists, and reads them again when the stream changes them; without a server it keeps nothing."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._kept: dict[Key, Any] = {}
        self._follows: dict[Key, frozenset[str]] = {}
        self._stale: set[Key] = set()
        self._first, self._again = QTimer(self, singleShot=True), QTimer(self, singleShot=True)
        self._first.timeout.connect(self._on_first)
        self._again.timeout.connect(self._read)

    def begin(self) -> None:
        """Reads, once the window is at rest, what the forms of all pages need."""
        if self._session.server is not None and not self._follows:
            self._first.start(_BEGIN_MS)
            self._session.changed.connect(self._on_changed)

    def keep(self, tables: frozenset[str], read: Callable[..., Any], *args: Any) -> None:
        """Reads it, and again when one of ``tables`` is changed."""
        if self._session.server is not None and (read, args) not in self._follows:
            self._follows[read, args] = tables
            self._stale.add((read, args))
            self._read()

    def kept(self, read: Callable[..., Any], *args: Any) -> Any:
        """What was read last, None where it never was."""
        return self._kept.get((read, args))

    def ask(
        self, read: Callable[..., Any], *args: Any, done: Callable[[Any], object],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:  # fmt: skip
        """Asks for it; where the line is lost ``done`` has what is kept, ``failed`` the error where nothing is."""

        def unanswered(error: Exception) -> None:
            known = self.kept(read, *args)
            if not isinstance(error, LineLost) or known is None or self._session.server is None:
                (failed or self._session.failed)(error)
                return
            self._session.server.miss()
            done(known)

        def answered(found: Any) -> None:
            if self._session.server is not None:
                self._kept[read, args] = found
            done(found)

        self._session.ask(read, *args, done=answered, failed=unanswered)

    def close(self) -> None:
        """Reads no longer."""
        self._first.stop()
        self._again.stop()

    def _on_first(self) -> None:
        from ..services import working_days
        from . import closings
        from .activities import form
        from .leads import lists as of_leads
        from .tables import lists

        self.keep(of_leads.TABLES, of_leads.read)
        self.keep(lists.TABLES, lists.read, True)
        self.keep(lists.TABLES - {"company"}, lists.read, False)
        self.keep(form.TABLES, form.read_new, ())
        self.keep(closings.TABLES, closings.every)
        self.keep(frozenset({"setting"}), working_days.of)

    def _on_changed(self, changes: ChangeSet) -> None:
        self._stale |= {key for key, tables in self._follows.items() if changes.tables & tables}
        if self._stale and not self._again.isActive():
            self._again.start(_AGAIN_MS)

    def _read(self) -> None:
        stale, self._stale = self._stale, set()
        for read, args in stale:

            def keep(found: Any, key: Key = (read, args)) -> None:
                self._kept[key] = found

            self._session.ask(read, *args, done=keep, background=True)
