"""When a person is told: reminders, what quiet hours hold back, the morning summary; once, whatever windows there are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from salesos_desktop.domain.notices import Channel, Kind, NoticeSettings, QuietHours
from salesos_desktop.i18n import set_language
from salesos_desktop.services import (
    activities,
    morning,
    moves,
    notes,
    notice_settings,
    opportunities,
    people,
    quiet_hours,
    reminders,
    working_days,
)
from salesos_desktop.services.messages import render
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store
from tests.conftest import TODAY, StillClock, make_deals, stage_named
from tests.services.test_notices import person


class MovedClock(StillClock):
    """A clock that shows what it is set to."""

    hour = 12

    def now(self) -> datetime:
        return datetime.combine(self.day, time(self.hour), tzinfo=UTC) + timedelta(microseconds=self._tick())

    def _tick(self) -> int:
        self._ticks += 1
        return self._ticks % 1_000_000

    def set(self, day: date, hour: int) -> None:
        self.day, self.hour = day, hour


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def titles(ws: Workspace) -> list[str]:
    return [render(notice.title) for notice in reversed(people.notices(ws))]


def restarted(ws: Workspace) -> Workspace:
    """The same workspace as another window, or the program after a restart, sees it."""
    other = Workspace(Store.open_file(ws.store.path) if ws.store.path else ws.store, ws.clock)
    other.load()
    return other


def by_somebody_else(ws: Workspace) -> Workspace:
    other = restarted(ws)
    other.actor_id = person(ws, "Ana Gil")
    return other


def test_a_reminder_leaves_a_notification_and_is_said_once(any_ws: Workspace, clock: MovedClock) -> None:
    (deal,) = make_deals(any_ws, 1)
    planned = activities.plan(
        any_ws, {"subject": "Offer", "due_on": TODAY, "starts": "15:00", "reminder_minutes": 60, "place": "Room 2"},
        ("opportunity", deal),
    )  # fmt: skip
    assert reminders.take(any_ws) == []
    clock.set(TODAY, 14)
    other = restarted(any_ws)
    assert [each.id for each in reminders.take(other)] == [planned]
    assert reminders.take(any_ws) == []
    (notice,) = people.notices(any_ws)
    assert (notice.kind, notice.subject_table, notice.subject_id) == ("activity_due", "activity", planned)
    assert (render(notice.title), render(notice.body)) == ("Offer", "Nov 24, 2026, 15:00 · Deal 0 · Room 2")
    set_language("es")
    assert render(notice.body) == "24 nov 2026, 15:00 · Deal 0 · Room 2", "in the language of whoever looks"
    set_language("en")
    reminders.snooze(any_ws, [planned], 10)
    assert reminders.next_at(any_ws) is not None
    if other is not any_ws and any_ws.store.path:
        other.store.close()


def test_in_quiet_hours_a_reminder_at_a_time_is_said_and_one_of_a_day_waits(ws: Workspace, clock: MovedClock) -> None:
    notice_settings.change(ws, NoticeSettings(quiet=QuietHours(True)))
    late = activities.plan(ws, {"subject": "Late", "due_on": TODAY, "starts": "23:30", "reminder_minutes": 30})
    day = activities.plan(ws, {"subject": "Day", "due_on": TODAY + timedelta(days=1), "reminder_minutes": 10 * 60})
    clock.set(TODAY, 23)
    assert [each.id for each in reminders.take(ws)] == [late]
    clock.set(TODAY + timedelta(days=1), 7)
    assert [each.id for each in reminders.take(ws)] == [day]


def test_reminders_that_are_off_are_passed_over(ws: Workspace, clock: MovedClock) -> None:
    notice_settings.change(ws, NoticeSettings().with_channel(Kind.ACTIVITY_DUE, Channel.IN_APP, False))
    activities.plan(ws, {"due_on": TODAY, "starts": "15:00", "reminder_minutes": 0})
    clock.set(TODAY, 15)
    assert reminders.take(ws) == []
    assert people.notices(ws) == []
    assert reminders.next_at(ws) is None


def test_what_quiet_hours_held_back_is_delivered_once_at_their_end(any_ws: Workspace, clock: MovedClock) -> None:
    other = by_somebody_else(any_ws)
    first, second, third = make_deals(any_ws, 3)
    notice_settings.change(any_ws, NoticeSettings(quiet=QuietHours(True)))
    moves.move(other, [first], stage_named(any_ws, "Proposal").id)
    clock.set(TODAY, 23)
    moves.move(other, [second], stage_named(any_ws, "Proposal").id)
    moves.win(other, [third])
    notes.add(other, "opportunity", first, "Of a kind that is told in the bell alone")
    opportunities.edit(any_ws, first, {"note": "mine"})
    moves.move(any_ws, [first], stage_named(any_ws, "Negotiation").id)
    assert quiet_hours.deliver(any_ws) == []
    clock.set(TODAY + timedelta(days=1), 8)
    again = restarted(any_ws)
    assert [render(notice.title) for notice in quiet_hours.deliver(again)] == [
        "Deal 1 moved to Proposal", "Won: Deal 2",
    ]  # fmt: skip
    assert quiet_hours.deliver(any_ws) == []
    clock.set(TODAY + timedelta(days=2), 8)
    assert quiet_hours.deliver(any_ws) == []
    for each in (again, other):
        if each.store is not any_ws.store:
            each.store.close()


def test_a_morning_has_one_summary(any_ws: Workspace, clock: MovedClock) -> None:
    deals = make_deals(any_ws, 4)
    for name, day in (("Call", TODAY), ("Offer", TODAY), ("Old", TODAY - timedelta(days=2))):
        activities.plan(any_ws, {"subject": name, "due_on": day}, ("opportunity", deals[0]))
    opportunities.edit(any_ws, deals[1], {"expected_close": TODAY})
    opportunities.edit(any_ws, deals[2], {"expected_close": TODAY - timedelta(days=1)})
    clock.set(TODAY, 6)
    assert morning.greet(any_ws) is None
    clock.set(TODAY, 7)
    other = restarted(any_ws)
    assert morning.greet(other) is not None
    assert morning.greet(any_ws) is None
    (notice,) = people.notices(any_ws)
    assert notice.kind == Kind.SUMMARY
    assert render(notice.title) == (
        "Good morning: 2 activities today, 1 overdue, 1 closes today, 1 past its close date"
    )
    assert render(notice.body) == "1 closes today: Deal 1 · 1 past its close date: Deal 2"
    if other.store is not any_ws.store:
        other.store.close()


def test_danger_is_told_once_per_deal_and_reason(ws: Workspace, clock: MovedClock) -> None:
    first, second = make_deals(ws, 2, expected_close=date(2027, 5, 3))
    clock.set(TODAY, 9)
    morning.greet(ws)
    assert people.notices(ws) == []
    stale = working_days.of(ws).after(TODAY, 31)
    clock.set(stale, 9)
    opportunities.edit(ws, second, {"note": "Spoke", "expected_close": stale + timedelta(days=5)})
    morning.greet(ws)
    assert titles(ws) == ["Good morning: 1 deal without a touch, 1 closes soon"]
    clock.set(working_days.of(ws).after(stale, 1), 9)
    morning.greet(ws)
    assert len(titles(ws)) == 1
    # A deal that was dealt with and is left alone again is told again.
    opportunities.edit(ws, first, {"note": "Spoke", "expected_close": date(2027, 12, 1)})
    opportunities.edit(ws, second, {"expected_close": date(2027, 12, 1)})
    clock.set(working_days.of(ws).after(stale, 2), 9)
    morning.greet(ws)
    clock.set(working_days.of(ws).after(stale, 40), 9)
    morning.greet(ws)
    assert titles(ws)[1:] == ["Good morning: 2 deals without a touch"]


def test_no_summary_on_a_day_off_nor_before_quiet_hours_end(ws: Workspace, clock: MovedClock) -> None:
    activities.plan(ws, {"due_on": TODAY})
    clock.set(date(2026, 11, 28), 12)
    assert morning.greet(ws) is None
    clock.set(date(2026, 11, 30), 8)
    notice_settings.change(ws, NoticeSettings(quiet=QuietHours(True, time(20), time(9))))
    assert morning.greet(ws) is None
    clock.set(date(2026, 11, 30), 9)
    assert morning.greet(ws) is not None
    clock.set(date(2026, 12, 1), 9)
    off = notice_settings.get(ws).with_channel(Kind.ACTIVITY_OVERDUE, Channel.IN_APP, False)
    notice_settings.change(ws, off)
    morning.greet(ws)
    assert titles(ws) == ["Good morning: 1 overdue"]


@pytest.mark.parametrize(
    "words",
    ["garbage", "{", "7", '["{x", {}]', '["{a.__class__}", {"a": 1}]', '["{a:>999999999}", {"a": 1}]', "[" * 5000],
)
def test_words_that_cannot_be_read_are_a_dash(words: str) -> None:
    assert render(words) == "–"
