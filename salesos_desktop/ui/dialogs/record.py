"""What the dialogs for a new contact and a new company share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ...domain.opportunities import NAME_LIMIT
from ...i18n import tr
from ...services.board import Named
from ...services.duplicates import Match
from ..session import Session
from .base import FormDialog
from .deal import combo, split_tags
from .duplicates import DuplicateHint


class RecordDialog(FormDialog):
    """Lines by name, owner, tags and note; a dialog places its lines first. ``people`` can own the record.

    Signals:
        created(id): it was made.
        open_requested(match): show one that was there before.
    """

    created = Signal(object)
    open_requested = Signal(object)

    def __init__(
        self, parent: QWidget | None, session: Session, people: Sequence[Named], title: str, names: Sequence[str]
    ) -> None:
        super().__init__(parent, title, width=540)
        self._session = session
        self.lines = {name: QLineEdit() for name in (*names, "tags")}
        for edit in self.lines.values():
            edit.setMaxLength(NAME_LIMIT)
        owners = [(tr("Nobody"), None), *((p.name, p.id) for p in session.in_reach(people) if p.active)]
        self.owner = combo(owners, session.workspace.actor_id)
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(64)

    def add_hint(self, kind: str, look: Callable[..., list[Match]], names: Sequence[str]) -> None:
        """Places the hint at one that may be there already, found by ``look`` from these lines."""
        compared = {name: self.lines[name] for name in names}
        self.strip = DuplicateHint(self, self._session, kind, look, compared)
        self.strip.open_requested.connect(self._on_open)
        self.body.addWidget(self.strip)

    def _on_open(self, match: Match) -> None:
        self.accept()
        self.open_requested.emit(match)

    def add_common(self, text: str) -> None:
        """Places what every record has, and the buttons; ``text`` is the main one's."""
        self.add_row(
            self.add_field("owner_id", tr("Owner"), self.owner),
            self.add_field("tags", tr("Tags, separated by commas"), self.lines["tags"]),
        )
        self.body.addWidget(self.add_field("note", tr("Note"), self.note))
        self.add_buttons(text, lambda: self.create(self.values()))
        self.lines["name"].setFocus()

    def values(self) -> dict[str, Any]:
        """What the fields say, by the names that the service takes."""
        lines = {name: line.text() for name, line in self.lines.items()}
        return {
            **lines, "tags": split_tags(lines["tags"]), "owner_id": self.owner.currentData(),
            "note": self.note.toPlainText(),
        }  # fmt: skip

    @abstractmethod
    def create(self, values: dict[str, Any]) -> None:
        """Makes it; ends in ``on_created`` or ``show_problem``."""

    def on_created(self, record_id: int | None) -> None:
        """It is there, or waits as a draft."""
        self.accept()
        if record_id is not None:
            self.created.emit(record_id)
