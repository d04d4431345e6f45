"""What is in danger and why, the same on both databases; the board's filter finds the same stale deals."""

from __future__ import annotations

from datetime import date, timedelta

from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.staleness import Reason
from salesos_desktop.domain.work_list import Why
from salesos_desktop.services import (
    activities,
    board,
    holds,
    leads,
    moves,
    opportunities,
    staleness,
    work_list,
    working_days,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals, stage_named


def reasons(ws: Workspace) -> dict[str, list[str]]:
    names = {card.id: card.name for card in board.listed(ws, DealFilter())}
    return {names[each.id]: list(each.reasons) for each in staleness.in_danger(ws)}


def test_a_deal_is_in_danger_for_its_reasons_the_gravest_first(any_ws: Workspace, clock: StillClock) -> None:
    past, soon, fine, held, won = make_deals(any_ws, 5)
    for deal in (past, soon, fine):
        activities.plan(any_ws, {"due_on": date(2027, 6, 1)}, ("opportunity", deal))
    opportunities.edit(any_ws, past, {"expected_close": TODAY - timedelta(days=3)})
    opportunities.edit(any_ws, soon, {"expected_close": TODAY + timedelta(days=7)})
    moves.win(any_ws, [won])
    holds.hold(any_ws, [held], TODAY + timedelta(days=200))
    assert reasons(any_ws) == {"Deal 0": ["past_close"], "Deal 1": ["closing"]}
    working = working_days.of(any_ws)
    clock.day = working.after(TODAY, 30)
    opportunities.edit(any_ws, fine, {"expected_close": date(2027, 5, 1), "note": "Spoke"})
    assert list(reasons(any_ws).items()) == [("Deal 0", ["past_close"]), ("Deal 1", ["past_close"])]
    clock.day = working.after(clock.day, 1)
    found = {each.id: each for each in staleness.in_danger(any_ws)}
    assert found[past].reasons == (Reason.PAST_CLOSE, Reason.STALE)
    assert (found[past].days[Reason.STALE], found[past].allowed) == (31, 30)
    assert fine not in found
    assert len(found) == 2
    stale = board.listed(any_ws, DealFilter(condition=staleness.condition(any_ws)))
    assert sorted(card.id for card in stale) == [past, soon]
    assert all(card.stale(clock.day, working) for card in stale)


def test_no_next_activity_is_a_reason_and_a_limit_leaves_the_gravest(ws: Workspace) -> None:
    deals = make_deals(ws, 3)
    opportunities.edit(ws, deals[2], {"expected_close": TODAY - timedelta(days=1)})
    assert [each.id for each in staleness.in_danger(ws, limit=2)] == [deals[2], deals[0]]
    assert staleness.in_danger(ws)[0].reasons == (Reason.PAST_CLOSE, Reason.NO_ACTIVITY)
    assert staleness.in_danger(ws, person_id=99) == []
    moves.move(ws, [deals[0]], stage_named(ws, "Proposal").id)
    assert len(staleness.in_danger(ws)) == 3


def test_a_lead_that_nobody_deals_with(any_ws: Workspace, clock: StillClock) -> None:
    ana, tea, zoe = (
        leads.create(any_ws, {"name": name, "email": f"{name}@example.com"}) for name in ("Ana", "Tea", "Zoe")
    )
    any_ws.clock.day = working_days.of(any_ws).after(TODAY, 3)  # type: ignore[attr-defined]
    assert staleness.untouched_leads(any_ws) == []
    done = activities.plan(any_ws, {"done": True}, ("lead", tea))
    clock.day = working_days.of(any_ws).after(TODAY, 4)
    assert staleness.untouched_leads(any_ws) == [(ana, 4), (zoe, 4)]
    waiting = {each.key: each.why for each in work_list.queue(any_ws)}
    assert waiting == {("lead", ana): Why.NEW_LEAD, ("lead", zoe): Why.NEW_LEAD}, "however long ago they came"
    assert done
    leads.delete(any_ws, [zoe])
    assert staleness.untouched_leads(any_ws) == [(ana, 4)]
