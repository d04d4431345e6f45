"""A short table of deals on another page, whose cells are edited where they stand."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent

from ...domain.deal_rows import DealRow
from ...services import deal_table
from ..deal_lists import KeptDealLists
from ..deals import DealActions
from ..session import Session
from ..tables.columns import Column
from .editing import CellEditing
from .model import DealTableModel
from .table import DealTable, types

_NARROWEST = 120
"""What the column that takes what is left keeps at least, in px."""


class SmallDealTable(DealTable):
    """The rows that it is given, in their order. The column ``stretched`` takes the width that is left.

    Enter, and a click on a cell that is not edited, open the deal; a double click, F2 and typing edit the others.

    Signals:
        opened(id): show the deal.
    """

    opened = Signal(object)

    def __init__(
        self, session: Session, actions: DealActions, columns: Sequence[Column], *, name: str, title: str,
        stretched: int = 0,
    ) -> None:  # fmt: skip
        """``name`` is what widths are kept under, ``title`` what a screen reader calls it."""
        self._stretched = stretched
        model = DealTableModel(columns, partial(session.fetch, deal_table.fetch))
        super().__init__(model, session.preferences, lambda: session.today, name)
        model.setParent(self)
        self.deals = model
        self.setAccessibleName(title)
        self.setSelectionMode(DealTable.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        self.editing = CellEditing(session, self, KeptDealLists(session, self, at_once=False), actions)
        self.open_requested.connect(self.opened)
        header.sectionResized.connect(lambda section, *_: self._fit() if section != stretched else None)
        self._pressed_on = (-1, -1)

    def show_deals(self, ids: Iterable[int], rows: Mapping[int, DealRow]) -> None:
        """Shows these deals; the keyboard stays on its deal."""
        wanted, before = array("q", ids), self.currentIndex()
        self.deals.store.put(rows.values())
        self.deals.apply_order(wanted)
        self.deals.renew(())
        if before.isValid() and not self.currentIndex().isValid() and wanted:
            index = self.deals.index(min(before.row(), len(wanted) - 1), before.column())
            rows_of_it = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, rows_of_it)
        self._fit()

    def show_order(self) -> None:
        """The order is not the person's: no column has a sign."""
        self.horizontalHeader().setSortIndicatorShown(False)

    def edits(self, index: QModelIndex) -> bool:
        """Whether a cell is edited here."""
        return index.isValid() and bool(getattr(self.deals.columns[index.column()], "edit", ""))

    def _fit(self) -> None:
        header = self.horizontalHeader()
        others = sum(header.sectionSize(n) for n in range(header.count()) if n != self._stretched)
        header.resizeSection(self._stretched, max(_NARROWEST, self.viewport().width() - others))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column takes what is left."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters belong to the page while no cell is chosen."""
        if types(event) and not self.cell_mode:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses the row, and the cell where it is edited."""
        index = self.indexAt(event.position().toPoint())
        self._pressed_on = (index.row(), index.column())
        if index.isValid():
            super().mousePressEvent(event)
            self.set_cell_mode(self.edits(index))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on what is not edited opens the deal."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        same = index.isValid() and (index.row(), index.column()) == self._pressed_on
        if same and event.button() is Qt.MouseButton.LeftButton and not self.edits(index):
            self.opened.emit(self.deals.id_at(index.row()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edits the cell."""
        index = self.indexAt(event.position().toPoint())
        if self.edits(index):
            self.edit_requested.emit(self.deals.id_at(index.row()), index.column(), None)
