"""The editor of a tree of conditions: groups of which all, some or none hold, and lines of field, operator and value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...domain.condition_fields import FieldKind, operators_of
from ...domain.conditions import All, AnyOf, Condition, Not, Operator, Test
from ...errors import InvalidInput
from ...i18n import N_, tr
from ..boxes import ComboBox
from ..icons import icon
from ..parts import button, on_theme
from .fields import FieldChoice
from .values import ValueEditor

_DEPTH = 6
"""Levels that can be added by hand; a condition that has more is shown and kept as it is."""
_O = Operator
OPERATORS = {
    _O.EQUALS: N_("is"), _O.NOT_EQUALS: N_("is not"), _O.CONTAINS: N_("contains"),
    _O.NOT_CONTAINS: N_("does not contain"), _O.STARTS_WITH: N_("begins with"), _O.GREATER: N_("is more than"),
    _O.AT_LEAST: N_("is at least"), _O.LESS: N_("is less than"), _O.AT_MOST: N_("is at most"),
    _O.BETWEEN: N_("is between"), _O.ONE_OF: N_("is one of"), _O.NONE_OF: N_("is none of"), _O.EMPTY: N_("is empty"),
    _O.NOT_EMPTY: N_("is not empty"), _O.HAS_ANY: N_("has any of"), _O.HAS_NONE: N_("has none of"),
    _O.BEFORE: N_("is before"), _O.AFTER: N_("is after"), _O.WITHIN: N_("is within"),
}  # fmt: skip
_MODES = (N_("All of these hold"), N_("Any of these holds"), N_("None of these holds"), N_("Not all of these hold"))
_SKIPPED = frozenset({_O.GREATER, _O.LESS})
"""Operators on days that ``after`` and ``before`` say better."""


class ConditionEditor(QWidget):
    """One whole condition.

    Signals:
        edited(): something was chosen or typed.
    """

    edited = Signal()

    def __init__(self, currency: str) -> None:
        super().__init__()
        self._currency = currency
        self._fields: list[FieldChoice] = []
        self.group = GroupEditor(self._fields, currency, 1)
        self.group.edited.connect(self.edited)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.group)

    def set_fields(self, fields: Sequence[FieldChoice]) -> None:
        """The fields to choose from; references without options are left out, for nobody knows numbers."""
        usable = [each for each in fields if each.kind is not FieldKind.REF or each.options]
        self._fields[:] = sorted(usable, key=lambda each: each.title.casefold())

    def show_condition(self, condition: Condition) -> None:
        """Shows a condition in place of what was there."""
        self.group.show_condition(condition)

    def begin(self) -> None:
        """Shows one line to be filled in."""
        self.group.show_condition(All())
        self.group.add_test()

    def condition(self) -> Condition:
        """What is shown. Raises InvalidInput on ``conditions``."""
        try:
            return self.group.condition()
        except ValueError as error:
            raise InvalidInput(
                "conditions", tr("A condition is not complete."), tr("Fill it in or remove it.")
            ) from error


class GroupEditor(QFrame):
    """Some conditions together.

    Signals:
        edited(): something was chosen or typed. removed(): the whole group is to go.
    """

    edited = Signal()
    removed = Signal()

    def __init__(self, fields: list[FieldChoice], currency: str, depth: int) -> None:
        super().__init__()
        if depth > 1:
            self.setProperty("role", "card")
        self._fields, self._currency, self._depth = fields, currency, depth
        self.parts: list[GroupEditor | TestEditor] = []
        self.mode = ComboBox()
        self.mode.addItems([tr(text) for text in _MODES])
        self.mode.setAccessibleName(tr("How the conditions go together"))
        self.mode.activated.connect(lambda _: self.edited.emit())
        head = QHBoxLayout()
        head.addWidget(self.mode)
        head.addStretch(1)
        if depth > 1:
            head.addWidget(_remove(tr("Remove the group"), self.removed.emit))
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        foot = QHBoxLayout()
        foot.addWidget(button(tr("+ Condition"), self.add_test, "link"))
        if depth < _DEPTH:
            foot.addWidget(button(tr("+ Group"), self._add_group, "link"))
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*((10, 8, 6, 6) if depth > 1 else (0, 0, 0, 0)))
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self._list)
        layout.addLayout(foot)
        self._show_mode()

    def show_condition(self, condition: Condition) -> None:
        """Shows a condition; a single test stands in a group of its own."""
        for part in list(self.parts):
            self._take(part)
        mode, parts = _taken_apart(condition)
        self.mode.setCurrentIndex(mode)
        for part in parts:
            if isinstance(part, Test):
                self._add(TestEditor(self._fields, self._currency)).show_test(part)
            else:
                self._add(GroupEditor(self._fields, self._currency, self._depth + 1)).show_condition(part)
        self._show_mode()

    def condition(self) -> Condition:
        """What is shown. Raises InvalidInput or ValueError for a line that is not complete."""
        parts = tuple(part.condition() for part in self.parts)
        mode = self.mode.currentIndex()
        if not parts:
            return All()
        return (All(parts), AnyOf(parts), Not(AnyOf(parts)), Not(All(parts)))[mode]

    def _add(self, part: Any) -> Any:
        part.edited.connect(self.edited)
        part.removed.connect(lambda: self._on_removed(part))
        self.parts.append(part)
        self._list.addWidget(part)
        self._show_mode()
        return part

    def add_test(self) -> None:
        """One more line, ready to be filled in."""
        self._add(TestEditor(self._fields, self._currency)).field.setFocus()

    def _add_group(self) -> None:
        self._add(GroupEditor(self._fields, self._currency, self._depth + 1))

    def _on_removed(self, part: GroupEditor | TestEditor) -> None:
        self._take(part)
        self.edited.emit()

    def _take(self, part: GroupEditor | TestEditor) -> None:
        self.parts.remove(part)
        self._list.removeWidget(part)
        part.hide()
        part.deleteLater()
        self._show_mode()

    def _show_mode(self) -> None:
        self.mode.setVisible(bool(self.parts))


class TestEditor(QWidget):
    """One line: a field, how it is held against a value, and the value.

    Signals:
        edited(): something was chosen or typed. removed(): the line is to go.
    """

    __test__ = False
    edited = Signal()
    removed = Signal()

    def __init__(self, fields: list[FieldChoice], currency: str) -> None:
        super().__init__()
        self._fields, self._currency = fields, currency
        self.field, self.operator, self.value = ComboBox(), ComboBox(), ValueEditor(currency)
        for box, name in ((self.field, tr("Field")), (self.operator, tr("Operator"))):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(9)
        for each in fields:
            self.field.addItem(each.title, each.path)
        self.field.activated.connect(lambda _: self._on_field())
        self.operator.activated.connect(lambda _: self._on_operator())
        self.value.edited.connect(self.edited)
        first = QHBoxLayout()
        first.setSpacing(6)
        first.addWidget(self.field, 3)
        first.addWidget(self.operator, 2)
        self._cross = _remove(tr("Remove the condition"), self.removed.emit)
        first.addWidget(self._cross)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(first)
        layout.addWidget(self.value)
        self._on_field(tell=False)

    def tab_parts(self) -> list[QWidget]:
        """The value comes before what takes the line away."""
        return [self.field, self.operator, self.value, self._cross]

    def show_test(self, test: Test) -> None:
        """Shows a test; a field that is no longer offered keeps its path as its name."""
        if self.field.findData(test.field) < 0:
            self.field.addItem(test.field, test.field)
        self.field.setCurrentIndex(self.field.findData(test.field))
        self._on_field(tell=False)
        self.operator.setCurrentIndex(max(0, self.operator.findData(test.operator.value)))
        self._on_operator(tell=False)
        self.value.show_value(test.value)

    def condition(self) -> Test:
        """The test. Raises InvalidInput or ValueError."""
        return Test(str(self.field.currentData()), self._operator(), self.value.value())

    def _chosen(self) -> FieldChoice:
        path = self.field.currentData()
        return next((f for f in self._fields if f.path == path), FieldChoice(str(path), str(path), FieldKind.TEXT))

    def _operator(self) -> Operator:
        return Operator(self.operator.currentData() or _O.NOT_EMPTY.value)

    def _on_field(self, *, tell: bool = True) -> None:
        kind = self._chosen().kind
        before = self.operator.currentData()
        self.operator.clear()
        days = kind in (FieldKind.DATE, FieldKind.INSTANT)
        for operator in operators_of(kind):
            if not (days and operator in _SKIPPED):
                self.operator.addItem(tr(OPERATORS[operator]), operator.value)
        self.operator.setCurrentIndex(max(0, self.operator.findData(before)))
        self._on_operator(tell=tell)

    def _on_operator(self, *, tell: bool = True) -> None:
        self.value.show_kind(self._chosen(), self._operator())
        if tell:
            self.edited.emit()


def _taken_apart(condition: Condition) -> tuple[int, tuple[Condition, ...]]:
    """Which of _MODES a condition is, and its parts."""
    match condition:
        case All(parts):
            return 0, parts
        case AnyOf(parts):
            return 1, parts
        case Not(AnyOf(parts)):
            return 2, parts
        case Not(All(parts)):
            return 3, parts
        case Not(part):
            return 2, (part,)
    return 0, (condition,)


def _remove(text: str, action: Callable[[], object]) -> QToolButton:
    made = QToolButton()
    made.setAccessibleName(text)
    made.setToolTip(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(lambda: action())
    on_theme(made, lambda: made.setIcon(icon("close")))
    return made
