"""What every dialog has: a title, fields, an answer that waits for the service, and errors beside their fields."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...errors import InvalidInput, UserError
from ...i18n import tr
from ..dates import DateEdit
from ..keyboard import go_on
from ..parts import Elided, Field, button, label

_FRAME = 40
"""What a screen's height has to have beside a dialog: its title bar and edge."""


class FormDialog(QDialog):
    """A window-modal form. It stays open, with what was typed, until the service has said yes.

    ``confirm`` is called by the main button; it ends in ``accept`` or in ``show_problem``.
    """

    def __init__(self, parent: QWidget | None, title: str, subtitle: str = "", *, width: int = 470) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(width)
        self.fields: dict[str, Field] = {}
        self._fitted = 0
        self._warned = False
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(24, 20, 24, 20)
        self._outer.setSpacing(12)
        self._outer.addWidget(label(title, "title"))
        if subtitle:
            self._outer.addWidget(Elided(subtitle, "muted"))
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self._outer.addLayout(self.body)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._outer.addWidget(self._problem)
        self.main_button: QPushButton | None = None
        self._confirm: Callable[[], object] | None = None

    def add_field(self, name: str, caption: str, editor: QWidget) -> Field:
        """Makes a field that errors with this name go to; the caller places it."""
        field = Field(caption, editor)
        self.fields[name] = field
        return field

    def add_row(self, *fields: Field) -> None:
        """Fields side by side."""
        row = QHBoxLayout()
        row.setSpacing(12)
        for field in fields:
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    def add_buttons(self, text: str, confirm: Callable[[], object], kind: str = "primary") -> None:
        """Cancel and the one that does it."""
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        self.cancel_button = button(tr("Cancel"), self.reject)
        row.addWidget(self.cancel_button)
        self._confirm = confirm
        self.main_button = button(text, self.answer, kind)
        self.main_button.setDefault(True)
        row.addWidget(self.main_button)
        self._outer.addSpacing(4)
        self._outer.addLayout(row)

    def answer(self) -> None:
        """Confirms once: the button rests until the service has answered."""
        if self._confirm is None or self.main_button is None or not self.main_button.isEnabled():
            return
        for field in self.fields.values():
            field.show_error("")
        self._problem.hide()
        wrong = next((each for each in self.findChildren(DateEdit) if each.isVisible() and not each.settle()), None)
        if wrong is not None:
            wrong.setFocus()
            self.fit()
            return
        self.main_button.setEnabled(False)
        try:
            self._confirm()
        except UserError as error:
            self.show_problem(error)

    def on_done(self, _result: object = None) -> None:
        """The service said yes."""
        self.accept()

    def show_problem(self, error: Exception) -> None:
        """Says what is wrong, beside its field where there is one; raises what is a bug."""
        if self.main_button is not None:
            self.main_button.setEnabled(True)
        if not isinstance(error, UserError):
            raise error
        text = f"{error.title} {error.message}".strip()
        field = self.fields.get(error.field) if isinstance(error, InvalidInput) else None
        if field is not None:
            field.show_error(text)
            field.editor.setFocus()
        else:
            self._problem.setText(text)
            self._problem.show()
        self.fit()

    def fit(self) -> None:
        """As high as what is shown needs at this width and the screen has room for; one that was made taller stays so."""
        self._outer.activate()
        high = (
            self._outer.totalHeightForWidth(self.width())
            if self._outer.hasHeightForWidth()
            else self.sizeHint().height()
        )
        high = min(high, self.screen().availableGeometry().height() - _FRAME)
        # Its layout may have made it as high already, which is nobody's wish.
        if self.height() == self._fitted or self.height() <= high:
            self._fitted = high
            self.resize(self.width(), high)

    def showEvent(self, event: QShowEvent) -> None:
        """Opens fitted, unless the dialog has a size of its own."""
        if not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            self._fitted = self.height()
            self.fit()
        super().showEvent(event)

    def _holds_typing(self) -> bool:
        """Whether somebody has typed into a field and it is not empty."""
        lines = any(each.isModified() and each.text().strip() for each in self.findChildren(QLineEdit))
        texts = self.findChildren(QPlainTextEdit)
        return lines or any(each.document().isModified() and each.toPlainText().strip() for each in texts)

    def _may_go(self) -> bool:
        """Whether Esc closes: what was typed is not lost by one slip of a finger."""
        if self._warned or not self._holds_typing():
            return True
        self._warned = True
        self._problem.setText(tr("What you have typed would be lost. Esc once more discards it."))
        self._problem.show()
        self.fit()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter confirms from anywhere, also from a note; Enter in a box that is typed in only takes the choice, and on a
        button presses that one.
        """
        if event.key() == Qt.Key.Key_Escape and not self._may_go():
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        box = self.focusWidget()
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.answer()
        elif enter and isinstance(box, QComboBox) and box.isEditable():
            event.accept()
        elif enter and isinstance(box, QPushButton) and box.isEnabled():
            box.click()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes as the form is read."""
        return go_on(self, forward=forward)
