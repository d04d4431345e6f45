"""Changes that wait for a lost line: on disk as they are, together where they are of one row, sent through the same services."""

from __future__ import annotations

from datetime import date

import pytest

from salesos_desktop.errors import Conflict
from salesos_desktop.services import activities, drafts, moves, notes, opportunities
from salesos_desktop.services.drafts import KeptDrafts
from salesos_desktop.services.workspace import Workspace
from tests.conftest import beside, make_deals, stage_named


def test_drafts_outlive_the_program_and_do_what_was_meant(any_ws: Workspace) -> None:
    (deal, other), kept = make_deals(any_ws, 2), KeptDrafts(any_ws)
    shown, stage = opportunities.get(any_ws, deal).row, stage_named(any_ws, "Proposal")
    kept.keep("opportunity", [deal, {"expected_close": date(2027, 3, 1), "value": 900}], {"expect": shown}, "")
    kept.keep("opportunity", [deal, {"value": 1000, "tags": ["a"]}], {"expect": {**shown, "value": 900}}, "")
    kept.keep("note_add", ["opportunity", other, "Hello"], {}, "Hello")
    day = any_ws.clock.today()
    kept.keep(
        "plan",
        [{"kind": "call", "subject": "Ring", "due_on": day, "starts": "10:00"}, [["opportunity", deal]]],
        {},
        "Ring",
    )
    kept.keep("move", [[other], stage.id], {"after_id": None, "also": {other: {"value": 5}}}, stage.name)
    found = KeptDrafts(any_ws).all
    assert found == kept.all
    assert [drafts.title(each) for each in found] == [
        "Edit “Deal 0”", "Note: Hello", "Plan: Ring", "Move 1 deal to Proposal",
    ]  # fmt: skip
    assert drafts.lines(found[0]) == ["Expected close: March 1, 2027", "Value: $10", "Tags: a"]
    for each in found:
        drafts.send(any_ws, each)
        kept.drop(each.id)
    now = opportunities.get(any_ws, deal).row
    assert (now["expected_close"], now["value"], now["tags"]) == (date(2027, 3, 1), 1000, '["a"]')
    assert opportunities.get(any_ws, other).card.stage_id == stage.id
    assert [note.body for note in notes.of(any_ws, "opportunity", other)] == ["Hello"]
    assert [each.subject for each in activities.of(any_ws, "opportunity", deal)] == ["Ring"]
    assert KeptDrafts(any_ws).all == []


def test_a_draft_is_refused_where_somebody_else_was_there_meanwhile(any_ws: Workspace) -> None:
    (deal,), kept, luis = make_deals(any_ws, 1), KeptDrafts(any_ws), beside(any_ws, "Luis Mar")
    shown, stage = opportunities.get(any_ws, deal).row, stage_named(any_ws, "Proposal")
    edit = kept.keep("opportunity", [deal, {"name": "Mine"}], {"expect": shown}, "")
    move = kept.keep("move", [[deal], stage.id], {}, stage.name)
    opportunities.edit(luis, deal, {"name": "Theirs"})
    moves.move(luis, [deal], stage_named(any_ws, "Negotiation").id)
    with pytest.raises(Conflict) as refused:
        drafts.send(any_ws, edit)
    assert [clash.theirs for clash in refused.value.clashes] == ["Theirs"]
    with pytest.raises(Conflict, match="Luis Mar has moved “Theirs” meanwhile"):
        drafts.send(any_ws, move)


def test_a_file_that_cannot_be_read_is_put_aside_and_what_may_be_there_twice_waits(ws: Workspace) -> None:
    kept = KeptDrafts(ws)
    unsure = [
        kept.keep(kind, args, {}, "", unsure=True) for kind, args in (("note_add", ["lead", 1, "x"]), ("finish", [[1]]))
    ]
    assert [each.sends_itself for each in unsure] == [False, True]
    kept.path.write_text("[{", encoding="utf-8")
    assert KeptDrafts(ws).all == []
    assert kept.path.with_suffix(".unreadable").read_text(encoding="utf-8") == "[{"
