"""Every kind of change that can wait for a lost line: sent from its file it is the change that was made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop.domain.challenges import Metric
from salesos_desktop.domain.contacts import BuyingRole, ContactPoint, PointKind
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.domain.products import Line
from salesos_desktop.domain.slots import By, Slot
from salesos_desktop.services import (
    activities,
    activity_plans,
    attachments,
    challenges,
    checklists,
    companies,
    contact_points,
    contacts,
    draft_sending,
    leads,
    notes,
    opportunities,
    products,
)
from salesos_desktop.services.draft_kinds import SERVICES
from salesos_desktop.services.drafts import KeptDrafts
from salesos_desktop.services.lines import Lines
from salesos_desktop.services.next_steps import Offer, Waiting
from salesos_desktop.services.outlook.targets import Whose
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.schema import metadata
from tests.conftest import TODAY, beside, copied, make_deals, stage_named


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
        leads.create(ws, {"name": f"Lead {n}", "email": f"l{n}@sol.es", "company": "Sol", "owner_id": None})
        for n in range(6)
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
        ("target", [Whose(None, None), "2026-12", 500], {}),
        ("target_call", [ws.actor_id, "2026-12", 700, "Sure"], {}),
        ("target_adjust", [Whose(ws.actor_id), "2026-12", 600, "Careful"], {}),
        ("target_withdraw", ["forecast_adjustment", 1], {}), ("challenge", [game], {}),
        ("challenge_leave", [game], {"joined": False}),
    )  # fmt: skip
    assert sixth


def test_what_is_sent_leaves_the_same_rows_history_and_points_as_if_it_had_been_done_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A law of every kind of change: through the file and back it is the same change, in one commit, and once."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    at_once = copied(tmp_path / "one.salesos", Stopped())  # type: ignore[arg-type]
    changes = list(every_change(at_once, tmp_path))
    assert {kind for kind, _, _ in changes} == set(SERVICES)
    at_once.store.backup(tmp_path / "same.salesos")
    later = copied(tmp_path / "two.salesos", Stopped(), tmp_path / "same.salesos")  # type: ignore[arg-type]
    kept, seen = KeptDrafts(later), later.seen_seq
    for kind, args, given in changes:
        SERVICES[kind](at_once, *args, **given)
    for kind, args, given in changes:
        kept.keep(kind, kept.copied(args, kind), given, "It", mark=kind, seen=seen)
        if kind == "attach":
            (tmp_path / "offer.txt").unlink()
        (draft,) = KeptDrafts(later).all
        before = later.store.commits
        draft_sending.send(later, draft)
        draft_sending.send(later, draft)
        assert later.store.commits == before + 1, kind
        kept.drop(draft)
    found = rows(later)
    for table, each in rows(at_once).items():
        assert found[table] == each, table
    assert not list(kept.path.with_suffix(".files").iterdir())
    for workspace in (at_once, later):
        workspace.store.close()
