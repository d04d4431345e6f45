"""Accuracy: past months' forecasts against what was won, and the probabilities that are set against those learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QVBoxLayout, QWidget

from ...domain.outlook import Scope
from ...i18n import money, number, tr
from ...services.outlook import ranges
from ...services.workspace import Workspace
from ..deals import DealActions
from ..key_figures import KeyFigureStrip
from ..models.tables import TextTable, TextTableModel, figure_table
from ..parts import label, scrolled
from ..session import Session
from . import backtest_words as words
from .backtest_chart import BAND, KINDS, WON, BacktestChart, Judged
from .chart_card import ChartCard
from .keys import Keys
from .lens import Lens
from .reliability_chart import Dot, ReliabilityChart

if TYPE_CHECKING:
    from ...services.outlook.backtest import Backtest

_CHART_HEIGHT, _NARROW = 290, 640


def _judged(ws: Workspace, scope: Scope) -> Backtest:
    from ...services.outlook.backtest import backtest

    return backtest(ws, scope=scope)


def _probabilities(ws: Workspace, scope: Scope) -> tuple[list[ranges.Learnt], bool]:
    """Those of every stage, and whether the forecast uses the learnt ones."""
    stages = [each for each in ranges.probabilities(ws) if scope.pipeline_id in (None, each.stage.pipeline_id)]
    return stages, ranges.uses_learnt(ws)


class BacktestView(Lens):
    """``judged`` is what is shown."""

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__(session)
        self._actions = actions
        self._currency = session.workspace.currency
        self.judged: Backtest | None = None
        self.summary = label(tr("Working it out…"), wrap=True, selectable=True)
        self.strip = KeyFigureStrip(0, wrap=True)
        self._make_months()
        self._make_reliability()
        self._make_stages()
        self._lay_out()

    def _make_months(self) -> None:
        self.chart = BacktestChart(self._currency)
        self.chart.hovered.connect(self._on_month)
        headers = [tr("Month"), tr("Set"), tr("Learnt"), tr("Adjusted"), "P10", "P90", tr("Won"), tr("Within")]
        self.months = TextTableModel(headers, frozenset(range(1, 7)), self)
        marks = [(mark, tr(words.KINDS[kind])) for kind, mark in KINDS.items()]
        self._legend = Keys([(WON, tr("Won")), (BAND, tr("P10 to P90")), *marks])
        table = figure_table(self.months, tr("Forecast and what was won, by month"))
        self.card = ChartCard(tr("Forecast and what was won, by month"), "", self.chart, table, self._legend)
        self.card.setMinimumHeight(_CHART_HEIGHT)

    def _make_reliability(self) -> None:
        self.reliability = ReliabilityChart()
        self.reliability.hovered.connect(self._on_dot)
        headers = [tr("Which"), tr("Given"), tr("Won"), tr("Deals")]
        self.bins = TextTableModel(headers, frozenset({1, 2, 3}), self)
        table = figure_table(self.bins, tr("Do the probabilities hold?"))
        note = tr("Across: the probability given. Up: the share really won. On the line both are the same.")
        legend = Keys([(KINDS[kind], text) for kind, text in (("set", tr("Set")), ("learnt", tr("Learnt")))])
        self.reliability_card = ChartCard(tr("Do the probabilities hold?"), note, self.reliability, table, legend)
        self.reliability_card.setMinimumHeight(_CHART_HEIGHT)

    def _make_stages(self) -> None:
        headers = [tr("Stage"), tr("Set"), tr("Learnt"), tr("Won of closed")]
        self.stages = TextTableModel(headers, frozenset({1, 2, 3}), self)
        self.stage_table: TextTable = figure_table(self.stages, tr("Probabilities by stage"))
        self.switch = QCheckBox(tr("Use the learnt probabilities"))
        self.switch.clicked.connect(self._on_switch)
        self.switch.setEnabled(self.session.rights.configure)
        if not self.session.rights.configure:
            self.switch.setToolTip(tr("What belongs to the whole workspace is set by an administrator."))

    def _lay_out(self) -> None:
        stages = QFrame()
        stages.setProperty("role", "card")
        column = QVBoxLayout(stages)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addWidget(label(tr("Probabilities by stage"), "heading"))
        note = tr("Learnt: what was really won, drawn towards what is set where few deals are closed.")
        column.addWidget(label(note, "small", wrap=True))
        column.addWidget(self.stage_table, 1)
        column.addWidget(self.switch)
        stages.setMinimumHeight(_CHART_HEIGHT)
        self._lower = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lower.setSpacing(12)
        self._lower.addWidget(self.reliability_card, 1)
        self._lower.addWidget(stages, 1)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(18, 10, 18, 16)
        rows.setSpacing(10)
        rows.addWidget(self.summary)
        rows.addWidget(self.strip)
        rows.addWidget(self.card, 1)
        rows.addLayout(self._lower, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inside))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cards that have no room beside each other stand below each other."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._lower.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    # Asking -------------------------------------------------------------------------------------------------------

    def ask(self) -> Any:
        """The look back of whose deals are chosen, and the probabilities."""
        self._currency = self.session.workspace.currency
        self.session.ask_apart(_probabilities, self.scope, done=self._show_stages)
        return self.session.ask_apart(_judged, self.scope, done=self.on_found, failed=self.on_failed)

    def show_found(self, found: Any) -> None:
        """Words, figures, charts and tables."""
        judged: Backtest = found
        self.judged = judged
        nothing = ""
        if not judged.months:
            nothing = tr(
                "There is no whole month with open deals behind you yet. Come back when the first one is over."
            )
        self.summary.setText(nothing or words.summary(judged))
        self.strip.setVisible(not nothing)
        self.strip.show_figures([] if nothing else words.figures(judged))
        self._show_months(judged)
        self.card.show_nothing(nothing)
        self._show_reliability(judged)

    def _show_stages(self, found: tuple[list[ranges.Learnt], bool]) -> None:
        stages, learnt = found
        self.stages.show_rows([(each.stage.id, _stage(each)) for each in stages])
        self.switch.setChecked(learnt)

    def _show_months(self, judged: Backtest) -> None:
        shown = []
        for each in judged.months:
            said = {"set": each.set, "learnt": each.learnt}
            if each.adjusted is not None:
                said["adjusted"] = each.adjusted
            shown.append(Judged(words.month(each.month), said, each.range.p10, each.range.p90, each.won))
        self._legend.set_shown(KINDS["adjusted"], any("adjusted" in each.said for each in shown))
        self.chart.show_months(shown, self._currency)
        self.chart.setAccessibleDescription(self.summary.text())
        self.months.show_rows([(each.month, words.row(each, self._currency)) for each in judged.months])

    def _show_reliability(self, judged: Backtest) -> None:
        rows, dots = [], []
        for kind, name in (("set", tr("Set")), ("learnt", tr("Learnt"))):
            for each in judged.bins[kind]:
                dots.append(Dot(kind, each.given, each.won, each.deals))
                texts = [name, words.share(each.given), words.share(each.won), number(each.deals)]
                rows.append(((kind, each.lower), texts))
        self.reliability.show_dots(dots)
        self.bins.show_rows(rows)
        nothing = tr("No deal that stood in a past month's forecast is closed yet.")
        self.reliability_card.show_nothing("" if dots else nothing)

    # The pointer and the switch -----------------------------------------------------------------------------------

    def _on_month(self, place: int | None) -> None:
        if place is None or self.judged is None:
            self.card.say("")
            return
        each = self.judged.months[place]
        amounts = {
            "month": words.month(each.month, full=True), "set": money(each.set, self._currency),
            "learnt": money(each.learnt, self._currency), "won": money(each.won, self._currency),
            "low": money(each.range.p10, self._currency), "high": money(each.range.p90, self._currency),
        }  # fmt: skip
        text = tr("{month}: set {set}, learnt {learnt}, range {low} to {high}, won {won}").format(**amounts)
        if each.adjusted is not None:
            text += ", " + tr("adjusted {amount}").format(amount=money(each.adjusted, self._currency))
        self.card.say(text)

    def _on_dot(self, dot: Dot | None) -> None:
        if dot is None:
            self.reliability_card.say("")
            return
        text = tr("given {given}, won {won} of {count}")
        shown = {"given": words.share(dot.given), "won": words.share(dot.won), "count": number(dot.deals)}
        self.reliability_card.say(text.format(**shown))

    def _on_switch(self, wanted: bool) -> None:
        """What is asked first is not done yet."""
        from .learnt_dialog import LearntDialog

        self.switch.setChecked(not wanted)
        dialog = LearntDialog(self._actions.window, self.session, wanted)
        dialog.accepted.connect(lambda: self.switch.setChecked(wanted))
        self._actions.show_dialog(dialog)


def _stage(each: ranges.Learnt) -> list[str]:
    behind = tr("{won} of {closed}").format(won=number(each.record.won), closed=number(each.record.closed))
    return [each.stage.name, words.share(each.set), words.share(each.learnt), behind if each.record.closed else "—"]
