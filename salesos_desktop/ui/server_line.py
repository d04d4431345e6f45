"""A session's line to a team's server: news come over it by themselves, and its loss is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ..errors import LineLost, UserError, WorkspaceError
from ..services.watcher import Watcher
from ..services.workspace import Workspace
from .jobs import Job, Jobs

_AGAIN_MS = 1000


class ServerLine(QObject):
    """Reads what is new on the worker when the server says so, so that answers and news stay in order.

    Signals:
        changed(lost): the server can no longer be reached or says why, or what happened meanwhile has been read.
        looked(): somebody has opened or left a deal.
    """

    changed = Signal(object)
    looked = Signal()
    _woken = Signal()
    _told = Signal(object)

    def __init__(
        self, workspace: Workspace, jobs: Jobs, crashed: Callable[[Exception], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.lost_since: datetime | None = None
        self.why = ""
        self._workspace, self._jobs, self._crashed = workspace, jobs, crashed
        self._watcher = Watcher(workspace)
        self._job: Job | None = None
        self._behind = self._missed = self._closed = False
        self._woken.connect(self.look, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._watcher.listen(self._woken.emit, self._told.emit, self.looked.emit)

    def look(self) -> None:
        """Reads what is new."""
        if self._closed:
            return
        self._behind = self._job is not None
        if self._job is None:
            self._job = self._jobs.submit(self._watcher.poll, self._on_looked, self._on_failed)

    def miss(self) -> None:
        """Something could not be read: what is shown is read again when the line is back."""
        self._missed = True

    def hurry(self) -> None:
        """Tries to connect now."""
        self._watcher.hurry()

    def close(self) -> None:
        """Follows no longer."""
        self._closed = True
        self._watcher.close()

    def _on_told(self, lost: bool) -> None:
        # That it is back is believed when it has been read what is new.
        if lost:
            self._say(lost=True)

    def _on_looked(self, _result: Any) -> None:
        self._job = None
        self._say(lost=False)
        if self._behind:
            self.look()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if isinstance(error, LineLost):
            self._say(lost=True)
        if isinstance(error, LineLost | WorkspaceError):
            # The line that tells may be there while another was cut or nothing can be read: nobody says when to try again.
            QTimer.singleShot(_AGAIN_MS, self, self.look)
            return
        if isinstance(error, UserError):
            self._on_looked(None)
        self._crashed(error)

    def _say(self, *, lost: bool) -> None:
        why = self._workspace.store.lost_because if lost else ""
        if lost == (self.lost_since is not None) and why == self.why:
            return
        self.why = why
        self.lost_since = (self.lost_since or self._workspace.clock.now()) if lost else None
        if not lost and self._missed:
            self._missed = False
            self._jobs.submit(self._workspace.start_anew)
        self.changed.emit(lost)
