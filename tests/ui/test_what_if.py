"""What if: a manager ticks and types in a sandbox by mouse and keyboard, sees the month move, and no deal is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyle, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop import config
from salesos_desktop.domain.scenario import Scenario
from salesos_desktop.i18n import money
from salesos_desktop.services import moves, opportunities, undo, views
from salesos_desktop.services.outlook import ranges, scenarios, targets
from salesos_desktop.services.outlook.targets import EVERYBODY
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.charts.what_if import WhatIfView
from salesos_desktop.ui.charts.what_if_model import CATEGORY, DAY, NAME, PROBABILITY, STAGE, TICK, VALUE, WhatIfModel
from salesos_desktop.ui.deals import DealActions
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from tests.conftest import TODAY, make_deals
from tests.services.test_scenarios import rows
from tests.ui.conftest import settle
from tests.ui.hands import focused, front, press
from tests.ui.test_forecast_changes import texts

pytestmark = pytest.mark.opens_on("forecast")

DECEMBER = date(2026, 12, 20)


@pytest.fixture
def made(ws: Workspace) -> list[int]:
    """Four deals of December with values of their own."""
    return [make_deals(ws, 1, value=100_000 * (4 - n), expected_close=DECEMBER)[0] for n in range(4)]


@pytest.fixture
def view(session: Session, made: list[int], qtbot: QtBot) -> Iterator[WhatIfView]:  # noqa: ARG001
    """The sandbox of December."""
    targets.set_target(session.workspace, EVERYBODY, "2026-12", 60_000)
    shown = WhatIfView(session, DealActions(session, QWidget()))
    qtbot.addWidget(shown)
    QAbstractItemModelTester(shown.model, QAbstractItemModelTester.FailureReportingMode.Fatal, shown.model)
    shown.resize(1200, 800)
    shown.bar.choose_period("next_month")
    shown.show()
    shown.activateWindow()
    qtbot.waitUntil(lambda: shown.sure is not None)
    yield shown
    shown.hide()


def cell(view: Any, deal_id: int, column: int) -> Any:
    return view.model.index(view.model.row_of(deal_id), column)


def go_to(view: Any, deal_id: int, column: int) -> None:
    view.table.setFocus()
    view.table.setCurrentIndex(cell(view, deal_id, column))


def click_tick(view: Any, qtbot: QtBot, deal_id: int) -> None:
    option = QStyleOptionViewItem()
    view.table.initViewItemOption(option)
    option.rect = view.table.visualRect(cell(view, deal_id, TICK))
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    box = view.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, view.table)
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


def whole(amount: int) -> str:
    return money(amount, "USD").removesuffix(".00")


def test_mouse_and_keyboard_play_and_nothing_is_written(
    view: WhatIfView, made: list[int], session: Session, qtbot: QtBot
) -> None:
    ws = session.workspace
    before = rows(ws)
    assert [view.model.deal_id(row) for row in range(4)] == made
    click_tick(view, qtbot, made[0])
    assert view.sandbox is not None
    assert view.sandbox.figures()[1].best_case == 600_000
    assert cell(view, made[0], TICK).data() == "→"
    go_to(view, made[1], PROBABILITY)
    for key in (Qt.Key.Key_8, Qt.Key.Key_0, Qt.Key.Key_Tab):
        press(qtbot, key)
    press(qtbot, Qt.Key.Key_Escape)
    assert (cell(view, made[1], PROBABILITY).data(), cell(view, made[1], PROBABILITY).data(Qt.ItemDataRole.FontRole).bold()) == (
        "→ 80%", True,
    )  # fmt: skip
    assert cell(view, made[1], PROBABILITY).data(Qt.ItemDataRole.ToolTipRole) == "Really: 10%"
    go_to(view, made[2], VALUE)
    press(qtbot, Qt.Key.Key_F2)
    qtbot.keyClicks(focused(), "x")
    press(qtbot, Qt.Key.Key_Return)
    assert view.reason.isVisible()
    assert view.table.state() is QAbstractItemView.State.EditingState
    editor = focused()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "5000")
    press(qtbot, Qt.Key.Key_Return)
    assert not view.reason.isVisible()
    go_to(view, made[3], DAY)
    press(qtbot, Qt.Key.Key_F2)
    qtbot.keyClicks(focused(), "9 foo 2027")
    press(qtbot, Qt.Key.Key_Return)
    assert "“9 foo 2027” is not a date." in view.reason.text()
    focused().selectAll()
    qtbot.keyClicks(focused(), "9 ene 2027")
    press(qtbot, Qt.Key.Key_Return)
    go_to(view, made[3], CATEGORY)
    press(qtbot, Qt.Key.Key_F2)
    focused().setCurrentIndex(3)
    press(qtbot, Qt.Key.Key_Return)
    now, then = view.sandbox.figures()
    assert (now.best_case, now.weighted) == (1_000_000, 100_000)
    assert (then.best_case, then.weighted) == (800_000, 240_000 + 50_000)
    assert view.sandbox.by_month()["2027-01"] == (0, 10_000)
    assert texts(view.months) == [
        ["December 2026", "$1,000", "$2,900", "+$1,900"], ["January 2027", "$0", "$100", "+$100"],
    ]  # fmt: skip
    qtbot.waitUntil(lambda: view.sure is not None)
    assert view.sure is not None
    shown = {row[0]: row[1:3] for row in texts(view.figures)}
    assert shown["P90: 1 in 10 above"] == [whole(round(each.range.p90, -2)) for each in view.sure]
    assert "of the target would be" in view.sentence.text()
    assert view.sure[0] == ranges.of(ws, view.sandbox.period, target=60_000)
    assert rows(ws) == before


def test_space_ticks_all_chosen_and_what_is_played_is_put_back(view: WhatIfView, made: list[int], qtbot: QtBot) -> None:
    go_to(view, made[0], NAME)
    for _ in range(2):
        press(qtbot, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, Qt.Key.Key_Space)
    desk = view.bar.desk
    assert set(desk.scenario.changes) == set(made[:3])
    qtbot.mouseClick(view.only_changed, Qt.MouseButton.LeftButton, pos=QPoint(8, view.only_changed.height() // 2))
    assert view.model.rowCount() == 3
    go_to(view, made[1], TICK)
    press(qtbot, Qt.Key.Key_Delete)
    assert set(desk.scenario.changes) == {made[0], made[2]}
    assert view.model.rowCount() == 2
    qtbot.mouseClick(view.put_all_back, Qt.MouseButton.LeftButton)
    assert (desk.scenario, view.model.rowCount()) == (Scenario(), 0)
    qtbot.mouseClick(view.bar.back, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.bar.back, Qt.MouseButton.LeftButton)
    assert set(desk.scenario.changes) == set(made[:3])
    qtbot.mouseClick(view.bar.forward, Qt.MouseButton.LeftButton)
    assert set(desk.scenario.changes) == {made[0], made[2]}


def test_a_real_change_shows_in_both_columns(view: WhatIfView, made: list[int], session: Session, qtbot: QtBot) -> None:
    ws = session.workspace
    view.model.setData(cell(view, made[0], PROBABILITY), "50")
    view.model.setData(cell(view, made[1], PROBABILITY), "50")
    qtbot.waitUntil(lambda: view.sure is not None)
    box = view.sandbox
    opportunities.edit(ws, made[3], {"value": 700_000})
    qtbot.waitUntil(lambda: cell(view, made[3], VALUE).data() == "$7,000")
    assert view.sandbox is box, "followed, not read anew"
    assert box is not None
    assert [each.best_case for each in box.figures()] == [1_600_000, 1_600_000]
    opportunities.edit(ws, made[0], {"probability": 20})
    moves.win(ws, [made[1]], value=300_000, closed_on=TODAY)
    qtbot.waitUntil(lambda: cell(view, made[1], STAGE).data() == "won")
    assert cell(view, made[0], NAME).data().startswith("! ")
    assert "really changed since" in view.moved_on.text()
    assert "won: 1" in view.moved_on.text()
    assert not cell(view, made[1], VALUE).flags() & Qt.ItemFlag.ItemIsEditable
    qtbot.mouseClick(view.take_out, Qt.MouseButton.LeftButton)
    assert set(view.bar.desk.scenario.changes) == {made[0]}
    qtbot.waitUntil(lambda: view.sure is not None)
    assert view.sure is not None
    assert view.sure[0] == ranges.of(ws, box.period, target=60_000)
    view.bar.choose_period("month")
    qtbot.waitUntil(lambda: view.sandbox is not box)
    assert view.sandbox is not None
    assert view.sandbox.figures()[0].won == 300_000


def test_what_is_being_typed_outlives_what_others_do(
    view: WhatIfView, made: list[int], session: Session, qtbot: QtBot
) -> None:
    go_to(view, made[1], PROBABILITY)
    press(qtbot, Qt.Key.Key_F2)
    editor = focused()
    qtbot.keyClicks(editor, "7")
    new = make_deals(session.workspace, 1, value=999_900, expected_close=DECEMBER)[0]
    qtbot.waitUntil(lambda: view.sandbox is not None and new in view.sandbox.deals)
    assert focused() is editor
    qtbot.keyClicks(editor, "5")
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.model.row_of(new) == 0)
    assert cell(view, made[1], PROBABILITY).data() == "→ 75%"
    assert view.table.currentIndex() == cell(view, made[1], PROBABILITY)


def test_scenarios_are_saved_opened_and_never_lost(
    view: WhatIfView, made: list[int], session: Session, qtbot: QtBot
) -> None:
    ws, bar = session.workspace, view.bar
    view.model.setData(cell(view, made[0], PROBABILITY), "50")
    qtbot.mouseClick(bar.save, Qt.MouseButton.LeftButton)
    dialog = bar.dialog
    assert dialog is not None
    dialog.name.setText("Christmas")
    dialog.shared.setChecked(True)
    press_button(dialog.main_button, qtbot)
    qtbot.waitUntil(lambda: bar.desk.opened is not None)
    assert (bar.pill.accessibleName(), bar.save.isEnabled()) == ("Christmas", False)
    (kept,) = scenarios.listing(ws)
    assert (kept.shared, kept.scenario, kept.scenario.period) == (True, bar.desk.scenario, "2026-12")
    view.model.setData(cell(view, made[1], PROBABILITY), "60")
    assert bar.pill.accessibleName() == "Christmas (changed)"
    changed = bar.desk.scenario
    pick(bar.pill, "Scenario without a name")
    assert bar.desk.scenario == Scenario()
    view.model.setData(cell(view, made[2], VALUE), "1")
    pick(bar.pill, "Christmas (changed)")
    assert bar.desk.scenario == changed
    view.hide()
    session.preferences = config.Preferences.load()
    other = WhatIfView(session, DealActions(session, QWidget()))
    qtbot.addWidget(other)
    settle(qtbot, session)
    assert other.bar.desk.scenario == changed
    assert other.bar.pill.accessibleName() == "Christmas (changed)"
    assert other.bar.period == "next_month"
    view.show()
    press_button(bar.save, qtbot)
    qtbot.waitUntil(lambda: not bar.desk.unsaved)
    assert scenarios.listing(ws)[0].scenario == changed
    undo.undo(ws)
    qtbot.waitUntil(lambda: bar.desk.scenario == kept.scenario)
    views.delete(ws, kept.id)
    qtbot.waitUntil(lambda: bar.desk.opened is None)
    assert set(bar.desk.scenario.changes) == {made[2]}, "the one without a name goes on"
    session.preferences.geometry["what-if"] = json.dumps({ws.store.name: {"current": "x", "drafts": [1]}})
    assert WhatIfView(session, DealActions(session, QWidget())).bar.desk.scenario == Scenario()


def test_no_column_goes_away_while_figures_grow(view: WhatIfView, made: list[int]) -> None:
    table = view.table
    for wide in range(1300, 1000, -5):
        view.resize(wide, 800)
        if table.isColumnHidden(CATEGORY):
            break
    view.resize(wide + 5, 800)
    assert not table.isColumnHidden(CATEGORY)
    narrow = table.columnWidth(PROBABILITY)
    for column, wide in ((PROBABILITY, True), (VALUE, False)):
        table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        assert (table.columnWidth(PROBABILITY) > narrow) == wide, "only the one in order has room for the arrow"
    before = [table.columnWidth(each) for each in (VALUE, CATEGORY)]
    view.model.setData(cell(view, made[0], VALUE), "123456")
    assert not table.isColumnHidden(CATEGORY)
    assert table.columnWidth(VALUE) > before[0]
    assert sum(table.columnWidth(each) for each in range(8)) <= table.viewport().width()


def test_a_scenario_comes_back_in_its_period(view: WhatIfView, made: list[int], session: Session, qtbot: QtBot) -> None:
    ws, bar = session.workspace, view.bar
    view.model.setData(cell(view, made[0], PROBABILITY), "50")
    kept = scenarios.save(ws, "Christmas", bar.desk.scenario)
    qtbot.waitUntil(lambda: bar.desk.of(kept) is not None)
    pick(bar.pill, "Christmas")
    bar.choose_period("quarter")
    assert bar.pill.accessibleName() == "Christmas (changed)"
    pick(bar.pill, "Scenario without a name (changed)")
    assert bar.period == "next_month"
    pick(bar.pill, "Christmas (changed)")
    assert bar.period == "quarter"
    qtbot.mouseClick(bar.discard, Qt.MouseButton.LeftButton)
    assert (bar.period, bar.desk.unsaved) == ("next_month", False)
    qtbot.waitUntil(lambda: view.sandbox is not None and view.sandbox.period.code == "2026-12")
    bar.choose_period("year")
    qtbot.mouseClick(bar.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bar.desk.unsaved)
    assert scenarios.listing(ws)[0].scenario.period == "2026"


def press_button(made: Any, qtbot: QtBot) -> None:
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)


def pick(pill: Any, text: str) -> None:
    pill.menu().aboutToShow.emit()
    (found,) = [action for action in pill.menu().actions() if action.text() == text]
    found.trigger()


def test_in_the_window_it_is_a_tab_with_the_pages_filters_and_steps_of_its_own(
    window: MainWindow, qtbot: QtBot
) -> None:
    ws = window.session.workspace
    front(window, qtbot)
    window.show_page("forecast")
    settle(qtbot, window.session)
    page, bar = window.forecast, window.forecast.tabs.tabBar()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(3).center())
    settle(qtbot, window.session)
    view = page.tabs.what_if
    view.bar.choose_period("next_month")
    mine, _ = make_deals(ws, 2, owner_id=2)
    theirs = make_deals(ws, 1, owner_id=1)[0]
    qtbot.waitUntil(lambda: view.model.row_of(theirs) >= 0)
    page.choose(owner_id=2)
    settle(qtbot, window.session)
    assert (view.model.row_of(mine) >= 0, view.model.row_of(theirs)) == (True, -1)
    assert {view.sandbox.deals[view.model.deal_id(row)].owner_id for row in range(view.model.rowCount())} == {2}
    deal = view.model.deal_id(0)
    opportunities.edit(ws, deal, {"value": 123})
    settle(qtbot, window.session)
    go_to(view, deal, TICK)
    press(qtbot, Qt.Key.Key_Space)
    assert set(view.bar.desk.scenario.changes) == {deal}
    go_to(view, deal, CATEGORY)
    press(qtbot, Qt.Key.Key_F2)
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert set(view.bar.desk.scenario.changes) == {deal}, "an open cell closes before a step is taken back"
    for _ in range(2):
        press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    assert view.bar.desk.scenario == Scenario()
    assert view.sandbox.deals[deal].value == 123, "nothing real is taken back"
    press(qtbot, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert set(view.bar.desk.scenario.changes) == {deal}
    go_to(view, deal, NAME)
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert window.pane.deal_id == deal
    view.chart.setFocus()
    press(qtbot, Qt.Key.Key_End)
    assert view.chart_card.said().startswith("December 2026: ")


@pytest.mark.usefixtures("qapp")
def test_an_empty_model_is_sound() -> None:
    model = WhatIfModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    assert (model.rowCount(), model.deal_id(0), model.row_of(1)) == (0, None, -1)
