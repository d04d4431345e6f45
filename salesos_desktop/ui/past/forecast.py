"""The forecast as it was at the end of a past day: what the page's parts show instead of today's figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from ...domain.forecast import OVERDUE, Cube
from ...domain.opportunities import Card
from ...i18n import money, number, short_date, tr
from ...services.outlook import looking_back as service
from ...services.outlook.looking_back import ForecastAsked, ForecastThen
from ..models.tables import TextTableModel, text_table
from ..parts import label
from .looking import LookBack

if TYPE_CHECKING:
    from ..charts.figures import View
    from ..session import Session

_MOST = 500


class ForecastPast(QObject):
    """``day``, ``cube`` and ``keyed`` are those of the past day that is shown; all None while it is today.

    Signals:
        changed(): another day is shown, or today again.
    """

    changed = Signal()

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._found: ForecastThen | None = None
        self._view: View | None = None
        self._by: str | None = None
        self._waits = False
        self._bucket: tuple[str, int | None, str] = (OVERDUE, None, "")
        self.look = LookBack(session, page, self._question)
        self.look.shown.connect(self._on_shown)
        self.bar = self.look.bar
        self.deals = PastDeals()
        self.deals.chosen.connect(self.look.open_deal)
        self._sides = QStackedWidget()

    @property
    def day(self) -> date | None:
        """The past day that is shown."""
        return None if self._found is None else self._found.day

    @property
    def cube(self) -> Cube | None:
        """The forecast of the day, of whom and what is chosen; None until that is there."""
        return None if self._found is None or self._waits else self._found.cube

    @property
    def keyed(self) -> Cube | None:
        """The same by what the breakdown is by, where that is neither owner nor what follows from it."""
        return None if self._found is None or self._waits else self._found.keyed

    def in_place_of(self, deals: QWidget) -> QWidget:
        """Holds the live list of deals, and that of the past day while there is one."""
        self._sides.addWidget(deals)
        self._sides.addWidget(self.deals)
        return self._sides

    def ask(self, view: View, by: str | None) -> None:
        """What is chosen, and by which column of ``opportunity`` the breakdown is."""
        if (view, by) != (self._view, self._by):
            self._view, self._by, self._waits = view, by, True
            self.look.again()

    def show_deals(self, bucket: str, stage_id: int | None, title: str) -> None:
        """Lists the deals of a bar, or of one part of it."""
        asked = (bucket, stage_id, title)
        if asked != self._bucket:
            self._bucket = asked
            self.look.again()

    def _question(self, _day: date) -> tuple[Any, ...]:
        view = self._view
        assert view is not None
        bucket, stage_id, _ = self._bucket
        asked = ForecastAsked(
            view.scope, self._by, view.converted, bucket, stage_id, None if view.converted else view.currency, _MOST
        )
        return service.outlook, asked

    def _on_shown(self, found: ForecastThen | None) -> None:
        self._found, self._waits = found, False
        self._sides.setCurrentIndex(0 if found is None else 1)
        if found is not None:
            self.deals.show_cards(self._bucket[2], found)
        self.changed.emit()


class PastDeals(QFrame):
    """The deals behind a bar of a past day: nothing here is changed.

    Signals:
        chosen(card): Enter or a double click on a deal.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._cards: Sequence[Card] = ()
        self.setProperty("role", "card")
        self.model = TextTableModel([tr("Deal"), tr("Owner"), tr("Close date"), tr("Value")], frozenset({3}), self)
        self.title = label("", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        self.table = text_table(self.model, tr("Deals"))
        self.table.activated.connect(lambda index: self.chosen.emit(self._cards[index.row()]))
        column.addWidget(self.table, 1)

    def show_cards(self, title: str, found: ForecastThen) -> None:
        """Shows those of a day."""
        self._cards = found.listed
        more = "+" if len(found.listed) == _MOST else ""
        self.title.setText(tr("Deals: {what}").format(what=title) + f"  ({number(len(found.listed))}{more})")
        rows: list[tuple[Any, list[str]]] = []
        for card in found.listed:
            day = card.closed_on or card.expected_close
            value = tr("no value") if card.value is None else money(card.value, card.currency)
            shown = short_date(day, found.day.year) if day else tr("no date")
            rows.append((card.id, [card.name, card.owner, shown, value]))
        self.model.show_rows(rows)
