"""Tells whether a form of the settings says something else than what it was filled with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from ..choices import Choices
from ..parts import Field

_KINDS = (QLineEdit, QPlainTextEdit, QCheckBox, QComboBox, QAbstractSpinBox, Choices)


class TypedForm(QObject):
    """Follows the editors of ``fields``, whatever they are made of.

    Signals:
        changed(): something was typed or chosen, or the form was filled.
    """

    changed = Signal()

    def __init__(self, fields: Mapping[str, Field]) -> None:
        super().__init__()
        self._fields = fields
        self._kept: list[Any] = []

    def follow(self, editor: QWidget) -> None:
        """Listens to one more editor."""
        made: Any = editor
        for name in ("textChanged", "currentTextChanged", "toggled", "finished", "edited"):
            signal = getattr(made, name, None)
            if signal is not None:
                # What hangs on a choice is made after it.
                signal.connect(lambda *_: QTimer.singleShot(0, self, self.changed.emit))

    def keep(self) -> None:
        """The form has just been filled."""
        self._kept = self._now()
        self.changed.emit()

    @property
    def differs(self) -> bool:
        """Whether it says something else than then."""
        return self._now() != self._kept

    def _now(self) -> list[Any]:
        return [_said(part) for field in self._fields.values() for part in _parts(field.editor)]


def _parts(editor: QWidget) -> list[Any]:
    if isinstance(editor, _KINDS):
        return [editor]
    # What a condition is made of is taken away a moment after it is hidden.
    return [part for kind in _KINDS for part in editor.findChildren(kind) if not part.isHidden()]


def _said(part: Any) -> Any:
    if isinstance(part, QCheckBox):
        return part.isChecked()
    if isinstance(part, QComboBox):
        return part.currentText()
    if isinstance(part, Choices):
        return part.chosen()
    return part.toPlainText() if isinstance(part, QPlainTextEdit) else part.text()
