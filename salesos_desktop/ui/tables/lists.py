"""What contacts and companies are described with, kept at hand: people, sectors."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ...domain.changes import ChangeSet
from ...services import board, companies
from ...services.board import Named
from ...services.workspace import Workspace
from ..session import Session

TABLES = frozenset({"person", "company"})


class ShortLists(QObject):
    """People, and where they are wanted the sectors of companies; read once and again when they change.

    Signals:
        changed(): they are (other) ones.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject, *, sectors: bool = False) -> None:
        super().__init__(parent)
        self._session, self._sectors = session, sectors
        self.people: list[Named] = []
        self.sectors: list[str] = []
        self._here = False
        session.changed.connect(self._on_changed)
        self._ask()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("person") or (self._sectors and changes.touches("company")):
            self._ask()

    def _ask(self) -> None:
        self._session.known.ask(read, self._sectors, done=self._on_read, failed=self._session.missed)

    def _on_read(self, found: tuple[list[Named], list[str]]) -> None:
        if not self._here or found != (self.people, self.sectors):
            self._here = True
            self.people, self.sectors = found
            self.changed.emit()


def read(ws: Workspace, sectors: bool) -> tuple[list[Named], list[str]]:
    """People, and the sectors of companies where they are wanted."""
    return board.names(ws, "person"), companies.sectors(ws) if sectors else []
