"""What the cards of the team's performance have in common: the figures, their names, the chart or why there is none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ...domain.performance import Way
from ...domain.sheets import Sheet
from ...i18n import tr
from ...services import performance
from ...services.performance import Loaded
from ...services.performance_sheets import Keyed
from ..charts.legend import Legend
from ..parts import label
from .body import Behind, FigureBody, View
from .figures import Kitchen
from .rows_chart import Row, RowsChart

_NO_FIGURES: Keyed = (Sheet("", (), ()), [])


class PerformanceBody(FigureBody):
    """Draws a table of services/performance_sheets.py. ``nothing`` is what stands there while there is nothing to draw; with
    ``of_ways`` it waits for how far deals came."""

    nothing = ""
    of_ways = False

    def __init__(self, kitchen: Kitchen, inside: QWidget) -> None:
        super().__init__()
        self.session, self.figures, self.names = kitchen.session, kitchen.figures, kitchen.names
        self._turns = kitchen.turns
        self._keyed: Keyed = _NO_FIGURES
        self._stale = True
        self.stack = QStackedWidget()
        self._why = label(tr("Working it out…"), "muted", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for each in (inside, self._why):
            self.stack.addWidget(each)
        self.stack.setCurrentIndex(1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.column.addWidget(self.stack, 1)
        self.figures.changed.connect(self._on_changed)
        self.names.changed.connect(self._on_changed)

    @property
    def currency(self) -> str:
        """That of the amounts."""
        return self.session.workspace.currency

    def show_view(self, view: View) -> None:
        """All cards look at the same figures."""
        self.figures.ask(view)

    def _on_changed(self) -> None:
        """Shows the figures in its turn, once they are looked at."""
        self._stale = True
        if self.seen:
            self._turns.wake(self)

    def redraw(self) -> None:
        """Shows the figures as they are now: something else of them is asked."""
        self._stale = True
        self.wake()

    def wake(self) -> None:
        """Draws what moved meanwhile."""
        loaded, trouble = self.figures.loaded, self.figures.trouble
        waits = loaded is None or (loaded.partial and self.of_ways)
        if not self._stale or (waits and not trouble):
            return
        self._stale = False
        keyed = _NO_FIGURES if loaded is None else self.keyed(loaded)
        if keyed == self._keyed and loaded is not None:
            return
        self._keyed = keyed
        self._why.setText(trouble or tr(self.nothing))
        some = loaded is not None and self.draw(loaded, *self._keyed)
        shown, hidden = int(not some), not self.stack.isVisible()
        if hidden or shown != self.stack.currentIndex():
            # Of a hidden chart, nobody hears that it is of another height.
            self.stack.setCurrentIndex(shown)
            self.stack.updateGeometry()
        self.told.emit()

    def sheet(self) -> Sheet:
        """The figures."""
        return self._keyed[0]

    @property
    def keys(self) -> list[Any]:
        """What the rows are of."""
        return self._keyed[1]

    @abstractmethod
    def keyed(self, loaded: Loaded) -> Keyed:
        """The table."""

    @abstractmethod
    def draw(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> bool:
        """Draws it; False when there is nothing to draw."""


class ChartBody(PerformanceBody):
    """Rows of bars below the names of their colours."""

    def __init__(self, kitchen: Kitchen, name: str, *, axis: bool = False) -> None:
        self.chart = RowsChart(name, axis=axis)
        super().__init__(kitchen, self.chart)
        self.legend = Legend()
        self.column.insertWidget(0, self.legend)
        self.chart.hovered.connect(self._on_hovered)
        self.chart.chosen.connect(self.open_part)

    def draw(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> bool:
        """Moves the bars."""
        rows = self.rows(loaded, sheet, keys)
        self.chart.show_rows(rows)
        return any(row.pieces for row in rows)

    def describe(self, text: str) -> None:
        """Also where the keyboard goes."""
        super().describe(text)
        self.chart.setAccessibleDescription(text)

    @abstractmethod
    def rows(self, loaded: Loaded, sheet: Sheet, keys: Sequence[Any]) -> list[Row]:
        """The bars."""

    @abstractmethod
    def told_of(self, row: int, name: str) -> str:
        """What is said of a row, or of a piece of it, that the pointer is on."""

    def open_part(self, row: int, name: str) -> None:
        """Asks for the deals behind a row, or a piece of it."""

    def ask_passed(self, title: str, stage_id: int, *by: Way) -> None:
        """Lists the deals that went through a stage in one of some ways."""
        loaded = self.figures.loaded
        if loaded is not None and not loaded.partial:
            self.session.ask_apart(
                performance.passed, loaded.still(), stage_id, *by,
                done=lambda ids: self.asked_behind.emit(Behind(title, ids)),
            )  # fmt: skip

    def open_row(self, row: int) -> None:
        """The same for a row of the table."""
        self.open_part(row, "")

    def _on_hovered(self, row: int | None, name: str) -> None:
        there = row is not None and row < len(self.sheet().rows)
        text = self.told_of(row, name) if there and row is not None else ""
        self.said.emit(text)
        if text:
            self.chart.setAccessibleDescription(text)
