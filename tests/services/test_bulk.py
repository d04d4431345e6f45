"""Many deals at once: one transaction, one undo, one notification for each person told; all of it or nothing."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from salesos_desktop.domain.changes import BULK_LIMIT, ChangeSet
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.errors import Conflict, InvalidInput, NotFound
from salesos_desktop.i18n import N_
from salesos_desktop.services import (
    activities,
    board,
    bulk,
    checks,
    contacts,
    custom_fields,
    demo,
    moves,
    opportunities,
    timeline,
    undo,
)
from salesos_desktop.services.messages import render
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named


def person(ws: Workspace, name: str, *, active: bool = True) -> int:
    with ws.unit("test", [N_("Edit “{name}”"), {"name": name}], undoable=False) as uow:
        return uow.insert("person", {"name": name, "folded": name.lower(), "active": active, "created_at": uow.at})


def row(ws: Workspace, deal: int) -> dict[str, Any]:
    return opportunities.get(ws, deal).row


def told(changes: ChangeSet | None) -> list[tuple[int, str, str]]:
    assert changes is not None
    return [(notice.person_id, render(notice.title), render(notice.body)) for notice in changes.notices]


def test_deals_that_are_assigned_tell_each_person_once_and_one_undo_gives_them_back(any_ws: Workspace) -> None:
    ana, luis = person(any_ws, "Ana"), person(any_ws, "Luis")
    deals = make_deals(any_ws, 5)
    bulk.assign(any_ws, deals[:2], luis)
    changes = bulk.assign(any_ws, deals, ana)
    assert told(changes) == [
        (ana, "For you: 5 deals", "Deal 0, Deal 1, Deal 2 and others"),
        (luis, "2 deals are Ana’s now", "Deal 0, Deal 1"),
    ]
    assert {row(any_ws, deal)["owner_id"] for deal in deals} == {ana}
    assert "ana" in row(any_ws, deals[0])["search_text"]
    assert undo.possible(any_ws).undo == "Assign 5 deals to Ana"
    undo.undo(any_ws)
    assert [row(any_ws, deal)["owner_id"] for deal in deals] == [luis, luis, *[any_ws.actor_id] * 3]
    assert told(bulk.assign(any_ws, deals[:1], None)) == [(luis, "Deal 0 is nobody’s now", "$1,000")]
    assert bulk.assign(any_ws, deals[:1], None) is None


def test_all_or_nothing_and_whose_fault_it_is_said_by_name(any_ws: Workspace) -> None:
    gone = person(any_ws, "Left", active=False)
    deals = make_deals(any_ws, 3)
    opportunities.delete(any_ws, deals[2:])
    with pytest.raises(NotFound, match=str(deals[2])):
        bulk.assign(any_ws, deals, None)
    with pytest.raises(InvalidInput):
        bulk.assign(any_ws, deals[:2], gone)
    version = row(any_ws, deals[1])["version"]
    bulk.set_fields(any_ws, [deals[1]], {"name": "Renamed"})
    with pytest.raises(Conflict, match="Renamed"):
        bulk.set_each(any_ws, {deals[0]: {"value": 5}, deals[1]: {"value": 6}}, versions={deals[1]: version})
    assert [row(any_ws, deal)["value"] for deal in deals[:2]] == [100_000, 100_000]
    assert row(any_ws, deals[0])["owner_id"] == any_ws.actor_id


def test_tags_dates_and_priorities_change_together(any_ws: Workspace) -> None:
    first, second = make_deals(any_ws, 2, tags=["Renovación", "Q4"])
    bulk.retag(any_ws, [first, second], add=["VIP", "q4"], remove=["renovacion"])
    assert json.loads(row(any_ws, second)["tags"]) == ["Q4", "VIP"]
    bulk.reschedule(any_ws, [first, second], date(2027, 1, 31))
    bulk.prioritise(any_ws, [first, second], opportunities.Priority.HIGH)
    found = row(any_ws, first)
    assert (found["expected_close"], found["day"], found["priority"]) == (date(2027, 1, 31), date(2027, 1, 31), "high")
    for _ in range(3):
        undo.undo(any_ws)
    found = row(any_ws, first)
    assert (json.loads(found["tags"]), found["day"], found["priority"]) == (
        ["Renovación", "Q4"], date(2026, 12, 15), "medium",
    )  # fmt: skip
    with pytest.raises(InvalidInput):
        bulk.reschedule(any_ws, [first], date(1066, 1, 1))


def test_a_block_says_every_field_that_cannot_be_written_and_writes_none_of_it(any_ws: Workspace) -> None:
    custom_fields.save(any_ws, {"label": "Seats", "form": "number", "subject": "opportunity"})
    first, second = make_deals(any_ws, 2)
    block: dict[int, dict[str, Any]] = {
        first: {"name": "", "value": -1, "company": "New company", "custom": {"seats": "many"}},
        second: {"name": "Fine", "custom": {"seats": "12"}},
        99_999: {"name": "Nobody"},
    }
    found = bulk.tried(any_ws, block).problems
    assert [(each.deal_id, each.field) for each in found] == [
        (first, "name"), (first, "value"), (first, "custom.seats"), (99_999, ""),
    ]  # fmt: skip
    assert "many" in found[2].error.title
    assert row(any_ws, first)["version"] == 1
    assert not board.names(any_ws, "company", like="new company")
    fine = {first: {"company": "New company"}, second: block[second]}
    assert bulk.tried(any_ws, fine) == bulk.Tried([], set())
    same = {first: {"company": "company 0", "value": 100_000, "tags": ["new"]}}
    assert bulk.tried(any_ws, same).same == {(first, "company"), (first, "value")}
    bulk.set_each(any_ws, fine)
    assert (opportunities.get(any_ws, first).card.company, json.loads(row(any_ws, second)["custom"])) == (
        "New company", {"seats": 12},
    )  # fmt: skip
    undo.undo(any_ws)
    assert (opportunities.get(any_ws, first).card.company, row(any_ws, second)["name"]) == ("Company 0", "Deal 1")


def test_hundreds_of_deals_change_in_one_step_and_in_little_memory(ws: Workspace) -> None:
    demo.fill(ws, 560)
    ids = [each.id for each in board.listed(ws, DealFilter(held=None))]
    target = stage_named(ws, "Qualification")
    tracemalloc.start()
    changes = bulk.retag(ws, ids, ["all"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert changes is not None
    assert (len(ids) > BULK_LIMIT, changes.bulk, peak < 8_000_000) == (True, True, True)
    moves.move(ws, ids, target.id)
    undo.undo(ws)
    undo.undo(ws)
    assert not any("all" in json.loads(row(ws, deal)["tags"]) for deal in ids[::97])
    assert checks.problems(ws) == []


@contextmanager
def reads(ws: Workspace) -> Iterator[list[str]]:
    """What the file is asked meanwhile."""
    asked: list[str] = []

    def listen(file: Any, *_: Any) -> None:
        file.set_trace_callback(lambda text: text.startswith("SELECT") and asked.append(text))

    event.listen(ws.store.engine, "checkout", listen)
    try:
        yield asked
    finally:
        event.remove(ws.store.engine, "checkout", listen)


def test_activities_of_many_deals_are_planned_done_and_undone_without_asking_for_each(ws: Workspace) -> None:
    ana, deals = person(ws, "Ana"), make_deals(ws, 40)
    day, values = date(2026, 12, 1), {"kind": "call", "subject": "Call", "due_on": date(2026, 12, 1)}
    with reads(ws) as asked:
        made = activities.plan_each(ws, {**values, "assignee_id": ana}, [("opportunity", deal) for deal in deals])
        assert {row(ws, deal)["next_activity_on"] for deal in deals[::13]} == {day}
        changes = activities.finish(ws, made, outcome="Reached")
        undo.undo(ws)
        undo.undo(ws)
    assert len(asked) < 2.5 * len(deals)
    assert changes is not None
    assert {row(ws, deal)["next_activity_on"] for deal in deals} == {None}
    assert changes.points == len(deals) * ws.point_rules["task_on_time"]
    undo.redo(ws)
    undo.redo(ws)
    assert {row(ws, deal)["touched_on"] for deal in deals} == {ws.clock.today()}
    with ws.store.read() as connection:
        given = connection.exec_driver_sql("SELECT sum(points) FROM points WHERE subject_table = 'activity'").scalar()
    assert given == changes.points
    assert [entry.kind for entry in timeline.entries(ws, deals[0])].count("changed") >= 2
    assert checks.problems(ws) == []


def test_one_that_has_given_points_gives_none_again_however_many_are_done(any_ws: Workspace) -> None:
    deals = make_deals(any_ws, 3)
    about = [("opportunity", deal) for deal in deals]
    made = activities.plan_each(any_ws, {"kind": "call", "due_on": date(2026, 12, 1)}, about)
    activities.finish(any_ws, made[:1])
    activities.reopen(any_ws, made[0])
    changes = activities.finish(any_ws, made)
    assert changes is not None
    assert changes.points == 2 * any_ws.point_rules["task_on_time"]


def test_what_is_used_elsewhere_meanwhile_is_not_taken_back(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    other = Workspace(any_ws.store, any_ws.clock)
    other.actor_id = person(any_ws, "Luis")
    contacts.create(other, {"name": "Ana", "company": "Company 0"})
    with pytest.raises(Conflict, match="Company 0"):
        undo.undo(any_ws)
    assert row(any_ws, deal)["name"] == "Deal 0"
