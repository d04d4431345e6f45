"""The Leads page: the list of leads, and the pane of the one that is open."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...i18n import ntr, number, tr
from ...services import leads as service
from ..parts import button
from ..session import Session
from ..tables.listing import RecordList
from ..tables.model import RecordTableModel
from ..tables.page import Blank, RecordView
from ..tables.pane import RecordPane
from ..tables.view import RecordTable
from .actions import LeadActions
from .columns import lead_columns
from .filter_bar import LeadFilterBar
from .lists import TABLES, LeadLists


class LeadsView(RecordView):
    """The list of leads under one filter, and one of them beside it.

    Signals:
        import_requested(): the person wants to bring leads in from a file.
    """

    import_requested = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session)
        self.kind, self.search_name = "leads", tr("Search leads")
        self.button = (tr("+ New lead"), tr("New lead (N)"))
        self.lists = LeadLists(session, self)
        model = RecordTableModel(lead_columns(session, self.lists), partial(session.fetch, service.fetch), self)
        table = RecordTable(model, "leads", session.preferences, sort="created", descending=True, growing=True)
        table.setAccessibleName(tr("Leads"))
        records = RecordList(session, model, service.beginning, service.listing, "lead", TABLES, self)
        actions = LeadActions(session, self.lists, window)
        actions.record_requested.connect(self.record_requested)
        self.set_up(actions, LeadFilterBar(session, self.lists), model, table, records)
        self._own = self.lists.fields
        self.lists.changed.connect(self._on_lists)
        actions.deal_requested.connect(self.deal_requested)

    def _on_lists(self) -> None:
        """Names and own fields are (other) ones."""
        self.table.forget_pictures()
        if self._own != self.lists.fields or self.table.awaited:
            self._own = self.lists.fields
            self.table.set_columns(lead_columns(self._session, self.lists, self._own))
            self._ask()

    def count_text(self, count: int) -> str:
        """How many there are, in words."""
        return ntr("{count} lead", "{count} leads", count).format(count=number(count))

    def empty_page(self) -> Blank:
        """What stands where there is no lead yet."""
        return Blank(
            tr("No leads yet"),
            tr("Somebody who may become a customer begins here: write one down, or bring a list in from a file."),
            [
                button(tr("+ New lead"), lambda: self.actions_.new(), "primary"),
                button(tr("Import…"), self.import_requested.emit),
            ],
        )

    def no_match_page(self) -> QWidget:
        """What stands where none matches."""
        return Blank(
            tr("No lead matches"),
            tr("No lead has all of what the filters and the search ask for."),
            [button(tr("Clear filters"), self.filter_bar.clear)],
        )

    def make_pane(self) -> RecordPane:
        """The pane of one lead."""
        from .pane import LeadPane

        return LeadPane(self._session, self.lists, self.actions_)

    def open_lead(self, lead_id: int) -> None:
        """Shows a lead in the pane."""
        self.open_record(lead_id)
