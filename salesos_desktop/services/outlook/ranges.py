"""How sure the forecast of a period is: its range and the chance of its target, and the probabilities that history teaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ...domain.learning import ENOUGH, Record, learnt
from ...domain.outlook import Deal, Period, Range, Scope, counts_in_forecast
from ...domain.periods import month_of
from ...domain.rates import SCALE, Rates
from ...domain.stages import Stage, StageKind
from .. import forecast, setup
from ..workspace import Workspace
from . import deals

if TYPE_CHECKING:
    from .habits import Past
    from .simulation import Habits

LOOK_BACK = 24
"""Months of history that habits are learnt from."""
SWITCH = "forecast_probabilities"
"""Name of the setting that says which probabilities the forecast uses: ``set`` (the default) or ``learnt``."""
_ALL = Scope()


@dataclass(frozen=True, slots=True)
class Learnt:
    """An open stage with its set probability and the learnt one, 0 to 1, and the closed deals behind it; ``parts`` the same
    for owners, sources and sizes of which enough are known: ("owner", id) → (probability, record)."""

    stage: Stage
    set: float
    learnt: float
    record: Record
    parts: Mapping[tuple[str, Any], tuple[float, Record]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A period in the workspace's currency, minor units: what is won, what open deals weigh, and the range of both together.

    ``unconverted``: deals whose currency has no rate and that are in no figure.
    """

    period: Period
    won: int
    weighted: int
    range: Range
    unconverted: int


def uses_learnt(ws: Workspace) -> bool:
    """Whether the forecast uses the learnt probabilities."""
    return bool(ws.settings.get(SWITCH) == "learnt")


def use_learnt(ws: Workspace, learnt_ones: bool) -> None:
    """Switches between set and learnt probabilities, for everybody."""
    setup.put(ws, SWITCH, "learnt" if learnt_ones else "set")


def taught(ws: Workspace) -> dict[int, float]:
    """Open stage → probability that history teaches, 0 to 1."""
    return dict(_known(ws).chances)


def probabilities(ws: Workspace) -> list[Learnt]:
    """Every open stage in board order with what history teaches of it."""
    from .habits import records

    past = _known(ws).past
    found = records(past, ws.clock.today() + timedelta(days=1))
    listed = []
    for stage in past.stages.values():
        if stage.kind is StageKind.OPEN:
            record, given = found.get(stage.id, Record()), stage.probability / 100
            mean = learnt(record, given)
            parts: dict[tuple[str, Any], Record] = {}
            for end in (
                past.endings[i] for i in {i for i, _, left in past.moves if left == stage.id and i in past.endings}
            ):
                for part in (("owner", end.deal.owner_id), ("source", end.deal.source_id), ("size", _size(end.value))):
                    if part[1] is not None:
                        parts[part] = parts.get(part, Record()) + Record(1, int(end.won))
            told = {part: (learnt(each, mean), each) for part, each in parts.items() if each.closed >= ENOUGH}
            listed.append(Learnt(stage, given, mean, record, told))
    return listed


def of(
    ws: Workspace, period: Period, *, scope: Scope = _ALL, target: int | None = None, use_learnt: bool | None = None
) -> Outlook:
    """The outlook of a period that is not over; ``use_learnt`` None: as the workspace's switch says."""
    learnt_ones = uses_learnt(ws) if use_learnt is None else use_learnt
    with ws.store.read() as connection:
        stages = deals.stages_of(connection)
        rates = forecast.rates_of(ws, connection)
        found = deals.current(connection, stages, period)
    chances = taught(ws) if learnt_ones else None
    mine = [deal for deal in found if scope.takes(deal, stages[deal.stage_id])]
    return worked_out(ws, mine, stages, rates, period, _known(ws).habits, chances, target)


def worked_out(
    ws: Workspace, mine: Iterable[Deal], stages: Mapping[int, Stage], rates: Rates, period: Period, made: Habits,
    chances: Mapping[int, float] | None, target: int | None,
) -> Outlook:  # fmt: skip
    """The same from deals, habits and (None: set) probabilities that are given: what scenarios change."""
    import numpy as np

    from .habits import chance_of, in_period
    from .simulation import outlook

    today = ws.clock.today()
    won = weighted = unconverted = 0
    values, chance, days = [], [], []
    for deal in mine:
        stage = stages[deal.stage_id]
        factor = deals.factor_on(rates, deal, stage.kind, today)
        if factor is None:
            unconverted += 1
            continue
        value = ((deal.value or 0) * factor + SCALE // 2) // SCALE
        if stage.kind is StageKind.WON:
            won += value if period.has(deal.day) else 0
        elif counts_in_forecast(deal, stage):
            likely = chance_of(deal, stages, chances)
            weighted += round(value * likely) if period.has(deal.day) else 0
            values.append(value)
            chance.append(likely)
            days.append(deal.day)
    due = in_period(month_of(period.first), _length(period), month_of(today), days, made)
    left = max(0, (period.after - max(today, period.first)).days) / 30.4
    found = outlook(np.array(values, float), np.array(chance) * due, made, won, target, months=left)
    return Outlook(period, won, weighted, found, unconverted)


def played(
    ws: Workspace, mine: Iterable[Deal], stages: Mapping[int, Stage], rates: Rates, period: Period, target: int | None
) -> Outlook:  # fmt: skip
    """The same from deals that are given: with the workspace's habits, and the probabilities that its switch says."""
    known = _known(ws)
    return worked_out(
        ws, mine, stages, rates, period, known.habits, known.chances if uses_learnt(ws) else None, target
    )  # fmt: skip


def _size(value: int | None) -> int | None:
    """Digits of an amount in minor units: deals of a like size."""
    return None if value is None else len(str(value))


def _length(period: Period) -> int:
    """Whole months."""
    return (period.after.year - period.first.year) * 12 + period.after.month - period.first.month


@dataclass(frozen=True, slots=True)
class _Known:
    """What a day's first look back has found."""

    day: date
    past: Past
    habits: Habits
    chances: Mapping[int, float]


def _known(ws: Workspace) -> _Known:
    """Looked back once a day: what was open on the first of past months does not change by what is done today."""
    from .habits import chances, habits, look_back, records

    today = ws.clock.today()
    kept = _kept.get(ws.store)
    if kept is None or kept.day != today:
        past, tomorrow = look_back(ws, LOOK_BACK), today + timedelta(days=1)
        found = chances(records(past, tomorrow), past.stages)
        kept = _kept[ws.store] = _Known(today, past, habits(past, tomorrow), found)
    return kept


_kept: WeakKeyDictionary[Any, _Known] = WeakKeyDictionary()
