"""How a team sells in a stretch of days: what was won and lost, how far deals came and how long each stage took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import sqrt
from typing import Any

from .opportunities import counts
from .outlook import Scope
from .rates import SCALE, Rates
from .spans import Span
from .stages import Stage, StageKind

_Z90 = 1.6448536269514722
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Of ``count`` values: the three quartiles, the 5th and the 95th percentile and the mean."""

    count: int
    low: float
    first: float
    median: float
    third: float
    high: float
    mean: float


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``count``, with the limits between which it truly lies nine times in ten."""

    hits: int
    count: int

    @property
    def value(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.hits / self.count if self.count else None

    @property
    def limits(self) -> tuple[float, float] | None:
        """The score interval (E. B. Wilson, Journal of the American Statistical Association 22, 1927, 209–212)."""
        if not self.count:
            return None
        n, share = self.count, self.hits / self.count
        middle = share + _Z90**2 / (2 * n)
        reach = _Z90 * sqrt(share * (1 - share) / n + _Z90**2 / (4 * n * n))
        return max(0.0, (middle - reach) / (1 + _Z90**2 / n)), min(1.0, (middle + reach) / (1 + _Z90**2 / n))


class Way(StrEnum):
    """How deals stand to an open stage: they came to it or past it, went on from it (to a later stage or won), went back to an
    earlier one, or were lost in it."""

    REACHED = "reached"
    FORWARD = "forward"
    BACK = "back"
    LOST = "lost"


@dataclass(slots=True)
class StageSums:
    """Of one open stage: how many deals stand to it in each way, and after how many days they left it."""

    ways: dict[Way, int] = field(default_factory=lambda: dict.fromkeys(Way, 0))
    days: Counter[int] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """How many times a deal left it."""
        return self.ways[Way.FORWARD] + self.ways[Way.BACK] + self.ways[Way.LOST]

    @property
    def conversion(self) -> Share:
        """Of the deals that left it, those that went on."""
        return Share(self.ways[Way.FORWARD], self.left)


@dataclass(slots=True)
class Closed:
    """Of won or of lost deals: how many, their value in parts of a minor unit (rates.SCALE), how many have one, and how many
    have one without a rate and are in no amount."""

    count: int = 0
    scaled: int = 0
    valued: int = 0
    unconverted: int = 0

    @property
    def value(self) -> int:
        """Minor units, rounded half up."""
        return (self.scaled + SCALE // 2) // SCALE

    def add(self, count: int, value: int, valued: int, factor: int | None) -> None:
        """Counts deals in (or, negative, out)."""
        self.count += count
        if factor is None:
            self.unconverted += valued
        else:
            self.scaled += value * factor
            self.valued += valued


class Performance:
    """The figures of one stretch of days, kept so that a change costs microseconds.

    ``worked``: deals that were open on any of its days; ``made``: those made on one of them; ``cycle``: days from making to
    winning → how many; ``losses``: (reason, competitor) → sums; ``done``: (person, kind) → activities done.
    """

    def __init__(self, span: Span, stages: Iterable[Stage], rates: Rates, scope: Scope) -> None:
        self.span, self.rates, self.scope = span, rates, scope
        self.stages: Mapping[int, Stage] = {stage.id: stage for stage in stages}
        self.won, self.lost = Closed(), Closed()
        self.losses: dict[tuple[int | None, str], Closed] = {}
        self.cycle: Counter[int] = Counter()
        self.worked = self.made = 0
        self.by_stage: dict[int, StageSums] = {
            stage.id: StageSums() for stage in self.stages.values() if stage.kind is StageKind.OPEN
        }
        self.done: Counter[tuple[int | None, str]] = Counter()
        # The open stages of its pipeline up to a stage, itself included; all of them up to won.
        self._on_the_way = {
            to.id: frozenset(
                stage.id
                for stage in self.stages.values()
                if stage.kind is StageKind.OPEN and stage.pipeline_id == to.pipeline_id
                and (to.kind is StageKind.WON or stage.position <= to.position)
            )
            for to in self.stages.values()
            if to.kind is not StageKind.LOST and self.scope.pipeline_id in (None, to.pipeline_id)
        }  # fmt: skip

    # Counting -----------------------------------------------------------------------------------------------------

    def add_closed(
        self, stage_id: int, currency: str, day: date, count: int, value: int, valued: int, loss: tuple[int | None, str]
    ) -> None:
        """Counts closed deals of one stage, currency, day and (lost ones) reason and competitor in or (negative) out."""
        factor = self.rates.factor(currency, day)
        if self.stages[stage_id].kind is StageKind.WON:
            self.won.add(count, value, valued, factor)
            return
        self.lost.add(count, value, valued, factor)
        sums = self.losses.setdefault(loss, Closed())
        sums.add(count, value, valued, factor)
        if not sums.count:
            del self.losses[loss]

    def add_row(self, row: Mapping[str, Any], sign: int) -> None:
        """Counts what a row of ``opportunity`` tells by itself in or out."""
        stage = self.stages.get(row["stage_id"])
        if stage is None or not counts(row) or not in_scope(self.scope, row, stage):
            return
        made, closed = row["created_on"], row["closed_on"]
        is_open = stage.kind is StageKind.OPEN
        self.made += sign * self.span.has(made)
        was_there = made is None or made < self.span.after
        self.worked += sign * (was_there and (is_open or (closed is not None and closed >= self.span.first)))
        if is_open or not self.span.has(closed):
            return
        value = row["value"]
        loss = (row["loss_reason_id"], row["competitor"] or "")
        self.add_closed(stage.id, row["currency"], closed, sign, sign * (value or 0), sign * (value is not None), loss)
        if stage.kind is StageKind.WON and made is not None:
            self.add_cycle(max(0, (closed - made).days), sign)

    def add_cycle(self, days: int, count: int) -> None:
        """Counts won deals that took so many days in or out."""
        _count(self.cycle, days, count)

    def add_ways(self, stage_id: int, way: Way, count: int) -> None:
        """Counts deals that stand to an open stage in a way in or out."""
        self.by_stage[stage_id].ways[way] += count

    def add_stays(self, stage_id: int, days: int, count: int) -> None:
        """Counts deals that left an open stage after so many days in or out."""
        _count(self.by_stage[stage_id].days, days, count)

    def step(self, left_id: int, to_id: int) -> tuple[Way, frozenset[int]] | None:
        """What it is to go from one stage to another (from 0: to be made in it), and the open stages that are reached by it. To
        go to another pipeline is to reach stages there, and no step of the one that is left. None for what is no step of an
        open stage."""
        left, to = self.stages.get(left_id), self.stages.get(to_id)
        if not left_id:
            return Way.REACHED, self._on_the_way.get(to_id, _NONE)
        if left is None or to is None or left.kind is not StageKind.OPEN:
            return None
        if to.pipeline_id != left.pipeline_id:
            return Way.REACHED, self._on_the_way.get(to.id, _NONE)
        if self.scope.pipeline_id not in (None, left.pipeline_id):
            return None
        if to.kind is StageKind.LOST:
            return Way.LOST, _NONE
        if to.kind is StageKind.WON or to.position > left.position:
            return Way.FORWARD, self._on_the_way[to.id] - self._on_the_way[left.id]
        return Way.BACK, _NONE

    def add_activities(self, person_id: int | None, kind: str, count: int) -> None:
        """Counts done activities in or out."""
        if self.scope.owners is None or person_id in self.scope.owners:
            _count(self.done, (person_id, kind), count)

    # Figures ------------------------------------------------------------------------------------------------------

    @property
    def win_rate(self) -> Share:
        """Won ÷ (won + lost), by number."""
        return Share(self.won.count, self.won.count + self.lost.count)

    @property
    def win_rate_by_value(self) -> float | None:
        """Won ÷ (won + lost), by value: 0 to 1, None where nothing was closed that has one."""
        whole = self.won.scaled + self.lost.scaled
        return self.won.scaled / whole if whole else None

    @property
    def average(self) -> int | None:
        """Value of a won deal that has one, on average, in minor units."""
        return round(self.won.scaled / (self.won.valued * SCALE)) if self.won.valued else None

    @property
    def cycle_length(self) -> Quartiles | None:
        """Days from making to winning."""
        return quartiles(self.cycle)

    @property
    def velocity(self) -> int | None:
        """What the pipeline brings in a day, in minor units: deals worked × win rate × average won deal ÷ mean length of the
        cycle, in days, of at least one (the sales velocity equation, in its usual form). None while one of them is not known.
        """
        rate, average, cycle = self.win_rate.value, self.average, self.cycle_length
        if rate is None or average is None or cycle is None:
            return None
        return round(self.worked * rate * average / max(1.0, cycle.mean))

    def time_in(self, stage_id: int) -> Quartiles | None:
        """Days that deals which left a stage had been in it."""
        return quartiles(self.by_stage[stage_id].days)

    def losses_by(self, part: int) -> dict[int | str | None, Closed]:
        """Losses by reason (``part`` 0) or by competitor (1)."""
        found: dict[int | str | None, Closed] = {}
        for key, sums in self.losses.items():
            kept = found.setdefault(key[part], Closed())
            kept.count += sums.count
            kept.scaled += sums.scaled
            kept.valued += sums.valued
            kept.unconverted += sums.unconverted
        return found


def in_scope(scope: Scope, row: Mapping[str, Any], stage: Stage) -> bool:
    """Whether a row of ``opportunity`` in a stage belongs to a scope."""
    return (
        (scope.owners is None or row["owner_id"] in scope.owners)
        and scope.pipeline_id in (None, stage.pipeline_id)
        and scope.product_id in (None, row["product_id"])
        and scope.source_id in (None, row["source_id"])
    )


def quartiles(values: Mapping[int, int]) -> Quartiles | None:
    """Of value → how many; None of nothing. Between two values a quantile lies in proportion (R. J. Hyndman and Y. Fan, The
    American Statistician 50, 1996, 361–365, definition 7)."""
    count = sum(values.values())
    if not count:
        return None
    ordered = sorted(values.items())
    places = [(count - 1) * share for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
    low, first, median, third, high = (_at(ordered, place) for place in places)
    return Quartiles(count, low, first, median, third, high, sum(v * n for v, n in ordered) / count)


def _at(ordered: Sequence[tuple[int, int]], place: float) -> float:
    """The value at a place, counted from 0, of a sorted list given as (value, how many)."""
    whole, part, seen = int(place), place - int(place), 0
    below: int | None = None
    for value, count in ordered:
        seen += count
        if below is None and whole < seen:
            below = value
            if whole + 1 < seen or not part:
                return float(value)
        elif below is not None:
            return below + (value - below) * part
    assert below is not None
    return float(below)


def _count(counter: Counter[Any], key: Any, count: int) -> None:
    counter[key] += count
    if not counter[key]:
        del counter[key]
