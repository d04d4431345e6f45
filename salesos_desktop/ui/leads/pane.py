"""The pane beside the list of leads: one lead with its fields and history."""

from __future__ import annotations

from typing import Any

from ...domain.leads import StatusKind
from ...i18n import tr
from ...services import leads as service
from ...services.workspace import Workspace
from ..locks import reads
from ..parts import button
from ..session import Session
from ..tables.pane import RecordPane
from .actions import LeadActions
from .form import LeadForm
from .lists import TABLES, LeadLists


class LeadPane(RecordPane):
    """Shows a lead and keeps showing it as it changes, whoever changes it."""

    def __init__(self, session: Session, lists: LeadLists, actions: LeadActions) -> None:
        super().__init__(session, "lead", service, _read, TABLES)
        self._lists, self._actions = lists, actions
        self.take_button = button(tr("Take"), lambda: actions.claim([self.record_id]))
        self.discard_button = button(tr("Discard…"), lambda: actions.discard([self.record_id]), "lost")
        self.convert_button = button(tr("Convert…"), lambda: actions.convert([self.record_id]), "primary")
        self.deal_link = reads(button(tr("Open its opportunity"), self._open_deal, "link"))
        form = LeadForm(session, lists)
        form.discard_requested.connect(lambda lead_id: actions.discard([lead_id]))
        form.phone.go.opened.connect(self.on_called)
        buttons = (self.deal_link, self.take_button, self.discard_button, self.convert_button)
        pages = ((self.activities, tr("Activities")), (self.notes, tr("Notes")), (self.files, tr("Files")))
        self.set_up(form, buttons, pages)

    @property
    def lead_id(self) -> int:
        """The lead that is shown, 0 for none."""
        return self.record_id

    @property
    def lead(self) -> Any:
        """Everything of it, None while it is not read."""
        return self.record

    def open_lead(self, lead_id: int) -> None:
        """Shows another lead."""
        self.open_record(lead_id)

    def show_record(self, lead: service.Lead) -> None:
        """Shows what was read."""
        self._show_head(lead)
        self.form.show_lead(lead)

    def _show_head(self, lead: service.Lead) -> None:
        row, kind = lead.row, lead.status.kind
        self.title.show_text(row["name"])
        self.subtitle.show_text(" · ".join(p for p in (row["position"], row["company"]) if p) or "—")
        open_lead = kind in (StatusKind.OPEN, StatusKind.QUALIFIED)
        takes = row["owner_id"] is None and open_lead
        if self.take_button.hasFocus() and not takes:
            # Not on to the button that discards.
            self.tabs.tabBar().setFocus()
        self.take_button.setVisible(takes)
        self.discard_button.setVisible(open_lead)
        self.convert_button.setVisible(open_lead)
        self.deal_link.setVisible(row["opportunity_id"] is not None)
        self.setAccessibleName(row["name"])

    def _open_deal(self) -> None:
        if self.record is not None and self.record.row["opportunity_id"] is not None:
            self.deal_requested.emit(self.record.row["opportunity_id"])


def _read(ws: Workspace, lead_id: int) -> tuple[service.Lead]:
    return (service.get(ws, lead_id),)
