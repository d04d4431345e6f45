"""The page of opportunities as a table: filters, groups with subtotals, cells that are edited, sums, many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ...domain.deal_rows import DealQuery, GroupKey, Sums, counted
from ...i18n import ntr, number, tr
from ...services import deal_table
from ...services.transfer.exporting import Selection
from ..deal_lists import KeptDealLists
from ..parts import button
from ..session import Session
from ..tables.page import Blank, RecordView
from ..tables.pane import RecordPane
from .actions import DealRowActions
from .columns import deal_columns
from .editing import CellEditing
from .filter_bar import DealFilterBar
from .grouping import GroupChoice
from .listing import DealList
from .model import DealTableModel, Heading
from .pasting import Pasting
from .strip import SelectionStrip
from .table import DealTable
from .totals import TotalsLine

if TYPE_CHECKING:
    from ..main_window import MainWindow

_SUM_MS = 60
_GROUP = "group-deals"


class DealsView(RecordView):
    """Every opportunity under one filter; the one that is open stands in the window's pane beside it."""

    saved_as = "deals"

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session)
        self.kind, self.search_name = "opportunities", tr("Search deals")
        self._window = window
        self.lists = KeptDealLists(session, self)
        self.groups = GroupChoice(self.lists)
        self.groups.take(session.preferences.geometry.get(_GROUP))
        self._opened: frozenset[GroupKey] = frozenset()
        model = DealTableModel(deal_columns(session, self.lists), partial(session.fetch, deal_table.fetch), self)
        self._deals = DealTable(model, session.preferences, lambda: session.today)
        self._deals.setAccessibleName(tr("Opportunities"))
        actions = DealRowActions(session, self.lists, window)
        self.strip, self.totals = SelectionStrip(actions, self._deals.selected_ids), TotalsLine()
        self._summing = QTimer(self)
        self._summing.setSingleShot(True)
        self._summing.setInterval(_SUM_MS)
        self._summing.timeout.connect(self._sum_selection)
        self._every: Sequence[Sums] = ()
        self._jobs: dict[str, Any] = {}
        self.set_up(
            actions, DealFilterBar(session, self.lists), model, self._deals, DealList(session, model, self)
        )  # fmt: skip
        self.editing = CellEditing(session, self._deals, self.lists, actions)
        self.pasting = Pasting(session, self._deals, window)
        self._own = self.lists.fields

    def _connect(self) -> None:
        super()._connect()
        self.lists.changed.connect(self._on_lists)
        self.groups.changed.connect(self._on_grouped)
        self.groups.all_requested.connect(self._open_all)
        for below in self.below_table():
            self._window.notifications.toast.keep_clear(below)
        self._deals.toggle_requested.connect(self.toggle)
        self._window.actions_.created.connect(self._on_deal_created)
        self.list.counted.connect(lambda _: self._sum_every())

    def beside_count(self) -> Sequence[QWidget]:
        """What the rows are grouped by."""
        return (self.groups,)

    def below_table(self) -> Sequence[QWidget]:
        """What can be done to the selection, and the sums."""
        return (self.strip, self.totals)

    # Showing ------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        if not self.lists.here or self.filter_bar.waiting or self.table.awaited:
            return
        self.list.show(DealQuery(self.filter_bar.where, self.groups.by, self._opened), self.table.sort, False)
        self._clear.setVisible(self.filter_bar.narrowed)

    def _on_lists(self) -> None:
        """Names and own fields are (other) ones."""
        self.table.forget_pictures()
        if self._own != self.lists.fields or self.table.awaited:
            self._own = self.lists.fields
            self.table.set_columns(deal_columns(self._session, self.lists))
        self._ask()

    def _on_counted(self, count: int) -> None:  # noqa: ARG002
        """How many there are is known with the sums."""
        self._show_chosen()
        if self._wanted and self.table.select_ids([self._wanted]):
            self._wanted = 0

    def _sum_every(self) -> None:
        self._replace_job(
            "every", self._session.ask(deal_table.totals, self.filter_bar.where, done=self._on_every, background=True)
        )

    def _on_every(self, sums: list[Sums]) -> None:
        self._every = sums
        self.totals.show_every(sums)
        super()._on_counted(counted(sums))

    def _show_chosen(self) -> None:
        chosen = self.table.selected_ids() if self.table.selectionModel().hasSelection() else []
        self.strip.show_count(len(chosen))
        self._summing.start()

    def _sum_selection(self) -> None:
        ids = self.table.selected_ids() if self.table.selectionModel().hasSelection() else []
        if len(ids) < 2:
            self._replace_job("chosen", None)
            self.totals.show_chosen(())
        elif self.groups.by is None and len(ids) == counted(self._every):
            self.totals.show_chosen(self._every)
        else:
            self._replace_job(
                "chosen",
                self._session.ask(deal_table.totals_of, ids, done=self.totals.show_chosen, background=True),
            )

    def _replace_job(self, name: str, job: Any) -> None:
        before = self._jobs.get(name)
        if before is not None:
            before.cancel()
        self._jobs[name] = job

    def view_state(self) -> dict[str, Any]:
        """What the page shows, with its groups."""
        return {**super().view_state(), "group": self.groups.keep()}

    def show_view(self, state: dict[str, Any]) -> list[str]:
        """Shows it."""
        self.groups.take(state.get("group"))
        self._opened = frozenset()
        self._keep_group()
        words = super().show_view(state)
        if state.get("group") and self.groups.keep() != state["group"]:
            words.append(tr("what the rows are grouped by"))
        return words

    # Groups -------------------------------------------------------------------------------------------------------

    def _on_grouped(self) -> None:
        self._opened = frozenset()
        self._keep_group()
        self._noted.start()
        self._ask()

    def _keep_group(self) -> None:
        self._session.preferences.geometry[_GROUP] = self.groups.keep() or ""
        self._session.preferences.save()

    def toggle(self, heading: Heading) -> None:
        """Opens or closes a group."""
        self._opened ^= {heading.group.key}
        self._ask()

    def _open_all(self, opened: bool) -> None:
        model: Any = self.model
        self._opened = frozenset(each.group.key for each in model.headings) if opened else frozenset()
        self._ask()

    # One deal -----------------------------------------------------------------------------------------------------

    def open_record(self, record_id: int) -> None:
        """Shows a deal in the window's pane."""
        self._window.open_deal(record_id)
        if record_id != self.table.current_id() and not self.table.select_ids([record_id]):
            self._wanted = record_id

    def _on_follow(self) -> None:
        """The pane shows the row that the keyboard has come to."""
        deal_id = self.table.current_id()
        if self._window.pane_open and deal_id and self.table.hasFocus() and deal_id != self._window.pane.deal_id:
            self._window.pane.open_deal(deal_id)

    def _on_deal_created(self, deal_id: int) -> None:
        if self._window.page == "deals":
            self._on_created(deal_id)

    def commit_all(self) -> None:
        """Writes what was being typed into a cell."""
        self.editing.commit_all()

    # Texts --------------------------------------------------------------------------------------------------------

    def count_text(self, count: int) -> str:
        """How many there are, in words."""
        return ntr("{count} opportunity", "{count} opportunities", count).format(count=number(count))

    def empty_page(self) -> Blank:
        """What stands where there is no deal yet."""
        return Blank(
            tr("No opportunities here"),
            tr("A deal with its value and its date begins here; closed ones are shown with the filter."),
            [button(tr("+ New opportunity"), lambda: self.actions_.new(), "primary")],
        )

    def no_match_page(self) -> QWidget:
        """What stands where none matches."""
        return Blank(
            tr("No opportunity matches"),
            tr("No deal has all of what the filters and the search ask for."),
            [button(tr("Clear filters"), self.filter_bar.clear)],
        )

    def make_pane(self) -> RecordPane:
        """The pane is the window's."""
        return self._window.pane

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Any]) -> list[QAction]:
        """Exports of the table."""
        if not self._session.rights.export:
            return []
        ids = tuple(self.table.selected_ids())
        found = []
        if len(ids) > 1:
            text = ntr("Export the {count} selected…", "Export the {count} selected…", len(ids))
            chosen = Selection("opportunities", ids=ids)
            found.append(menu.addAction(text.format(count=number(len(ids))), lambda: exporting().ask(chosen)))
        every = Selection("opportunities", self.filter_bar.where, self.table.sort)
        found.append(menu.addAction(tr("Export the whole list…"), lambda: exporting().ask(every)))
        return found
