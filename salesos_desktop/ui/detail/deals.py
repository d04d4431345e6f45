"""The deals of a contact or company: open ones first, one click from the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.opportunities import Card
from ...domain.stages import StageKind
from ...i18n import money, short_date, tr
from ..models.tables import TextTableModel, text_table
from ..parts import label
from ..session import Session


class DealsPane(QWidget):
    """A table of deals.

    Signals:
        open_requested(id): Enter or a double click.
        counted(count): how many there are.
    """

    open_requested = Signal(object)
    counted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.model = TextTableModel([tr("Opportunity"), tr("Stage"), tr("Value"), tr("Date")], frozenset({2, 3}), self)
        self.view = text_table(self.model, tr("Opportunities"))
        self.view.activated.connect(lambda index: self.open_requested.emit(self.model.key(index.row())))
        self._none = label(tr("No opportunities yet."), "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self._none)
        layout.addWidget(self.view, 1)

    def show_cards(self, cards: Sequence[Card], stages: Mapping[int, str]) -> None:
        """Shows deals in the order they come."""
        self.model.show_rows([(card.id, self._texts(card, stages)) for card in cards])
        self._none.setVisible(not cards)
        self.view.setVisible(bool(cards))
        if cards and not self.view.currentIndex().isValid():
            self.view.selectionModel().setCurrentIndex(
                self.model.index(0, 0), self.view.selectionModel().SelectionFlag.NoUpdate
            )
        self.counted.emit(len(cards))

    def _texts(self, card: Card, stages: Mapping[int, str]) -> list[str]:
        day = card.expected_close if card.kind is StageKind.OPEN else card.closed_on
        return [
            card.name, stages.get(card.stage_id, ""), "—" if card.value is None else money(card.value, card.currency),
            "—" if day is None else short_date(day, self._session.today.year),
        ]  # fmt: skip
