"""The forecast page: totals, how sure they are, the chart by month and stage, who sells what, and the deals behind a bar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.forecast import OVERDUE, Cube
from ...domain.periods import add_months, month_start
from ...domain.stages import StageKind
from ...i18n import money, ntr, number, tr
from ...services import lines
from ...services.outlook import sheet
from ..board.figure_texts import round_units
from ..deal_lists import KeptDealLists
from ..deals import DealActions
from ..key_figures import KeyFigureStrip
from ..models.forecast import ForecastModel
from ..models.tables import TextTableModel, figure_table
from ..pages import PageView
from ..parts import Elided, button, label, layered, scrolled
from ..past.forecast import ForecastPast
from ..printing.menu import add_exports
from ..printing.parts import Paper
from ..session import Session
from . import figures
from .breakdown import QUANTITY, Breakdown
from .breakdown_rows import COLUMNS, parts
from .cubes import FollowedCube
from .deals_card import DealsCard
from .filters import ForecastFilters
from .legend import Legend
from .month_rows import key_figures, month_heads, month_rows
from .range_card import Question, RangeCard
from .sides import Sides
from .tabs import ForecastTabs
from .unconverted import Unconverted

if TYPE_CHECKING:
    from ..exporting import Exporting

_CHART_HEIGHT, _LOWER_HEIGHT, _PARTS_MS = 250, 230, 30
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
        self._strip, self._legend = KeyFigureStrip(wrap=True), Legend()
        self._value = Elided("", "muted")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._resting = ""
        self.months = TextTableModel(month_heads(), frozenset(range(1, 7)), self)
        self.deals, self.breakdown, self.range_card = DealsCard(session, actions), Breakdown(), RangeCard(session)
        self.unconverted = Unconverted(actions.window)
        self._buckets: list[str] = []
        self._parts_later = QTimer(self, singleShot=True, interval=_PARTS_MS, timeout=self._show_tables)
        self._stack = QStackedWidget()
        self._toggle = button(tr("As a table"), self._on_toggled, "link")
        view = figures.View("twelve", None, session.workspace.currency)
        self.filters = ForecastFilters(view, view.currency, self.lists, self._currencies, lambda: session.today)
        self.tools = self.filters
        self._cube.ask(view.asked())
        self.past = ForecastPast(session, self)
        self.past.ask(view, None)
        self._lay_out()
        self._connect()

    @property
    def view(self) -> figures.View:
        """What is chosen."""
        return self.filters.view

    @property
    def _today(self) -> date:
        """The day whose figures are shown."""
        return self.past.day or self._session.today

    @property
    def _whole(self) -> Cube | None:
        """The cube of that day."""
        return self._cube.cube if self.past.day is None else self.past.cube

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
        self._month_table = figure_table(self.months, tr("Forecast by month of close"))
        self._month_table.clicked.connect(lambda index: self._list(self.months.key(index.row()), None))
        self._stack.addWidget(self._month_table)
        column.addWidget(self._stack, 1)
        lower = Sides()
        for card, share in ((self.breakdown, 6), (self.past.in_place_of(self.deals), 5)):
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
        layout.addWidget(self.past.bar)
        layout.addWidget(self._strip)
        layout.addWidget(self.unconverted)
        layout.addWidget(scrolled(inside), 1)
        self.tabs = ForecastTabs(self._session, self._actions, months)
        self.targets = button(tr("Targets and calls…"), self.show_targets, "link")
        corner = QWidget()
        beside = QHBoxLayout(corner)
        beside.setContentsMargins(0, 0, 14, 4)
        self.past_button = button(tr("As it was…"), self.look_back, "link")
        self.past_button.setToolTip(tr("The forecast as it was on a past day (H)"))
        beside.addWidget(self.past_button)
        self.danger = button(tr("Deals in danger…"), self.show_danger, "link")
        beside.addWidget(self.danger)
        beside.addWidget(self.targets)
        self.tabs.setCornerWidget(corner)
        layered(self, self.tabs)

    def _connect(self) -> None:
        # The other parts have a period of their own, and are in the workspace's currency.
        self.tabs.months_shown.connect(self.filters.show_months_only)
        self.filters.chosen.connect(self._on_chosen)
        self.breakdown.chosen.connect(self._on_parted)
        self.range_card.targets_asked.connect(self.show_targets)
        self.deals.opened.connect(self._actions.open_requested)
        self.lists.changed.connect(self._refresh)
        self._cube.changed.connect(lambda: self._refresh() if self.isVisible() else None)
        self._keyed.changed.connect(lambda: self._show_parts() if self.isVisible() else None)
        self.past.changed.connect(self._on_day_shown)
        self._session.changed.connect(self._on_changed)

    def wake(self) -> None:
        """Builds the chart the first time; shows what changed while nobody looked."""
        if self.chart is None:
            from .forecast_chart import ForecastChart

            self.chart = ForecastChart(self.view.currency)
            self.chart.hovered.connect(self._on_hovered)
            self.chart.chosen.connect(self._list)
            self._stack.insertWidget(0, self.chart)
            self._stack.setCurrentIndex(0)
            self.lists.begin()
        self._goal_of = None
        self._refresh()
        self._ask_products()
        self._list(*self._listed)

    # Choosing -----------------------------------------------------------------------------------------------------

    def choose(self, **choice: Any) -> None:
        """Other values of the view: period, owner_id, team_id with its members, currency, pipeline_id …"""
        self.filters.choose(**choice)

    def show_targets(self) -> None:
        """Opens targets, calls and adjustments of the period that is shown."""
        from .targets_dialog import TargetsDialog

        whole = figures.whole_period(self.view.period, self._session.today)
        self._actions.show_dialog(TargetsDialog(self._actions, self._session, whole))

    def look_back(self) -> None:
        """The months as they were on a past day; the live figures go on behind them."""
        if self.focusProxy() is not None:
            self.focusProxy().left.emit()
        self.tabs.setCurrentIndex(0)
        self.past.look.enter()

    def refuses(self) -> bool:
        """A past day can only be looked at."""
        return self.tabs.currentIndex() == 0 and self.past.look.refuses()

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Exporting]) -> list[QAction]:
        """Exports and prints the part that is shown; a past day."""

        def paper() -> Paper:
            from . import papers

            return papers.paper(self, self._session, self._whole, self._goal, self._today)

        return [*add_exports(menu, paper, exporting), menu.addAction(tr("As it was…"), self.look_back)]

    def _on_day_shown(self) -> None:
        live = self.past.day is None
        self.range_card.setVisible(live)
        for link in (self.targets, self.danger):
            link.setEnabled(live)
        self._ask_products()
        self._refresh()
        self._list(*self._listed)

    def show_danger(self) -> None:
        """The deals in danger of those that are chosen, in place of the parts of the page."""
        from ..dashboard.danger import over_forecast

        over_forecast(self, self._session, self._actions)

    def _on_chosen(self) -> None:
        self.tabs.show_scope(self.view.scope, self.view.whose)
        self._cube.ask(self.view.asked())
        self._on_parted()
        self._refresh()
        self._list(*figures.still_shown(*self._listed, self._whole, self.view, self._today))

    def _on_parted(self) -> None:
        column = COLUMNS.get(self.breakdown.by)
        self._keyed.ask(self.view.asked(column) if column else None)
        self.past.ask(self.view, column)
        self._ask_products()
        self._show_parts()

    def _on_toggled(self) -> None:
        table = self._stack.currentIndex() == 0
        self._stack.setCurrentIndex(1 if table else 0)
        self._toggle.setText(tr("As a chart") if table else tr("As a table"))

    def _currencies(self) -> set[str]:
        return self._whole.currencies() if self._whole is not None else set()

    # Following ----------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if not self.isVisible():
            return
        if changes.touches("opportunity"):
            self._list(*self._listed)
        if changes.tables & {"opportunity", "opportunity_line", "product"}:
            self._ask_products()
        if changes.touches("quota"):
            self._goal_of = None
            self._refresh()

    def _ask_products(self) -> None:
        cube = self._whole
        if cube is None or self.breakdown.by != QUANTITY:
            return
        if self.past.day is not None:
            self.breakdown.show_products(None)
            return
        shown = figures.months(cube, self.view, self._today)
        first, last = month_start(shown[0]), month_start(add_months(shown[-1], 1)) - timedelta(days=1)
        self._session.ask(lines.won_quantities, first, last, done=self.breakdown.show_products)

    def _ask_goal(self, shown: list[str]) -> None:
        """Targets are asked anew when it is another period or somebody else's; they are in the workspace's currency."""
        whole = figures.whole_period(self.view.period, self._today)
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
        cube = self._whole
        if cube is None or self.chart is None:
            return
        from .forecast_chart import Bar

        today = self._today
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
        self._strip.show_figures(key_figures(cube, self.view, shown, self._goal.whole))
        self._buckets = [bucket for bucket, _ in bars]
        self._parts_later.start()
        self._show_range(cube, shown)
        self.unconverted.show_count(figures.unconverted(cube, self.view, shown), self.view.currency)

    def _show_tables(self) -> None:
        """The months, also as words for who hears them, and the parts: they cost more than all the rest, and come after it."""
        cube = self._whole
        if cube is None or self.chart is None:
            return
        self.months.show_rows(month_rows(cube, self.view, self._buckets, self._goal.by_month, self._today))
        self.chart.setAccessibleName(tr("Forecast by month of close"))
        self.chart.setAccessibleDescription(
            "; ".join(f"{self.months.data(self.months.index(r, 0))} {self.months.data(self.months.index(r, 2))}"
                      for r in range(min(14, self.months.rowCount())))
        )  # fmt: skip
        self._show_parts()

    def _money(self, minor: int) -> str:
        return money(round_units(minor, self.view.currency), self.view.currency)

    def _show_range(self, cube: Cube, shown: list[str]) -> None:
        """In the workspace's currency, whatever is shown: an expected amount of another is not marked. Asked once the target
        is known."""
        if self._goal_awaited or self.past.day is not None:
            return
        period = figures.ahead(self.view, shown, self._session.today)
        question = Question(period, self.view.scope, self._goal.whole) if period is not None else None
        base = self._session.workspace.currency
        same = self.view.currency == base and (self.view.converted or cube.currencies() <= {base})
        expected = cube.totals(base, shown, self.view.keys, self.view.pipeline_id).expected if same else None
        self.range_card.show_question(question, expected)

    def _show_parts(self) -> None:
        by, whole = self.breakdown.by, self._whole
        keyed = self._keyed.cube if self.past.day is None else self.past.keyed
        cube = keyed if by in COLUMNS else whole
        if self.chart is None or cube is None or whole is None or by == QUANTITY:
            return
        shown = figures.months(whole, self.view, self._today)
        found = parts(by, cube, self.view, shown, self.lists, self._today)
        self.breakdown.show_parts(found, self.view.currency)

    # Behind a bar -------------------------------------------------------------------------------------------------

    def _on_hovered(self, bucket: str | None, stage_id: int | None) -> None:
        cube = self._whole
        if bucket is None or stage_id is None or cube is None:
            self._value.show_text(self._resting)
            return
        cell = cube.by_month_and_stage(self.view.currency, self.view.keys, self.view.pipeline_id).get(
            (bucket, stage_id)
        )
        if cell is None:
            return
        stage = cube.stages[stage_id]
        name = figures.bucket_name(bucket, self._today, full=True)
        deals = ntr("{count} deal", "{count} deals", cell.count).format(count=number(cell.count))
        amount = self._money(figures.amount(stage, cell.value, cell.weighted))
        self._value.show_text(f"{name} · {stage.name}: {amount} · {deals}")

    def _list(self, bucket: str, stage_id: int | None) -> None:
        """Lists the deals of a bar, or of one part of it."""
        self._listed = (bucket, stage_id)
        cube = self._whole
        if cube is None:
            return
        kinds = (StageKind.OPEN,) if bucket == OVERDUE else (StageKind.OPEN, StageKind.WON)
        counted = [s.id for s in cube.stages.values() if s.kind in kinds and self.view.shows(s)]
        today, stage = self._today, cube.stages.get(stage_id or 0)
        title = figures.bucket_name(bucket, today, full=True)
        title = title if stage is None else f"{title} · {stage.name}"
        self.past.show_deals(bucket, stage_id, title)
        if self.past.day is not None:
            return
        self.deals.ask(
            title, figures.filter_of(bucket, self.view, today),
            counted if stage_id is None else [stage_id],
        )  # fmt: skip
