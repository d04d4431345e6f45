"""One timeline per record: what is in it, from where it came, in which windows it is read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from salesos_desktop.services import (
    activities,
    board,
    companies,
    contacts,
    conversion,
    demo,
    leads,
    merging,
    moves,
    notes,
    opportunities,
    stays,
    timeline,
    undo,
)  # fmt: skip
from salesos_desktop.services.timeline import Kind, Where
from salesos_desktop.services.transfer import importing
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals, stage_named


def whole(ws: Workspace, table: str, row_id: int, **more: Any) -> list[timeline.Step]:
    """Every step, window after window."""
    found, cursor = [], None
    while True:
        page = timeline.page(ws, table, row_id, cursor, **more)
        found += page.steps
        cursor = page.older
        if cursor is None:
            return found


def said(steps: list[timeline.Step]) -> list[tuple[str, str | None, str | None]]:
    return [(entry.field, entry.before, entry.after) for step in steps for entry in step.entries]


def bring_in(ws: Workspace, file: Path) -> None:
    plan = importing.plan(file)
    importing.analyse(plan)
    importing.run(ws, [plan])


def test_a_converted_lead_goes_on_in_its_deal_and_a_merged_deal_in_the_other(any_ws: Workspace) -> None:
    ws = any_ws
    lead = leads.create(ws, {"name": "Ana Ruiz", "email": "ana@example.com"})
    note = notes.add(ws, "lead", lead, "Asks for two")
    deal = conversion.convert(ws, lead, {"name": "Two machines", "value": 500_00, "expected_close": TODAY})
    twin = make_deals(ws, 1)[0]
    opportunities.edit(ws, twin, {"value": 700_00})
    merging.merge(ws, "opportunity", deal, twin)
    mine = whole(ws, "opportunity", deal)
    assert {step.how: step.name for step in mine} == {"": "", "lead": "Ana Ruiz", "merged": "Deal 0"}
    assert [step.number for step in mine] == sorted((step.number for step in mine), reverse=True)
    assert ("value", "100000", "70000") in said([step for step in mine if step.how == "merged"])
    came = [step for step in mine if step.verb == "convert"]
    assert ("note_row", None, "Asks for two") in said([step for step in came if step.how == ""])
    assert ("note_row", "Asks for two", None) in said([step for step in came if step.how == "lead"])
    theirs = whole(ws, "lead", lead)
    assert {step.how for step in theirs} == {"", "opportunity", "merged"}
    assert notes.of(ws, "opportunity", deal)[0].id == note
    assert sum(step.points for step in theirs if step.subject == ("lead", lead)) == 20
    alone = timeline.entries(ws, lead, "lead")
    assert alone[0].kind == "created"
    assert alone[-1].verb == "convert"


def test_a_contact_has_what_they_take_part_in_and_a_company_what_is_hers_on_demand(any_ws: Workspace) -> None:
    ws = any_ws
    company = companies.create(ws, {"name": "Café Ñandú"})
    ana = contacts.create(ws, {"name": "Ana", "company_id": company})
    deal = make_deals(ws, 1, company="Café Ñandú")[0]
    demo = activities.plan(
        ws, {"subject": "Demo", "due_on": TODAY, "participants": [{"contact_id": ana}]}, ("opportunity", deal)
    )
    activities.plan(ws, {"subject": "Alone", "due_on": TODAY}, ("opportunity", deal))
    activities.move(ws, [demo], TODAY + timedelta(days=2))
    activities.finish(ws, [demo], outcome="They want it")
    hers = [step for step in whole(ws, "contact", ana) if step.how == "activity"]
    assert len(hers) == 3
    assert all(step.subject == ("opportunity", deal) and step.name == "Deal 0" for step in hers)
    done = hers[0].entries[0]
    assert "They want it" in (done.after or "")
    assert "✓" in (done.after or "")
    assert hers[0].kinds == {Kind.ACTIVITIES}
    assert hers[0].points > 0
    assert "Alone" not in str(said(hers))
    assert {step.how for step in whole(ws, "company", company)} == {""}
    assert {step.how for step in whole(ws, "company", company, everything=True)} == {"", "contact", "deal"}


def test_what_one_commit_brings_of_many_rows_stands_in_the_order_of_its_times(ws: Workspace) -> None:
    demo.fill(ws, 40)
    histories = [whole(ws, "company", one.id, everything=True) for one in board.names(ws, "company")]
    times = max(([step.at for step in steps] for steps in histories), key=len)
    assert len(set(times)) > 3
    assert times == sorted(times, reverse=True)


def test_it_says_from_where_a_change_came(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    other = Workspace(ws.store, ws.clock)
    other.load()
    opportunities.edit(other, deal, {"priority": "high"})
    other.origin = f"{timeline.FROM_COMMANDS}1234"
    opportunities.edit(other, deal, {"priority": "low"})
    with other.unit("wake", ["x", {}], undoable=False) as uow:
        uow.update("opportunity", deal, {"hold_until": None, "competitor": "Acme"})
    ws.seen_seq = 10**6
    undo.undo(ws)
    file = tmp_path / "mine.csv"
    file.write_text("name,value,close date\nFrom a file,12,2026-12-24\n")
    bring_in(ws, file)
    steps = whole(ws, "opportunity", deal)
    assert [step.where for step in steps] == [Where.HERE, Where.ITSELF, Where.COMMANDS, Where.WINDOW, Where.HERE]
    assert steps[0].verb == "undo"
    made = whole(ws, "opportunity", deal + 1)
    assert [(step.where, step.file) for step in made] == [(Where.IMPORT, "mine.csv")]


def test_an_amount_has_the_currency_of_its_time(ws: Workspace) -> None:
    deal = make_deals(ws, 1)[0]
    opportunities.edit(ws, deal, {"value": 200_000})
    opportunities.edit(ws, deal, {"currency": "JPY"})
    opportunities.edit(ws, deal, {"value": 5_000})
    edits = [e for step in whole(ws, "opportunity", deal) for e in step.entries if e.field == "value"]
    assert [(e.before, e.currency_was, e.after, e.currency) for e in edits] == [
        ("2000", "JPY", "5000", "JPY"), ("200000", "USD", "2000", "JPY"), ("100000", "USD", "200000", "USD"),
    ]  # fmt: skip


def test_a_long_history_is_read_in_windows_along_its_index(ws: Workspace) -> None:
    deal, other = make_deals(ws, 2)
    for n in range(3):
        opportunities.edit(ws, deal, {"note": f"Version {n}"})
    with ws.unit("edit", ["x", {}]) as uow:
        head = {"subject_table": "opportunity", "subject_id": deal, "at": uow.at, "actor_id": ws.actor_id, "field": "note",
                "kind": "changed"}  # fmt: skip
        uow._history += [
            head | {"before": str(n), "after": str(n + 1), "change_seq": 10**6 + n}
            for n in range(20_000)
        ]  # fmt: skip
        uow.touch()
    page = timeline.page(ws, "opportunity", deal)
    assert 100 <= len(page.steps) <= 200
    assert page.older is not None
    assert page.steps[0].entries[0].after == "20000"
    following = timeline.page(ws, "opportunity", deal, page.older)
    assert following.steps[0].number < page.steps[-1].number
    assert {step.number for step in following.steps}.isdisjoint(step.number for step in page.steps)
    rare = timeline.page(ws, "opportunity", deal, wanted=lambda step: step.entries[0].after == "Version 1")
    assert rare.steps == []
    assert rare.older is not None, "one window is no more than some thousand entries"
    with ws.store.read() as connection:
        plan = connection.execute(
            sa.text("EXPLAIN QUERY PLAN SELECT id FROM history WHERE subject_table = 'opportunity' AND subject_id = 1 "
                    "AND id < 9 ORDER BY id DESC LIMIT 5")
        ).all()  # fmt: skip
    assert ["ix_history_subject" in row[3] and "TEMP" not in row[3] for row in plan] == [True]
    assert timeline.page(ws, "opportunity", other).older is None


def test_what_is_new_comes_alone(ws: Workspace) -> None:
    deal = make_deals(ws, 1)[0]
    first = timeline.page(ws, "opportunity", deal)
    assert timeline.since(ws, "opportunity", deal, first.newest).steps == []
    moves.move(ws, [deal], stage_named(ws, "Proposal").id)
    fresh = timeline.since(ws, "opportunity", deal, first.newest)
    assert [entry.after for step in fresh.steps for entry in step.entries if entry.kind == "stage"] == ["Proposal"]
    assert fresh.steps[0].points == 20
    assert fresh.newest > first.newest


def test_time_in_stages_knows_moves_to_and_fro_undo_reopening_and_imports(any_ws: Workspace, clock: StillClock) -> None:
    ws = any_ws
    clock.day = TODAY - timedelta(days=30)
    deal = make_deals(ws, 1)[0]

    def go(days: int, name: str) -> None:
        clock.day += timedelta(days=days)
        moves.move(ws, [deal], stage_named(ws, name).id)

    go(5, "Proposal")
    go(3, "Prospecting")
    go(2, "Negotiation")
    clock.day += timedelta(days=1)
    undo.undo(ws)
    go(4, "Won")
    clock.day += timedelta(days=1)
    moves.reopen(ws, [deal], stage_named(ws, "Proposal").id)
    clock.day += timedelta(days=6)
    found = stays.of(ws, "opportunity", deal)
    assert [(each.name, each.days) for each in found] == [
        ("Prospecting", 5), ("Proposal", 3), ("Prospecting", 7), ("Won", 1), ("Proposal", 6),
    ]  # fmt: skip
    assert [each.end is None for each in found] == [False] * 4 + [True]
    assert [each.ending for each in found] == [False, False, False, True, False]
    lead = leads.create(ws, {"name": "Ana", "email": "a@example.com"})
    clock.day += timedelta(days=2)
    leads.edit(ws, lead, {"status": "contacted"})
    assert [(each.name, each.days) for each in stays.of(ws, "lead", lead)] == [("New", 2), ("Contacted", 0)]


def test_an_imported_deal_has_been_in_its_stage_since_it_was_created(ws: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(
        f"name,value,stage,close date,created on\nOld one,12,Proposal,2026-12-24,{TODAY - timedelta(days=40)}\n"
    )
    bring_in(ws, file)
    assert [(each.name, each.days) for each in stays.of(ws, "opportunity", 1)] == [("Proposal", 40)]
