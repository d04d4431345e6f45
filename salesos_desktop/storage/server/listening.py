"""The connection that is told of every commit on a server, and by whose silence a lost line is noticed."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ...errors import LineLost, NeedsPassword, NotLetIn, UserError
from .lines import cut, is_lost, pauses
from .refusals import refused

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ..store import Store

_log = logging.getLogger(__name__)

BEAT = 4.0
"""Seconds of silence after which the server is asked for a sign of life."""
ANSWER = 8.0
"""Seconds that it has for it: with ``BEAT`` less than the fifteen within which a lost line is noticed."""
ASKING = 1.0
"""Seconds between two looks where nobody tells of commits."""
FLOOD, BREATH = 100.0, 0.1
"""Notifications a second past which nobody looks more often than each so many seconds: anybody may send them."""
_AT_ONCE = 50.0
"""Notifications of a moment that are no flood."""
_LOOKED = b"presence"
_GREETING = 2.0
"""Seconds within which one's own greeting comes back where commits are told."""


class Ear:
    """One listening connection.

    ``told`` is whether commits are told here: a greeting that went another way has come back while nothing was asked. A
    pooler that gives the connection to another after each transaction swallows it, and on a replica nobody listens.
    ``news`` and ``looked`` are whether a commit was told, and that somebody has opened or left a deal; ``flooded`` whether more
    is sent than can be looked at.
    """

    def __init__(self, engine: Engine, waker: socket.socket) -> None:
        self.told = self.looked = self.news = self.flooded = False
        self._room = _AT_ONCE
        self._waker = waker
        self._selector = selectors.DefaultSelector()
        self._greeting = f"hello {uuid4().hex}".encode()
        self._proxy = engine.raw_connection()
        self._line: psycopg.Connection[Any] = self._proxy.driver_connection  # type: ignore[assignment]
        try:
            # Out of the pool, which would close it if this did not keep the proxy.
            self._proxy.detach()
            self._line.autocommit = True
            with engine.begin() as connection:
                if not connection.execute(_IS_REPLICA).scalar_one():
                    self._line.execute("LISTEN salesos")
                    connection.execute(_GREET, {"word": self._greeting.decode()})
        except BaseException:
            self.close()
            raise
        self._server = self._line.pgconn
        self._greeted_at = self._heard_at = time.monotonic()
        self._asked_at: float | None = None
        self._selector.register(self._server.socket, selectors.EVENT_READ)
        self._selector.register(waker, selectors.EVENT_READ)

    def wait(self, seconds: float) -> None:
        """Waits for at most so long for something to be told. Raises OperationalError for a line that is lost."""
        now = time.monotonic()
        if self._asked_at is None and now >= self._heard_at + BEAT:
            self._server.send_query(b"SELECT")
            self._asked_at = now
        due = self._heard_at + BEAT if self._asked_at is None else self._asked_at + ANSWER
        ready = {key.fileobj for key, _ in self._selector.select(max(0.0, min(seconds, due - now)))}
        if self._waker in ready:
            self._waker.recv(64)
        now = time.monotonic()
        if self._server.socket in ready:
            self._server.consume_input()
            self._room = min(_AT_ONCE, self._room + (now - self._heard_at) * FLOOD)
            self._heard_at = now
            if self._asked_at is not None:
                self._asked_at = now
        elif self._asked_at is not None and now >= self._asked_at + ANSWER:
            raise psycopg.OperationalError("the server gives no sign of life")
        self._take()

    def close(self) -> None:
        """Ends the connection."""
        self._selector.close()
        self._line.close()
        self._proxy.invalidate()

    def _take(self) -> None:
        while (notice := self._server.notifies()) is not None:
            self._room -= 1
            self.news = self.news or notice.extra[:1].isdigit()
            self.looked = self.looked or notice.extra == _LOOKED
            soon = self._asked_at is None and time.monotonic() < self._greeted_at + _GREETING
            self.told = self.told or (soon and notice.extra == self._greeting)
        while self._asked_at is not None and not self._server.is_busy():
            if self._server.get_result() is None:
                self._asked_at = None
        self.flooded, self._room = self._room < 0, max(self._room, 0)


class Follower:
    """A thread that follows a server: ``woken()`` when there may be something new, ``line(lost)`` when that or its reason
    changes (``Store.lost`` and ``lost_because``), ``looked()`` when somebody has opened or left a deal.

    Both are called on the thread and return at once: while it waits for something else, a lost line is not noticed. It connects
    again by itself, with growing pauses.
    """

    def __init__(
        self,
        store: Store,
        woken: Callable[[], None],
        line: Callable[[bool], None],
        looked: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._woken = woken
        self._looked = looked
        self._line = line
        self._ended = False
        self._told = False
        self._waker, self._poke = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="salesos-line", daemon=True)
        self._thread.start()

    @property
    def told(self) -> bool:
        """Whether commits are told; where they are not, it is looked each second."""
        return self._told

    def hurry(self) -> None:
        """Connects now instead of after the pause."""
        with suppress(OSError):
            self._poke.send(b"!")

    def close(self) -> None:
        """Ends the thread; one that is connecting ends when that does."""
        self._ended = True
        self.hurry()
        self._thread.join(2)

    def _run(self) -> None:
        with self._waker, self._poke:
            self._follow()

    def _follow(self) -> None:
        waiting = pauses()
        while not self._ended:
            came, told = False, None
            try:
                ear = Ear(self._store.engine, self._waker)
                came = True
                try:
                    self._store.lost, self._store.lost_because = False, ""
                    self._store.wants_password = self._store.shut_out = False
                    self._line(False)
                    waiting = pauses()
                    self._listen(ear)
                finally:
                    ear.close()
            except LineLost:
                pass
            except (psycopg.Error, DBAPIError) as error:
                told = None if came else self._reason(error)
                if not is_lost(error):
                    _log.exception("the server does not let the line be followed")
            if not self._ended:
                self._lose(told)
                self._rest(next(waiting))

    def _listen(self, ear: Ear) -> None:
        self._woken()
        while not self._ended:
            ear.wait(BEAT if ear.told else ASKING)
            until = time.monotonic() + (BREATH if ear.flooded else 0)
            while (left := until - time.monotonic()) > 0:
                ear.wait(left)
            if ear.news or not ear.told:
                self._woken()
            if ear.looked:
                self._looked()
            ear.news = ear.looked = False
            self._told = ear.told

    def _reason(self, error: psycopg.Error | DBAPIError) -> UserError | None:
        """Why a member's program is not let in, as far as it is known."""
        if self._store.address is None:
            return None
        return refused(error.orig if isinstance(error, DBAPIError) else error, self._store.address)

    def _lose(self, told: UserError | None) -> None:
        why = told.title if told is not None else ""
        self._store.wants_password, self._store.shut_out = isinstance(told, NeedsPassword), isinstance(told, NotLetIn)
        known = self._store.lost and self._store.lost_because == why
        self._store.lost, self._store.lost_because, self._told = True, why, False
        cut(self._store.engine)
        if not known:
            self._line(True)

    def _rest(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._waker, selectors.EVENT_READ)
            if selector.select(seconds):
                self._waker.recv(64)


_IS_REPLICA = text("SELECT pg_is_in_recovery()")
_GREET = text("SELECT pg_notify('salesos', :word)")
