"""Deals in danger one after another: what leaves the list, by whom, and what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from salesos_desktop.domain.changes import ChangeSet, RowChange
from salesos_desktop.domain.danger_run import DangerRun, touched
from salesos_desktop.domain.work_list import Handled, Why, WorkItem

ITEMS = [WorkItem(Why.DANGER, ("opportunity", n), f"Deal {n}", "", ("opportunity", n)) for n in range(1, 5)]


def key(number: int) -> tuple[str, int]:
    return ("opportunity", number)


def commit(table: str, row: dict[str, Any], verb: str = "edit") -> ChangeSet:
    change = RowChange(table, row.get("id", 9), None, row)
    return ChangeSet(1, datetime(2026, 11, 24, tzinfo=UTC), 1, "here", verb, "[]", (change,))


def test_what_hangs_on_a_deal_counts_as_the_deal() -> None:
    assert touched(commit("opportunity", {"id": 3})) == [3]
    assert touched(commit("note", {"subject_table": "opportunity", "subject_id": 2})) == [2]
    assert touched(commit("opportunity_contact", {"opportunity_id": 4})) == [4]
    assert touched(commit("note", {"subject_table": "lead", "subject_id": 2})) == []


def test_own_mending_is_done_and_that_of_others_goes() -> None:
    run = DangerRun(ITEMS)
    run.note(commit("opportunity", {"id": 1}), "value 1 → 2")
    run.follow(ITEMS[2:])
    assert run.handled == {key(1): Handled.DONE}
    assert [each.key for each in run.items] == [key(1), key(3), key(4)], "somebody else has mended 2"
    assert run.current is ITEMS[2]
    assert run.mended == [ITEMS[0]]
    fresh = replace(ITEMS[0], key=key(7), title="New")
    run.follow([*ITEMS[2:], fresh])
    assert run.left == [ITEMS[2], ITEMS[3], fresh]
    run.note(commit("opportunity", {"id": 1}, verb="undo"), "")
    run.update([key(1)], ITEMS[:1])
    assert run.current is ITEMS[0], "it was undone"
    assert run.said[key(1)] == []


def test_what_was_put_aside_stays_so_until_it_is_taken_back() -> None:
    run = DangerRun(ITEMS)
    run.put_aside(key(1), Handled.DONE)
    run.note(commit("activity", {"subject_table": "opportunity", "subject_id": 2}), "planned: Call")
    run.put_aside(key(2), Handled.LATER)
    run.follow(ITEMS)
    assert run.left == ITEMS[2:]
    assert run.endangered == ITEMS
    assert not run.take_back(), "a commit is undone as any other"
    run.note(commit("activity", {"subject_table": "opportunity", "subject_id": 2}, verb="undo"), "")
    assert run.current is ITEMS[1]
    assert run.take_back()
    assert run.current is ITEMS[0]
    assert not run.handled
    for number in (1, 2, 3, 4):
        run.put_aside(key(number), Handled.DONE)
    assert run.current is None
    assert run.became(Handled.DONE) == ITEMS
