"""The page of leads, and a QTableWidget filled with the same rows and texts: opened, sorted, filtered, scrolled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_TEXTS = ("luna", "vega", "mora")
_SORTED = (1, 2, 0)
_PAGES = 40


def table(path: str, warm: str) -> dict[str, float]:
    """Ours: seconds from a wish to the painted rows, medians of three; ``page`` and ``frame`` in milliseconds."""
    from .tasks import _app

    _app()
    _Page(warm).end()
    page = _Page(path)
    found = {"open": page.opened}
    page.rest()
    header = page.view.table.horizontalHeader()
    found["sort"] = _median(page.timed(lambda: header.sectionClicked.emit(column)) for column in _SORTED)  # noqa: B023
    found["filter"] = _median(page.timed(lambda: page.view.set_text(text)) for text in _TEXTS)  # noqa: B023
    page.timed(lambda: page.view.set_text(""))
    found["page"], found["frame"] = page.scrolled()
    page.end()
    return found


class _Page:
    """A page of leads in a window of its own."""

    def __init__(self, path: str) -> None:
        from PySide6.QtWidgets import QWidget

        from salesos_desktop import bootstrap, config
        from salesos_desktop.ui.leads.page import LeadsView
        from salesos_desktop.ui.session import Session

        from .waiting import Painted

        begun = time.perf_counter()
        self.session = Session(bootstrap.open_workspace(Path(path)), config.Preferences())
        self._window = QWidget()
        self.view = LeadsView(self.session, self._window)
        self._shown: list[bool] = []
        self._painted = Painted()
        self.view.usable.connect(self._on_usable)
        self._painted.all([self.view.table])
        self.view.resize(1240, 840)
        self.view.show()
        self._until_painted()
        self.opened = time.perf_counter() - begun

    def _on_usable(self) -> None:
        self._shown.append(True)
        self._painted.forget()

    def _until_painted(self) -> None:
        from .waiting import until

        until(lambda: bool(self._shown) and self._painted.all([self.view.table]))

    def timed(self, wish: Callable[[], object]) -> float:
        """Seconds from a wish to its painted rows."""
        self._shown.clear()
        begun = time.perf_counter()
        wish()
        self._until_painted()
        took = time.perf_counter() - begun
        self.rest()
        return took

    def scrolled(self) -> tuple[float, float]:
        """Milliseconds from a jump to unread rows until they are painted, and of a scrolled frame; medians."""
        from .waiting import until

        view, model, pages, frames = self.view.table, self.view.model, [], []
        bar = view.verticalScrollBar()
        for number in range(_PAGES):
            top = (number + 1) * model.rowCount() // (_PAGES + 2)
            begun = time.perf_counter()
            bar.setValue(top * view.rowHeight(0))
            view.viewport().repaint()
            until(lambda: model.store.get(model.id_at(top)) is not None)  # noqa: B023
            view.viewport().repaint()
            pages.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            bar.setValue(bar.value() + 3 * view.rowHeight(0))
            view.viewport().repaint()
            frames.append(time.perf_counter() - begun)
            self.rest()
        return sorted(pages)[_PAGES // 2] * 1000, sorted(frames)[_PAGES // 2] * 1000

    def rest(self) -> None:
        """Lets the whole order arrive."""
        from .waiting import until

        until(lambda: self.session.jobs.idle and self.view.model.whole)

    def end(self) -> None:
        self.rest()
        self.view.hide()
        self.session.close()


def widgets(path: str, warm: str) -> dict[str, float]:
    """The rival: seconds of the same."""
    from .rivals import LeadTable
    from .tasks import _app
    from .waiting import Painted, until

    _app()
    painted: Any = Painted()

    def timed(wish: Callable[[], object]) -> float:
        painted.forget()
        begun = time.perf_counter()
        wish()
        until(lambda: painted.all([made]))
        return time.perf_counter() - begun

    for place in (warm, path):
        begun = time.perf_counter()
        made = LeadTable(Path(place))
        painted.all([made])
        made.show()
        until(lambda: painted.all([made]), 600)  # noqa: B023
        opened = time.perf_counter() - begun
    return {
        "open": opened,
        "sort": _median(timed(lambda: made.sortItems(column)) for column in _SORTED),  # noqa: B023
        "filter": _median(timed(lambda: made.narrow(text)) for text in _TEXTS),  # noqa: B023
    }


def _median(times: Iterable[float]) -> float:
    found = sorted(times)
    return found[len(found) // 2]
