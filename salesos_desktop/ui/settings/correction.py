"""A correction of somebody's points: an entry of its own, with its reason."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QVBoxLayout

from ...errors import InvalidInput, UserError
from ...i18n import tr
from ...services import board, leaderboard
from ..dialogs.deal import combo
from ..parts import Field, button, label, level
from ..session import Session
from .records import whole


class Correction(QFrame):
    """Person, points and reason; nothing that was given is changed by it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "card")
        self.setMaximumWidth(720)
        self.person = combo([], None)
        self.points, self.reason = QLineEdit(), QLineEdit()
        self.points.setPlaceholderText("−50")
        self.points.setMaxLength(9)
        self.reason.setMaxLength(300)
        self.fields = {
            "person": Field(tr("Person"), self.person), "points": Field(tr("Points to give or take"), self.points),
            "reason": Field(tr("Reason"), self.reason),
        }  # fmt: skip
        self.button = button(tr("Correct"), self.save)
        self.done = label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(10)
        column.addWidget(label(tr("Correct the points of somebody"), "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.addWidget(self.fields["person"], 0, 0)
        grid.addWidget(self.fields["points"], 0, 1)
        grid.addWidget(self.fields["reason"], 1, 0)
        grid.addWidget(level(self.button), 1, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addWidget(self.done)
        self.done.hide()
        for edit in (self.points, self.reason):
            edit.returnPressed.connect(self.save)

    def load(self) -> None:
        """Reads who can be chosen."""
        self._session.ask(board.names, "person", done=self._show_people)

    def save(self) -> None:
        """Writes the entry; what is wrong is said at its field."""
        for field in self.fields.values():
            field.show_error("")
        try:
            amount = whole("points", self.points.text().replace("−", "-"))
        except UserError as error:
            self._show_problem(error)
            return
        self._session.ask(
            leaderboard.correct, self.person.currentData() or 0, amount, self.reason.text(), done=self._on_done,
            failed=self._show_problem,
        )  # fmt: skip

    def _show_people(self, people: list[Any]) -> None:
        chosen = self.person.currentData()
        self.person.clear()
        for each in people:
            self.person.addItem(each.name[:120], each.id)
        self.person.setCurrentIndex(max(0, self.person.findData(chosen)))

    def _on_done(self, _result: Any) -> None:
        text = tr("Corrected: {points} for {name}. It can be undone.")
        self.done.setText(text.format(points=self.points.text().strip(), name=self.person.currentText()))
        self.done.show()
        self.points.clear()
        self.reason.clear()

    def _show_problem(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        field = self.fields.get(error.field if isinstance(error, InvalidInput) else "person", self.fields["person"])
        field.show_error(f"{error.title} {error.message}".strip())
        field.editor.setFocus()
