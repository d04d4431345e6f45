"""The command line: as a process, where that is what a test is about, and in this process, which takes a tenth of the time."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, redirect_stderr, redirect_stdout
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest import mock

from salesos_desktop.cli import main
from salesos_desktop.storage import migrate
from salesos_desktop.storage.store import Store

_LANGUAGE = {"LANG": "en_US.UTF-8"}


def process(path: Path, *words: str, code: int = 0, given: bytes = b"") -> tuple[str, str]:
    """What a command on a workspace writes to standard output and to standard error, as a process of its own that warnings
    end; ``given`` is its input, ``code`` how it must end."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "salesos_desktop", "--workspace", str(path), *words],
        capture_output=True, check=False, input=given, env=os.environ | _LANGUAGE,
    )  # fmt: skip
    assert done.returncode == code, done.stderr.decode()
    return done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def here(path: Path, *words: str, code: int = 0, given: bytes | None = b"") -> tuple[str, str]:
    """The same in this process; ``given`` None for an input that is closed."""
    taken, out, err = (None if given is None else _stream(given), _stream(), _stream())
    with (
        mock.patch.dict(os.environ, _LANGUAGE),
        mock.patch("sys.stdin", taken),
        mock.patch.object(migrate, "_upgrade", _upgraded),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            done: object = main(["--workspace", str(path), *words])
        except SystemExit as end:
            done = end.code
    said = out.buffer.getvalue().decode("utf-8"), err.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    assert done == code, said[1]
    return said


_upgrade = migrate._upgrade


@cache
def _new_file() -> sqlite3.Connection:
    """What the migrations make of nothing, kept in memory."""
    made = sqlite3.connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.salesos"
        store = Store(path)
        _upgrade(store.engine, None, migrate.quiet)
        store.close()
        with closing(sqlite3.connect(path)) as file:
            file.backup(made)
    return made


def _upgraded(engine: Any, found: str | None, progress: migrate.Progress) -> None:
    """As the program does; a new file gets the tables that were made once."""
    if found is not None or engine.dialect.name != "sqlite":
        _upgrade(engine, found, progress)
        return
    with engine.connect() as connection:
        _new_file().backup(connection.connection.dbapi_connection)


def _stream(text: bytes = b"") -> TextIOWrapper:
    return TextIOWrapper(BytesIO(text), encoding="utf-8", write_through=True)
