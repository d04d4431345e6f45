"""The view of a table of records: keyboard, selection, columns that are moved, sized and hidden, and copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QTableView

from ...config import Preferences
from ...i18n import tr
from ..theme import theme, tokens
from .columns import Column
from .delegate import RowPictures, flat, row_height
from .kept_columns import KeptColumns
from .model import RecordTableModel

_MANY = 1000


def _copy(model: RecordTableModel, header: QHeaderView, ids: list[int]) -> None:
    """Puts rows on the clipboard once they are read."""
    sections = [header.logicalIndex(n) for n in range(header.count())]
    columns = [model.columns[n] for n in sections if not header.isSectionHidden(n)]

    def copy(found: dict[int, Any]) -> None:
        rows = ("\t".join(flat(c.text(found[i])) for c in columns) for i in ids if i in found)
        QApplication.clipboard().setText("\n".join(rows))

    if ids:
        model.store.read(ids, copy)


class RecordTable(QTableView):
    """Whole rows of a RecordTableModel. Columns keep their place, width and order under ``name`` in the preferences.

    A ``growing`` one is given further columns by ``set_columns`` once they are known.

    Signals:
        open_requested(id): Enter or a double click on a row.
        current_changed(id): the keyboard is on another row.
        selection_changed(): other rows are selected.
        menu_requested(ids, point): the context menu of rows, at a global point.
        delete_requested(ids): Delete.
        sort_requested(): a header was clicked; ``sort`` and ``descending`` say which order is wanted.
    """

    open_requested = Signal(object)
    current_changed = Signal(object)
    selection_changed = Signal()
    menu_requested = Signal(object, object)
    delete_requested = Signal(object)
    sort_requested = Signal()
    letters_are_shortcuts = True

    def __init__(
        self, model: RecordTableModel, name: str, preferences: Preferences, *, sort: str, descending: bool = False,
        growing: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._model, self.kept_columns = model, KeptColumns(preferences, name)
        self._sort, self.descending = sort, descending
        self._usual, self._growing = (sort, descending), growing
        self.awaited = ""
        """Name of the column that was last sorted by, while ``set_columns`` has not brought it yet."""
        self._kept: dict[str, Any] = {}
        self._from_the_top = False
        self.sort_requested.connect(lambda: setattr(self, "_from_the_top", True))
        self._pictures = RowPictures(model, self)
        self.setItemDelegate(self._pictures)
        # The rows paint their own ground.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_rows()
        theme().changed.connect(self._fit_rows)
        self._set_up_header()
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        model.completed.connect(self._restore_rest)
        self.doubleClicked.connect(lambda index: self.open_requested.emit(model.id_at(index.row())))
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def _fit_rows(self) -> None:
        self.verticalHeader().setMinimumSectionSize(row_height())
        self.verticalHeader().setDefaultSectionSize(row_height())
        self.verticalScrollBar().setSingleStep(row_height())

    # Columns ------------------------------------------------------------------------------------------------------

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        # With the table's own selection, a header asks the model about every selected row each time it is painted.
        header.setSelectionModel(QItemSelectionModel(self._model, self))
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(56)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_columns_menu)
        self.restore_columns()
        header.setSortIndicatorShown(True)
        self.show_order()
        header.sectionClicked.connect(self._on_header_clicked)
        header.sectionMoved.connect(lambda *_: self.save_columns())
        header.sectionResized.connect(lambda *_: self.save_columns())

    @property
    def sort(self) -> Any:
        """The key that the wanted order goes by."""
        return next(c.sort for c in self._model.columns if c.name == self._sort)

    def _on_header_clicked(self, section: int) -> None:
        column = self._model.columns[section]
        if column.sort is not None:
            self.descending = not self.descending if column.name == self._sort else False
            self._sort, self.awaited = column.name, ""
            self.save_columns()
            self.sort_requested.emit()
        self.show_order()

    def show_order(self) -> None:
        """Shows in the header what the rows are ordered by."""
        section = next(n for n, column in enumerate(self._model.columns) if column.name == self._sort)
        order = Qt.SortOrder.DescendingOrder if self.descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(section, order)

    def show_column(self, section: int, shown: bool) -> None:
        """Shows or hides a column; the last one stays."""
        if shown or self.horizontalHeader().hiddenSectionCount() < len(self._model.columns) - 1:
            self.setColumnHidden(section, not shown)
            self.save_columns()

    def _show_columns_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section, column in enumerate(self._model.columns):
            action = menu.addAction(column.title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(section))
            action.toggled.connect(lambda on, section=section: self.show_column(section, on))
        menu.addSeparator()
        menu.addAction(tr("Usual columns"), self.reset_columns)
        menu.popup(self.horizontalHeader().mapToGlobal(point))

    def reset_columns(self) -> None:
        """Columns as they were at first."""
        self.kept_columns.forget()
        self.restore_columns()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns, of which those that stay come first; each has the place, width and order that were kept for it."""
        kept = self.kept_columns.read()
        self._model.set_columns(columns)
        self.kept_columns.put(kept)  # What was written while columns came and went was not the person's wish.
        self.restore_columns()
        self.awaited = ""
        self.show_order()

    def restore_columns(self) -> None:
        """Columns and order as they are kept."""
        kept = self.kept_columns.read()
        header, columns = self.horizontalHeader(), self._model.columns
        hidden, widths = kept.get("hidden", []), kept.get("widths", {})
        order = {name: place for place, name in enumerate(kept.get("order", []))}
        by_place = sorted(range(len(columns)), key=lambda n: order.get(columns[n].name, len(order) + n))
        header.blockSignals(True)
        for place, section in enumerate(by_place):
            column = columns[section]
            header.moveSection(header.visualIndex(section), place)
            self.setColumnHidden(section, column.name in hidden if column.name in order else column.hidden)
            header.resizeSection(section, int(widths.get(column.name, column.width)))
        header.blockSignals(False)
        self.updateGeometries()
        sortable = {c.name for c in columns if c.sort is not None}
        if kept.get("sort") in sortable:
            self._sort, self.descending = kept["sort"], bool(kept.get("descending"))
        else:
            self.awaited = str(kept.get("sort", "")) if self._growing else ""
            if self._sort not in sortable:
                self._sort, self.descending = self._usual

    def save_columns(self) -> None:
        """Keeps columns and order as they are."""
        header, columns = self.horizontalHeader(), self._model.columns
        last = next((n for n in reversed(range(len(columns))) if not header.isSectionHidden(header.logicalIndex(n))), 0)
        widths = {c.name: header.sectionSize(n) for n, c in enumerate(columns) if header.sectionSize(n)}
        widths.pop(columns[header.logicalIndex(last)].name, None)  # The last one only fills what is left.
        self.kept_columns.write(
            [columns[header.logicalIndex(n)].name for n in range(len(columns))],
            [c.name for n, c in enumerate(columns) if self.isColumnHidden(n)],
            widths,
            sort=self.awaited or self._sort,
            descending=bool(self.kept_columns.read().get("descending")) if self.awaited else self.descending,
        )

    # Selection ----------------------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        """Ids of the selected rows from top to bottom; the current one when none is selected."""
        spans = sorted({(span.top(), span.bottom()) for span in self.selectionModel().selection()})
        ids = list(dict.fromkeys(i for top, bottom in spans for i in self._model.ids[top : bottom + 1]))
        if not ids and self.currentIndex().isValid():
            ids = [self._model.id_at(self.currentIndex().row())]
        return ids

    def current_id(self) -> int:
        """Id of the row that the keyboard is on, 0 for none."""
        return self._model.id_at(self.currentIndex().row())

    def select_ids(self, ids: list[int], *, current: int = 0) -> bool:
        """Selects those of these rows that are shown and takes the keyboard to the first or to ``current``."""
        rows = self._model.rows_of(ids)
        if not rows:
            return False
        place = rows.get(current, min(rows.values()))
        chosen = QItemSelection()
        last = len(self._model.columns) - 1
        for row in rows.values():
            chosen.select(self._model.index(row, 0), self._model.index(row, last))
        model = self.selectionModel()
        model.setCurrentIndex(self._model.index(place, self._first_section()), _NO_UPDATE)
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(self._model.index(place, self._first_section()))
        return True

    def focus_rows(self) -> None:
        """Takes the keyboard to the rows, to the first when it was on none."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.selectionModel().setCurrentIndex(self._model.index(0, self._first_section()), _NO_UPDATE)

    def _first_section(self) -> int:
        header = self.horizontalHeader()
        places = (header.logicalIndex(n) for n in range(header.count()))
        return next((section for section in places if not header.isSectionHidden(section)), 0)

    def _on_current_changed(self, now: QModelIndex, before: QModelIndex) -> None:
        self.viewport().update()
        if now.row() != before.row():
            self.current_changed.emit(self._model.id_at(now.row()))

    def _keep(self) -> None:
        """Before every row changes: remembers what is selected and what stands on top."""
        bar, now = self.verticalScrollBar(), self._really_selected()
        if not self._kept or set(now) != self._kept["found"]:
            self._kept = {"ids": now[:_MANY], "current": self.current_id(), "found": set()}
        self._kept |= {"top": self._model.id_at(bar.value() // row_height()), "rest": bar.value() % row_height()}

    def _restore(self) -> None:
        row = self._model.row_of(self._kept["top"]) if self._model.whole else -1
        if not self._went_to_the_top() and row >= 0:
            self.updateGeometries()
            self.verticalScrollBar().setValue(row * row_height() + self._kept["rest"])
        self._select_kept()

    def _went_to_the_top(self) -> bool:
        """Another order begins with its first row, not with the one that stood on top."""
        asked, self._from_the_top = self._from_the_top, False
        if asked:
            self.scrollToTop()
        return asked

    def _restore_rest(self) -> None:
        """The whole order is here: also what was not among the first rows is selected again."""
        self._went_to_the_top()
        if self._kept and set(self._really_selected()) == self._kept["found"]:
            self._select_kept()
        self._kept = {}

    def _really_selected(self) -> list[int]:
        return self.selected_ids() if self.selectionModel().hasSelection() else []

    def _select_kept(self) -> None:
        place, ids = self.verticalScrollBar().value(), self._kept["ids"]
        self._kept["found"] = set(self._model.rows_of(ids))
        if self.select_ids(ids, current=self._kept["current"]):
            self.verticalScrollBar().setValue(place)

    # Keyboard -----------------------------------------------------------------------------------------------------

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last row."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self._model.rowCount() - 1,
        }
        if action in ends:
            return self._model.index(ends[action], max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete deletes, Ctrl+C copies, Left and Right scroll; letters are no search."""
        key, ids = event.key(), self.selected_ids
        sideways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id():
            self.open_requested.emit(self.current_id())
        elif key == Qt.Key.Key_Delete and ids():
            self.delete_requested.emit(ids())
        elif sideways:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + sideways * 60)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """No search by typing: most rows have not been read."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the selected rows, by mouse or key."""
        ids = self.selected_ids()
        point = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
            point = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft() + QPoint(12, 0))
        elif not self.indexAt(event.pos()).isValid():
            return
        if ids:
            self.menu_requested.emit(ids, point)

    def copy_selection(self) -> None:
        """Puts the selected rows on the clipboard as text: shown columns in their order, separated by tabs."""
        _copy(self._model, self.horizontalHeader(), self.selected_ids())

    # Painting -----------------------------------------------------------------------------------------------------

    def forget_pictures(self) -> None:
        """Paints every row afresh: what the columns' functions look at has changed."""
        self._pictures.forget()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pictures of the rows in sight, and a frame around the one that the keyboard is on."""
        painter, t, header = QPainter(self.viewport()), tokens(), self.horizontalHeader()
        logical = [n for n in map(header.logicalIndex, range(header.count())) if not header.isSectionHidden(n)]
        cells = [(self._model.columns[n], header.sectionPosition(n), header.sectionSize(n)) for n in logical]
        height, across, down = row_height(), header.offset(), self.verticalScrollBar().value()
        size, ratio = QSize(header.length(), height), self.devicePixelRatioF()
        first = max(0, event.rect().top() + down) // height
        last = min(self._model.rowCount() - 1, (event.rect().bottom() + down) // height)
        chosen = {
            row
            for span in self.selectionModel().selection()
            for row in range(max(first, span.top()), min(last, span.bottom()) + 1)
        }
        beside = min(header.length() - across, self.viewport().width())
        for row in range(first, last + 1):
            selected = row in chosen
            painter.drawPixmap(-across, row * height - down, self._pictures.picture(row, selected, cells, size, ratio))
            self._pictures.mark(painter, row, QRect(0, row * height - down, beside, height - 1))
        below = max(0, (last + 1) * height - down)
        painter.fillRect(0, below, self.viewport().width(), self.viewport().height() - below, QColor(t.surface))
        painter.fillRect(beside, 0, self.viewport().width() - beside, below, QColor(t.surface))
        current = self.currentIndex().row() if self.hasFocus() else -1
        if first <= current <= last:
            painter.setPen(QColor(t.accent))
            painter.drawRect(0, current * height - down - 1, self.viewport().width() - 1, height)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The row that the keyboard is on is marked."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """It is no longer marked."""
        super().focusOutEvent(event)
        self.viewport().update()


_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
