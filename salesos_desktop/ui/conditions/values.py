"""Editors of a condition's value: texts, numbers, amounts, days, ranges, options."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from ...domain.condition_fields import FieldKind
from ...domain.conditions import Operator
from ...domain.relative_days import Range, RangeName, Relative, Unit
from ...errors import InvalidInput
from ...i18n import N_, amount_for_edit, number, parse_amount, tr
from ..boxes import ComboBox, SpinBox
from ..dates import OptionalDateEdit
from .fields import FieldChoice

_O = Operator
_RANGES = {
    RangeName.TODAY: N_("today"), RangeName.YESTERDAY: N_("yesterday"), RangeName.TOMORROW: N_("tomorrow"),
    RangeName.LAST_WEEK: N_("last week"), RangeName.THIS_WEEK: N_("this week"), RangeName.NEXT_WEEK: N_("next week"),
    RangeName.LAST_MONTH: N_("last month"), RangeName.THIS_MONTH: N_("this month"),
    RangeName.NEXT_MONTH: N_("next month"), RangeName.LAST_QUARTER: N_("last quarter"),
    RangeName.THIS_QUARTER: N_("this quarter"), RangeName.NEXT_QUARTER: N_("next quarter"),
    RangeName.LAST_YEAR: N_("last year"), RangeName.THIS_YEAR: N_("this year"), RangeName.NEXT_YEAR: N_("next year"),
    RangeName.LAST_DAYS: N_("the last days"), RangeName.NEXT_DAYS: N_("the next days"),
}  # fmt: skip


class ValueEditor(QWidget):
    """The value of a test, as its field and operator want it.

    Signals:
        edited(): something was chosen or typed.
    """

    edited = Signal()

    def __init__(self, currency: str) -> None:
        super().__init__()
        self._currency = currency
        self._shape: tuple[FieldKind, str] | None = None
        self._choice = FieldChoice("", "", FieldKind.TEXT)
        self._operator = Operator.EMPTY
        self.editors: list[Any] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)

    def show_kind(self, choice: FieldChoice, operator: Operator) -> None:
        """Makes the editors that this field and operator want; what was typed stays where it still fits."""
        self._choice, self._operator = choice, operator
        form = self._form()
        shape = (choice.kind, f"{form}{choice.path if choice.options else ''}")
        if shape == self._shape:
            return
        self._shape = shape
        for editor in self.editors:
            self._row.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        self.editors = []
        if form == "none":
            self.hide()
            return
        makers: dict[str, Any] = {
            "option": self._option, "flag": self._flag, "range": RangeEditor, "day": DayEditor, "day2": DayEditor,
        }  # fmt: skip
        make = makers.get(form, QLineEdit)
        for _ in range(2 if operator is _O.BETWEEN else 1):
            editor = make()
            editor.setAccessibleName(tr("Value"))
            self._row.addWidget(editor, 1)
            self.editors.append(editor)
            signal = editor.textEdited if isinstance(editor, QLineEdit) else getattr(editor, "edited", None)
            (signal if signal is not None else editor.activated).connect(lambda *_: self.edited.emit())
        if form == "list" and self.editors:
            self.editors[0].setPlaceholderText(tr("separated by commas"))
        self.show()

    def _form(self) -> str:
        kind, operator = self._choice.kind, self._operator
        if operator in (_O.EMPTY, _O.NOT_EMPTY):
            return "none"
        if operator in (_O.ONE_OF, _O.NONE_OF, _O.HAS_ANY, _O.HAS_NONE):
            return "list"
        if operator is _O.WITHIN:
            return "range"
        if kind in (FieldKind.DATE, FieldKind.INSTANT):
            return "day2" if operator is _O.BETWEEN else "day"
        if kind is FieldKind.FLAG:
            return "flag"
        if self._choice.options:
            return "option"
        return "pair" if operator is _O.BETWEEN else "line"

    def _option(self) -> QComboBox:
        box = ComboBox()
        for value, title in self._choice.options:
            box.addItem(title, value)
        return box

    def _flag(self) -> QComboBox:
        box = ComboBox()
        box.addItem(tr("Yes"), True)
        box.addItem(tr("No"), False)
        return box

    def show_value(self, value: Any) -> None:
        """Shows the value of a test."""
        values = value if isinstance(value, tuple) and self._operator is _O.BETWEEN else (value,)
        for editor, each in zip(self.editors, values, strict=False):
            if isinstance(editor, QComboBox):
                if editor.findData(each) < 0 and each is not None:
                    editor.addItem(each if isinstance(each, str) else tr("no longer there"), each)
                editor.setCurrentIndex(max(0, editor.findData(each)))
            elif isinstance(editor, RangeEditor | DayEditor):
                editor.show_value(each)
            else:
                parts = each if isinstance(each, tuple) else (each,)
                editor.setText(", ".join(self._text(part) for part in parts))

    def value(self) -> Any:
        """The value. Raises InvalidInput on ``conditions``."""
        if not self.editors:
            return None
        found = [self._read(editor) for editor in self.editors]
        if self._form() == "list":
            return found[0]
        return tuple(found) if self._operator is _O.BETWEEN else found[0]

    def _read(self, editor: Any) -> Any:
        if isinstance(editor, QComboBox):
            return editor.currentData()
        if isinstance(editor, RangeEditor | DayEditor):
            return editor.value()
        text = editor.text().strip()
        if self._form() == "list":
            return tuple(self._one(part.strip()) for part in text.split(",") if part.strip())
        return self._one(text)

    def _one(self, text: str) -> Any:
        """One typed value; options are read by their titles."""
        for value, title in self._choice.options:
            if title.casefold() == text.casefold():
                return value
        try:
            if self._choice.kind is FieldKind.MONEY:
                return _needed(parse_amount(text, self._currency))
            if self._choice.kind in (FieldKind.NUMBER, FieldKind.REF):
                return int("".join(text.split()))
        except (ValueError, InvalidInput) as error:
            raise InvalidInput(
                "conditions", tr("“{text}” is not a whole number.").format(text=text[:40]), tr("Correct it.")
            ) from error
        return text

    def _text(self, value: Any) -> str:
        title = next((title for known, title in self._choice.options if known == value), None)
        if title is not None:
            return title
        if self._choice.kind is FieldKind.MONEY and isinstance(value, int):
            return amount_for_edit(value, self._currency)
        return number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value or "")


class DayEditor(QWidget):
    """A date, or a number of days from today.

    Signals:
        edited(): something was chosen or typed.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.how = ComboBox()
        self.how.addItems([tr("on the date"), tr("days from today")])
        self.date, self.days = OptionalDateEdit(), SpinBox()
        self._given: Any = None
        self.days.setRange(-9999, 9999)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.how)
        row.addWidget(self.date, 1)
        row.addWidget(self.days, 1)
        self.how.activated.connect(lambda _: self._show())
        self.date.finished.connect(self.edited)
        self.days.valueChanged.connect(lambda _: self.edited.emit())
        self._show()

    def show_value(self, value: Any) -> None:
        """A date or a Relative; one in weeks or months is shown in the days it comes to."""
        self._given = value
        self.how.setCurrentIndex(1 if isinstance(value, Relative) else 0)
        if isinstance(value, Relative):
            self.days.setValue((value.day(date.today()) - date.today()).days)
        else:
            self.date.set_day(value)
        self._show()

    def value(self) -> Any:
        """The date or Relative. Raises InvalidInput on ``conditions``."""
        if self.how.currentIndex() == 1:
            given = self._given
            if isinstance(given, Relative) and self.days.value() == (given.day(date.today()) - date.today()).days:
                return given
            return Relative(Unit.DAYS, self.days.value())
        return _needed(self.date.taken())

    def _show(self) -> None:
        relative = self.how.currentIndex() == 1
        self.date.setVisible(not relative)
        self.days.setVisible(relative)
        self.edited.emit()


class RangeEditor(QWidget):
    """A range by its name, with a number of days where it wants one.

    Signals:
        edited(): something was chosen or typed.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name, self.days = ComboBox(), SpinBox()
        for name, title in _RANGES.items():
            self.name.addItem(tr(title), name.value)
        self.days.setRange(1, 9999)
        self.days.setValue(30)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 2)
        row.addWidget(self.days, 1)
        self.name.activated.connect(lambda _: self._show())
        self.days.valueChanged.connect(lambda _: self.edited.emit())
        self._show()

    def show_value(self, value: Any) -> None:
        """A Range."""
        if isinstance(value, Range):
            self.name.setCurrentIndex(self.name.findData(value.name.value))
            self.days.setValue(value.days or 30)
        self._show()

    def value(self) -> Range:
        """The Range."""
        name = RangeName(self.name.currentData())
        return Range(name, self.days.value()) if self._counted() else Range(name)

    def _counted(self) -> bool:
        return self.name.currentData() in (RangeName.LAST_DAYS.value, RangeName.NEXT_DAYS.value)

    def _show(self) -> None:
        self.days.setVisible(self._counted())
        self.edited.emit()


def _needed(value: Any) -> Any:
    if value is None:
        raise InvalidInput("conditions", tr("A condition has no value."), tr("Fill it in or remove it."))
    return value
