"""What changed: the waterfall between two days, and the deals behind the step that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from ...domain.stages import Stage
from ...domain.waterfall import Step
from ...i18n import long_date, number, tr
from ...services.outlook import changes
from ..models.tables import TextTableModel, figure_table
from ..parts import label, scrolled
from ..session import Session
from . import changes_words as words
from .chart_card import ChartCard
from .lens import Lens
from .span import Span
from .waterfall_chart import WaterfallChart

_MOST_DEALS = 500


class ChangesView(Lens):
    """``told`` is what is shown; ``step`` the one whose deals are listed. ``open_deal(id)`` shows a deal."""

    def __init__(self, session: Session, open_deal: Callable[[int], object]) -> None:
        super().__init__(session)
        self._open_deal = open_deal
        self._currency = session.workspace.currency
        self.told: changes.Explained | None = None
        self.step: Step | None = None
        self._steps: list[Step | None] = []
        self.span = Span(session.today)
        self.span.changed.connect(self.refresh)
        self.sentence = label(tr("Working it out…"), wrap=True, selectable=True)
        self.chart = WaterfallChart(self._currency)
        self.chart.hovered.connect(lambda row, _: self._on_hovered(row))
        self.chart.chosen.connect(lambda row, _: self._on_chosen(row))
        self.steps = TextTableModel(
            [tr("What changed"), tr("Amount"), tr("Deals"), tr("Expected afterwards")], frozenset({1, 2, 3}), self
        )
        self.table = figure_table(self.steps, tr("What changed"))
        self.table.clicked.connect(lambda index: self._on_chosen(index.row()))
        self.table.activated.connect(lambda index: self._on_chosen(index.row()))
        self.card = ChartCard(tr("What changed, step by step"), "", self.chart, self.table)
        self.deals = TextTableModel(
            [tr("Deal"), tr("Owner"), tr("Stage"), tr("Value"), tr("Close date"), tr("What it added")],
            frozenset({3, 5}),
            self,
        )
        self._deals_title = label("", "heading")
        self.deal_table = figure_table(self.deals, tr("Deals behind the step"))
        self.deal_table.clicked.connect(self._on_deal)
        self.deal_table.activated.connect(self._on_deal)
        self._lay_out()

    def _lay_out(self) -> None:
        below = QFrame()
        below.setProperty("role", "card")
        column = QVBoxLayout(below)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._deals_title)
        self.deal_table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        column.addWidget(self.deal_table, 1)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(18, 10, 18, 16)
        rows.setSpacing(10)
        rows.addWidget(self.span)
        rows.addWidget(self.sentence)
        for card, height, share in ((self.card, 270, 5), (below, 165, 3)):
            card.setMinimumHeight(height)
            rows.addWidget(card, share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inside))

    # Asking -------------------------------------------------------------------------------------------------------

    def ask(self) -> Any:
        """The waterfall of what is chosen."""
        if self.session.today != self.span.today:
            self.span.follow(self.session.today)
        self._currency = self.session.workspace.currency
        days, period = self.span.days(), self.span.period()

        def found(told: changes.Explained) -> None:
            self.on_found((days, period, told))

        return self.session.ask_apart(
            changes.explained, *days, period=period, scope=self.scope, done=found, failed=self.on_failed,
        )  # fmt: skip

    def show_found(self, found: Any) -> None:
        """Bars, rows and the sentence; the step that was chosen stays so, else the largest is."""
        (first, last), period, told = found
        self.told = told
        fall, today = told.waterfall, self.session.today
        shown = words.falls(fall, first, last, self._currency, today.year)
        self._steps = [None, *fall.steps, None]
        self.chart.show_falls(shown, self._currency)
        cut = tr("The axis does not begin at zero, so that the steps can be seen.") if self.chart.cut else ""
        self.card.show_note(f"{words.sums(fall, self._currency)}   {cut}".strip())
        self.steps.show_rows(words.rows(fall, shown, self._currency))
        said = words.sentence(fall, first, last, today, self._currency)
        beside = "" if period is not None else tr("Deals that are overdue or have no date count here, too.")
        self.sentence.setText(f"{said} {beside}".strip())
        self.chart.setAccessibleDescription(self.sentence.text())
        nothing = "" if fall.steps else tr("Nothing changed between these two days. Choose an earlier first day.")
        if not told.known:
            nothing = tr("There were no deals yet on {day}. Choose a later first day.").format(day=long_date(first))
        self.card.show_nothing(nothing)
        if not told.known or self.step not in fall.steps:
            self.step = (
                max(fall.steps, key=lambda step: abs(fall.steps[step].amount), default=None) if told.known else None
            )
        self._list()

    # Choosing -----------------------------------------------------------------------------------------------------

    def text_of(self, row: int) -> str:
        """What a bar says."""
        fall, step = self.chart.rows[row], self._steps[row]
        text = f"{fall.caption}: {fall.text}"
        if step is None or self.told is None:
            return text
        return f"{text} · {words.counted(len(self.told.waterfall.steps[step].deals))}"

    def _on_hovered(self, row: int | None) -> None:
        text = "" if row is None else self.text_of(row)
        self.card.say(text)
        if text:
            self.chart.setAccessibleDescription(text)

    def _on_chosen(self, row: int) -> None:
        step = self._steps[row] if 0 <= row < len(self._steps) else None
        if step is not None:
            self.step = step
            self._list()
        self.chart.show_row(self._steps.index(self.step) if self.step is not None else -1)

    def _list(self) -> None:
        step = self.step
        if self.told is None or step is None:
            self._deals_title.setText(tr("No deals"))
            self.deals.show_rows([])
            return
        self.chart.show_row(self._steps.index(step))
        told, count = self.told, len(self.told.waterfall.steps[step].deals)
        self._deals_title.setText(f"{tr(words.STEPS[step])}  ({number(count)})")

        def found(listed: list[changes.Behind]) -> None:
            if self.told is told and self.step is step:
                self._show_deals(listed, told.stages)

        self.session.ask(changes.behind, told, step, limit=_MOST_DEALS, done=found)

    def _show_deals(self, listed: list[changes.Behind], stages: Mapping[int, Stage]) -> None:
        year = self.session.today.year
        self.deals.show_rows([(each.id, words.behind(each, stages, self._currency, year)) for each in listed])

    def _on_deal(self, index: QModelIndex) -> None:
        deal_id = self.deals.key(index.row())
        if deal_id is not None:
            self._open_deal(deal_id)
