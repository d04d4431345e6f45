"""Deals that put a manager's forecast at risk: every reason, exactly, in order, the same on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from salesos_desktop.domain.contacts import BuyingRole
from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.staleness import Reason, postponed
from salesos_desktop.services import (
    activities,
    deal_contacts,
    endangered,
    holds,
    lists,
    moves,
    opportunities,
    rates,
    staleness,
    undo,
    working_days,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals, stage_named

LATER = [date(2027, 1, 10), date(2027, 2, 10), date(2027, 3, 10)]


def planned(ws: Workspace, *deals: int) -> None:
    for deal in deals:
        activities.plan(ws, {"due_on": date(2027, 6, 1)}, ("opportunity", deal))


def close(ws: Workspace, deal: int, *days: date | None) -> None:
    for day in days:
        opportunities.edit(ws, deal, {"expected_close": day})


def reasons(ws: Workspace, scope: Scope = Scope()) -> dict[int, list[Reason]]:
    return {each.id: list(each.reasons) for each in endangered.find(ws, scope).deals}


def test_each_reason_is_found_and_goes_with_its_cure(any_ws: Workspace, clock: StillClock) -> None:
    past, moved, proposed, bare, fine, held, won = make_deals(any_ws, 7)
    planned(any_ws, past, moved, proposed, fine)
    close(any_ws, past, TODAY - timedelta(days=5))
    close(any_ws, moved, *LATER)
    moves.move(any_ws, [proposed], stage_named(any_ws, "Proposal").id)
    moves.win(any_ws, [won])
    holds.hold(any_ws, [held], TODAY + timedelta(days=200))
    found = endangered.find(any_ws, Scope())
    assert {each.id: each.reasons for each in found.deals} == {
        past: (Reason.PAST_CLOSE,), moved: (Reason.POSTPONED,), proposed: (Reason.UNDECIDED,), bare: (Reason.NO_ACTIVITY,),
    }  # fmt: skip
    assert [each.id for each in found.deals] == [past, moved, proposed, bare]
    by_id = {each.id: each for each in found.deals}
    assert by_id[past].days[Reason.PAST_CLOSE] == 5
    assert (by_id[moved].days[Reason.POSTPONED], by_id[moved].moved) == (3, (LATER[1], LATER[2]))
    assert found.whole == endangered.Stake(4, 400_000, 80_000)
    assert found.by_reason[Reason.UNDECIDED] == endangered.Stake(1, 100_000, 50_000)
    assert found.by_reason[Reason.STALE] == endangered.Stake()
    opportunities.edit(any_ws, proposed, {"contact": "Ana"})
    (ana,) = deal_contacts.of(any_ws, proposed)
    deal_contacts.set_role(any_ws, proposed, ana.contact_id, BuyingRole.DECIDES)
    planned(any_ws, bare)
    close(any_ws, past, TODAY)
    undo.undo(any_ws)
    assert reasons(any_ws) == {past: [Reason.PAST_CLOSE], moved: [Reason.POSTPONED]}
    alone = endangered.among(any_ws, [past, moved, proposed, bare, held, won])
    assert {each.id: list(each.reasons) for each in alone.deals} == reasons(any_ws)
    undo.undo(any_ws)
    assert reasons(any_ws)[bare] == [Reason.NO_ACTIVITY]
    clock.day = working_days.of(any_ws).after(TODAY, 31)
    assert reasons(any_ws)[fine] == [Reason.PAST_CLOSE, Reason.STALE]
    assert not {won, held} & reasons(any_ws).keys()


def test_what_was_undone_or_happened_while_closed_was_not_put_later(any_ws: Workspace) -> None:
    undone, back, closed, emptied = make_deals(any_ws, 4)
    planned(any_ws, undone, back, closed, emptied)
    close(any_ws, undone, *LATER)
    undo.undo(any_ws)
    undo.undo(any_ws)
    undo.redo(any_ws)
    close(any_ws, back, LATER[0], LATER[1], LATER[0], LATER[2])
    close(any_ws, closed, *LATER[:2])
    moves.lose(any_ws, [closed], reason_id=lists.entries(any_ws, "loss_reason")[0].id)
    close(any_ws, closed, date(2027, 9, 1))
    moves.reopen(any_ws, [closed], stage_named(any_ws, "Prospecting").id)
    close(any_ws, emptied, LATER[0], None, LATER[1], None, LATER[0])
    assert reasons(any_ws) == {}
    undo.undo(any_ws)
    undo.undo(any_ws)
    undo.redo(any_ws)
    undo.redo(any_ws)
    close(any_ws, emptied, LATER[1], LATER[2])
    close(any_ws, undone, date(2027, 4, 1))
    assert reasons(any_ws) == {undone: [Reason.POSTPONED], emptied: [Reason.POSTPONED]}
    found = {each.id: each for each in endangered.find(any_ws, Scope()).deals}
    assert found[emptied].days[Reason.POSTPONED] == 3


def test_the_rule_of_dates_that_were_put_later() -> None:
    def told(*days: str | None) -> list[tuple[str, str, str | None, str | None]]:
        return [("changed", "expected_close", a, b) for a, b in pairwise(days)]

    a, b, c = "2027-01-01", "2027-02-01", "2027-03-01"
    assert postponed(told(a, b, c)) == [(date(2027, 1, 1), date(2027, 2, 1)), (date(2027, 2, 1), date(2027, 3, 1))]
    assert postponed(told(a, b, c, b, a)) == [], "two undone, the newest first"
    assert postponed(told(c, b, c)) == [], "sooner, and that undone"
    assert len(postponed(told(a, b, a, b, a, b))) == 1, "undone and redone"
    assert postponed(told(a, None, b)) == [(date(2027, 1, 1), date(2027, 2, 1))]
    assert postponed(told(None, b)) == [], "the first date is none that was put later"
    earlier = [("reopened", "stage_id", "5", "1")]
    assert postponed([*told(a, b), *earlier, *told(b, c)]) == [(date(2027, 2, 1), date(2027, 3, 1))]


def test_a_scope_its_order_and_its_sums_are_those_of_the_deals_one_by_one(any_ws: Workspace) -> None:
    ws = any_ws
    with ws.unit("settings", []) as uow:
        zoe, tom = (
            uow.insert("person", {"name": n, "folded": n, "role": "rep", "created_at": uow.at}) for n in ("zoe", "tom")
        )
    rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": date(2026, 1, 1), "rate": "1.25"})
    worth = [
        (zoe, 500_000, "USD"),
        (tom, 450_000, "EUR"),
        (None, None, "USD"),
        (zoe, 900, "JPY"),
        (tom, 100_001, "EUR"),
    ]
    deals = [make_deals(ws, 1, owner_id=who, value=value, currency=code)[0] for who, value, code in worth]
    opportunities.edit(ws, deals[4], {"expected_close": TODAY - timedelta(days=1), "probability": 33})
    found = endangered.find(ws, Scope())
    assert [each.id for each in found.deals] == [deals[4], deals[1], deals[0], deals[2], deals[3]]
    assert found.whole == endangered.Stake(5, 500_000 + 562_500 + 125_001, 50_000 + 56_250 + 41_250, 1)
    assert found.at_stake == dict(zip(deals, [50_000, 56_250, 0, 0, 41_250], strict=True))
    assert list(reasons(ws, Scope(frozenset({zoe, None})))) == [deals[0], deals[2], deals[3]]
    assert list(reasons(ws, Scope(frozenset({tom})))) == [deals[4], deals[1]]
    for nothing in (Scope(frozenset()), Scope(None, 99), Scope(product_id=7), Scope(source_id=99)):
        assert reasons(ws, nothing) == {}
    assert len(reasons(ws, Scope(None, stage_named(ws, "Won").pipeline_id))) == 5
    one = endangered.among(ws, [deals[4], deals[3]])
    assert sorted(one.deals, key=lambda deal: deal.id) == [found.deals[4], found.deals[0]]
    assert one.at_stake == {each: found.at_stake[each] for each in (deals[3], deals[4])}
    short = endangered.find(ws, Scope(), limit=2)
    assert ([each.id for each in short.deals], short.whole) == ([deals[4], deals[1]], found.whole)
    mine = {each.id: each.reasons for each in staleness.in_danger(ws, tom)}
    assert mine == {each.id: each.reasons for each in found.deals if each.id in mine}
