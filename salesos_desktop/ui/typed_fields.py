"""Fields that are written as they are left: what was typed is told from what was shown, and Esc takes it back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from .parts import Field


class TypedFields(QWidget):
    """Fields by name; ``_shown`` holds the text of each as it was shown last."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, str] = {}
        self.fields: dict[str, Field] = {}

    def revert(self, name: str) -> None:
        """Esc: shows the kept value again."""
        self._set_text(name, self._shown.get(name, ""))
        self.fields[name].show_error("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in a changed field takes the typing back; in an unchanged one it goes to the pane."""
        if event.key() == Qt.Key.Key_Escape:
            for name, field in self.fields.items():
                if field.editor.hasFocus() and self._text(name) != self._shown.get(name, self._text(name)):
                    self.revert(name)
                    return
        super().keyPressEvent(event)

    def _text(self, name: str) -> str:
        editor = self.fields[name].editor
        if isinstance(editor, QLineEdit):
            return editor.text()
        return editor.toPlainText() if isinstance(editor, QPlainTextEdit) else ""

    def _set_text(self, name: str, text: str) -> None:
        editor = self.fields[name].editor
        if isinstance(editor, QLineEdit) and editor.text() != text:
            editor.setText(text)
            editor.setCursorPosition(0)
        elif isinstance(editor, QPlainTextEdit) and editor.toPlainText() != text:
            editor.setPlainText(text)
