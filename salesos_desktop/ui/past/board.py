"""The board as it was at the end of a past day: key figures, columns and cards, to look at only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.opportunities import Card
from ...domain.stages import StageKind
from ...i18n import long_date, money, number, tr
from ...services.outlook import looking_back as service
from ...services.outlook.looking_back import FIRST_CARDS, BoardAsked, BoardThen
from ..board.card_options import CardOptions
from ..board.column_view import ColumnView
from ..board.figure_texts import money_texts
from ..board.filter_bar import FilterBar
from ..board.grid import BoardGrid
from ..delegates.card import CardDelegate
from ..key_figures import KeyFigure, KeyFigureStrip
from ..session import Session
from .board_model import PastBoardModel
from .looking import LookBack

_KNOWN = frozenset({"company", "contact", "value", "close", "owner"})
"""What a card can say of a past day; the rest is not kept for every day."""


class PastBoard(QWidget):
    """Takes the place of ``live``, below ``look.bar``, while a past day is shown. The page's filter and order are asked of
    the day; columns are always stages."""

    def __init__(self, session: Session, page: QWidget, live: QWidget, bar: FilterBar) -> None:
        super().__init__()
        self._session, self._live, self._bar = session, live, bar
        self.look = LookBack(session, page, self._question)
        self.day = session.today
        self.delegate = CardDelegate(self.day, self)
        self.model = PastBoardModel(session.workspace.store.name, self._fetch, self._texts, self)
        self.grid: Any = BoardGrid(self.model, self.delegate)  # type: ignore[arg-type]
        self.strip = KeyFigureStrip()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addWidget(self.grid, 1)
        self.hide()
        self.grid.view_made.connect(lambda _, view: self._on_view(view))
        self.model.cards.arrived.connect(lambda _: self.grid.repaint_cards())
        self.look.shown.connect(self._on_shown)
        bar.changed.connect(lambda *_: self.look.again())
        bar.cards_pill.chosen.connect(self._show_cards)
        self._show_cards()

    def _question(self, day: date) -> tuple[Any, ...]:
        bar, seen = self._bar, {}
        for frame in self.grid.frames:
            if frame.view is not None and not frame.slim:
                view: ColumnView = frame.view
                first = view.verticalScrollBar().value() // self.delegate.height
                seen[frame.cell] = (first, max(FIRST_CARDS, view.viewport().height() // self.delegate.height + 2))
        return service.board, BoardAsked(bar.pipeline_id, bar.where_on(day), bar.sort, seen)

    def _fetch(self, ids: list[int], done: Any, missed: Callable[[], object]) -> Any:
        def failed(error: Exception) -> None:
            missed()
            self._session.missed(error)

        return self._session.ask_apart(service.cards, self._session.past_days, self.day, ids, done=done, failed=failed)

    def _texts(self, card: Card) -> tuple[str, str]:
        """What a reader says of a card, and the rest of it."""
        value = tr("no value") if card.value is None else money(card.value, card.currency)
        first = ", ".join(part for part in (card.name, card.company, value) if part)
        day = card.expected_close or card.closed_on
        when = tr("closes {date}") if card.kind is StageKind.OPEN else tr("closed {date}")
        owner = tr("owner {name}").format(name=card.owner) if card.owner else tr("no owner")
        return first, ", ".join((when.format(date=long_date(day)) if day else tr("no date"), owner))

    def _on_view(self, view: ColumnView) -> None:
        view.setDragEnabled(False)
        view.setAcceptDrops(False)
        view.show_empty_text(tr("Nothing stood here on that day."))
        view.open_requested.connect(self._open)

    def _open(self, deal_id: int) -> None:
        card = self.model.cards.peek(deal_id)
        if card is not None:
            self.look.open_deal(card)

    def _show_cards(self) -> None:
        options: CardOptions = self._bar.cards_pill.options
        self.delegate.show_as(replace(options, fields=options.fields & _KNOWN, colour="", rules=()), None)
        self.grid.show_cards_anew()

    def _on_shown(self, then: BoardThen | None) -> None:
        focus = self._live.window().focusWidget()
        if then is not None:
            self._show(then)
        past = then is not None
        if past == self.isVisibleTo(self.parentWidget()):
            return
        self.setVisible(past)
        self._live.setVisible(not past)
        if focus is not None and not focus.isVisibleTo(self._live.window()):
            self.focus_first()

    def _show(self, then: BoardThen) -> None:
        self.day = self.delegate.today = then.day
        self.model.show(then)
        open_ = self.model.open_figures()
        total, weighted = money_texts(open_)
        won = [money(amount, currency) for currency, amount in sorted(then.won.items()) if amount]
        self.strip.show_figures(
            [
                KeyFigure(tr("Open pipeline"), total),
                KeyFigure(tr("Weighted forecast"), weighted),
                KeyFigure(tr("Won that quarter"), " + ".join(won) or money(0, self._session.workspace.currency)),
                KeyFigure(tr("Open deals"), number(open_.count)),
            ]
        )

    def focus_first(self) -> None:
        """Takes the keyboard to the slider."""
        self.look.bar.slider.setFocus()
