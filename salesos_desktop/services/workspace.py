"""An open workspace: its database, its change stream, whose hands are on it, and what time it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from .. import storage
from ..domain.changes import marked
from ..domain.points import DEFAULT_POINTS
from ..domain.rights import Rights
from ..errors import Deadlock, LineLost, UserError
from ..i18n import tr
from ..storage import first_look
from .bus import ChangeBus
from .messages import render

if TYPE_CHECKING:
    from ..domain.changes import ChangeSet
    from ..storage.store import Store
    from ..storage.trial import Trial
    from ..storage.unit_of_work import UnitOfWork


_log = logging.getLogger(__name__)
SETTINGS = "settings"
"""Verb of the commits that change a setting: whoever follows the stream reads the settings anew."""
_RIGHTS = frozenset({"person", "team", "share"})
"""Tables that say what somebody on a server may do."""


class Clock(Protocol):
    """Where the time comes from; tests bring their own."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""

    def today(self) -> date:
        """The date where the person is."""

    def zone(self) -> tzinfo | None:
        """The person's time zone, None for the system's."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """This instant in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The local date."""
        return date.today()

    def zone(self) -> tzinfo | None:
        """The system's zone."""
        return None


class AlreadyDone(Exception):
    """A commit of this mark is there: nothing was written."""


_mark: ContextVar[tuple[str, bool]] = ContextVar("mark", default=("", False))
"""That of what this thread writes, empty for none, and whether it may be there already."""


class _Unchanged(Exception):
    """Leaves a unit of work that wrote nothing, so that not even an empty log entry stays."""


@dataclass
class Workspace:
    """What every service function takes first. ``origin`` tells this window's commits from those of others; ``rights`` are
    those of whoever acts.

    How far the change stream has been followed is told by ``seen_seq`` in a file; on a server, where commits need not come in
    the order of their numbers, by a snapshot.
    """

    store: Store
    clock: Clock = field(default_factory=SystemClock)
    actor_id: int = 0
    origin: str = field(default_factory=lambda: uuid4().hex[:12])
    bus: ChangeBus = field(default_factory=ChangeBus)
    settings: dict[str, Any] = field(default_factory=dict)
    seen_seq: int = 0
    rights: Rights = field(default_factory=Rights)
    _place: str = "1:1:"
    # Own commits that could not be told when they were made, by number: the line was lost.
    _untold: dict[int, ChangeSet] = field(default_factory=dict, repr=False)
    # The transactions of those of which it is not known whether they were committed.
    _unsure: dict[int, int] = field(default_factory=dict, repr=False)
    _turn: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def load(self) -> None:
        """Reads the settings and where the change stream stands."""
        if self.store.cold:
            with self.store.look() as file:
                self.settings, self.seen_seq = first_look.settings(file), first_look.last_seq(file)
        else:
            with self.store.read() as connection:
                self.settings = storage.reference.settings(connection)
                self.seen_seq = storage.change_log.last_seq(connection)
                if self.store.path is None:
                    self.actor_id = storage.people.of_login(connection) or 0
                    self.rights = storage.people.rights(connection)
                    self._place = storage.feed.place(connection)
        self.actor_id = self.actor_id or int(self.settings.get("local_person", 0))

    @property
    def currency(self) -> str:
        """The workspace's currency, ISO 4217."""
        return str(self.settings.get("currency", "USD"))

    @property
    def point_rules(self) -> dict[str, int]:
        """Points per action, as the administrator set them."""
        return {**DEFAULT_POINTS, **self.settings.get("points", {})}

    @contextmanager
    def unit(
        self, verb: str, label: list[Any], *, undoable: bool = True, reverts: int | None = None
    ) -> Iterator[UnitOfWork]:
        """One intention of the person: committed and published at the end, or nothing of it.

        ``label`` is a message (marked with N_) and its values. A block that changes no row leaves no trace. Raises LineLost
        when a server was lost before it was done; when that happened in the commit, the server is asked what became of it;
        and AlreadyDone (``once``).
        """
        changes, xid = None, 0
        mark, again = _mark.get()
        try:
            with self.store.unit(
                actor_id=self.actor_id, origin=marked(self.origin, mark), verb=verb, label=label, at=self.clock.now(),
                today=self.clock.today(), undoable=undoable, reverts=reverts,
            ) as uow:  # fmt: skip
                if again and storage.change_log.is_marked(uow.connection, self.actor_id, mark, uow.seq):
                    raise AlreadyDone
                yield uow
                if uow.empty:
                    raise _Unchanged
                if uow.earners and reverts is None:
                    from . import badges

                    badges.earn(self, uow)
                changes, xid = uow.finish(), uow.xid
        except _Unchanged:
            return
        except LineLost:
            if changes is None:
                raise
            self._ask_after(changes, xid, mark)
        with self._turn:
            found = [changes]
            try:
                if verb == SETTINGS:
                    with self.store.read() as connection:
                        self.settings = storage.reference.settings(connection)
                if changes.seq > self.seen_seq + 1:
                    found = self._news(changes)
            except Exception as error:
                if self.store.path is not None:
                    raise
                # It is committed: to say anything else because others' news could not be read would have it done again.
                if not isinstance(error, LineLost):
                    _log.exception("what others committed cannot be read")
                self._untold[changes.seq] = changes
                return
            self.seen_seq = max(self.seen_seq, changes.seq)
            self._publish(found)

    @contextmanager
    def once(self, mark: str, *, again: bool = False) -> Iterator[None]:
        """What this thread commits inside, which is one unit of work, can be asked for by a mark, so that it is never done twice:
        with ``again`` AlreadyDone is raised where it is there."""
        before = _mark.set((mark, again))
        try:
            if again:
                with self.store.read() as connection:
                    if storage.change_log.is_marked(connection, self.actor_id, mark):
                        raise AlreadyDone
            yield
        finally:
            _mark.reset(before)

    def _ask_after(self, changes: ChangeSet, xid: int, mark: str) -> None:
        """Returns when a commit that nobody answered was done. Raises LineLost when it was not or cannot be asked yet.

        One that has a mark is asked after by who makes it again.
        """
        done = self.store.was_committed(xid)
        if done is None:
            self._untold[changes.seq] = changes
            if not mark:
                self._unsure[changes.seq] = xid
            raise LineLost(
                tr("The server was lost while it was saving."),
                tr(
                    "Whether the change was saved shows as soon as the connection is back. Look before you do it again."
                ),
                uncertain=True,
            )
        if not done:
            raise LineLost(tr("The server was lost while it was saving."), tr("The change was not saved. Try again."))

    def ask_again(self) -> None:
        """Raises UserError with a change whose commit nobody answered, now that it is known that it never came to be."""
        for seq, xid in tuple(self._unsure.items()):
            done = self.store.was_committed(xid)
            if done is not None:
                del self._unsure[seq]
            if done is False:
                what = render(self._untold.pop(seq).label)
                raise UserError(
                    tr("“{what}” was not saved: the server was lost meanwhile.").format(what=what), tr("Do it again.")
                )

    def ask(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What a service of this workspace gives. Who was stopped by the server because two waited for each other is asked
        once more, where nothing was committed yet."""
        before = self.store.commits
        try:
            return service(self, *args, **kwargs)
        except Deadlock:
            if self.store.commits != before:
                raise
        return service(self, *args, **kwargs)

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """What a unit of work sees, for finding out what a change would meet; nothing is written and nobody has to wait."""
        with self.store.trial(
            actor_id=self.actor_id, origin=self.origin, verb="", label=[], at=self.clock.now(), today=self.clock.today()
        ) as uow:
            yield uow

    def catch_up(self) -> None:
        """Publishes what others committed since the last look, in order."""
        with self._turn:
            self._publish(self._news())

    def _news(self, own: ChangeSet | None = None) -> list[ChangeSet]:
        """What others committed since the last look, in order, and a commit of one's own at its place among it."""
        found, newest, place = self._look()
        settings, rights = self.settings, self.rights
        if any(each.bulk or each.verb == SETTINGS or each.tables & _RIGHTS for each in found):
            with self.store.read() as connection:
                settings = storage.reference.settings(connection)
                if self.store.path is None:
                    rights = storage.people.rights(connection)
        if rights != self.rights:
            # Other rows are seen now, which nothing has changed.
            self.rights = rights
            found = [*found, storage.feed.anew(newest + 1, self.clock.now(), SETTINGS)]
        self.settings, self.seen_seq, self._place = settings, newest, place
        return sorted([*found, *([own] if own else [])], key=lambda changes: changes.seq)

    def start_anew(self) -> None:
        """Tells whoever follows to load afresh, because something could not be read."""
        self.bus.publish(storage.feed.anew(self.seen_seq + 1, self.clock.now(), SETTINGS))

    def _look(self) -> tuple[list[ChangeSet], int, str]:
        """What is to be told, the newest number that is known by then, and the place to look from the next time."""
        mine = (self.origin, self.actor_id)
        if self.store.path is not None:
            with self.store.read() as connection:
                found = storage.change_log.since(connection, self.seen_seq, mine)
                return found, max(self.seen_seq, storage.change_log.last_seq(connection)), ""
        with self.store.glance() as line:
            found, own, place = storage.feed.since(line, self._place, mine)
        if storage.feed.put_back(self._place, place):
            with self.store.read() as connection:
                newest = storage.change_log.last_seq(connection)
            return [storage.feed.anew(max(self.seen_seq, newest) + 1, self.clock.now(), SETTINGS)], newest, place
        found += [self._untold[seq] for seq in own & self._untold.keys()]
        return found, max(self.seen_seq, *own, *(changes.seq for changes in found), 0), place

    def _publish(self, found: Iterable[ChangeSet]) -> None:
        for changes in found:
            self._untold.pop(changes.seq, None)
            self.bus.publish(changes)
