"""Signals of the system that end the program."""

from __future__ import annotations

import os
import signal
import sys

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from .main_window import MainWindow


def end_on_signals(app: QApplication) -> None:
    """SIGTERM and Ctrl+C close the window as a click on its cross would."""
    if sys.platform == "win32":
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    notifier = QSocketNotifier(reader, QSocketNotifier.Type.Read, app)

    def caught() -> None:
        os.read(reader, 64)
        for widget in app.topLevelWidgets():
            if isinstance(widget, MainWindow) and (widget.isVisible() or widget.background.hidden):
                widget.quit()
                return
        QTimer.singleShot(0, app.quit)

    notifier.activated.connect(caught)
