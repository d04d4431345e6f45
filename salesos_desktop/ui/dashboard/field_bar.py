"""One field of a deal, or a note on it, typed in place: Enter writes, Esc gives back what was there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from ...errors import InvalidInput, UserError
from ...i18n import tr
from ..opportunities.editors import CellEditor, NoteEdit
from ..parts import button, label, restyle

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FieldBar(QFrame):
    """Hidden while nothing is typed. What the service refuses stays, with the reason below.

    Signals:
        closed(): it was written or given up.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.editor: CellEditor | None = None
        self._write: Callable[[Any], None] | None = None
        self._name, self._reason = label("", "small"), label("", "celltip", wrap=True)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(button(tr("Write  ·  ↵"), self.commit, "primary"))
        self._row.addWidget(button(tr("Cancel  ·  Esc"), self.close_editor))
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(6)
        column.addWidget(self._name)
        column.addLayout(self._row)
        column.addWidget(self._reason)
        self.hide()

    @property
    def reason(self) -> str:
        """Why it was not written, empty when nothing is wrong."""
        return self._reason.text()

    def open(self, name: str, made: CellEditor, write: Callable[[Any], None]) -> None:
        """Shows an editor; ``write`` is called with what was typed, and answers by ``close_editor`` or ``refuse``."""
        self.close_editor()
        self.editor, self._write = made, write
        self._name.setText(name)
        self._say("")
        made.widget.setAccessibleName(name)
        made.widget.setMinimumWidth(200)
        made.widget.take_back = self._take_back
        made.widget.bring_back = lambda: True
        made.widget.installEventFilter(self)
        self._row.insertWidget(0, made.widget, 100 if isinstance(made.widget, NoteEdit) else 0)
        self.show()
        made.widget.show()
        made.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(made.widget, QLineEdit):
            made.widget.selectAll()

    def commit(self) -> None:
        """Writes, unless nothing differs."""
        made, write = self.editor, self._write
        if made is None or write is None:
            return
        try:
            value = made.value()
        except InvalidInput as error:
            self.refuse(error)
            return
        if value == made.before or (isinstance(made.widget, QLineEdit) and made.widget.text() == made.before):
            self.close_editor()
        else:
            made.widget.setEnabled(False)
            write(value)

    def refuse(self, error: Exception) -> None:
        """It could not be written: the editor stays."""
        if not isinstance(error, UserError):
            raise error
        self._say(f"{error.title} {error.message}".strip())
        if self.editor is not None:
            self.editor.widget.setEnabled(True)
            self.editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_editor(self) -> None:
        """Nothing is typed any more."""
        made, self.editor, self._write = self.editor, None, None
        if made is not None:
            made.widget.removeEventFilter(self)
            self._row.removeWidget(made.widget)
            made.widget.hide()
            made.widget.deleteLater()
            self.hide()
            self.closed.emit()

    def _take_back(self) -> bool:
        """Undo, where no typing is left to undo, gives it up."""
        self.close_editor()
        return True

    def _say(self, text: str) -> None:
        self._reason.setText(text)
        self._reason.setVisible(bool(text))
        if self.editor is not None:
            self.editor.widget.setProperty("wrong", "true" if text else "false")
            self.editor.widget.setAccessibleDescription(text)
            restyle(self.editor.widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc; Shift and Enter begins a line in a note."""
        if self.editor is None or watched is not self.editor.widget or not isinstance(event, QKeyEvent):
            return False
        escape = event.key() == Qt.Key.Key_Escape
        if event.type() is QEvent.Type.ShortcutOverride and escape:
            event.accept()
            return True
        if event.type() is not QEvent.Type.KeyPress:
            return False
        if escape:
            self.close_editor()
            return True
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.commit()
            return True
        return False
