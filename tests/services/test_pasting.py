"""Cells from a spreadsheet: what is looked at first holds nobody up, and a pasted stage is a move with its rules."""

from __future__ import annotations

from typing import Any

import pytest

from salesos_desktop.errors import NeedsMore
from salesos_desktop.services import board, bulk, checks, moves, opportunities, pasting, pipelines, undo
from salesos_desktop.services.pasting import Look
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named


def refusals(found: Look) -> list[tuple[int, str, str]]:
    return [(cell.deal_id, cell.field, cell.reason) for cell in found.wrong]


def row(ws: Workspace, deal: int) -> dict[str, Any]:
    return opportunities.get(ws, deal).row


def write(ws: Workspace, found: Look) -> None:
    bulk.set_each(ws, found.changes, versions=found.versions)


def test_others_write_while_a_block_is_looked_at(any_ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_deals(any_ws, 2)
    tried, written = opportunities.written, []

    def written_meanwhile(*args: Any) -> Any:
        if not written:
            written.append(opportunities.edit(any_ws, second, {"name": "From the board"}))
        return tried(*args)

    monkeypatch.setattr(bulk, "written", written_meanwhile)
    found = pasting.look(any_ws, [first, second], ["company"], [["New here"], ["New here"]])
    monkeypatch.undo()
    assert (len(written), found.wrong, len(found.cells)) == (1, (), 2)
    assert row(any_ws, second)["name"] == "From the board"
    with any_ws.store.read() as connection:
        assert not connection.exec_driver_sql("SELECT id FROM company WHERE name = 'New here'").all()
    assert any_ws.seen_seq == written[0].seq


def test_fields_that_only_go_together_are_tried_together(ws: Workspace) -> None:
    first, second = make_deals(ws, 2, value=12_345)
    fields = ["currency", "value"]
    found = pasting.look(ws, [first, second], fields, [["JPY", "99"], ["JPY", "123.45"]])
    assert [(deal, field) for deal, field, _ in refusals(found)] == [(second, "currency"), (second, "value")]
    write(ws, pasting.look(ws, [first], fields, [["JPY", "99"]]))
    assert (row(ws, first)["currency"], row(ws, first)["value"]) == ("JPY", 99)


def test_a_character_that_is_none_is_refused_in_its_cell(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    found = pasting.look(ws, [deal], ["name", "company", "note"], [["A\ud800", "B\ud800", "C\ud800"]])
    assert [(deal_id, field) for deal_id, field, _ in refusals(found)] == [(deal, "name"), (deal, "company")]


def test_a_pasted_stage_is_a_move_that_asks_nothing(any_ws: Workspace) -> None:
    ids = make_deals(any_ws, 6)
    first, proposal = board.stages(any_ws)[0], stage_named(any_ws, "Proposal")
    pipelines.edit_stage(any_ws, proposal.id, {"required": ["note", "contact"]})
    fields = ["stage_id", "note", "contact"]
    block = [
        ["proposal", "Sent\nyesterday", "Ana"], ["Proposal", "", "Ana"], ["Lost", "", ""], ["Nowhere", "", ""],
        ["Won", "", ""], [first.name, "kept", ""],
    ]  # fmt: skip
    found = pasting.look(any_ws, ids, fields, block)
    assert [(deal, field, why.split(".")[0]) for deal, field, why in refusals(found)] == [
        (ids[1], "stage_id", "Proposal asks for more"), (ids[2], "stage_id", "Say why the deal was lost"),
        (ids[3], "stage_id", "No stage is called “Nowhere”"),
    ]  # fmt: skip
    assert "Note" in refusals(found)[0][2]
    assert "Contact" not in refusals(found)[0][2]
    assert (ids[5], "stage_id") not in {(cell.deal_id, cell.field) for cell in found.cells}
    with pytest.raises(NeedsMore):
        write(any_ws, found)
    assert [row(any_ws, each)["version"] for each in ids] == [1] * 6
    good = [ids[0], ids[4]]
    write(any_ws, pasting.look(any_ws, good, fields, [block[0], block[4]]))
    assert row(any_ws, ids[0])["stage_id"] == proposal.id
    assert row(any_ws, ids[0])["note"] == "Sent\nyesterday"
    assert row(any_ws, ids[4])["closed_on"] == any_ws.clock.today()
    with any_ws.store.read() as connection:
        given = connection.exec_driver_sql("SELECT reason, subject_id FROM points ORDER BY subject_id").all()
    assert {tuple(each) for each in given} >= {("stage_forward", ids[0]), ("won", ids[4])}
    undo.undo(any_ws)
    assert [row(any_ws, each)["stage_id"] for each in ids] == [first.id] * 6
    assert checks.problems(any_ws) == []


def test_rules_that_no_cell_answers_are_refused_by_name(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    target = stage_named(ws, "Qualification")
    pipelines.edit_stage(ws, target.id, {"entry_text": "The budget\nis agreed"})
    ((_, _, why),) = refusals(pasting.look(ws, [deal], ["stage_id"], [["Qualification"]]))
    assert "“The budget is agreed”" in why
    moves.move(ws, [deal], target.id, confirmed=True)
    assert pasting.look(ws, [deal], ["stage_id"], [["Qualification"]]).cells == ()
