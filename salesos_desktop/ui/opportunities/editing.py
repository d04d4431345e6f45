"""Editing in the cells of the table of opportunities: one editor at a time, above its cell, until the service said yes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from ...domain.changes import ChangeSet
from ...domain.deal_rows import DealRow
from ...errors import InvalidInput, UserError
from ...i18n import tr
from ...services import deal_table, opportunities
from ...services.conflicts import as_shown
from ..deal_lists import KeptDealLists
from ..deals import DealActions
from ..edits import ask_edit
from ..parts import label, restyle
from ..session import Session
from .actions import DealRowActions
from .editors import CellEditor, NoteEdit, editor, fields
from .table import DealTable

_LEAVING = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1, Qt.Key.Key_Return: 0, Qt.Key.Key_Enter: 0}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NARROW = 120


class CellEditing(QObject):
    """Enter and leaving the editor write, Tab writes and goes on to the next cell, Esc gives back what was there.

    What the service refuses stays in the cell with the reason below. Another stage is a move, with its questions.

    Signals:
        written(id): a cell of this deal has been written.
    """

    written = Signal(object)

    def __init__(
        self, session: Session, table: DealTable, lists: KeptDealLists, actions: DealRowActions | DealActions
    ) -> None:
        super().__init__(table)
        self._session, self._table, self._lists, self._actions = session, table, lists, actions
        self._model: Any = table.model()
        self.editor: CellEditor | None = None
        self._row: DealRow | None = None
        self._section = 0
        self._writing = False
        # The row as this left it, of which the table may not have read the news yet.
        self._written: dict[int, Mapping[str, Any]] = {}
        self._reason = label("", "celltip", wrap=True, parent=table.viewport())
        self._reason.hide()
        table.edit_requested.connect(self.start)
        for bar in (table.horizontalScrollBar(), table.verticalScrollBar()):
            bar.valueChanged.connect(lambda _: self._place())
        for signal in (self._model.modelReset, self._model.layoutChanged, self._model.rowsInserted,
                       self._model.rowsRemoved, table.horizontalHeader().sectionResized):  # fmt: skip
            signal.connect(lambda *_: self._place())
        self._model.columnsAboutToBeRemoved.connect(lambda *_: self.cancel())

    @property
    def reason(self) -> str:
        """Why the cell was not written, empty when nothing is wrong."""
        return "" if self._reason.isHidden() else self._reason.text()

    def start(self, deal_id: int, section: int, text: str | None) -> None:
        """Opens the editor of a cell; ``text`` takes the place of what the cell says."""
        self.commit_all()
        if self.editor is not None or not deal_id:
            return
        if self._model.store.lacks(deal_id):
            # It has changed since it was read.
            self._session.ask(
                deal_table.fetch, [deal_id],
                done=lambda found: deal_id in found and self._open(found[deal_id], section, text),
            )  # fmt: skip
        else:
            row = self._model.store.get(deal_id)
            if row is not None:
                self._open(row, section, text)

    def _open(self, row: DealRow, section: int, text: str | None) -> None:
        if self.editor is not None:
            return
        deal_id = row.id
        if not self._session.rights.edits("opportunity", deal_id, row.owner_id):
            self._say_beside(deal_id, section, tr("You can only look at this"))
            return
        column = self._model.columns[section]
        field = getattr(column, "edit", "")
        if not field:
            self._say_beside(deal_id, section, tr("“{name}” is not edited here.").format(name=column.title))
            return
        try:
            made = editor(self._session, self._lists, field, row)
        except InvalidInput as error:
            self._say_beside(deal_id, section, f"{error.title} {error.message}")
            return
        self._row, self._section, self.editor = row, section, made
        widget = made.widget
        widget.setParent(self._table.viewport())
        widget.setProperty("cell", "true")
        widget.setAccessibleName(f"{column.title}, {row.name}")
        widget.take_back = self._take_back
        widget.bring_back = lambda: True
        widget.installEventFilter(self)
        if isinstance(widget, QComboBox):
            widget.view().installEventFilter(self)
        self._say("")
        self._place()
        widget.show()
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if text is not None:
            made.type(text)
        elif isinstance(widget, QLineEdit):
            widget.selectAll()

    def cancel(self) -> None:
        """Gives back what was there."""
        self._close()

    def _take_back(self) -> bool:
        """Undo, where no typing is left to undo, gives back what was there: nothing behind an open cell is undone."""
        self._close()
        return True

    def commit_all(self) -> None:
        """Writes what was being typed."""
        if self.editor is not None and not self._writing:
            self._commit(None)

    # Writing ------------------------------------------------------------------------------------------------------

    def _commit(self, step: int | None) -> None:
        """Writes; ``step`` says to which cell it goes on (0: stays on this), None that the person is elsewhere."""
        made, row = self.editor, self._row
        if made is None or row is None or self._writing:
            return
        try:
            value = made.value()
        except InvalidInput as error:
            self._refuse(error)
            return
        now = made.widget.text() if isinstance(made.widget, QLineEdit) else value
        if now == made.before:
            self._close(step)
            return
        field = self._model.columns[self._section].edit
        if field == "stage_id":
            self._close(step if step != 1 else 0)
            self._actions.move([row.id], self._lists.now.stage(value))
            return
        self._writing = True
        made.widget.setEnabled(False)
        ask_edit(
            self._session, self._table, opportunities.edit, row.id, fields(field, value),
            expect=max(as_shown(row), self._written.get(row.id, {}), key=lambda shown: shown.get("version", 0)),
            done=lambda changes: self._on_written(changes, step), failed=self._on_refused, draft="opportunity",
        )  # fmt: skip

    def _on_written(self, changes: ChangeSet | None, step: int | None) -> None:
        self._writing = False
        if changes is not None:
            found = [c.after for c in changes.of("opportunity") if c.after and self._row is not None]
            if found and self._row is not None:
                self._written = {self._row.id: found[-1]}
        row = self._row
        self._close(step)
        if changes is not None and row is not None:
            self.written.emit(row.id)

    def _on_refused(self, error: Exception) -> None:
        self._writing = False
        if self.editor is not None:
            self.editor.widget.setEnabled(True)
        if not isinstance(error, UserError):
            raise error
        self._refuse(error)

    def _refuse(self, error: UserError) -> None:
        """The editor stays, with the reason."""
        if self.editor is None:
            self._session.problem.emit(error)
            return
        self._say(f"{error.title} {error.message}".strip())
        self.editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self, step: int | None = 0) -> None:
        made, self.editor, row = self.editor, None, self._row
        if made is None:
            return
        had = made.widget.isAncestorOf(QApplication.focusWidget() or self._table) or made.widget.hasFocus()
        made.widget.removeEventFilter(self)
        made.widget.hide()
        made.widget.deleteLater()
        self._say("")
        if had or step is not None:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
            place = self._model.row_of(row.id) if row is not None else -1
            if place >= 0:
                self._table.choose_cell(place, self._section)
        if step:
            self._go_on(step)

    def _go_on(self, step: int) -> None:
        """To the next cell that can be edited, in this row or another."""
        while self._table.step(step):
            index = self._table.currentIndex()
            if getattr(self._model.columns[index.column()], "edit", ""):
                self.start(self._table.current_id(), index.column(), None)
                return

    # Showing ------------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self._reason.setText(text)
        self._reason.setVisible(bool(text))
        if self.editor is not None:
            self.editor.widget.setProperty("wrong", "true" if text else "false")
            self.editor.widget.setAccessibleDescription(text)
            restyle(self.editor.widget)
        self._place()

    def _say_beside(self, deal_id: int, section: int, text: str) -> None:
        """Says for a while why there is no editor."""
        self._reason.setText(text)
        self._reason.show()
        self._place_reason(self._cell(deal_id, section))
        QTimer.singleShot(4000, self._reason, lambda: self.editor is None and self._reason.hide())

    def _cell(self, deal_id: int, section: int) -> QRect:
        row = self._model.row_of(deal_id)
        return self._table.visualRect(self._model.index(row, section)) if row >= 0 else QRect()

    def _place(self) -> None:
        """Editor and reason stand on their cell, wherever it has gone."""
        if self.editor is None or self._row is None:
            return
        cell = self._cell(self._row.id, self._section)
        widget: QWidget = self.editor.widget
        if cell.isNull():
            self.cancel()
            return
        wide = max(cell.width(), _NARROW, widget.minimumSizeHint().width())
        high = max(cell.height(), widget.sizeHint().height())
        left, top = cell.x(), cell.center().y() - high // 2
        view = self._table.viewport().rect()
        if self._lines or left < view.width() < left + wide:
            left = min(left, view.width() - wide)
        if self._lines:
            top = max(0, min(cell.top(), view.height() - high))
        widget.setGeometry(left, top, wide, high)
        self._place_reason(widget.geometry())

    def _place_reason(self, cell: QRect) -> None:
        view = self._table.viewport().rect()
        self._reason.setFixedWidth(min(320, view.width() - 8))
        self._reason.adjustSize()
        below = cell.bottom() + 2
        if below + self._reason.height() > view.height():
            below = max(0, cell.top() - self._reason.height() - 2)
        self._reason.move(max(4, min(cell.x(), view.width() - self._reason.width() - 4)), below)
        self._reason.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that end editing, also from an open list, and leaving the editor."""
        if self.editor is None:
            return False
        if watched is not self.editor.widget:
            away = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
            return away and event.type() is QEvent.Type.KeyPress and self._take_back()
        if event.type() is QEvent.Type.ShortcutOverride:
            # Escape and Tab are the editor's, not a shortcut's.
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        elif event.type() is QEvent.Type.FocusOut and not self._inside():
            QTimer.singleShot(0, self, self._on_left)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            self.cancel()
            return True
        if key in _ENTER and event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._lines:
            return False
        if key in _LEAVING:
            self._commit(_LEAVING[key])
            return True
        return False

    @property
    def _lines(self) -> bool:
        """Whether what is edited has several lines."""
        return self.editor is not None and isinstance(self.editor.widget, NoteEdit)

    def _inside(self) -> bool:
        """Whether the keyboard is in something that the editor has opened."""
        return QApplication.activePopupWidget() is not None

    def _on_left(self) -> None:
        widget = None if self.editor is None else self.editor.widget
        now = QApplication.focusWidget()
        if widget is None or self._inside() or now is None or now is widget or widget.isAncestorOf(now):
            return
        if not self.reason:
            self._commit(None)
