"""What every page with a list of records is made of: how many match, the table, and the pane of the one that is open."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ...i18n import ntr, number, tr
from ..pages import PageView
from ..parts import button, label
from ..session import Session
from ..views.pill import ViewsPill
from ..views.state import of_list, show_list
from .actions import RecordActions
from .filter_bar import RecordFilterBar
from .listing import RecordList
from .model import RecordTableModel
from .pane import RecordPane
from .view import RecordTable

_FOLLOW_MS = 90


class RecordView(PageView):
    """The list of records under one filter, and one of them beside it.

    A page makes its actions, filter bar, model, table and list, hands them to ``set_up``, and says what is counted, what
    stands where there is nothing, and what its pane is.

    Signals:
        usable(): the first rows are here.
        deal_requested(id): show an opportunity.
        record_requested(table, id): show a lead, contact or company.
        pane_opened(): the pane beside the list was closed and is open now.
        record_shown(): another record is in the pane, or none.
    """

    kind = ""
    """What an export of the list is called (transfer/exporting.py)."""
    saved_as = ""
    """What its saved views belong to, ``kind`` when empty."""
    usable = Signal()
    deal_requested = Signal(object)
    record_requested = Signal(object, object)
    pane_opened = Signal()
    record_shown = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._wanted = 0
        self._stack = QStackedWidget()
        # While the keyboard runs through the list the pane waits until it rests.
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(_FOLLOW_MS)
        self._follow.timeout.connect(self._on_follow)
        # Whether the saved view that is on still says what is shown is looked at once, not at each step of a drag.
        self._noted = QTimer(self)
        self._noted.setSingleShot(True)
        self._noted.setInterval(_FOLLOW_MS)

    def set_up(
        self, actions: RecordActions, filter_bar: RecordFilterBar, model: RecordTableModel, table: RecordTable,
        records: RecordList,
    ) -> None:  # fmt: skip
        """Places the parts and shows the list."""
        self.actions_: Any = actions
        self.filter_bar: Any = filter_bar
        self.tools = filter_bar
        self.model, self.table, self.list = model, table, records
        self._count, self._chosen = label("", "muted"), label("", "muted")
        self._clear = button(tr("Clear filters"), filter_bar.clear, "link")
        self.empty, self.no_match = self.empty_page(), self.no_match_page()
        self._lay_out()
        if (drafts := self._session.drafts) is not None:
            model.waits = partial(drafts.told_of, actions.kind)
            drafts.changed.connect(self._on_waiting)
        self.views = ViewsPill(self._session, self.saved_as or self.kind, self.view_state, self.show_view)
        filter_bar.put_first(self.views)
        self._connect()
        self._ask()

    def _on_waiting(self) -> None:
        self.table.viewport().update()

    @abstractmethod
    def count_text(self, count: int) -> str:
        """How many there are, in words."""

    @abstractmethod
    def empty_page(self) -> Blank:
        """What stands where there is no record yet."""

    @abstractmethod
    def no_match_page(self) -> QWidget:
        """What stands where none matches."""

    @abstractmethod
    def make_pane(self) -> RecordPane:
        """The pane of one record."""

    def beside_count(self) -> Sequence[QWidget]:
        """What stands beside the number of records, above the table."""
        return ()

    def below_table(self) -> Sequence[QWidget]:
        """What stands below the table."""
        return ()

    def _lay_out(self) -> None:
        find = button(tr("Find duplicates…"), self.actions_.find_duplicates, "link")
        more = (find,) if self._session.rights.write else ()
        strip = _Strip((self._count, self._clear, *self.beside_count()), (self._chosen, *more))
        if not self._session.rights.write:
            self.empty.only_say()
        for page in (self.table, self.empty, self.no_match):
            self._stack.addWidget(page)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(self._stack, 1)
        for below in self.below_table():
            column.addWidget(below)
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
        self.table.open_requested.connect(self.open_record)
        self.table.delete_requested.connect(self.actions_.delete)
        self.table.menu_requested.connect(self.actions_.show_menu)
        self.table.selection_changed.connect(self._show_chosen)
        self.table.current_changed.connect(lambda _: self._follow.start())
        self.list.shown.connect(self._on_shown)
        self.list.missed.connect(lambda: self._show_page(self._no_line))
        self.list.counted.connect(self._on_counted)
        self.actions_.open_requested.connect(self.open_record)
        self.actions_.created.connect(self._on_created)
        self._session.day_changed.connect(self.table.forget_pictures)
        self._noted.timeout.connect(self.views.refresh)
        header = self.table.horizontalHeader()
        for signal in (self.filter_bar.changed, self.table.sort_requested, header.sectionMoved, header.sectionResized):
            signal.connect(lambda *_: self._noted.start())

    @cached_property
    def pane(self) -> Any:
        """The pane of one record, made when it is first opened."""
        made = self.make_pane()
        made.closed.connect(lambda _: self._on_pane_closed())
        made.deal_requested.connect(self.deal_requested)
        made.record_requested.connect(self.record_requested)
        self._splitter.addWidget(made)
        return made

    def view_state(self) -> dict[str, Any]:
        """What the page shows, as a saved view keeps it."""
        return of_list(self.filter_bar, self.table)

    def show_view(self, state: dict[str, Any]) -> list[str]:
        """Shows what ``view_state`` gave; returns in words what of it is no longer there."""
        words = show_list(self.filter_bar, self.table, state)
        self._ask()
        return words

    # Showing ------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        if self.filter_bar.waiting or self.table.awaited:
            return
        self.list.show(self.filter_bar.where, self.table.sort, self.table.descending)
        self._clear.setVisible(self.filter_bar.narrowed)

    def _on_shown(self) -> None:
        if self.model.rowCount():
            page: QWidget = self.table
        else:
            page = self.no_match if self.filter_bar.narrowed else self.empty
        self._show_page(page)
        if not self.model.whole:
            self._count.setText("…")
        self.usable.emit()

    @cached_property
    def _no_line(self) -> Blank:
        """What stands where nothing was read before the line was lost."""
        text = tr("There is no connection with the server. It is read as soon as there is one.")
        made = Blank(tr("The list could not be read"), text, [])
        made.only_say()
        self._stack.addWidget(made)
        return made

    def _show_page(self, page: QWidget) -> None:
        if page is not self._stack.currentWidget():
            had_focus = self._stack.isAncestorOf(QApplication.focusWidget() or self)
            self._stack.setCurrentWidget(page)
            self.setFocusProxy(page)
            if had_focus:
                page.setFocus()

    def _on_counted(self, count: int) -> None:
        self._count.setText(self.count_text(count))
        self._count.setVisible(bool(count) or self.filter_bar.narrowed)
        self._show_chosen()
        if self._wanted and self.table.select_ids([self._wanted]):
            self._wanted = 0

    def _show_chosen(self) -> None:
        chosen = len(self.table.selected_ids()) if self.table.selectionModel().hasSelection() else 0
        text = ntr("{count} selected", "{count} selected", chosen).format(count=number(chosen))
        self._chosen.setText(text if chosen > 1 else "")

    @property
    def text(self) -> str:
        """What is searched for."""
        found: str = self.filter_bar.text
        return found

    def set_text(self, text: str) -> None:
        """The search field's text."""
        self.filter_bar.set_text(text)

    def new(self) -> bool:
        """Makes a record."""
        self.actions_.new()
        return True

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Any]) -> list[QAction]:
        """Exports of the list."""
        from ..exporting import of_list

        if not self._session.rights.export:
            return []
        return [
            menu.addAction(text, lambda chosen=chosen: exporting().ask(chosen))
            for text, chosen in of_list(self.kind, self)
        ]

    def focus_first(self) -> None:
        """Takes the keyboard to the list."""
        if self._stack.currentWidget() is self.table:
            self.table.focus_rows()
        else:
            self._stack.currentWidget().setFocus()

    # One record ---------------------------------------------------------------------------------------------------

    @property
    def pane_open(self) -> bool:
        """Whether a record is shown beside the list."""
        return "pane" in self.__dict__ and not self.pane.isHidden()

    def open_record(self, record_id: int) -> None:
        """Shows a record in the pane."""
        first = not self.pane_open
        self.pane.open_record(record_id)
        self.record_shown.emit()
        if record_id != self.table.current_id() and not self.table.select_ids([record_id]):
            self._wanted = record_id
        if first and self.pane_open:
            width = self._splitter.width()
            pane = max(420, min(560, width - 320))
            self._splitter.setSizes([width - pane, pane])
            self.pane_opened.emit()

    def _on_pane_closed(self) -> None:
        self.record_shown.emit()
        self.focus_first()

    def close_pane(self) -> None:
        """Closes the pane if it is open and lets itself be closed."""
        if self.pane_open:
            self.pane.close_pane()

    def commit_all(self) -> None:
        """Writes what was being typed."""
        if self.pane_open:
            self.pane.commit_all()

    def _on_follow(self) -> None:
        """The pane shows the row that the keyboard has come to."""
        record_id = self.table.current_id()
        if self.pane_open and record_id and record_id != self.pane.record_id and self.table.hasFocus():
            self.pane.open_record(record_id)
            self.record_shown.emit()

    def _on_created(self, record_id: int) -> None:
        """Selects the new record once the list holds it."""
        self._wanted = record_id
        if self.table.select_ids([record_id]):
            self._wanted = 0
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the pane, also while the keyboard is on the list."""
        if event.key() == Qt.Key.Key_Escape and self.pane_open:
            self.pane.close_pane()
        else:
            super().keyPressEvent(event)


class _Strip(QWidget):
    """What is said above the table, at the left and at the right; the last one gives way where there is no room."""

    def __init__(self, left: Sequence[QWidget], right: Sequence[QWidget]) -> None:
        super().__init__()
        self._row, self._last = QHBoxLayout(self), right[-1]
        self._row.setContentsMargins(18, 12, 18, 8)
        self._row.setSpacing(12)
        for made in left:
            self._row.addWidget(made)
        self._row.addStretch(1)
        for made in right:
            self._row.addWidget(made)
        self.setFixedHeight(self._row.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Fits again at another width, or when another text or button is shown."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            others = sum(
                item.widget().sizeHint().width() + self._row.spacing()
                for place in range(self._row.count())
                if (item := self._row.itemAt(place)) is not None
                and item.widget() not in (None, self._last) and not item.widget().isHidden()
            )  # fmt: skip
            self._last.setVisible(others + self._last.sizeHint().width() + 40 <= self.width())
        return super().event(event)


class Blank(QWidget):
    """What stands where the table has nothing to show: why, and what to do next."""

    def __init__(self, title: str, text: str, buttons: list[QWidget]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(label(title, "title"), 0, Qt.AlignmentFlag.AlignHCenter)
        words = label(text, "muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setFixedWidth(400)
        middle = QHBoxLayout()  # Aligned in the column itself it would get the height of one line.
        middle.addStretch(1)
        middle.addWidget(words)
        middle.addStretch(1)
        column.addLayout(middle)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        self._buttons = buttons
        for made in buttons:
            row.addWidget(made)
        row.addStretch(1)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(3)
        if buttons:
            self.setFocusProxy(buttons[0])

    def only_say(self) -> None:
        """Nothing can be done about it by whoever looks."""
        self.setFocusProxy(None)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for made in self._buttons:
            made.hide()
