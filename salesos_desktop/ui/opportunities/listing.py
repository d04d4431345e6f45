"""Keeps the table of opportunities showing what the service has, grouped or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from ...services import deal_lists, deal_table
from ...services.deal_table import Listing
from ..session import Session
from ..tables.listing import RecordList
from .model import DealTableModel

_LINKED = frozenset({"company", "contact", "loss_reason"}) | (deal_lists.TABLES - {"tag"})


class DealList(RecordList):
    """The deals of a DealQuery in an order. Opening and closing groups leaves the other rows as they are."""

    def __init__(self, session: Session, model: DealTableModel, parent: QObject) -> None:
        super().__init__(
            session, model, deal_table.beginning, deal_table.listing, "opportunity", _LINKED, parent
        )  # fmt: skip
        self._deals = model
        self._shown: Any = None

    def _on_beginning(self, found: Listing) -> None:
        assert self._asked is not None
        query, sort, _ = self._asked
        same = (replace(query, opened=frozenset()), sort)
        self._deals.show_listing(found, query.by, query.opened, afresh=same != self._shown)
        self._shown = same
        self.shown.emit()
        if not found.whole:
            self._ask_order()

    def _on_order(self, found: Listing) -> None:
        assert self._asked is not None
        query = self._asked[0]
        self._deals.show_listing(found, query.by, query.opened, afresh=False)
        self.shown.emit()
