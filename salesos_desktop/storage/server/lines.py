"""Lines to a server: when one is lost, how that is noticed soon, and what became of a commit that nobody answered."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import psycopg
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError

from ...errors import LineLost
from ...i18n import tr

_PARAMETERS: Mapping[str, Any] = {
    "connect_timeout": 5, "keepalives": 1, "keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip
"""What libpq is told where the address says nothing else: a silent cable is noticed within ten seconds."""
_SERVER_SIDE = (
    "SET search_path = public; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; "
    "SET bytea_output = 'hex'; SET extra_float_digits = 1; SET standard_conforming_strings = on; SET array_nulls = on; "
    "SET quote_all_identifiers = off; SET transform_null_equals = off; SET row_security = on; "
    "SET default_transaction_isolation = 'read committed'; "
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 20000; SELECT pg_backend_pid()"
)
"""Nothing hangs on what is set for the database or the login. The server notices a silent cable too, so that nobody keeps the
turn to write whose cable is cut. Last the session that answers."""
_RESTED = 10.0
"""Seconds after which a connection is asked whether it lives before it is used again."""
_FIRST, _LONGEST = 0.25, 15.0
_GONE = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "53300"})
"""States of a server that stops, starts, ends a session or has no place for one."""
_OPEN: WeakKeyDictionary[Engine, WeakSet[psycopg.Connection[Any]]] = WeakKeyDictionary()


def steady(engine: Engine) -> Engine:
    """Has the loss of an engine's connections noticed, by both ends."""
    opened = _OPEN.setdefault(engine, WeakSet())

    @event.listens_for(engine, "do_connect")
    def _tell(_dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        for name, value in _PARAMETERS.items():
            parameters.setdefault(name, value)

    @event.listens_for(engine, "connect")
    def _begin(line: psycopg.Connection[Any], record: Any) -> None:
        line.autocommit = True
        answers = line.execute(_SERVER_SIDE)
        while answers.nextset():
            pass
        if answers.fetchone() != (line.info.backend_pid,):
            # A pooler, which has numbers of its own, may give each transaction another session: nothing can be prepared.
            line.prepare_threshold = None
        line.autocommit = False
        record.info.update(used=time.monotonic(), pool=engine.pool)
        opened.add(line)

    @event.listens_for(engine, "checkin")
    def _rest(line: psycopg.Connection[Any] | None, record: Any) -> None:
        record.info["used"] = time.monotonic()
        if line is not None and record.info["pool"] is not engine.pool:
            # It was at work when the others were closed, and nobody takes it out of that pool again.
            line.close()

    @event.listens_for(engine, "checkout")
    def _wake(line: psycopg.Connection[Any], record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info["used"] > _RESTED:
            try:
                engine.dialect.do_ping(line)  # type: ignore[arg-type]
            except psycopg.Error as error:
                raise DisconnectionError from error

    return engine


def cut(engine: Engine) -> None:
    """Ends every connection of an engine, also one that waits for an answer on another thread: it fails there at once."""
    for line in tuple(_OPEN.get(engine, ())):
        hang_up(line)
    engine.dispose()


def hang_up(line: psycopg.Connection[Any]) -> None:
    """Ends a connection without a word to the server, from whatever thread."""
    try:
        end = socket.socket(fileno=line.pgconn.socket)
    except (psycopg.Error, OSError):
        return
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        end.detach()


@contextmanager
def glancing(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the pool outside of any transaction. Raises LineLost."""
    try:
        held = engine.raw_connection()
        line: psycopg.Connection[Any] = held.driver_connection  # type: ignore[assignment]
        try:
            line.autocommit = True
            yield line
            line.autocommit = False
        except BaseException:
            # Whatever it was: nobody gets one that is not in a transaction.
            held.invalidate()
            raise
        finally:
            held.close()
    except (psycopg.Error, DBAPIError) as error:
        if is_lost(error):
            raise line_lost(saving=False) from error
        raise


def is_lost(error: BaseException) -> bool:
    """Whether an error of the driver or of SQLAlchemy means that the server could not be reached or has ended the session."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        error = error.orig or error
    state = getattr(error, "sqlstate", None)
    return isinstance(error, psycopg.OperationalError) and (state is None or state[:2] == "08" or state in _GONE)


def line_lost(*, saving: bool) -> LineLost:
    """What to say of it to who was saving, or only reading."""
    cure = tr("The program connects again by itself; try again then.")
    message = f"{tr('Nothing was saved.')} {cure}" if saving else cure
    return LineLost(tr("The server cannot be reached."), message, reading=not saving)


def pauses() -> Iterator[float]:
    """Seconds to wait before each attempt to connect again: longer and longer, and not the same for everybody."""
    longest = _FIRST
    while True:
        yield longest * random.uniform(0.5, 1)
        longest = min(2 * longest, _LONGEST)


def was_committed(engine: Engine, xid: int, seconds: float) -> bool | None:
    """What became of a transaction whose commit nobody answered; None when the server is not back within so many seconds.

    A session that is still at it is ended, so that the answer is the last word.
    """
    until = time.monotonic() + seconds
    for pause in pauses():
        try:
            with engine.connect() as connection:
                state = connection.execute(_STATE, {"xid": str(xid)}).scalar()
                if state != "in progress":
                    return bool(state == "committed")
                connection.execute(_END, {"low": str(xid % 2**32)})
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _NEVER:
                return False
            if not is_lost(error):
                raise
        if time.monotonic() + pause > until:
            return None
        time.sleep(pause)
    raise AssertionError


_NEVER = "22023"
"""A transaction that the server has not come to: it was put back to an earlier place."""
_STATE = text("SELECT pg_xact_status(CAST(:xid AS xid8))")
_END = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid = CAST(:low AS xid) AND pid <> pg_backend_pid()"
)
