"""Tries the whole program without a screen: what a packaged copy runs to know that nothing was left out."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path

from .screens import close_window, offscreen, open_window, settle

_SECONDS = 60


def run() -> int:
    """Opens a sample workspace, moves a deal, draws the chart, checks the file. Returns 0 when all of it holds."""
    watchdog = threading.Timer(_SECONDS, _give_up)
    watchdog.daemon = True
    watchdog.start()
    failures: list[str] = []
    sys.excepthook = lambda kind, error, _trace: failures.append(f"{kind.__name__}: {error}")
    with offscreen("light") as app, tempfile.TemporaryDirectory() as scratch:
        from PySide6.QtGui import QFontInfo

        from ..services import checks

        if not QFontInfo(app.font()).family():
            failures.append("no font")
        window = open_window(app, Path(scratch) / "self-test.salesos", 1200, 800, deals=60)
        frames = window.board.frames
        before = frames[1].figures.count
        window.actions_.move([frames[0].model.id_at(0)], frames[1].stage)
        settle(app, window)
        if frames[1].figures.count != before + 1:
            failures.append("a deal that was moved did not arrive")
        window.show_page("forecast")
        settle(app, window)
        if window.forecast.chart is None or window.grab().isNull():
            failures.append("the chart was not drawn")
        failures += checks.problems(window.session.workspace)
        close_window(app, window)
    watchdog.cancel()
    for failure in failures:
        print(failure, file=sys.stderr)
    print("ok" if not failures else "failed")
    return 1 if failures else 0


def _give_up() -> None:
    print("the self-test took too long", file=sys.stderr)
    os._exit(1)
