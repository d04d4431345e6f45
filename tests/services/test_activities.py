"""Activities: planned, done, recurring, put off; the deal's sign, points and history follow, and undo takes them back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain.activities import ActivityState
from salesos_desktop.domain.working_days import WorkingDays
from salesos_desktop.errors import InvalidInput, NotFound
from salesos_desktop.services import (
    activities,
    activity_plans,
    checks,
    leads,
    moves,
    opportunities,
    people,
    pipelines,
    reminders,
    timeline,
    undo,
    working_days,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals, stage_named

TOMORROW = TODAY + timedelta(days=1)


def card(ws: Workspace, deal: int) -> Any:
    return opportunities.get(ws, deal).card


def test_planning_shows_on_the_card_and_undo_takes_it_off(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    made = activities.plan(any_ws, {"kind": "call", "subject": "Offer", "due_on": TOMORROW}, ("opportunity", deal))
    assert card(any_ws, deal).next_activity_on == TOMORROW
    found = activities.get(any_ws, made)
    assert (found.minutes, found.about, found.assignee, found.due_at) == (15, "Deal 0", "Marta Ríos", None)
    activities.plan(any_ws, {"kind": "task", "due_on": TODAY}, ("opportunity", deal))
    assert card(any_ws, deal).next_activity_on == TODAY
    undo.undo(any_ws)
    assert card(any_ws, deal).next_activity_on == TOMORROW
    undo.undo(any_ws)
    assert card(any_ws, deal).next_activity_on is None
    undo.redo(any_ws)
    assert card(any_ws, deal).next_activity_on == TOMORROW
    assert checks.problems(any_ws) == [] if any_ws.store.path else True


def test_an_earlier_plan_that_is_undone_leaves_the_sign_of_a_later_one(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    first = activities.plan(ws, {"due_on": TODAY}, ("opportunity", deal))
    activities.finish(ws, [first])
    done = undo.possible(ws)
    activities.plan(ws, {"due_on": TOMORROW}, ("opportunity", deal))
    ws.origin = "another window"
    assert done.undo == "Done: “Task”"
    undo.undo(ws)
    undo.undo(ws)
    assert card(ws, deal).next_activity_on == TODAY


def test_done_on_time_gives_more_than_logged_and_late(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    before = people.me(ws).points
    on_time = activities.plan(ws, {"due_on": TODAY}, ("opportunity", deal))
    late = activities.plan(ws, {"due_on": TODAY - timedelta(days=1)}, ("opportunity", deal))
    activities.finish(ws, [on_time], outcome="Agreed")
    assert people.me(ws).points == before + 5
    activities.finish(ws, [late])
    assert people.me(ws).points == before + 7
    activities.plan(ws, {"kind": "call", "done": True}, ("opportunity", deal))
    assert people.me(ws).points == before + 9
    # To and fro earns nothing.
    activities.reopen(ws, on_time)
    activities.finish(ws, [on_time])
    assert people.me(ws).points == before + 9
    undo.undo(ws)
    undo.undo(ws)
    undo.undo(ws)
    assert people.me(ws).points == before + 7
    assert activities.get(ws, on_time).outcome == "Agreed"


def test_history_words_it_and_the_deal_was_touched(ws: Workspace, clock: StillClock) -> None:
    (deal,) = make_deals(ws, 1)
    clock.day = TODAY + timedelta(days=3)
    planned = activities.plan(
        ws, {"kind": "meeting", "subject": "Demo", "due_on": clock.day, "starts": "16:30", "place": "Room 2"},
        ("opportunity", deal),
    )  # fmt: skip
    assert opportunities.get(ws, deal).row["touched_on"] == TODAY
    activities.finish(ws, [planned], outcome="They want it")
    assert opportunities.get(ws, deal).row["touched_on"] == clock.day
    lines = [(e.before, e.after) for e in timeline.entries(ws, deal) if e.field == "activity"]
    assert lines == [
        (None, "Meeting: Demo · Nov 27, 2026, 16:30 · Marta Ríos"),
        ("Meeting: Demo · Nov 27, 2026, 16:30 · Marta Ríos",
         "✓ Meeting: Demo · Nov 27, 2026, 16:30 · Marta Ríos · They want it"),
    ]  # fmt: skip


def test_a_lead_was_active_when_something_was_done(ws: Workspace) -> None:
    lead = leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
    planned = activities.plan(ws, {"due_on": TODAY}, ("lead", lead))
    assert leads.get(ws, lead).row["last_activity_at"] is None
    activities.finish(ws, [planned])
    assert leads.get(ws, lead).row["last_activity_at"] is not None


def test_state_goes_by_the_end_and_by_the_day_of_who_looks(ws: Workspace) -> None:
    made = activities.plan(ws, {"due_on": TODAY, "starts": "23:30", "time_zone": "America/Lima", "minutes": 60}, None)
    found = activities.get(ws, made)
    assert found.due_at == datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
    assert (found.due_on, found.day(UTC)) == (TODAY, TOMORROW)
    assert found.state(datetime(2026, 11, 25, 5, 29, tzinfo=UTC), UTC) is ActivityState.TODAY
    assert found.state(datetime(2026, 11, 25, 5, 31, tzinfo=UTC), UTC) is ActivityState.OVERDUE


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "dance"}, "kind"), ({"starts": "10:00"}, "due_on"), ({"due_on": TODAY, "starts": "25:00"}, "starts"),
        ({"due_on": TODAY, "starts": "9:00", "time_zone": "Mars/Base"}, "time_zone"), ({"minutes": -1}, "minutes"),
        ({"subject": "x" * 301}, "subject"), ({"recurrence": "FREQ=DAILY"}, "due_on"), ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_and_nothing_is_written(ws: Workspace, values: dict[str, Any], field: str) -> None:
    (deal,) = make_deals(ws, 1)
    with pytest.raises(InvalidInput) as refused:
        activities.plan(ws, values, ("opportunity", deal))
    assert refused.value.field == field
    assert activities.of(ws, "opportunity", deal) == []


def test_many_are_planned_in_one_step(ws: Workspace) -> None:
    deals = make_deals(ws, 3)
    activities.plan_each(ws, {"kind": "email", "due_on": TODAY}, [("opportunity", d) for d in deals])
    assert undo.possible(ws).undo == "Plan 3 activities"
    undo.undo(ws)
    assert all(card(ws, d).next_activity_on is None for d in deals)
    with pytest.raises(NotFound):
        activities.finish(ws, [999])


def test_it_can_be_about_something_else(ws: Workspace) -> None:
    first, second = make_deals(ws, 2)
    made = activities.plan(ws, {"due_on": TODAY}, ("opportunity", first))
    activities.edit(ws, made, {"about": ("opportunity", second), "subject": "Offer", "kind": "email"})
    assert card(ws, first).next_activity_on is None
    assert card(ws, second).next_activity_on == TODAY
    activities.delete(ws, [made])
    assert card(ws, second).next_activity_on is None
    with pytest.raises(NotFound):
        activities.get(ws, made)


# Plans ----------------------------------------------------------------------------------------------------------------

CHAIN = (
    activity_plans.Step("call", "Introduce us", 0),
    activity_plans.Step("email", "Send the offer", 2, starts="09:00"),
    activity_plans.Step("call", "What do they say?", 5, working=False),
)


def planned(ws: Workspace, deal: int) -> list[tuple[str, date | None]]:
    return [(a.subject, a.due_on) for a in activities.of(ws, "opportunity", deal) if not a.done]


def test_a_plan_is_started_by_hand_for_many_in_one_step(any_ws: Workspace) -> None:
    deals = make_deals(any_ws, 2)
    plan = activity_plans.save(any_ws, None, "First contact", CHAIN)
    activity_plans.start(any_ws, deals, plan, date(2026, 11, 26))  # A Thursday.
    for deal in deals:
        assert planned(any_ws, deal) == [
            ("Introduce us", date(2026, 11, 26)), ("Send the offer", date(2026, 11, 30)),
            ("What do they say?", date(2026, 12, 1)),
        ]  # fmt: skip
    undo.undo(any_ws)
    assert [planned(any_ws, deal) for deal in deals] == [[], []]
    assert [p.name for p in activity_plans.listing(any_ws)] == ["First contact"]


def test_entering_a_stage_starts_its_plan_and_closing_ends_it(ws: Workspace) -> None:
    plan = activity_plans.save(ws, None, "Proposal", CHAIN)
    stage = stage_named(ws, "Proposal")
    pipelines.edit_stage(ws, stage.id, {"plan_id": plan})
    assert activity_plans.listing(ws)[0].stages == ("Proposal",)
    (deal,) = make_deals(ws, 1)
    own = activities.plan(ws, {"subject": "My own", "due_on": TODAY}, ("opportunity", deal))
    moves.move(ws, [deal], stage.id)
    assert len(planned(ws, deal)) == 4
    moves.win(ws, [deal])
    assert planned(ws, deal) == [("My own", TODAY)]
    undo.undo(ws)
    assert len(planned(ws, deal)) == 4
    activity_plans.stop(ws, deal)
    assert [a.id for a in activities.of(ws, "opportunity", deal)] == [own]
    made = opportunities.create(ws, {"name": "New", "value": 1, "expected_close": TOMORROW}, stage_id=stage.id)
    assert len(planned(ws, made)) == 3
    activity_plans.set_active(ws, plan, False)
    assert planned(ws, opportunities.create(ws, {"name": "No plan", "value": 1, "expected_close": TOMORROW},
                                            stage_id=stage.id)) == []  # fmt: skip
    activity_plans.delete(ws, plan)
    assert checks.problems(ws) == []
    undo.undo(ws)
    assert activity_plans.listing(ws)[0].steps == CHAIN


def test_working_days_leave_out_weekends_and_holidays(ws: Workspace) -> None:
    working_days.change(ws, range(5), "ES")
    calendar = working_days.of(ws)
    assert calendar.holiday(date(2026, 12, 25)) != ""
    assert calendar.after(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert calendar.between(date(2026, 12, 24), date(2026, 12, 28)) == 1
    assert calendar.between(date(2026, 12, 28), date(2026, 12, 24)) == 0
    with pytest.raises(InvalidInput):
        working_days.change(ws, (), "ES")
    with pytest.raises(InvalidInput):
        working_days.change(ws, range(5), "XX")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 300))
def test_counting_and_going_back_agree(day: date, count: int) -> None:
    calendar = WorkingDays()
    edge = calendar.before(day, count)
    assert calendar.between(edge, day) > count
    assert calendar.between(edge + timedelta(days=1), day) <= count


# Reminders ------------------------------------------------------------------------------------------------------------


def test_a_reminder_is_said_once_and_comes_again_when_put_off(any_ws: Workspace) -> None:
    soon = activities.plan(any_ws, {"due_on": TODAY, "starts": "12:10", "reminder_minutes": 15}, None)
    later = activities.plan(any_ws, {"due_on": TODAY, "starts": "18:00", "reminder_minutes": 15}, None)
    activities.plan(any_ws, {"due_on": TODAY - timedelta(days=9), "starts": "18:00", "reminder_minutes": 15}, None)
    assert [a.id for a in reminders.take(any_ws)] == [soon]
    assert reminders.take(any_ws) == []
    assert reminders.next_at(any_ws) == datetime(2026, 11, 24, 17, 45, tzinfo=UTC)
    reminders.snooze(any_ws, [soon], 10)
    at = reminders.next_at(any_ws)
    assert at is not None
    assert datetime(2026, 11, 24, 12, 10, tzinfo=UTC) <= at < datetime(2026, 11, 24, 12, 11, tzinfo=UTC)
    assert activities.get(any_ws, soon).due_at == datetime(2026, 11, 24, 12, 10, tzinfo=UTC)
    activities.finish(any_ws, [soon])
    assert reminders.next_at(any_ws) == datetime(2026, 11, 24, 17, 45, tzinfo=UTC)
    activities.delete(any_ws, [later])
    assert reminders.next_at(any_ws) is None


def test_what_was_reminded_can_still_be_undone(ws: Workspace) -> None:
    activities.plan(ws, {"subject": "Soon", "due_on": TODAY, "starts": "12:05", "reminder_minutes": 10}, None)
    assert len(reminders.take(ws)) == 1
    undo.undo(ws)
    assert reminders.next_at(ws) is None
    undo.redo(ws)


def test_nothing_reminds_of_a_deal_in_the_bin(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    made = activities.plan(any_ws, {"due_on": TODAY, "starts": "12:05", "reminder_minutes": 10}, ("opportunity", deal))
    opportunities.delete(any_ws, [deal])
    assert (reminders.take(any_ws), reminders.next_at(any_ws)) == ([], None)
    undo.undo(any_ws)
    assert [each.id for each in reminders.take(any_ws)] == [made]
