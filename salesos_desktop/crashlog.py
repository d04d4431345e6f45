"""The log, and what the program leaves behind when it fails."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

_log = logging.getLogger("salesos")
_fault: list[IO[str]] = []
_listeners: list[Callable[[], None]] = []


def start(folder: Path) -> str | None:
    """Begins the log in ``folder`` and catches what nobody caught.

    Returns the report of the last run if that ended by itself, else None. A folder that cannot be written is done without.
    """
    previous = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "salesos.log", maxBytes=500_000, backupCount=3, encoding="utf-8"
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.getLogger().addHandler(handler)
        logging.getLogger().setLevel(logging.INFO)
        report = folder / "crash.txt"
        previous = report.read_text(encoding="utf-8", errors="replace").strip() or None if report.exists() else None
        if previous:
            report.replace(folder / "crash-previous.txt")
        _fault.append(report.open("w", encoding="utf-8"))
        faulthandler.enable(_fault[-1])
    except OSError as error:
        print(error, file=sys.stderr)
    sys.excepthook = _caught
    threading.excepthook = lambda args: _caught(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
    return previous


def stop() -> None:
    """Ends the run well: no report is left."""
    _listeners.clear()
    faulthandler.disable()
    while _fault:
        file = _fault.pop()
        file.close()
        Path(file.name).unlink(missing_ok=True)


def follow(listener: Callable[[], None]) -> None:
    """Calls ``listener`` after each error that nobody caught on the main thread."""
    _listeners.append(listener)


def _caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    text = "".join(traceback.format_exception(kind, error, trace))
    _log.error("uncaught: %s", text)
    print(text, file=sys.stderr)
    if threading.current_thread() is threading.main_thread():
        for listener in _listeners:
            listener()
