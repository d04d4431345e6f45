"""What every card of the dashboard holds: figures as a picture, and the same as a table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...domain.filters import DealFilter
from ...domain.outlook import Scope
from ...domain.sheets import Sheet
from ...domain.spans import Span


@dataclass(frozen=True, slots=True)
class View:
    """What the whole page shows: whose deals, of which days, compared with which."""

    scope: Scope
    span: Span
    before: Span


@dataclass(frozen=True, slots=True)
class Behind:
    """Deals behind a part of a figure: those of ``ids``, or (None) all that match ``where``."""

    title: str
    ids: Sequence[int] | None = None
    where: DealFilter | None = None


class FigureBody(QWidget):
    """The inside of a card. It asks for itself, and follows changes.

    Signals:
        told(): what ``sheet`` gives is another.
        asked_behind(Behind): somebody wants to see the deals behind a part.
        said(text): what the pointer or the keyboard is on, in a line; empty when it is on nothing.
    """

    told = Signal()
    said = Signal(object)
    asked_behind = Signal(object)
    upright = False
    """Whether its table has a row for each column of the sheet: few rows of many figures."""

    @property
    def seen(self) -> bool:
        """Whether it is on screen, as a picture or as its table: what is not need not be drawn."""
        place = self.parentWidget()
        return self.isVisible() if place is None else place.isVisible()

    def wake(self) -> None:
        """It comes into sight: catches up with what changed meanwhile."""

    @abstractmethod
    def show_view(self, view: View) -> None:
        """Whose deals of which days from now on."""

    @abstractmethod
    def sheet(self) -> Sheet:
        """What is shown, as a table."""

    def describe(self, text: str) -> None:
        """What is shown, in words for whoever hears it."""
        self.setAccessibleDescription(text)

    def open_row(self, row: int) -> None:
        """Asks for the deals behind a row of the table, where there are some."""

    def on_paper(self) -> QWidget | None:
        """What is drawn on paper; None for its table alone."""
        return self

    def menu_entries(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """What else can be done with the figure: (text, what is called)."""
        return ()
