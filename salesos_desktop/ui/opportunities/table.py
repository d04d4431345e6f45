"""The view of the table of opportunities: order by several columns, cells that are chosen, headings, the rubber band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QRubberBand

from ...config import Preferences
from ..tables.columns import Column
from ..tables.view import RecordTable
from ..theme import tokens
from . import copying, order
from .delegate import DealPictures
from .model import DealTableModel, Heading
from .order import By, Sorts

_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
_ORDER = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DealTable(RecordTable):
    """Rows as in every table; Left, Right and a second click choose a cell, in which typing and F2 edit. Esc goes back to
    rows. Alt and Shift with Up and Down order by the cell's column, with Ctrl as one more.

    Signals:
        edit_requested(id, section, text): the person wants to edit a cell; ``text`` is what was typed, None for F2.
        paste_requested(id, section): paste at a cell.
        toggle_requested(heading): open or close a group.
    """

    edit_requested = Signal(object, object, object)
    paste_requested = Signal(object, object)
    toggle_requested = Signal(object)

    def __init__(
        self, model: DealTableModel, preferences: Preferences, today: Callable[[], date], name: str = "deals"
    ) -> None:
        self._today = today
        self._sorts: Sorts = (By("close"),)
        self.cell_mode = False
        self._band: QRubberBand | None = None
        self._pressed: tuple[QPoint, int] | None = None
        super().__init__(model, name, preferences, sort="close", growing=True)
        self._deals = model
        self._pictures: DealPictures = DealPictures(model, self)  # type: ignore[assignment]
        self.setItemDelegate(self._pictures)
        self.selection_changed.connect(self.viewport().update)

    @property
    def letters_are_shortcuts(self) -> bool:  # type: ignore[override]
        """Letters are typed into a cell while one is chosen."""
        return not self.cell_mode

    # Order --------------------------------------------------------------------------------------------------------

    @property
    def sort(self) -> Any:
        """The keys that the wanted order goes by, each with whether it descends."""
        return order.keys(self._sorts, self._model.columns)

    @property
    def sorts(self) -> Sorts:
        """The columns that the rows are ordered by."""
        return self._sorts

    def order_by(self, sorts: Sorts) -> None:
        """Orders by other columns as the person would."""
        if sorts and sorts != self._sorts:
            self._sorts = sorts
            self._sort, self.descending, self.awaited = sorts[0].name, sorts[0].descending, ""
            self.save_columns()
            self.show_order()
            self.sort_requested.emit()

    def _on_header_clicked(self, section: int) -> None:
        adding = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._order_by_section(section, adding=adding)

    def _order_by_section(self, section: int, *, adding: bool) -> None:
        column = self._model.columns[section]
        if column.sort is not None:
            self.order_by(order.chosen(self._sorts, column.name, adding=adding))

    def show_order(self) -> None:
        """Shows in the header what the rows are ordered by; a column that is too narrow for its sign becomes wider."""
        header = self.horizontalHeader()
        header.setSortIndicatorShown(False)
        signs = order.signs(self._sorts)
        self._model.show_signs(signs)  # type: ignore[attr-defined]
        for section, column in enumerate(self._model.columns):
            if column.name in signs and not header.isSectionHidden(section):
                header.resizeSection(section, max(header.sectionSize(section), header.sectionSizeHint(section)))

    def restore_columns(self) -> None:
        """Columns and the orders by several of them."""
        super().restore_columns()
        known = {column.name for column in self._model.columns if column.sort is not None}
        kept = order.read(self.kept_columns.read().get("sorts"))
        there = tuple(each for each in kept if each.name in known)
        if len(there) == len(kept):
            self.awaited = ""
        self._sorts = there or (By(self._sort, self.descending),)
        self._sort, self.descending = self._sorts[0].name, self._sorts[0].descending

    def save_columns(self) -> None:
        """Keeps them."""
        awaited = self.kept_columns.read().get("sorts") if self.awaited else None
        super().save_columns()
        self.kept_columns.put({**self.kept_columns.read(), "sorts": awaited or order.plain(self._sorts)})

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns."""
        super().set_columns(columns)
        self.show_order()

    # Rows and cells -----------------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        """Ids of the selected deals from top to bottom, each once; the current one when none is selected."""
        return [deal_id for deal_id in super().selected_ids() if deal_id > 0]

    def current_id(self) -> int:
        """Id of the deal that the keyboard is on, 0 for none and on a heading."""
        return max(0, super().current_id())

    def current_heading(self) -> Heading | None:
        """The heading that the keyboard is on."""
        return self._deals.heading(self.currentIndex().row())

    def visible_sections(self) -> list[int]:
        """Columns from left to right, hidden ones left out."""
        header = self.horizontalHeader()
        return [n for n in map(header.logicalIndex, range(header.count())) if not header.isSectionHidden(n)]

    def choose_cell(self, row: int, section: int) -> None:
        """Takes the keyboard to a cell and selects its row."""
        index = self._model.index(row, section)
        model = self.selectionModel()
        model.setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        )
        self.scrollTo(index)
        self.set_cell_mode(True)

    def set_cell_mode(self, on: bool) -> None:
        """Whether a cell is chosen or whole rows are."""
        self.cell_mode = on and self.currentIndex().isValid() and self.current_heading() is None
        self.viewport().update()

    def step(self, by: int) -> bool:
        """To the next cell, at the end of a row to the next one's first; False where there is none."""
        sections, index = self.visible_sections(), self.currentIndex()
        if not index.isValid() or index.column() not in sections:
            return False
        place = sections.index(index.column()) + by
        row = index.row()
        if not 0 <= place < len(sections):
            row, place = row + by, 0 if by > 0 else len(sections) - 1
            while self._deals.heading(row) is not None:
                row += by
        if not 0 <= row < self._model.rowCount():
            return False
        self.choose_cell(row, sections[place])
        return True

    # Keyboard -----------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from cell to cell while one is chosen."""
        return (self.cell_mode and self.step(1 if forward else -1)) or super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cells and headings first, then what every table does."""
        heading = self.current_heading()
        handled = self._heading_key(event, heading) if heading is not None else self._cell_key(event)
        if not handled:
            super().keyPressEvent(event)
            if self.cell_mode and self.current_heading() is not None:
                self.set_cell_mode(False)

    def _heading_key(self, event: QKeyEvent, heading: Heading) -> bool:
        key = event.key()
        wanted = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}.get(Qt.Key(key), not heading.opened)
        if key in (*_ENTER, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right):
            if wanted is not heading.opened:
                self.toggle_requested.emit(heading)
            return True
        return False

    def _cell_key(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        index = self.currentIndex()
        if not index.isValid():
            return False
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit(self.current_id(), index.column())
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers & _ORDER == _ORDER:
            adding = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            self._order_at(index.column(), key is Qt.Key.Key_Down, adding)
        elif key is Qt.Key.Key_F2:
            self.set_cell_mode(True)
            self.edit_requested.emit(self.current_id(), index.column(), None)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not modifiers & ~Qt.KeyboardModifier.KeypadModifier:
            self._sideways(1 if key is Qt.Key.Key_Right else -1)
        elif self.cell_mode and key is Qt.Key.Key_Escape:
            self.set_cell_mode(False)
        elif self.cell_mode and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.edit_requested.emit(self.current_id(), index.column(), "")
        elif self.cell_mode and types(event):
            self.edit_requested.emit(self.current_id(), index.column(), event.text())
        else:
            return False
        return True

    def _order_at(self, section: int, descending: bool, adding: bool) -> None:
        name = self._model.columns[section].name
        if self._model.columns[section].sort is not None:
            others = tuple(each for each in self._sorts if each.name != name) if adding else ()
            self.order_by((*others, By(name, descending)))

    def _sideways(self, by: int) -> None:
        """The first step chooses the cell that the keyboard is on; those beyond the edge are no rows."""
        sections, index = self.visible_sections(), self.currentIndex()
        if not self.cell_mode:
            section = index.column() if index.column() in sections else sections[0]
        else:
            place = sections.index(index.column()) + by if index.column() in sections else 0
            section = sections[max(0, min(len(sections) - 1, place))]
        target = self._model.index(index.row(), section)
        self.selectionModel().setCurrentIndex(target, _NO_UPDATE)
        self.scrollTo(target)
        self.set_cell_mode(True)

    def copy_selection(self) -> None:
        """Puts the selected rows on the clipboard as a spreadsheet takes them."""
        ids = self.selected_ids()
        columns = [self._model.columns[n] for n in self.visible_sections()]

        def copy(found: dict[int, Any]) -> None:
            rows = [found[deal_id] for deal_id in ids if deal_id in found]
            QApplication.clipboard().setText(copying.block(columns, rows, self._today()))

        if ids:
            self._model.store.read(ids, copy)

    # Mouse --------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A heading opens or closes; a second click into a row chooses the cell; empty ground starts a rubber band."""
        index = self.indexAt(event.position().toPoint())
        heading = self._deals.heading(index.row()) if index.isValid() else None
        left = event.button() is Qt.MouseButton.LeftButton
        plain = not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        if heading is not None and left and plain:
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Clear)
            self.set_cell_mode(False)
            self.toggle_requested.emit(heading)
            return
        again = index.isValid() and plain and left and index.row() == self.currentIndex().row()
        self._pressed = (event.position().toPoint(), self._offset()) if left and not index.isValid() else None
        if self._pressed is not None and self._model.rowCount():
            if plain:
                self.clearSelection()
            return
        super().mousePressEvent(event)
        self.set_cell_mode(again)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws the rubber band and selects the rows that it covers."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        start = self._pressed[0] + QPoint(0, self._pressed[1] - self._offset())
        band = QRect(start, event.position().toPoint()).normalized()
        if self._band is None:
            self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        self._band.setGeometry(band.intersected(self.viewport().rect().adjusted(0, 0, -1, -1)))
        self._band.show()
        self._select_between(band.top(), band.bottom())
        if not self.viewport().rect().contains(event.position().toPoint()):
            bar, y = self.verticalScrollBar(), event.position().y()
            bar.setValue(bar.value() + (-bar.singleStep() if y < 0 else bar.singleStep()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The rubber band goes; what it has selected stays."""
        if self._band is not None:
            self._band.deleteLater()
            self._band = None
        if self._pressed is None:
            super().mouseReleaseEvent(event)
        self._pressed = None

    def _offset(self) -> int:
        return self.verticalScrollBar().value()

    def _select_between(self, top: int, bottom: int) -> None:
        height, down = max(1, self.verticalHeader().defaultSectionSize()), self._offset()
        first, last = max(0, (top + down) // height), min(self._model.rowCount() - 1, (bottom + down) // height)
        chosen = QItemSelection()
        if first <= last:
            chosen.select(self._model.index(first, 0), self._model.index(last, len(self._model.columns) - 1))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if first <= last:
            self.selectionModel().setCurrentIndex(self._model.index(first, self._first_section()), _NO_UPDATE)

    # Painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, then a frame around the chosen cell."""
        self._pictures.room = self.viewport().width()
        super().paintEvent(event)
        index = self.currentIndex()
        if self.cell_mode and index.isValid():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(tokens().accent))
            box = self.visualRect(index).adjusted(0, -1, -1, -1)
            painter.drawRect(box)
            painter.drawRect(box.adjusted(1, 1, -1, -1))
            painter.end()

    def scrollTo(self, index: QModelIndex, hint: Any = RecordTable.ScrollHint.EnsureVisible) -> None:  # type: ignore[override]
        """Never sideways while whole rows are chosen."""
        across = self.horizontalScrollBar().value()
        super().scrollTo(index, hint)
        if not self.cell_mode:
            self.horizontalScrollBar().setValue(across)


def types(event: QKeyEvent) -> bool:
    """Whether a key writes something."""
    command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return not event.modifiers() & command and bool(event.text().strip()) and event.text().isprintable()
