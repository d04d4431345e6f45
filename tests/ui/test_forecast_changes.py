"""What changed: the waterfall as a manager reads it, with the figures of the service and the deals behind each step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.outlook import Scope, period
from salesos_desktop.domain.waterfall import Step
from salesos_desktop.i18n import money
from salesos_desktop.services import board, moves, opportunities
from salesos_desktop.services.outlook import changes
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.charts import changes_words as words
from salesos_desktop.ui.charts.changes_view import ChangesView
from salesos_desktop.ui.charts.span import Span
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.tabs import FittingTabs
from salesos_desktop.ui.theme import DARK, apply_theme
from tests.conftest import TODAY, StillClock, make_deals, stage_named
from tests.ui.conftest import settle
from tests.ui.hands import front, press

pytestmark = pytest.mark.opens_on("forecast")

WEEK_AGO = TODAY - timedelta(days=7)


def change_something(ws: Workspace) -> list[int]:
    """One deal grows, one is lost, one is new."""
    deals = [each for each in board.listed(ws, DealFilter()) if each.closed_on is None and each.value]
    opportunities.edit(ws, deals[0].id, {"value": (deals[0].value or 0) + 1_000_001})
    moves.lose(ws, [deals[1].id], reason_id=board.names(ws, "loss_reason")[0].id)
    new = opportunities.create(ws, {"name": "A new one", "value": 77_700, "expected_close": TODAY})
    return [deals[0].id, deals[1].id, new]


@pytest.fixture
def made(ws: Workspace) -> list[int]:
    return change_something(ws)


def open_changes(window: MainWindow, qtbot: QtBot) -> Any:
    """Clicks on the tab."""
    front(window, qtbot)
    window.show_page("forecast")
    settle(qtbot, window.session)
    bar = window.forecast.tabs.tabBar()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    settle(qtbot, window.session)
    return window.forecast.tabs.changes


def click_step(view: Any, qtbot: QtBot, step: Step) -> None:
    place = view.chart.place_of(view._steps.index(step)).toPoint()
    qtbot.mouseClick(view.chart.viewport(), Qt.MouseButton.LeftButton, pos=place)


def texts(model: Any) -> list[list[str]]:
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


@pytest.mark.usefixtures("made")
def test_the_waterfall_is_the_services_and_adds_up(window: MainWindow, qtbot: QtBot) -> None:
    view = open_changes(window, qtbot)
    ws = window.session.workspace
    found = changes.between(ws, WEEK_AGO, TODAY)
    assert {Step.NEW, Step.GROWN, Step.LOST} <= set(found.steps)
    falls = view.chart.rows
    assert (falls[0].high, falls[-1].high) == (found.start, found.end)
    for fall, (step, part) in zip(falls[1:-1], found.steps.items(), strict=True):
        assert (fall.caption, fall.up) == (words.STEPS[step], part.amount > 0)
        assert fall.text == ("+" if part.amount > 0 else "") + money(part.amount, ws.currency)
        assert fall.high - fall.low == abs(part.amount)
    levels = [falls[0].high]
    for fall in falls[1:-1]:
        assert levels[-1] == (fall.low if fall.up else fall.high)
        levels.append(fall.high if fall.up else fall.low)
    assert levels[-1] == found.end
    assert [row[3] for row in texts(view.steps)] == [money(each, ws.currency) for each in [*levels, found.end]]
    for amount in (found.start, found.end, abs(found.end - found.start)):
        assert money(amount, ws.currency) in view.sentence.text()
        assert ("no date count here" in view.sentence.text()) is (view.span.period() is None)
    window.forecast.choose(owner_id=2)
    settle(qtbot, window.session)
    mine = changes.between(ws, WEEK_AGO, TODAY, scope=Scope(frozenset({2})))
    assert (view.told.waterfall, view.scope) == (mine, Scope(frozenset({2})))
    view.span.choose_period("quarter")
    settle(qtbot, window.session)
    quarter = changes.between(ws, WEEK_AGO, TODAY, scope=Scope(frozenset({2})), period=period("2026-Q4"))
    assert view.told.waterfall == quarter


def test_a_step_lists_its_deals_and_opens_them(made: list[int], window: MainWindow, qtbot: QtBot) -> None:
    view = open_changes(window, qtbot)
    QAbstractItemModelTester(view.deals, QAbstractItemModelTester.FailureReportingMode.Fatal, view.deals)
    click_step(view, qtbot, Step.LOST)
    settle(qtbot, window.session)
    lost, part = (
        {view.deals.key(r): row for r, row in enumerate(texts(view.deals))},
        view.told.waterfall.steps[Step.LOST],
    )
    assert {key: row[5] for key, row in lost.items()} == {
        deal: money(added, "USD") for deal, added in zip(part.deals, part.added, strict=True)
    }
    assert lost[made[1]][2].split(" → ")[1] == "Lost"
    view.chart.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down):
        press(qtbot, key)
    assert view.card.said() == f"New deals: +{money(view.told.waterfall.steps[Step.NEW].amount, 'USD')} · 1 deal"
    assert view.chart.accessibleDescription() == view.card.said()
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert [row[:2] for row in texts(view.deals)] == [["A new one", "Marta Ríos"]]
    qtbot.mouseClick(view.card.toggle, Qt.MouseButton.LeftButton)
    assert view.table.isVisible()
    view.table.setFocus()
    view.table.selectRow(view._steps.index(Step.GROWN))
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert [view.deals.key(r) for r in range(view.deals.rowCount())] == [made[0]]
    view.deal_table.setFocus()
    view.deal_table.selectRow(0)
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert window.pane.deal_id == made[0]


def test_it_follows_while_it_is_shown_and_catches_up_when_it_was_not(
    session: Session, clock: StillClock, qtbot: QtBot, qapp: Any
) -> None:
    ws = session.workspace
    clock.day = WEEK_AGO
    deal = make_deals(ws, 2)[0]
    clock.day = TODAY
    view = ChangesView(session, lambda _: None)
    qtbot.addWidget(view)
    view.show()
    settle(qtbot, session)
    moves.move(ws, [deal], stage_named(ws, "Negotiation").id)
    qtbot.waitUntil(lambda: Step.ADVANCED in view.told.waterfall.steps)
    assert view.told.waterfall == changes.between(ws, WEEK_AGO, TODAY)
    apply_theme(qapp, "dark")
    assert view.chart.backgroundBrush().color().name().upper() == DARK.surface
    view.hide()
    before = view.told
    opportunities.edit(ws, deal, {"value": 5_000_000})
    settle(qtbot, session)
    assert view.told is before
    view.show()
    settle(qtbot, session)
    assert view.told.waterfall == changes.between(ws, WEEK_AGO, TODAY) != before.waterfall
    clock.day = TODAY + timedelta(days=1)
    session.day_changed.emit()
    settle(qtbot, session)
    assert view.span.days() == (clock.day - timedelta(days=7), clock.day)


def test_where_there_is_nothing_it_says_what_to_do(session: Session, qtbot: QtBot) -> None:
    make_deals(session.workspace, 1)
    view = ChangesView(session, lambda _: None)
    qtbot.addWidget(view)
    view.show()
    settle(qtbot, session)
    assert view.card.nothing() == "There were no deals yet on November 17, 2026. Choose a later first day."
    assert not view.card.toggle.isVisible()
    view.span.two.edits[0].setDate(QDate(2026, 11, 24))
    settle(qtbot, session)
    assert "Nothing changed" in view.card.nothing()
    assert (view.deals.rowCount(), view.span.quick) == (0, None)


@pytest.mark.usefixtures("qapp")
def test_quick_choices_move_with_the_day_and_days_of_ones_own_stay() -> None:
    span = Span(date(2026, 11, 24))
    assert span.days() == (date(2026, 11, 17), date(2026, 11, 24))
    span.choose("quarter")
    assert span.days() == (date(2026, 9, 30), date(2026, 11, 24))
    span.follow(date(2027, 1, 1))
    assert span.days() == (date(2026, 12, 31), date(2027, 1, 1))
    span.two.edits[1].setDate(QDate(2026, 12, 20))
    assert span.days() == (date(2026, 12, 20), date(2026, 12, 20))
    span.two.edits[0].setDate(QDate(2026, 12, 1))
    span.follow(date(2027, 1, 2))
    assert span.days() == (date(2026, 12, 1), date(2026, 12, 20))
    span.two.edits[0].setDate(QDate(2026, 12, 25))
    assert span.days() == (date(2026, 12, 25), date(2026, 12, 25)), "one takes the other along"
    span.choose_period("year")
    assert span.period() == period("2027")


def test_tabs_never_reach_under_what_stands_beside_them(qtbot: QtBot, qapp: Any) -> None:
    apply_theme(qapp, "light")
    tabs = FittingTabs()
    qtbot.addWidget(tabs)
    tabs.setProperty("kind", "page")
    for title in ("Months", "What changed", "Accuracy"):
        tabs.add(QWidget(), title)
    tabs.setCornerWidget(QPushButton("Targets and calls…"))
    for width in (700, 380):
        tabs.resize(width, 300)
        tabs.show()
        shown = [tabs.tabBar().tabRect(place).right() for place in range(3) if tabs.isTabVisible(place)]
        assert (len(shown) == 3) is (width == 700) is not tabs.more.isVisible()
        ends = tabs.tabBar().x() + max(shown)
        assert max(ends, tabs.more.geometry().right() if tabs.more.isVisible() else 0) < tabs.cornerWidget().x()
