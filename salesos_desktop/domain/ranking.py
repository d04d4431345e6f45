"""The ranking: periods, what somebody has scored in one, and the positions that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .periods import month_range, quarter_range

Span = tuple[date | None, date | None]
"""First day and the day after the last; None on both sides for all time."""
BACK = 12
"""How many earlier periods a record is looked for in."""


class Period(StrEnum):
    """What a ranking is of."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    ALL = "all"


def span(period: Period, day: date) -> Span:
    """The period that a day is in; weeks begin on Monday."""
    if period is Period.ALL:
        return None, None
    if period is Period.MONTH:
        return month_range(day)
    if period is Period.QUARTER:
        return quarter_range(day)
    first = day - timedelta(days=day.weekday()) if period is Period.WEEK else day
    return first, first + timedelta(days=7 if period is Period.WEEK else 1)


def span_before(period: Period, day: date) -> Span | None:
    """The whole period before the one that a day is in; None where there is none."""
    first, _ = span(period, day)
    return None if first is None else span(period, first - timedelta(days=1))


def earlier(period: Period, day: date, count: int = BACK) -> list[Span]:
    """The ``count`` periods before the one that a day is in, the latest first; none of all time."""
    found: list[Span] = []
    while len(found) < count:
        before = span_before(period, day)
        if before is None or before[0] is None:
            break
        found.append(before)
        day = before[0]
    return found


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody has scored in a period. ``revenue`` in minor units of the workspace's currency, at the rates of the
    closing days; ``leads`` were made in the period, ``converted`` of them became won deals."""

    points: int = 0
    won: int = 0
    revenue: int = 0
    leads: int = 0
    converted: int = 0

    @property
    def conversion(self) -> float | None:
        """Share of the leads that became won deals, from 0 to 1; None without leads."""
        return self.converted / self.leads if self.leads else None

    def __add__(self, other: Score) -> Score:
        """Both together."""
        return Score(
            self.points + other.points, self.won + other.won, self.revenue + other.revenue, self.leads + other.leads,
            self.converted + other.converted,
        )  # fmt: skip


class Change(StrEnum):
    """How a position stands to the one of the period before; NONE where there was none."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """A person or a team in a ranking; ``before`` is its position in the period before, None without points then."""

    id: int
    name: str
    position: int
    before: int | None
    score: Score

    @property
    def change(self) -> Change:
        """Up, down, the same, or nothing to compare with."""
        if self.before is None:
            return Change.NONE
        if self.position == self.before:
            return Change.SAME
        return Change.UP if self.position < self.before else Change.DOWN


def positions(points: Mapping[int, int]) -> dict[int, int]:
    """Id → position by points, the most first; ties share a position and the next one is left out (1, 2, 2, 4)."""
    found: dict[int, int] = {}
    last: tuple[int, int] | None = None
    for place, (key, amount) in enumerate(sorted(points.items(), key=lambda each: -each[1]), start=1):
        position = last[1] if last is not None and last[0] == amount else place
        found[key], last = position, (amount, position)
    return found


def standings(
    names: Mapping[int, str], scores: Mapping[int, Score], before: Mapping[int, int] | None
) -> list[Standing]:
    """Everybody by position; those who share one by deals won, revenue and name. ``before``: id → points of the period
    before, None where there is none."""
    now = positions({key: scores.get(key, Score()).points for key in names})
    then = positions({key: (before or {}).get(key, 0) for key in names})
    found = [
        Standing(key, name, now[key], then[key] if (before or {}).get(key) else None, scores.get(key, Score()))
        for key, name in names.items()
    ]
    return sorted(found, key=lambda s: (s.position, -s.score.won, -s.score.revenue, s.name.casefold(), s.id))


def within(parents: Mapping[int, int | None]) -> dict[int, frozenset[int]]:
    """Team id → the teams that belong to it, itself among them; ``parents``: team → the one above. A ring ends at itself."""
    found: dict[int, set[int]] = {team: {team} for team in parents}
    for team in parents:
        above, seen = parents[team], {team}
        while above is not None and above in found and above not in seen:
            found[above].add(team)
            seen.add(above)
            above = parents[above]
    return {team: frozenset(below) for team, below in found.items()}


def by_team(
    scores: Mapping[int, Score], teams: Mapping[int, int | None], parents: Mapping[int, int | None]
) -> dict[int, Score]:
    """Team id → sum of its people's scores, those of its sub-teams included; ``teams``: person → team."""
    own: dict[int, Score] = {}
    for person, score in scores.items():
        team = teams.get(person)
        if team is not None:
            own[team] = own.get(team, Score()) + score
    return {team: added(own.get(each, Score()) for each in below) for team, below in within(parents).items()}


def added(scores: Iterable[Score]) -> Score:
    """All of them together."""
    total = Score()
    for score in scores:
        total = total + score
    return total
