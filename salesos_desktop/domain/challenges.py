"""Challenges: what is measured from one day to another, who takes part, how they stand, what there is to win."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from .ranking import positions

LEVELS = (50, 75, 100)
"""Percentages of the goal that are told."""
NAME_LIMIT = 120
MAX_GOAL = 10**15
LONGEST_DAYS = 3 * 366


class Metric(StrEnum):
    """What counts: value of won deals (minor units), won deals, leads made, those of them that are qualified, activities
    done, share of the leads made that became won deals (whole percent)."""

    REVENUE = "revenue"
    WON = "won"
    LEADS = "leads"
    QUALIFIED = "qualified"
    ACTIVITIES = "activities"
    CONVERSION = "conversion"


class Phase(StrEnum):
    """Where a challenge stands to today."""

    ACTIVE = "active"
    UPCOMING = "upcoming"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Prize:
    """Points, a badge, words, or nothing at all: for everybody who reaches the goal."""

    points: int = 0
    badge_id: int | None = None
    words: str = ""

    def to_json(self) -> str:
        """As the database keeps it."""
        return json.dumps({"points": self.points, "badge_id": self.badge_id, "words": self.words})


def prize_of(text: str) -> Prize:
    """What ``to_json`` made; nothing for what cannot be understood."""
    try:
        kept = json.loads(text)
        badge_id = kept.get("badge_id")
        return Prize(
            int(kept.get("points") or 0), None if badge_id is None else int(badge_id), str(kept.get("words") or "")
        )
    except (AttributeError, TypeError, ValueError):
        return Prize()


@dataclass(frozen=True, slots=True)
class State:
    """Who has joined, the highest of LEVELS that each person was told of, and whether the end was told."""

    joined: frozenset[int] = frozenset()
    told: Mapping[int, int] = field(default_factory=dict)
    ended: bool = False

    def to_json(self) -> str:
        """As the database keeps it."""
        told = {str(key): level for key, level in sorted(self.told.items())}
        return json.dumps({"joined": sorted(self.joined), "told": told, "ended": self.ended})


def state_of(text: str) -> State:
    """What ``to_json`` made; a new one for what cannot be understood."""
    try:
        kept = json.loads(text)
        told = {int(key): int(level) for key, level in kept.get("told", {}).items()}
        return State(frozenset(int(each) for each in kept.get("joined", ())), told, kept.get("ended") is True)
    except (AttributeError, TypeError, ValueError):
        return State()


@dataclass(frozen=True, slots=True)
class Figure:
    """What somebody has of a metric; of ``conversion`` it is ``value`` out of ``among``, of the others ``value`` alone."""

    value: int = 0
    among: int = 0

    def __add__(self, other: Figure) -> Figure:
        """Both together."""
        return Figure(self.value + other.value, self.among + other.among)

    def amount(self, metric: Metric) -> int:
        """The figure as it is compared with the goal; a share is rounded down, so that 100 % is never said too early."""
        if metric is not Metric.CONVERSION:
            return self.value
        return self.value * 100 // self.among if self.among else 0


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody in the ranking of a challenge."""

    person_id: int
    name: str
    position: int
    amount: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge as the local person sees it. ``goal`` and amounts are minor units for revenue, whole percent for
    conversion. ``open_to`` may take part and ``places`` do, by position; ``own`` is the person's amount, None where they
    take no part; ``total`` that of all together. ``personal``: whoever made it is its only one.
    """

    id: int
    version: int
    name: str
    metric: Metric
    goal: int
    starts_on: date
    ends_on: date
    shared: bool
    automatic: bool
    personal: bool
    prize: Prize
    state: State
    created_by: int | None
    people: tuple[int, ...]
    teams: tuple[int, ...]
    open_to: frozenset[int]
    places: tuple[Place, ...]
    own: int | None
    total: int

    def phase(self, today: date) -> Phase:
        """Upcoming before its first day, completed after its last."""
        if today < self.starts_on:
            return Phase.UPCOMING
        return Phase.ACTIVE if today <= self.ends_on else Phase.COMPLETED

    def days_left(self, today: date) -> int:
        """Days until it begins, or those that are left of it, the last one counted; 0 when it has ended."""
        if today < self.starts_on:
            return (self.starts_on - today).days
        return max(0, (self.ends_on - today).days + 1)

    def counted(self, person_id: int) -> int:
        """What counts for a person's goal: of a shared one what all have together."""
        if self.shared:
            return self.total
        return next((each.amount for each in self.places if each.person_id == person_id), 0)

    def percent(self, person_id: int) -> int:
        """How much of the goal is reached, in whole percent, rounded down."""
        return self.counted(person_id) * 100 // self.goal if self.goal else 0

    def reached(self, person_id: int) -> bool:
        """Whether a person has reached the goal."""
        return self.counted(person_id) >= self.goal


def placed(names: Mapping[int, str], figures: Mapping[int, Figure], metric: Metric) -> tuple[Place, ...]:
    """Everybody who takes part, the most first; ties share a position."""
    amounts = {key: figures.get(key, Figure()).amount(metric) for key in names}
    found = positions(amounts)
    places = [Place(key, name, found[key], amounts[key]) for key, name in names.items()]
    return tuple(sorted(places, key=lambda each: (each.position, each.name.casefold(), each.person_id)))


def level_of(percent: int) -> int:
    """The highest of LEVELS that is reached, 0 for none."""
    return max((level for level in LEVELS if percent >= level), default=0)
