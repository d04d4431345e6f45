"""The Contacts page: the list of people, and the pane of the one that is open."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from ...i18n import ntr, number, tr
from ...services import contacts as service
from ..parts import button
from ..session import Session
from ..tables.listing import RecordList, whole_list
from ..tables.lists import ShortLists
from ..tables.model import RecordTableModel
from ..tables.page import Blank, RecordView
from ..tables.pane import RecordPane
from ..tables.view import RecordTable
from .actions import ContactActions
from .columns import contact_columns
from .filter_bar import ContactFilterBar

_LINKED, _BESIDE = frozenset({"company", "person"}), frozenset({"opportunity", "opportunity_contact", "stage"})


class ContactsView(RecordView):
    """The list of contacts under one filter, and one of them beside it."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session)
        self.kind, self.search_name = "contacts", tr("Search contacts")
        self.button = (tr("+ New contact"), tr("New contact (N)"))
        self.lists = ShortLists(session, self)
        model = RecordTableModel(contact_columns(session), partial(session.fetch, service.fetch), self)
        table = RecordTable(model, "contacts", session.preferences, sort="name")
        table.setAccessibleName(tr("Contacts"))
        records = RecordList(
            session, model, whole_list(service), service.listing, "contact", _LINKED, self, beside=_BESIDE
        )
        actions = ContactActions(session, self.lists, window)
        actions.record_requested.connect(self.record_requested)
        self.set_up(actions, ContactFilterBar(session, self.lists), model, table, records)

    def count_text(self, count: int) -> str:
        """How many there are, in words."""
        return ntr("{count} contact", "{count} contacts", count).format(count=number(count))

    def empty_page(self) -> Blank:
        """What stands where there is no contact yet."""
        return Blank(
            tr("No contacts yet"),
            tr("The people you sell to stand here. A new opportunity makes its contact by itself, or write one down."),
            [button(tr("+ New contact"), lambda: self.actions_.new(), "primary")],
        )

    def no_match_page(self) -> QWidget:
        """What stands where none matches."""
        return Blank(
            tr("No contact matches"),
            tr("No contact has all of what the filters and the search ask for."),
            [button(tr("Clear filters"), self.filter_bar.clear)],
        )

    def make_pane(self) -> RecordPane:
        """The pane of one contact."""
        from .pane import ContactPane

        return ContactPane(self._session, self.lists)
