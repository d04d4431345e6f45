"""The command line: as a process, where that is what a test is about, and in this process, which takes a tenth of the time."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest import mock

from salesos_desktop.cli import main

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


def here(path: Path, *words: str, code: int = 0, given: bytes = b"") -> tuple[str, str]:
    """The same in this process."""
    taken, out, err = (_stream(given), _stream(), _stream())
    with (
        mock.patch.dict(os.environ, _LANGUAGE),
        mock.patch("sys.stdin", taken),
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


def _stream(text: bytes = b"") -> TextIOWrapper:
    return TextIOWrapper(BytesIO(text), encoding="utf-8", write_through=True)
