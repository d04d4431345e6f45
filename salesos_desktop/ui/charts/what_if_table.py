"""The table of a sandbox: Space ticks, typing and F2 edit, Delete puts back what really is."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from ...domain.stages import Category
from ...errors import InvalidInput
from ...i18n import tr
from ...services.deal_words import CATEGORIES
from ..boxes import ComboBox
from ..dates import OptionalDateEdit
from ..models.tables import Index, TextTable
from ..parts import restyle
from ..theme import BODY, metrics
from .what_if_model import CATEGORY, CHANGED, DAY, FIELDS, NAME, OWNER, PROBABILITY, STAGE, TICK, VALUE, WhatIfModel

_ENDING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_ENTER = _ENDING[:2]
_GONE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ROOM = {NAME: 120, OWNER: 76, STAGE: 76, CATEGORY: 84}
"""What columns of texts need, in px, for all of them to be shown."""
_LEAST = {NAME: 80, OWNER: 60, STAGE: 60, CATEGORY: 60}
"""What they keep when figures grow: none goes away while somebody edits."""
_MEASURED = 50
"""So many rows at most are measured."""
_SIGNED = (TICK, VALUE, DAY, PROBABILITY)
_OFFERED = (Category.PIPELINE, Category.BEST_CASE, Category.COMMIT)


class WhatIfTable(TextTable):
    """Cells are chosen one by one, or several with Shift and Ctrl.

    Signals:
        opened(id): the person wants to see the deal itself.
        refused(text): why what was typed cannot be; empty once it can.
        edited(): an editor has closed.
    """

    opened = Signal(object)
    refused = Signal(object)
    edited = Signal()

    def __init__(self, model: WhatIfModel) -> None:
        self._deals = model
        self._hints: list[int] = []
        super().__init__(model, tr("Open deals as played"))  # type: ignore[arg-type]
        # A step moves no column where it need not: there is room for the sign from the beginning.
        model.dataChanged.disconnect(self._fit_changed)
        model.dataChanged.connect(self._fit_cells)
        self.setItemDelegate(_Editors(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )  # fmt: skip
        self.setMouseTracking(True)
        self.verticalHeader().setResizeContentsPrecision(_MEASURED)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicator(model._order[0], model._order[1])
        self.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(lambda *_: self.fit())
        self.doubleClicked.connect(self._on_opened)

    def fit(self) -> None:
        """The names take what is left; where there is too little the widest texts give way, and the category altogether where
        they would be without room."""
        # A hidden column has no size of its own.
        self.setColumnHidden(CATEGORY, False)
        header = self.horizontalHeader()
        sign, heads = metrics(BODY, bold=True).horizontalAdvance(CHANGED), self._heads_wanted()
        self._hints = [
            max(
                self.sizeHintForColumn(c) + (sign if c in _SIGNED and not self._deals.signed(c) else 0),
                heads[c] if c != TICK else 0,
            )
            for c in range(header.count())
        ]
        over = sum(self._hints) - self.viewport().width()
        self.setColumnHidden(CATEGORY, over > sum(max(0, self._hints[c] - room) for c, room in _ROOM.items()))
        self._share()

    def _heads_wanted(self) -> list[int]:
        """Widths of the names of columns; only the one in order has room for the arrow, which Qt leaves in all of them."""
        header = self.horizontalHeader()
        arrow = header.sectionSizeHint(header.sortIndicatorSection())
        header.setSortIndicatorShown(False)
        wanted = [header.sectionSizeHint(column) for column in range(header.count())]
        header.setSortIndicatorShown(True)
        wanted[header.sortIndicatorSection()] = arrow
        return wanted

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits into another width; what is played makes the rest of the page higher or lower, and moves no column."""
        if event.size().width() == event.oldSize().width():
            QTableView.resizeEvent(self, event)
        else:
            super().resizeEvent(event)

    def _share(self) -> None:
        """Gives the columns what they want, as far as there is room."""
        header, widths = self.horizontalHeader(), [*self._hints]
        shown = [c for c in range(header.count()) if not self.isColumnHidden(c)]
        over = sum(widths[c] for c in shown) - self.viewport().width()
        if over < 0:
            widths[NAME] -= over
        giving = [c for c in _LEAST if c in shown]
        while over > 0:
            widest = max(giving, key=lambda c: widths[c] - _LEAST[c])
            if widths[widest] <= _LEAST[widest]:
                break
            step = min(over, max(1, (widths[widest] - _LEAST[widest]) // 2))
            widths[widest] -= step
            over -= step
        for column, width in enumerate(widths):
            header.resizeSection(column, width)

    def _fit_cells(self, first: QModelIndex, last: QModelIndex) -> None:
        """Fits where a figure or a day would be cut."""
        rows = range(first.row(), min(last.row(), first.row() + _MEASURED) + 1)
        cells = (self._deals.index(row, column) for row in rows for column in _SIGNED)
        hints = [(cell.column(), self.sizeHintForIndex(cell).width()) for cell in cells]
        if any(hint > self.columnWidth(column) for column, hint in hints):
            for column, hint in hints:
                self._hints[column] = max(self._hints[column], hint)
            self._share()

    def title(self, column: int) -> str:
        """What a column is called, in full."""
        header, role = self._deals.headerData, Qt.ItemDataRole.AccessibleTextRole
        return str(header(column, Qt.Orientation.Horizontal, role) or header(column, Qt.Orientation.Horizontal))

    def chosen(self) -> list[int]:
        """Deals of the chosen cells from the top down, that of the current one where none is chosen."""
        rows = sorted({index.row() for index in self.selectedIndexes()}) or [self.currentIndex().row()]
        found = (self._deals.deal_id(row) for row in rows)
        return [each for each in found if each is not None]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that do something to what is chosen; the others as in every table."""
        index, plain = self.currentIndex(), not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not index.isValid():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space and plain:
            self._tick(index)
        elif event.key() in _GONE:
            self._put_back(index)
        elif event.key() in _ENTER and index.column() in FIELDS:
            self.edit(index)
        elif event.key() in _ENTER:
            self._on_opened(index)
        else:
            super().keyPressEvent(event)

    def _tick(self, index: QModelIndex) -> None:
        """All chosen deals as the current one turns."""
        box = self._deals.sandbox
        rows = {self._deals.row_of(each): each for each in self.chosen()}
        ids = [deal_id for row, deal_id in rows.items() if self._deals.playable(row)]
        if box is None or not ids:
            return
        first = self._deals.deal_id(index.row())
        deal = box.made(first if first in ids else ids[0])
        if deal is not None:
            self._deals.tick(ids, not box.counts(deal))

    def _put_back(self, index: QModelIndex) -> None:
        ids = self.chosen()
        if len(ids) > 1:
            self._deals.put_back(ids)
        else:
            self._deals.put_cell_back(index)

    def _on_opened(self, index: QModelIndex) -> None:
        deal_id = self._deals.deal_id(index.row())
        if deal_id is not None and index.column() not in (TICK, *FIELDS):
            self.opened.emit(deal_id)


class _Editors(QStyledItemDelegate):
    """The right editor for each field. What cannot be stays in it, marked, with the reason."""

    def __init__(self, table: WhatIfTable) -> None:
        super().__init__(table)
        self._table = table
        self._index: Any = QModelIndex()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: ARG002
        """A date, a list, or a line."""
        made: QWidget
        if index.column() == DAY:
            made = OptionalDateEdit()
        elif index.column() == CATEGORY:
            made = ComboBox()
            made.addItem(tr("as its stage says"), "")
            for each in _OFFERED:
                made.addItem(tr(CATEGORIES[each]), each.value)
        else:
            made = QLineEdit()
        made.setParent(parent)
        made.setProperty("cell", "true")
        made.take_back = self._take_back
        made.bring_back = lambda: True
        made.setAccessibleName(f"{self._table.title(index.column())}, {index.siblingAtColumn(NAME).data()}")
        self._index = index
        return made

    def _take_back(self) -> bool:
        """Undo, where no typing is left to undo, gives back what the cell was."""
        self.closeEditor.emit(QApplication.focusWidget(), QStyledItemDelegate.EndEditHint.RevertModelCache)
        return True

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """What the cell is."""
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, OptionalDateEdit):
            editor.set_day(value)
        elif isinstance(editor, ComboBox):
            editor.setCurrentIndex(max(0, editor.findData(value)))
        elif isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(value)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        """Plays what was typed."""
        if _value(editor) != index.data(Qt.ItemDataRole.EditRole):
            model.setData(index, _value(editor))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002
        """Above the cell, and as large as it needs to be."""
        cell: Any = option.rect  # type: ignore[attr-defined]
        wide = max(cell.width(), editor.minimumSizeHint().width())
        high = max(cell.height(), editor.sizeHint().height())
        editor.setGeometry(cell.x(), cell.center().y() - high // 2, wide, high)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """The reason goes with it."""
        self._table.refused.emit("")
        self._table.edited.emit()
        super().destroyEditor(editor, index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Tab and leaving end the editing, unless it says what cannot be."""
        ending = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _ENDING
        if isinstance(watched, QWidget) and (ending or event.type() is QEvent.Type.FocusOut):
            reason = self._reason(watched)
            watched.setProperty("wrong", "true" if reason else "false")
            watched.setAccessibleDescription(reason)
            restyle(watched)
            self._table.refused.emit(reason)
            if reason:
                return ending
        # Enter is the editor's alone: the table would edit again.
        return super().eventFilter(watched, event) or ending

    def _reason(self, editor: QWidget) -> str:
        if not self._index.isValid():
            return ""
        try:
            self._index.model().parsed(self._index, _value(editor))
        except InvalidInput as error:
            return f"{error.title} {error.message}".strip()
        return ""

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:  # fmt: skip
        """What is real of a changed cell; else the whole of a text that is cut."""
        tip = index.data(Qt.ItemDataRole.ToolTipRole)
        cut = self.sizeHint(option, index).width() > view.visualRect(index).width()
        if event.type() is QEvent.Type.ToolTip and not tip and cut:
            QToolTip.showText(event.globalPos(), escape(str(index.data()), quote=False), view)
            return True
        return super().helpEvent(event, view, option, index)


def _value(editor: QWidget) -> Any:
    if isinstance(editor, OptionalDateEdit):
        return editor.taken()
    return editor.currentData() if isinstance(editor, ComboBox) else editor.text()  # type: ignore[attr-defined]
