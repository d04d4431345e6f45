"""An open workspace: its database, its change stream, whose hands are on it, and what time it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from .. import storage
from ..domain.points import DEFAULT_POINTS
from ..storage import first_look
from .bus import ChangeBus

if TYPE_CHECKING:
    from ..storage.store import Store
    from ..storage.trial import Trial
    from ..storage.unit_of_work import UnitOfWork


SETTINGS = "settings"
"""Verb of the commits that change a setting: whoever follows the stream reads the settings anew."""


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


class _Unchanged(Exception):
    """Leaves a unit of work that wrote nothing, so that not even an empty log entry stays."""


@dataclass
class Workspace:
    """What every service function takes first. ``origin`` tells this window's commits from those of others."""

    store: Store
    clock: Clock = field(default_factory=SystemClock)
    actor_id: int = 0
    origin: str = field(default_factory=lambda: uuid4().hex[:12])
    bus: ChangeBus = field(default_factory=ChangeBus)
    settings: dict[str, Any] = field(default_factory=dict)
    seen_seq: int = 0
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

        ``label`` is a message (marked with N_) and its values. A block that changes no row leaves no trace.
        """
        changes = None
        try:
            with self.store.unit(
                actor_id=self.actor_id, origin=self.origin, verb=verb, label=label, at=self.clock.now(),
                today=self.clock.today(), undoable=undoable, reverts=reverts,
            ) as uow:  # fmt: skip
                yield uow
                if uow.empty:
                    raise _Unchanged
                if uow.earners and reverts is None:
                    from . import badges

                    badges.earn(self, uow)
                changes = uow.finish()
        except _Unchanged:
            return
        with self._turn:
            if verb == SETTINGS:
                with self.store.read() as connection:
                    self.settings = storage.reference.settings(connection)
            if changes.seq > self.seen_seq + 1:
                self.catch_up(changes.seq)
            self.seen_seq = max(self.seen_seq, changes.seq)
            self.bus.publish(changes)

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """What a unit of work sees, for finding out what a change would meet; nothing is written and nobody has to wait."""
        with self.store.trial(
            actor_id=self.actor_id, origin=self.origin, verb="", label=[], at=self.clock.now(), today=self.clock.today()
        ) as uow:
            yield uow

    def catch_up(self, before_seq: int | None = None) -> None:
        """Publishes what others committed since the last look, in order; only up to ``before_seq`` when given."""
        with self._turn:
            with self.store.read() as connection:
                found = storage.change_log.since(connection, self.seen_seq, self.origin)
                newest = storage.change_log.last_seq(connection)
                if any(changes.verb == SETTINGS for changes in found):
                    self.settings = storage.reference.settings(connection)
            for changes in found:
                if before_seq is None or changes.seq < before_seq:
                    self.seen_seq = max(self.seen_seq, changes.seq)
                    self.bus.publish(changes)
            self.seen_seq = max(self.seen_seq, newest if before_seq is None else before_seq - 1)
