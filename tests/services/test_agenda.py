"""The agenda: activities on the viewer's days, recurrences to come, overdue ones apart, daylight saving, calendar files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from salesos_desktop.domain.agenda import Agenda, Item, Wanted, day_of, placed, side_by_side
from salesos_desktop.errors import UserError
from salesos_desktop.services import activities, agenda, contacts, ical, moves, opportunities, working_days
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals, stage_named

MADRID, LIMA = "Europe/Madrid", "America/Lima"
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)


class _Clock(StillClock):
    """Stands still in a zone."""

    def __init__(self, zone: str, day: date) -> None:
        super().__init__()
        self._zone, self.day = zone, day

    def zone(self) -> tzinfo | None:
        return ZoneInfo(self._zone)


def plan(ws: Workspace, name: str, day: date | None, starts: str = "", **more: Any) -> int:
    return activities.plan(ws, {"subject": name, "due_on": day, "starts": starts, **more})


def shown(found: Agenda) -> list[tuple[str, str, str]]:
    return [(item.activity.subject, str(item.day), f"{item.start:%H:%M}" if item.start else "") for item in found.items]


def week(ws: Workspace, **more: Any) -> Agenda:
    return agenda.load(ws, Wanted(MONDAY, SUNDAY, **more))


def test_a_week_holds_its_activities_overdue_and_undated_ones_apart(any_ws: Workspace) -> None:
    plan(any_ws, "late", TODAY - timedelta(days=30))
    plan(any_ws, "no day", None)
    plan(any_ws, "whole day", TODAY)
    plan(any_ws, "ten", TODAY, "10:00")
    plan(any_ws, "fair", MONDAY - timedelta(days=3), "09:00", minutes=5 * 24 * 60)
    plan(any_ws, "next week", SUNDAY + timedelta(days=1))
    gone = plan(any_ws, "gone", TODAY, "11:00")
    activities.delete(any_ws, [gone])
    found = week(any_ws)
    assert shown(found) == [
        ("fair", "2026-11-20", "09:00"), ("whole day", "2026-11-24", ""), ("ten", "2026-11-24", "10:00"),
    ]  # fmt: skip
    assert [item.activity.subject for item in found.overdue] == ["late", "fair"]
    assert [item.activity.subject for item in found.undated] == ["no day"]
    on = found.on()
    assert [item.activity.subject for item in on[TODAY]] == ["whole day", "fair", "ten"]
    assert on[date(2026, 11, 26)] == []
    assert [item.minutes_on(MONDAY) for item in on[MONDAY]] == [(0, 1440)]


def test_person_kind_and_done_narrow_it(ws: Workspace) -> None:
    plan(ws, "a call", TODAY, kind="call")
    done = plan(ws, "done", TODAY, kind="call")
    plan(ws, "nobody's", TODAY, kind="meeting", assignee_id=None)
    activities.finish(ws, [done])
    names = lambda **more: [item.activity.subject for item in week(ws, **more).items]  # noqa: E731
    assert names() == ["a call", "done", "nobody's"]
    assert names(person_id=ws.actor_id) == ["a call", "done"]
    assert names(kinds=frozenset({"meeting"})) == ["nobody's"]
    assert names(done=False) == ["a call", "nobody's"]


def test_recurrences_are_seen_before_they_are_rows(any_ws: Workspace) -> None:
    made = plan(any_ws, "daily", TODAY, "09:30", recurrence="FREQ=DAILY;COUNT=4")
    found = week(any_ws)
    assert [(item.day.day, item.again) for item in found.items if item.day] == [
        (24, False), (25, True), (26, True), (27, True),
    ]  # fmt: skip
    assert len({item.key for item in found.items}) == 4
    late = plan(any_ws, "late", TODAY - timedelta(days=7), recurrence="FREQ=WEEKLY")
    found = week(any_ws)
    assert [item.day for item in found.items if item.activity.id == late] == [TODAY]
    activities.finish(any_ws, [made])
    assert [item.again for item in week(any_ws).items if item.activity.subject == "daily"] == [
        False, False, True, True,
    ]  # fmt: skip


def test_only_what_changed_is_read_again(ws: Workspace) -> None:
    first, second = plan(ws, "first", TODAY), plan(ws, "second", TODAY)
    late = plan(ws, "late", TODAY - timedelta(days=2))
    found = week(ws)
    activities.edit(ws, first, {"subject": "moved", "due_on": SUNDAY})
    activities.finish(ws, [late])
    activities.delete(ws, [second])
    ids = [first, second, late]
    changed = found.with_changed(ids, agenda.look(ws, found.wanted, ids))
    again = week(ws)
    assert (changed.items, changed.overdue, changed.undated) == (again.items, again.overdue, again.undated)
    assert [item.activity.subject for item in changed.items] == ["moved"]


def test_expected_closings_are_those_of_open_deals(any_ws: Workspace) -> None:
    here, elsewhere, won = make_deals(any_ws, 3, expected_close=SUNDAY)
    opportunities.edit(any_ws, elsewhere, {"expected_close": SUNDAY + timedelta(days=1)})
    moves.win(any_ws, [won])
    assert week(any_ws).closings == ()
    found = week(any_ws, closings=True).closings
    assert [(each.deal_id, each.day, each.value, each.currency) for each in found] == [(here, SUNDAY, 100_000, "USD")]
    assert stage_named(any_ws, "Prospecting").id


def test_days_say_whether_they_are_worked(ws: Workspace) -> None:
    working_days.change(ws, [0, 1, 2, 3, 4], "ES")
    found = {day.day: day for day in agenda.load(ws, Wanted(date(2026, 12, 7), date(2026, 12, 13))).days}
    assert [day.works for day in found.values()] == [True, False, True, True, True, False, False]
    assert found[date(2026, 12, 8)].holiday == "Immaculate Conception"


# Zones and daylight saving ----------------------------------------------------------------------------------------


def test_an_activity_planned_elsewhere_falls_on_the_viewers_day(ws: Workspace) -> None:
    ws.clock = _Clock(MADRID, TODAY)
    made = plan(ws, "call", TODAY, "20:00", time_zone=LIMA, minutes=60)
    found = week(ws)
    assert shown(found) == [("call", "2026-11-25", "02:00")]
    assert found.items[0].activity.due_on == TODAY
    # Dragged to ten o'clock here, it stays in the zone it was planned in.
    activities.edit(ws, made, agenda.moved(found.items[0], TODAY, "10:00", ZoneInfo(MADRID)))
    assert shown(week(ws)) == [("call", "2026-11-24", "10:00")]
    assert activities.get(ws, made).time_zone == LIMA
    activities.edit(ws, made, agenda.moved(week(ws).items[0], SUNDAY, None, ZoneInfo(MADRID)))
    assert shown(week(ws)) == [("call", "2026-11-29", "10:00")]
    activities.edit(ws, made, agenda.moved(week(ws).items[0], SUNDAY, "", ZoneInfo(MADRID)))
    assert shown(week(ws)) == [("call", "2026-11-29", "")]


@pytest.mark.parametrize(
    ("day", "minutes", "shift", "ends", "lasts"),
    [
        # 02:00 to 03:00 is not there: two hours from 01:00 end at 04:00.
        (date(2026, 3, 29), 1380, (120, 180), "04:00", 120),
        # 02:00 to 03:00 comes twice: two hours from 01:00 end at the second 02:00.
        (date(2026, 10, 25), 1500, (120, 180), "02:00", 240),
        (date(2026, 10, 26), 1440, None, "03:00", 180),
    ],
)
def test_a_day_of_23_and_of_25_hours(
    ws: Workspace, day: date, minutes: int, shift: tuple[int, int] | None, ends: str, lasts: int
) -> None:
    ws.clock = _Clock(MADRID, day - timedelta(days=1))
    zone = ZoneInfo(MADRID)
    made = day_of(day, zone)
    assert (made.minutes, made.shift) == (minutes, shift)
    call = plan(ws, "call", day, "01:00", minutes=120)
    item = agenda.load(ws, Wanted(day, day)).items[0]
    assert item.end is not None
    assert f"{item.end:%H:%M}" == ends
    assert item.minutes_on(day) is not None
    # Stretched on the clock to 04:00, it lasts the real minutes until then.
    activities.edit(ws, call, agenda.stretched(item, datetime(day.year, day.month, day.day, 4)))
    item = agenda.load(ws, Wanted(day, day)).items[0]
    assert item.end is not None
    assert item.activity.minutes == {1380: 120, 1500: 240, 1440: 180}[minutes] == lasts
    assert f"{item.end:%H:%M}" == "04:00"
    # What recurs keeps its hour across the change.
    daily = plan(ws, "daily", day - timedelta(days=1), "10:00", recurrence="FREQ=DAILY")
    found = agenda.load(ws, Wanted(day - timedelta(days=1), day + timedelta(days=1)))
    assert [f"{i.start:%d %H:%M}" for i in found.items if i.activity.id == daily and i.start] == [
        f"{day + timedelta(days=n):%d} 10:00" for n in (-1, 0, 1)
    ]


def test_dropped_into_the_hour_that_is_left_out_it_begins_an_hour_later(ws: Workspace) -> None:
    day = date(2026, 3, 29)
    ws.clock = _Clock(MADRID, day)
    made = plan(ws, "call", day, "12:00")
    item = agenda.load(ws, Wanted(day, day)).items[0]
    activities.edit(ws, made, agenda.moved(item, day, "02:30", ZoneInfo(MADRID)))
    assert shown(agenda.load(ws, Wanted(day, day))) == [("call", "2026-03-29", "03:30")]


@given(st.lists(st.tuples(st.integers(0, 1400), st.integers(15, 200)), max_size=40))
def test_what_overlaps_stands_side_by_side(raw: list[tuple[int, int]]) -> None:
    spans = sorted((begins, begins + lasts) for begins, lasts in raw)
    places = side_by_side(spans)
    for n, (begins, ends) in enumerate(spans):
        place, width = places[n]
        assert 0 <= place < width
        for m in range(n):
            if spans[m][1] > begins and spans[m][0] < ends:
                assert places[m][0] != place
                assert places[m][1] == width
        if not any(s[0] < ends and s[1] > begins for k, s in enumerate(spans) if k != n):
            assert (place, width) == (0, 1), "alone it has the whole width"


# Calendar files ---------------------------------------------------------------------------------------------------


def events(data: bytes) -> dict[str, Any]:
    return {str(event["SUMMARY"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


def test_a_calendar_file_says_all_of_an_activity(ws: Workspace, tmp_path: Path) -> None:
    ws.clock = _Clock(MADRID, TODAY)
    (deal,) = make_deals(ws, 1)
    ana = contacts.create(ws, {"name": "Ana Vega", "email": "ana@example.com"})
    activities.plan(
        ws,
        {
            "kind": "meeting", "subject": "Demo, “línea” nº 1; ñ", "due_on": TODAY, "starts": "10:00", "minutes": 90,
            "place": "Sala 2", "note": "Traer\nmuestras", "reminder_minutes": 15, "recurrence": "FREQ=WEEKLY;UNTIL=20261231",
            "participants": [{"contact_id": ana}, {"name": "Luis"}],
        },
        ("opportunity", deal),
    )  # fmt: skip
    plan(ws, "abroad", TODAY, "20:00", time_zone=LIMA)
    done = plan(ws, "done", TODAY, "08:00")
    activities.finish(ws, [done])
    plan(ws, "whole day", TODAY, reminder_minutes=60, recurrence="FREQ=DAILY;UNTIL=20261201")
    plan(ws, "from before", MONDAY - timedelta(days=4), "09:00", recurrence="FREQ=WEEKLY")
    plan(ws, "another week", SUNDAY + timedelta(days=3))
    target = tmp_path / "agenda.ics"
    assert ical.export(ws, Wanted(MONDAY, SUNDAY), target) == 5
    found = events(target.read_bytes())
    assert set(found) == {"Demo, “línea” nº 1; ñ", "abroad", "✓ done", "whole day", "from before"}
    demo = found["Demo, “línea” nº 1; ñ"]
    assert demo["DTSTART"].dt == datetime(2026, 11, 24, 10, tzinfo=ZoneInfo(MADRID))
    assert demo["DTSTART"].params["TZID"] == MADRID
    assert demo["DTEND"].dt - demo["DTSTART"].dt == timedelta(minutes=90)
    assert demo["RRULE"]["UNTIL"] == [datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)], "the whole of that day here"
    assert (str(demo["LOCATION"]), str(demo["DESCRIPTION"])) == ("Sala 2", "Deal 0\n\nTraer\nmuestras")
    assert [(str(p), str(p.params["CN"])) for p in demo["ATTENDEE"]] == [
        ("mailto:ana@example.com", "Ana Vega"), ("invalid:nomail", "Luis"),
    ]  # fmt: skip
    assert [alarm["TRIGGER"].dt for alarm in demo.walk("VALARM")] == [timedelta(minutes=-15)]
    assert demo.errors == []
    assert found["abroad"]["DTSTART"].params["TZID"] == LIMA
    assert found["✓ done"][ical.DONE] == "20261124T120000Z"
    assert found["whole day"]["DTSTART"].dt == TODAY
    assert found["whole day"]["RRULE"]["UNTIL"] == [date(2026, 12, 1)]
    assert [alarm["TRIGGER"].dt for alarm in found["whole day"].walk("VALARM")] == [timedelta(hours=8)]
    zones = {str(zone["TZID"]) for zone in Calendar.from_ical(target.read_bytes()).walk("VTIMEZONE")}
    assert zones == {MADRID, LIMA}
    assert list(tmp_path.glob(".*")) == []


def test_a_calendar_file_that_cannot_be_written_is_said(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        ical.export(ws, Wanted(MONDAY, SUNDAY), tmp_path / "missing" / "agenda.ics")


def test_an_item_without_a_length_still_can_be_seen(ws: Workspace) -> None:
    made = plan(ws, "short", TODAY, "23:55", minutes=0)
    item: Item = placed(activities.get(ws, made), UTC)
    assert item.minutes_on(TODAY) == (1425, 1440)
    assert item.last_day == TODAY
