"""What the box lists: headings, records and commands, below each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ...i18n import N_, tr
from ...services.search import Hit, Rank
from .commands import Command

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

TITLES = {
    "opportunity": N_("Opportunities"), "contact": N_("Contacts"), "company": N_("Companies"), "lead": N_("Leads"),
    "activity": N_("Activities"), "note": N_("Notes"), "attachment": N_("Files"),
}  # fmt: skip
ICONS = {
    "opportunity": "deals", "contact": "contacts", "company": "companies", "lead": "leads", "activity": "agenda",
    "note": "note", "attachment": "file",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group; cannot be chosen."""

    title: str


Entry = Heading | Hit | Command


def listed(hits: Sequence[Hit], commands: Sequence[Command], *, commands_first: bool) -> list[Entry]:
    """Hits by kind, the group with the best hit first, and the commands before or behind them."""
    groups: dict[str, list[Entry]] = {}
    for hit in hits:
        groups.setdefault(hit.kind, []).append(hit)
    found = [(tr(TITLES[kind]), entries) for kind, entries in groups.items()]
    if commands:
        found.insert(0 if commands_first else len(found), (tr("Commands"), list(commands)))
    return [entry for title, entries in found for entry in (Heading(title), *entries)]


def leads(hits: Sequence[Hit], commands: Sequence[Command]) -> bool:
    """Whether commands stand first: when no record is called as was typed, or begins so."""
    return bool(commands) and not any(hit.rank <= Rank.BEGINNING for hit in hits)


class PaletteModel(QAbstractListModel):
    """The entries. ``data`` gives their texts and, as the user's role, the entry itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: Iterable[Entry]) -> None:
        """Shows others."""
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many entries."""
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if not index.isValid() or isinstance(self.entries[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title; the whole in words for who hears it; the entry."""
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(entry)
        return None

    def first(self) -> int:
        """The first row that can be chosen, −1 for none."""
        return next((row for row, entry in enumerate(self.entries) if not isinstance(entry, Heading)), -1)

    def beside(self, row: int, steps: int) -> int:
        """The row that can be chosen so many steps away, around the ends."""
        chosen = [n for n, entry in enumerate(self.entries) if not isinstance(entry, Heading)]
        if not chosen:
            return -1
        place = chosen.index(row) + steps if row in chosen else 0
        return chosen[place % len(chosen)]


def spoken(entry: Entry) -> str:
    """An entry in one line of words."""
    if isinstance(entry, Heading):
        return entry.title
    if isinstance(entry, Command):
        return ", ".join(part for part in (entry.title, entry.detail, entry.keys) if part)
    matched = f"{entry.where}: {entry.excerpt}" if entry.excerpt else ""
    return ", ".join(part for part in (entry.title, entry.detail, matched) if part)
