"""Changes that wait for a lost line: on disk as they are, together where they are of one row, sent through the same services."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from importlib.util import module_from_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from salesos_desktop.domain.contacts import BuyingRole
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.domain.products import Line
from salesos_desktop.domain.slots import By, Slot
from salesos_desktop.errors import Conflict
from salesos_desktop.services import (
    activities,
    bulk,
    checklists,
    companies,
    contacts,
    deal_contacts,
    draft_sending,
    draft_words,
    drafts,
    file_lock,
    followers,
    leads,
    lines,
    moves,
    notes,
    opportunities,
    whole_file,
)
from salesos_desktop.services.drafts import UNREADABLE, KeptDrafts
from salesos_desktop.services.file_lock import locked_at_once
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store
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
    given = {"after_id": None, "also": {other: {"value": 5}}}
    kept.keep("move", [[other], stage.id], given, stage.name, names=["Deal 1"])
    found = KeptDrafts(any_ws).all
    assert found == kept.all
    assert [draft_words.title(each) for each in found] == [
        "Edit “Deal 0”", "Note: Hello", "Plan: Ring", "Move 1 deal to Proposal",
    ]  # fmt: skip
    assert draft_words.lines(found[0]) == ["Expected close: March 1, 2027", "Value: $10", "Tags: a"]
    assert draft_words.lines(found[-1]) == ["Deal 1"]
    for each in found:
        draft_sending.send(any_ws, each)
        kept.drop(each)
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
        draft_sending.send(any_ws, edit)
    assert [clash.theirs for clash in refused.value.clashes] == ["Theirs"]
    with pytest.raises(Conflict, match="Luis Mar has moved “Theirs” meanwhile"):
        draft_sending.send(any_ws, move)


def test_what_is_deleted_postponed_or_sold_meanwhile_gives_way_until_one_insists(any_ws: Workspace) -> None:
    (deal,), kept, luis = make_deals(any_ws, 1), KeptDrafts(any_ws), beside(any_ws, "Luis Mar")
    today = any_ws.clock.today()
    call = activities.plan(any_ws, {"kind": "call", "subject": "Ring", "due_on": today}, ("opportunity", deal))
    any_ws.catch_up()
    shown = lines.lines_of(any_ws, deal)
    for kind, args, given in (
        ("activity_move", [[call], date(2027, 3, 1)], {}), ("activity_delete", [[call]], {}),
        ("lines", [deal, [Line(None, "Mine", 1000, 5)], True], {"expect": shown}), ("opportunity_delete", [[deal]], {}),
    ):  # fmt: skip
        kept.keep(kind, args, given, "", seen=any_ws.seen_seq)
    activities.move(luis, [call], date(2027, 2, 1))
    lines.set_lines(luis, deal, [Line(None, "Theirs", 1000, 7)], True)
    said = []
    for draft in kept.all:
        with pytest.raises(Conflict, match="meanwhile") as refused:
            draft_sending.send(any_ws, draft)
        said.append(refused.value.message)
    assert said[2] == "Nothing was written. There are now: 1 × Theirs $0.07 = $0.07. Yours: 1 × Mine $0.05 = $0.05."
    assert activities.get(any_ws, call).due_on == date(2027, 2, 1)
    any_ws.catch_up()
    for draft in kept.all[::2]:
        draft_sending.send(any_ws, draft_sending.insisted(any_ws, draft))
    assert activities.get(any_ws, call).due_on == date(2027, 3, 1)
    assert [each.description for each in lines.lines_of(any_ws, deal).lines] == ["Mine"]


def test_what_others_did_is_told_by_commits_and_not_by_a_clock_that_is_fast(any_ws: Workspace) -> None:
    (deal,), luis, stage = make_deals(any_ws, 1), beside(any_ws, "Luis Mar"), stage_named(any_ws, "Proposal")
    moves.move(luis, [deal], stage.id)
    any_ws.catch_up()
    fast, known = timedelta(hours=1), any_ws.seen_seq
    kept = KeptDrafts(replace(any_ws, clock=SimpleNamespace(now=lambda: luis.clock.now() + fast)))
    kept.keep("move", [[deal], stage_named(any_ws, "Negotiation").id], {}, "Negotiation", seen=known)
    (draft,) = KeptDrafts(any_ws).all
    draft_sending.send(any_ws, draft)
    moves.move(luis, [deal], stage.id)
    draft = replace(draft, mark="another")
    with pytest.raises(Conflict, match="Luis Mar has moved “Deal 0” meanwhile"):
        draft_sending.send(any_ws, draft)
    any_ws.catch_up()
    draft_sending.send(any_ws, draft_sending.insisted(any_ws, draft))


def test_what_was_saved_before_the_server_was_put_back_is_never_sent_unasked(any_ws: Workspace) -> None:
    (deal,), kept, stage = make_deals(any_ws, 1), KeptDrafts(any_ws), stage_named(any_ws, "Proposal")
    shown, ahead = opportunities.get(any_ws, deal).row, any_ws.seen_seq + 7
    for kind, args, given in (
        ("move", [[deal], stage.id], {}), ("note_add", ["opportunity", deal, "Not for this one"], {}),
        ("opportunity", [deal, {"name": "Mine"}], {"expect": shown}),
    ):  # fmt: skip
        kept.keep(kind, args, given, "", seen=ahead)
    kept.keep("opportunity", [deal, {"value": 5}], {"expect": shown}, "", seen=any_ws.seen_seq)
    for each in kept.all:
        with pytest.raises(Conflict, match="put back to an earlier state"):
            draft_sending.send(any_ws, each)
    move, note, edit = kept.all
    for each in (move, note):
        draft_sending.send(any_ws, draft_sending.insisted(any_ws, each))
    draft_sending.edit_service(edit)(any_ws, *edit.args, **edit.given)
    now = opportunities.get(any_ws, deal)
    assert (now.row["name"], now.row["value"], now.card.stage_id) == ("Mine", 5, stage.id)


def test_a_check_list_is_not_written_over_what_others_made_of_it_meanwhile(any_ws: Workspace) -> None:
    (deal,), kept, luis = make_deals(any_ws, 1), KeptDrafts(any_ws), beside(any_ws, "Luis Mar")
    item, other = (checklists.add(any_ws, deal, each) for each in ("Send it", "Ring"))
    for kind, args in (
        ("check_rename", [item, "By post"]), ("check_tick", [item, True]), ("check_untick", [item, False]),
        ("check_remove", [item]), ("check_tick", [other, True]),
    ):  # fmt: skip
        kept.keep(kind, args, {}, "Send it", seen=any_ws.seen_seq)
    checklists.rename(luis, item, "To legal first")
    *overtaken, free = kept.all
    for each in overtaken:
        with pytest.raises(Conflict, match="Luis Mar has changed “To legal first” meanwhile"):
            draft_sending.send(any_ws, each)
    draft_sending.send(any_ws, free)
    checklists.tick(luis, other, False)
    with pytest.raises(Conflict):
        draft_sending.send(any_ws, replace(free, mark="another"))
    assert [(each.text, each.done) for each in checklists.of(any_ws, deal)] == [
        ("To legal first", False),
        ("Ring", False),
    ]


def test_drafts_go_with_the_workspace_and_the_login_and_not_with_the_name_of_the_server() -> None:
    def of(url: str, workspace: str) -> Path:
        return KeptDrafts(Workspace(Store(url=url), actor_id=2, settings={"workspace": workspace})).path

    first = of("postgresql+psycopg://ana@127.0.0.1:5432/team", "one")
    assert first == of("postgresql+psycopg://ana:secret@localhost/other", "one")
    assert first != of("postgresql+psycopg://ana@127.0.0.1:5432/team", "made anew")
    assert first != of("postgresql+psycopg://zoe@127.0.0.1:5432/team", "one")


def test_what_is_kept_is_shown_also_where_it_cannot_be_locked(ws: Workspace) -> None:
    kept = KeptDrafts(ws)
    kept.keep("finish", [[1]], {}, "")
    kept.path.with_suffix(".lock").unlink()
    kept.path.with_suffix(".lock").mkdir()
    assert KeptDrafts(ws).all == kept.all
    kept.path.write_bytes(b"[{")
    assert KeptDrafts(ws).all == []
    assert kept.path.read_bytes() == b"[{", "nothing is put aside without the lock"


def test_one_more_of_many_is_read_again_alone(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptDrafts(ws)
    for n in range(5):
        kept.keep("note_add", ["lead", 1, f"{n}"], {}, "")
    looked: list[str] = []
    monkeypatch.setattr(drafts, "check", lambda draft: looked.append(draft.args[2]))
    made = kept.keep("note_add", ["lead", 1, "more"], {}, "")
    kept.drop(made)
    assert looked == ["more"]
    assert len(KeptDrafts(ws).all) == 5


def test_copies_of_files_that_no_draft_came_of_go_at_the_next_start(ws: Workspace, tmp_path: Path) -> None:
    kept, paper = KeptDrafts(ws), tmp_path / "offer.txt"
    paper.write_text("An offer", encoding="utf-8")
    for mark in ("kept", "killed", "just now"):
        args = kept.copied(["lead", 1, [paper]], mark)
        if mark != "just now":
            os.utime(kept.path.with_suffix(".files") / mark, (0, 0))
        if mark == "kept":
            kept.keep("attach", args, {}, "", mark=mark)
    KeptDrafts(ws)
    assert {each.name for each in kept.path.with_suffix(".files").iterdir()} == {"kept", "just now"}


def test_a_file_that_another_program_has_open_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where what is open is not replaced."""
    replaced, tries = Path.replace, iter((PermissionError, PermissionError, None))

    def replace_(path: Path, to: Path) -> Path:
        refused = next(tries)
        if refused is not None:
            raise refused
        return replaced(path, to)

    monkeypatch.setattr(Path, "replace", replace_)
    monkeypatch.setattr(whole_file, "_PAUSE", 0)
    whole_file.put(tmp_path / "some.json", b"[]")
    assert (tmp_path / "some.json").read_bytes() == b"[]"
    monkeypatch.setattr(whole_file, "_LONGEST", -1)
    tries = iter((PermissionError,))
    with pytest.raises(PermissionError):
        whole_file.put(tmp_path / "some.json", b"[1]")


def test_what_cannot_be_read_is_shown_and_stays_until_it_can_be_read_or_is_thrown_away(ws: Workspace) -> None:
    kept = KeptDrafts(ws)
    unsure = [
        kept.keep(kind, args, {}, "", unsure=True) for kind, args in (("note_add", ["lead", 1, "x"]), ("finish", [[1]]))
    ]
    assert all(each.sends_itself for each in unsure), "the server is asked whether it has them"
    whole = kept.path.read_bytes()
    for number, content in enumerate((b"[{", b"5", b"[" * 100_000, b"\xff"), start=1):
        kept.path.write_bytes(content)
        found = KeptDrafts(ws).all
        assert [each.kind for each in found] == [UNREADABLE] * number
        assert found[-1].args[0].read_bytes() == content
        assert not found[-1].sends_itself
        assert str(found[-1].args[0]) in draft_words.lines(found[-1])
    kept.read()
    kept.drop(kept.all[1])
    kept.read_again(kept.all[0])
    assert len(kept.all) == 3, "it cannot be read yet"
    kept.all[0].args[0].write_bytes(whole)
    kept.read_again(kept.all[0])
    assert [each for each in kept.all if each.kind != UNREADABLE] == unsure
    assert len(KeptDrafts(ws).all) == 4


def test_a_draft_of_a_wrong_shape_is_shown_alone_and_never_written_over(ws: Workspace) -> None:
    kept = KeptDrafts(ws)
    kept.keep("hold", [[1], date(2027, 3, 1)], {}, "\ud83d")
    good = json.loads(kept.path.read_bytes())
    fields = dict(good[0]["$map"])
    good_day = fields["args"][1]
    spoilt: list[Any] = [
        {"$map": [[name, value] for name, value in {**fields, **wrong}.items()]}
        for wrong in (
            {"args": 5}, {"args": "x"}, {"args": [[1]]}, {"id": "x"}, {"kind": "unheard of"}, {"kind": []}, {"given": 5},
            {"seen": None}, {"new": 1}, {"kind": "opportunity", "args": [1, 5]}, {"args": [{"$of": ["Path", []]}]},
            {"args": [[1], good_day, 3, 4, 5]}, {"args": [["x"], good_day]}, {"args": [[2**31], good_day]},
            {"args": [[[1]], good_day]},
            {"given": {"$map": [["unheard", 1]]}}, {"at": {"$at": "2026-11-30T08:00:00"}}, {"names": [1]},
            {"at": {"$at": "0001-01-01T00:00:00+14:00"}},
            {"kind": "opportunity", "args": ["x", {"$map": []}]}, {"kind": "note_add", "args": ["setting", 1, "x"]},
        )
    ] + [{}, 5, {"$map": 1}]  # fmt: skip
    kept.path.write_text(json.dumps([*spoilt[:3], *good, *spoilt[3:]]), encoding="utf-8")
    found = KeptDrafts(ws)
    assert [each for each in found.all if each.kind != UNREADABLE] == kept.all
    assert "unheard of" in draft_words.lines(next(each for each in found.all if "unheard" in each.about))[0]
    assert found.keep("finish", [[1]], {}, "").id == 2
    assert json.loads(found.path.read_bytes())[:-1] == [*spoilt[:3], *good, *spoilt[3:]]
    found.drop(next(each for each in found.all if each.args == [5]))
    assert 5 not in json.loads(found.path.read_bytes())


def test_of_files_that_cannot_all_be_copied_nothing_stays(ws: Workspace, tmp_path: Path) -> None:
    kept, paper = KeptDrafts(ws), tmp_path / "offer.txt"
    paper.write_text("An offer", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        kept.copied(["lead", 1, [paper, tmp_path / "gone.txt"]], "a mark")
    assert not list(kept.path.parent.glob("*/a mark"))


def test_windows_of_one_person_keep_all_drafts_and_one_of_them_sends(ws: Workspace) -> None:
    one, other = KeptDrafts(ws), KeptDrafts(ws)
    edit = one.keep("lead", [1, {"name": "A"}], {"expect": {"name": "B"}}, "")
    other.keep("finish", [[1]], {}, "")
    note = one.keep("note_add", ["lead", 1, "x"], {}, "x")
    assert [each.id for each in one.all] == [1, 2, 3]
    other.drop(note)
    one.change(note, note.saying({}))
    assert one.all == other.all, "what another window threw away does not come back"

    claimed = one.claim(edit)
    assert claimed in KeptDrafts(ws).all
    assert [other.claim(each) for each in other.all] == [None, None]
    later = other.keep("lead", [1, {"email": "a@b.es"}], {"expect": {}}, "")
    assert later.args[1] == {"email": "a@b.es"}, "nothing goes into one that is being sent"
    one.answered(claimed, None)
    assert [each.kind for each in one.all] == ["finish", "lead"]
    assert other.claim(claimed) is None, "it was sent"
    assert other.claim(later)
    other.release()


def test_a_dead_program_keeps_no_lock(ws: Workspace) -> None:
    kept = KeptDrafts(ws)
    draft = kept.keep("finish", [[1]], {}, "")
    ends = [str(kept.path.with_suffix(end)) for end in (".sending", ".lock")]
    holds = "import sys; from salesos_desktop.services.file_lock import *; held = [locked(Path(each)) for each in sys.argv[1:]]"
    program = [sys.executable, "-c", f"{holds}; print('held', flush=True); input()", *ends]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as held:
        assert held.stdout is not None
        held.stdout.readline()
        assert [locked_at_once(Path(end)) for end in ends] == [None, None]
        held.kill()
    assert kept.claim(draft)
    kept.release()


def test_on_windows_a_lock_is_one_byte_at_the_beginning_and_taken_off_before_the_file_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As msvcrt is documented: from where the file stands, EACCES at once for what is locked, unlocked by who has locked it."""
    held: dict[tuple[int, int], int] = {}

    def locking(number: int, mode: int, length: int) -> None:
        place = os.fstat(number).st_ino, os.lseek(number, 0, os.SEEK_CUR)
        if (mode == 0 and held.get(place) != number) or (mode == 2 and place in held):
            raise PermissionError(errno.EACCES, "Permission denied")
        assert (place[1], length) == (0, 1)
        held.pop(place) if mode == 0 else held.update({place: number})

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_UNLCK=0, LK_NBLCK=2))
    assert file_lock.__spec__ is not None
    module: Any = module_from_spec(file_lock.__spec__)
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        file_lock.__spec__.loader.exec_module(module)  # type: ignore[union-attr]
    path = tmp_path / "windows.lock"
    first = module.locked_at_once(path)
    assert first
    assert module.locked_at_once(path) is None
    module._LONGEST = 0.02
    with pytest.raises(TimeoutError):
        module.locked(path)
    first.close()
    with module.locked(path):
        assert held
    assert not held


def test_what_is_made_waits_as_it_was_typed_and_is_made_once(ws: Workspace) -> None:
    (deal,), kept = make_deals(ws, 1), KeptDrafts(ws)
    values = {
        "name": "Far away",
        "value": 900,
        "currency": "USD",
        "expected_close": date(2027, 3, 1),
        "company": "Sol",
        "tags": [],
    }
    lead = leads.create(ws, {"name": "Eva", "email": "eva@sol.es"})
    kept.keep("opportunity_new", [values], {"stage_id": None}, "Far away")
    kept.keep("lead_new", [{"name": "Leo", "phone": "+34 600 100 200", "owner_id": None}], {}, "Leo")
    kept.keep("contact_new", [{"name": "Zoe", "company": "Sol"}], {}, "Zoe")
    kept.keep("deal_contact_new", [deal, {"name": "Ada"}, BuyingRole.DECIDES], {}, "Ada")
    kept.keep("company_new", [{"name": "Mar"}], {}, "Mar")
    kept.keep(
        "convert", [lead, {"name": "Eva’s", "value": 5, "expected_close": date(2027, 1, 2)}], {"lines": []}, "Eva’s"
    )
    kept.keep("clone", [deal], {}, "Deal 0")
    kept.keep("check_add", [deal, "Ring back"], {}, "Ring back")
    found = KeptDrafts(ws).all
    assert [draft_words.title(each) for each in found] == [
        "Create “Far away”", "Create lead “Leo”", "Create contact “Zoe”", "Create contact “Ada”", "Create company “Mar”",
        "Convert “Eva’s”", "Clone “Deal 0”", "Check list: Ring back",
    ]  # fmt: skip
    assert draft_words.lines(found[0]) == ["Value: $9", "Expected close: March 1, 2027", "Company: Sol"]
    assert found[0].saying({**values, "name": "Near"}).args[0]["name"] == "Near"
    made = [draft_sending.send(ws, each) for each in found]
    assert opportunities.get(ws, made[0]).card.company == "Sol"
    assert [leads.get(ws, made[1]).row["name"], contacts.get(ws, made[2]).row["name"]] == ["Leo", "Zoe"]
    assert [(each.name, each.role) for each in deal_contacts.of(ws, deal)] == [("Ada", BuyingRole.DECIDES)]
    assert companies.get(ws, made[4]).row["name"] == "Mar"
    assert [each.text for each in checklists.of(ws, deal)] == ["Ring back"]
    before = ws.store.commits
    assert [draft_sending.send(ws, each) for each in found] == [None] * 8
    assert ws.store.commits == before, "nothing is done twice"


def test_what_is_done_to_many_waits_and_gives_way_to_what_others_did_until_one_insists(ws: Workspace) -> None:
    first, second = both = make_deals(ws, 2)
    kept, luis = KeptDrafts(ws), beside(ws, "Luis Mar")
    item = checklists.add(ws, first, "Ring")
    day, stage = date(2027, 5, 6), stage_named(ws, "Proposal")
    high = Slot(By.PRIORITY, "high", "High", "high")
    for kind, args, given, about in (
        ("assign", [both, luis.actor_id], {}, "Luis Mar"), ("retag", [both, ["vip"], ["old"]], {}, "+vip, −old"),
        ("reschedule", [both, day], {}, ""), ("prioritise", [[second], Priority.LOW], {}, ""),
        ("regroup", [[first], [high]], {}, "High"), ("regroup_move", [[first], stage.id, [high]], {"after_id": None}, "Proposal"),
        ("opportunity_many", [{first: {"name": "Pasted"}}], {"versions": {first: 0}}, ""),
        ("follow", [first, None], {}, "Deal 0"), ("check_tick", [item, True], {}, "Ring"),
        ("hold", [both, day], {}, ""), ("release", [[second]], {}, ""),
    ):  # fmt: skip
        kept.keep(kind, args, given, about, seen=ws.seen_seq)
    found = KeptDrafts(ws).all
    assert [draft_words.title(each) for each in found] == [
        "Assign 2 deals to Luis Mar", "Change the tags of 2 deals", "Change the date of 2 deals",
        "Change the priority of 1 deal", "Edit 1 deal", "Move 1 deal to Proposal", "Edit 1 deal", "Follow “Deal 0”",
        "Tick “Ring”", "2 deals on hold until May 6, 2027", "Bring back 1 deal",
    ]  # fmt: skip
    assert [draft_words.lines(each) for each in found[1:4]] == [
        ["+vip, −old"], ["Expected close: May 6, 2027"], ["Priority: Low"],
    ]  # fmt: skip
    bulk.prioritise(luis, both, Priority.HIGH)
    bulk.reschedule(luis, [second], date(2027, 2, 2))
    refused = []
    for each in found:
        try:
            draft_sending.send(ws, each)
        except Conflict as error:
            refused.append((each.kind, error.title))
            ws.catch_up()
            draft_sending.send(ws, draft_sending.insisted(ws, each))
    changed = "Luis Mar has changed “Deal {}” meanwhile."
    assert refused == [
        ("reschedule", changed.format(1)), ("prioritise", changed.format(1)), ("regroup", changed.format(0)),
        ("opportunity_many", "Somebody else changed “Deal 0” meanwhile."),
    ]  # fmt: skip
    one, two = (opportunities.get(ws, each) for each in both)
    assert [(each.row["owner_id"], each.row["tags"], each.row["expected_close"]) for each in (one, two)] == [
        (luis.actor_id, '["vip"]', day)
    ] * 2
    assert (one.row["name"], one.row["priority"], one.card.stage_id, one.row["hold_until"]) == (
        "Pasted",
        "high",
        stage.id,
        day,
    )
    assert (two.row["priority"], two.row["hold_until"]) == ("low", None)
    assert ws.actor_id in [each.id for each in followers.of(ws, first)]
    assert checklists.of(ws, first)[0].done
