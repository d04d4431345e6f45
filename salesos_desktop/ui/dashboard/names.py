"""The names of what the dashboard's figures are of, kept at hand on the window's side."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ...domain.changes import ChangeSet
from ...services import performance_sheets
from ...services.performance_sheets import Names
from ..session import Session


class KeptNames(QObject):
    """The names of what figures are of.

    Signals:
        changed(): they are (other) ones.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.now = Names()
        session.changed.connect(self._on_changed)
        self._ask()

    def _on_changed(self, changes: ChangeSet) -> None:
        if performance_sheets.concerns(changes) or changes.bulk:
            self._ask()

    def _ask(self) -> None:
        self._session.ask(performance_sheets.names, done=self._on_read)

    def _on_read(self, found: Names) -> None:
        if found != self.now:
            self.now = found
            self.changed.emit()
