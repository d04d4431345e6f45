"""Pages as they were on a past day: the slider and its keys, what is shown, and that nothing can be changed meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.forecast import Cube
from salesos_desktop.domain.outlook import Deal
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.errors import UserError
from salesos_desktop.services import board, moves, opportunities, pipelines
from salesos_desktop.services.outlook import deals, looking_back
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.board.figure_texts import money_texts
from salesos_desktop.ui.charts import figures
from salesos_desktop.ui.charts.breakdown import QUANTITY
from salesos_desktop.ui.charts.month_rows import month_rows
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.models.board import StageFigures
from salesos_desktop.ui.models.roles import DEALS_MIME, CardRole
from salesos_desktop.ui.session import Session
from tests.conftest import make_deals
from tests.ui.conftest import open_window, settle
from tests.ui.hands import focused, front, press

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def later(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Twelve days after TODAY, on each of which a deal of TODAY has moved, grown, or been won or deleted."""
    session = window.session
    ws: Any = session.workspace
    made = make_deals(ws, 12)
    stages = board.stages(ws)
    for n, deal in enumerate(made):
        ws.clock.day += timedelta(days=1)
        if n % 4 == 0:
            moves.win(ws, [deal], value=1_000 * (n + 1), closed_on=ws.clock.today())
        elif n % 4 == 1:
            moves.move(ws, [deal], stages[1 + n % 3].id)
        elif n % 4 == 2:
            opportunities.edit(ws, deal, {"value": 777_000 + n})
        else:
            opportunities.delete(ws, [deal])
    session.day_changed.emit()
    settle(qtbot, session)
    front(window, qtbot)
    return window


def standing(window: MainWindow, day: Any) -> dict[int, list[Deal]]:
    """What a rewinding from scratch says of each stage."""
    found: dict[int, list[Deal]] = {}
    for deal in deals.states(window.session.workspace, [day])[day].deals.values():
        found.setdefault(deal.stage_id, []).append(deal)
    return found


def shows(window: MainWindow, day: Any) -> bool:
    """Whether every column has the cards and the figures of a day."""
    then, past = standing(window, day), window.board.past
    assert past.look.day == day
    for frame in past.grid.frames:
        mine = then.get(frame.stage.id, [])
        figures_ = StageFigures()
        for deal in mine:
            figures_.add(deal.currency, deals.sums_of(deal))
        if (frame.figures.by_currency, money_texts(frame.figures)) != (figures_.by_currency, money_texts(figures_)):
            return False
        if sorted(frame.model.ids) != sorted(deal.id for deal in mine):
            return False
    return True


def elsewhere(window: MainWindow) -> Workspace:
    """The same workspace in somebody else's window."""
    return Workspace(window.session.workspace.store, window.session.workspace.clock, 1)


def live(window: MainWindow) -> Any:
    """What the live board has, behind whatever is shown."""
    return {
        cell: (list(column.ids), window.board.model.figures[cell])
        for cell, column in window.board.model.columns.items()
    }


def test_the_board_goes_from_day_to_day_by_keys_and_comes_back(later: MainWindow, qtbot: QtBot) -> None:
    window, session = later, later.session
    before = live(window)
    press(qtbot, Qt.Key.Key_H)
    settle(qtbot, session)
    past, today = window.board.past, session.today
    assert focused() is past.look.bar.slider
    assert (past.isVisible(), window.board.grid.isVisible(), window.board.past_button.isChecked()) == (
        True,
        False,
        True,
    )
    assert shows(window, today - timedelta(days=1))
    for key, modifiers, day in (
        (Qt.Key.Key_Left, NONE, 2), (Qt.Key.Key_Left, SHIFT, 9), (Qt.Key.Key_Right, NONE, 8),
    ):  # fmt: skip
        press(qtbot, key, modifiers)
        settle(qtbot, session)
        assert shows(window, today - timedelta(days=day))
    assert past.look.bar.said() == "As it was on November 28, 2026"
    card = past.grid.frames[0].model.index(0, 0).data(CardRole.CARD)
    assert card is not None
    assert "owner" in past.grid.frames[0].model.index(0, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    press(qtbot, Qt.Key.Key_Right, SHIFT)
    press(qtbot, Qt.Key.Key_Right, SHIFT)
    settle(qtbot, session)
    assert (past.look.day, past.look.on, window.board.grid.isVisible()) == (None, True, True), "today is as it is now"
    press(qtbot, Qt.Key.Key_Left)
    settle(qtbot, session)
    assert shows(window, today - timedelta(days=1))
    press(qtbot, Qt.Key.Key_Escape)
    assert (past.look.on, past.isVisible(), window.board.grid.isVisible(), past.look.bar.isVisible()) == (
        False, False, True, False,
    )  # fmt: skip
    assert not window.board.past_button.isChecked()
    assert window.board.isAncestorOf(focused())
    assert live(window) == before


def test_nothing_is_changed_on_a_past_day_and_today_goes_on_behind_it(later: MainWindow, qtbot: QtBot) -> None:
    window, session = later, later.session
    menu = QMenu()
    next(
        each for each in window.board.fill_menu(menu, lambda: window.exporting) if "As it was" in each.text()
    ).trigger()
    settle(qtbot, session)
    past = window.board.past
    column, view = past.grid.frames[0].model, past.grid.frames[0].view
    QAbstractItemModelTester(column, QAbstractItemModelTester.FailureReportingMode.Fatal)
    index = column.index(0, 0)
    assert not column.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    data = column.mimeData([index])
    assert data.hasFormat(DEALS_MIME)
    assert not column.canDropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert not past.grid.frames[1].takes(data)
    before, seen = standing(window, session.today), []
    session.changed.connect(seen.append)
    view.go_to(0)
    for key, modifiers in (
        (Qt.Key.Key_Delete, NONE), (Qt.Key.Key_E, NONE), (Qt.Key.Key_Right, SHIFT),
        (Qt.Key.Key_Menu, NONE), (Qt.Key.Key_N, NONE),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier), (Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier),
    ):  # fmt: skip
        press(qtbot, key, modifiers)
        settle(qtbot, session)
    assert (window.actions_.dialog, window.pane_open, seen) == (None, False, [])
    assert standing(window, session.today) == before
    assert window.messages.isVisible()
    assert "past day" in window.messages.text
    # Somebody else goes on: the past stays, today has it when the person is back.
    day = past.look.day
    (deal,) = make_deals(elsewhere(window), 1)
    session._on_tick()
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert (past.look.day, shows(window, day)) == (day, True)
    assert deal not in column.ids
    past.look.bar.back.click()
    assert any(deal in each.ids for each in window.board.model.columns.values())
    # Who changes something here, by the button of a notification say, is back at today, where it is seen.
    past.look.enter()
    settle(qtbot, session)
    assert past.look.day == day
    opportunities.edit(session.workspace, deal, {"value": 5})
    settle(qtbot, session)
    assert (past.look.on, window.board.grid.isVisible()) == (False, True)


def test_enter_opens_a_deal_as_it_was_on_that_day(later: MainWindow, qtbot: QtBot) -> None:
    window, session = later, later.session
    window.board.look_back()
    window.board.past.look.go(session.today - timedelta(days=11))
    settle(qtbot, session)
    past, day = window.board.past, session.today - timedelta(days=11)
    column, view = past.grid.frames[0].model, past.grid.frames[0].view
    binned = {deal for deal in column.ids if deal % 4 == 0}
    for deal in (min(set(column.ids) - binned), max(binned)):
        view.go_to(list(column.ids).index(deal))
        press(qtbot, Qt.Key.Key_Return)
        settle(qtbot, session)
        assert (past.look.day, past.isVisible()) == (day, True), "the board stays on its day"
        if deal in binned:
            assert not window.pane_open
            assert "no longer exists" in window.messages.text
        else:
            assert (window.pane.deal_id, window.pane.past.isVisible(), window.pane.past.past.day) == (deal, True, day)
            assert not window.pane.won_button.isVisible()
            press(qtbot, Qt.Key.Key_Escape)
            window.pane.close_pane()
    # A record as it is now is not of that day.
    window.open_deal(min(set(column.ids) - binned))
    assert (past.look.on, window.pane.past.isVisible()) == (False, False)


def test_passed_days_are_not_asked_for_and_the_filter_and_other_stages_count(
    later: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, session = later, later.session
    asked: list[Any] = []
    window.board.look_back()
    settle(qtbot, session)
    bar, today = window.board.past.look.bar, session.today
    ask = session.ask_apart
    monkeypatch.setattr(session, "ask_apart", lambda *args, **more: (asked.append(args[2]), ask(*args, **more))[1])
    for place in range(bar.slider.maximum() - 2, bar.slider.maximum() - 12, -1):
        bar.slider.setValue(place)
    settle(qtbot, session)
    assert asked == [today - timedelta(days=2), today - timedelta(days=11)]
    assert shows(window, today - timedelta(days=11))
    past = window.board.past
    past.look.bar.go(2)
    window.board.set_text("deal")
    settle(qtbot, session)
    day = past.look.day
    ids = sorted(each for frame in past.grid.frames for each in frame.model.ids)
    then = looking_back.board(
        session.workspace, looking_back.Kept(), day,
        looking_back.BoardAsked(None, DealFilter(text="deal"), Sort.MANUAL),
    )  # fmt: skip
    assert then is not None
    assert ids == sorted(each for column in then.columns.values() for each in column.ids)
    assert 0 < len(ids) < sum(map(len, standing(window, day).values()))
    window.board.set_text("")
    settle(qtbot, session)
    assert shows(window, day)
    ws = elsewhere(window)
    pipelines.edit_stage(ws, board.stages(ws)[0].id, {"name": "Called otherwise"})
    session._on_tick()
    qtbot.waitUntil(lambda: past.grid.frames[0].title == "Called otherwise")
    assert past.look.day == day
    # A day that cannot be had leaves the slider alive.
    monkeypatch.setattr(looking_back, "board", Mock(side_effect=UserError("The database is busy.")))
    past.look.bar.go(-1)
    settle(qtbot, session)
    assert (past.look.day, past.look.bar.slider.value()) == (None, past.look.bar.slider.maximum())
    monkeypatch.undo()
    past.look.bar.go(-1)
    settle(qtbot, session)
    assert shows(window, today - timedelta(days=1))


def test_the_forecast_of_a_past_day_is_that_of_the_service(later: MainWindow, qtbot: QtBot) -> None:
    window, session = later, later.session
    ws = session.workspace
    window.show_page("forecast")
    settle(qtbot, session)
    view = window.forecast
    rows = [view.months.key(n) for n in range(view.months.rowCount())], texts(view.months)
    qtbot.mouseClick(view.past_button, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    view.past.bar.day.setDate(view.past.bar.day.date().addDays(-6))
    settle(qtbot, session)
    day = session.today - timedelta(days=7)
    assert view.past.day == day

    apart, whole = deals.as_of(ws, day), deals.as_of(ws, day, converted=True)

    def expected(cube: Cube) -> list[list[str]]:
        months = figures.months(cube, view.view, day)
        buckets = [bucket for bucket, _ in figures.bars(cube, view.view, months)]
        return [row for _, row in month_rows(cube, view.view, buckets, {}, day)]

    assert texts(view.months) == expected(apart) != rows[1]
    bars = {bar.bucket: sum(amount for *_, amount in bar.parts) for bar in view.chart._bars}
    assert bars["2026-12"] == sum(
        figures.amount(apart.stages[stage], sums.value, sums.weighted)
        for (bucket, stage), sums in apart.by_month_and_stage("USD").items() if bucket == "2026-12"
    )  # fmt: skip
    assert (view.range_card.isVisible(), view.targets.isEnabled(), view.deals.isVisible()) == (False, False, False)
    view.chart.chosen.emit("2026-12", None)
    settle(qtbot, session)
    kinds = {stage.id: stage.kind for stage in board.stages(ws)}
    behind = [d for found in standing(window, day).values() for d in found if kinds[d.stage_id] is not StageKind.LOST
              and d.currency == "USD" and d.day is not None and f"{d.day:%Y-%m}" == "2026-12"
              and (kinds[d.stage_id] is StageKind.WON or d.day >= day)]  # fmt: skip
    listed = [view.past.deals.model.key(n) for n in range(view.past.deals.model.rowCount())]
    assert sorted(listed) == sorted(d.id for d in behind)
    mine = session.workspace.actor_id
    view.choose(owner_id=mine, converted=True)
    settle(qtbot, session)
    assert texts(view.months) == expected(whole)
    assert [row[0] for row in texts(view.breakdown.model)] == ["Marta Ríos"]
    view.breakdown.choose("product")
    settle(qtbot, session)
    months = figures.months(whole, view.view, day)
    won = whole.totals("USD", months, mine).won
    assert sum(part.totals.won for part in view.breakdown._found) == won
    view.past.deals.table.activated.emit(view.past.deals.model.index(0, 0))
    settle(qtbot, session)
    assert (window.pane.deal_id, window.pane.past.past.day) == (view.past.deals.model.key(0), day)
    window.pane.close_pane()
    view.breakdown.choose(QUANTITY)
    settle(qtbot, session)
    assert (view.breakdown.table.isVisible(), "not kept" in view.breakdown.said.text()) == (False, True)
    view.breakdown.choose("product")
    settle(qtbot, session)
    assert (view.breakdown.table.isVisible(), view.breakdown.said.isVisible()) == (True, False)
    view.choose(owner_id=None, converted=False)
    view.past.bar.back.click()
    settle(qtbot, session)
    assert ([view.months.key(n) for n in range(view.months.rowCount())], texts(view.months)) == rows
    assert (view.range_card.isVisible(), view.targets.isEnabled(), view.deals.isVisible()) == (True, True, True)


def test_without_a_past_it_says_so(session: Session, qtbot: QtBot) -> None:
    with open_window(session, qtbot) as window:
        window.board.look_back()
        settle(qtbot, session)
        bar = window.board.past.look.bar
        assert bar.said().startswith("The history begins today")
        assert (bar.slider.isEnabled(), window.board.grid.isVisible()) == (False, True)
        bar.back.click()
        assert not bar.isVisible()


def texts(model: Any) -> list[list[str]]:
    return [[model.data(model.index(r, c)) for c in range(model.columnCount())] for r in range(model.rowCount())]
