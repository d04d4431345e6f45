"""The cards that were looked at lately, fetched in windows from the worker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ...domain.changes import Row
from ...domain.opportunities import Card, Priority
from ...domain.stages import Stage

LIMIT = 3000
_BATCH = 200
_LINKS = ("owner_id", "company_id", "contact_id", "product_id")


class CardStore(QObject):
    """Keeps up to LIMIT cards and asks for the ones that are missing, many at once.

    Signals:
        arrived(ids): cards that were missing are here.
    """

    arrived = Signal(object)

    def __init__(
        self, fetch: Callable[[list[int], Callable[[dict[int, Card]], None], Callable[[], object]], Any],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """``fetch(ids, done, missed)`` ends in one of both; what was missed is asked for when it is looked at again."""
        super().__init__(parent)
        self._fetch = fetch
        self._cards: OrderedDict[int, Card] = OrderedDict()
        self._wanted: dict[int, None] = {}
        self._asked: set[int] = set()
        self._changed: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    def get(self, deal_id: int) -> Card | None:
        """The card, or None while it is fetched."""
        card = self._cards.get(deal_id)
        if card is not None:
            self._cards.move_to_end(deal_id)
        elif deal_id and deal_id not in self._asked:
            self._wanted[deal_id] = None
            if not self._timer.isActive():
                self._timer.start(0)
        return card

    def peek(self, deal_id: int) -> Card | None:
        """The card if it is here; never asks."""
        return self._cards.get(deal_id)

    def put(self, cards: Iterable[Card]) -> None:
        """Takes cards that were read together with something else."""
        for card in cards:
            self._cards[card.id] = card
            self._cards.move_to_end(card.id)
        while len(self._cards) > LIMIT:
            self._cards.popitem(last=False)

    def follow(self, deal_id: int, row: Row | None, stages: dict[int, Stage]) -> None:
        """Brings a kept card up to date with its row; one whose names may have changed is fetched again."""
        if deal_id in self._asked:
            self._changed.add(deal_id)
        card = self._cards.get(deal_id)
        if card is None:
            return
        if (
            row is None
            or row["deleted_at"] is not None
            or row["stage_id"] not in stages
            or row["owner_id"] != card.owner_id
        ):
            self._cards.pop(deal_id)
            return
        if row["version"] != card.version + 1 or (row["company_id"], row["source_id"]) != (
            card.company_id, card.source_id,
        ):  # fmt: skip
            self._cards.pop(deal_id)
            return
        self._cards[deal_id] = updated(card, row, stages[row["stage_id"]])

    def forget(self, deal_id: int) -> None:
        """Drops one card, to be fetched when it is looked at."""
        self._cards.pop(deal_id, None)

    def clear(self) -> None:
        """Forgets everything."""
        self._cards.clear()
        self._wanted.clear()
        self._changed |= self._asked

    def _ask(self) -> None:
        wanted = list(self._wanted)[-_BATCH:]
        self._wanted.clear()
        if wanted:
            self._asked.update(wanted)
            self._fetch(wanted, lambda found: self._on_fetched(wanted, found), lambda: self._on_missed(wanted))

    def _on_missed(self, wanted: list[int]) -> None:
        self._asked.difference_update(wanted)
        self._changed.difference_update(wanted)

    def _on_fetched(self, wanted: list[int], found: dict[int, Card]) -> None:
        self._asked.difference_update(wanted)
        self.put(card for card in found.values() if card.id not in self._changed)
        self._changed.difference_update(wanted)
        self.arrived.emit(wanted)


def updated(card: Card, row: Row, stage: Stage) -> Card:
    """The card with the row's own values; names of owner, company, contact and product stay."""
    return replace(
        card,
        version=row["version"], name=row["name"], stage_id=stage.id, kind=stage.kind, value=row["value"],
        currency=row["currency"], probability=row["probability"], probability_set=row["probability_set"],
        expected_close=row["expected_close"], closed_on=row["closed_on"], stage_since=row["stage_since"],
        priority=Priority(row["priority"]), next_activity_on=row["next_activity_on"], rank=row["rank"],
        stale_days=stage.stale_days, checks_done=row["checks_done"], checks_total=row["checks_total"],
        custom=row["custom"], tags=row["tags"], touched_on=row["touched_on"], hold_until=row["hold_until"],
    )  # fmt: skip
