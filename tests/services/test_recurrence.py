"""What recurs: the next one comes in the same step, keeps its time and its place, and says itself in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from salesos_desktop import storage
from salesos_desktop.errors import InvalidInput
from salesos_desktop.i18n import set_language
from salesos_desktop.services import activities, opportunities, recurrence, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, make_deals


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
    assert opportunities.get(any_ws, deal).card.next_activity_on == date(2026, 11, 30)
    activities.finish(any_ws, [following.id])
    assert opportunities.get(any_ws, deal).card.next_activity_on == date(2026, 12, 31)
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
