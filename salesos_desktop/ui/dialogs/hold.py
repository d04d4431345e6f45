"""Putting deals on hold until a day, and the list of those that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.opportunities import Card
from ...errors import InvalidInput
from ...i18n import long_date, money, ntr, number, tr
from ...services import holds
from ..closings import Deal
from ..dates import date_edit
from ..models.tables import TextTableModel, text_table
from ..parts import button, label
from ..session import Session
from .base import FormDialog


class HoldDialog(FormDialog):
    """Asks the day on which deals come back."""

    def __init__(self, parent: QWidget | None, session: Session, cards: Sequence[Deal]) -> None:
        super().__init__(parent, tr("On hold"), _subtitle(cards))
        self._session, self._cards = session, cards
        tomorrow = session.today + timedelta(days=1)
        there = cards[0].hold_until if len(cards) == 1 else None
        start = there if there is not None and there >= tomorrow else session.today + timedelta(days=7)
        self.day = date_edit(start)
        self.day.setMinimumDate(QDate(tomorrow.year, tomorrow.month, tomorrow.day))
        self.body.addWidget(self.add_field("until", tr("Back on"), self.day))
        quick = QHBoxLayout()
        quick.setSpacing(6)
        for text, days in ((tr("1 week"), 7), (tr("2 weeks"), 14), (tr("1 month"), 30), (tr("3 months"), 91)):
            quick.addWidget(button(text, lambda days=days: self._choose(days), "choice"))
        quick.addStretch(1)
        self.body.addLayout(quick)
        hint = tr("Until then it is neither on the board nor in the open forecast; you are told when it is back.")
        self.body.addWidget(label(hint, "muted", wrap=True))
        self.add_buttons(tr("Put on hold"), self._hold)

    def _choose(self, days: int) -> None:
        day = self._session.today + timedelta(days=days)
        self.day.setDate(QDate(day.year, day.month, day.day))

    def _hold(self) -> None:
        until = self.day.date().toPython()
        if not isinstance(until, date):
            raise InvalidInput("until", tr("The date is missing."), tr("Fill it in."))
        ids = [card.id for card in self._cards]
        self._session.ask(holds.hold, ids, until, done=self.on_done, failed=self.show_problem, draft=("hold", ""))


class HeldDialog(FormDialog):
    """Deals on hold with their days; they can be opened, and brought back before.

    Signals:
        open_requested(id): show this deal.
    """

    open_requested = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, pipeline_id: int | None) -> None:
        super().__init__(parent, tr("On hold"), tr("They come back by themselves on their day."), width=680)
        self._session, self._pipeline_id = session, pipeline_id
        self.model = TextTableModel(
            [tr("Deal"), tr("Company"), tr("Value"), tr("Owner"), tr("Back on")], frozenset({2})
        )
        self.model.setParent(self)
        self.table = text_table(self.model, tr("On hold"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setMinimumHeight(260)
        self.nothing = label(tr("No deal is on hold. Choose “On hold until…” in a card's menu."), "muted", wrap=True)
        self.body.addWidget(self.table)
        self.body.addWidget(self.nothing)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.back_button = button(tr("Back now"), self._release, "primary")
        self.open_button = button(tr("Open"), self._open)
        row.addWidget(self.back_button)
        row.addWidget(self.open_button)
        row.addStretch(1)
        row.addWidget(button(tr("Close"), self.reject))
        self.body.addLayout(row)
        self.table.doubleClicked.connect(lambda _: self._open())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._refresh_buttons())
        session.changed.connect(self._on_changed)
        self._ask()

    def chosen(self) -> list[int]:
        """Ids of the selected deals."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.key(row) for row in rows]

    def _ask(self) -> None:
        self._session.ask(holds.held, self._pipeline_id, done=self._on_held)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("opportunity"):
            self._ask()

    def _on_held(self, cards: Sequence[Card]) -> None:
        self.model.show_rows(
            [
                (
                    card.id,
                    [
                        card.name, card.company, "—" if card.value is None else money(card.value, card.currency), card.owner,
                        long_date(card.hold_until) if card.hold_until else "",
                    ],
                )
                for card in cards
            ]
        )  # fmt: skip
        self.table.setVisible(bool(cards))
        self.nothing.setVisible(not cards)
        if cards and not self.table.selectionModel().hasSelection():
            self.table.selectRow(0)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        count = len(self.table.selectionModel().selectedRows())
        self.back_button.setEnabled(bool(count))
        self.open_button.setEnabled(count == 1)

    def _release(self) -> None:
        self._session.ask(holds.release, self.chosen(), failed=self.show_problem, draft=("release", ""))

    def _open(self) -> None:
        chosen = self.chosen()
        if chosen:
            self.accept()
            self.open_requested.emit(chosen[0])


def _subtitle(cards: Sequence[Deal]) -> str:
    if len(cards) == 1:
        return " · ".join(part for part in (cards[0].name, cards[0].company) if part)
    return ntr("{count} deal", "{count} deals", len(cards)).format(count=number(len(cards)))
