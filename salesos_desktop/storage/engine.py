"""Opens the database of a workspace: an embedded SQLite file or a PostgreSQL server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event
from sqlalchemy.exc import DBAPIError

from ..domain.text import fold
from ..errors import UserError
from .refusals import broken_text, deadlock, denied, only_read, refusal, too_long

BUSY_SECONDS = 10.0


def open_sqlite(path: Path, *, read_only: bool = False) -> Engine:
    """Engine on a SQLite file: WAL, foreign keys on, every commit on disk before it is acknowledged."""
    uri = f"file:{_uri_path(path)}?mode={'ro' if read_only else 'rwc'}"
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlite3.connect(
            uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        ),
        pool_size=4,
        max_overflow=4,
        poolclass=_queue_pool(),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-16384")
        cursor.execute("PRAGMA temp_store=MEMORY")
        if not read_only:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()
        connection.create_function("fold", 1, lambda text: text and fold(text), deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        # Past SQLAlchemy, whose way to a statement costs thirty times the statement.
        file: Any = connection.connection.dbapi_connection
        file.execute("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def open_url(url: str, options: Mapping[str, Any] | None = None) -> Engine:
    """Engine on a PostgreSQL server; ``options`` is all that libpq is told instead of what the address says."""
    from .server.lines import steady

    if options is not None:
        url = "postgresql+psycopg://"
    engine = create_engine(
        url, connect_args=dict(options or {}), pool_size=4, max_overflow=4, isolation_level="READ COMMITTED"
    )
    return steady(engine)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one consistent state of the database."""
    with explained(saving=False), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


_SAID = {"42501": denied, "25006": only_read, "55P03": too_long, "57014": too_long, "40P01": deadlock}
"""What is said of a server's states."""


@contextmanager
def writing(engine: Engine, *, unit: bool = False) -> Iterator[Connection]:
    """A connection inside one write transaction: all of it is kept, or none. A ``unit`` of work takes the turn by itself."""
    with explained(), engine.connect().execution_options(write=True) as connection, _begun(connection, unit):
        yield connection


def _begun(connection: Connection, unit: bool) -> RootTransaction:
    if unit or connection.dialect.name == "sqlite":
        return connection.begin()
    from .server.turns import begin

    return begin(connection)


@contextmanager
def explained(*, saving: bool = True) -> Iterator[None]:
    """Turns what the disk or the server refuses, and what is no text, into one sentence with its cure."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise broken_text() from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if "NUL (0x00)" in str(cause):
            raise broken_text() from error
        if (said := _SAID.get(getattr(cause, "sqlstate", None) or "")) is not None:
            raise said() from error
        told = refusal(cause) if isinstance(cause, sqlite3.Error) else _lost(error, saving=saving)
        if told is None:
            raise
        raise told from error


def _lost(error: BaseException, *, saving: bool) -> UserError | None:
    from .server.lines import is_lost, line_lost

    return line_lost(saving=saving) if is_lost(error) else None


def _queue_pool() -> Any:
    from sqlalchemy.pool import QueuePool

    return QueuePool


def _uri_path(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.absolute()).replace("\\", "/"))
