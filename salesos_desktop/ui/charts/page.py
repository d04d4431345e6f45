"""The forecast page: totals, the chart by month and stage, who sells what, and the deals behind a bar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.forecast import OVERDUE, Cube
from ...domain.opportunities import Card
from ...domain.outlook import Scope
from ...domain.periods import add_months, month_start
from ...domain.stages import StageKind
from ...i18n import money, ntr, number, short_date, tr
from ...services import board as lists
from ...services import lines
from ..board.figure_texts import round_units
from ..deals import DealActions
from ..key_figures import KeyFigure, KeyFigureStrip
from ..models.forecast import ForecastModel
from ..models.tables import TextTableModel, text_table
from ..pages import PageView
from ..parts import Pill, button, label
from ..session import Session
from . import figures
from .breakdown import Breakdown
from .legend import Legend
from .tabs import ForecastTabs

_MOST_DEALS = 500


class ForecastView(PageView):
    """Follows the cube. ``wake`` builds the chart the first time the page is shown, so that nobody else pays for it."""

    def __init__(self, session: Session, actions: DealActions, model: ForecastModel) -> None:
        super().__init__()
        self._session, self._actions, self._model = session, actions, model
        self.view = figures.View("twelve", None, session.workspace.currency)
        self.chart: Any = None
        self._people: dict[int, str] = {}
        self._pipelines: list[lists.Named] = []
        self._listed: tuple[str, int | None] = (OVERDUE, None)
        self._strip, self._legend = KeyFigureStrip(), Legend()
        self._value = label("", "muted")
        self._resting = ""
        self.months = TextTableModel(
            [tr("Month"), tr("Won"), tr("Weighted"), tr("Best case"), tr("Committed"), tr("Deals")],
            frozenset(range(1, 6)),
            self,
        )
        self.deals = TextTableModel([tr("Deal"), tr("Owner"), tr("Close date"), tr("Value")], frozenset({3}), self)
        self.breakdown = Breakdown()
        self.breakdown.products_asked.connect(self._ask_products)
        self._deals_title = label("", "heading")
        self._stack = QStackedWidget()
        self._toggle = button(tr("As a table"), self._on_toggled, "link")
        self.tools = self._make_tools()
        self._lay_out()
        model.changed.connect(self._on_model_changed)
        session.changed.connect(self._on_changed)

    # Building -----------------------------------------------------------------------------------------------------

    def _make_tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._pills = {name: Pill() for name in ("pipeline", "owner", "period", "currency")}
        for name, pill in self._pills.items():
            menu = QMenu(pill)
            menu.aboutToShow.connect(lambda menu=menu, name=name: self._fill(name, menu))
            pill.setMenu(menu)
            row.addWidget(pill)
        self._pills["pipeline"].hide()
        self._show_choices()
        return tools

    def _lay_out(self) -> None:
        chart_card, column = _card()
        head = QHBoxLayout()
        head.addWidget(label(tr("Forecast by month of close"), "heading"))
        head.addWidget(label(tr("won, and value × probability of what is open"), "small"))
        head.addStretch(1)
        head.addWidget(self._value)
        head.addWidget(self._toggle)
        column.addLayout(head)
        column.addWidget(self._legend)
        self._month_table = text_table(self.months, tr("Forecast by month of close"))
        self._month_table.clicked.connect(lambda index: self._list(self.months.key(index.row()), None))
        self._stack.addWidget(QWidget())
        self._stack.addWidget(self._month_table)
        column.addWidget(self._stack, 1)
        deals_card, deals_column = _card()
        deals_column.addWidget(self._deals_title)
        self.deal_table = text_table(self.deals, tr("Deals"))
        self.deal_table.activated.connect(self._on_deal_chosen)
        self.deal_table.clicked.connect(self._on_deal_chosen)
        deals_column.addWidget(self.deal_table, 1)
        lower = QHBoxLayout()
        lower.setSpacing(12)
        lower.addWidget(self.breakdown, 1)
        lower.addWidget(deals_card, 1)
        months = QWidget()
        layout = QVBoxLayout(months)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._strip)
        inside = QVBoxLayout()
        inside.setContentsMargins(18, 6, 18, 16)
        inside.setSpacing(12)
        inside.addWidget(chart_card, 5)
        inside.addLayout(lower, 3)
        layout.addLayout(inside, 1)
        self.tabs = ForecastTabs(self._session, self._actions, months)
        self.tabs.months_shown.connect(self._on_months_shown)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.tabs)

    def _on_months_shown(self, shown: bool) -> None:
        """The other parts have a period of their own, and are in the workspace's currency."""
        for name in ("period", "currency"):
            self._pills[name].setVisible(shown)

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
            self._ask_people()
            self._list(*self._listed)
        self._refresh()

    # Choosing -----------------------------------------------------------------------------------------------------

    def _fill(self, name: str, menu: QMenu) -> None:
        menu.clear()
        group = QActionGroup(menu)
        if name == "period":
            for period, text in figures.PERIODS.items():
                self._choice(menu, group, tr(text), period == self.view.period, period=period)
        elif name == "currency":
            cube = self._model.cube
            for code in sorted((cube.currencies() if cube else set()) | {self._session.workspace.currency}):
                self._choice(menu, group, code, code == self.view.currency, currency=code)
        elif name == "pipeline":
            self._choice(menu, group, tr("All pipelines"), self.view.pipeline_id is None, pipeline_id=None)
            for each in self._pipelines:
                chosen = each.id == self.view.pipeline_id
                self._choice(menu, group, each.name.replace("&", "&&")[:60], chosen, pipeline_id=each.id)
        else:
            self._choice(menu, group, tr("Everybody"), self.view.owner_id is None, owner_id=None)
            for person_id, person in list(self._people.items())[:60]:
                self._choice(
                    menu, group, person.replace("&", "&&")[:60], person_id == self.view.owner_id, owner_id=person_id
                )

    def _choice(self, menu: QMenu, group: QActionGroup, text: str, on: bool, **choice: Any) -> None:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda: self.choose(**choice))
        group.addAction(action)
        menu.addAction(action)

    def choose(self, **choice: Any) -> None:
        """Another period, owner_id, currency or pipeline_id."""
        from dataclasses import replace

        self.view = replace(self.view, **choice)
        owners = None if self.view.owner_id is None else frozenset({self.view.owner_id})
        self.tabs.show_scope(Scope(owners, self.view.pipeline_id))
        self._show_choices()
        self._refresh()
        self._ask_products()
        self._list(*self._listed)

    def _show_choices(self) -> None:
        owner = self._people.get(self.view.owner_id or 0, "") if self.view.owner_id is not None else tr("Everybody")
        pipeline = next(
            (each.name for each in self._pipelines if each.id == self.view.pipeline_id), tr("All pipelines")
        )
        self._pills["pipeline"].setVisible(len(self._pipelines) > 1)
        self._pills["pipeline"].show_choice(pipeline, self.view.pipeline_id is not None)
        self._pills["owner"].show_choice(owner, self.view.owner_id is not None)
        self._pills["period"].show_choice(tr(figures.PERIODS[self.view.period]), self.view.period != "twelve")
        self._pills["currency"].show_choice(tr("Currency: {code}").format(code=self.view.currency), False)

    def _on_toggled(self) -> None:
        table = self._stack.currentIndex() == 0
        self._stack.setCurrentIndex(1 if table else 0)
        self._toggle.setText(tr("As a chart") if table else tr("As a table"))

    # Following ----------------------------------------------------------------------------------------------------

    def _on_model_changed(self) -> None:
        if self.chart is not None:
            self._refresh()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.chart is None:
            return
        if changes.tables & {"person", "pipeline"}:
            self._ask_people()
        if changes.touches("opportunity"):
            self._list(*self._listed)
        if changes.tables & {"opportunity", "opportunity_line", "product"}:
            self._ask_products()

    def _ask_products(self) -> None:
        cube = self._model.cube
        if cube is None or not self.breakdown.by_product:
            return
        shown = figures.months(cube, self.view, self._session.today)
        first, last = month_start(shown[0]), month_start(add_months(shown[-1], 1)) - timedelta(days=1)
        self._session.ask(lines.won_quantities, first, last, done=self.breakdown.show_products)

    def _ask_people(self) -> None:
        self._session.ask(lists.names, "person", done=self._on_people)
        self._session.ask(lists.pipelines, done=self._on_pipelines)

    def _on_pipelines(self, pipelines: list[lists.Named]) -> None:
        self._pipelines = pipelines
        if self.view.pipeline_id not in (None, *(each.id for each in pipelines)):
            self.choose(pipeline_id=None)
        self._show_choices()

    def _on_people(self, people: list[lists.Named]) -> None:
        self._people = {person.id: person.name for person in people}
        self._refresh()

    def _refresh(self) -> None:
        cube = self._model.cube
        if cube is None or self.chart is None:
            return
        from .forecast_chart import Bar

        today = self._session.today
        shown = figures.months(cube, self.view, today)
        bars = figures.bars(cube, self.view, shown)
        self._legend.show_stages(figures.stack_order(cube, self.view))
        empty = not any(amount for _, parts in bars for _, _, amount, _ in parts)
        self._resting = tr("No amounts in these months: give deals a value and a close date.") if empty else ""
        self._value.setText(self._resting)
        self.chart.show_bars(
            [
                Bar(bucket, figures.bucket_name(bucket, today), tuple((s, c, amount) for s, c, amount, _ in parts))
                for bucket, parts in bars
            ],
            self.view.currency,
        )
        self._show_strip(cube, shown)
        self._show_months(cube, [bucket for bucket, _ in bars])
        self._show_owners(cube, shown)
        self.chart.setAccessibleName(tr("Forecast by month of close"))
        self.chart.setAccessibleDescription(
            "; ".join(f"{self.months.data(self.months.index(r, 0))} {self.months.data(self.months.index(r, 2))}"
                      for r in range(min(14, self.months.rowCount())))
        )  # fmt: skip

    def _money(self, minor: int) -> str:
        return money(round_units(minor, self.view.currency), self.view.currency)

    def _show_strip(self, cube: Cube, shown: list[str]) -> None:
        totals = cube.totals(self.view.currency, shown, self.view.owner_id, self.view.pipeline_id)
        overdue = cube.totals(self.view.currency, [OVERDUE], self.view.owner_id, self.view.pipeline_id)
        everything = cube.totals(self.view.currency, None, self.view.owner_id, self.view.pipeline_id)
        self._strip.show_figures(
            [
                KeyFigure(tr("Expected (won + weighted)"), self._money(totals.expected)),
                KeyFigure(tr("Weighted"), self._money(totals.weighted)),
                KeyFigure(tr("Best case"), self._money(totals.best_case)),
                KeyFigure(tr("Committed"), self._money(totals.committed)),
                KeyFigure(tr("Closed"), self._money(totals.won)),
                KeyFigure(
                    tr("Overdue"), self._money(overdue.best_case),
                    ntr("{count} deal", "{count} deals", overdue.count).format(count=number(overdue.count)),
                    False if overdue.count else None,
                ),
                KeyFigure(tr("Without a value"), number(everything.no_value)),
            ]
        )  # fmt: skip

    def _show_months(self, cube: Cube, buckets: list[str]) -> None:
        rows: list[tuple[Any, list[str]]] = []
        for bucket in buckets:
            totals = cube.totals(self.view.currency, [bucket], self.view.owner_id, self.view.pipeline_id)
            amounts = [self._money(a) for a in (totals.won, totals.weighted, totals.best_case, totals.committed)]
            name = figures.bucket_name(bucket, self._session.today, full=True)
            rows.append((bucket, [name, *amounts, number(totals.count)]))
        self.months.show_rows(rows)

    def _show_owners(self, cube: Cube, shown: list[str]) -> None:
        by_owner: list[tuple[int, int | None, list[str]]] = []
        for owner in {cell.key for cell in cube.cells}:
            if owner is None or (self.view.owner_id is not None and owner != self.view.owner_id):
                continue
            totals = cube.totals(self.view.currency, shown, owner, self.view.pipeline_id)
            texts = [
                self._people.get(owner, "…"),
                *(self._money(a) for a in (totals.won, totals.weighted, totals.best_case)),
            ]
            by_owner.append((-totals.expected, owner, texts))
        self.breakdown.show_owners(
            [(owner, texts) for _, owner, texts in sorted(by_owner, key=lambda row: row[0])[:200]]
        )

    # Behind a bar -------------------------------------------------------------------------------------------------

    def _on_hovered(self, bucket: str | None, stage_id: int | None) -> None:
        cube = self._model.cube
        if bucket is None or stage_id is None or cube is None:
            self._value.setText(self._resting)
            return
        cell = cube.by_month_and_stage(self.view.currency, self.view.owner_id, self.view.pipeline_id).get(
            (bucket, stage_id)
        )
        if cell is None:
            return
        stage = cube.stages[stage_id]
        name = figures.bucket_name(bucket, self._session.today, full=True)
        deals = ntr("{count} deal", "{count} deals", cell.count).format(count=number(cell.count))
        amount = self._money(figures.amount(stage, cell.value, cell.weighted))
        self._value.setText(f"{name} · {stage.name}: {amount} · {deals}")

    def _list(self, bucket: str, stage_id: int | None) -> None:
        """Lists the deals of a bar, or of one part of it."""
        self._listed = (bucket, stage_id)
        cube = self._model.cube
        if cube is None:
            return
        counted = [s.id for s in cube.stages.values() if s.kind is not StageKind.LOST and self.view.shows(s)]
        if bucket == OVERDUE:
            counted = [s.id for s in cube.stages.values() if s.kind is StageKind.OPEN and self.view.shows(s)]
        wanted = counted if stage_id is None else [stage_id]
        where = figures.filter_of(bucket, self.view, self._session.today)
        self._session.ask(lists.listed, where, stage_ids=wanted, limit=_MOST_DEALS, done=self._on_listed)

    def _on_listed(self, cards: list[Card]) -> None:
        bucket, stage_id = self._listed
        cube = self._model.cube
        today = self._session.today
        stage = cube.stages.get(stage_id) if cube is not None and stage_id is not None else None
        title = figures.bucket_name(bucket, today, full=True)
        self._deals_title.setText(
            tr("Deals: {what}").format(what=title if stage is None else f"{title} · {stage.name}")
            + f"  ({number(len(cards))}{'+' if len(cards) == _MOST_DEALS else ''})"
        )
        rows: list[tuple[Any, list[str]]] = []
        for card in cards:
            day = card.closed_on or card.expected_close
            value = tr("no value") if card.value is None else money(card.value, card.currency)
            rows.append(
                (card.id, [card.name, card.owner, short_date(day, today.year) if day else tr("no date"), value])
            )
        self.deals.show_rows(rows)

    def _on_deal_chosen(self, index: Any) -> None:
        deal_id = self.deals.key(index.row())
        if deal_id is not None:
            self._actions.open_requested.emit(deal_id)


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    return card, column
