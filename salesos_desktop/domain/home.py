"""A person's day: what the start page shows, as plain frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from .activities import Activity, ActivityState
from .stages import StageKind
from .staleness import Reason

NOON, EVENING = 12, 19
FURTHEST_DAYS = 30
"""How far back the start page looks, however long ago the last visit was."""


class DayPart(StrEnum):
    """What a greeting goes by."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def day_part(hour: int) -> DayPart:
    """The part of the day that an hour, 0 to 23, belongs to; the small hours are the evening before."""
    if hour < 5 or hour >= EVENING:
        return DayPart.EVENING
    return DayPart.MORNING if hour < NOON else DayPart.AFTERNOON


@dataclass(frozen=True, slots=True)
class Sums:
    """Deals in one currency: minor units, weighted ones rounded half up."""

    currency: str
    open: int
    weighted: int
    won: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Own figures: sums per currency, open deals, points in all and this month, and the place among ``people`` active
    ones by the points of this month (1 is the first; equal points share a place).
    """

    sums: tuple[Sums, ...]
    deals: int
    points: int
    month_points: int
    rank: int
    people: int


def figures_of(
    person_id: int, totals: Iterable[tuple[str, str, int, int, int]], all_points: int, earned: Mapping[int, int]
) -> Figures:
    """Own figures out of (kind of stage, currency, count, value, value × percent) of what is open and what was won, and of
    the points of this month per person.
    """
    sums: dict[str, list[int]] = {}
    deals = 0
    for kind, currency, count, value, weighted in totals:
        if not count:
            continue
        kept = sums.setdefault(currency, [0, 0, 0])
        if kind == StageKind.OPEN:
            deals += count
            kept[0] += value
            kept[1] += weighted
        else:
            kept[2] += value
    own = earned.get(person_id, 0)
    return Figures(
        tuple(Sums(name, open_, (weighted + 50) // 100, won) for name, (open_, weighted, won) in sorted(sums.items())),
        deals, all_points, own, 1 + sum(each > own for each in earned.values()), max(1, len(earned)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """Open activities that are overdue or of today, in order of time; ``earlier`` counts older ones that are left out."""

    activities: tuple[Activity, ...] = ()
    earlier: int = 0

    def split(self, now: datetime, zone: tzinfo | None) -> tuple[list[Activity], list[Activity]]:
        """Overdue ones, and those that are still to come today."""
        states = [(each, each.state(now, zone)) for each in self.activities]
        overdue = [each for each, state in states if state is ActivityState.OVERDUE]
        return overdue, [each for each, state in states if state is ActivityState.TODAY]


def by_time(each: Activity) -> tuple[date, float, int]:
    """Sort key of activities: by day, those of a whole day first."""
    return each.due_on or date.max, each.due_at.timestamp() if each.due_at else 0.0, each.id


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the page shows first. ``icons`` has a picture's name per kind of activity; ``seen_at`` is the last visit."""

    name: str
    due: Due
    figures: Figures
    icons: dict[str, str]
    seen_at: datetime | None
    seq: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """Something new that nobody has dealt with yet: a ``lead``, or an ``opportunity`` that somebody else assigned.

    ``detail`` is its company; ``source`` where a lead comes from, or who assigned the deal. Money in minor units.
    """

    table: str
    id: int
    name: str
    detail: str
    source: str
    at: datetime
    value: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What others have done since the last visit: a recorded notification; ``title`` and ``body`` are kept messages."""

    id: int
    at: datetime
    kind: str
    title: str
    body: str
    by: str
    subject_table: str
    subject_id: int | None


@dataclass(frozen=True, slots=True)
class Endangered:
    """An open deal with what endangers it, the gravest first; ``days`` and ``allowed`` as InDanger has them, ``moved`` the
    last time that its close date was put later."""

    id: int
    name: str
    company: str
    stage: str
    value: int | None
    currency: str
    expected_close: date | None
    touched_on: date | None
    next_activity_on: date | None
    reasons: tuple[Reason, ...] = ()
    days: dict[Reason, int] = field(default_factory=dict)
    allowed: int | None = None
    moved: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """What the page shows a moment later; ``more`` deals are in danger than those, which are the gravest."""

    danger: tuple[Endangered, ...]
    more: bool
    fresh: tuple[Fresh, ...]
    news: tuple[News, ...]
