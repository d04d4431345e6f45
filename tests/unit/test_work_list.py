"""The work list while it is worked on: order, skipping, what goes by itself and what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from salesos_desktop.domain.activities import Activity
from salesos_desktop.domain.changes import ChangeSet, RowChange
from salesos_desktop.domain.home import DayPart, Due, Endangered, Fresh, day_part, figures_of
from salesos_desktop.domain.staleness import Reason
from salesos_desktop.domain.work_list import Handled, Own, Why, WorkItem, WorkRun, queue

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def activity(number: int, day: date = TODAY, *, about: int | None = None, at: datetime | None = None) -> Activity:
    return Activity(
        number, 1, "call", f"Call {number}", "opportunity", about, "", day, at, "UTC" if at else "", 15, "", 1, "", None,
        None, "", "", "", 1, NOON, None, None,
    )  # fmt: skip


def deal(number: int, **more: Any) -> Endangered:
    found = Endangered(number, f"Deal {number}", "", "Proposal", 100, "USD", TODAY, None, None, (Reason.CLOSING,))
    return replace(found, **more)


def fresh(table: str, number: int) -> Fresh:
    return Fresh(table, number, f"New {number}", "", "", NOON)


def item(number: int, day: date = TODAY) -> WorkItem:
    return WorkItem(Why.TODAY, ("activity", number), f"Call {number}", "", None, activity=activity(number, day))


def keys(items: list[WorkItem]) -> list[int]:
    return [each.key[1] for each in items]


def test_the_order_and_each_deal_once() -> None:
    first = activity(1, TODAY - timedelta(days=3), about=11)
    due = Due((first, activity(2, at=NOON - timedelta(hours=2)), activity(3, about=12)))
    tomorrow = TODAY + timedelta(days=1)
    danger = [deal(11), deal(13), deal(14, next_activity_on=tomorrow), deal(15, touched_on=TODAY),
              deal(16, next_activity_on=TODAY, touched_on=TODAY - timedelta(days=1))]  # fmt: skip
    found = queue(due, danger, [fresh("lead", 13), fresh("opportunity", 16), fresh("opportunity", 17)], NOON, UTC)
    assert [(each.why, each.key) for each in found] == [
        (Why.OVERDUE, ("activity", 1)), (Why.OVERDUE, ("activity", 2)), (Why.TODAY, ("activity", 3)),
        (Why.DANGER, ("opportunity", 13)), (Why.DANGER, ("opportunity", 16)), (Why.NEW_LEAD, ("lead", 13)),
        (Why.NEW_DEAL, ("opportunity", 17)),
    ]  # fmt: skip


def test_what_is_passed_over_comes_again_behind_the_last() -> None:
    run = WorkRun([item(1), item(2), item(3)])
    seen = []
    for _ in range(4):
        assert run.current is not None
        seen.append(run.current.key[1])
        run.step(1)
    assert seen == [1, 2, 3, 1]
    run.step(-1)
    run.step(-1)
    assert run.current is not None
    assert run.current.key[1] == 3


def test_done_put_off_gone_and_taken_back() -> None:
    one, two, three, four = (item(n) for n in (1, 2, 3, 4))
    run = WorkRun([one, two, three, four])
    run.follow([two, three, four], Own(done={one.key}))
    assert (keys(run.left), run.handled) == ([2, 3, 4], {one.key: Handled.DONE})
    later = replace(two, activity=replace(activity(2), due_at=NOON + timedelta(hours=1)))
    run.follow([later, three, four], Own(later={two.key}))
    assert run.current is three
    assert run.became(Handled.LATER) == [two]
    run.follow([later, four], Own())
    assert keys(run.items) == [1, 2, 4], "what somebody else has done is no longer there"
    assert run.current is four
    run.follow([two, four], Own())
    assert keys(run.left) == [2, 4], "taking the postponement back brings it back"
    assert run.current is not None
    assert run.current.key == two.key
    run.follow([], Own(done={two.key, four.key}))
    assert run.current is None
    assert keys(run.became(Handled.DONE)) == [1, 2, 4]
    run.follow([item(9)], Own())
    assert run.current is not None, "what comes in later is in front at once when nothing else waits"


def test_what_somebody_else_has_put_off_to_later_today_stays() -> None:
    run = WorkRun([item(1), item(2)])
    moved = replace(item(1), activity=replace(activity(1), due_at=NOON + timedelta(hours=3)))
    run.follow([item(2), moved], Own())
    assert keys(run.left) == [1, 2]
    assert run.current == moved


def test_the_last_one_that_goes_by_itself_leads_on_to_what_was_passed_over() -> None:
    run = WorkRun([item(1), item(2)])
    run.step(1)
    run.follow([item(1)], Own())
    assert run.current is not None
    assert run.current.key[1] == 1


def row(**values: Any) -> dict[str, Any]:
    usual = {"subject_table": "opportunity", "subject_id": 7, "due_on": TODAY, "due_at": None, "done_at": None,
             "deleted_at": None}  # fmt: skip
    return usual | values


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (row(), row(done_at=NOON), Own(done={("activity", 1), ("opportunity", 7)})),
        (None, row(), Own(later={("activity", 1), ("opportunity", 7)})),
        (row(), row(due_on=TODAY + timedelta(days=1)), Own(later={("activity", 1), ("opportunity", 7)})),
        (row(), row(deleted_at=NOON), Own()), (row(), None, Own()), (row(done_at=NOON), row(), Own()),
    ],
)  # fmt: skip
def test_what_the_own_commits_were(before: Any, after: Any, expected: Own) -> None:
    own = Own()
    own.add(ChangeSet(1, NOON, 1, "here", "done", "[]", (RowChange("activity", 1, before, after),)))
    assert own == expected


def test_a_deal_that_was_won_is_done() -> None:
    run = WorkRun([WorkItem(Why.DANGER, ("opportunity", 7), "Deal", "", ("opportunity", 7), danger=deal(7))])
    own = Own()
    own.add(ChangeSet(1, NOON, 1, "here", "win", "[]", (RowChange("opportunity", 7, {}, {"deleted_at": None}),)))
    run.follow([], own)
    assert run.handled == {("opportunity", 7): Handled.DONE}


def test_parts_of_the_day() -> None:
    assert [day_part(hour) for hour in (4, 5, 11, 12, 18, 19)] == [
        DayPart.EVENING, DayPart.MORNING, DayPart.MORNING, DayPart.AFTERNOON, DayPart.AFTERNOON, DayPart.EVENING,
    ]  # fmt: skip


def test_equal_points_share_a_place() -> None:
    assert [figures_of(each, [], 0, {1: 5, 2: 9, 3: 5, 4: 0}).rank for each in (1, 2, 3, 4)] == [2, 1, 2, 4]
    assert figures_of(9, [("open", "USD", 0, 0, 0)], 0, {}).sums == ()
