"""The check list of a deal: Space ticks, F2 renames, Delete removes, Alt with an arrow or the mouse moves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...i18n import tr
from ...services import checklists as service
from ...services.checklists import CheckItem
from ..locks import rests, writes
from ..session import Session

_ID = Qt.ItemDataRole.UserRole
_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
)  # fmt: skip


class ChecksPane(QWidget):
    """What is to be done before the deal goes on.

    Signals:
        counted(done, total): how far it is.
    """

    counted = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._deal_id = session, 0
        self._known: dict[int, CheckItem] = {}
        self.view = rests(_CheckList())
        self.view.setAccessibleName(tr("Check list"))
        self.view.itemChanged.connect(self._on_item_changed)
        self.view.moved.connect(self._on_moved)
        self.view.removed.connect(self._on_removed)
        self.line = writes(QLineEdit())
        self.line.setPlaceholderText(tr("Add to the check list (Enter)"))
        self.line.setAccessibleName(self.line.placeholderText())
        self.line.returnPressed.connect(self._add)
        self.setFocusProxy(self.line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.line)
        layout.addWidget(self.view, 1)
        session.changed.connect(self._on_changed)

    def show_row(self, deal_id: int) -> None:
        """Shows the list of another deal."""
        if deal_id != self._deal_id:
            self.line.clear()
        self._deal_id = deal_id
        self._ask()

    def _ask(self) -> None:
        if self._deal_id:
            deal_id = self._deal_id
            self._session.ask(service.of, deal_id, done=lambda found: self._show(deal_id, found))

    def _show(self, deal_id: int, found: Sequence[CheckItem]) -> None:
        if deal_id != self._deal_id:
            return
        current = self.view.currentItem()
        chosen = current.data(_ID) if current is not None else 0
        self._known = {item.id: item for item in found}
        with QSignalBlocker(self.view):
            self.view.clear()
            for item in found:
                made = QListWidgetItem(item.text)
                made.setFlags(_FLAGS)
                made.setCheckState(Qt.CheckState.Checked if item.done else Qt.CheckState.Unchecked)
                made.setData(_ID, item.id)
                self.view.addItem(made)
                if item.id == chosen:
                    self.view.setCurrentItem(made)
        self.counted.emit(sum(item.done for item in found), len(found))

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("check_item") or changes.bulk:
            self._ask()

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        known = self._known.get(item.data(_ID))
        if known is None:
            return
        done, text = item.checkState() is Qt.CheckState.Checked, item.text().strip()
        if done != known.done:
            self._session.ask(
                service.tick, known.id, done, draft=("check_tick" if done else "check_untick", known.text)
            )
        elif text and text != known.text:
            self._session.ask(service.rename, known.id, text, draft=("check_rename", text))
        elif not text:
            with QSignalBlocker(self.view):
                item.setText(known.text)

    def _on_moved(self) -> None:
        ids = [self.view.item(row).data(_ID) for row in range(self.view.count())]
        self._session.ask(service.reorder, self._deal_id, ids, draft="")

    def _on_removed(self) -> None:
        item = self.view.currentItem()
        if item is not None:
            self._session.ask(service.remove, item.data(_ID), draft=("check_remove", item.text()))

    def _add(self) -> None:
        text = self.line.text().strip()
        if text and self._deal_id:
            self._session.ask(service.add, self._deal_id, text, draft=("check_add", text))
            self.line.clear()


class _CheckList(QListWidget):
    """The items.

    Signals:
        moved(): the order is another one. removed(): Delete was pressed.
    """

    moved = Signal()
    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("moves", True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setWordWrap(True)
        self.model().rowsMoved.connect(self.moved)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, and Alt with an arrow."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        row = self.currentRow()
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if 0 <= row + step < self.count():
                item = self.takeItem(row)
                self.insertItem(row + step, item)
                self.setCurrentItem(item)
                self.moved.emit()
        else:
            super().keyPressEvent(event)
