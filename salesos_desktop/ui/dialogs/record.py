"""What the dialogs for a new contact and a new company share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ...domain.opportunities import NAME_LIMIT
from ...i18n import tr
from ..session import Session
from ..tables.lists import ShortLists
from .base import FormDialog
from .deal import combo, split_tags


class RecordDialog(FormDialog):
    """Lines by name, owner, tags and note; a dialog places its lines first."""

    created: Any

    def __init__(
        self, parent: QWidget | None, session: Session, lists: ShortLists, title: str, names: Sequence[str]
    ) -> None:
        super().__init__(parent, title, width=540)
        self._session = session
        self.lines = {name: QLineEdit() for name in (*names, "tags")}
        for edit in self.lines.values():
            edit.setMaxLength(NAME_LIMIT)
        people = [(tr("Nobody"), None), *((p.name, p.id) for p in lists.people if p.active)]
        self.owner = combo(people, session.workspace.actor_id)
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(64)

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

    def on_created(self, record_id: int) -> None:
        """It is there."""
        self.accept()
        self.created.emit(record_id)
