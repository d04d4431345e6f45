"""What a stage asks of a deal that enters it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.custom_fields import CustomField, FieldForm, stored
from salesos_desktop.domain.stage_rules import goes_back, missing, skipped
from salesos_desktop.domain.stages import Category, Stage, StageKind
from salesos_desktop.errors import InvalidInput, NeedsMore
from salesos_desktop.services import (
    board,
    conversion,
    custom_fields,
    leads,
    moves,
    opportunities,
    people,
    pipelines,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, make_deals, stage_named

STAGES = [
    Stage(n, 1, f"S{n}", kind, n, 10, None, Category.PIPELINE, "stage1")
    for n, kind in enumerate([StageKind.OPEN] * 4 + [StageKind.WON, StageKind.LOST])
]


def test_what_is_missing_is_named_and_nothing_is_no_value() -> None:
    row = {
        "value": 0,
        "contact_id": None,
        "tags": "[]",
        "note": " ",
        "owner_id": 3,
        "custom": '{"size": 0, "city": ""}',
    }
    names = ("size", "city", "none", "gone", "why")
    wanted = ("value", "contact", "tags", "note", "owner_id", *(f"custom.{name}" for name in names))
    own = [CustomField(0, "both", name, name, FieldForm.TEXT) for name in names[:3]]
    own.append(replace(own[0], key="why", shown_if=Ask("custom.city", Operator.EQUALS, "Lima")))
    assert missing(row, wanted, own, TODAY) == ("contact", "tags", "note", "custom.city", "custom.none")
    in_lima = {**row, "custom": '{"size": 0, "city": "lima"}'}
    assert missing(in_lima, wanted, own, TODAY)[-2:] == ("custom.none", "custom.why")
    assert missing(row, (), own, TODAY) == ()


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
    assert people.me(ws).points == 50 + 7 + 25, "the sale and its first badge"


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


def asks(ws: Workspace, stage: str, *required: str) -> None:
    pipelines.edit_stage(ws, stage_named(ws, stage).id, {"required": list(required)})


def asked(ws: Workspace, stage: str) -> tuple[str, ...]:
    return next(s.required for s in pipelines.stages(ws, stage_named(ws, stage).pipeline_id) if s.stage.name == stage)


@pytest.mark.parametrize("how", ["delete", "delete used", "switch off", "for leads"])
def test_a_field_that_goes_is_asked_for_no_more_and_undo_brings_that_back(any_ws: Workspace, how: str) -> None:
    deal = make_deals(any_ws, 1)[0]
    field_id = custom_fields.save(any_ws, {"label": "Budget", "form": "text", "subject": "opportunity"})
    asks(any_ws, "Proposal", "custom.budget", "company")
    if how == "delete used":
        make_deals(any_ws, 1, custom={"budget": "x"})
    if how.startswith("delete"):
        custom_fields.delete(any_ws, field_id)
    else:
        change = {"active": False} if how == "switch off" else {"subject": "lead"}
        custom_fields.save(any_ws, change, field_id=field_id)
    assert asked(any_ws, "Proposal") == ("company",)
    undo.undo(any_ws)
    assert asked(any_ws, "Proposal") == ("custom.budget", "company")
    undo.redo(any_ws)
    moves.move(any_ws, [deal], stage_named(any_ws, "Proposal").id)


def test_a_stage_that_asks_for_what_is_long_gone_can_be_entered(ws: Workspace, deal: int) -> None:
    """Files in which a field went before stages heard of it."""
    stage = stage_named(ws, "Prospecting")
    lead = leads.create(ws, {"name": "Ana", "email": "a@x.es"})
    with ws.unit("stage", ["x", {}]) as uow:
        uow.update("stage", stage_named(ws, "Proposal").id, {"required_fields": '["custom.gone"]'})
        uow.update("stage", stage.id, {"required_fields": '["custom.gone"]'})
    moves.move(ws, [deal], stage_named(ws, "Proposal").id)
    make_deals(ws, 1)
    assert conversion.convert(ws, lead, {"name": "Ana", "value": 1, "expected_close": TODAY})


def test_a_tick_box_that_a_stage_asks_for_must_be_ticked(ws: Workspace, deal: int) -> None:
    custom_fields.save(ws, {"label": "Signed", "form": "checkbox", "subject": "opportunity"})
    asks(ws, "Proposal", "custom.signed")
    stage = stage_named(ws, "Proposal").id
    for answer in (False, "no"):
        with pytest.raises(NeedsMore) as caught:
            moves.move(ws, [deal], stage, answers={"custom.signed": answer})
        assert caught.value.fields == ("custom.signed",)
    moves.move(ws, [deal], stage, answers={"custom.signed": True})
    assert stored(opportunities.get(ws, deal).row) == {"signed": True}


def test_answers_that_come_to_nothing_are_no_answers(ws: Workspace, deal: int) -> None:
    asks(ws, "Proposal", "product", "tags", "note")
    with pytest.raises(NeedsMore) as caught:
        moves.move(ws, [deal], stage_named(ws, "Proposal").id, answers={"product": "  ", "tags": [" "], "note": "\n"})
    assert caught.value.fields == ("product", "tags", "note")
    assert opportunities.get(ws, deal).card.stage_id != stage_named(ws, "Proposal").id


def test_a_field_that_the_deal_does_not_show_is_not_asked_for(ws: Workspace, deal: int) -> None:
    custom_fields.save(ws, {"label": "Kind", "form": "text", "subject": "opportunity"})
    custom_fields.save(
        ws,
        {
            "label": "Why",
            "form": "text",
            "subject": "opportunity",
            "shown_if": Ask("custom.kind", Operator.EQUALS, "New"),
        },
    )
    asks(ws, "Proposal", "custom.kind", "custom.why")
    stage = stage_named(ws, "Proposal").id
    with pytest.raises(NeedsMore) as caught:
        moves.move(ws, [deal], stage, answers={"custom.kind": "new"})
    assert caught.value.fields == ("custom.why",)
    moves.move(ws, [deal], stage, answers={"custom.kind": "old"})


def test_a_new_deal_has_what_its_stage_asks_for(any_ws: Workspace) -> None:
    custom_fields.save(any_ws, {"label": "Signed", "form": "checkbox", "subject": "opportunity"})
    asks(any_ws, "Proposal", "product", "custom.signed")
    stage = stage_named(any_ws, "Proposal").id
    deal = {"name": "Deal", "value": 1, "expected_close": date(2026, 12, 1), "product": " "}
    before = undo.possible(any_ws).undo_seq
    with pytest.raises(NeedsMore) as caught:
        opportunities.create(any_ws, deal, stage_id=stage)
    assert caught.value.missing == {0: ("product", "custom.signed")}
    assert undo.possible(any_ws).undo_seq == before
    made = opportunities.create(any_ws, {**deal, "product": "Plan", "custom": {"signed": True}}, stage_id=stage)
    assert opportunities.get(any_ws, made).card.stage_id == stage
