"""The dialog for a new company: what it is called, what it does and how to reach it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QWidget

from ...i18n import tr
from ...services import companies as service
from ...services import duplicates
from ..session import Session
from ..tables.lists import ShortLists
from .record import RecordDialog


class CompanyDialog(RecordDialog):
    """A new company."""

    def __init__(self, parent: QWidget | None, session: Session, lists: ShortLists) -> None:
        names = ("name", "sector", "location", "email", "phone", "website")
        super().__init__(parent, session, lists.people, tr("New company"), names)
        completer = QCompleter(lists.sectors, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.lines["sector"].setCompleter(completer)
        add, lines = self.add_field, self.lines
        self.body.addWidget(add("name", tr("Name"), lines["name"]))
        self.add_row(add("sector", tr("Sector"), lines["sector"]), add("location", tr("Location"), lines["location"]))
        self.add_row(add("email", tr("Email"), lines["email"]), add("phone", tr("Phone"), lines["phone"]))
        self.body.addWidget(add("website", tr("Website"), lines["website"]))
        self.add_hint("company", duplicates.of_company, ("name", "email", "phone"))
        self.add_common(tr("Create company"))

    def create(self, values: dict[str, Any]) -> None:
        """Makes it."""
        self._session.ask(
            service.create,
            values,
            done=self.on_created,
            failed=self.show_problem,
            draft=("company_new", values["name"]),
        )
