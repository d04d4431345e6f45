"""A server's workspace as a file: one snapshot, verified, which the program opens by itself and a server takes back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from ...errors import WorkspaceError
from ...i18n import tr
from .. import migrate
from ..engine import open_sqlite
from ..refusals import copy_failed
from . import contents, copying


def back_up(connection: Connection, target: Path, folder: Path, local_person: int, progress: migrate.Progress) -> int:
    """Writes all that the connection sees to a new file, contents of attachments into ``folder``, and only then gives it its
    name; returns how many contents were not whole on the server. Raises WorkspaceError.
    """
    if target.exists():
        raise WorkspaceError(
            tr("{path} already exists.").format(path=target), tr("Nothing was written. Choose another name.")
        )
    fresh = target.with_name(target.name + ".part")
    try:
        fresh.unlink(missing_ok=True)
        engine = open_sqlite(fresh)
        try:
            migrate.bring_up_to_date(engine, None)
        finally:
            engine.dispose()
        step = tr("Copying the tables…")
        with closing(sqlite3.connect(fresh, isolation_level=None)) as file:
            file.execute("PRAGMA journal_mode=DELETE")
            file.execute("PRAGMA synchronous=OFF")
            written = copying.write_out(
                connection, file, local_person, lambda _, done, every: progress(step, done, every)
            )
            progress(tr("Checking the copy…"), 0, 0)
            wrong = copying.damage(file, written)
        if wrong:
            raise sqlite3.DatabaseError(wrong)
        progress(tr("Copying the attached files…"), 0, 0)
        _, lacking = contents.take(connection, folder)
        with fresh.open("rb") as whole:
            os.fsync(whole.fileno())
        fresh.rename(target)
    except (OSError, sqlite3.Error) as error:
        fresh.unlink(missing_ok=True)
        raise copy_failed(target, error) from error
    return lacking
