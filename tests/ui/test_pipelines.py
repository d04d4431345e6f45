"""Several pipelines: the board's switcher, a deal that goes across, the forecast of one of them."""

from __future__ import annotations

from datetime import date

from pytestqt.qtbot import QtBot

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.products import Line
from salesos_desktop.services import (
    board,
    checks,
    forecast,
    lines,
    moves,
    opportunities,
    people,
    pipelines,
    products,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.main_window import MainWindow
from tests.conftest import make_deals
from tests.ui.conftest import settle


def test_the_board_switches_between_pipelines_and_remembers(window: MainWindow, qtbot: QtBot) -> None:
    ws, bar = window.session.workspace, window.board.filter_bar
    assert bar._pills["pipeline"].isHidden()
    renewals = pipelines.create(ws, "Renewals")
    deal = opportunities.create(
        ws, {"name": "Renew", "value": 7_000, "expected_close": date(2026, 12, 1)},
        stage_id=board.stages(ws, renewals)[0].id,
    )  # fmt: skip
    settle(qtbot, window.session)
    assert not bar._pills["pipeline"].isHidden()
    sales = {frame.stage.id for frame in window.board.frames}
    bar._choose_pipeline(renewals)
    settle(qtbot, window.session)
    shown = {frame.stage.id for frame in window.board.frames}
    assert shown == {stage.id for stage in board.stages(ws, renewals)}
    assert not shown & sales
    assert window.board.frames[0].model.id_at(0) == deal
    assert window.session.preferences.board["pipeline_id"] == renewals
    window.actions_.new()
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert dialog is not None
    assert {dialog._stage.itemData(n) for n in range(dialog._stage.count())} <= shown  # type: ignore[attr-defined]
    dialog.reject()
    window.open_deal(deal)
    settle(qtbot, window.session)
    assert window.pane.deal is not None
    pipelines.set_active(ws, renewals, True)
    again = MainWindow(window.session)
    again.show()
    settle(qtbot, window.session)
    assert {frame.stage.id for frame in again.board.frames} == shown
    again.retire()
    again.hide()
    again.deleteLater()


def test_a_deal_goes_across_without_points_and_back_by_undo(any_ws: Workspace) -> None:
    renewals = pipelines.create(any_ws, "Renewals")
    deal = make_deals(any_ws, 1)[0]
    other = board.stages(any_ws, renewals)
    before = people.me(any_ws).points
    moves.move(any_ws, [deal], other[2].id)
    assert people.me(any_ws).points == before
    assert [
        card.id for card in board.snapshot(any_ws, DealFilter(), Sort.MANUAL, pipeline_id=renewals).first[other[2].id]
    ] == [deal]
    assert board.stages_of(any_ws, deal) == other
    moves.move(any_ws, [deal], other[3].id)
    assert people.me(any_ws).points == before + 10
    undo.undo(any_ws)
    undo.undo(any_ws)
    assert opportunities.get(any_ws, deal).card.stage_id == board.stages(any_ws)[0].id
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


def test_the_forecast_of_each_pipeline_adds_up_to_that_of_all(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    renewals = pipelines.create(ws, "Renewals")
    make_deals(ws, 3)
    first = board.stages(ws, renewals)[0].id
    opportunities.create(ws, {"name": "Renew", "value": 7_000, "expected_close": date(2026, 12, 1)}, stage_id=first)
    cube = forecast.load(ws)
    parts = [cube.totals("USD", None, None, each.id) for each in board.pipelines(ws)]
    whole = cube.totals("USD")
    assert sum(part.best_case for part in parts) == whole.best_case
    assert parts[1].best_case == 7_000
    window.show_page("forecast")
    settle(qtbot, window.session)
    window.forecast.choose(period="all", pipeline_id=renewals)
    settle(qtbot, window.session)
    assert not window.forecast.filters.pills["pipeline"].isHidden()
    rows = [
        window.forecast.months.data(window.forecast.months.index(r, 3))
        for r in range(window.forecast.months.rowCount())
    ]
    assert "$70" in rows


def test_won_quantities_are_listed_by_product(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    product = products.create(ws, {"name": "Licence ZZ", "price": 50_000, "currency": "USD"})
    deal = make_deals(ws, 1)[0]
    lines.set_lines(ws, deal, [Line(product, "", 2500, 50_000)], True)
    moves.win(ws, [deal], closed_on=ws.clock.today())
    window.show_page("forecast")
    settle(qtbot, window.session)
    window.forecast.breakdown.choose("quantity")
    settle(qtbot, window.session)
    model = window.forecast.breakdown.model
    rows = [[model.data(model.index(r, column)) for column in range(3)] for r in range(model.rowCount())]
    assert ["Licence ZZ", "2.5", "$1,250"] in rows
