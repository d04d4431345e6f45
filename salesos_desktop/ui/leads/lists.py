"""What leads are described with, kept at hand: statuses, sources, people, reasons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from ...domain.changes import ChangeSet
from ...domain.custom_fields import CustomField, Section
from ...domain.leads import LeadRow, LeadStatus, StatusKind
from ...services import board, custom_fields, leads
from ...services.board import Named
from ...services.workspace import Workspace
from ..session import Session

TABLES = frozenset({"lead_status", "source", "person", "discard_reason", "custom_field", "field_section"})
_INKS = {
    StatusKind.QUALIFIED: ("won", "won_soft"), StatusKind.DISCARDED: ("muted", "sunken"),
    StatusKind.CONVERTED: ("text", "line"),
}  # fmt: skip


class LeadLists(QObject):
    """The short lists, read once and again when they change.

    Signals:
        changed(): they are (other) ones.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.statuses: dict[str, LeadStatus] = {}
        self.people: list[Named] = []
        self.sources: list[Named] = []
        self.reasons: list[Named] = []
        self.fields: list[CustomField] = []
        self.sections: list[Section] = []
        session.changed.connect(self._on_changed)
        self._ask()

    def offered(self) -> list[LeadStatus]:
        """Statuses that a person may put a lead into by hand, in their order; discarding asks its reason first."""
        return [s for s in self.statuses.values() if s.active and s.kind is not StatusKind.CONVERTED]

    def status_name(self, code: str) -> str:
        """Name of a status, empty while it is not read."""
        found = self.statuses.get(code)
        return found.name if found else ""

    def status_inks(self, row: LeadRow) -> tuple[str, str]:
        """Tokens of ink and ground of a status: the first open one is blue, the further ones amber."""
        found = self.statuses.get(row.status)
        if found is None:
            return "muted", "sunken"
        if found.kind is StatusKind.OPEN:
            first = next(s for s in self.statuses.values() if s.kind is StatusKind.OPEN)
            return ("accent", "accent_soft") if found is first else ("warn", "warn_soft")
        return _INKS[found.kind]

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.tables & TABLES:
            self._ask()

    def _ask(self) -> None:
        self._session.known.ask(read, done=self._on_read, failed=self._session.missed)

    def _on_read(self, found: tuple[Any, ...]) -> None:
        statuses, self.people, self.sources, self.reasons, self.fields, self.sections = found
        self.statuses = {status.code: status for status in statuses}
        self.changed.emit()


def read(ws: Workspace) -> tuple[Any, ...]:
    """Statuses, people, sources, reasons, own fields and their sections."""
    people, sources, reasons = (board.names(ws, table) for table in ("person", "source", "discard_reason"))
    own = custom_fields.fields(ws, "lead"), custom_fields.sections(ws)
    return leads.statuses(ws), people, sources, reasons, *own
