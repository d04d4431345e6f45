"""What each action earns."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from ...domain.points import DEFAULT_POINTS
from ...errors import InvalidInput, UserError
from ...i18n import N_, tr
from ...services import setup
from ..parts import Field, button, label
from ..session import Session
from .correction import Correction
from .records import Section, whole

TITLES = {
    "lead_created": N_("Lead created"), "lead_qualified": N_("Lead qualified"), "lead_converted": N_("Lead converted"),
    "stage_forward": N_("Deal forward by one stage"), "won": N_("Deal won"),
    "won_value_divisor": N_("Won: one more point for each … of value (0: none)"),
    "task_on_time": N_("Task done on time"), "note_logged": N_("Note or activity logged"),
}  # fmt: skip


class PointsSection(Section):
    """The values as a form; they count from when they are saved."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Points"), tr("A change counts from now on; points already given stay as they are.")
        )
        self.fields: dict[str, Field] = {}
        card = QFrame()
        card.setProperty("role", "card")
        card.setMaximumWidth(720)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(12)
        for n, name in enumerate(DEFAULT_POINTS):
            edit = QLineEdit()
            edit.setMaxLength(9)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.returnPressed.connect(self.save)
            edit.textEdited.connect(lambda _: self._update())
            self.fields[name] = Field(tr(TITLES[name]), edit)
            grid.addWidget(self.fields[name], n // 2, n % 2, Qt.AlignmentFlag.AlignTop)
        column.addLayout(grid)
        row = QHBoxLayout()
        self.done = label("", "muted")
        row.addWidget(self.done, 1)
        self.usual_button = button(tr("The usual values"), self._show_usual)
        row.addWidget(self.usual_button)
        self.save_button = button(tr("Save"), self.save, "primary")
        row.addWidget(self.save_button)
        column.addLayout(row)
        self.column.addWidget(self.problem)
        self.column.addWidget(card)
        self.correction = Correction(session)
        self.column.addWidget(self.correction)
        self.column.addStretch(1)
        self._shown: dict[str, str] = {}

    def load(self) -> None:
        """Shows the values; what is being typed stays."""
        self.correction.load()
        rules = self._session.workspace.point_rules
        for name, field in self.fields.items():
            if self._text(name) == self._shown.get(name, ""):
                field.editor.setText(str(rules[name]))  # type: ignore[attr-defined]
            self._shown[name] = str(rules[name])
        self._update()

    def save(self) -> None:
        """Writes what differs."""
        self.clear_problem()
        for field in self.fields.values():
            field.show_error("")
        try:
            values = {name: whole(name, self._text(name)) for name in self.fields if self._changed(name)}
        except UserError as error:
            self.show_problem(error)
            return
        if values:
            self._session.ask(setup.change_points, values, done=self._on_saved, failed=self.show_problem)

    def show_problem(self, error: Exception) -> None:
        """At its field."""
        field = self.fields.get(error.field) if isinstance(error, InvalidInput) else None
        if field is None or not isinstance(error, UserError):
            super().show_problem(error)
        else:
            field.show_error(f"{error.title} {error.message}".strip())
            field.editor.setFocus()

    def _on_saved(self, _result: Any) -> None:
        for name in self.fields:
            self._shown[name] = self._text(name)
        self.load()
        self.done.setText(tr("Saved. They count from now on."))

    def _show_usual(self) -> None:
        for name, value in DEFAULT_POINTS.items():
            self.fields[name].editor.setText(str(value))  # type: ignore[attr-defined]
        self._update()

    def _text(self, name: str) -> str:
        return str(self.fields[name].editor.text()).strip()  # type: ignore[attr-defined]

    def _changed(self, name: str) -> bool:
        return self._text(name) != self._shown.get(name)

    def _update(self) -> None:
        changed = any(self._changed(name) for name in self.fields)
        self.save_button.setEnabled(changed)
        self.usual_button.setEnabled(any(self._text(n) != str(v) for n, v in DEFAULT_POINTS.items()))
        if changed:
            self.done.setText("")
