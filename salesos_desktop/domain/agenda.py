"""What a range of days holds: activities placed in the viewer's zone, on a clock that daylight saving moves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from .activities import Activity, ActivityState

DAY_MINUTES = 24 * 60
SNAP = 15
"""Minutes to which a drag keeps."""
SHORTEST = 15
"""What an activity without a length, or shorter, takes up in a day."""

Key = tuple[int, int]
"""Tells items apart: the activity's id and, for an occurrence to come, its day's ordinal, else 0."""


@dataclass(frozen=True, slots=True)
class Item:
    """An activity as the viewer sees it: its ``day`` and the one it ends on, None without one, and local ``start`` and
    ``end``, None for a whole day. ``again`` is an occurrence that is still to come and has no row of its own.
    """

    activity: Activity
    day: date | None
    last_day: date | None
    start: datetime | None = None
    end: datetime | None = None
    again: bool = False

    @property
    def key(self) -> Key:
        """What tells it apart from other items."""
        return (self.activity.id, self.day.toordinal() if self.again and self.day else 0)

    def touches(self, first: date, last: date) -> bool:
        """Whether it lies on one of these days."""
        return self.day is not None and self.last_day is not None and self.day <= last and self.last_day >= first

    def state(self, now: datetime) -> ActivityState:
        """How it stands to now."""
        if self.again:
            return ActivityState.PLANNED
        return self.activity.state(now, now.tzinfo)

    def minutes_on(self, day: date) -> tuple[int, int] | None:
        """From and to on a day's clock, in minutes from 0 to 1440; None for the whole of it."""
        if self.start is None or self.end is None:
            return None
        begins = 0 if self.start.date() < day else self.start.hour * 60 + self.start.minute
        ends = DAY_MINUTES if self.end.date() > day else self.end.hour * 60 + self.end.minute
        begins = min(begins, DAY_MINUTES - SHORTEST)
        return begins, max(ends, begins + SHORTEST)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the range: whether it is worked, its holiday's name, and how long it is. ``shift`` are the minutes of the
    clock, from and to, that daylight saving leaves out (a day of 1380 minutes) or that come twice (1500).
    """

    day: date
    works: bool = True
    holiday: str = ""
    minutes: int = DAY_MINUTES
    shift: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """An open deal that is expected to close on a day; ``value`` in minor units of ``currency``."""

    deal_id: int
    name: str
    day: date
    value: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which days, both included, whose activities (None: everybody's), of which kinds (none: all), those that are done
    too, and expected closings of deals too.
    """

    first: date
    last: date
    person_id: int | None = None
    kinds: frozenset[str] = frozenset()
    done: bool = True
    closings: bool = False

    def takes(self, activity: Activity) -> bool:
        """Whether an activity is wanted, whatever its day."""
        return (
            (self.person_id is None or activity.assignee_id == self.person_id)
            and (not self.kinds or activity.kind in self.kinds)
            and (self.done or not activity.done)
        )


@dataclass(frozen=True, slots=True)
class Agenda:
    """``items`` of the wanted days in order of time; open ones from before ``today`` in ``overdue``, the oldest first;
    open ones without a day in ``undated``, the newest first.
    """

    wanted: Wanted
    today: date
    zone: ZoneInfo
    days: tuple[Day, ...] = ()
    items: tuple[Item, ...] = ()
    overdue: tuple[Item, ...] = ()
    undated: tuple[Item, ...] = ()
    closings: tuple[Closing, ...] = ()

    def with_changed(self, ids: Collection[int], found: Agenda) -> Agenda:
        """The same after these activities were read again; ``found`` holds what has become of them."""
        gone = frozenset(ids)

        def merged(name: str, order: Callable[[Item], Any]) -> tuple[Item, ...]:
            kept: list[Item] = [item for item in getattr(self, name) if item.activity.id not in gone]
            return tuple(sorted([*kept, *getattr(found, name)], key=order))

        return replace(
            self, today=found.today, items=merged("items", in_time_order), overdue=merged("overdue", in_time_order),
            undated=merged("undated", lambda item: -item.activity.id),
        )  # fmt: skip

    def on(self) -> dict[date, list[Item]]:
        """Items by each of the days they touch; those of a whole day come first."""
        found: dict[date, list[Item]] = {day.day: [] for day in self.days}
        reached: set[date] = set()
        for item in self.items:
            if item.day is not None and item.day == item.last_day:
                found[item.day].append(item)
                continue
            for day in _days(item, self.wanted):
                found[day].append(item)
                reached.add(day)
        for day in reached:
            found[day].sort(key=lambda item: item.start is not None)
        return found


def in_time_order(item: Item) -> tuple[object, ...]:
    """Sort key: by day, whole days first, then by start."""
    return (item.day or date.max, item.start is not None, item.start.timestamp() if item.start else 0, item.activity.id)


def placed(activity: Activity, zone: tzinfo) -> Item:
    """An activity where the viewer is."""
    if activity.due_at is None:
        return Item(activity, activity.due_on, activity.due_on)
    start = activity.due_at.astimezone(zone)
    end = (activity.due_at + timedelta(minutes=activity.minutes or 0)).astimezone(zone)
    ends_at_midnight = activity.minutes and (end.hour, end.minute) == (0, 0)
    return Item(activity, start.date(), end.date() - timedelta(days=1) if ends_at_midnight else end.date(), start, end)


def day_of(day: date, zone: tzinfo, *, works: bool = True, holiday: str = "") -> Day:
    """A day with its length."""
    midnights = [datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in (day, day + timedelta(days=1))]
    minutes = round((midnights[1] - midnights[0]).total_seconds()) // 60
    return Day(day, works, holiday, minutes, None if minutes == DAY_MINUTES else _shift(day, zone))


def side_by_side(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """For each span (from, to) its place from the left and how many stand beside each other there.

    Spans come in order of their beginning; only those that overlap, directly or through others, share the width.
    """
    places: list[tuple[int, int]] = []
    group: list[int] = []
    ends: list[int] = []

    def close() -> None:
        for number in group:
            places[number] = (places[number][0], len(ends))

    for number, (begins, to) in enumerate(spans):
        if ends and begins >= max(ends):
            close()
            group, ends = [], []
        free = next((n for n, end in enumerate(ends) if end <= begins), len(ends))
        if free == len(ends):
            ends.append(to)
        else:
            ends[free] = to
        places.append((free, 1))
        group.append(number)
    close()
    return places


def snapped(minute: float) -> int:
    """A minute of the day on the grid of a drag."""
    return max(0, min(DAY_MINUTES, round(minute / SNAP) * SNAP))


def at_minute(day: date, minute: int) -> datetime:
    """A minute of a day's clock, 0 to 1440, without a zone."""
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)


def _days(item: Item, wanted: Wanted) -> Iterator[date]:
    if item.day is None or item.last_day is None:
        return
    day, last = max(item.day, wanted.first), min(item.last_day, wanted.last)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _shift(day: date, zone: tzinfo) -> tuple[int, int] | None:
    odd = []
    for minute in range(0, DAY_MINUTES, SNAP):
        first = at_minute(day, minute).replace(tzinfo=zone)
        if first.utcoffset() != first.replace(fold=1).utcoffset():
            odd.append(minute)
    return (odd[0], odd[-1] + SNAP) if odd else None
