"""The dialog for a new contact: who they are, where they work and how to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from ...domain.contacts import BuyingRole
from ...i18n import tr
from ...services import contacts as service
from ...services import deal_contacts, duplicates
from ...services.board import Named
from ...services.workspace import Workspace
from ..session import Session
from .deal import NamedEdit
from .record import RecordDialog


class ContactDialog(RecordDialog):
    """A new contact; a new company is made with it. ``onto``: the deal that it comes onto in the same step, and its role
    there; leads are then left out of those that may be there already.
    """

    def __init__(
        self, parent: QWidget | None, session: Session, people: Sequence[Named], *, company: str = "", name: str = "",
        onto: tuple[int, BuyingRole | None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent, session, people, tr("New contact"), ("name", "position", "email", "phone"))
        self._onto = onto
        self.lines["company"] = NamedEdit(session, "company")
        add, lines = self.add_field, self.lines
        self.body.addWidget(add("name", tr("Name"), lines["name"]))
        self.add_row(
            add("company", tr("Company"), lines["company"]), add("position", tr("Position"), lines["position"])
        )
        self.add_row(add("email", tr("Email"), lines["email"]), add("phone", tr("Phone"), lines["phone"]))
        look = _contacts_like if onto is not None else duplicates.of_contact
        self.add_hint("contact", look, ("name", "company", "email", "phone"))
        self.add_common(tr("Create contact"))
        for line, text in ((lines["company"], company), (lines["name"], name)):
            line.setText(text)
            line.setCursorPosition(0)

    def create(self, values: dict[str, Any]) -> None:
        """Makes it."""
        ask = partial(self._session.ask, done=self.on_created, failed=self.show_problem)
        if self._onto is None:
            ask(service.create, values, draft=("contact_new", values["name"]))
        else:
            deal_id, role = self._onto
            ask(deal_contacts.create, deal_id, values, role, draft=("deal_contact_new", values["name"]))


def _contacts_like(ws: Workspace, values: dict[str, Any]) -> list[duplicates.Match]:
    return [match for match in duplicates.of_contact(ws, values) if match.kind == "contact"]
