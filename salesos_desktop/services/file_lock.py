"""A lock between the windows of one person, which goes with the process that holds it."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path
from types import TracebackType

_LONGEST = 10.0
_PAUSE = 0.01
_HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
"""What the system says of a lock that another has."""

if sys.platform == "win32":
    import msvcrt

    def _lock(number: int) -> None:
        # From where the file stands, one byte, which need not be there. LK_LOCK would look only once a second.
        os.lseek(number, 0, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

    def _unlock(number: int) -> None:
        os.lseek(number, 0, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_UN)


class Locked:
    """A file that nobody else locks until it is closed."""

    def __init__(self, number: int) -> None:
        self._number = number

    def close(self) -> None:
        """Lets others have it; at once, which Windows does not promise of a file that is only closed."""
        try:
            _unlock(self._number)
        finally:
            os.close(self._number)

    def __enter__(self) -> Locked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def locked(path: Path) -> Locked:
    """The file, as soon as nobody else has it. Raises OSError when it cannot be written or locked, TimeoutError after LONGEST."""
    until = time.monotonic() + _LONGEST
    while (held := locked_at_once(path)) is None:
        if time.monotonic() > until:
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
        time.sleep(_PAUSE)
    return held


def locked_at_once(path: Path) -> Locked | None:
    """The file, None where another holds it. Raises OSError when it cannot be written or locked."""
    # Not emptied when it is opened: on Windows another's lock forbids that.
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(number)
    except OSError as error:
        os.close(number)
        if error.errno in _HELD:
            return None
        raise
    return Locked(number)
