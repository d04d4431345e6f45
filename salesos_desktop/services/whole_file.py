"""Writes a small file whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

_LONGEST = 1.0
_PAUSE = 0.02


def put(path: Path, content: bytes) -> None:
    """Puts a content in place of a file's, on disk when it returns, readable to its owner alone. Raises OSError.

    On Windows a file that another program has open, a virus scanner perhaps, is not replaced: it is waited for, a second at most.
    """
    written = path.with_suffix(".new")
    with written.open("wb") as file:
        os.chmod(written, 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    until = time.monotonic() + _LONGEST
    while True:
        try:
            written.replace(path)
        except PermissionError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return
