"""A lead, contact or company beside a page that does not list it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter, QWidget

from .pages import PageView, page_of

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .tables.pane import RecordPane


class Beside(QObject):
    """Has a pane for each kind of record, made when it is first asked for, in the window's splitter."""

    def __init__(self, window: MainWindow, splitter: QSplitter) -> None:
        super().__init__(window)
        self._window, self._splitter = window, splitter
        self._panes: dict[str, RecordPane] = {}

    @property
    def pane(self) -> RecordPane | None:
        """The pane that is open."""
        return next((pane for pane in self._panes.values() if not pane.isHidden()), None)

    def open(self, table: str, record_id: int) -> None:
        """Shows a record beside the page, in place of another one; not while that holds what cannot be written."""
        pane, now = self._pane(table), self.pane
        if now is not pane and now is not None:
            now.close_pane()
            if not now.isHidden():
                return
        first = pane.isHidden()
        pane.open_record(record_id)
        if first:
            share(self._splitter, pane, max(420, min(560, self._splitter.width() - 320)))

    def close_records(self, pages: Iterable[PageView]) -> None:
        """Closes the panes of these pages, and the one that is open here, as far as they let themselves be closed."""
        for page in pages:
            page.close_pane()
        if self.pane is not None:
            self.pane.close_pane()

    def commit_all(self) -> None:
        """Writes what was being typed."""
        if self.pane is not None:
            self.pane.commit_all()

    def _pane(self, table: str) -> RecordPane:
        if table not in self._panes:
            made = getattr(self._window, page_of(table)).make_pane()
            made.closed.connect(lambda _: self._window.leave_pane())
            made.deal_requested.connect(self._window.open_deal)
            made.record_requested.connect(self._window.open_beside)
            self._splitter.addWidget(made)
            self._panes[table] = made
        return self._panes[table]


def share(splitter: QSplitter, pane: QWidget, width: int) -> None:
    """Gives a pane so much of the splitter, the rest to the first of its widgets."""
    wide = [width * (splitter.widget(place) is pane) for place in range(1, splitter.count())]
    splitter.setSizes([splitter.width() - width, *wide])
