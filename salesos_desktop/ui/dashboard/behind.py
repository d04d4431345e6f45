"""The deals behind a part of a figure, listed below the cards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ...domain.changes import ChangeSet
from ...domain.deal_rows import Sums
from ...i18n import tr
from ...services import deal_table, deals_behind
from ...services.deals_behind import Asked
from ...services.transfer.exporting import Selection
from ..deal_lists import KeptDealLists
from ..opportunities.columns import deal_columns
from ..opportunities.model import sums_texts
from ..parts import Elided, button
from ..session import Session
from ..tables.listing import RecordList
from ..tables.model import RecordTableModel
from ..tables.view import RecordTable
from .body import Behind

if TYPE_CHECKING:
    from ..main_window import MainWindow

_COLUMNS = ("name", "company", "stage", "value", "close", "owner")
_LINKED = frozenset({"stage", "person", "company"})


class BehindPanel(QFrame):
    """A table of any number of deals, read in windows. Enter or a double click opens one beside the page; Esc closes it.

    Signals:
        closed(): it was closed.
    """

    closed = Signal()

    def __init__(self, session: Session, window: MainWindow, lists: KeptDealLists) -> None:
        super().__init__()
        self._session, self._window = session, window
        self._asked: Asked | None = None
        self._job: Any = None
        self._awaited = False
        self.setProperty("role", "totals")
        known = {column.name: column for column in deal_columns(session, lists)}
        self.model = RecordTableModel(
            [known[name] for name in _COLUMNS], partial(session.fetch, deal_table.fetch), self
        )
        self.table = RecordTable(self.model, "behind", session.preferences, sort="value", descending=True)
        self._list = RecordList(
            session, self.model, deals_behind.beginning, deals_behind.listing, "opportunity", _LINKED, self
        )
        self.title, self.sums = Elided("", "heading"), Elided("", "muted")
        self._lay_out()
        self._list.shown.connect(self._on_shown)
        self.table.open_requested.connect(window.open_deal)
        self.table.sort_requested.connect(self._show)
        session.changed.connect(self._on_changed)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(18, 8, 14, 4)
        head.setSpacing(10)
        head.addWidget(self.title, 3)
        head.addWidget(self.sums, 4)
        self.sums.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if self._session.rights.export:
            head.addWidget(button(tr("Export…"), self.export, "link"))
        head.addWidget(button(tr("Close"), self.close_it, "link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.setContentsMargins(18, 0, 14, 0)
        below.addWidget(self._window.notifications.toast.room())
        column.addLayout(below)

    def sizeHint(self) -> QSize:
        """A third of a page."""
        return QSize(400, 280)

    def show_behind(self, behind: Behind) -> None:
        """Lists these deals and takes the keyboard to the first."""
        self._asked = Asked(None if behind.ids is None else tuple(behind.ids), behind.where)
        self.title.show_text(behind.title)
        self.table.setAccessibleName(behind.title)
        self.table.scrollToTop()
        self.show()
        self._awaited = True
        self.table.focus_rows()
        self._show()
        self._sum()

    def _show(self) -> None:
        self._list.show(self._asked, ((self.table.sort, self.table.descending),), False)

    def _on_shown(self) -> None:
        """The first rows are here: the keyboard is on the first of them."""
        if self._awaited and self.table.hasFocus():
            self.table.focus_rows()
        self._awaited = False

    def _sum(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self._session.ask(deals_behind.totals, self._asked, done=self._on_sums, background=True)

    def _on_sums(self, sums: list[Sums]) -> None:
        self._job = None
        self.sums.show_text(" · ".join(sums_texts(sums, weighted=False)))

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._asked is not None and not self.isHidden() and changes.touches("opportunity"):
            self._sum()

    def export(self) -> None:
        """Asks where the deals are to be exported to."""
        self._window.exporting.ask(Selection("opportunities", ids=tuple(self.model.ids)))

    def close_it(self) -> None:
        """Goes away."""
        self._asked = None
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_it()
        else:
            super().keyPressEvent(event)
