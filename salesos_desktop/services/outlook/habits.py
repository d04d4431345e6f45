"""How deals of a workspace have behaved: what was open at the start of each past month, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ... import storage
from ...domain.learning import Record, learnt
from ...domain.outlook import Scope
from ...domain.periods import add_months, month_of, month_start
from ...domain.rates import Rates
from ...domain.stages import Stage, StageKind
from .. import forecast
from ..past import end_of
from ..workspace import Workspace
from . import columns, deals
from .columns import Columns, Ints, Mask
from .rewound import rewound
from .simulation import Floats, Habits, given_chance, limits

USUAL = Habits()
_ALL = Scope()
_SLIP_WEIGHT, _VALUE_WEIGHT = 30, 20
"""How many deals the usual habits weigh against those that were seen."""
_COMMON = (0.02, 0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True, slots=True, eq=False)
class Endings:
    """Deals that are closed, in order of their ids: whether each was ``won``, its closing ``day`` (counted from the year 1),
    for what ``value`` in minor units of the workspace's currency, 0 where it is not ``known``."""

    deals: Columns
    won: Mask
    value: Ints
    known: Mask

    @property
    def day(self) -> Ints:
        """The day on which each was closed."""
        return self.deals.day

    def places(self, ids: Ints) -> Ints:
        """Where each of some deals is, −1 for one that is not closed."""
        if not len(self.deals):
            return np.full(len(ids), -1)
        found = np.minimum(np.searchsorted(self.deals.id, ids), len(self.deals) - 1)
        return np.where(self.deals.id[found] == ids, found, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Open deals at the start of a month that were in the forecast, one place of each array a deal: ``month`` ``YYYY-MM``,
    ``stages``, ``values`` in minor units of the workspace's currency (0 without a value or a rate), ``percent`` given,
    ``by_hand`` whether it is another than the stage's, ``away`` months from this one to the expected closing, ``dated``
    whether there is one. ``ended``: places of those that are closed since, and ``ends`` where they are among the endings.
    ``alike``: percent, away and number of those that are dated and alike in both."""

    month: str
    stages: Ints
    values: Floats
    percent: Ints
    by_hand: Mask
    away: Ints
    dated: Mask
    ended: Ints
    ends: Ints
    alike: tuple[Ints, Ints, Ints]

    @property
    def span(self) -> tuple[int, int]:
        """The month's first day and the one after its last, counted from the year 1."""
        return _first(self.month), _first(add_months(self.month, 1))

    def chances(self, taught: Mapping[int, float] | None) -> Floats:
        """How likely each deal is won: as set (None), or as learnt where nobody has set it by hand."""
        if taught is None:
            return self.percent / 100
        return np.where(self.by_hand, self.percent / 100, columns.by_stage(taught, self.stages))

    def due(self, made: Habits, length: int = 1) -> Floats:
        """How likely each, if it is won, is won within ``length`` months, this one the first."""
        return np.where(self.dated, _due(made, self.away, 0, length), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What is known of the past before a day: starts of months, the oldest first, and how deals ended. ``left``: stage, entry
    of history and place among the endings (−1: not closed) for each time a deal left a stage for the first time; ``marks``:
    days → the last entry of history before them."""

    stages: Mapping[int, Stage]
    starts: Sequence[Start]
    endings: Endings
    left: tuple[Ints, Ints, Ints]
    marks: Mapping[date, int]


def look_back(ws: Workspace, months: int, scope: Scope = _ALL) -> Past:
    """The last ``months`` whole months and the one at hand, of a scope, as history tells until today began: what is done today
    changes nothing of it."""
    today = ws.clock.today()
    here = month_of(today)
    first = {month_start(add_months(here, -n)): add_months(here, -n) for n in range(months + 1)}
    with ws.store.read() as connection:
        stages, rates = deals.stages_of(connection), forecast.rates_of(ws, connection)
        moments = {end_of(ws, day - timedelta(days=1)): day for day in (today, *first)}
        marks: dict[date, int] = {}
        starts: list[Start] = []
        endings = None
        for moment, entry, found in rewound(connection, stages, list(moments)):
            day = moments[moment]
            marks[day] = entry
            mine = found.take(found.taken(scope, stages))
            if endings is None:
                endings = _endings(mine, stages, rates)
            if day in first:
                starts.append(_start(first[day], mine, stages, rates, endings))
        assert endings is not None
        ids, left, entries = (columns.numbers(each) for each in storage.joined.left(connection))
    return Past(stages, starts[::-1], endings, _left(ids, left, entries, endings), marks)


def _endings(found: Columns, stages: Mapping[int, Stage], rates: Rates) -> Endings:
    closed = found.take(~found.of_kind(stages, StageKind.OPEN) & (found.day > 0))
    value, rated = closed.in_base(rates, closed.day)
    return Endings(
        closed, closed.of_kind(stages, StageKind.WON), value, rated & (closed.value != storage.joined.NOTHING)
    )


def _start(name: str, found: Columns, stages: Mapping[int, Stage], rates: Rates, endings: Endings) -> Start:
    counted = found.take(found.counted(stages))
    eve = _first(name) - 1
    values, _ = counted.in_base(rates, np.full(len(counted), eve))
    given = columns.by_stage({stage.id: stage.probability for stage in stages.values()}, counted.stage_id)
    dated = counted.day > 0
    away = np.where(dated, columns.months(counted.day) - (int(name[:4]) * 12 + int(name[5:7])), 0)
    places = endings.places(counted.id)
    ended = np.flatnonzero(places >= 0)
    alike, group = columns.groups(counted.probability[dated], away[dated])
    told = (counted.probability[dated][alike], away[dated][alike], np.bincount(group, minlength=len(alike)))
    return Start(
        name, counted.stage_id.astype(np.int32), values.astype(float), counted.probability.astype(np.int16),
        counted.probability != given, away.astype(np.int16), dated, ended, places[ended], told,
    )  # fmt: skip


def _left(ids: Ints, stages: Ints, entries: Ints, endings: Endings) -> tuple[Ints, Ints, Ints]:
    order = np.argsort(entries, kind="stable")
    first, _ = columns.groups(ids[order], stages[order])
    chosen = order[first]
    return stages[chosen], entries[chosen], endings.places(ids[chosen])


def records(past: Past, until: date) -> dict[int, Record]:
    """Open stage → deals that were in it and were closed before a day (the first of a month looked back on, or today); those
    that came closed, from a file, were in none."""
    found = {}
    for stage in past.stages.values():
        if stage.kind is StageKind.OPEN:
            won = past.endings.won[closed_after(past, stage.id, until)]
            found[stage.id] = Record(len(won), int(won.sum()))
    return found


def closed_after(past: Past, stage_id: int, until: date) -> Ints:
    """Where among the endings deals are that were in a stage and were closed before a day."""
    stages, entries, ends = past.left
    found = ends[(stages == stage_id) & (entries <= past.marks[until]) & (ends >= 0)]
    return found[past.endings.day[found] < until.toordinal()]


def chances(found: Mapping[int, Record], stages: Mapping[int, Stage]) -> dict[int, float]:
    """Open stage → learnt probability, 0 to 1."""
    return {
        stage.id: learnt(found.get(stage.id, Record()), stage.probability / 100)
        for stage in stages.values()
        if stage.kind is StageKind.OPEN
    }


def chance_of(found: Columns, stages: Mapping[int, Stage], taught: Mapping[int, float] | None) -> Floats:
    """How likely each open deal is won: as set, or as learnt where nobody has set it by hand."""
    given = found.probability / 100
    if taught is None:
        return given
    as_set = columns.by_stage({stage.id: stage.probability for stage in stages.values()}, found.stage_id)
    return np.where(found.probability != as_set, given, columns.by_stage(taught, found.stage_id))


def habits(past: Past, until: date) -> Habits:
    """The habits that show in what happened before a day, held towards the usual ones where little is known."""
    starts = [start for start in past.starts if month_start(start.month) < until]
    slips = np.array(USUAL.slips) * _SLIP_WEIGHT
    changes: list[float] = []
    for start in starts:
        first, day = start.span[0], past.endings.day[start.ends]
        told = past.endings.won[start.ends] & start.dated[start.ended] & (first <= day) & (day < until.toordinal())
        place, end = start.ended[told], start.ends[told]
        late = columns.months(past.endings.day[end]) - columns.months(np.array([first])) - start.away[place]
        slips += np.bincount(np.clip(late - USUAL.first_slip, 0, len(slips) - 1), minlength=len(slips))
        before, value = start.values[place], past.endings.value[end]
        both = (before != 0) & (value != 0)
        changes += np.log(value[both] / before[both]).tolist()
    weight = _VALUE_WEIGHT + len(changes)
    mean = sum(changes) / weight
    spread = (_VALUE_WEIGHT * USUAL.value_sd**2 + sum((each - mean) ** 2 for each in changes)) / weight
    made = replace(
        USUAL, value_mean=mean, value_sd=float(np.sqrt(spread)), slips=tuple((slips / slips.sum()).tolist()),
        fresh=fresh(past, until),
    )  # fmt: skip
    return replace(made, common=_common(past, starts, until, made))


def in_period(starts_at: str, length: int, here: str, days: Ints, made: Habits) -> Floats:
    """How likely each open deal, if it is won, is won in a period of ``length`` months, by its expected day; one without a day
    in none."""
    away = columns.months(days) - columns.months(np.array([_first(here)]))
    ahead = (int(starts_at[:4]) - int(here[:4])) * 12 + int(starts_at[5:7]) - int(here[5:7])
    return np.where(days > 0, _due(made, away, ahead, length), 0.0)


def _due(made: Habits, away: Ints, ahead: int = 0, length: int = 1) -> Floats:
    """``Habits.closes_in``, once for those that are as far away."""
    alike, group = np.unique(away, return_inverse=True)
    return made.closes_in(np.array([np.full_like(alike, ahead), alike], int), length)[group]


def fresh(past: Past, until: date, scope: Scope = _ALL) -> tuple[tuple[int, ...], ...]:
    """Per start before a day: what deals of a scope that were not there then brought in that month and in each later one that
    was over by the day; a start at which nothing was open tells nothing (the workspace was begun or filled later)."""
    ends, found = past.endings, []
    over = month_start(month_of(until)).toordinal()
    won = ends.won & ends.deals.taken(scope, past.stages) & (ends.day < over)
    month = columns.months(ends.day)
    for start in past.starts:
        first, after = start.span
        if after <= over and len(start.stages):
            new = won & (first <= ends.day)
            new[start.ends] = False
            here, end = columns.months(np.array([first, over]))
            brought = np.zeros(end - here, np.int64)
            np.add.at(brought, month[new] - here, ends.value[new])
            found.append(tuple(brought.tolist()))
    return tuple(found)


def _common(past: Past, starts: Sequence[Start], until: date, made: Habits) -> float:
    """The correlation under which the numbers of deals won in past months are likeliest: each month's number is normal given
    the common factor, which is integrated out by Gauss-Hermite quadrature; the usual one weighs as one month's doubt."""
    seen: list[tuple[Floats, Floats, int]] = []
    for start in starts:
        first, after = start.span
        if after > until.toordinal() or not len(start.stages):
            continue
        percent, away, number = start.alike
        chance = np.round(percent / 100 * _due(made, away), 4)
        alike, group = np.unique(chance, return_inverse=True)
        count = np.bincount(group, number, minlength=len(alike))
        day = past.endings.day[start.ends]
        won = int((past.endings.won[start.ends] & (first <= day) & (day < after)).sum())
        seen.append((limits(alike[alike > 0]), count[alike > 0], won))
    best, choice = -np.inf, USUAL.common
    for common in _COMMON:
        fit = -abs(np.log(common / USUAL.common)) / 2
        for bounds, count, won in seen:
            given = given_chance(bounds, _NODES, common)
            mean, variance = given @ count, (given * (1 - given)) @ count + 0.25
            density = np.exp(-((won - mean) ** 2) / (2 * variance)) / np.sqrt(variance)
            fit += float(np.log(max(float(density @ _WEIGHTS), 1e-300)))
        if fit > best:
            best, choice = fit, common
    return choice


def _first(month: str) -> int:
    """The first day of a month, counted from the year 1."""
    return month_start(month).toordinal()
