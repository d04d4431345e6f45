"""The one worker thread on which every look at the database happens, so that the window never waits."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

_log = logging.getLogger(__name__)

TURN_SECONDS = 0.0005
"""How long the worker may hold the interpreter while the window wants it: Python's own 5 ms would be a third of a frame."""


class Job:
    """One piece of work; ``cancel`` before it is done and neither callback is called."""

    __slots__ = ("cancelled", "done", "failed", "work")

    def __init__(
        self, work: Callable[[], Any], done: Callable[[Any], None] | None, failed: Callable[[Exception], None] | None
    ) -> None:
        self.work = work
        self.done = done
        self.failed = failed
        self.cancelled = False

    def cancel(self) -> None:
        """Forgets the callbacks; work that has not begun is not done at all."""
        self.cancelled = True


class Jobs(QObject):
    """Runs work one after another on a thread of its own and calls back on the window's thread.

    Signals:
        crashed(error): work failed with something that nobody asked to hear of.
        idled(): the last waiting job is done.
    """

    crashed = Signal(object)
    idled = Signal()
    _finished = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._number = 0
        self._waiting = 0
        self._held: list[tuple[int, int, Job]] | None = None
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="salesos-worker", daemon=True)
        self._thread.start()

    def submit(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        background: bool = False,
    ) -> Job:
        """Queues ``work``; ``done(result)`` or ``failed(error)`` follow on the window's thread.

        ``background`` work waits until nothing else does.
        """
        job = Job(work, done, failed)
        self._number += 1
        self._waiting += 1
        entry = (1 if background else 0, self._number, job)
        if background and self._held is not None:
            self._held.append(entry)
        else:
            self._queue.put(entry)
        return job

    def hold(self) -> None:
        """Keeps background work back until ``release``: while the window is made and painted for the first time."""
        if self._held is None:
            self._held = []

    def release(self) -> None:
        """Lets background work begin."""
        for entry in self._held or ():
            self._queue.put(entry)
        self._held = None

    @property
    def idle(self) -> bool:
        """Whether every job is done and has called back."""
        return self._waiting == 0

    def close(self) -> None:
        """Finishes what waits in front and ends the thread."""
        self.release()
        if self._thread.is_alive():
            self._number += 1
            self._queue.put((0, self._number, None))
            self._thread.join()

    def _run(self) -> None:
        while True:
            job = self._queue.get()[2]
            if job is None:
                return
            result, error = None, None
            if not job.cancelled:
                try:
                    result = job.work()
                except Exception as caught:
                    error = caught
            self._finished.emit(job, result, error)

    def _on_finished(self, job: Job, result: Any, error: Exception | None) -> None:
        self._waiting -= 1
        if not job.cancelled:
            if error is not None:
                self.release()
            if error is None:
                if job.done is not None and not _gone(job.done):
                    job.done(result)
            elif job.failed is not None:
                job.failed(error)
            else:
                self.crashed.emit(error)
        if self._waiting == 0:
            self.idled.emit()


def _gone(answer: Callable[[Any], None]) -> bool:
    """Whether the widget that waited for an answer went away with its window."""
    asked = getattr(answer, "__self__", None)
    return isinstance(asked, QObject) and not isValid(asked)
