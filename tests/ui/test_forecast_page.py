"""The forecast as a manager asks of it: whose, of what, in which currency, how sure, and against which target."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from salesos_desktop.domain import conditions
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.forecast import Cube
from salesos_desktop.domain.outlook import Scope, period
from salesos_desktop.domain.periods import months_between
from salesos_desktop.domain.stages import Category
from salesos_desktop.i18n import money, percent
from salesos_desktop.services import board, forecast, lists, opportunities, products, rates
from salesos_desktop.services.outlook import memory, ranges, sheet, targets
from salesos_desktop.services.outlook.targets import EVERYBODY, Whose
from salesos_desktop.ui.board.figure_texts import round_units
from salesos_desktop.ui.charts import breakdown_rows
from salesos_desktop.ui.charts.months_dialog import MonthsDialog
from salesos_desktop.ui.charts.range_card import Question, RangeCard
from salesos_desktop.ui.charts.targets_model import ADJUSTED, CALL, TARGET, TargetsModel
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from tests.conftest import TODAY, make_deals
from tests.ui.conftest import settle
from tests.ui.hands import focused, front, press

pytestmark = pytest.mark.opens_on("forecast")

MONTH = "2026-12"


def pick(pill: Any, *words: str) -> None:
    """Chooses an entry of a pill's menu, as its menu does it."""
    pill.menu().aboutToShow.emit()
    (found,) = [action for action in pill.menu().actions() if action.isEnabled() and action.text() in words]
    found.trigger()


def texts(model: Any) -> list[list[str]]:
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def whole(amount: int) -> str:
    return money(round_units(amount, "USD"), "USD")


def month_row(view: Any, cube: Cube, keys: Any = None) -> bool:
    """Whether the table of months says of MONTH what the service does."""
    found = cube.totals("USD", [MONTH], keys)
    amounts = [whole(each) for each in (found.won, found.weighted, found.best_case, found.committed)]
    return [row[1:5] for row in texts(view.months) if row[0] == "December 2026"] == [amounts]


def open_forecast(window: MainWindow, qtbot: QtBot) -> Any:
    front(window, qtbot)
    window.show_page("forecast")
    settle(qtbot, window.session)
    return window.forecast


def test_every_filter_shows_the_services_figures_and_follows(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    with ws.unit("settings", []) as uow:
        team = uow.insert("team", {"name": "West"})
        below = uow.insert("team", {"name": "Coast", "parent_id": team})
        ana = uow.insert(
            "person", {"name": "Zoe", "folded": "zoe", "role": "rep", "team_id": below, "created_at": uow.at}
        )
    product = products.create(ws, {"name": "Radar", "price": 100, "currency": "USD"})
    source = lists.entries(ws, "source")[0]
    make_deals(ws, 2, owner_id=ana)
    deal = make_deals(ws, 1, owner_id=ana, product="Radar", source_id=source.id)[0]
    make_deals(ws, 3, currency="EUR")
    make_deals(ws, 2, currency="JPY")
    rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": date(2026, 1, 1), "rate": "1.25"})
    view = open_forecast(window, qtbot)
    pick(view.filters.pills["owner"], "West")
    settle(qtbot, window.session)
    assert month_row(view, forecast.load(ws), frozenset({ana}))
    assert texts(view.breakdown.model)[0][0] == "Zoe"
    pick(view.filters.pills["product"], "Radar")
    pick(view.filters.pills["source"], source.name)
    settle(qtbot, window.session)
    where = DealFilter(condition=conditions.Test("product_id", Operator.EQUALS, product))
    assert month_row(view, forecast.load(ws, where=where))
    opportunities.edit(ws, deal, {"value": 765_400})
    settle(qtbot, window.session)
    assert month_row(view, forecast.load(ws, where=where))
    assert "$7,654" in texts(view.months)[1]
    opportunities.edit(ws, deal, {"source_id": None})
    settle(qtbot, window.session)
    assert texts(view.months)[1][3] == "$0"
    for name, every in (("source", "All sources"), ("product", "All products"), ("owner", "Everybody")):
        pick(view.filters.pills[name], every)
    settle(qtbot, window.session)
    assert month_row(view, forecast.load(ws)), "euros apart"
    pick(view.filters.pills["currency"], "Everything in USD")
    settle(qtbot, window.session)
    assert month_row(view, forecast.load(ws, converted=True))
    assert view.unconverted.text.text().startswith("2 deals are not in these figures")
    qtbot.mouseClick(view.unconverted.link, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert window.page == "settings"


@pytest.mark.opens_on("board")
def test_the_list_and_the_figures_are_of_what_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    make_deals(ws, 2, value=None, expected_close=date(2027, 1, 5))
    view = open_forecast(window, qtbot)
    window.resize(1024, 700)
    cells = [cell for cell in view._strip.findChildren(QLabel) if cell.property("role") == "figure"]
    (without,) = [cell for cell in cells if cell.accessibleName().startswith("Without a value")]
    assert without.text() == str(forecast.load(ws).totals("USD", months_between("2026-11", "2027-10")).no_value)
    qtbot.waitUntil(lambda: without.visibleRegion().boundingRect().size() == without.size())
    stage = next(iter(view._whole.stages))
    view._list("2027-01", stage)
    settle(qtbot, window.session)
    assert view.deals.title.text().startswith("Deals: January 2027 · ")
    pick(view.filters.pills["period"], "Next month")
    settle(qtbot, window.session)
    assert view.deals.title.text() == "Deals: overdue  (0)"
    assert without.text() == str(forecast.load(ws).totals("USD", [MONTH]).no_value)
    shown = view.chart._bars
    window.show_page("board")
    make_deals(ws, 1, value=900_000, expected_close=date(2026, 12, 9))
    settle(qtbot, window.session)
    assert view.chart._bars is shown, "nothing is drawn while nobody looks"
    window.show_page("forecast")
    assert view.chart._bars != shown
    qtbot.waitUntil(lambda: month_row(view, forecast.load(ws)))


def test_the_parts_add_up_to_the_whole(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    with ws.unit("settings", []) as uow:
        loner = uow.insert("person", {"name": "Loner", "folded": "loner", "role": "rep", "created_at": uow.at})
    radar = products.create(ws, {"name": "Radar", "price": 1, "currency": "USD"})
    make_deals(ws, 2, product="Radar", owner_id=loner)
    omitted = make_deals(ws, 1, owner_id=None)
    opportunities.edit(ws, omitted[0], {"category": "omitted"})
    view = open_forecast(window, qtbot)
    shown = [view.months.key(r) for r in range(view.months.rowCount()) if view.months.key(r)[:2] == "20"]
    totals = forecast.load(ws).totals("USD", shown)
    assert totals.omitted == 100_000
    for by, text in breakdown_rows.BY.items():
        pick(view.breakdown.pills["by"], text)
        settle(qtbot, window.session)
        found = view.breakdown._found
        assert len(found) > 1 or by == "pipeline"
        assert sum(part.totals.won for part in found) == totals.won, by
        assert sum(part.totals.best_case for part in found) == totals.best_case, by
        assert (
            sum(part.categories[Category.OMITTED].value for part in found if Category.OMITTED in part.categories)
            == 100_000
        )
        assert sum(part.totals.count for part in found) == sum(int(row[5]) for row in texts(view.breakdown.model))
    cube = forecast.load(ws, by="product_id")
    pick(view.breakdown.pills["by"], "By product")
    pick(view.breakdown.pills["columns"], "Categories")
    settle(qtbot, window.session)
    row = next(row for row in texts(view.breakdown.model) if row[0] == "Radar")
    assert row[1] == whole(cube.by_category("USD", shown, radar)[Category.PIPELINE].value)


@pytest.mark.opens_on("board")
def test_the_range_is_the_services_and_follows_targets_set_with_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    make_deals(ws, 6)
    view = open_forecast(window, qtbot)
    pick(view.filters.pills["period"], "Next month")
    settle(qtbot, window.session)
    card = view.range_card
    assert card.found == ranges.of(ws, period(MONTH))
    assert (card.chance.text(), card.set_target.isVisible()) == ("—", True)
    qtbot.mouseClick(card.set_target, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert dialog is not None
    assert dialog.period.code == MONTH  # type: ignore[attr-defined]
    dialog.table.setFocus()  # type: ignore[attr-defined]
    qtbot.keyClicks(focused(), "1")
    qtbot.keyClicks(focused(), "500")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert targets.targets(ws, MONTH) == {EVERYBODY: 150_000}
    found = ranges.of(ws, period(MONTH), target=150_000)
    assert found.range.chance is not None
    assert card.found == found
    assert card.chance.text() == percent(round(100 * found.range.chance))
    assert [bar.target for bar in view.chart._bars if bar.bucket == MONTH] == [150_000]
    assert "Target $1,500" in [text for _, text, _ in card.band.above()]
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    assert targets.targets(ws, MONTH) == {}
    assert card.chance.text() == "—"
    dialog.reject()
    deal = board.listed(ws, DealFilter(owner_id=ws.actor_id, close_from=date(2026, 12, 1)))[0]
    view.choose(owner_id=ws.actor_id)
    opportunities.edit(ws, deal.id, {"value": 99_000_000})
    mine = ranges.of(ws, period(MONTH), scope=Scope(frozenset({ws.actor_id})))
    qtbot.waitUntil(lambda: card.found == mine, timeout=3_000)
    pick(view.filters.pills["period"], "Last month")
    settle(qtbot, window.session)
    assert not card.isVisible()


def test_the_range_shows_what_is_known_while_a_long_history_is_looked_through(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "SMALL", -1)
    make_deals(session.workspace, 3)
    card, texts = RangeCard(session), []
    qtbot.addWidget(card)
    show = card.text.setText
    monkeypatch.setattr(card.text, "setText", lambda text: (texts.append(text), show(text)))
    card.show_question(Question(period(MONTH), Scope(), None), None)
    qtbot.waitUntil(lambda: card.found is not None and not card.found.learning, timeout=5_000)
    assert "still being looked through" in texts[0]
    assert "still being looked through" not in card.text.text()
    assert card.found == ranges.of(session.workspace, period(MONTH))


def test_months_of_ones_own_are_chosen_from_one_to_another(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    make_deals(ws, 4)
    view = open_forecast(window, qtbot)
    view.filters.choose_months()
    dialog = window.findChild(MonthsDialog)
    assert dialog is not None
    dialog.first.setDate(QDate(2026, 12, 9))
    dialog.last.setDate(QDate(2026, 11, 30))
    qtbot.mouseClick(dialog.main_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "before the first" in dialog.fields["last"]._error.text()
    dialog.last.setDate(QDate(2027, 2, 1))
    qtbot.mouseClick(dialog.main_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert view.view.period == "2026-12..2027-02"
    assert "Dec – Feb 27" in view.filters.pills["period"].text()
    assert [bar.bucket for bar in view.chart._bars][:3] == ["2026-12", "2027-01", "2027-02"]
    weighted = forecast.load(ws).totals("USD", ["2026-12", "2027-01", "2027-02"]).weighted
    shown = [row[2] for row in texts(view.months)[:3]]
    assert whole(weighted) in [label.text() for label in view._strip.findChildren(QLabel)], shown


@pytest.mark.opens_on("board")
def test_calls_and_adjustments_are_said_taken_back_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    view = open_forecast(window, qtbot)
    view.choose(period="month")
    qtbot.mouseClick(view.targets, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    dialog: Any = window.actions_.dialog
    assert dialog.height() < window.height()
    assert dialog.table.height() > dialog.history_table.height() * 2
    code = dialog.period.code
    assert [line.computed for line in dialog.model.lines] == [line.computed for line in sheet.sheet(ws, code).lines]
    me = Whose(ws.actor_id)
    dialog._go_to(me, CALL)
    dialog.table.setFocus()
    for amount in ("700", "800"):
        qtbot.keyClicks(focused(), amount[0])
        qtbot.keyClicks(focused(), amount[1:])
        press(qtbot, Qt.Key.Key_Return)
        settle(qtbot, window.session)
    assert [said.amount for said in targets.calls(ws, code)[ws.actor_id].history] == [80_000, 70_000]
    assert [row[2] for row in texts(dialog.history)] == ["$800", "$700"]
    qtbot.keyClicks(focused(), "a")
    qtbot.keyClicks(focused(), "bc")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert (focused().text(), dialog._problem.isVisible()) == ("abc", True)
    press(qtbot, Qt.Key.Key_Escape)
    dialog._go_to(me, ADJUSTED)
    qtbot.keyClicks(focused(), "9")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert dialog.text.hasFocus(), "an adjustment needs its reason"
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert dialog.fields["reason"].error
    qtbot.keyClicks(focused(), "On holiday")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    (said,) = targets.adjustments(ws, code)[me]
    assert (said.amount, said.text) == (900, "On holiday")
    row = next(n for n, line in enumerate(dialog.model.lines) if line.whose == me)
    assert dialog.model.index(row, ADJUSTED).data() == "$9"
    dialog.history_table.selectRow(0)
    qtbot.mouseClick(dialog.withdraw, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert (targets.adjustments(ws, code), len(texts(dialog.history))) == ({}, 2)
    dialog.table.setFocus()
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    assert targets.adjustments(ws, code)[me] == (said,)
    dialog.reject()


def test_the_sheet_is_a_sound_model(session: Session, qtbot: QtBot) -> None:
    ws = session.workspace
    model = TargetsModel("USD")
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    targets.call(ws, ws.actor_id, "2026-11", 5_000)
    for _ in range(2):
        model.show_lines(sheet.sheet(ws, "2026-11").lines, TODAY, ws.clock.zone())
    everybody, me = model.index(0, CALL), model.index(1, CALL)
    assert not everybody.flags() & Qt.ItemFlag.ItemIsEditable
    assert me.data(Qt.ItemDataRole.EditRole) == "50.00"
    with qtbot.waitSignal(model.typed) as typed:
        model.setData(model.index(0, TARGET), "5")
    assert typed.args == [model.lines[0], TARGET, "5"]
    with qtbot.assertNotEmitted(model.typed):
        model.setData(me, "50.00")
        model.setData(everybody, "5")
    del tester
