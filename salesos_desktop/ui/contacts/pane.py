"""The pane beside the list of contacts: one person with their fields, deals, notes, files and history."""

from __future__ import annotations

from typing import Any

from ...i18n import tr
from ...services import board
from ...services import contacts as service
from ...services.workspace import Workspace
from ..detail.deals import DealsPane
from ..locks import reads
from ..parts import button
from ..session import Session
from ..tables.lists import ShortLists
from ..tables.pane import RecordPane
from .form import ContactForm

_LINKED = frozenset({"company", "employment", "opportunity", "opportunity_contact", "person", "stage"})


class ContactPane(RecordPane):
    """Shows a contact and keeps showing it as it changes, whoever changes it."""

    def __init__(self, session: Session, lists: ShortLists) -> None:
        super().__init__(session, "contact", service, _read, _LINKED)
        self.company_link = reads(button(tr("Open the company"), self._open_company, "link"))
        self.deals = DealsPane(session)
        form = ContactForm(session, lists, self.write)
        form.company_requested.connect(lambda company_id: self.record_requested.emit("company", company_id))
        form.points.called.connect(self.on_called)
        self.deals.open_requested.connect(self.deal_requested)
        pages = (
            (self.activities, tr("Activities")), (self.deals, tr("Opportunities")), (self.notes, tr("Notes")),
            (self.files, tr("Files")),
        )  # fmt: skip
        self.set_up(form, (self.company_link,), pages)

    def show_record(self, contact: service.Contact, deals: list[Any], stages: dict[int, str]) -> None:
        """Shows what was read."""
        row = contact.row
        self.title.show_text(row["name"])
        self.subtitle.show_text(" · ".join(part for part in (row["position"], contact.company) if part) or "—")
        self.company_link.setVisible(row["company_id"] is not None)
        self.setAccessibleName(row["name"])
        self.form.show_contact(contact)
        self.deals.show_cards(deals, stages)

    def _open_company(self) -> None:
        if self.record is not None and self.record.row["company_id"] is not None:
            self.record_requested.emit("company", self.record.row["company_id"])


def _read(ws: Workspace, contact_id: int) -> tuple[service.Contact, list[Any], dict[int, str]]:
    stages = {stage.id: stage.name for stage in board.stages(ws)}
    return (
        service.get(ws, contact_id), service.deals_of(ws, "contact", contact_id), stages,
    )  # fmt: skip
