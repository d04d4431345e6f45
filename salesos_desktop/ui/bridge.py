"""Carries change sets from the worker's thread to the window's."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from ..domain.changes import ChangeSet
from ..services.bus import ChangeBus


class ChangeBridge(QObject):
    """Follows a bus and tells the widgets.

    Signals:
        changed(change_set): a commit, of this window or another, on the window's thread and in order.
    """

    changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, bus: ChangeBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self.changed, Qt.ConnectionType.QueuedConnection)
        self._leave = bus.subscribe(self._on_published)

    def _on_published(self, changes: ChangeSet) -> None:
        self._arrived.emit(changes)

    def close(self) -> None:
        """Stops following."""
        self._leave()
