"""How right the forecast was: each past month as it stood on its first day, against what was then won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ... import storage
from ...domain.outlook import Range, Scope
from ...domain.periods import add_months, month_of, month_start
from ..workspace import Workspace
from .habits import Past, Start, chances, habits, look_back, records
from .simulation import outlook

MONTHS = 12
_BINS = 10
_ALL = Scope()


@dataclass(frozen=True, slots=True)
class Month:
    """One past month in minor units of the workspace's currency: the forecast with the set and with the learnt probabilities
    and (None: nobody made one) as adjusted by a manager before it began, its range, and what was ``won``."""

    month: str
    set: int
    learnt: int
    adjusted: int | None
    range: Range
    won: int

    @property
    def inside(self) -> bool:
        """Whether the truth fell within P10 and P90."""
        return self.range.p10 <= self.won <= self.range.p90


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one kind of forecast: mean of |forecast − won| and of (forecast − won), as shares of what was won in all; None
    where nothing was."""

    months: int
    error: float | None
    bias: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Deals that were given a probability from ``lower`` to ``upper``, 0 to 1, and are closed since: how many, what they
    were given on average, and the share that was won."""

    lower: float
    upper: float
    deals: int
    given: float
    won: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """Months with something to judge, the oldest first; ``accuracy`` by kind: set, learnt, adjusted; ``covered``: share of
    the months whose truth fell within P10 and P90 (eight of ten are promised), None without months; ``bins`` by kind for the
    reliability diagram (DeGroot and Fienberg, The Statistician 32, 1983)."""

    months: Sequence[Month]
    accuracy: Mapping[str, Accuracy]
    covered: float | None
    bins: Mapping[str, Sequence[Bin]]


def backtest(ws: Workspace, months: int = MONTHS, scope: Scope = _ALL) -> Backtest:
    """Judges the last ``months`` whole months. What is learnt for a month is learnt from what happened before it."""
    past = look_back(ws, 2 * months, scope)
    with ws.store.read() as connection:
        adjusted = _adjusted(ws, storage.outlook.adjustments(connection)) if scope == _ALL else {}
    here = month_of(ws.clock.today())
    judged, given = [], {"set": list[tuple[float, bool]](), "learnt": list[tuple[float, bool]]()}
    for start in past.starts[-months - 1 :]:
        if start.month >= here or not len(start.ids):
            continue
        judged.append(_judge(past, start, adjusted.get(start.month), given))
    kinds = {
        "set": [(each.set, each.won) for each in judged],
        "learnt": [(each.learnt, each.won) for each in judged],
        "adjusted": [(each.adjusted, each.won) for each in judged if each.adjusted is not None],
    }
    covered = sum(each.inside for each in judged) / len(judged) if judged else None
    return Backtest(
        judged, {kind: _accuracy(found) for kind, found in kinds.items()}, covered,
        {kind: _bins(found) for kind, found in given.items()},
    )  # fmt: skip


def _judge(past: Past, start: Start, adjusted: int | None, given: dict[str, list[tuple[float, bool]]]) -> Month:
    first, after = month_start(start.month), month_start(add_months(start.month, 1))
    made, taught = habits(past, first), chances(records(past, first), past.stages)
    chosen = {"set": start.chances(None), "learnt": start.chances(taught)}
    won = sum(e.value or 0 for e in past.endings.values() if e.won and first <= e.day < after)
    expected = start.dated & (start.away == 0)
    for kind, chance in chosen.items():
        given[kind] += [(float(chance[place]), end.won) for place, _, end in start.ended if end.day >= first]
    found = outlook(start.values, chosen["learnt"] * start.due(made), made, 0, None, months=1.0)
    weighed = {kind: round(float((start.values * chance)[expected].sum())) for kind, chance in chosen.items()}
    return Month(start.month, weighed["set"], weighed["learnt"], adjusted, found, won)


def _accuracy(found: Sequence[tuple[int, int]]) -> Accuracy:
    won = sum(truth for _, truth in found)
    if not won:
        return Accuracy(len(found), None, None)
    errors = [said - truth for said, truth in found]
    return Accuracy(len(found), sum(abs(each) for each in errors) / won, sum(errors) / won)


def _bins(found: Sequence[tuple[float, bool]]) -> list[Bin]:
    listed = []
    for place in range(_BINS):
        lower, upper = place / _BINS, (place + 1) / _BINS
        inside = [each for each in found if lower <= each[0] < upper or (place == _BINS - 1 and each[0] == 1)]
        if inside:
            share = sum(won for _, won in inside) / len(inside)
            listed.append(Bin(lower, upper, len(inside), sum(given for given, _ in inside) / len(inside), share))
    return listed


def _adjusted(ws: Workspace, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Month → what a manager expected of everybody on its first day, in the workspace's currency."""
    found: dict[str, int] = {}
    for row in rows:
        period, said = str(row["period"]), row["created_at"]
        whole = row["person_id"] is None and row["team_id"] is None and row["currency"] == ws.currency
        if whole and len(period) == 7 and "Q" not in period and said.date() < month_start(period):
            found[period] = int(row["amount"])
    return found
