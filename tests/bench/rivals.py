"""What the board is measured against: six QListWidget columns with the same texts on their cards."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget


def list_board(path: Path) -> QWidget:
    """Reads every deal and fills six lists, as a straightforward board does."""
    window = QWidget()
    row = QHBoxLayout(window)
    lists: dict[int, QListWidget] = {}
    with sqlite3.connect(path) as connection:
        for (stage,) in connection.execute("SELECT id FROM stage ORDER BY position"):
            lists[stage] = QListWidget()
            row.addWidget(lists[stage])
        cards = connection.execute(
            "SELECT o.stage_id, o.name, c.name, o.value, o.expected_close, p.name FROM opportunity o "
            "LEFT JOIN company c ON c.id = o.company_id LEFT JOIN person p ON p.id = o.owner_id ORDER BY o.rank"
        )
        for stage, name, company, value, close, owner in cards:
            lists[stage].addItem(f"{name}\n{company}\n{value / 100:,.2f} {close} {owner}")
    window.resize(1440, 900)
    window.show()
    return window


def list_drop(window: QWidget) -> None:
    """Moves the first card of the first list to the second."""
    first, second = window.findChildren(QListWidget)[:2]
    item = first.takeItem(0)
    second.insertItem(0, QListWidgetItem(item.text()))
