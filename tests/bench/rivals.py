"""What board and table are measured against: QListWidget and QTableWidget with the same rows, read by the same services from
the same file, with the same texts for screen readers; the cards are painted by the same delegate. Only what lies between is
another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from salesos_desktop import bootstrap
from salesos_desktop.domain.agenda import Agenda
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.domain.text import fold
from salesos_desktop.services import board, leads
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.agenda.tiles import Look
from salesos_desktop.ui.agenda.words import times
from salesos_desktop.ui.board.card_texts import card_texts
from salesos_desktop.ui.delegates.card import CardDelegate
from salesos_desktop.ui.leads.columns import lead_columns
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
            name, rest = card_texts(card, workspace.clock.today(), delegate.working)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, rest)
            self.lists[card.stage_id].addItem(item)
        workspace.store.close()
        self.resize(1440, 900)

    def drop(self) -> None:
        """Moves the first card of the first list to the second."""
        first, second = list(self.lists.values())[:2]
        second.insertItem(0, first.takeItem(0))


class LeadTable(QTableWidget):
    """Every lead as a row of items, as a straightforward table does: the page's texts of its columns, read by its services."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        workspace = bootstrap.open_workspace(path)
        session = _Session(workspace)
        columns = [column for column in lead_columns(session, session) if not column.hidden]  # type: ignore[arg-type]
        ids = leads.listing(workspace, LeadFilter(), LeadSort.CREATED, descending=True).ids
        rows = leads.fetch(workspace, ids)
        self.setColumnCount(len(columns))
        self.setRowCount(len(ids))
        self.setHorizontalHeaderLabels([column.title for column in columns])
        self.verticalHeader().hide()
        for number, lead_id in enumerate(ids):
            for place, column in enumerate(columns):
                self.setItem(number, place, QTableWidgetItem(column.text(rows[lead_id])))
        workspace.store.close()
        self.resize(1240, 840)

    def narrow(self, text: str) -> None:
        """Hides the rows where neither name, company nor email holds the text."""
        self.setUpdatesEnabled(False)
        for row in range(self.rowCount()):
            shown = any(text in fold(self.item(row, column).text()) for column in range(3))
            self.setRowHidden(row, not shown)
        self.setUpdatesEnabled(True)


class _Session:
    """What the columns of the page ask for: dates of the workspace, names of its statuses."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.today = workspace, workspace.clock.today()
        self.statuses = {status.code: status for status in leads.statuses(workspace)}

    def status_name(self, code: str) -> str:
        return self.statuses[code].name

    def status_inks(self, _row: object) -> tuple[str, str]:
        return "text", "surface"


class MonthTable(QTableWidget):
    """A month as a straightforward table shows it: a row a week, in each cell a line for each activity of the day."""

    def __init__(self, look: Look) -> None:
        super().__init__(6, 7)
        self._look = look
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def show_agenda(self, agenda: Agenda) -> None:
        """Fills the cells anew."""
        on = agenda.on()
        for number, day in enumerate(agenda.days):
            lines = [
                f"{'✓ ' if item.activity.done else ''}{times(item)[:5]} {item.activity.subject}" for item in on[day.day]
            ]
            self.setItem(number // 7, number % 7, QTableWidgetItem("\n".join([str(day.day.day), *lines])))
