"""The dialog for a new contact: who they are, where they work and how to reach them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...i18n import tr
from ...services import contacts as service
from ..session import Session
from ..tables.lists import ShortLists
from .deal import NamedEdit
from .record import RecordDialog


class ContactDialog(RecordDialog):
    """A new contact; a new company is made with it.

    Signals:
        created(id): it was made.
    """

    created = Signal(object)

    def __init__(
        self, parent: QWidget | None, session: Session, lists: ShortLists, *, company: str = "", name: str = ""
    ) -> None:
        super().__init__(parent, session, lists, tr("New contact"), ("name", "position", "email", "phone"))
        self.lines["company"] = NamedEdit(session, "company")
        self.lines["company"].setText(company)
        self.lines["name"].setText(name)
        add, lines = self.add_field, self.lines
        self.body.addWidget(add("name", tr("Name"), lines["name"]))
        self.add_row(
            add("company", tr("Company"), lines["company"]), add("position", tr("Position"), lines["position"])
        )
        self.add_row(add("email", tr("Email"), lines["email"]), add("phone", tr("Phone"), lines["phone"]))
        self.add_common(tr("Create contact"))

    def create(self, values: dict[str, Any]) -> None:
        """Makes it."""
        self._session.ask(service.create, values, done=self.on_created, failed=self.show_problem)
