"""Deals on hold: off the board and out of the open figures until their day, and told of once when they come back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.conditions import Test as Asked
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.errors import InvalidInput
from salesos_desktop.i18n import set_language
from salesos_desktop.services import board, checks, forecast, holds, moves, opportunities, timeline, undo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import totals
from tests.conftest import TODAY, StillClock, make_deals, stage_named

SOON = TODAY + timedelta(days=3)


def shown(ws: Workspace) -> tuple[int, int, list[int]]:
    """Count and value of the first stage, and the cards of its column."""
    stage = stage_named(ws, "Prospecting")
    figures = [f for f in board.stage_figures(ws, DealFilter()) if f.stage_id == stage.id]
    ids = list(board.column(ws, stage, DealFilter(), Sort.MANUAL).ids)
    counted = [f for f in board.stage_figures(ws, DealFilter(value_from=0)) if f.stage_id == stage.id]
    assert counted == figures
    return sum(f.count for f in figures), sum(f.value for f in figures), ids


def agrees(ws: Workspace) -> None:
    with ws.store.read() as connection:
        assert totals.differences(connection) == []
    assert forecast.load(ws).cells == forecast.recount(ws).cells
    assert checks.problems(ws) == []


def test_a_deal_on_hold_is_off_the_board_and_out_of_the_forecast(any_ws: Workspace) -> None:
    one, two = make_deals(any_ws, 2)
    holds.hold(any_ws, [one], SOON)
    assert shown(any_ws) == (1, 100_000, [two])
    assert forecast.load(any_ws).totals("USD").best_case == 100_000
    assert [card.id for card in board.listed(any_ws, DealFilter())] == [two]
    assert [(card.id, card.hold_until) for card in holds.held(any_ws)] == [(one, SOON)]
    assert holds.held_count(any_ws) == 1
    waits = DealFilter(held=None, condition=Asked("hold_until", Operator.GREATER, TODAY))
    assert [card.id for card in board.listed(any_ws, waits)] == [one]
    agrees(any_ws)
    said = undo.possible(any_ws).undo
    set_language("es")
    assert (said, undo.possible(any_ws).undo) == (
        "“Deal 0” on hold until November 27, 2026", "«Deal 0» en espera hasta el 27 de noviembre de 2026",
    )  # fmt: skip
    set_language("en")
    undo.undo(any_ws)
    assert shown(any_ws)[:2] == (2, 200_000)
    undo.redo(any_ws)
    holds.release(any_ws, [one])
    assert shown(any_ws)[:2] == (2, 200_000)
    assert [e.field for e in timeline.entries(any_ws, one) if e.field == "hold_until"] == ["hold_until"] * 4
    agrees(any_ws)


def test_it_comes_back_on_its_day_and_is_told_once_to_owner_and_followers(any_ws: Workspace, clock: StillClock) -> None:
    one, two, later = make_deals(any_ws, 3)
    with any_ws.unit("test", [""]) as uow:
        follower = uow.insert("person", {"name": "Ana", "folded": "ana"})
        uow.insert("follower", {"opportunity_id": one, "person_id": follower})
    holds.hold(any_ws, [one, two], SOON)
    holds.hold(any_ws, [later], SOON + timedelta(days=1))
    clock.day = SOON - timedelta(days=1)
    assert holds.wake(any_ws) is None
    clock.day = SOON
    woken = holds.wake(any_ws)
    assert woken is not None
    assert {(n.person_id, n.subject_id) for n in woken.notices} == {(any_ws.actor_id, None), (follower, one)}
    assert {n.kind for n in woken.notices} == {holds.BACK}
    assert holds.wake(any_ws) is None
    assert sorted(shown(any_ws)[2]) == [one, two]
    assert not woken.undoable
    agrees(any_ws)


@pytest.mark.parametrize("close", [moves.win, moves.move])
def test_any_change_of_stage_ends_the_hold(ws: Workspace, close: object) -> None:
    (one,) = make_deals(ws, 1)
    holds.hold(ws, [one], SOON)
    if close is moves.win:
        moves.win(ws, [one])
    else:
        moves.move(ws, [one], stage_named(ws, "Proposal").id)
    assert opportunities.get(ws, one).card.hold_until is None
    undo.undo(ws)
    assert opportunities.get(ws, one).card.hold_until == SOON
    agrees(ws)


def test_what_cannot_wait_is_refused_and_nothing_is_written(ws: Workspace) -> None:
    one, two = make_deals(ws, 2)
    moves.win(ws, [two])
    for ids, until in (([one], TODAY), ([one], date(2201, 1, 1)), ([one, two], SOON)):
        with pytest.raises(InvalidInput):
            holds.hold(ws, ids, until)
    assert holds.held(ws) == []


def test_a_touch_is_what_a_person_does(ws: Workspace, clock: StillClock) -> None:
    (one,) = make_deals(ws, 1)
    holds.hold(ws, [one], SOON)
    clock.day = SOON
    holds.wake(ws)
    assert opportunities.get(ws, one).card.touched_on == TODAY
