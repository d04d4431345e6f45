"""A lock between the windows of one person, which goes with the process that holds it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _lock(number: int, *, wait: bool) -> None:
        msvcrt.locking(number, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(number: int, *, wait: bool) -> None:
        fcntl.flock(number, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def locked(path: Path, *, wait: bool = True) -> BinaryIO | None:
    """The file, which nobody else locks until it is closed; None where another holds it and one does not wait.

    Raises OSError when it cannot be written or locked.
    """
    file = path.open("wb")
    try:
        _lock(file.fileno(), wait=wait)
    except OSError as error:
        file.close()
        if wait or not isinstance(error, BlockingIOError | PermissionError):
            raise
        return None
    return file
