"""Dialogs that close deals as won or lost, or reopen them; cancel writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ...domain.money import exponent
from ...domain.points import won_points
from ...domain.stages import Stage, StageKind
from ...errors import InvalidInput
from ...i18n import amount_for_edit, ntr, number, parse_amount, tr
from ...services import moves
from ...services.lists import Entry
from ..boxes import ComboBox
from ..closings import Deal
from ..dates import date_edit
from ..deals import ask_move
from ..parts import label
from ..session import Session
from .base import FormDialog


def _subtitle(cards: Sequence[Deal]) -> str:
    if len(cards) == 1:
        return " · ".join(part for part in (cards[0].name, cards[0].company) if part)
    return ntr("{count} deal", "{count} deals", len(cards)).format(count=number(len(cards)))


class WinDialog(FormDialog):
    """Asks final value and date; says which points the sale gives."""

    def __init__(
        self,
        parent: QWidget | None,
        session: Session,
        cards: Sequence[Deal],
        stage_id: int | None,
        after_id: int | None,
    ) -> None:
        super().__init__(parent, tr("Close as won"), _subtitle(cards))
        self._session, self._cards, self._stage_id, self._after_id = session, cards, stage_id, after_id
        self._value = QLineEdit()
        self._day = date_edit(session.today)
        self._day.setMaximumDate(QDate(session.today.year, session.today.month, session.today.day))
        day = self.add_field("date", tr("Closing date"), self._day)
        if len(cards) == 1:
            card = cards[0]
            self._value.setText(amount_for_edit(card.value, card.currency))
            self._value.textChanged.connect(self._on_value_changed)
            self.add_row(
                self.add_field("value", tr("Final value ({currency})").format(currency=card.currency), self._value), day
            )
            self._value.setFocus()
            self._value.selectAll()
        else:
            self.add_row(day)
            self.body.addWidget(label(tr("Each deal keeps the value it has."), "muted", wrap=True))
        self._note = label("", "good", wrap=True)
        self.body.addWidget(self._note)
        self._on_value_changed()
        self.add_buttons(tr("Confirm sale"), self._confirm_sale, "won")

    def _on_value_changed(self) -> None:
        rules = self._session.workspace.point_rules
        try:
            amounts = [parse_amount(self._value.text(), self._cards[0].currency)] if len(self._cards) == 1 else [
                card.value for card in self._cards
            ]  # fmt: skip
        except InvalidInput:
            self._note.setText(tr("The points follow the final value."))
            return
        base = rules["won"] * len(amounts)
        total = sum(
            won_points(amount, exponent(card.currency), rules)
            for amount, card in zip(amounts, self._cards, strict=True)
        )
        self._note.setText(
            tr("Adds {total} points: {base} for the sale + {rest} for its value. The team will be told.").format(
                total=number(total), base=number(base), rest=number(total - base)
            )
        )

    def _confirm_sale(self) -> None:
        day = self._day.date().toPython()
        assert isinstance(day, date)
        values: dict[str, object] = {"closed_on": day, "stage_id": self._stage_id, "after_id": self._after_id}
        if len(self._cards) == 1:
            values["value"] = parse_amount(self._value.text(), self._cards[0].currency)
        ids = [card.id for card in self._cards]
        ask_move(
            self,
            self._session,
            moves.win,
            ids,
            done=self.on_done,
            failed=self.show_problem,
            draft=("win", ""),
            **values,
        )


class LoseDialog(FormDialog):
    """Asks the reason, which is compulsory, and a competitor and a note, which are not."""

    def __init__(
        self, parent: QWidget | None, session: Session, cards: Sequence[Deal], reasons: Sequence[Entry],
        stage_id: int | None, after_id: int | None,
    ) -> None:  # fmt: skip
        super().__init__(parent, tr("Close as lost"), _subtitle(cards))
        self._session, self._cards, self._stage_id, self._after_id = session, cards, stage_id, after_id
        self._reason = ComboBox()
        self._reason.addItem(tr("Choose a reason…"), None)
        for reason in reasons:
            if reason.active:
                self._reason.addItem(reason.name, reason.id)
        self._competitor = QLineEdit()
        self._competitor.setMaxLength(500)
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(76)
        self._day = date_edit(session.today)
        self._day.setMaximumDate(QDate(session.today.year, session.today.month, session.today.day))
        self.add_row(
            self.add_field("reason", tr("Reason"), self._reason), self.add_field("date", tr("Closing date"), self._day)
        )
        self.body.addWidget(self.add_field("competitor", tr("Competitor (optional)"), self._competitor))
        self.body.addWidget(self.add_field("note", tr("Note (optional)"), self._text))
        self.add_buttons(tr("Close as lost"), self._confirm_loss, "danger")
        self._reason.setFocus()

    def _confirm_loss(self) -> None:
        day = self._day.date().toPython()
        ask_move(
            self, self._session, moves.lose, [card.id for card in self._cards], reason_id=self._reason.currentData(),
            competitor=self._competitor.text(), note=self._text.toPlainText(), closed_on=day, stage_id=self._stage_id,
            after_id=self._after_id, done=self.on_done, failed=self.show_problem, draft=("lose", ""),
        )  # fmt: skip


class ReopenDialog(FormDialog):
    """Asks the open stage that closed deals go back to."""

    def __init__(
        self, parent: QWidget | None, session: Session, cards: Sequence[Deal], stages: Sequence[Stage]
    ) -> None:
        super().__init__(parent, tr("Reopen"), _subtitle(cards))
        self._session, self._cards = session, cards
        self._stage = ComboBox()
        for stage in stages:
            if stage.kind is StageKind.OPEN:
                self._stage.addItem(stage.name, stage.id)
        self._stage.setCurrentIndex(self._stage.count() - 1)
        self.body.addWidget(self.add_field("stage", tr("Stage"), self._stage))
        self.body.addWidget(
            label(tr("The points already given stay; the closing date is taken off."), "muted", wrap=True)
        )
        self.add_buttons(tr("Reopen"), self._confirm_reopening)

    def _confirm_reopening(self) -> None:
        ids = [card.id for card in self._cards]
        ask_move(
            self,
            self._session,
            moves.reopen,
            ids,
            self._stage.currentData(),
            done=self.on_done,
            failed=self.show_problem,
            draft=("reopen", ""),
        )
