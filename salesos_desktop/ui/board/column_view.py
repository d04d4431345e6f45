"""The list of cards of one column: dragging, the gap where a card will land, and the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyleOptionViewItem, QTableView, QWidget

from ..delegates.card import CardDelegate
from ..models.column import ColumnModel, dropped_person
from ..models.roles import DEALS_MIME, CardRole
from ..theme import BODY, font, theme, tokens
from .card_band import CardBand
from .card_lift import lifted
from .slot_texts import slot_title

_MANY = 1000


class ColumnView(QTableView):
    """One column of cards in a table of one column (what screen readers and a million rows need).

    Signals:
        open_requested(id): Enter or a double click on a card.
        stage_requested(ids, step): Shift+Left (−1) or Shift+Right (+1).
        order_requested(ids, step): Shift+Up (−1) or Shift+Down (+1).
        column_requested(step, row): Left or Right: go to the neighbouring column.
        row_requested(step): Up on the first card or Down on the last one.
        menu_requested(ids, point): the context menu of cards, at a global point.
        delete_requested(ids): Delete.
        edit_requested(id): E on a card.
        person_dropped(ids, person_id): an avatar was dropped on a card (of several that are selected, on all of them).
        hovered(over): a drag of deals entered or left.
        dragged(point): a drag of deals is at this global point.
        drag_ended(): it left or was dropped.
    """

    open_requested = Signal(object)
    stage_requested = Signal(object, object)
    order_requested = Signal(object, object)
    column_requested = Signal(object, object)
    row_requested = Signal(object)
    menu_requested = Signal(object, object)
    delete_requested = Signal(object)
    edit_requested = Signal(object)
    person_dropped = Signal(object, object)
    hovered = Signal(object)
    dragged = Signal(object)
    drag_ended = Signal()
    letters_are_shortcuts = True

    def __init__(self, model: ColumnModel, delegate: CardDelegate, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "column")
        self.column_model = model
        self._cards = delegate
        self._gap: int | None = None
        self._target = -1
        self.lifted_ids: frozenset[int] = frozenset()
        self._press = QPoint(20, 20)
        self._over = False
        self._empty_text = ""
        self._band = CardBand(self)
        # The cards paint their own ground, so that a moved card repaints nothing behind them.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setItemDelegate(delegate)
        self.setModel(model)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.fit_rows()
        theme().changed.connect(self.fit_rows)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAutoScrollMargin(40)
        self.setAccessibleName(slot_title(model.slot))
        self.doubleClicked.connect(self._on_activated)

    def show_empty_text(self, text: str) -> None:
        """What stands here while there are no cards."""
        self._empty_text = text
        if not self.column_model.rowCount():
            self.viewport().update()

    def set_over(self, over: bool) -> None:
        """Takes the ground of a column that a drag is over."""
        self._over = over
        self.viewport().update()

    def fit_rows(self) -> None:
        """Rows as high as cards are now."""
        self.verticalHeader().setMinimumSectionSize(self._cards.height)
        self.verticalHeader().setDefaultSectionSize(self._cards.height)
        self.verticalScrollBar().setSingleStep(self._cards.height // 3)

    # Selection ----------------------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        """Ids of the selected cards from top to bottom; the current one when none is selected."""
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex().row()]
        return [i for i in map(self.column_model.id_at, rows) if i]

    def chosen_ids(self) -> list[int]:
        """Ids of the selected cards from top to bottom."""
        return self.selected_ids() if self.selectionModel().hasSelection() else []

    def ids_in_sight(self) -> list[int]:
        """Ids of the cards that can be seen."""
        first = self.verticalScrollBar().value() // self._cards.height
        last = first + self.viewport().height() // self._cards.height + 2
        return list(self.column_model.ids[first:last])

    def select_ids(self, ids: list[int]) -> None:
        """Selects these cards and shows the first of them."""
        rows = sorted(row for row in map(self.column_model.row_of, ids) if row >= 0)
        if not rows:
            return
        self.setCurrentIndex(self.column_model.index(rows[0], 0))
        flags = self.selectionModel().SelectionFlag.Select
        for row in rows[1:]:
            self.selectionModel().select(self.column_model.index(row, 0), flags)
        self.scrollTo(self.column_model.index(rows[0], 0))

    def go_to(self, row: int) -> None:
        """Takes the keyboard to a row, or to the nearest one there is."""
        count = self.column_model.rowCount()
        if count:
            self.setCurrentIndex(self.column_model.index(max(0, min(row, count - 1)), 0))
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def selectAll(self) -> None:
        """Selects the cards from the top, up to a thousand: what a person can mean to move at once."""
        last = min(self.column_model.rowCount(), _MANY) - 1
        if last >= 0:
            from PySide6.QtCore import QItemSelection

            chosen = QItemSelection(self.column_model.index(0, 0), self.column_model.index(last, 0))
            self.selectionModel().select(chosen, self.selectionModel().SelectionFlag.ClearAndSelect)

    # Keyboard -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go, Shift+arrows move the cards, Enter opens, Delete deletes."""
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(Qt.Key(key), 0)
        sideways = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        ids = self.selected_ids()
        if key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and shift):
            self._ask_menu(ids)
        elif plain and shift and step and ids:
            (self.stage_requested if sideways else self.order_requested).emit(ids, step)
        elif plain and not shift and sideways:
            self.column_requested.emit(step, max(0, self.currentIndex().row()))
        elif plain and not shift and step and self._at_end(step):
            self.row_requested.emit(step)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not shift:
            self.go_to(0 if key == Qt.Key.Key_Home else self.column_model.rowCount() - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and ids:
            self.open_requested.emit(ids[0])
        elif key == Qt.Key.Key_Delete and ids:
            self.delete_requested.emit(ids)
        elif key == Qt.Key.Key_E and plain and ids:
            self.edit_requested.emit(ids[0])
        else:
            super().keyPressEvent(event)

    def _at_end(self, step: int) -> bool:
        row = self.currentIndex().row()
        return row <= 0 if step < 0 else row >= self.column_model.rowCount() - 1

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the selected cards; of a card that is not selected, of that one."""
        if event.reason() is not QContextMenuEvent.Reason.Mouse:
            self._ask_menu(self.selected_ids())
            return
        index = self.indexAt(event.pos())
        if index.isValid() and self.column_model.id_at(index.row()):
            if not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
            self.menu_requested.emit(self.selected_ids(), event.globalPos())

    def _ask_menu(self, ids: list[int]) -> None:
        """The menu by the keyboard, beside the current card."""
        if ids:
            self.scrollTo(self.currentIndex())
            inside = self.visualRect(self.currentIndex()).center()
            self.menu_requested.emit(ids, self.viewport().mapToGlobal(inside))

    def _on_activated(self, index: QModelIndex) -> None:
        deal_id = self.column_model.id_at(index.row())
        if deal_id:
            self.open_requested.emit(deal_id)

    # Dragging -----------------------------------------------------------------------------------------------------

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Lifts the selected cards: a tilted picture follows the pointer, the cards stay pale where they were."""
        chosen = sorted(self.selectedIndexes(), key=lambda index: index.row())
        indexes = [i for i in chosen if self.column_model.id_at(i.row()) and i.flags() & Qt.ItemFlag.ItemIsDragEnabled]
        ids = [self.column_model.id_at(index.row()) for index in indexes]
        if not ids:
            return
        drag = QDrag(self)
        drag.setMimeData(self.column_model.mimeData(indexes))
        grabbed = self.indexAt(self._press)
        index = grabbed if grabbed.isValid() else indexes[0]
        size = self.visualRect(index).size() - QSize(0, self._cards.gap)
        drag.setPixmap(lifted(self._cards, index.data(CardRole.CARD), size, len(ids), self.devicePixelRatioF()))
        top = self.visualRect(grabbed).topLeft() if grabbed.isValid() else QPoint()
        drag.setHotSpot(self._press - top + QPoint(12, 12))
        self.lifted_ids = frozenset(ids)
        self.viewport().update()
        drag.exec(actions, Qt.DropAction.MoveAction)
        self.lifted_ids = frozenset()
        self._set_gap(None)
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remembers where the card was taken; on bare ground a rubber band begins."""
        self._press = event.position().toPoint()
        self._band.begin(event)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws the rubber band while there is one."""
        if not self._band.draw(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends the rubber band."""
        if not self._band.end():
            super().mouseReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes deals of this workspace, and a person for the card below."""
        if dropped_person(event.mimeData(), self.column_model.workspace_key) is not None and self.column_model.takes:
            event.acceptProposedAction()
        elif self.column_model.canDropMimeData(event.mimeData(), Qt.DropAction.MoveAction, -1, 0, QModelIndex()):
            event.acceptProposedAction()
            self.setState(QAbstractItemView.State.DraggingState)
            self.hovered.emit(True)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Opens the gap and scrolls near the edges; a person picks the card below."""
        super().dragMoveEvent(event)
        if dropped_person(event.mimeData(), self.column_model.workspace_key) is not None:
            self._set_target(self.indexAt(event.position().toPoint()).row())
            event.setDropAction(Qt.DropAction.CopyAction)
            event.setAccepted(self._target >= 0)
            return
        self._set_gap(self.gap_at(event.position().toPoint().y()))
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.dragged.emit(self.viewport().mapToGlobal(event.position().toPoint()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Closes the gap."""
        self._set_gap(None)
        self._set_target(-1)
        self.hovered.emit(False)
        self.drag_ended.emit()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Asks for the move through the model; a change set will move the row."""
        person_id = dropped_person(event.mimeData(), self.column_model.workspace_key)
        if person_id is not None:
            self._drop_person(event, person_id)
            return
        row = self.gap_at(event.position().toPoint().y())
        self._set_gap(None)
        self.hovered.emit(False)
        self.drag_ended.emit()
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        if event.mimeData().hasFormat(DEALS_MIME):
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self.column_model.dropMimeData(event.mimeData(), Qt.DropAction.MoveAction, row, 0, QModelIndex())

    def _drop_person(self, event: QDropEvent, person_id: int) -> None:
        index = self.indexAt(event.position().toPoint())
        self._set_target(-1)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        deal_id = self.column_model.id_at(index.row())
        if deal_id:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            chosen = self.chosen_ids()
            self.person_dropped.emit(chosen if deal_id in chosen else [deal_id], person_id)

    def _set_target(self, row: int) -> None:
        if row != self._target:
            self._target = row
            self.viewport().update()

    def in_gap(self, point: QPoint) -> bool:
        """Whether a point of the viewport is between two cards."""
        within = (point.y() + self.verticalScrollBar().value()) % self._cards.height
        return within >= self._cards.height - self._cards.gap

    def rows_between(self, top: int, bottom: int) -> tuple[int, int]:
        """First and last row that a stretch of the viewport touches, up to a thousand; first behind last for none."""
        offset, height = self.verticalScrollBar().value(), self._cards.height
        first = max(0, (top + offset) // height)
        return first, min(self.column_model.rowCount() - 1, (bottom + offset) // height, first + _MANY - 1)

    def gap_at(self, y: int) -> int:
        """Row before which a card dropped at height ``y`` of the viewport would land."""
        height = self._cards.height
        top = y + self.verticalScrollBar().value()
        return max(0, min(self.column_model.rowCount(), (top + height // 2) // height))

    def _set_gap(self, row: int | None) -> None:
        if row != self._gap:
            self._gap = row
            self.viewport().update()

    # Painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cards in sight; those behind the gap are painted one place lower, lifted ones pale."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(tokens().accent_soft if self._over else tokens().sunken))
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        base = option.state & ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        height, width = self._cards.height, self.viewport().width()
        offset = self.verticalScrollBar().value()
        first = max(0, event.rect().top() + offset) // height
        if self._gap is not None:
            first = max(0, first - 1)
        last = min(self.column_model.rowCount() - 1, (event.rect().bottom() + offset) // height)
        selection, current, has_focus = self.selectionModel(), self.currentIndex(), self.hasFocus()
        for row in range(first, last + 1):
            index = self.column_model.index(row, 0)
            y = row * height - offset + (height if self._gap is not None and row >= self._gap else 0)
            option.rect = QRect(0, y, width, height)
            option.state = base
            if selection.isSelected(index) or row == self._target:
                option.state |= QStyle.StateFlag.State_Selected
            if has_focus and index == current:
                option.state |= QStyle.StateFlag.State_HasFocus
            painter.setOpacity(0.35 if self.column_model.id_at(row) in self.lifted_ids else 1.0)
            self._cards.paint(painter, option, index)
        painter.setOpacity(1.0)
        if self._gap is not None:
            _paint_gap(painter, QRect(0, self._gap * height - offset, width, height - self._cards.gap))
        if not self.column_model.rowCount() and self._gap is None:
            _paint_empty(painter, self.viewport().rect(), self._empty_text)
        painter.end()


def _paint_gap(painter: QPainter, rect: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(tokens().accent), 1.5, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 8, 8)


def _paint_empty(painter: QPainter, area: QRect, text: str) -> None:
    painter.setPen(QColor(tokens().muted))
    face = QFont(font(BODY))
    painter.setFont(face)
    rect = area.adjusted(12, 14, -12, 0)
    painter.drawText(rect, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, text)
