"""Brings a workspace's schema up to date: a verified backup first, newer ones refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import WorkspaceError
from ..i18n import tr
from .refusals import copy_failed

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

Progress = Callable[[str, int, int], None]
"""Told of what is being done, in the language of the moment, and how much of it: done and all, 0 of 0 when not known."""
_MARK = "alembic_version"
_PAGES = 4096
HEAD = "0007"
"""The newest revision, so that an up-to-date workspace opens without loading Alembic."""


def quiet(_step: str, _done: int, _all: int) -> None:
    """Progress that nobody looks at."""


def bring_up_to_date(engine: Engine, path: Path | None, progress: Progress = quiet) -> None:
    """Runs the migrations that are missing, each upgrade of a file after a verified backup beside it.

    ``progress`` is told of all that an older workspace takes, on the thread that calls; a new one is made without.
    Raises WorkspaceError when the workspace was made by a newer program or is no workspace; nothing is changed then.
    """
    found = revision(engine)
    if found == HEAD:
        return
    _refuse_newer(found)
    if found is None and path is None and _has_tables(engine):
        raise WorkspaceError(
            tr("The database has tables of another program."), tr("Nothing was changed. Choose an empty one.")
        )
    if found is None and _has_tables(engine):
        raise WorkspaceError(
            tr("The file is a database of another program."), tr("Nothing was changed. Choose another file.")
        )
    told = quiet if found is None else progress
    if found is not None and path is not None:
        copy_verified(path, path.with_name(f"{path.stem}.before-{HEAD}{path.suffix}"), replace=True, progress=told)
    _upgrade(engine, found, told)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in known():
        raise WorkspaceError(
            tr("This workspace was made by a newer version of SalesOS ({revision}).").format(revision=found),
            tr("Nothing was changed. Update the program, then open it again."),
        )


def refuse_other_layouts(path: Path) -> bool:
    """Looks into a file without changing it; whether it is up to date.

    Raises WorkspaceError when it is no workspace or a newer one, or damaged.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as file:
            tables = {row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            found = file.execute("SELECT version_num FROM alembic_version").fetchone() if _MARK in tables else None
    except sqlite3.OperationalError as error:
        if "no such column" not in str(error):
            raise WorkspaceError(
                tr("{path} cannot be read.").format(path=path), tr("Check that it is a file that you may open.")
            ) from error
        tables, found = {_MARK}, None
    except sqlite3.DatabaseError as error:
        raise WorkspaceError(
            tr("The workspace file is damaged."), tr("Restore a backup; the file itself was left as it was.")
        ) from error
    if not tables:
        return False
    if found is not None and found[0] != HEAD and found[0] not in known():
        raise WorkspaceError(
            tr("This workspace was made by a newer version of SalesOS ({revision}).").format(revision=found[0]),
            tr("Nothing was changed. Update the program, then open it again."),
        )
    if found is None or not tables >= {"opportunity", "change_log", "id_counter"}:
        raise WorkspaceError(
            tr("The file is a database of another program."), tr("Nothing was changed. Choose another file.")
        )
    return bool(found[0] == HEAD)


def set_right(engine: Engine) -> None:
    """Makes again what a server's database does by itself, as this version knows it; the layout is up to date."""
    from .server.install import alone, install

    with engine.begin() as connection:
        alone(connection)
        if _revision(connection) == HEAD:
            install(connection)


def revision(engine: Engine) -> str | None:
    """The revision of the database, None when it has none yet."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    from sqlalchemy import inspect, text

    if connection.dialect.name == "sqlite":
        there = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        if there is None:
            return None
    elif not inspect(connection).has_table("alembic_version"):
        return None
    value = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if value is None else str(value)


def known() -> list[str]:
    """Every revision this program knows, oldest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def copy_verified(source: Path, target: Path, *, replace: bool = False, progress: Progress = quiet) -> None:
    """Copies a database page by page, checks the copy, and only then gives it its name. Raises WorkspaceError."""
    fresh = target.with_name(target.name + ".part")
    try:
        fresh.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(fresh)) as new,
        ):
            copying = tr("Making a copy of the workspace as it was…")
            old.backup(new, pages=_PAGES, progress=lambda _, left, pages: progress(copying, pages - left, pages))
            progress(tr("Checking the copy…"), 0, 0)
            new.execute("PRAGMA journal_mode=DELETE")
            state = new.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if state != "ok":
            raise sqlite3.DatabaseError(state)
        if replace:
            target.unlink(missing_ok=True)
        fresh.rename(target)
    except (OSError, sqlite3.Error) as error:
        fresh.unlink(missing_ok=True)
        raise copy_failed(target, error) from error


def _has_tables(engine: Engine) -> bool:
    from sqlalchemy import inspect

    return bool(inspect(engine).get_table_names())


def _upgrade(engine: Engine, found: str | None, progress: Progress) -> None:
    from alembic import command

    from . import search

    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            from .server.install import alone

            # Somebody else may have done it meanwhile, with this version or a newer one.
            alone(connection)
            found = _revision(connection)
            _refuse_newer(found)
        config, step = _config(), tr("Bringing the workspace to the layout of this version…")
        missing = known()[0 if found is None else known().index(found) + 1 :]

        def applied(**made: Any) -> None:
            progress(step, missing.index(made["step"].up_revision_id) + 1, len(missing))

        config.attributes |= {"applied": applied, "connection": connection}
        progress(step, 0, len(missing))
        command.upgrade(config, "head")
        if engine.dialect.name == "postgresql":
            from .server.install import install

            install(connection)
        # Here and not in a migration, which would know the rows of its own layout only.
        indexing = tr("Getting the search ready…")
        search.fill(connection, lambda done, every: progress(indexing, done, every))


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
