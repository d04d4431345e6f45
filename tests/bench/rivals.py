"""What the board is measured against: six QListWidget columns of the same cards, read by the same services from the same
file, painted by the same delegate, with the same texts for screen readers; only what lies between is another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from salesos_desktop import bootstrap
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.services import board
from salesos_desktop.ui.board.page import card_texts
from salesos_desktop.ui.delegates.card import CardDelegate
from salesos_desktop.ui.models.roles import CardRole


class ListBoard(QWidget):
    """Reads every deal and fills six lists, as a straightforward board does."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        workspace = bootstrap.open_workspace(path)
        row = QHBoxLayout(self)
        self.lists: dict[int, QListWidget] = {}
        delegate = CardDelegate(workspace.clock.today(), self)
        for stage in board.stages(workspace):
            column = self.lists[stage.id] = QListWidget(self)
            column.setItemDelegate(delegate)
            row.addWidget(column)
        for card in board.listed(workspace, DealFilter()):
            item = QListWidgetItem(card.name)
            item.setData(CardRole.CARD, card)
            name, rest = card_texts(card, workspace.clock.today())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, rest)
            self.lists[card.stage_id].addItem(item)
        workspace.store.close()
        self.resize(1440, 900)

    def drop(self) -> None:
        """Moves the first card of the first list to the second."""
        first, second = list(self.lists.values())[:2]
        second.insertItem(0, first.takeItem(0))
