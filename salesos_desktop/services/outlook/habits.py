"""How deals of a workspace have behaved: what was open at the start of each past month, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from ... import storage
from ...domain.learning import Record, learnt
from ...domain.outlook import Deal, Scope, counts_in_forecast
from ...domain.periods import add_months, month_of, month_start
from ...domain.rates import SCALE, Rates
from ...domain.stages import Stage, StageKind
from .. import forecast
from ..workspace import Workspace
from . import deals
from .simulation import Floats, Habits, given_chance

USUAL = Habits()
_ALL = Scope()
_SLIP_WEIGHT, _VALUE_WEIGHT = 30, 20
"""How many deals the usual habits weigh against those that were seen."""
_COMMON = (0.02, 0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a deal that is closed ended: whether it was won, on which day, for how much of the workspace's currency."""

    deal: Deal
    won: bool
    day: date
    value: int | None


@dataclass(frozen=True, slots=True)
class Start:
    """Open deals at the start of a month that were in the forecast, one place of each array a deal: ``month`` ``YYYY-MM``,
    ``ids``, ``stages``, ``values`` in minor units of the workspace's currency (0 without a value or a rate), ``given``
    probability (0 to 1), ``by_hand`` whether it is another than the stage's, ``away`` months from this one to the expected
    closing, ``dated`` whether there is one. ``ended``: place, deal and ending of those that are closed since."""

    month: str
    ids: Floats
    stages: Floats
    values: Floats
    given: Floats
    by_hand: Floats
    away: Floats
    dated: Floats
    ended: Sequence[tuple[int, Deal, Ending]]

    def chances(self, taught: Mapping[int, float] | None) -> Floats:
        """How likely each deal is won: as set (None), or as learnt where nobody has set it by hand."""
        if taught is None:
            return self.given
        places, group = np.unique(self.stages, return_inverse=True)
        learnt_ones = np.array([taught[int(stage_id)] for stage_id in places])
        return np.where(self.by_hand, self.given, learnt_ones[group]) if len(places) else self.given

    def due(self, made: Habits, length: int = 1) -> Floats:
        """How likely each, if it is won, is won in the ``length`` months from this one on."""
        return np.where(self.dated, made.closes_in(np.array([np.zeros_like(self.away), self.away]), length), 0.0)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of the past: starts of months, the oldest first, and how deals ended. ``moves``: deal, when, stage left."""

    stages: Mapping[int, Stage]
    starts: Sequence[Start]
    endings: Mapping[int, Ending]
    moves: Sequence[tuple[int, datetime, int]]


def look_back(ws: Workspace, months: int, scope: Scope = _ALL) -> Past:
    """The last ``months`` whole months and the one at hand, of a scope."""
    today = ws.clock.today()
    here = month_of(today)
    names = [add_months(here, -n) for n in range(months, -1, -1)]
    with ws.store.read() as connection:
        stages = deals.stages_of(connection)
        rates = forecast.rates_of(ws, connection)
        eves = {month_start(name) - timedelta(days=1): name for name in names}
        states = deals.rewound(ws, connection, stages, [today, *eves])
        endings = _endings(next(states), stages, rates, scope)
        starts = [_start(eves[state.day], state, stages, rates, scope, endings) for state in states]
        moves = [(deal_id, at, left) for deal_id, at, left, _ in storage.outlook.moves(connection)]
    return Past(stages, starts[::-1], endings, moves)


def _endings(state: deals.State, stages: Mapping[int, Stage], rates: Rates, scope: Scope) -> dict[int, Ending]:
    found = {}
    for deal in state.deals.values():
        stage = stages[deal.stage_id]
        if stage.kind is not StageKind.OPEN and deal.day is not None and scope.takes(deal, stage):
            value = _in_base(rates, deal.value, deal.currency, deal.day)
            found[deal.id] = Ending(deal, stage.kind is StageKind.WON, deal.day, value)
    return found


def _start(
    name: str,
    state: deals.State,
    stages: Mapping[int, Stage],
    rates: Rates,
    scope: Scope,
    endings: Mapping[int, Ending],
) -> Start:
    counted = [
        deal
        for deal in state.deals.values()
        if counts_in_forecast(deal, stages[deal.stage_id]) and scope.takes(deal, stages[deal.stage_id])
    ]
    listed = [(i, deal, endings[deal.id]) for i, deal in enumerate(counted) if deal.id in endings]
    first = int(name[:4]) * 12 + int(name[5:7])
    return Start(
        name,
        np.array([deal.id for deal in counted], np.int64),
        np.array([deal.stage_id for deal in counted], np.int64),
        np.array([_in_base(rates, deal.value, deal.currency, state.day) or 0 for deal in counted], float),
        np.array([deal.probability / 100 for deal in counted], float),
        np.array([deal.probability != stages[deal.stage_id].probability for deal in counted], bool),
        np.array([deal.day.year * 12 + deal.day.month - first if deal.day else 0 for deal in counted], np.int64),
        np.array([deal.day is not None for deal in counted], bool),
        listed,
    )


def _in_base(rates: Rates, value: int | None, currency: str, day: date) -> int | None:
    factor = rates.factor(currency, day)
    return None if value is None or factor is None else (value * factor + SCALE // 2) // SCALE


def records(past: Past, until: date, zone: Any = UTC) -> dict[int, Record]:
    """Stage → deals that were in it and were closed before a day; those that came closed, from a file, were in none."""
    limit = datetime.combine(until, time(), zone)
    was_in: dict[int, set[int]] = {}
    for deal_id, at, stage_id in past.moves:
        if at < limit:
            was_in.setdefault(stage_id, set()).add(deal_id)
    found: dict[int, Record] = {}
    for stage_id, ids in was_in.items():
        stage = past.stages.get(stage_id)
        if stage is not None and stage.kind is StageKind.OPEN:
            ended = [past.endings[i].won for i in ids if i in past.endings and past.endings[i].day < until]
            found[stage_id] = Record(len(ended), sum(ended))
    return found


def chances(found: Mapping[int, Record], stages: Mapping[int, Stage]) -> dict[int, float]:
    """Open stage → learnt probability, 0 to 1."""
    return {
        stage.id: learnt(found.get(stage.id, Record()), stage.probability / 100)
        for stage in stages.values()
        if stage.kind is StageKind.OPEN
    }


def chance_of(deal: Deal, stages: Mapping[int, Stage], learnt_chances: Mapping[int, float] | None) -> float:
    """How likely a deal is won: as set, or as learnt where nobody has set it by hand."""
    by_hand = deal.probability != stages[deal.stage_id].probability
    return deal.probability / 100 if learnt_chances is None or by_hand else learnt_chances[deal.stage_id]


def habits(past: Past, until: date) -> Habits:
    """The habits that show in what happened before a day, held towards the usual ones where little is known."""
    starts = [start for start in past.starts if month_start(start.month) < until]
    slips = np.array(USUAL.slips) * _SLIP_WEIGHT
    changes: list[float] = []
    for start in starts:
        first = month_start(start.month)
        for place, deal, end in start.ended:
            if not end.won or deal.day is None or not first <= end.day < until:
                continue
            slips[min(max(_months(month_of(deal.day), month_of(end.day)) - USUAL.first_slip, 0), len(slips) - 1)] += 1
            if start.values[place] and end.value:
                changes.append(float(np.log(end.value / start.values[place])))
    weight = _VALUE_WEIGHT + len(changes)
    mean = sum(changes) / weight
    spread = (_VALUE_WEIGHT * USUAL.value_sd**2 + sum((each - mean) ** 2 for each in changes)) / weight
    made = replace(
        USUAL, value_mean=mean, value_sd=float(np.sqrt(spread)), slips=tuple((slips / slips.sum()).tolist()),
        fresh=_fresh(past, starts, until),
    )  # fmt: skip
    return replace(made, common=_common(starts, until, made))


def in_period(starts_at: str, length: int, here: str, days: Iterable[date | None], made: Habits) -> Floats:
    """How likely each open deal, if it is won, is won in a period of ``length`` months; one without a date in none."""
    listed = list(days)
    away = np.array([[_months(here, starts_at)] * len(listed),
                     [_months(here, month_of(day)) if day else 0 for day in listed]], int).reshape(2, -1)  # fmt: skip
    return np.where([day is not None for day in listed], made.closes_in(away, length), 0.0) if listed else np.zeros(0)


def _fresh(past: Past, starts: Sequence[Start], until: date) -> tuple[int, ...]:
    """Per whole month before a day: what deals brought that were not there at its start; a month at whose start nothing was
    open tells nothing (the workspace was begun or filled later)."""
    by_month: dict[str, list[tuple[int, int]]] = {}
    for deal_id, end in past.endings.items():
        if end.won and end.value:
            by_month.setdefault(month_of(end.day), []).append((deal_id, end.value))
    found = []
    for start in starts:
        if month_start(add_months(start.month, 1)) <= until and len(start.ids):
            there = {deal.id for _, deal, _ in start.ended}
            found.append(sum(value for deal_id, value in by_month.get(start.month, ()) if deal_id not in there))
    return tuple(found)


def _common(starts: Sequence[Start], until: date, made: Habits) -> float:
    """The correlation under which the numbers of deals won in past months are likeliest: each month's number is normal given
    the common factor, which is integrated out by Gauss-Hermite quadrature; the usual one weighs as one month's doubt."""
    seen: list[tuple[Floats, Floats, int]] = []
    for start in starts:
        first, after = month_start(start.month), month_start(add_months(start.month, 1))
        if after > until or not len(start.ids):
            continue
        chance = np.round(start.given * start.due(made), 4)
        alike, count = np.unique(chance[chance > 0], return_counts=True)
        seen.append((alike, count, sum(end.won and first <= end.day < after for _, _, end in start.ended)))
    best, choice = -np.inf, USUAL.common
    for common in _COMMON:
        fit = -abs(np.log(common / USUAL.common)) / 2
        for chance, count, won in seen:
            given = given_chance(chance, _NODES, common)
            mean, variance = given @ count, (given * (1 - given)) @ count + 0.25
            density = np.exp(-((won - mean) ** 2) / (2 * variance)) / np.sqrt(variance)
            fit += float(np.log(max(float(density @ _WEIGHTS), 1e-300)))
        if fit > best:
            best, choice = fit, common
    return choice


def _months(first: str, last: str) -> int:
    """Whole months from one ``YYYY-MM`` to another."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
