"""A page of the settings: its title, what went wrong, and when it reads anew."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...errors import UserError
from ...services.workspace import SETTINGS
from ..parts import label
from ..session import Session


class Section(QWidget):
    """A page of the settings under its title; it reads what it shows when it is shown, and again when that changes.

    Signals:
        said(text): something was done that a short message confirms.
    """

    said = Signal(object)
    tables: frozenset[str] = frozenset()
    """Tables whose changes it follows."""

    def __init__(self, session: Session, title: str, hint: str = "") -> None:
        super().__init__()
        self._session = session
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 18, 24, 18)
        self.column.setSpacing(10)
        self.column.addWidget(label(title, "title"))
        if hint:
            self.column.addWidget(label(hint, "muted", wrap=True))
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        session.changed.connect(self._on_changed)

    def load(self) -> None:
        """Asks for what is shown."""

    def show_problem(self, error: Exception) -> None:
        """Says what went wrong, on the page itself; raises what is a bug."""
        if not isinstance(error, UserError):
            raise error
        self.problem.setText(f"{error.title} {error.message}".strip())
        self.problem.show()

    def clear_problem(self) -> None:
        """What was wrong is not any more."""
        self.problem.hide()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.isVisible() and (changes.tables & self.tables or changes.verb == SETTINGS):
            self.load()

    def showEvent(self, event: Any) -> None:
        """Comes up to date."""
        super().showEvent(event)
        self.load()
