"""The Leads page: how many match, the table, and the pane of the lead that is open."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ...i18n import ntr, number, tr
from ...services import leads as service
from ..parts import button, label
from ..session import Session
from ..tables.listing import RecordList
from ..tables.model import RecordTableModel
from ..tables.view import RecordTable
from .actions import LeadActions
from .columns import lead_columns
from .filter_bar import LeadFilterBar
from .lists import TABLES, LeadLists

if TYPE_CHECKING:
    from .pane import LeadPane

_FOLLOW_MS = 90


class LeadsView(QWidget):
    """The list of leads under one filter, and one of them beside it.

    Signals:
        usable(): the first rows are here.
        import_requested(): the person wants to bring leads in from a file.
        deal_requested(id): show the opportunity that a lead has become.
        pane_opened(): the pane beside the list was closed and is open now.
    """

    usable = Signal()
    import_requested = Signal()
    deal_requested = Signal(object)
    pane_opened = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__()
        self._session = session
        self.lists = LeadLists(session, self)
        self.actions_ = LeadActions(session, self.lists, window)
        self.filter_bar = LeadFilterBar(session, self.lists)
        self.model = RecordTableModel(
            lead_columns(session, self.lists), lambda ids, done: session.ask(service.fetch, ids, done=done), self
        )
        self.table = RecordTable(self.model, "leads", session.preferences, sort="created", descending=True)
        self.table.setAccessibleName(tr("Leads"))
        self.list = RecordList(session, self.model, service.beginning, service.listing, "lead", TABLES, self)
        self._wanted = 0
        self._count, self._chosen = label("", "muted"), label("", "muted")
        self._clear = button(tr("Clear filters"), self.filter_bar.clear, "link")
        self._stack = QStackedWidget()
        self.empty, self.no_match = self._empty_page(), self._no_match_page()
        # While the keyboard runs through the list the pane waits until it rests.
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(_FOLLOW_MS)
        self._follow.timeout.connect(self._on_follow)
        self._lay_out()
        self._connect()
        self._ask()

    def _lay_out(self) -> None:
        strip = QHBoxLayout()
        strip.setContentsMargins(18, 12, 18, 8)
        strip.setSpacing(12)
        strip.addWidget(self._count)
        strip.addWidget(self._clear)
        strip.addStretch(1)
        strip.addWidget(self._chosen)
        for page in (self.table, self.empty, self.no_match):
            self._stack.addWidget(page)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(strip)
        column.addWidget(self._stack, 1)
        side.setMinimumWidth(300)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(side)
        self._splitter.setStretchFactor(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.filter_bar.changed.connect(self._ask)
        self.table.sort_requested.connect(self._ask)
        self.table.open_requested.connect(self.open_lead)
        self.table.delete_requested.connect(self.actions_.delete)
        self.table.menu_requested.connect(self.actions_.show_menu)
        self.table.selection_changed.connect(self._show_chosen)
        self.table.current_changed.connect(lambda _: self._follow.start())
        self.list.shown.connect(self._on_shown)
        self.list.counted.connect(self._on_counted)
        self.lists.changed.connect(self.table.viewport().update)
        self.actions_.open_requested.connect(self.open_lead)
        self.actions_.created.connect(self._on_created)
        self.actions_.deal_requested.connect(self.deal_requested)
        self._session.day_changed.connect(self.table.viewport().update)

    @cached_property
    def pane(self) -> LeadPane:
        """The pane of one lead, made when it is first opened."""
        from .pane import LeadPane

        made = LeadPane(self._session, self.lists, self.actions_)
        made.closed.connect(lambda _: self.table.setFocus())
        made.deal_requested.connect(self.deal_requested)
        self._splitter.addWidget(made)
        return made

    # Showing ------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self.list.show(self.filter_bar.where, self.table.sort, self.table.descending)
        self._clear.setVisible(self.filter_bar.narrowed)

    def _on_shown(self) -> None:
        if self.model.rowCount():
            page: QWidget = self.table
        else:
            page = self.no_match if self.filter_bar.narrowed else self.empty
        if page is not self._stack.currentWidget():
            had_focus = self._stack.isAncestorOf(QApplication.focusWidget() or self)
            self._stack.setCurrentWidget(page)
            self.setFocusProxy(page)
            if had_focus:
                page.setFocus()
        if not self.model.whole:
            self._count.setText("…")
        self.usable.emit()

    def _on_counted(self, count: int) -> None:
        self._count.setText(ntr("{count} lead", "{count} leads", count).format(count=number(count)))
        self._count.setVisible(bool(count) or self.filter_bar.narrowed)
        self._show_chosen()
        if self._wanted and self.table.select_ids([self._wanted]):
            self._wanted = 0

    def _show_chosen(self) -> None:
        chosen = len(self.table.selected_ids()) if self.table.selectionModel().hasSelection() else 0
        text = ntr("{count} selected", "{count} selected", chosen).format(count=number(chosen))
        self._chosen.setText(text if chosen > 1 else "")

    def set_text(self, text: str) -> None:
        """The search field's text."""
        self.filter_bar.set_text(text)

    def focus_first(self) -> None:
        """Takes the keyboard to the list."""
        if self._stack.currentWidget() is self.table:
            self.table.focus_rows()
        else:
            self._stack.currentWidget().setFocus()

    def _empty_page(self) -> QWidget:
        return _Blank(
            tr("No leads yet"),
            tr("Somebody who may become a customer begins here: write one down, or bring a list in from a file."),
            [
                button(tr("+ New lead"), lambda: self.actions_.new(), "primary"),
                button(tr("Import…"), self.import_requested.emit),
            ],
        )

    def _no_match_page(self) -> QWidget:
        return _Blank(
            tr("No lead matches"),
            tr("No lead has all of what the filters and the search ask for."),
            [button(tr("Clear filters"), self.filter_bar.clear)],
        )

    # One lead -----------------------------------------------------------------------------------------------------

    @property
    def pane_open(self) -> bool:
        """Whether a lead is shown beside the list."""
        return "pane" in self.__dict__ and not self.pane.isHidden()

    def open_lead(self, lead_id: int) -> None:
        """Shows a lead in the pane."""
        first = not self.pane_open
        self.pane.open_lead(lead_id)
        if lead_id != self.table.current_id():
            self.table.select_ids([lead_id])
        if first and self.pane_open:
            width = self._splitter.width()
            pane = max(420, min(560, width - 320))
            self._splitter.setSizes([width - pane, pane])
            self.pane_opened.emit()

    def close_pane(self) -> None:
        """Closes the pane if it is open and lets itself be closed."""
        if self.pane_open:
            self.pane.close_pane()

    def commit_all(self) -> None:
        """Writes what was being typed."""
        if self.pane_open:
            self.pane.form.commit_all()

    def _on_follow(self) -> None:
        """The pane shows the row that the keyboard has come to."""
        lead_id = self.table.current_id()
        if self.pane_open and lead_id and lead_id != self.pane.lead_id and self.table.hasFocus():
            self.pane.open_lead(lead_id)

    def _on_created(self, lead_id: int) -> None:
        """Selects the new lead once the list holds it."""
        self._wanted = lead_id
        if self.table.select_ids([lead_id]):
            self._wanted = 0
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the pane, also while the keyboard is on the list."""
        if event.key() == Qt.Key.Key_Escape and self.pane_open:
            self.pane.close_pane()
        else:
            super().keyPressEvent(event)


class _Blank(QWidget):
    """What stands where the table has nothing to show: why, and what to do next."""

    def __init__(self, title: str, text: str, buttons: list[QWidget]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(label(title, "title"), 0, Qt.AlignmentFlag.AlignHCenter)
        words = label(text, "muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setFixedWidth(420)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(words)
        middle.addStretch(1)
        column.addLayout(middle)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        for made in buttons:
            row.addWidget(made)
        row.addStretch(1)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(3)
        self.setFocusProxy(buttons[0])
