"""Fourteen months of what the sample team did: deals won and lost by people who each sell in their own way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

from ..domain.money import exponent
from ..domain.periods import add_months, month_of, month_start
from ..domain.ranks import SPACING
from ..domain.stages import Stage, StageKind
from . import demo_words as words
from .demo_script import instant

if TYPE_CHECKING:
    from .demo import Cast
    from .demo_script import Script
    from .workspace import Workspace

MONTHS = 14
A_DEAL = 1.5
"""How many deals of the past there are for each of the sample."""
_GROWTH = 0.9
_DEAREST = 120
"""Thousands that no deal is worth more than."""
_REASONS = (28, 12, 20, 4, 8, 14, 12, 2)
"""How often the first loss reasons are given; the third is a competitor."""
_COMPETITORS = (5, 3, 2, 1)
_STAGES_AT = (0.0, 0.2, 0.45, 0.7, 1.0)
"""Shares of its days after which a deal enters each open stage, and is signed."""
_LAST, _LOST_AT = 3, (4, 3, 3, 2)
"""The last open stage, and how often a deal is lost in each."""
_MOST_SLIPS = 3
_SLIPS = (5, 4, 2, 2)
"""How often an open deal is put off: never, once, twice, three times."""
_VALUED_ANEW = 0.35
_SOON, _LATELY = range(2, 7), 24
"""Days after which somebody who asked lately, within so many days, has signed."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody sells: what share of the deals is theirs and how much of it they win, how many days a deal takes them
    (least, most), what they think at first as a share of that (least, most), how much more a deal is worth to them at first,
    how many activities a deal is given, what they call for each unit they sell, and how many days they are with the team."""

    share: float
    wins: float
    days: tuple[int, int]
    hope: tuple[float, float]
    dream: float
    activities: tuple[int, int]
    calls: float
    here: int = 32 * (MONTHS + 1)


STEADY = Habit(1.0, 0.3, (34, 80), (0.74, 1.19), 1.0, (1, 2), 1.0)
CLOSER = Habit(1.2, 0.42, (26, 60), (0.79, 1.14), 1.0, (1, 3), 0.95)
HOPEFUL = Habit(1.2, 0.2, (45, 92), (0.38, 0.78), 1.35, (0, 2), 1.6)
NEW = Habit(0.8, 0.2, (45, 85), (0.54, 1.14), 1.1, (1, 3), 1.2, 125)
HABITS = (STEADY, CLOSER, HOPEFUL, STEADY, STEADY, NEW)
"""Of the people of the team in their order."""


@dataclass(slots=True)
class Life:
    """A deal that is over: the days it came, would be signed and ``closed``, whose it was, what it came to in minor units,
    the place of its last open stage, whether it was won, and whether it came from a person who ``asked``."""

    created: date
    due: date
    owner_id: int
    habit: Habit
    product_id: int
    value: int
    closed: date = date.max
    reach: int = 0
    won: bool = False
    asked: bool = False

    @property
    def length(self) -> int:
        """Days until it would be signed."""
        return (self.due - self.created).days


def first_day(today: date) -> date:
    """The day on which the past begins: the first of a month."""
    return month_start(add_months(month_of(today), -MONTHS))


def lives(cast: Cast, chance: random.Random, today: date, count: int, step: int) -> list[Life]:
    """Of ``count`` deals that came since the first day those that are over, by the day they would be signed. Values are
    multiples of ``step``, five hundred of the currency in minor units."""
    first = first_day(today)
    span = (today - first).days
    listed = []
    for number in range(count):
        created = _working(first + timedelta(days=int(span * ((number + chance.random()) / count) ** _GROWTH)))
        there = [(p, h) for p, h in zip(cast.people, HABITS, strict=True) if (today - created).days <= h.here]
        owner_id, habit = chance.choices(there, [h.share for _, h in there])[0]
        product_id, price = chance.choice(cast.products)
        value = max(1, round(2 * min(price * chance.lognormvariate(0, 0.5), _DEAREST))) * step
        due = _working(created + timedelta(days=chance.randint(*habit.days)))
        listed.append(Life(created, due, owner_id, habit, product_id, value))
    listed.sort(key=lambda life: life.due)
    _win(listed)
    _ask(listed, today, 20 * step)
    for life in listed:
        life.reach = _LAST if life.won else chance.choices(range(_LAST + 1), _LOST_AT)[0]
        share = 1.0 if life.won else chance.uniform(*_STAGES_AT[life.reach : life.reach + 2])
        life.closed = _working(life.created + timedelta(days=max(2, round(life.length * share))))
    return [life for life in listed if life.closed < today]


def _win(listed: Sequence[Life]) -> None:
    """Each person wins their share of the large and of the small ones, evenly over time: no month is all luck."""
    usual = median(life.value for life in listed) if listed else 0
    owed: dict[tuple[int, bool], float] = {}
    for life in listed:
        key = life.owner_id, life.value > usual
        due = owed.get(key, 0.0) + life.habit.wins
        life.won = due > 0.5
        owed[key] = due - life.won


def _ask(listed: Sequence[Life], today: date, small: int) -> None:
    """Every other deal that somebody wins is with a person who asked; those who asked lately want something
    ``small`` and soon."""
    wins = Counter[int]()
    for life in listed:
        wins[life.owner_id] += life.won
        lately = life.won and (today - life.created).days <= _LATELY
        life.asked = lately or (life.won and wins[life.owner_id] % 2 == 0)
        if lately:
            life.due = _working(life.created + timedelta(days=_SOON[wins[life.owner_id] % len(_SOON)]))
            life.value = min(life.value, small)


class PastSamples:
    """Tells the script how deals came, went on and ended."""

    def __init__(
        self, ws: Workspace, script: Script, chance: random.Random, which: int, cast: Cast, stages: Sequence[Stage]
    ) -> None:  # fmt: skip
        self._ws, self._script, self._chance, self._which, self._cast = ws, script, chance, which, cast
        self._open = [stage for stage in stages if stage.kind is StageKind.OPEN]
        self._step = 500 * 10 ** exponent(ws.currency)
        self._ends = {kind: next(s for s in stages if s.kind is kind) for kind in (StageKind.WON, StageKind.LOST)}

    def tell(self, life: Life, number: int) -> None:
        """A whole deal; ``number`` is its place in its column."""
        chance, habit = self._chance, life.habit
        row, steps = self._first(life, number), list[tuple[date, Callable[[date], None]]]()
        for place in range(1, min(life.reach, len(self._open) - 1) + 1):
            steps.append((self._day(life, _STAGES_AT[place] - 0.05), partial(self._enter, row, self._open[place])))
        if row["value"] != life.value:
            steps.append((self._day(life, 0.3), partial(self._set, row, {"value": life.value})))
        for day, close in self._slips(row["expected_close"], life):
            steps.append((day, partial(self._set, row, {"expected_close": close})))
        for _ in range(chance.randint(*habit.activities)):
            steps.append((self._day(life, chance.random()), partial(self._act, row)))
        for day, step in sorted(steps, key=lambda each: each[0]):
            step(day)
        self._end(row, life)

    def unfold(self, row: dict[str, Any], today: date) -> list[tuple[date, dict[str, Any]]]:
        """How an open deal came to its value and expected closing; makes ``row`` what it was at first."""
        chance, created = self._chance, row["created_on"]
        found = list[tuple[date, dict[str, Any]]]()
        count = chance.choices(range(_MOST_SLIPS + 1), _SLIPS)[0]
        for place in range(count, 0, -1):
            close = row["expected_close"]
            earlier = close and _working(close - timedelta(days=chance.randint(14, 35)))
            if earlier is None or earlier < created + timedelta(days=14):
                break
            found.append((created + (today - created) * place / (count + 1), {"expected_close": close}))
            row["expected_close"] = earlier
        if row["value"] and chance.random() < _VALUED_ANEW:
            found.append((created + (today - created) * chance.uniform(0.2, 0.9), {"value": row["value"]}))
            row["value"] = max(1, round(row["value"] * chance.uniform(0.8, 1.3) / self._step)) * self._step
        return found

    def _first(self, life: Life, number: int) -> dict[str, Any]:
        """The deal as it came."""
        chance, cast = self._chance, self._cast
        company_id = chance.choice(cast.companies)
        value = life.value
        if life.habit.dream != 1 or chance.random() < _VALUED_ANEW:
            value = max(1, round(value * life.habit.dream * chance.uniform(0.85, 1.15) / self._step)) * self._step
        close = _working(life.created + timedelta(days=round(life.length * chance.uniform(*life.habit.hope))))
        row: dict[str, Any] = {
            "name": chance.choice(words.DEALS[self._which]), "value": value, "currency": self._ws.currency,
            "created_on": life.created, "stage_since": life.created, "stage_id": self._open[0].id,
            "probability": self._open[0].probability, "probability_set": False, "closed_on": None, "external_id": None,
            "expected_close": close, "owner_id": life.owner_id, "company_id": company_id,
            "contact_id": chance.choice(cast.contacts[company_id]), "product_id": life.product_id,
            "source_id": chance.choice(cast.sources), "rank": number * SPACING,
            "custom": cast.fields.of_deal(cast.names[company_id], close),
            "priority": chance.choices(("high", "medium", "low"), (2, 6, 2))[0],
        }  # fmt: skip
        cast.begin(self._script, row, self._at(life.created), asked=life.asked)
        return row

    def _slips(self, close: date, life: Life) -> list[tuple[date, date]]:
        """(day, expected closing that was then set): put off while it passes, at last near the truth."""
        chance, found = self._chance, list[tuple[date, date]]()
        while close < life.closed:
            day = max(close - timedelta(days=chance.randint(0, 20)), found[-1][0] if found else life.created)
            close = _working(close + timedelta(days=chance.randint(10, 30)))
            if close >= life.closed or len(found) + 1 == _MOST_SLIPS:
                close = _working(life.closed + timedelta(days=chance.randint(0, 3)))
            found.append((day, close))
        return found

    def _day(self, life: Life, share: float) -> date:
        """About a share of the way, not after the end."""
        day = life.created + timedelta(days=round(life.length * (share + self._chance.uniform(0.0, 0.1))))
        return min(day, life.closed)

    def _enter(self, row: dict[str, Any], stage: Stage, day: date) -> None:
        self._script.move(row, self._at(day), day, stage)

    def _set(self, row: dict[str, Any], values: Mapping[str, Any], day: date) -> None:
        self._script.change(row, self._at(day), values)

    def _act(self, row: dict[str, Any], day: date) -> None:
        """Something is done for it; most in time."""
        which, in_time = self._chance.randrange(len(words.DONE_ACTIVITIES[self._which])), self._chance.random() < 0.75
        self._script.tell(row, self._at(day), lambda: self._cast.activities.was_done(row, day, which, in_time))

    def _end(self, row: dict[str, Any], life: Life) -> None:
        chance, more = self._chance, dict[str, Any]()
        if not life.won and self._cast.reasons:
            usual = [_REASONS[place % len(_REASONS)] for place in range(len(self._cast.reasons))]
            more["loss_reason_id"] = chance.choices(self._cast.reasons, usual)[0]
            if more["loss_reason_id"] in self._cast.reasons[2:3] or chance.random() < 0.25:
                more["competitor"] = chance.choices(words.COMPETITORS, _COMPETITORS)[0]
        stage = self._ends[StageKind.WON if life.won else StageKind.LOST]
        self._script.move(row, self._at(life.closed), life.closed, stage, closed_on=life.closed, **more)

    def _at(self, day: date) -> datetime:
        return instant(day, self._chance)


def _working(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
