"""One open workspace as the widgets see it: ask for something, be told of changes and of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ..config import Preferences
from ..domain.changes import ChangeSet
from ..domain.rights import Rights
from ..errors import LineLost, UserError
from ..services import roles
from ..services.watcher import Watcher
from ..services.workspace import Workspace
from .bridge import ChangeBridge
from .jobs import Job, Jobs
from .known import Known

if TYPE_CHECKING:
    from ..services.board import Named
    from ..services.outlook.looking_back import Kept
    from .drafts import Drafts
    from .presence import Presence
    from .server_line import ServerLine

WATCH_MS = 250


class Session(QObject):
    """What every page, pane and dialog is given. Widgets never touch the database: they ask.

    Signals:
        changed(change_set): a commit by anybody.
        problem(error): a UserError nobody else shows; the message bar does.
        day_changed(): midnight has passed.
        line(lost): the server of a team can no longer be reached, or is back and all that was missed has been told.
        opened(table, id): a pane shows another record.
        step_requested(steps): show the record so many further in the list it was opened from.
        role_changed(): whoever is at work has another role, by which windows are made.
    """

    changed = Signal(object)
    problem = Signal(object)
    day_changed = Signal()
    line = Signal(object)
    opened = Signal(object, object)
    step_requested = Signal(object)
    role_changed = Signal()

    def __init__(self, workspace: Workspace, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.preferences = preferences
        self.jobs = Jobs(self)
        self.jobs.crashed.connect(self.failed)
        self._apart: Jobs | None = None
        self._bridge = ChangeBridge(workspace.bus, self)
        self._role = workspace.rights.role
        self._bridge.changed.connect(self._on_changed)
        self._watcher = Watcher(workspace)
        self._watching: Job | None = None
        self.server = self._server_line()
        self.known = Known(self)
        self.drafts = self._kept_drafts()
        self.presence = self._presence()
        self._day = workspace.clock.today()
        self._timer = QTimer(self)
        self._timer.setInterval(WATCH_MS)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()

    @property
    def rights(self) -> Rights:
        """What the person may do now."""
        return self.workspace.rights

    def may(self, right: str = "write") -> bool:
        """Whether the person has one of the rights of ``Rights``, by its name; says so when they have not."""
        allowed: bool = getattr(self.rights, right)
        if not allowed:
            self.problem.emit(roles.refusal(self.rights))
        return allowed

    def in_reach(self, people: Iterable[Named]) -> list[Named]:
        """Of people those that records may be given to."""
        return [each for each in people if self.rights.reaches(each.id)]

    @property
    def today(self) -> date:
        """The date where the person is."""
        return self.workspace.clock.today()

    def ask(
        self,
        service: Callable[..., Any],
        *args: Any,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        background: bool = False,
        draft: tuple[str, str] | str | None = None,
        **kwargs: Any,
    ) -> Job:
        """Calls ``service(workspace, *args, **kwargs)`` on the worker; ``done(result)`` follows on this thread.

        Without ``failed`` a UserError goes to ``problem``, but for a lost line that was only to be read, and anything else to
        the crash report. ``draft``: what a change is
        about, and before it what it is called in services/draft_kinds.py where that is not told by the service; where the line
        is lost it is kept, and ``done(None)``.
        """
        workspace = self.workspace
        failed = failed or (self.missed if background else self._unanswered)
        if draft is not None and self.drafts is not None:
            return self.drafts.ask(service, draft, args, kwargs, done, failed)
        return self.jobs.submit(lambda: workspace.ask(service, *args, **kwargs), done, failed, background=background)

    def ask_apart(
        self, service: Callable[..., Any], *args: Any, done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None, **kwargs: Any,
    ) -> Job:  # fmt: skip
        """The same on a thread of its own, for what only reads and may take seconds: nobody waits for it."""
        if self._apart is None:
            self._apart = Jobs(self)
        workspace = self.workspace
        return self._apart.submit(lambda: service(workspace, *args, **kwargs), done, failed or self.missed)

    @cached_property
    def past_days(self) -> Kept:
        """What was read of past days, for every page that looks back; asked apart only."""
        from ..services.outlook.looking_back import Kept

        return Kept()

    @property
    def idle(self) -> bool:
        """Whether everything that was asked for is answered."""
        return self.jobs.idle and (self._apart is None or self._apart.idle)

    def close(self) -> None:
        """Ends the worker and closes the workspace."""
        self._timer.stop()
        self.known.close()
        if self.presence is not None:
            self.presence.close()
        if self.server is not None:
            self.server.close()
        self._bridge.close()
        if self._apart is not None:
            self._apart.close()
        self.jobs.close()
        if self.drafts is not None:
            self.drafts.close()
        self.workspace.store.close()

    def _server_line(self) -> ServerLine | None:
        """The line to a team's server, None for a file."""
        if self._watcher.must_ask:
            return None
        from .server_line import ServerLine

        made = ServerLine(self.workspace, self.jobs, self.failed, self)
        made.changed.connect(self.line)
        return made

    def _kept_drafts(self) -> Drafts | None:
        """What waits for the line, on a server."""
        if self.server is None:
            return None
        from .drafts import Drafts

        return Drafts(self)

    def _presence(self) -> Presence | None:
        """Who else has what open, in a team."""
        if self.server is None or self.workspace.store.address is None:
            return None
        from .presence import Presence

        return Presence(self)

    def fetch(
        self, service: Callable[..., Any], ids: list[int], done: Callable[[Any], None], missed: Callable[[], object]
    ) -> Job:
        """Asks for records that are looked at; ``missed()`` when they cannot be read, of which a lost line is told once."""

        def failed(error: Exception) -> None:
            missed()
            self.missed(error)

        return self.ask(service, ids, done=done, failed=failed)

    def missed(self, error: Exception) -> None:
        """For ``failed``: what nobody waits for is read again when the line is back; that it is lost is told once."""
        if isinstance(error, LineLost) and self.server is not None:
            self.server.miss()
        else:
            self.failed(error)

    def _unanswered(self, error: Exception) -> None:
        """That what is shown cannot be read without a line is told by the strip, and once."""
        if isinstance(error, LineLost) and error.reading:
            self.missed(error)
        else:
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """Tells a person what was refused; anything that is no UserError goes on to the crash report."""
        if isinstance(error, LineLost) and self.server is not None:
            self.server.miss()
        if isinstance(error, UserError):
            self.problem.emit(error)
        else:
            raise error

    def _on_changed(self, changes: ChangeSet) -> None:
        self.changed.emit(changes)
        if self.rights.role is not self._role:
            self._role = self.rights.role
            self.role_changed.emit()

    def _on_tick(self) -> None:
        if self._watching is None and self.server is None:
            self._watching = self.jobs.submit(
                self._watcher.poll, self._on_watched, self._on_watch_failed, background=True
            )
        today = self.today
        if today != self._day:
            self._day = today
            self.day_changed.emit()

    def _on_watched(self, _result: Any) -> None:
        self._watching = None

    def _on_watch_failed(self, error: Exception) -> None:
        self._watching = None
        self.failed(error)
