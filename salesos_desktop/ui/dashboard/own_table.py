"""A figure of one's own as a table: a row a group, a column a group of the second field, totals at both ends."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from ...domain.sheets import Sheet
from ...i18n import tr
from ...services import sheets
from ..models.tables import Index, TextTable, TextTableModel
from ..theme import font

_AIR, _NAMES = 10, 0.4
"""px behind names, and the share of the width that they may take."""


class PivotModel(TextTableModel):
    """Texts of a sheet; totals are bold."""

    totals: tuple[bool, bool] = (False, False)
    """Whether the last row and the last column are totals."""

    def show_sheet(self, sheet: Sheet) -> None:
        """Shows another table."""
        self.totals = (len(sheet.rows) > 1, len(sheet.columns) > 2)
        rows: list[tuple[Any, list[str]]] = list(enumerate(sheets.texts(sheet)))
        names, figures = [column.name for column in sheet.columns], frozenset(range(1, len(sheet.columns)))
        if names == self._headers:
            self.show_rows(rows)
        else:
            self.show_table(names, figures, rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A text, or how it stands out."""
        if role == Qt.ItemDataRole.FontRole and index.isValid():
            last_row, last_column = self.totals
            bold = (last_row and index.row() == self.rowCount() - 1) or (
                last_column and index.column() == self.columnCount() - 1
            )
            return font(bold=True) if bold else None
        return super().data(index, role)


class _Table(TextTable):
    """Names can be read, however many columns there are."""

    def fit(self) -> None:
        """Figures that there is no room for are scrolled to."""
        super().fit()
        header = self.horizontalHeader()
        if header.count():
            whole = max(self.sizeHintForColumn(0), header.sectionSizeHint(0)) + _AIR
            wanted = min(whole, round(self.viewport().width() * _NAMES))
            header.resizeSection(0, max(wanted, header.sectionSize(0)))


class PivotView(QWidget):
    """The table. Rows and columns are counted without the names: the last ones may be totals.

    Signals:
        hovered(row, column): the pointer or the keyboard is on a figure.
        chosen(row, column): a click or Enter.
    """

    hovered = Signal(object, object)
    chosen = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.model = PivotModel([], frozenset(), self)
        self.table = _Table(self.model, tr("Figures"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().setDefaultSectionSize(28)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        self.table.selectionModel().currentChanged.connect(lambda now, _: self._tell(now))
        self.setFocusProxy(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def show_sheet(self, sheet: Sheet) -> None:
        """Shows these figures."""
        self.model.show_sheet(sheet)

    def _tell(self, index: Index) -> None:
        if index.isValid():
            self.hovered.emit(index.row(), index.column() - 1)

    def _on_chosen(self, index: Index) -> None:
        self.chosen.emit(index.row(), index.column() - 1)
