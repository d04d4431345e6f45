"""Changes of stage and what each of them leaves behind."""

from __future__ import annotations

from datetime import date

import pytest

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.errors import Conflict, InvalidInput, NotFound, UserError
from salesos_desktop.services import board, moves, opportunities, people, placing, timeline, undo, working_days
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals, stage_named


def order(ws: Workspace, stage: str) -> list[int]:
    return list(board.column(ws, stage_named(ws, stage), DealFilter(), Sort.MANUAL).ids)


def test_a_move_is_one_commit_with_history_points_and_notice(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    changes = moves.move(ws, [deal], stage_named(ws, "Proposal").id)
    assert changes is not None
    assert changes.points == 20, "the skipped stage counts as well"
    assert len(changes.notices) == 1
    entries = [e for e in timeline.entries(ws, deal) if e.kind == "stage"]
    assert [(e.before, e.after) for e in entries] == [("Prospecting", "Proposal")]
    assert opportunities.get(ws, deal).card.probability == 50


def test_to_and_fro_earns_nothing_twice(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    here, there = stage_named(ws, "Prospecting").id, stage_named(ws, "Qualification").id
    for _ in range(3):
        moves.move(ws, [deal], there)
        moves.move(ws, [deal], here)
    assert people.me(ws).points == 10


def test_a_probability_set_by_hand_survives_a_move_but_not_a_closing(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1, probability=33)
    moves.move(ws, [deal], stage_named(ws, "Proposal").id)
    assert opportunities.get(ws, deal).card.probability == 33
    moves.win(ws, [deal])
    moves.reopen(ws, [deal], stage_named(ws, "Negotiation").id)
    card = opportunities.get(ws, deal).card
    assert (card.probability, card.probability_set, card.closed_on) == (75, False, None)


def test_winning_takes_value_and_date_and_gives_points_once(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    won = moves.win(ws, [deal], value=19_850_000, closed_on=date(2026, 11, 23))
    assert won is not None
    badges = 25 + 150 + 100
    assert won.points == 50 + 1985 + badges
    moves.reopen(ws, [deal], stage_named(ws, "Proposal").id)
    again = moves.win(ws, [deal])
    assert again is not None
    assert again.points == 0
    assert people.me(ws).points >= 50 + 1985


def test_losing_needs_a_reason_and_writes_nothing_without(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    before = undo.possible(ws).undo_seq
    with pytest.raises(InvalidInput) as caught:
        moves.lose(ws, [deal], reason_id=None)
    assert caught.value.field == "reason"
    assert undo.possible(ws).undo_seq == before
    assert opportunities.get(ws, deal).card.kind.value == "open"


def test_reopening_takes_off_what_closing_wrote(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    moves.lose(ws, [deal], reason_id=board.names(ws, "loss_reason")[0].id, competitor="X", note="Y")
    moves.reopen(ws, [deal], stage_named(ws, "Proposal").id)
    row = opportunities.get(ws, deal).row
    assert (row["closed_on"], row["loss_reason_id"], row["competitor"], row["close_note"]) == (None, None, "", "")


def test_many_cards_move_as_one(ws: Workspace) -> None:
    deals = make_deals(ws, 5)
    changes = moves.move(ws, deals, stage_named(ws, "Qualification").id)
    assert changes is not None
    assert len(changes.notices) == 1
    assert order(ws, "Qualification") == deals
    undo.undo(ws)
    assert sorted(order(ws, "Prospecting")) == sorted(deals)


def test_order_within_a_column_is_kept(ws: Workspace) -> None:
    a, b, c = make_deals(ws, 3)
    stage = stage_named(ws, "Prospecting").id
    assert order(ws, "Prospecting") == [c, b, a]
    moves.move(ws, [c], stage, after_id=a)
    assert order(ws, "Prospecting") == [b, a, c]
    moves.move(ws, [a], stage, after_id=placing.TOP)
    assert order(ws, "Prospecting") == [a, b, c]


def test_a_crowded_place_is_respaced(ws: Workspace) -> None:
    deals = make_deals(ws, 3)
    stage = stage_named(ws, "Prospecting").id
    top = order(ws, "Prospecting")[0]
    for step in range(80):
        moves.move(ws, [deals[step % 2]], stage, after_id=top)
        assert order(ws, "Prospecting")[1] == deals[step % 2]


def test_a_deal_is_stale_by_the_working_days_since_its_last_touch(ws: Workspace, clock: StillClock) -> None:
    (deal,) = make_deals(ws, 1)
    working = working_days.of(ws)
    allowed = opportunities.get(ws, deal).card.stale_days
    assert allowed is not None
    last = working.after(TODAY, allowed)
    assert not opportunities.get(ws, deal).card.stale(last, working)
    assert opportunities.get(ws, deal).card.stale(working.after(last, 1), working)
    clock.day = date(2027, 1, 29)
    assert opportunities.get(ws, deal).card.stale(clock.day, working)
    opportunities.edit(ws, deal, {"note": "hello"})
    card = opportunities.get(ws, deal).card
    assert (card.days_in_stage(clock.day), card.untouched(clock.day, working)) == (66, 0)
    assert not card.stale(clock.day, working)


def test_refusals_say_why(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    with pytest.raises(NotFound):
        moves.move(ws, [999], stage_named(ws, "Proposal").id)
    with pytest.raises(NotFound):
        moves.move(ws, [deal], 999)
    with pytest.raises(InvalidInput, match="day to come"):
        moves.win(ws, [deal], closed_on=date(2027, 1, 1))
    with pytest.raises(InvalidInput, match="open stage"):
        moves.reopen(ws, [deal], stage_named(ws, "Won").id)
    moves.win(ws, [deal])
    with pytest.raises(UserError, match="already in"):
        moves.win(ws, [deal])


def test_undo_of_a_toast_is_only_for_the_newest_change(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    first = moves.move(ws, [deal], stage_named(ws, "Proposal").id)
    assert first is not None
    opportunities.edit(ws, deal, {"name": "Other"})
    with pytest.raises(Conflict):
        undo.undo(ws, only_seq=first.seq)
    undo.undo(ws)
    undo.undo(ws, only_seq=first.seq)
    assert opportunities.get(ws, deal).card.stage_id == stage_named(ws, "Prospecting").id
    assert people.me(ws).points == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": " "}, "name"), ({"name": "x" * 501}, "name"), ({"value": -1}, "value"), ({"probability": 101}, "probability"),
     ({"expected_close": date(1800, 1, 1)}, "expected_close")],
)  # fmt: skip
def test_bad_input_names_its_field(ws: Workspace, values: dict[str, object], field: str) -> None:
    (deal,) = make_deals(ws, 1)
    with pytest.raises(InvalidInput) as caught:
        opportunities.edit(ws, deal, values)
    assert caught.value.field == field
