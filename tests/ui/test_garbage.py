"""Garbage is found on the window's thread, never on the worker's."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from salesos_desktop.ui.garbage import GarbageTimer


class Knot:
    """An object that only the search for garbage can free."""

    def __init__(self, freed_on: list[int]) -> None:
        self.me = self
        weakref.finalize(self, lambda: freed_on.append(threading.get_ident()))


def test_what_the_worker_leaves_is_freed_on_the_thread_of_the_window(qtbot: QtBot, qapp: object) -> None:  # noqa: ARG001
    owner, freed_on = QObject(), list[int]()
    GarbageTimer(owner)

    def work() -> None:
        for _ in range(10 * gc.get_threshold()[0]):
            Knot(freed_on)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert freed_on == []
    qtbot.waitUntil(lambda: bool(freed_on), timeout=5_000)
    assert set(freed_on) == {threading.get_ident()}
