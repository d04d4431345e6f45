"""What the board is measured against: six QListWidget columns of the same cards, painted by the same delegate."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from salesos_desktop.domain.opportunities import Card, Priority
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.ui.delegates.card import CardDelegate
from salesos_desktop.ui.models.roles import CardRole


class ListBoard(QWidget):
    """Reads every deal and fills six lists, as a straightforward board does."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        self.lists: dict[int, QListWidget] = {}
        delegate = CardDelegate(date.today(), self)
        with sqlite3.connect(path) as connection:
            for (stage,) in connection.execute("SELECT id FROM stage ORDER BY position"):
                column = self.lists[stage] = QListWidget()
                column.setItemDelegate(delegate)
                row.addWidget(column)
            for found in connection.execute(_CARDS):
                item = QListWidgetItem(found[2])
                item.setData(CardRole.CARD, _card(found))
                self.lists[found[3]].addItem(item)
        self.resize(1440, 900)

    def drop(self) -> None:
        """Moves the first card of the first list to the second."""
        first, second = list(self.lists.values())[:2]
        second.insertItem(0, first.takeItem(0))


_CARDS = (
    "SELECT o.id, o.version, o.name, o.stage_id, o.value, o.probability, o.expected_close, o.stage_since, o.owner_id, "
    "p.name, o.company_id, c.name, o.rank FROM opportunity o LEFT JOIN company c ON c.id = o.company_id "
    "LEFT JOIN person p ON p.id = o.owner_id ORDER BY o.rank"
)


def _card(r: tuple[object, ...]) -> Card:
    return Card(
        id=r[0], version=r[1], name=r[2], stage_id=r[3], kind=StageKind.OPEN, value=r[4], currency="USD", probability=r[5],
        probability_set=False, expected_close=date.fromisoformat(str(r[6])), closed_on=None,
        stage_since=date.fromisoformat(str(r[7])), owner_id=r[8], owner=r[9], company_id=r[10], company=r[11], contact="",
        product="", priority=Priority.MEDIUM, next_activity_on=None, rank=r[12], stale_days=21,
    )  # type: ignore[arg-type]  # fmt: skip
