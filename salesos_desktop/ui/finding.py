"""Ways to a record: the box that finds everything, back and forward through what was opened, and along a list."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from ..domain.changes import ChangeSet
from ..services import search

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .palette.box import Palette

Visit = tuple[str, str, int]
"""Page, table and id."""

KEPT = 12
"""So many recent records are kept for each workspace."""
_FORGOTTEN = 100
_RESTED_MS = 700


class Finding(QObject):
    """Follows what the panes of a window show.

    What a person rests on becomes recent; where the keyboard runs through a list, only the last one does.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._before: list[Visit] = []
        self._after: list[Visit] = []
        self._here: Visit | None = None
        self._going = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_RESTED_MS)
        self._rest.timeout.connect(self.note)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(0)
        self._look.timeout.connect(self._show_steps)
        window.top_bar.everywhere_requested.connect(self.ask)
        self._session.opened.connect(self._on_opened)
        self._session.step_requested.connect(self.step)
        self._session.changed.connect(self._on_changed)

    @cached_property
    def box(self) -> Palette:
        """The box, made when it is first asked for."""
        from .palette.box import Palette

        return Palette(self._window)

    def ask(self) -> None:
        """Opens the box."""
        self.note()
        self.box.ask()

    # Recent ones --------------------------------------------------------------------------------------------------

    @property
    def recents(self) -> list[tuple[str, int]]:
        """(table, id) of what was opened last, the newest first; some may be gone meanwhile."""
        kept = self._session.preferences.recents.get(self._session.workspace.store.name, [])
        return [(table, row_id) for table, row_id in kept if isinstance(table, str) and isinstance(row_id, int)]

    def note(self) -> None:
        """What is open now has been looked at."""
        self._rest.stop()
        if self._here is None:
            return
        record = self._here[1:]
        others = [list(each) for each in self.recents if each != record]
        kept = [list(record), *others][:KEPT]
        recents = self._session.preferences.recents
        if recents.get(self._session.workspace.store.name) != kept:
            recents[self._session.workspace.store.name] = kept
            self._session.preferences.save()

    # Back and forward ---------------------------------------------------------------------------------------------

    def back(self) -> None:
        """Opens what was open before."""
        self._go(self._before, self._after)

    def forward(self) -> None:
        """Opens what was open before going back."""
        self._go(self._after, self._before)

    def _on_opened(self, table: str, row_id: int) -> None:
        visit = (self._window.page, table, row_id)
        self._look.start()
        if self._here is not None and visit[1:] == self._here[1:]:
            return
        if not self._going:
            if self._here is not None:
                self._before = [*self._before[-_FORGOTTEN:], self._here]
            self._after.clear()
        self._here = visit
        self._rest.start()

    def _go(self, source: list[Visit], target: list[Visit]) -> None:
        """To the nearest one that is still there."""
        if not source:
            return
        wanted = [visit[1:] for visit in reversed(source)]

        def arrive(found: list[search.Hit]) -> None:
            there = {(hit.kind, hit.id) for hit in found}
            while source:
                visit = source.pop()
                if visit[1:] in there:
                    if self._here is not None:
                        target.append(self._here)
                    self._open(visit)
                    return

        self._session.ask(search.shown, wanted, done=arrive)

    def _open(self, visit: Visit) -> None:
        page, table, row_id = visit
        self._going = True
        try:
            if table == "opportunity":
                if self._window.page != page:
                    self._window.show_page(page)
                self._window.open_deal(row_id)
            else:
                if self._window.page != page:
                    self._window.show_page(page)
                self._window.open_beside(table, row_id)
        finally:
            self._going = False

    # Along the list -----------------------------------------------------------------------------------------------

    def step(self, steps: int) -> None:
        """Opens the record so many further in the list or the column of the one that is open."""
        if self._here is None or not self._pane_open():
            return
        _, table, row_id = self._here
        place, row = self._place(table, row_id)
        following = _neighbour(place, row, steps)
        if not following:
            return
        shown: Any = self._window.shown
        if _lists(shown):
            shown.open_record(following)
        else:
            place.setCurrentIndex(place.model().index(place.model().row_of(following), 0))
            self._window.open_deal(following)

    def _show_steps(self) -> None:
        if self._here is not None and self._pane_open():
            place, row = self._place(*self._here[1:])
            self._pane().head.show_steps(bool(_neighbour(place, row, -1)), bool(_neighbour(place, row, 1)))

    def _on_changed(self, _changes: ChangeSet) -> None:
        self._look.start()

    def _pane(self) -> Any:
        shown: Any = self._window.shown
        return self._window.open_pane or shown.pane

    def _pane_open(self) -> bool:
        shown: Any = self._window.shown
        return self._window.open_pane is not None or bool(_lists(shown) and shown.pane_open)

    def _place(self, table: str, row_id: int) -> tuple[Any, int]:
        """The table or column that shows a record, and its row there, −1 for none."""
        shown: Any = self._window.shown
        if _lists(shown):
            listed = {"opportunities": "opportunity", "leads": "lead", "contacts": "contact", "companies": "company"}
            return shown.table, shown.model.row_of(row_id) if listed.get(shown.kind) == table else -1
        views = shown.views() if table == "opportunity" and hasattr(shown, "views") else []
        for view in views:
            row = view.model().row_of(row_id)
            if row >= 0:
                return view, row
        return None, -1


def _lists(page: Any) -> bool:
    """Whether a page lists records beside their pane. By what it can do: its class is loaded when a list is opened."""
    return hasattr(page, "open_record")


def _neighbour(place: Any, row: int, steps: int) -> int:
    """The record so many rows further, 0 for none; headings are stepped over."""
    if place is None or row < 0:
        return 0
    model, row = place.model(), row + steps
    while 0 <= row < model.rowCount():
        if model.id_at(row) > 0:
            return int(model.id_at(row))
        row += 1 if steps > 0 else -1
    return 0
