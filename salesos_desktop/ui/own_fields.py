"""A workspace's own fields as a form: under their sections, shown by their conditions, in panes and dialogs alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from ..domain import custom_fields as rules
from ..domain.condition_fields import known_fields
from ..domain.custom_fields import CustomField, FieldForm, Section
from ..errors import InvalidInput
from ..i18n import amount_for_edit, decimal, parse_amount, tr
from .boxes import ComboBox
from .choices import Choices
from .dates import OptionalDateEdit
from .detail.note import NoteEdit
from .parts import Field, label, scrolled
from .session import Session

_TALL = 230


class OwnFieldsForm(QWidget):
    """One editor for each field; what was typed and not yet written is never overwritten by news from elsewhere.

    Signals:
        edited(key, value): a field was left with another value, as ``custom_values.cleaned`` reads it.
    """

    edited = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._known: list[CustomField] = []
        self._sections: list[Section] = []
        self._row: Mapping[str, Any] = {}
        self._shown: dict[str, Any] = {}
        self._headings: dict[int | None, QWidget] = {}
        self.fields: dict[str, Field] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(12)
        for column in range(2):
            self._grid.setColumnStretch(column, 1)

    def set_fields(self, known: Sequence[CustomField], sections: Sequence[Section]) -> None:
        """The fields that these records have; editors are made anew only when the definitions changed."""
        if list(known) == self._known and list(sections) == self._sections:
            return
        self._known, self._sections = list(known), list(sections)
        while self._grid.count():
            item = self._grid.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().deleteLater()
        self.fields.clear()
        self._headings.clear()
        self._shown.clear()
        line = 0
        for section in [None, *sections]:
            mine = [each for each in known if each.section_id == (section.id if section else None)]
            if mine:
                line = self._add_section(section, mine, line)
        self.setVisible(bool(known))

    def in_dialog(self) -> QWidget:
        """The form as a dialog takes it: many fields scroll, so that the buttons stay on the screen."""
        if self.sizeHint().height() <= _TALL:
            return self
        area = scrolled(self)
        area.setFixedHeight(_TALL)
        self._grid.setContentsMargins(0, 0, 12, 0)
        return area

    def _add_section(self, section: Section | None, mine: list[CustomField], line: int) -> int:
        columns = section.columns if section is not None else 2
        if section is not None:
            self._headings[section.id] = label(section.name, "heading")
            self._grid.addWidget(self._headings[section.id], line, 0, 1, 2)
            line += 1
        column = 0
        for each in mine:
            wide = columns == 1 or each.form is FieldForm.LONG_TEXT
            if wide and column:
                line, column = line + 1, 0
            field = self._made(each)
            self._grid.addWidget(field, line, column, 1, 2 if wide else 1, Qt.AlignmentFlag.AlignTop)
            column = (column + (2 if wide else 1)) % 2
            line += not column
        return line + bool(column)

    def _made(self, each: CustomField) -> Field:
        editor = _editor(each)
        if each.help:
            editor.setToolTip(each.help.replace("&", "&amp;").replace("<", "&lt;"))
            editor.setAccessibleDescription(each.help)
        field = self.fields[each.path] = Field(each.label + (" *" if each.required else ""), editor)
        _on_left(editor, lambda: self.commit(each))
        return field

    def show_record(self, row: Mapping[str, Any], *, same: bool) -> None:
        """Shows a record's values: ``row`` holds its columns; ``same`` keeps what is being typed into it."""
        self._row = row
        kept = rules.stored(row)
        for each in self._known:
            value = kept.get(each.key)
            editor = self.fields[each.path].editor
            if same and self._value(each) != self._as_typed(each, self._shown.get(each.key)):
                continue
            self._shown[each.key] = value
            with QSignalBlocker(editor):
                _set(editor, self._as_typed(each, value))
            if not same:
                self.fields[each.path].show_error("")
        self._show_what_applies()

    def start(self, row: Mapping[str, Any], values: Mapping[str, Any] | None = None) -> None:
        """A new record: the defaults, and kept ``values`` that come from elsewhere."""
        defaults = {each.key: each.default for each in self._known if each.default is not None}
        defaults |= values or {}
        self.show_record({**row, "custom": _json(defaults)}, same=False)

    def follow(self, row: Mapping[str, Any]) -> None:
        """Other fields of the record as they are typed: conditions look at them."""
        self._row = {**self._row, **row}
        self._show_what_applies()

    def follow_editors(self, table: str, editors: Iterable[QWidget], read: Callable[[], Mapping[str, Any]]) -> None:
        """Follows a new record of ``table`` while it is typed: ``read`` gives its columns, those that it leaves out are empty."""
        nothing = dict.fromkeys(known_fields(table))

        def tell() -> None:
            self.follow({**nothing, **read()})

        for editor in editors:
            _on_edited(editor, tell)
        tell()

    def values(self) -> dict[str, Any]:
        """Key → what was entered, of the fields that are shown."""
        return {each.key: self._value(each) for each in self._known if not self.fields[each.path].isHidden()}

    def commit(self, each: CustomField) -> None:
        """Tells of a field that was left with another value."""
        editor = self.fields[each.path].editor
        if isinstance(editor, OptionalDateEdit):
            editor.settle()
        self._show_what_applies()
        value = self._value(each)
        if value != self._as_typed(each, self._shown.get(each.key)):
            self.fields[each.path].show_error("")
            self.edited.emit(each.key, value)

    def commit_all(self) -> bool:
        """Tells of every field that was typed in and not left yet; False when one of them shows an error."""
        for each in self._known:
            self.commit(each)
        wrong = next((field for field in self.fields.values() if field.error), None)
        if wrong is not None:
            wrong.editor.setFocus()
        return wrong is None

    def written(self, key: str, value: Any) -> None:
        """The service took the field; what was typed after it still waits."""
        each = next((known for known in self._known if known.key == key), None)
        if each is not None and self._value(each) == value:
            self._shown[key] = value

    def take_back(self, key: str) -> None:
        """Shows the kept value again."""
        each = next((known for known in self._known if known.key == key), None)
        if each is not None:
            editor = self.fields[each.path].editor
            with QSignalBlocker(editor):
                _set(editor, self._as_typed(each, self._shown.get(key)))

    def _show_what_applies(self) -> None:
        typed = rules.stored(self._row) | {each.key: self._plain(each) for each in self._known}
        row = {**self._row, "custom": _json({k: v for k, v in typed.items() if not rules.is_blank(v)})}
        today = self._session.today
        for each in self._known:
            field = self.fields[each.path]
            field.setVisible(rules.is_shown(each, row, today))
            field.set_caption(each.label + (" *" if rules.is_required(each, row, today) else ""))
        for section_id, heading in self._headings.items():
            heading.setVisible(
                any(not self.fields[e.path].isHidden() for e in self._known if e.section_id == section_id)
            )

    def _plain(self, each: CustomField) -> Any:
        """What is typed, for conditions: a number or amount that cannot be read yet counts as it was."""
        value = self._value(each)
        if value == self._as_typed(each, self._shown.get(each.key)):
            return self._shown.get(each.key)
        return value.isoformat() if isinstance(value, date) else value

    def _value(self, each: CustomField) -> Any:
        return _get(self.fields[each.path].editor)

    def _as_typed(self, each: CustomField, kept: Any) -> Any:
        """A kept value as its editor gives it back untouched."""
        if each.form is FieldForm.CHECKBOX:
            return kept is True
        if each.form is FieldForm.CHOICES:
            return list(kept) if isinstance(kept, list) else []
        if each.form is FieldForm.CHOICE:
            return kept if kept in each.options else None
        if each.form is FieldForm.DATE:
            try:
                return date.fromisoformat(str(kept)) if kept else None
            except ValueError:
                return None
        if each.form is FieldForm.CURRENCY and isinstance(kept, int):
            return amount_for_edit(kept, self._session.workspace.currency)
        if each.form is FieldForm.NUMBER and isinstance(kept, int | float):
            return decimal(Decimal(str(kept)))
        return "" if kept is None else str(kept)


def _editor(each: CustomField) -> QWidget:
    match each.form:
        case FieldForm.LONG_TEXT:
            return NoteEdit()
        case FieldForm.DATE:
            return OptionalDateEdit()
        case FieldForm.CHECKBOX:
            return QCheckBox(tr("Yes"))
        case FieldForm.CHOICES:
            made = Choices()
            made.set_options([(option, option) for option in each.options])
            return made
        case FieldForm.CHOICE:
            box = ComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.addItem("—", None)
            for option in each.options:
                box.addItem(option, option)
            return box
    return QLineEdit()


def _on_left(editor: QWidget, tell: Any) -> None:
    if isinstance(editor, QLineEdit):
        editor.editingFinished.connect(tell)
    elif isinstance(editor, QComboBox):
        editor.activated.connect(lambda _: tell())
    elif isinstance(editor, QCheckBox):
        editor.toggled.connect(lambda _: tell())
    elif isinstance(editor, NoteEdit | OptionalDateEdit | Choices):
        editor.finished.connect(tell)


def _on_edited(editor: QWidget, tell: Callable[[], None]) -> None:
    if isinstance(editor, QLineEdit):
        editor.textChanged.connect(lambda _: tell())
    elif isinstance(editor, QComboBox):
        editor.currentIndexChanged.connect(lambda _: tell())
    elif isinstance(editor, QPlainTextEdit):
        editor.textChanged.connect(tell)
    elif isinstance(editor, OptionalDateEdit):
        editor.finished.connect(tell)


def amount_or_none(text: str, currency: str) -> int | None:
    """An amount in minor units, None for nothing and while it cannot be read."""
    try:
        return parse_amount(text, currency)
    except InvalidInput:
        return None


def _get(editor: QWidget) -> Any:
    if isinstance(editor, QComboBox):
        return editor.currentData()
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, OptionalDateEdit):
        return editor.day()
    if isinstance(editor, Choices):
        return editor.chosen()
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText()
    assert isinstance(editor, QLineEdit)
    return editor.text()


def _set(editor: QWidget, value: Any) -> None:
    if isinstance(editor, QComboBox):
        editor.setCurrentIndex(max(0, editor.findData(value)))
    elif isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    elif isinstance(editor, OptionalDateEdit):
        editor.set_day(value)
    elif isinstance(editor, Choices):
        editor.choose(value)
    elif isinstance(editor, QPlainTextEdit):
        if editor.toPlainText() != value:
            editor.setPlainText(value)
    elif isinstance(editor, QLineEdit) and editor.text() != value:
        editor.setText(value)
        editor.setCursorPosition(0)


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)
