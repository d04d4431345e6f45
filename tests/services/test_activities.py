"""Activities: planned, done, recurring, put off; the deal's sign, points and history follow, and undo takes them back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop import storage
from salesos_desktop.domain.activities import ActivityState
from salesos_desktop.domain.working_days import WorkingDays
from salesos_desktop.errors import InvalidInput, NotFound
from salesos_desktop.i18n import set_language
from salesos_desktop.services import (
    activities,
    activity_plans,
    checks,
    leads,
    moves,
    opportunities,
    people,
    pipelines,
    recurrence,
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


def test_moving_keeps_the_time_across_daylight_saving(ws: Workspace) -> None:
    made = activities.plan(ws, {"due_on": date(2027, 3, 27), "starts": "10:00", "time_zone": "Europe/Madrid"}, None)
    assert activities.get(ws, made).due_at == datetime(2027, 3, 27, 9, tzinfo=UTC)
    activities.move(ws, [made], date(2027, 3, 29))
    assert activities.get(ws, made).due_at == datetime(2027, 3, 29, 8, tzinfo=UTC)


def test_what_recurs_is_planned_anew_in_the_same_step(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    made = activities.plan(
        any_ws,
        {"kind": "call", "subject": "Round", "due_on": date(2026, 10, 31), "starts": "10:00", "minutes": 20,
         "time_zone": "Europe/Madrid", "recurrence": "FREQ=MONTHLY;COUNT=5", "reminder_minutes": 30,
         "participants": [{"name": "Somebody"}]},
        ("opportunity", deal),
    )  # fmt: skip
    activities.finish(any_ws, [made])
    (following,) = [a for a in activities.of(any_ws, "opportunity", deal) if not a.done]
    # Overdue since October: the next one is the first still to come, on the last day of November.
    assert (following.due_on, following.due_at) == (date(2026, 11, 30), datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert (following.minutes, [p.name for p in following.participants]) == (20, ["Somebody"])
    assert following.remind_at == datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
    assert recurrence.parts(following.recurrence)["COUNT"] == "4"
    assert card(any_ws, deal).next_activity_on == date(2026, 11, 30)
    activities.finish(any_ws, [following.id])
    assert card(any_ws, deal).next_activity_on == date(2026, 12, 31)
    undo.undo(any_ws)
    undo.undo(any_ws)
    assert [a.id for a in activities.of(any_ws, "opportunity", deal) if not a.done] == [made]


def test_what_is_not_done_after_all_does_not_recur_twice(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)

    def open_ones() -> list[int]:
        return [a.id for a in activities.of(any_ws, "opportunity", deal) if not a.done]

    made = activities.plan(any_ws, {"due_on": TODAY, "recurrence": "FREQ=DAILY"}, ("opportunity", deal))
    activities.finish(any_ws, [made])
    activities.reopen(any_ws, made)
    assert open_ones() == [made]
    activities.finish(any_ws, [made])
    (following,) = open_ones()
    activities.edit(any_ws, following, {"place": "There"})
    activities.reopen(any_ws, made)
    activities.finish(any_ws, [made])
    assert open_ones() == [following], "the one that was dealt with goes on"


def test_the_31st_is_the_last_day_of_a_short_month_and_comes_back() -> None:
    rule = recurrence.checked("FREQ=MONTHLY", date(2027, 1, 31))
    days = recurrence.between(rule, datetime(2027, 1, 31), date(2027, 1, 1), date(2027, 5, 31))
    assert [f"{d:%m-%d}" for d in days] == ["02-28", "03-31", "04-30", "05-31"]
    leap = recurrence.checked("FREQ=YEARLY", date(2028, 2, 29))
    assert [d.date() for d in recurrence.between(leap, datetime(2028, 2, 29), date(2029, 1, 1), date(2032, 12, 31))] == [
        date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=HOURLY", "EVERY DAY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-1", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;UNTIL=2026",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9", "FREQ=YEARLY;BYDAY=60MO",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
    ],
)  # fmt: skip
def test_what_is_no_recurrence_is_refused(ws: Workspace, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        activities.plan(ws, {"due_on": TODAY, "recurrence": text}, None)
    assert refused.value.field == "recurrence"


def test_a_time_that_daylight_saving_leaves_out_is_shifted_in_one_occurrence_alone(ws: Workspace) -> None:
    def at(activity_id: int) -> str:
        due = activities.get(ws, activity_id).due_at
        assert due is not None
        return f"{due.astimezone(ZoneInfo('Europe/Madrid')):%m-%d %H:%M}"

    def next_one() -> int:
        (found,) = activities.waiting(ws)
        return found.id

    when = {"due_on": date(2027, 3, 21), "starts": "02:30", "time_zone": "Europe/Madrid"}
    activities.finish(ws, [activities.plan(ws, {**when, "recurrence": "FREQ=WEEKLY"})])
    assert at(next_one()) == "03-28 03:30"
    as_shown = {"due_on": date(2027, 3, 28), "starts": "03:30", "time_zone": "Europe/Madrid"}
    activities.edit(ws, next_one(), {**as_shown, "recurrence": "FREQ=WEEKLY;COUNT=5", "subject": "Backup"})
    assert at(next_one()) == "03-28 03:30"
    activities.move(ws, [next_one()], date(2027, 3, 29))
    assert at(next_one()) == "03-29 02:30"
    activities.move(ws, [next_one()], date(2027, 3, 28))
    activities.finish(ws, [next_one()])
    assert at(next_one()) == "04-04 02:30"


def test_words_of_a_rule() -> None:
    rule = recurrence.made("WEEKLY", 2, ("TH", "MO"), until=date(2026, 12, 12))
    assert recurrence.words(rule) == "every 2 weeks on Monday and Thursday, until Dec 12, 2026"
    assert recurrence.words(recurrence.made("DAILY", count=3)) == "every day, 3 more times"
    assert recurrence.words("") == ""


@pytest.mark.parametrize(
    ("rule", "english", "spanish"),
    [
        ("FREQ=MONTHLY;BYDAY=2TU", "on the second Tuesday of every month", "el segundo martes de cada mes"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "on the last Friday of every month", "el último viernes de cada mes"),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", "on the last Friday of every month", "el último viernes de cada mes"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "on the first day from Monday to Friday of every month",
         "el primer día de lunes a viernes de cada mes"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "on day 1 and day 15 of every month", "el día 1 y el día 15 de cada mes"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1", "every 2 months on the last day", "cada 2 meses, el último día"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "on the second to last day of every month", "el penúltimo día de cada mes"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "on day 30 or the last one before it of every month",
         "el día 30 o el último antes de él de cada mes"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "on the last day of every month", "el último día de cada mes"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "on day 13 of every month, only on Friday",
         "el día 13 de cada mes, solo si es viernes"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3", "every year on March 3", "cada año, el 3 de marzo"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
         "every year on day 29 or the last one before it of February", "cada año, el día 29 o el último antes de él de febrero"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "every year on the fourth Thursday of November",
         "cada año, el cuarto jueves de noviembre"),
        ("FREQ=YEARLY;BYDAY=20MO", "every year on the 20th Monday", "cada año, el 20.º lunes"),
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTH=1,2,6", "every week on Monday in January, February and June",
         "cada semana, el lunes en enero, febrero y junio"),
    ],
)  # fmt: skip
def test_words_of_a_place_in_the_month_or_year(rule: str, english: str, spanish: str) -> None:
    assert recurrence.checked(rule, TODAY) == rule
    assert recurrence.words(rule) == english
    set_language("es")
    assert recurrence.words(rule) == spanish


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


@pytest.mark.parametrize("moved_to", [date(2026, 11, 27), date(2026, 12, 2)])
def test_one_that_is_put_off_or_brought_forward_does_not_move_the_others(any_ws: Workspace, moved_to: date) -> None:
    monday = {"due_on": date(2026, 11, 30), "starts": "10:00", "recurrence": "FREQ=WEEKLY;COUNT=3"}
    made = activities.plan(any_ws, monday, None)
    activities.edit(any_ws, made, {"due_on": moved_to, "starts": "10:15"})
    activities.finish(any_ws, [made])
    (again,) = (each for each in activities_waiting(any_ws))
    assert again.due_at == datetime(2026, 12, 7, 10, tzinfo=UTC)
    assert recurrence.parts(again.recurrence)["COUNT"] == "2"


def activities_waiting(ws: Workspace) -> list[Any]:
    with ws.store.read() as connection:
        return storage.activities.waiting(connection)


def test_a_series_goes_on_from_another_day_when_that_is_said(ws: Workspace) -> None:
    made = activities.plan(ws, {"due_on": date(2027, 1, 31), "recurrence": "FREQ=MONTHLY"}, None)
    rule = activities.get(ws, made).recurrence
    activities.edit(ws, made, {"note": "Bring the figures", "recurrence": rule, "due_on": date(2027, 1, 31)})
    assert (activities.get(ws, made).recurrence, activities.get(ws, made).occurs) == (rule, "2027-01-31")
    activities.edit(ws, made, {"recurrence": rule, "due_on": date(2027, 1, 15)})
    found = activities.get(ws, made)
    assert (found.recurrence, found.occurs) == ("FREQ=MONTHLY", "2027-01-15")
    activities.edit(ws, made, {"recurrence": ""})
    assert activities.get(ws, made).occurs == ""
