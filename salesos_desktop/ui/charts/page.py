"""The forecast page: totals, how sure they are, the chart by month and stage, who sells what, and the deals behind a bar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.forecast import OVERDUE, Cube
from ...domain.periods import add_months, month_start
from ...domain.stages import StageKind
from ...i18n import money, ntr, number, percent, tr
from ...services import lines
from ...services.outlook import sheet
from ..board.figure_texts import round_units
from ..deal_lists import KeptDealLists
from ..deals import DealActions
from ..key_figures import KeyFigure, KeyFigureStrip
from ..models.forecast import ForecastModel
from ..models.tables import TextTableModel, text_table
from ..pages import PageView
from ..parts import Elided, button, label, scrolled
from ..session import Session
from . import figures
from .breakdown import QUANTITY, Breakdown
from .breakdown_rows import COLUMNS, parts
from .cubes import FollowedCube
from .deals_card import DealsCard
from .filters import ForecastFilters
from .legend import Legend
from .range_card import Question, RangeCard
from .sides import Sides
from .tabs import ForecastTabs
from .unconverted import Unconverted

_CHART_HEIGHT, _LOWER_HEIGHT = 250, 230
_NO_GOAL = sheet.Goal({}, None)


class ForecastView(PageView):
    """Follows the cube. ``wake`` builds the chart the first time the page is shown, so that nobody else pays for it."""

    def __init__(self, session: Session, actions: DealActions, model: ForecastModel) -> None:
        super().__init__()
        self._session, self._actions = session, actions
        self.chart: Any = None
        self.lists = KeptDealLists(session, self, at_once=False)
        self._cube, self._keyed = FollowedCube(session, model, self), FollowedCube(session, model, self)
        self._listed: tuple[str, int | None] = (OVERDUE, None)
        self._goal, self._goal_of = _NO_GOAL, None
        self._goal_awaited = False
        self._strip, self._legend = KeyFigureStrip(), Legend()
        self._value = Elided("", "muted")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._resting = ""
        self.months = TextTableModel(
            [tr("Month"), tr("Won"), tr("Weighted"), tr("Best case"), tr("Committed"), tr("Target"), tr("Deals")],
            frozenset(range(1, 7)),
            self,
        )
        self.deals, self.breakdown, self.range_card = DealsCard(session, actions), Breakdown(), RangeCard(session)
        self.unconverted = Unconverted(actions.window)
        self._stack = QStackedWidget()
        self._toggle = button(tr("As a table"), self._on_toggled, "link")
        view = figures.View("twelve", None, session.workspace.currency)
        self.filters = ForecastFilters(view, view.currency, self.lists, self._currencies, lambda: session.today)
        self.tools = self.filters
        self._cube.ask(view.asked())
        self._lay_out()
        self._connect()

    @property
    def view(self) -> figures.View:
        """What is chosen."""
        return self.filters.view

    # Building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        chart_card = QFrame()
        chart_card.setProperty("role", "card")
        chart_card.setMinimumHeight(_CHART_HEIGHT)
        column = QVBoxLayout(chart_card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(label(tr("Forecast by month of close"), "heading"))
        self._means = Elided(tr("won, and value × probability of what is open"), "small")
        head.addWidget(self._means, 3)
        head.addWidget(self._value, 4)
        head.addWidget(self._toggle)
        column.addLayout(head)
        column.addWidget(self._legend)
        self._month_table = text_table(self.months, tr("Forecast by month of close"))
        self._month_table.clicked.connect(lambda index: self._list(self.months.key(index.row()), None))
        self._stack.addWidget(QWidget())
        self._stack.addWidget(self._month_table)
        column.addWidget(self._stack, 1)
        lower = Sides()
        for card, share in ((self.breakdown, 6), (self.deals, 5)):
            card.setMinimumHeight(_LOWER_HEIGHT)
            lower.add(card, share)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(18, 6, 18, 16)
        rows.setSpacing(12)
        rows.addWidget(self.range_card)
        rows.addWidget(chart_card, 5)
        rows.addWidget(lower, 4)
        months = QWidget()
        layout = QVBoxLayout(months)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._strip)
        layout.addWidget(self.unconverted)
        layout.addWidget(scrolled(inside), 1)
        self.tabs = ForecastTabs(self._session, self._actions, months)
        self.targets = button(tr("Targets and calls…"), self.show_targets, "link")
        corner = QWidget()
        beside = QHBoxLayout(corner)
        beside.setContentsMargins(0, 0, 14, 4)
        self.danger = button(tr("Deals in danger…"), self.show_danger, "link")
        beside.addWidget(self.danger)
        beside.addWidget(self.targets)
        self.tabs.setCornerWidget(corner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.tabs)

    def _connect(self) -> None:
        # The other parts have a period of their own, and are in the workspace's currency.
        self.tabs.months_shown.connect(self.filters.show_months_only)
        self.filters.chosen.connect(self._on_chosen)
        self.breakdown.chosen.connect(self._on_parted)
        self.range_card.targets_asked.connect(self.show_targets)
        self.deals.opened.connect(self._actions.open_requested)
        self.lists.changed.connect(self._refresh)
        self._cube.changed.connect(self._refresh)
        self._keyed.changed.connect(self._show_parts)
        self._session.changed.connect(self._on_changed)

    def wake(self) -> None:
        """Builds the chart and shows figures; does nothing the second time."""
        if self.chart is None:
            from .forecast_chart import ForecastChart

            self.chart = ForecastChart(self.view.currency)
            self.chart.hovered.connect(self._on_hovered)
            self.chart.chosen.connect(self._list)
            old = self._stack.widget(0)
            self._stack.removeWidget(old)
            old.deleteLater()
            self._stack.insertWidget(0, self.chart)
            self._stack.setCurrentIndex(0)
            self.lists.begin()
            self._list(*self._listed)
        self._refresh()

    # Choosing -----------------------------------------------------------------------------------------------------

    def choose(self, **choice: Any) -> None:
        """Other values of the view: period, owner_id, team_id with its members, currency, pipeline_id …"""
        self.filters.choose(**choice)

    def show_targets(self) -> None:
        """Opens targets, calls and adjustments of the period that is shown."""
        from .targets_dialog import TargetsDialog

        whole = figures.whole_period(self.view.period, self._session.today)
        self._actions.show_dialog(TargetsDialog(self._actions, self._session, whole))

    def show_danger(self) -> None:
        """The deals in danger of those that are chosen, in place of the parts of the page."""
        from ..dashboard.danger import show_danger

        shown = show_danger(self, self._session, self._actions, self.view.scope)
        shown.follow(self.filters.chosen, lambda: self.view.scope)

    def _on_chosen(self) -> None:
        self.tabs.show_scope(self.view.scope, self.view.whose)
        self._cube.ask(self.view.asked())
        self._on_parted()
        self._refresh()
        self._list(*self._listed)

    def _on_parted(self) -> None:
        column = COLUMNS.get(self.breakdown.by)
        self._keyed.ask(self.view.asked(column) if column else None)
        self._ask_products()
        self._show_parts()

    def _on_toggled(self) -> None:
        table = self._stack.currentIndex() == 0
        self._stack.setCurrentIndex(1 if table else 0)
        self._toggle.setText(tr("As a chart") if table else tr("As a table"))

    def _currencies(self) -> set[str]:
        return self._cube.cube.currencies() if self._cube.cube is not None else set()

    # Following ----------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.chart is None:
            return
        if changes.touches("opportunity"):
            self._list(*self._listed)
        if changes.tables & {"opportunity", "opportunity_line", "product"}:
            self._ask_products()
        if changes.touches("quota"):
            self._goal_of = None
            self._refresh()

    def _ask_products(self) -> None:
        cube = self._cube.cube
        if cube is None or self.breakdown.by != QUANTITY:
            return
        shown = figures.months(cube, self.view, self._session.today)
        first, last = month_start(shown[0]), month_start(add_months(shown[-1], 1)) - timedelta(days=1)
        self._session.ask(lines.won_quantities, first, last, done=self.breakdown.show_products)

    def _ask_goal(self, shown: list[str]) -> None:
        """Targets are asked anew when it is another period or somebody else's; they are in the workspace's currency."""
        whole = figures.whole_period(self.view.period, self._session.today)
        whose = self.view.whose if self.view.currency == self._session.workspace.currency else None
        asked = (whose, tuple(shown), whole.code if whole else "")
        if asked == self._goal_of:
            return
        self._goal_of, self._goal_awaited = asked, whose is not None
        if whose is None:
            self._goal = _NO_GOAL
        else:
            self._session.ask(sheet.goal, *asked, done=lambda goal: self._on_goal(goal, asked))

    def _on_goal(self, goal: sheet.Goal, asked: Any) -> None:
        if asked == self._goal_of:
            self._goal, self._goal_awaited = goal, False
            self._refresh()

    def _refresh(self) -> None:
        cube = self._cube.cube
        if cube is None or self.chart is None:
            return
        from .forecast_chart import Bar

        today = self._session.today
        shown = figures.months(cube, self.view, today)
        self._ask_goal(shown)
        bars = figures.bars(cube, self.view, shown)
        goal = self._goal.by_month
        self._legend.show_stages(figures.stack_order(cube, self.view), target=bool(goal))
        empty = not any(amount for _, found in bars for _, _, amount, _ in found)
        self._resting = tr("No amounts in these months: give deals a value and a close date.") if empty else ""
        self._value.show_text(self._resting)
        self._means.setVisible(not empty)
        self.chart.show_bars(
            [
                Bar(bucket, figures.bucket_name(bucket, today), tuple((s, c, amount) for s, c, amount, _ in found),
                    goal.get(bucket))
                for bucket, found in bars
            ],
            self.view.currency,
        )  # fmt: skip
        self._show_strip(cube, shown)
        self._show_months(cube, [bucket for bucket, _ in bars])
        self._show_parts()
        self._show_range(cube, shown)
        self.unconverted.show_count(figures.unconverted(cube, self.view, shown), self.view.currency)
        self.chart.setAccessibleName(tr("Forecast by month of close"))
        self.chart.setAccessibleDescription(
            "; ".join(f"{self.months.data(self.months.index(r, 0))} {self.months.data(self.months.index(r, 2))}"
                      for r in range(min(14, self.months.rowCount())))
        )  # fmt: skip

    def _money(self, minor: int) -> str:
        return money(round_units(minor, self.view.currency), self.view.currency)

    def _show_range(self, cube: Cube, shown: list[str]) -> None:
        """In the workspace's currency, whatever is shown: an expected amount of another is not marked. Asked once the target
        is known."""
        if self._goal_awaited:
            return
        period = figures.ahead(self.view, shown, self._session.today)
        question = Question(period, self.view.scope, self._goal.whole) if period is not None else None
        base = self._session.workspace.currency
        same = self.view.currency == base and (self.view.converted or cube.currencies() <= {base})
        expected = cube.totals(base, shown, self.view.keys, self.view.pipeline_id).expected if same else None
        self.range_card.show_question(question, expected)

    def _show_strip(self, cube: Cube, shown: list[str]) -> None:
        view = self.view
        totals, overdue, everything = (
            cube.totals(view.currency, buckets, view.keys, view.pipeline_id) for buckets in (shown, [OVERDUE], None)
        )
        whole = self._goal.whole
        reached = tr("{share} won").format(share=percent(round(100 * totals.won / whole))) if whole else ""
        target = [KeyFigure(tr("Target"), self._money(whole), reached)] if whole is not None else []
        self._strip.show_figures(
            [
                KeyFigure(tr("Expected (won + weighted)"), self._money(totals.expected)),
                *target,
                KeyFigure(tr("Weighted"), self._money(totals.weighted)),
                KeyFigure(tr("Best case"), self._money(totals.best_case)),
                KeyFigure(tr("Committed"), self._money(totals.committed)),
                KeyFigure(tr("Closed"), self._money(totals.won)),
                KeyFigure(
                    tr("Overdue"), self._money(overdue.best_case),
                    ntr("{count} deal", "{count} deals", overdue.count).format(count=number(overdue.count))
                    if overdue.count else "",
                    False if overdue.count else None,
                ),
                KeyFigure(tr("Left out"), self._money(totals.omitted)),
                KeyFigure(tr("Without a value"), number(everything.no_value)),
            ]
        )  # fmt: skip

    def _show_months(self, cube: Cube, buckets: list[str]) -> None:
        rows: list[tuple[Any, list[str]]] = []
        for bucket in buckets:
            totals = cube.totals(self.view.currency, [bucket], self.view.keys, self.view.pipeline_id)
            amounts = [self._money(a) for a in (totals.won, totals.weighted, totals.best_case, totals.committed)]
            target = self._goal.by_month.get(bucket)
            name = figures.bucket_name(bucket, self._session.today, full=True)
            rows.append(
                (bucket, [name, *amounts, "—" if target is None else self._money(target), number(totals.count)])
            )
        self.months.show_rows(rows)

    def _show_parts(self) -> None:
        by, whole = self.breakdown.by, self._cube.cube
        cube = self._keyed.cube if by in COLUMNS else whole
        if self.chart is None or cube is None or whole is None or by == QUANTITY:
            return
        shown = figures.months(whole, self.view, self._session.today)
        found = parts(by, cube, self.view, shown, self.lists, self._session.today)
        self.breakdown.show_parts(found, self.view.currency)

    # Behind a bar -------------------------------------------------------------------------------------------------

    def _on_hovered(self, bucket: str | None, stage_id: int | None) -> None:
        cube = self._cube.cube
        if bucket is None or stage_id is None or cube is None:
            self._value.show_text(self._resting)
            return
        cell = cube.by_month_and_stage(self.view.currency, self.view.keys, self.view.pipeline_id).get(
            (bucket, stage_id)
        )
        if cell is None:
            return
        stage = cube.stages[stage_id]
        name = figures.bucket_name(bucket, self._session.today, full=True)
        deals = ntr("{count} deal", "{count} deals", cell.count).format(count=number(cell.count))
        amount = self._money(figures.amount(stage, cell.value, cell.weighted))
        self._value.show_text(f"{name} · {stage.name}: {amount} · {deals}")

    def _list(self, bucket: str, stage_id: int | None) -> None:
        """Lists the deals of a bar, or of one part of it."""
        self._listed = (bucket, stage_id)
        cube = self._cube.cube
        if cube is None:
            return
        kinds = (StageKind.OPEN,) if bucket == OVERDUE else (StageKind.OPEN, StageKind.WON)
        counted = [s.id for s in cube.stages.values() if s.kind in kinds and self.view.shows(s)]
        today, stage = self._session.today, cube.stages.get(stage_id or 0)
        title = figures.bucket_name(bucket, today, full=True)
        self.deals.ask(
            title if stage is None else f"{title} · {stage.name}", figures.filter_of(bucket, self.view, today),
            counted if stage_id is None else [stage_id],
        )  # fmt: skip
