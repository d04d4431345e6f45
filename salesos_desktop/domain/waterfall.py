"""What changed between two states of the deals, step by step, so that the steps add up to the difference exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .outlook import Deal, Period, Scope, counts_in_forecast
from .rates import SCALE
from .stages import Stage, StageKind


class Step(StrEnum):
    """Why the expected amount is another, in the order in which a chart shows them."""

    NEW = "new"
    REOPENED = "reopened"
    GROWN = "grown"
    ADVANCED = "advanced"
    PULLED_IN = "pulled_in"
    WON = "won"
    SHRUNK = "shrunk"
    FELL_BACK = "fell_back"
    PUSHED_OUT = "pushed_out"
    LOST = "lost"
    GONE = "gone"
    RATES = "rates"


@dataclass(slots=True)
class Part:
    """One step: minor units, the deals that made it, and what each of them ``added``: together the amount, to the unit."""

    amount: int = 0
    deals: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Waterfall:
    """``start`` + the amounts of all steps = ``end``, to the minor unit; steps in which nothing happened are left out."""

    start: int
    steps: Mapping[Step, Part]
    end: int


Stages = Mapping[int, Stage]
Factor = Callable[[Deal, StageKind], int | None]
_HUNDRED = 100 * SCALE


@dataclass(frozen=True, slots=True)
class Look:
    """What is counted: deals of a scope that close in a period (None: whenever), Esperado = won + value × probability."""

    stages: Stages
    scope: Scope
    period: Period | None

    def inside(self, deal: Deal | None) -> bool:
        """Whether a deal belongs to the scope, whatever its date and stage."""
        stage = self.stages.get(deal.stage_id) if deal is not None else None
        return deal is not None and stage is not None and self.scope.takes(deal, stage)

    def percent(self, deal: Deal) -> int:
        """How much of its value counts: all of a won one, its probability of an open one, nothing of others."""
        stage = self.stages[deal.stage_id]
        if stage.kind is StageKind.WON:
            return 100
        return deal.probability if counts_in_forecast(deal, stage) else 0

    def in_time(self, deal: Deal) -> bool:
        """Whether it closes in the period; without a period every deal does, with a day or without."""
        return self.period is None or self.period.has(deal.day)


def waterfall(
    before: Mapping[int, Deal], after: Mapping[int, Deal], look: Look, then: Factor, now: Factor, *, steady: int = 0
) -> Waterfall:
    """The steps from one state to another; ``then`` and ``now`` give the factor (domain/rates.py) of a deal in
    either state. A deal whose currency has no rate in one of them is left out of both. ``steady``: what deals count that are
    the same in both and in neither mapping, in parts of a minor unit (domain/rates.py) times a hundred.

    Each deal is taken from its earlier state to its later one a change at a time: rates, value, probability or closing, date.
    Sums are exact and rounded half up as they grow, so that the steps add up.
    """
    exact: dict[Step, dict[int, int]] = {}
    start = steady
    for deal_id in before.keys() | after.keys():
        old, new = before.get(deal_id), after.get(deal_id)
        old, new = (old if look.inside(old) else None), (new if look.inside(new) else None)
        rates = [factor(d, look.stages[d.stage_id].kind) for d, factor in ((old, then), (new, now)) if d]
        if not rates or None in rates:
            continue
        first, last = rates[0] or 0, rates[-1] or 0
        start += 0 if old is None else _amount(look, old, first)
        for step, amount in _steps(look, old, new, first, last):
            if amount:
                exact.setdefault(step, {})[deal_id] = amount
    return _rounded(start, exact)


def _amount(look: Look, deal: Deal, factor: int) -> int:
    """What a deal counts, in parts of a minor unit times a hundred."""
    return (deal.value or 0) * factor * look.percent(deal) if look.in_time(deal) else 0


def _steps(look: Look, old: Deal | None, new: Deal | None, first: int, last: int) -> Iterable[tuple[Step, int]]:
    if old is None or new is None:
        if new is not None:
            yield Step.NEW, _amount(look, new, last)
        if old is not None:
            yield Step.GONE, -_amount(look, old, first)
        return
    was, is_ = look.stages[old.stage_id].kind, look.stages[new.stage_id].kind
    timely, now_timely = look.in_time(old), look.in_time(new)
    value, now_value = old.value or 0, new.value or 0
    if timely and now_timely:
        share, now_share = look.percent(old), look.percent(new)
        yield Step.RATES, value * (last - first) * share
        grown = (now_value - value) * last * share
        yield (Step.GROWN if grown > 0 else Step.SHRUNK), grown
        yield _turn(was, is_, now_share > share), now_value * last * (now_share - share)
    elif now_timely:
        amount = _amount(look, new, last)
        yield (_turn(was, is_, True) if was is not is_ else Step.PULLED_IN), amount
    elif timely:
        amount = -_amount(look, old, first)
        # What was won in another period has left this one, and was lost to nobody.
        yield (Step.PUSHED_OUT if is_ in (was, StageKind.WON) else _turn(was, is_, False)), amount


def _turn(was: StageKind, is_: StageKind, up: bool) -> Step:
    """What a change of stage or probability is called."""
    if was is not is_:
        return {StageKind.WON: Step.WON, StageKind.LOST: Step.LOST, StageKind.OPEN: Step.REOPENED}[is_]
    return Step.ADVANCED if up else Step.FELL_BACK


def _rounded(start: int, exact: Mapping[Step, Mapping[int, int]]) -> Waterfall:
    """Half up at each landing, a deal at a time, so that no minor unit is lost between two of them."""
    running, shown = start, _half_up(start)
    steps: dict[Step, Part] = {}
    for step in Step:
        if step not in exact:
            continue
        part = steps[step] = Part()
        for deal_id, amount in sorted(exact[step].items()):
            running += amount
            landing = _half_up(running)
            part.deals.append(deal_id)
            part.added.append(landing - shown)
            shown = landing
        part.amount = sum(part.added)
    return Waterfall(_half_up(start), steps, shown)


def _half_up(parts: int) -> int:
    return (parts + _HUNDRED // 2) // _HUNDRED
