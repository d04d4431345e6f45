"""Pasting a block from a spreadsheet onto cells: shows what would change before it is written in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QWidget

from ...domain.deal_rows import DealRow
from ...errors import InvalidInput, UserError
from ...i18n import ntr, number, tr
from ...services import bulk, pasting
from ...services.pasting import Block, Look
from ..dialogs.base import FormDialog
from ..session import Session
from ..tables.columns import Column
from ..tables.model import escaped
from ..theme import tokens
from .table import DealTable

if TYPE_CHECKING:
    from ..main_window import MainWindow

_ROOT = QModelIndex()
_WIDE = 5


class Pasting(QObject):
    """What is on the clipboard goes to the chosen cell and those right of and below it, as they are shown.

    One cell alone goes to every selected row.
    """

    def __init__(self, session: Session, table: DealTable, window: MainWindow) -> None:
        super().__init__(table)
        self._session, self._table, self._window = session, table, window
        self._model: Any = table.model()
        self.dialog: PasteDialog | None = None
        table.paste_requested.connect(self.paste)

    def paste(self, deal_id: int, section: int) -> None:
        """Pastes at a cell."""
        block = pasting.block_of(QApplication.clipboard().text()) if self._session.may() else None
        if not block or not deal_id or self.dialog is not None:
            return
        try:
            columns = self._columns(block, section)
        except UserError as error:
            self._session.problem.emit(error)
            return
        ids = self._ids(block, deal_id)
        if len(block) == 1 and len(block[0]) == 1:
            block = [list(block[0]) for _ in ids]
        left_over = len(block) - len(ids)
        fields = [getattr(column, "edit", "") for column in columns]

        def read(rows: dict[int, DealRow]) -> None:
            self._session.ask(
                pasting.look, ids, fields, block, done=lambda found: self._show(found, columns, rows, left_over)
            )

        self._model.store.read(ids, read)

    def _columns(self, block: Block, section: int) -> list[Column]:
        """The columns that the block covers. Raises UserError naming those that cannot be pasted into."""
        sections = self._table.visible_sections()
        start = sections.index(section) if section in sections else 0
        width = max(map(len, block))
        covered = [self._model.columns[n] for n in sections[start : start + width]]
        fixed = [
            c.title for c in covered
            if getattr(c, "edit", "") not in pasting.FIELDS and not getattr(c, "edit", "").startswith("custom.")
        ]  # fmt: skip
        if fixed:
            raise InvalidInput(
                "paste",
                tr("{names} cannot be pasted into.").format(
                    names=", ".join(tr("“{name}”").format(name=name) for name in fixed)
                ),
                tr("Nothing was changed. Choose another cell, or hide these columns."),
            )
        if len(covered) < width:
            raise UserError(
                tr("The block is wider than the table."), tr("Nothing was changed. Choose a cell further left.")
            )
        if len(block) > pasting.MOST_ROWS:
            raise UserError(
                tr("More than {count} rows cannot be pasted at once.").format(count=number(pasting.MOST_ROWS)),
                tr("Nothing was changed. Paste them in parts."),
            )
        return covered

    def _ids(self, block: Block, deal_id: int) -> list[int]:
        selected = self._table.selected_ids()
        if len(block) == 1 and len(selected) > 1:
            return selected if len(block[0]) == 1 else [deal_id]
        row = self._model.row_of(deal_id)
        below = (each for each in self._model.ids[row:] if each > 0)
        return [each for each, _ in zip(below, block, strict=False)]

    def _show(self, found: Look, columns: list[Column], rows: dict[int, DealRow], left_over: int) -> None:
        self.dialog = PasteDialog(self._window, self._session, found, columns, rows, left_over)
        self.dialog.finished.connect(self._on_finished)
        self.dialog.open()

    def _on_finished(self) -> None:
        self.dialog = None
        self._table.setFocus()


class PasteDialog(FormDialog):
    """Lists every cell that would change, those that are wrong first; writes all of them or none."""

    def __init__(
        self, parent: QWidget, session: Session, found: Look, columns: list[Column], rows: dict[int, DealRow],
        left_over: int,
    ) -> None:  # fmt: skip
        wrong = len(found.wrong)
        title = tr("Paste into opportunities")
        super().__init__(parent, title, _subtitle(found, wrong, left_over), width=980)
        self._session, self._found = session, found
        self.view = QTableView()
        self.lines = _Lines(found, columns, rows, self)
        self.view.setModel(self.lines)
        self.view.setAccessibleName(title)
        self.view.verticalHeader().hide()
        self.view.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.view.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setMinimumHeight(260)
        header = self.view.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for section, width in enumerate((190, 100, 120, 120)):
            header.resizeSection(section, width)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.view.setColumnHidden(4, not wrong)
        if not wrong:
            header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.body.addWidget(self.view)
        self.add_buttons(tr("Write"), self._write)
        assert self.main_button is not None
        if wrong or not self.lines.rowCount():
            self.main_button.setEnabled(False)
            self.cancel_button.setFocus()

    def _write(self) -> None:
        self._session.ask(
            bulk.set_each, self._found.changes, versions=self._found.versions, done=self.on_done,
            failed=self.show_problem, draft=("opportunity_many", ""),
        )  # fmt: skip


def _subtitle(found: Look, wrong: int, left_over: int) -> str:
    if wrong:
        text = ntr(
            "{count} cell cannot be written: correct it and paste again.",
            "{count} cells cannot be written: correct them and paste again.", wrong,
        ).format(count=number(wrong))  # fmt: skip
    else:
        deals = len(found.changes)
        text = ntr("All of it goes to {count} deal in one step.", "All of it goes to {count} deals in one step.", deals)
        text = text.format(count=number(deals))
    if left_over > 0:
        more = ntr("{count} row has no deal below.", "{count} rows have no deals below.", left_over)
        text += " " + more.format(count=number(left_over))
    return text


class _Lines(QAbstractTableModel):
    """One line for each cell that changes or is wrong."""

    def __init__(self, found: Look, columns: list[Column], rows: dict[int, DealRow], parent: QObject) -> None:
        super().__init__(parent)
        by_field = {getattr(column, "edit", ""): column for column in columns}
        lines = []
        for cell in found.cells:
            row, column = rows.get(cell.deal_id), by_field.get(cell.field)
            now = column.text(row) if column is not None and row is not None else ""
            name = row.name if row is not None else number(cell.deal_id)
            title = column.title if column is not None else ""
            lines.append((name, title, now, " ".join(cell.text.split()), cell.reason))
        self.lines = sorted(lines, key=lambda line: not line[4])

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """Cells."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """Deal, field, before, after, reason."""
        return 0 if parent.isValid() else _WIDE

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Opportunity"), tr("Field"), tr("Now"), tr("Pasted"), tr("Problem"))[section]

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; what is wrong in red."""
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return escaped(line[index.column()])
        if role == Qt.ItemDataRole.ForegroundRole and line[4] and index.column() >= 3:
            return QColor(tokens().lost)
        return None
