"""Pipelines and stages as an administrator sets them up."""

from __future__ import annotations

from typing import Any

import pytest

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.services import board, checks, moves, opportunities, people, pipelines, timeline, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named


def names(ws: Workspace, pipeline_id: int | None = None) -> list[str]:
    pipeline_id = pipeline_id or pipelines.listing(ws)[0].id
    return [found.stage.name for found in pipelines.stages(ws, pipeline_id)]


def sound(ws: Workspace) -> None:
    if ws.store.path is not None:
        assert checks.problems(ws) == []


def test_a_pipeline_is_made_with_the_usual_stages_or_those_of_another(any_ws: Workspace) -> None:
    (first,) = pipelines.listing(any_ws)
    pipelines.edit(any_ws, first.id, {"back_reason": True})
    proposal = stage_named(any_ws, "Proposal").id
    pipelines.edit_stage(any_ws, proposal, {"required": ["contact"], "entry_text": "Budget confirmed", "name": "Offer"})
    usual, copy = pipelines.create(any_ws, "Renewals"), pipelines.create(any_ws, "Partners", copy_of=first.id)
    assert names(any_ws, usual) == ["Prospecting", "Qualification", "Proposal", "Negotiation", "Won", "Lost"]
    assert names(any_ws, copy) == names(any_ws, first.id)
    copied = pipelines.stages(any_ws, copy)[2]
    assert (copied.stage.name, copied.required, copied.entry_text) == ("Offer", ("contact",), "Budget confirmed")
    assert [p.back_reason for p in pipelines.listing(any_ws)] == [True, False, True]
    with pytest.raises(InvalidInput):
        pipelines.create(any_ws, "renewals")
    deal = opportunities.create(any_ws, {"name": "X", "value": 1, "expected_close": any_ws.clock.today()})
    moves.move(any_ws, [deal], pipelines.stages(any_ws, usual)[2].stage.id)
    assert people.me(any_ws).points == 0, "from pipeline to pipeline is not forward"
    undo.undo(any_ws)
    undo.undo(any_ws)
    undo.undo(any_ws)
    assert [p.name for p in pipelines.listing(any_ws)] == ["Sales", "Renewals"]
    sound(any_ws)


def test_pipelines_are_ordered_and_taken_out_of_use(any_ws: Workspace) -> None:
    first = pipelines.listing(any_ws)[0].id
    with pytest.raises(UserError, match="only"):
        pipelines.set_active(any_ws, first, False)
    second, third = pipelines.create(any_ws, "B"), pipelines.create(any_ws, "C")
    (deal,) = make_deals(any_ws, 1)
    with pytest.raises(UserError, match="1 open deal"):
        pipelines.set_active(any_ws, first, False)
    moves.win(any_ws, [deal])
    pipelines.place(any_ws, [third, first, second])
    assert [p.id for p in pipelines.listing(any_ws)] == [third, first, second]
    pipelines.set_active(any_ws, third, False)
    assert [(p.id, p.active) for p in pipelines.listing(any_ws)] == [(first, True), (second, True), (third, False)]
    pipelines.place(any_ws, [third, second, first])
    assert pipelines.listing(any_ws)[0].id == second, "the board opens with one that is in use"
    assert board.stages(any_ws)[0].pipeline_id == second
    with pytest.raises(NotFound):
        pipelines.place(any_ws, [first])


def test_a_pipeline_is_for_certain_teams(any_ws: Workspace) -> None:
    first = pipelines.listing(any_ws)[0].id
    with any_ws.unit("x", ["x", {}]) as uow:
        north, south = (uow.insert("team", {"name": name}) for name in ("North", "South"))
    pipelines.edit(any_ws, first, {"team_ids": [north, south]})
    pipelines.edit(any_ws, first, {"team_ids": [south]})
    assert pipelines.listing(any_ws)[0].team_ids == (south,)
    undo.undo(any_ws)
    assert set(pipelines.listing(any_ws)[0].team_ids) == {north, south}


def test_a_stage_is_added_and_stages_are_ordered(any_ws: Workspace) -> None:
    first = pipelines.listing(any_ws)[0].id
    demo = pipelines.add_stage(any_ws, first, {"name": "Demo"})
    assert names(any_ws) == ["Prospecting", "Qualification", "Proposal", "Negotiation", "Demo", "Won", "Lost"]
    made = next(found.stage for found in pipelines.stages(any_ws, first) if found.stage.id == demo)
    assert (made.probability, made.colour, made.kind) == (75, "#2E8F98", StageKind.OPEN)
    ids = [found.stage.id for found in pipelines.stages(any_ws, first) if found.stage.kind is StageKind.OPEN]
    pipelines.place_stages(any_ws, first, [ids[0], demo, *ids[1:-1]])
    assert names(any_ws)[:3] == ["Prospecting", "Demo", "Qualification"]
    assert names(any_ws)[-2:] == ["Won", "Lost"]
    with pytest.raises(NotFound):
        pipelines.place_stages(any_ws, first, ids[:-1])
    for values, field in (({"name": "won"}, "name"), ({}, "name"), ({"name": "X", "probability": 101}, "probability"),
                          ({"name": "X", "colour": "red"}, "colour"), ({"name": "X", "stale_days": 0}, "stale_days"),
                          ({"name": "X", "required": ["moon"]}, "required"), ({"name": "X", "kind": "won"}, "kind")):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            pipelines.add_stage(any_ws, first, values)
        assert caught.value.field == field


def test_deals_follow_the_probability_of_their_stage_unless_it_was_set_by_hand(any_ws: Workspace) -> None:
    own, other = make_deals(any_ws, 1, probability=33)[0], make_deals(any_ws, 1)[0]
    stage = stage_named(any_ws, "Prospecting").id
    changes = pipelines.edit_stage(any_ws, stage, {"probability": 20, "name": "First"})
    assert changes is not None
    assert changes.touches("stage")
    assert [opportunities.get(any_ws, deal).card.probability for deal in (own, other)] == [33, 20]
    weighted = {f.stage_id: f.weighted for f in board.stage_figures(any_ws, DealFilter())}
    assert weighted[stage] == 100_000 * (33 + 20)
    undo.undo(any_ws)
    assert opportunities.get(any_ws, other).card.probability == 10
    sound(any_ws)


@pytest.mark.parametrize("field", ["probability", "colour", "stale_days", "category"])
def test_won_and_lost_keep_what_makes_them_so(ws: Workspace, field: str) -> None:
    values: dict[str, Any] = {field: {"colour": "stage1", "category": "commit"}.get(field, 50)}
    for name in ("Won", "Lost"):
        with pytest.raises(InvalidInput) as caught:
            pipelines.edit_stage(ws, stage_named(ws, name).id, values)
        assert caught.value.field == field
    pipelines.edit_stage(ws, stage_named(ws, "Won").id, {"name": "Sold", "help": "Paid for."})
    assert names(ws)[-2] == "Sold"


def test_a_stage_goes_away_only_with_a_place_for_its_deals(any_ws: Workspace) -> None:
    deals = make_deals(any_ws, 4)
    stage, target = stage_named(any_ws, "Prospecting"), stage_named(any_ws, "Proposal")
    (there,) = make_deals(any_ws, 1)
    moves.move(any_ws, [there], target.id)
    opportunities.delete(any_ws, [deals[3]])
    points, before = people.me(any_ws).points, board.stage_figures(any_ws, DealFilter())
    for wrong in (None, stage.id, stage_named(any_ws, "Won").id):
        with pytest.raises(InvalidInput, match="4 deals") as caught:
            pipelines.delete_stage(any_ws, stage.id, to_stage_id=wrong)
        assert caught.value.field == "to_stage"
    order = list(board.column(any_ws, stage, DealFilter(), Sort.MANUAL).ids)
    changes = pipelines.delete_stage(any_ws, stage.id, to_stage_id=target.id)
    assert changes is not None
    assert (changes.points, len(changes.notices), people.me(any_ws).points) == (0, 1, points)
    assert names(any_ws)[0] == "Qualification"
    assert list(board.column(any_ws, target, DealFilter(), Sort.MANUAL).ids) == [*order, there]
    assert opportunities.get(any_ws, deals[0]).card.probability == 50
    moved = [(e.before, e.after) for e in timeline.entries(any_ws, deals[0]) if e.kind == "stage"]
    assert moved == [("Prospecting", "Proposal")], "history keeps the name of a stage that is gone"
    sound(any_ws)
    undo.undo(any_ws)
    assert names(any_ws)[0] == "Prospecting"
    assert sorted(board.stage_figures(any_ws, DealFilter()), key=repr) == sorted(before, key=repr)
    sound(any_ws)
    undo.redo(any_ws)
    undo.undo(any_ws)
    undo.undo(any_ws)
    assert opportunities.get(any_ws, deals[3]).card.stage_id == stage.id, "the deal in the bin went along"
    sound(any_ws)


def test_a_pipeline_keeps_one_open_stage_and_its_two_ends(ws: Workspace) -> None:
    for name in ("Won", "Lost"):
        with pytest.raises(UserError):
            pipelines.delete_stage(ws, stage_named(ws, name).id)
    for name in ("Prospecting", "Qualification", "Proposal"):
        pipelines.delete_stage(ws, stage_named(ws, name).id)
    with pytest.raises(UserError):
        pipelines.delete_stage(ws, stage_named(ws, "Negotiation").id)
    assert names(ws) == ["Negotiation", "Won", "Lost"]


def test_a_new_deal_begins_in_the_first_pipeline_that_is_used(ws: Workspace) -> None:
    (old,) = pipelines.listing(ws)
    new = pipelines.create(ws, "Renewals")
    pipelines.set_active(ws, old.id, False)
    deal = opportunities.create(ws, {"name": "X", "value": 1, "expected_close": ws.clock.today()})
    assert opportunities.get(ws, deal).card.stage_id == pipelines.stages(ws, new)[0].stage.id


def test_thousands_of_deals_leave_a_stage_in_their_order(ws: Workspace) -> None:
    stage, target = stage_named(ws, "Qualification"), stage_named(ws, "Proposal")
    with ws.unit("x", ["x", {}], undoable=False) as uow:
        for n in range(1_200):
            uow.insert(
                "opportunity", {"name": f"D{n}", "stage_id": stage.id, "rank": n, "probability": 25, "value": 100}
            )
    pipelines.delete_stage(ws, stage.id, to_stage_id=target.id)
    ids = list(board.column(ws, target, DealFilter(), Sort.MANUAL).ids)
    assert len(ids) == 1_200
    assert ids == sorted(ids)
    assert checks.problems(ws) == []
