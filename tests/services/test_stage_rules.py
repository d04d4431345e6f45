"""What a stage asks of a deal that enters it."""

from __future__ import annotations

from typing import Any

import pytest

from salesos_desktop.domain.stage_rules import goes_back, missing, skipped
from salesos_desktop.domain.stages import Stage, StageKind
from salesos_desktop.errors import InvalidInput, NeedsMore
from salesos_desktop.services import board, moves, opportunities, people, pipelines, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named

STAGES = [
    Stage(n, 1, f"S{n}", kind, n, 10, None, False, "stage1")
    for n, kind in enumerate([StageKind.OPEN] * 4 + [StageKind.WON, StageKind.LOST])
]


def test_what_is_missing_is_named_and_nothing_is_no_value() -> None:
    row = {"value": 0, "contact_id": None, "tags": "[]", "note": "", "owner_id": 3, "custom": '{"size": 0, "city": ""}'}
    wanted = ("value", "contact", "tags", "note", "owner_id", "custom.size", "custom.city", "custom.none")
    assert missing(row, wanted) == ("contact", "tags", "note", "custom.city", "custom.none")
    assert missing(row, ()) == ()


def test_directions() -> None:
    first, second, third, _, won, lost = STAGES
    assert [s.id for s in skipped(STAGES, first, third)] == [1]
    assert [s.id for s in skipped(STAGES, second, won)] == [2, 3]
    assert skipped(STAGES, first, lost) == skipped(STAGES, first, second) == skipped(STAGES, won, third) == []
    assert goes_back(third, first)
    assert not goes_back(won, first)
    assert not goes_back(first, third)


@pytest.fixture
def deal(ws: Workspace) -> int:
    return make_deals(ws, 1, company="")[0]


def test_required_fields_are_asked_and_answered_in_the_move_itself(ws: Workspace, deal: int) -> None:
    proposal = stage_named(ws, "Proposal")
    pipelines.edit_stage(ws, proposal.id, {"required": ["contact", "company", "value"]})
    seq = undo.possible(ws).undo_seq
    with pytest.raises(NeedsMore) as caught:
        moves.move(ws, [deal], proposal.id)
    assert (caught.value.missing, caught.value.fields) == ({deal: ("contact", "company")}, ("contact", "company"))
    with pytest.raises(NeedsMore) as caught:
        moves.move(ws, [deal], proposal.id, answers={"contact": "Ana Ruiz", "company": ""})
    assert caught.value.fields == ("company",)
    assert undo.possible(ws).undo_seq == seq, "nothing was written"
    assert [n.name for n in board.names(ws, "contact")] == []
    changes = moves.move(ws, [deal], proposal.id, answers={"contact": "Ana Ruiz", "company": "Andes", "value": 5})
    assert changes is not None
    assert changes.points == 20
    card = opportunities.get(ws, deal).card
    assert (card.contact, card.company, card.stage_id) == ("Ana Ruiz", "Andes", proposal.id)
    assert card.value == 100_000, "an answer goes only where something is missing"
    undo.undo(ws)
    card = opportunities.get(ws, deal).card
    assert (card.contact, card.stage_id) == ("", stage_named(ws, "Prospecting").id)


def test_several_deals_are_filled_each_with_what_it_lacks(ws: Workspace, deal: int) -> None:
    (other,) = make_deals(ws, 1, company="Andes")
    stage = stage_named(ws, "Qualification")
    pipelines.edit_stage(ws, stage.id, {"required": ["company"]})
    with pytest.raises(NeedsMore) as caught:
        moves.move(ws, [other, deal], stage.id)
    assert caught.value.missing == {deal: ("company",)}
    moves.move(ws, [other, deal], stage.id, answers={"company": "Norte"})
    assert [opportunities.get(ws, i).card.company for i in (other, deal)] == ["Andes", "Norte"]


def test_an_answer_that_does_not_fit_is_refused_by_its_field(ws: Workspace, deal: int) -> None:
    stage = stage_named(ws, "Qualification")
    opportunities.edit(ws, deal, {"value": None})
    pipelines.edit_stage(ws, stage.id, {"required": ["value"]})
    with pytest.raises(InvalidInput) as caught:
        moves.move(ws, [deal], stage.id, answers={"value": -1})
    assert caught.value.field == "value"
    assert opportunities.get(ws, deal).card.stage_id != stage.id


def test_the_entry_text_is_confirmed_also_for_closing_and_reopening(ws: Workspace, deal: int) -> None:
    for name in ("Won", "Lost", "Proposal"):
        pipelines.edit_stage(ws, stage_named(ws, name).id, {"entry_text": f"{name}, really?"})
    reason = board.names(ws, "loss_reason")[0].id
    steps: list[tuple[Any, dict[str, Any], str]] = [
        (moves.win, {}, "Won"), (moves.reopen, {"stage_id": stage_named(ws, "Proposal").id}, "Proposal"),
        (moves.lose, {"reason_id": reason}, "Lost"),
    ]  # fmt: skip
    for step, values, name in steps:
        with pytest.raises(NeedsMore) as caught:
            step(ws, [deal], **values)
        assert caught.value.entry_text == f"{name}, really?"
        assert step(ws, [deal], **values, confirmed=True) is not None


def test_a_value_given_in_closing_answers_the_rule(ws: Workspace, deal: int) -> None:
    opportunities.edit(ws, deal, {"value": None})
    pipelines.edit_stage(ws, stage_named(ws, "Won").id, {"required": ["value"]})
    with pytest.raises(NeedsMore):
        moves.win(ws, [deal])
    moves.win(ws, [deal], value=70_000)
    assert people.me(ws).points == 50 + 7


def test_going_back_asks_why_where_the_pipeline_wants_it(ws: Workspace, deal: int) -> None:
    pipelines.edit(ws, pipelines.listing(ws)[0].id, {"back_reason": True})
    here, there = stage_named(ws, "Prospecting").id, stage_named(ws, "Proposal").id
    moves.move(ws, [deal], there)
    with pytest.raises(NeedsMore) as caught:
        moves.move(ws, [deal], here, back_reason="  ")
    assert caught.value.back_reason
    moves.move(ws, [deal], here, back_reason="Budget was frozen")
    assert opportunities.get(ws, deal).row["back_reason"] == "Budget was frozen"
    moves.win(ws, [deal])
    moves.reopen(ws, [deal], here)


def test_a_pipeline_may_forbid_jumping_and_no_answer_cures_it(ws: Workspace, deal: int) -> None:
    pipelines.edit(ws, pipelines.listing(ws)[0].id, {"skipping": False})
    with pytest.raises(NeedsMore, match="Qualification") as caught:
        moves.move(ws, [deal], stage_named(ws, "Proposal").id, confirmed=True)
    assert caught.value.skipped
    with pytest.raises(NeedsMore):
        moves.win(ws, [deal])
    for name in ("Qualification", "Proposal", "Negotiation"):
        moves.move(ws, [deal], stage_named(ws, name).id)
    moves.win(ws, [deal])


def test_a_move_without_rules_asks_the_database_no_more_than_before(ws: Workspace) -> None:
    """The rules come with the stages, in one statement."""
    from salesos_desktop.storage.queries import pipelines as queries

    with ws.store.read() as connection:
        stages, rules = queries.stages_with_rules(connection)
    assert rules == {}
    assert [s for s in stages if s.pipeline_id == stages[0].pipeline_id] == board.stages(ws)
