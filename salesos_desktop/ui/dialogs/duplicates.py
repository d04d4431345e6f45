"""While somebody new is typed: who may be there already, to go there or to go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from ...i18n import N_, tr
from ...services.duplicates import Match
from ..parts import button, label
from ..session import Session
from .base import FormDialog

_TYPING_MS = 150
_REASONS = {
    "email": N_("same email"), "phone": N_("same phone"), "name": N_("similar name and company"),
    "alike": N_("similar name"),
}  # fmt: skip
_KINDS = {"lead": N_("lead"), "contact": N_("contact"), "company": N_("company")}


class DuplicateHint(QFrame):
    """Looks as the lines of a dialog are typed into; there is nothing to see while nobody is alike.

    ``look`` is one of ``services.duplicates``, ``kind`` the table of what the dialog makes, ``lines`` what it is asked by
    name. The last answer stays until the next one is there.

    Signals:
        open_requested(match): show that one instead.
    """

    open_requested = Signal(object)

    def __init__(
        self, dialog: FormDialog, session: Session, kind: str, look: Callable[..., list[Match]],
        lines: Mapping[str, QLineEdit],
    ) -> None:  # fmt: skip
        super().__init__()
        self.setProperty("role", "notice")
        self._dialog, self._session, self._kind, self._service, self._lines = dialog, session, kind, look, lines
        self._job: Any = None
        self.match: Match | None = None
        self._text = label("", "", wrap=True)
        self.open_button = button(tr("Open"), lambda: self.open_requested.emit(self.match))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addWidget(self.open_button)
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addLayout(self._buttons)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self.look)
        for line in lines.values():
            line.textChanged.connect(lambda _: self._timer.start())
        dialog.finished.connect(lambda _: self.stop())
        self.hide()

    def add_button(self, made: QPushButton) -> None:
        """What else can be done with the one that was found."""
        self._buttons.insertWidget(self._buttons.count() - 1, made)

    def look(self) -> None:
        """Looks for one that is there already, and forgets the look before."""
        self.stop()
        typed = {name: line.text() for name, line in self._lines.items()}
        self._job = self._session.ask(self._service, typed, done=self._on_found)

    def stop(self) -> None:
        """Nothing is looked for any more."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()

    def _on_found(self, found: list[Match]) -> None:
        self._job = None
        self.show_match(found[0] if found else None)

    def show_match(self, match: Match | None) -> None:
        """Shows another one, or nothing; a screen reader is told once."""
        before, self.match = self.match, match
        if match == before:
            return
        if match is not None:
            who = " · ".join(part for part in (match.name[:80], match.company[:80]) if part)
            kind = "" if match.kind == self._kind else tr(_KINDS[match.kind]) + ", "
            self._text.setText(
                tr("This may be there already: {who} ({reason})").format(
                    who=who, reason=kind + tr(_REASONS[match.reason])
                )
            )
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._dialog, self._text.text()))
        self.setVisible(match is not None)
        self._dialog.fit()

    @property
    def text(self) -> str:
        """What it says, empty while it is hidden."""
        return "" if self.match is None else self._text.text()
