"""A workspace's database as the services see it: reading, and one unit of work at a time."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from ..errors import WorkspaceError
from ..i18n import tr
from . import migrate
from .refusals import refusal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from ..domain.teams import Address
    from .trial import Trial
    from .unit_of_work import UnitOfWork

_SQLITE_HEADER = b"SQLite format 3\x00"
_FREE_BYTES = 1_000_000
_PATIENCE = 8.0
"""Seconds for which a server is waited for that has not answered a commit."""


class Store:
    """One open workspace: an embedded file (``path``) or a server (``url``, and for a member ``options`` of the line)."""

    def __init__(self, path: Path | None = None, url: str = "", options: Mapping[str, Any] | None = None) -> None:
        self.path = path
        self._url = url
        self._options = options
        self.address: Address | None = None
        """The login on a team's server, of a member."""
        self.lost = False
        """Whether the line to the server is known to be lost: whoever asks is told at once instead of waiting."""
        self.lost_because = ""
        """What the server says to who connects again, empty when it says nothing."""
        self.wants_password = False
        """Whether it says that the password is another one now."""
        self.shut_out = False
        """Whether it does not let the login in any more."""
        self.commits = 0
        """Transactions that have written here, by which it is known whether some work has left anything."""

    @cached_property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, made when it is first used: a file shows its first screen without it (``look``)."""
        from .engine import open_sqlite, open_url

        return open_url(self._url, self._options) if self.path is None else open_sqlite(self.path)

    def _at_hand(self, *, saving: bool = True) -> Engine:
        """The engine, as long as there is somebody to ask. Raises LineLost."""
        if self.lost:
            from .server.lines import line_lost

            raise line_lost(saving=saving)
        return self.engine

    @property
    def login(self) -> str:
        """Who connects to the server, as its address says; empty for a file."""
        return unquote(urlsplit(self._url).username or "")

    @cached_property
    def name(self) -> str:
        """What tells this workspace from others: the file's path, or the server and database, without who asks for it."""
        if self.path is not None:
            return str(self.path)
        url = urlsplit(self._url)
        asked = parse_qs(url.query)
        host = url.netloc.rpartition("@")[2] or ":".join(asked.get("host", []) + asked.get("port", []))
        return f"{host}{url.path}"

    @property
    def cold(self) -> bool:
        """Whether only ``look`` has read so far, so that an answer out of ``first_look`` is the fastest."""
        return self.path is not None and "engine" not in self.__dict__

    @classmethod
    def open_file(cls, path: Path, *, create: bool = True, progress: migrate.Progress = migrate.quiet) -> Store:
        """Opens or makes the file, bringing an older one up to date after a verified backup.

        ``progress`` is told of what that takes. Raises WorkspaceError for a missing, damaged, foreign, newer or unwritable
        file; the file is left as it was.
        """
        exists = path.exists() and path.stat().st_size > 0 if _reachable(path) else False
        if not exists and not create:
            raise WorkspaceError(
                tr("There is no workspace at {path}.").format(path=path),
                tr("Check the name, or start a new one there."),
            )
        store = cls(path)
        if exists:
            _refuse_foreign(path)
            if migrate.refuse_other_layouts(path) and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
                return store
        else:
            _make_folder(path)
        store._bring_up_to_date(progress)
        return store

    @classmethod
    def open_server(cls, url: str) -> Store:
        """Opens a PostgreSQL database as the owner of its tables and brings its schema up to date."""
        store = cls(url=url)
        store._bring_up_to_date()
        return store

    @classmethod
    def open_team(cls, address: Address, password: str) -> Store:
        """Opens a team's database as one of its members, and changes nothing.

        Raises WorkspaceError for a line, a login, a database or a layout that is not right; ``NeedsPassword`` for a password.
        """
        from .server import entering

        store = cls(url=address.text, options=entering.options(address, password))
        store.address = address
        try:
            entering.enter(store.engine, address)
        except BaseException:
            store.engine.dispose()
            raise
        return store

    @classmethod
    def may_own(cls, address: Address, password: str) -> None:
        """Connects as who would own the tables, and makes nothing. Raises WorkspaceError, ``NeedsPassword`` for a password."""
        from .server import entering

        store = cls(url=address.text, options=entering.options(address, password))
        try:
            entering.own(store.engine, address)
        finally:
            store.engine.dispose()

    @classmethod
    def open_owner(
        cls, address: Address, password: str, *, upgrade: bool, create: bool, progress: migrate.Progress = migrate.quiet
    ) -> Store:
        """Opens a server's database for who looks after it: with ``upgrade`` as the owner of its tables, which are brought up to
        date, or made with ``create``, else as that one or an administrator. Raises WorkspaceError, ``NeedsPassword`` for a
        password.
        """
        from .server import entering

        store = cls(url=address.text, options=entering.options(address, password))
        store.address = address
        try:
            if upgrade:
                entering.own(store.engine, address)
                found = migrate.revision(store.engine)
                if found is None and not create:
                    raise WorkspaceError(
                        tr("There is no workspace in this database."), tr("Make one with: salesos-desktop server init")
                    )
                store._bring_up_to_date(progress)
                if found == migrate.HEAD:
                    migrate.set_right(store.engine)
            else:
                entering.enter(store.engine, address, owner=True)
        except BaseException:
            store.engine.dispose()
            raise
        return store

    @staticmethod
    def is_older(path: Path) -> bool:
        """Whether a file is a workspace of an older layout, which takes a while to open; no for one that cannot be opened."""
        try:
            return path.is_file() and path.stat().st_size > 0 and not migrate.refuse_other_layouts(path)
        except (OSError, WorkspaceError):
            return False

    def _bring_up_to_date(self, progress: migrate.Progress = migrate.quiet) -> None:
        from .engine import explained

        try:
            with explained():
                migrate.bring_up_to_date(self.engine, self.path, progress)
        except BaseException:
            self.engine.dispose()
            raise

    def close(self) -> None:
        """Closes every connection; the write-ahead log goes into the file."""
        if "_light" in self.__dict__:
            self._light.close()
            del self._light
        if "engine" in self.__dict__:
            self.engine.dispose()

    @cached_property
    def _light(self) -> sqlite3.Connection:
        assert self.path is not None
        return sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        """Python's own connection to the file, for ``first_look``; sees one consistent state. Raises WorkspaceError."""
        try:
            self._light.execute("BEGIN")
            try:
                yield self._light
            finally:
                self._light.execute("ROLLBACK")
        except sqlite3.Error as error:
            told = refusal(error)
            if told is None:
                raise
            raise told from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        from .engine import reading

        with reading(self._at_hand(saving=False)) as connection:
            yield connection

    @contextmanager
    def glance(self) -> Iterator[Any]:
        """The driver's own connection to a server, of which each statement sees one consistent state: SQLAlchemy's way there and
        back takes longer than what a server is asked at each commit of anybody."""
        from .server.lines import glancing

        with glancing(self._at_hand(saving=False)) as line:
            yield line

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction for what is no change of the record: marks of what was read."""
        from .engine import writing

        with writing(self._at_hand()) as connection:
            yield connection
        self.commits += 1

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """A transaction on a server for which no writer waits: contents of files, which nobody sees before a row names them."""
        from .engine import explained

        with explained(), self._at_hand().begin() as connection:
            yield connection

    @contextmanager
    def unit(self, **header: Any) -> Iterator[UnitOfWork]:
        """A unit of work (its keyword arguments); committed at the end of the block, undone by any exception.

        ``finish`` must be called inside the block; leaving without it raises and nothing is kept.
        """
        from .engine import writing

        with writing(self._at_hand(), unit=True) as connection:
            yield self.unit_in(connection, **header)
        self.commits += 1

    def unit_in(self, connection: Connection, **header: Any) -> UnitOfWork:
        """A unit of work (its keyword arguments) in a transaction of ``write``, which keeps it or not; ``finish`` ends it."""
        return self._unit_class(connection, **header)

    @cached_property
    def _unit_class(self) -> type[UnitOfWork]:
        if self.path is None:
            from .server.unit import ServerUnit

            return ServerUnit
        from .unit_of_work import UnitOfWork

        return UnitOfWork

    @contextmanager
    def trial(self, **header: Any) -> Iterator[Trial]:
        """A unit of work that only looks (its keyword arguments): nobody waits for it."""
        from .engine import reading
        from .trial import Trial

        with reading(self._at_hand(saving=False)) as connection:
            yield Trial(connection, **header)

    def was_committed(self, xid: int) -> bool | None:
        """What became of a unit's transaction on a server whose commit nobody answered, None when that cannot be asked soon."""
        from .server.lines import was_committed

        return was_committed(self.engine, xid, _PATIENCE)

    def data_version(self) -> int:
        """A number that changes when another process or connection has committed to the file."""
        value: int = self._light.execute("PRAGMA data_version").fetchone()[0]
        return value

    def backup(self, target: Path) -> None:
        """Writes a whole, verified copy of the file to ``target``, also while others write. Refuses to replace a file."""
        assert self.path is not None
        if target.exists():
            raise WorkspaceError(
                tr("{path} already exists.").format(path=target), tr("Nothing was written. Choose another name.")
            )
        migrate.copy_verified(self.path, target)


def restore(source: Path, target: Path, at: datetime) -> Path | None:
    """Puts a verified backup in place of ``target`` and keeps the earlier file beside it.

    Returns where the earlier file is, None when there was none. Raises WorkspaceError; ``target`` is then as it was.
    """
    if not source.is_file():
        raise WorkspaceError(tr("There is no backup at {path}.").format(path=source), tr("Check the name."))
    _refuse_foreign(source)
    migrate.refuse_other_layouts(source)
    _make_folder(target)
    fresh = target.with_name(target.name + ".restoring")
    fresh.unlink(missing_ok=True)
    migrate.copy_verified(source, fresh)
    kept = None
    if target.exists():
        kept = target.with_name(f"{target.stem}.before-restore-{at:%Y%m%d-%H%M%S}{target.suffix}")
        try:
            _bring_together(target)
        except WorkspaceError:
            fresh.unlink(missing_ok=True)
            raise
        shutil.copy2(target, kept)
    for extra in ("-wal", "-shm"):
        target.with_name(target.name + extra).unlink(missing_ok=True)
    fresh.replace(target)
    return kept


def _bring_together(path: Path) -> None:
    """Moves what the write-ahead log holds into the file, which only works while nobody else has it open.

    Raises WorkspaceError when somebody has. A damaged file is left as it is.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "wal"
    except sqlite3.DatabaseError:
        return
    if mode != "delete":
        raise WorkspaceError(
            tr("The workspace is open in another window or program."),
            tr("Nothing was changed. Close it and try again."),
        )


def _reachable(path: Path) -> bool:
    try:
        path.exists()
    except OSError as error:
        raise WorkspaceError(
            tr("{path} cannot be read.").format(path=path), tr("Check that you may open the folder.")
        ) from error
    return True


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < _FREE_BYTES:
            raise OSError(28, "no space")
    except OSError as error:
        raise WorkspaceError(
            tr("A workspace cannot be made in {path}.").format(path=path.parent),
            tr("Check that there is space and that you may write there, or choose another folder."),
        ) from error


def _refuse_foreign(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(16)
    except OSError as error:
        raise WorkspaceError(
            tr("{path} cannot be read.").format(path=path), tr("Check that it is a file that you may open.")
        ) from error
    if header != _SQLITE_HEADER:
        raise WorkspaceError(
            tr("{path} is not a workspace of SalesOS, or it is damaged.").format(path=path),
            tr("Nothing was changed. Choose another file or restore a backup."),
        )
