"""Changes that wait for a lost line: on disk as they are, together where they are of one row, sent through the same services."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.util import module_from_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from salesos_desktop.domain.challenges import Metric
from salesos_desktop.domain.contacts import BuyingRole, ContactPoint, PointKind
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.domain.products import Line
from salesos_desktop.domain.slots import By, Slot
from salesos_desktop.errors import Conflict
from salesos_desktop.services import (
    activities,
    activity_plans,
    attachments,
    bulk,
    challenges,
    checklists,
    companies,
    contact_points,
    contacts,
    deal_contacts,
    draft_sending,
    draft_words,
    file_lock,
    followers,
    leads,
    moves,
    notes,
    opportunities,
    products,
)
from salesos_desktop.services.draft_kinds import SERVICES
from salesos_desktop.services.drafts import UNREADABLE, KeptDrafts
from salesos_desktop.services.file_lock import locked_at_once
from salesos_desktop.services.lines import Lines
from salesos_desktop.services.next_steps import Offer, Waiting
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.schema import metadata
from tests.conftest import TODAY, beside, copied, make_deals, stage_named


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
    spoilt: list[Any] = [
        {"$map": [[name, value] for name, value in {**fields, **wrong}.items()]}
        for wrong in (
            {"args": 5}, {"args": "x"}, {"args": [[1]]}, {"id": "x"}, {"kind": "unheard of"}, {"kind": []}, {"given": 5},
            {"seen": None}, {"new": 1}, {"kind": "opportunity", "args": [1, 5]}, {"args": [{"$of": ["Path", []]}]},
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
    kept.keep("convert", [lead, {"name": "Eva’s", "value": 5, "expected_close": date(2027, 1, 2)}], {"lines": []}, "Eva’s")
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
    before = rows(ws)
    assert [draft_sending.send(ws, each) for each in found] == [None] * 8
    assert rows(ws) == before, "nothing is done twice"


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


def rows(ws: Workspace) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept, but for where a commit came from."""
    with ws.store.read() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in metadata.sorted_tables
        }
    for row in found["change_log"]:
        row["origin"] = ""
    return found


class Stopped:
    """An instant that does not pass."""

    now = staticmethod(lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
    today = staticmethod(lambda: TODAY)
    zone = staticmethod(lambda: UTC)


def every_change(ws: Workspace, folder: Path) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """A change of each kind, each after what it needs; the numbers are the same in every fresh workspace."""
    luis = beside(ws, "Luis Mar")
    one, two, three, four, five = made = make_deals(ws, 5)
    first, second, third, fourth, fifth, sixth = (
        leads.create(ws, {"name": f"Lead {n}", "email": f"l{n}@sol.es", "company": "Sol", "owner_id": None}) for n in range(6)
    )
    ada, eva, zoe = (contacts.create(ws, {"name": each}) for each in ("Ada", "Eva", "Zoe"))
    mar, sur = (companies.create(ws, {"name": each}) for each in ("Mar", "Sur"))
    product = products.create(ws, {"name": "Board", "price": 500, "currency": "USD"})
    day, stage = date(2027, 3, 1), stage_named(ws, "Proposal").id
    about = ("opportunity", one)
    note, spare = (notes.add(ws, *about, each) for each in ("Hello", "Gone"))
    call, ring, mail, task = (
        activities.plan(ws, {"kind": "call", "subject": each, "due_on": TODAY}, about) for each in ("A", "B", "C", "D")
    )
    tick, rename = (checklists.add(ws, one, each) for each in ("Sign", "Pay"))
    link = attachments.add_link(ws, *about, "https://sol.es")
    plan = activity_plans.save(ws, None, "First", (activity_plans.Step("call", "Ring", 0),))
    job = contacts.add_employment(ws, ada, sur, "Boss")
    game = challenges.add(
        ws, {"name": "Race", "metric": Metric.WON, "starts_on": TODAY, "ends_on": day, "goal": 5, "automatic": False}
    )
    notes.delete(ws, spare)
    for phone in ("+34600100201", "+34600100202"):
        contact_points.add(ws, "contact", ada, ContactPoint(PointKind.PHONE, phone))
    point, other = contact_points.of(ws, "contact", ada)
    paper = folder / "offer.txt"
    paper.write_text("An offer", encoding="utf-8")
    shown, high = opportunities.get(ws, one).row, Slot(By.PRIORITY, "high", "High", "high")
    new = {"name": "New", "value": 5, "currency": "USD", "expected_close": day}
    yield from (
        ("opportunity", [one, {"name": "Ours", "value": 77}], {"expect": shown}),
        ("lead", [first, {"name": "Leo"}], {"expect": {"name": "Lead 0"}}),
        ("contact", [ada, {"position": "CEO", "tags": ["vip"]}], {"expect": None}),
        ("company", [mar, {"parent_id": ("Sur", None)}], {"expect": None}),
        ("activity", [task, {"subject": "E", "starts": "10:00", "due_on": day}], {"expect": None}),
        ("note", [note, {"body": "Hello you"}], {"expect": {"body": "Hello"}}),
        ("opportunity_new", [new], {}), ("lead_new", [{"name": "Max", "phone": "+34 600 100 200"}], {}),
        ("contact_new", [{"name": "Bea", "company": "Luz"}], {}), ("company_new", [{"name": "Rio"}], {}),
        ("opportunity_many", [{two: {"name": "Pasted"}}], {"versions": {two: 1}}),
        ("lead_many", [[first, second], {"status": "contacted"}], {}),
        ("contact_many", [[ada, eva], {"owner_id": luis.actor_id}], {}),
        ("company_many", [[mar], {"owner_id": luis.actor_id}], {}), ("move", [[one], stage], {}),
        ("regroup", [[two], [high]], {}), ("regroup_move", [[three], stage, [high]], {"after_id": None}),
        ("assign", [[two], luis.actor_id], {}), ("retag", [made, ["x"], []], {}), ("reschedule", [[two], day], {}),
        ("prioritise", [made, Priority.LOW], {}), ("hold", [[two, three], day], {}), ("release", [[three]], {}),
        ("win", [[three]], {"value": 9}), ("reopen", [[three], stage], {}), ("lose", [[three]], {"reason_id": 1}),
        ("clone", [one], {}), ("lines", [one, [Line(product, "", 2000, 500)], True], {"expect": Lines((), False, "USD")}),
        ("follow", [two, None], {}), ("unfollow", [two, None], {}), ("share", [one, luis.actor_id], {"may_edit": True}),
        ("share_stop", [one, luis.actor_id], {}), ("deal_contact", [one, "Ada", None, BuyingRole.DECIDES], {}),
        ("deal_contact_known", [one, eva], {}), ("deal_contact_new", [one, {"name": "Ivo"}, None], {}),
        ("deal_contact_role", [one, eva, BuyingRole.USES], {}), ("deal_contact_main", [one, eva], {}),
        ("deal_contact_remove", [one, ada], {}), ("check_add", [one, "Send"], {}), ("check_rename", [rename, "Pay it"], {}),
        ("check_order", [one, [rename, tick]], {}), ("check_tick", [tick, True], {}), ("check_untick", [tick, False], {}),
        ("check_remove", [tick], {}), ("note_add", [*about, "More"], {}), ("notes_add", [[about, ("lead", first)], "All"], {}),
        ("note_pin", [note, True], {}), ("note_unpin", [note, False], {}), ("note_delete", [note], {}),
        ("attach", [*about, [paper, paper]], {}), ("attach_link", [*about, "https://mar.es"], {}), ("attach_remove", [link], {}),
        ("point_add", ["contact", ada, ContactPoint(PointKind.EMAIL, "ada@sol.es", "work")], {}),
        ("point_edit", ["contact", ada, point], {"value": "+34600100203", "label": "home"}),
        ("point_order", ["contact", ada, [other]], {}), ("point_remove", ["contact", ada, other], {}),
        ("employment_add", [eva, "Mar", None, "Aide"], {}), ("employment_edit", [job, "Head"], {}),
        ("employment_remove", [job], {}),
        ("put_back", ["contact", ada, "position", "Boss"], {"currency": "", "expect": {"position": "CEO"}}),
        ("plan", [{"kind": "call", "subject": "Ring", "due_on": day, "starts": "10:00"}, [about]], {}),
        ("next_step", [Offer("call", "Again", day), [Waiting(*about, "Ours")]], {}), ("follow_up", [about, "Ours", day], {}),
        ("leave", [about, "Ours"], {}), ("log", [about, "call", "Spoke"], {}),
        ("call", ["600100200", [about, ("contact", ada)], "Yes"], {}), ("finish", [[call, ring]], {"outcome": "Good"}),
        ("activity_reopen", [ring], {}), ("activity_move", [[ring], day], {}), ("put_off", [[mail], 60], {}),
        ("snooze", [[ring], 5], {}), ("activity_delete", [[mail]], {}), ("plan_start", [[four], plan], {}),
        ("plan_stop", [four], {}),
        ("convert", [first, new], {"lines": [(product, 1000, 500, 0)]}), ("convert_many", [[second, third], 9, day], {}),
        ("claim", [[fourth]], {}), ("discard", [[fourth]], {"reason_id": 1}), ("lead_delete", [[fifth]], {}),
        ("contact_delete", [[zoe]], {}), ("company_delete", [[sur]], {}), ("opportunity_delete", [[five]], {}),
        ("restore", [[("note", spare), ("company", sur)]], {}),
        ("challenge", [game], {}), ("challenge_leave", [game], {"joined": False}),
    )  # fmt: skip
    assert sixth


def test_what_is_sent_leaves_the_same_rows_history_and_points_as_if_it_had_been_done_at_once(tmp_path: Path) -> None:
    """A law of every kind of change: through the file and back it is the same change, in one commit."""
    at_once, later = (copied(tmp_path / name, Stopped()) for name in ("one.salesos", "two.salesos"))  # type: ignore[arg-type]
    changes = list(every_change(at_once, tmp_path))
    kept, wanted = KeptDrafts(later), list(every_change(later, tmp_path))
    assert {kind for kind, _, _ in changes} == set(SERVICES)
    for kind, args, given in changes:
        SERVICES[kind](at_once, *args, **given)
    seen = later.seen_seq
    for kind, args, given in wanted:
        kept.keep(kind, kept.copied(args, kind), given, "It", mark=kind, seen=seen)
        if kind == "attach":
            (tmp_path / "offer.txt").unlink()
        (draft,) = KeptDrafts(later).all
        before = later.store.commits
        draft_sending.send(later, draft)
        draft_sending.send(later, draft)
        assert later.store.commits == before + 1, f"{kind} is done in one commit and once"
        kept.drop(draft)
    found, expected = rows(later), rows(at_once)
    for table, each in expected.items():
        assert found[table] == each, table
    assert not list(kept.path.with_suffix(".files").iterdir())
    for each in (at_once, later):
        each.store.close()
