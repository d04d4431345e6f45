"""The dialog for a new contact: who they are, where they work and how to reach them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from ...i18n import tr
from ...services import contacts as service
from ...services import duplicates
from ...services.board import Named
from ...services.workspace import Workspace
from ..session import Session
from .deal import NamedEdit
from .record import RecordDialog


class ContactDialog(RecordDialog):
    """A new contact; a new company is made with it. ``make(workspace, values)`` makes both and returns the contact's id.

    ``only_contacts`` leaves leads out of those that may be there already.
    """

    def __init__(
        self, parent: QWidget | None, session: Session, people: Sequence[Named], *, company: str = "", name: str = "",
        make: Callable[..., int] = service.create, only_contacts: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(parent, session, people, tr("New contact"), ("name", "position", "email", "phone"))
        self._make = make
        self.lines["company"] = NamedEdit(session, "company")
        add, lines = self.add_field, self.lines
        self.body.addWidget(add("name", tr("Name"), lines["name"]))
        self.add_row(
            add("company", tr("Company"), lines["company"]), add("position", tr("Position"), lines["position"])
        )
        self.add_row(add("email", tr("Email"), lines["email"]), add("phone", tr("Phone"), lines["phone"]))
        look = _contacts_like if only_contacts else duplicates.of_contact
        self.add_hint("contact", look, ("name", "company", "email", "phone"))
        self.add_common(tr("Create contact"))
        for line, text in ((lines["company"], company), (lines["name"], name)):
            line.setText(text)
            line.setCursorPosition(0)

    def create(self, values: dict[str, Any]) -> None:
        """Makes it."""
        self._session.ask(self._make, values, done=self.on_created, failed=self.show_problem)


def _contacts_like(ws: Workspace, values: dict[str, Any]) -> list[duplicates.Match]:
    return [match for match in duplicates.of_contact(ws, values) if match.kind == "contact"]
