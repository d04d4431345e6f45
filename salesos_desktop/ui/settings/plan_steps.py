"""The steps of a plan as fields below each other: kind, subject, days, working days, time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ...domain.activities import SUBJECT_LIMIT, ActivityKind
from ...i18n import tr
from ...services.activity_plans import MAX_DAYS, Step
from ..activities.when_edit import TimeEdit
from ..boxes import ComboBox, SpinBox
from ..dialogs.deal import choose
from ..icons import icon
from ..parts import button, label, on_theme


class StepsEditor(QWidget):
    """Steps in their order; Alt with an arrow moves the one that the keyboard is in.

    Signals:
        edited(): something was typed or chosen, or a step came, went or moved.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kinds: list[ActivityKind] = []
        self.rows: list[StepRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.add_button = button(tr("+ Add step"), self._on_add, "link")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._list)
        layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def set_kinds(self, kinds: Sequence[ActivityKind]) -> None:
        """The kinds that are offered from now on."""
        self._kinds = list(kinds)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Shows these in place of what was there."""
        for row in list(self.rows):
            self._take(row)
        for step in steps:
            self._add(step)

    def steps(self) -> list[Step]:
        """What the fields say."""
        return [row.step() for row in self.rows]

    def _on_add(self) -> None:
        last = self.rows[-1].days.value() if self.rows else -1
        self._add(Step(self._kinds[0].code, "", last + 1 if self.rows else 0)).subject.setFocus()
        self.edited.emit()

    def _add(self, step: Step) -> StepRow:
        row = StepRow(self._kinds, step)
        row.edited.connect(self.edited)
        row.removed.connect(lambda: self._remove(row))
        row.shifted.connect(lambda by: self._shift(row, by))
        self.rows.append(row)
        self._list.addWidget(row.frame)
        self._number()
        return row

    def _remove(self, row: StepRow) -> None:
        place = self.rows.index(row)
        self._take(row)
        (self.rows[min(place, len(self.rows) - 1)].subject if self.rows else self.add_button).setFocus()
        self.edited.emit()

    def _take(self, row: StepRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row.frame)
        row.frame.hide()
        row.frame.setParent(None)
        row.frame.deleteLater()
        self._number()

    def _shift(self, row: StepRow, by: int) -> None:
        place = self.rows.index(row)
        if 0 <= place + by < len(self.rows):
            steps = self.steps()
            steps.insert(place + by, steps.pop(place))
            self.show_steps(steps)
            self.rows[place + by].subject.setFocus()
            self.edited.emit()

    def _number(self) -> None:
        for place, row in enumerate(self.rows):
            row.show_place(place, len(self.rows))


class StepRow(QObject):
    """One step's fields in ``frame``.

    Signals:
        edited(): something was typed or chosen. removed(): it is to go. shifted(by): it is to go up (−1) or down (1).
    """

    edited = Signal()
    removed = Signal()
    shifted = Signal(object)

    def __init__(self, kinds: Sequence[ActivityKind], step: Step) -> None:
        super().__init__()
        self._minutes, self._note = step.minutes, step.note
        self.frame = _Frame(self)
        self.number = label("", "heading")
        self.kind, self.subject, self.days, self.time = ComboBox(), QLineEdit(), SpinBox(), TimeEdit()
        for box in (self.kind, self.time):
            box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        for kind in kinds:
            if kind.active or kind.code == step.kind:
                self.kind.addItem(kind.name, kind.code)
        choose(self.kind, step.kind, step.kind)
        self.subject.setMaxLength(SUBJECT_LIMIT)
        self.subject.setText(step.subject)
        self.subject.setCursorPosition(0)
        self.subject.setPlaceholderText(tr("Subject"))
        self.days.setRange(0, MAX_DAYS)
        self.days.setValue(step.days)
        self.days.setPrefix(tr("day +"))
        self.working = QCheckBox(tr("working days"))
        self.working.setChecked(step.working)
        self.time.show_time(step.starts)
        for widget, name in (
            (self.kind, tr("Kind")), (self.subject, tr("Subject")), (self.days, tr("Days after the start")),
            (self.time, tr("Time")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
        self.up, self.down = self._tool("↑", tr("Move up"), -1), self._tool("↓", tr("Move down"), 1)
        remove = self._tool("", tr("Remove the step"), 0)
        on_theme(remove, lambda: remove.setIcon(icon("close")))
        self._place(remove)
        for signal in (
            self.kind.activated, self.subject.textEdited, self.days.valueChanged, self.working.toggled,
            self.time.editTextChanged,
        ):  # fmt: skip
            signal.connect(lambda *_: self.edited.emit())

    def _tool(self, text: str, name: str, by: int) -> QToolButton:
        made = QToolButton()
        made.setText(text)
        made.setToolTip(name)
        made.setAccessibleName(name)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda: self.shifted.emit(by) if by else self.removed.emit())
        return made

    def _place(self, remove: QToolButton) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(8)
        first.addWidget(self.number)
        first.addWidget(self.kind, 1)
        for tool in (self.up, self.down, remove):
            tool.setFixedWidth(28)
            first.addWidget(tool)
        second.addWidget(self.days)
        second.addWidget(self.working)
        second.addWidget(self.time, 1)
        column = QVBoxLayout(self.frame)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(6)
        column.addLayout(first)
        column.addWidget(self.subject)
        column.addLayout(second)

    def show_place(self, place: int, count: int) -> None:
        """Its number among ``count`` steps."""
        self.number.setText(f"{place + 1}.")
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)

    def step(self) -> Step:
        """What the fields say."""
        return Step(
            self.kind.currentData(), self.subject.text(), self.days.value(), self.working.isChecked(), self.time.starts(),
            self._minutes, self._note,
        )  # fmt: skip


class _Frame(QFrame):
    """Holds a step, and hears its keys."""

    def __init__(self, row: StepRow) -> None:
        super().__init__()
        self._row = row
        self.setProperty("role", "card")
        self.setProperty("moves", True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves the step."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._row.shifted.emit(by)
        else:
            super().keyPressEvent(event)
