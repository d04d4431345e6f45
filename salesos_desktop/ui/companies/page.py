"""The Companies page: the list of companies, and the pane of the one that is open."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...i18n import ntr, number, tr
from ...services import companies as service
from ..parts import button
from ..session import Session
from ..tables.listing import RecordList, whole_list
from ..tables.lists import ShortLists
from ..tables.model import RecordTableModel
from ..tables.page import Blank, RecordView
from ..tables.pane import RecordPane
from ..tables.view import RecordTable
from .actions import CompanyActions
from .columns import company_columns
from .filter_bar import CompanyFilterBar

_LINKED, _BESIDE = frozenset({"person"}), frozenset({"contact", "employment", "opportunity", "stage"})


class CompaniesView(RecordView):
    """The list of companies under one filter, and one of them beside it.

    Signals:
        new_person_requested(company): somebody who works there is to be written down.
    """

    new_person_requested = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session)
        self.kind, self.search_name = "companies", tr("Search companies")
        self.button = (tr("+ New company"), tr("New company (N)"))
        self.lists = ShortLists(session, self, sectors=True)
        model = RecordTableModel(company_columns(session), partial(session.fetch, service.fetch), self)
        table = RecordTable(model, "companies", session.preferences, sort="name")
        table.setAccessibleName(tr("Companies"))
        records = RecordList(
            session, model, whole_list(service), service.listing, "company", _LINKED, self, beside=_BESIDE
        )
        actions = CompanyActions(session, self.lists, window)
        actions.record_requested.connect(self.record_requested)
        self.set_up(actions, CompanyFilterBar(session, self.lists), model, table, records)

    def count_text(self, count: int) -> str:
        """How many there are, in words."""
        return ntr("{count} company", "{count} companies", count).format(count=number(count))

    def empty_page(self) -> Blank:
        """What stands where there is no company yet."""
        return Blank(
            tr("No companies yet"),
            tr(
                "The companies you sell to stand here. A new opportunity makes its company by itself, or write one down."
            ),
            [button(tr("+ New company"), lambda: self.actions_.new(), "primary")],
        )

    def no_match_page(self) -> QWidget:
        """What stands where none matches."""
        return Blank(
            tr("No company matches"),
            tr("No company has all of what the filters and the search ask for."),
            [button(tr("Clear filters"), self.filter_bar.clear)],
        )

    def make_pane(self) -> RecordPane:
        """The pane of one company."""
        from .pane import CompanyPane

        made = CompanyPane(self._session, self.lists)
        made.new_person_requested.connect(self.new_person_requested)
        return made
