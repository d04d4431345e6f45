"""The deals behind a bar of the forecast."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ...domain.filters import DealFilter
from ...domain.opportunities import Card
from ...i18n import money, number, short_date, tr
from ...services import board as lists
from ..models.tables import TextTableModel, text_table
from ..parts import label
from ..session import Session

_MOST = 500


class DealsCard(QFrame):
    """``model`` has the deals that were listed last.

    Signals:
        opened(id): one was chosen.
    """

    opened = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._title = ""
        self._job: Any = None
        self.setProperty("role", "card")
        self.model = TextTableModel([tr("Deal"), tr("Owner"), tr("Close date"), tr("Value")], frozenset({3}), self)
        self.title = label("", "heading")
        self.table = text_table(self.model, tr("Deals"))
        self.table.activated.connect(self._on_chosen)
        self.table.clicked.connect(self._on_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.table, 1)

    def ask(self, title: str, where: DealFilter, stage_ids: list[int]) -> None:
        """Lists the deals that match, in some stages."""
        self._title = title
        if self._job is not None:
            self._job.cancel()
        self._job = self._session.ask(lists.listed, where, stage_ids=stage_ids, limit=_MOST, done=self._on_listed)

    def _on_listed(self, cards: list[Card]) -> None:
        self._job = None
        more = "+" if len(cards) == _MOST else ""
        self.title.setText(tr("Deals: {what}").format(what=self._title) + f"  ({number(len(cards))}{more})")
        year = self._session.today.year
        rows: list[tuple[Any, list[str]]] = []
        for card in cards:
            day = card.closed_on or card.expected_close
            value = tr("no value") if card.value is None else money(card.value, card.currency)
            rows.append((card.id, [card.name, card.owner, short_date(day, year) if day else tr("no date"), value]))
        self.model.show_rows(rows)

    def _on_chosen(self, index: Any) -> None:
        deal_id = self.model.key(index.row())
        if deal_id is not None:
            self.opened.emit(deal_id)
