"""Small tables of texts: rows that are replaced as a whole, right-aligned figures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from .heads import Heads

Index = QModelIndex | QPersistentModelIndex

_ROW, _MEASURED, _REMEMBERED = 30, 50, 2_000
_NARROWEST = 90
"""What a column of texts keeps at least, in px."""


class RowsModel(QAbstractTableModel):
    """As many rows as ``_rows`` has and columns as ``_headers``; figures stand at the right."""

    _headers: list[str]
    _rows: Sequence[Any]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column names."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self._headers):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return int(self.side(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @abstractmethod
    def is_figure(self, column: int) -> bool:
        """Whether a column has figures."""

    def side(self, column: int) -> Qt.AlignmentFlag:
        """Where the texts of a column stand."""
        side = Qt.AlignmentFlag.AlignRight if self.is_figure(column) else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class TextTableModel(RowsModel):
    """Rows of texts, each with a value of its own (``key``) for whoever opens it."""

    _rows: list[tuple[Any, list[str]]]

    def __init__(self, headers: list[str], figures: frozenset[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers, self.figures = headers, figures
        self._rows = []

    def show_rows(self, rows: list[tuple[Any, list[str]]]) -> None:
        """Shows (key, texts) rows; only the cells that differ are told when their number is the same."""
        if rows == self._rows:
            return
        if len(rows) == len(self._rows) and [r[0] for r in rows] == [r[0] for r in self._rows]:
            others = [
                (row, column)
                for row, (before, now) in enumerate(zip(self._rows, rows, strict=True))
                if before != now
                for column, (text, other) in enumerate(zip(before[1], now[1], strict=True))
                if text != other
            ]
            self._rows = rows
            places, columns = [row for row, _ in others], [column for _, column in others]
            self.dataChanged.emit(
                self.index(min(places), min(columns)), self.index(max(places), max(columns))
            )  # fmt: skip
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def show_table(self, headers: list[str], figures: frozenset[int], rows: list[tuple[Any, list[str]]]) -> None:
        """Shows another table altogether."""
        self.beginResetModel()
        self._headers, self.figures, self._rows = headers, figures, rows
        self.endResetModel()

    def key(self, row: int) -> Any:
        """The value of a row."""
        return self._rows[row][0] if 0 <= row < len(self._rows) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A text."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        text = self._rows[index.row()][1][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(text[:400].split()) if len(text) > 60 else text
        return int(self.side(index.column())) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def is_figure(self, column: int) -> bool:
        """As it was told."""
        return column in self.figures


class TextTable(QTableView):
    """A quiet table: no grid, whole rows. Columns are as wide as their texts; the first takes what is left, and where there
    is too little the widest texts give way, then the names of the columns, never figures. A text that is cut is whole in its
    tip.
    """

    letters_are_shortcuts = False

    def __init__(self, model: TextTableModel, name: str) -> None:
        super().__init__()
        self._texts = model
        self._wants: list[int] = []
        self._lengths: dict[str, int] = {}
        self.setModel(model)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self._heads = header = Heads(self)
        self.setHorizontalHeader(header)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setResizeContentsPrecision(_MEASURED)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        model.modelReset.connect(self.fit)
        model.dataChanged.connect(self._fit_changed)
        self.fit()

    def fit(self) -> None:
        """Shares out the width among the columns, unless somebody gave them a way of their own; not before it is seen."""
        if self._fits():
            columns = range(self._heads.count())
            wanted = [self._wanted(column) for column in columns]
            for tight in (False, True):
                self._heads.tight = tight
                self._wants = [max(wanted[c], self._heads.sectionSizeHint(c)) for c in columns]
                if self._have_room(self._wants):
                    break
            self._share_out()
            self.updateGeometries()

    def _have_room(self, wants: Sequence[int]) -> bool:
        """Whether all columns are in sight once texts have given way."""
        figures = self._texts.figures
        least = sum(want if column in figures else min(want, _NARROWEST) for column, want in enumerate(wants))
        return least <= self.viewport().width()

    def _fits(self) -> bool:
        header = self.horizontalHeader()
        fixed, every = QHeaderView.ResizeMode.Fixed, range(header.count())
        return self.isVisible() and all(header.sectionResizeMode(column) is fixed for column in every)

    def _fit_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        """Shares it out anew where a column wants more or less than before."""
        header = self.horizontalHeader()
        if len(self._wants) != header.count():
            self.fit()
        elif self._fits():
            wants = [*self._wants]
            for column in range(first.column(), last.column() + 1):
                wants[column] = max(self._wanted(column), header.sectionSizeHint(column))
            if wants != self._wants and (self._heads.tight or not self._have_room(wants)):
                self.fit()
            elif wants != self._wants:
                self._wants = wants
                self._share_out()

    def _share_out(self) -> None:
        header, widths = self.horizontalHeader(), [*self._wants]
        count = len(widths)
        over = sum(widths) - self.viewport().width()
        if widths and over < 0:
            widths[0] -= over
        while over > 0:
            widest = max(
                (c for c in range(count) if c not in self._texts.figures), key=lambda c: widths[c], default=None
            )
            if widest is None or widths[widest] <= _NARROWEST:
                break
            rest = [widths[c] for c in range(count) if c not in self._texts.figures and widths[c] < widths[widest]]
            wanted = max(_NARROWEST, max(rest, default=0), widths[widest] - over)
            step = max(1, widths[widest] - wanted)
            widths[widest] -= step
            over -= step
        for column, width in enumerate(widths):
            header.resizeSection(column, width)

    def _wanted(self, column: int) -> int:
        """As wide as the texts of the rows in sight and of the first ones. Qt's own hint asks the model for ten times as much."""
        count = self._texts.rowCount()
        if not count:
            return 0
        top = max(0, self.rowAt(0))
        seen = {*range(min(count, _MEASURED)), *range(top, min(count, top + self.viewport().height() // _ROW + 1))}
        around = self.sizeHintForIndex(self._texts.index(0, column)).width() - self._width_of(0, column)
        return around + max(self._width_of(row, column) for row in seen)

    def _width_of(self, row: int, column: int) -> int:
        index = self._texts.index(row, column)
        face, text = self._texts.data(index, Qt.ItemDataRole.FontRole), str(self._texts.data(index) or "")
        if face is not None:
            return QFontMetrics(face).size(Qt.TextFlag.TextSingleLine, text).width()
        if text not in self._lengths:
            if len(self._lengths) > _REMEMBERED:
                self._lengths.clear()
            self._lengths[text] = self.fontMetrics().size(Qt.TextFlag.TextSingleLine, text).width()
        return self._lengths[text]

    def showEvent(self, event: QShowEvent) -> None:
        """Fits what has changed meanwhile."""
        super().showEvent(event)
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the columns into another width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another font: fits anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lengths.clear()
            self.fit()


class _Cells(QStyledItemDelegate):
    """Paints as usual; says the whole of a text that is cut."""

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:  # fmt: skip
        """The tip of a cell."""
        cut = self.sizeHint(option, index).width() > view.visualRect(index).width()
        if event.type() is QEvent.Type.ToolTip and cut:
            QToolTip.showText(event.globalPos(), escape(str(index.data()), quote=False), view)
            return True
        return super().helpEvent(event, view, option, index)


def text_table(model: TextTableModel, name: str) -> TextTable:
    """A table of a model's texts; ``name`` is what a screen reader calls it."""
    return TextTable(model, name)


def figure_table(model: TextTableModel, name: str) -> TextTable:
    """The same of figures, in which nobody looks for a word by its letters: they stay shortcuts."""
    made = TextTable(model, name)
    made.letters_are_shortcuts = True
    return made
