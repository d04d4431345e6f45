"""How right the forecast was: each past month as it stood on its first day, against what was then won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ... import storage
from ...domain.outlook import Range, Scope
from ...domain.periods import add_months, month_start
from ..workspace import Workspace
from . import memory
from .columns import Mask
from .habits import Past, Start, chances, habits, look_back, records
from .simulation import Floats, outlook

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
    """Judges the last ``months`` whole months. What is learnt for a month is learnt from what happened before it; what is won
    or lost today counts tomorrow (services/outlook/memory.py)."""
    if 2 * months == memory.MONTHS:
        judged, given = memory.once(ws, scope, "backtest", lambda past: _judged(past, months))
    else:
        judged, given = _judged(look_back(ws, 2 * months, scope), months)
    with ws.store.read() as connection:
        adjusted = _adjusted(ws, storage.outlook.adjustments(connection)) if scope == _ALL else {}
    judged = [replace(each, adjusted=adjusted.get(each.month)) for each in judged]
    kinds = {
        "set": [(each.set, each.won) for each in judged],
        "learnt": [(each.learnt, each.won) for each in judged],
        "adjusted": [(each.adjusted, each.won) for each in judged if each.adjusted is not None],
    }
    covered = sum(each.inside for each in judged) / len(judged) if judged else None
    return Backtest(judged, {kind: _accuracy(found) for kind, found in kinds.items()}, covered, given)


def _judged(past: Past, months: int, length: int = 1) -> tuple[list[Month], dict[str, Sequence[Bin]]]:
    """The months that there is something to judge of, as nobody has adjusted them, and the bins of their deals by kind; for a
    ``length`` of more, the periods of so many months that began with each of them and are over."""
    starts = [start for start in past.starts[-months - 1 : -length] if len(start.stages)]
    told = [_judge(past, start, length) for start in starts]
    won = np.concatenate([each[1] for each in told]) if told else np.zeros(0, bool)
    given: dict[str, Sequence[Bin]] = {
        kind: _bins(np.concatenate([each[2][kind] for each in told]) if told else np.zeros(0), won)
        for kind in ("set", "learnt")
    }
    return [each[0] for each in told], given


def _judge(past: Past, start: Start, length: int) -> tuple[Month, Mask, dict[str, Floats]]:
    """The month (or so many from it on), whether each of its deals that are closed by now was won, and the chances that these
    were given by kind."""
    first, after = start.span[0], month_start(add_months(start.month, length)).toordinal()
    made, taught = habits(past, month_start(start.month)), chances(records(past, month_start(start.month)), past.stages)
    chosen = {"set": start.chances(None), "learnt": start.chances(taught)}
    ends = past.endings
    won = int(ends.value[ends.won & (first <= ends.day) & (ends.day < after)].sum())
    expected = start.dated & (start.away >= 0) & (start.away < length)
    later = ends.day[start.ends] >= first
    found = outlook(start.values, chosen["learnt"] * start.due(made, length), made, 0, None, ahead=(0.0, length))
    weighed = {kind: round(float((start.values * chance)[expected].sum())) for kind, chance in chosen.items()}
    return (
        Month(start.month, weighed["set"], weighed["learnt"], None, found, won), ends.won[start.ends[later]],
        {kind: chance[start.ended[later]] for kind, chance in chosen.items()},
    )  # fmt: skip


def _accuracy(found: Sequence[tuple[int, int]]) -> Accuracy:
    won = sum(truth for _, truth in found)
    if not won:
        return Accuracy(len(found), None, None)
    errors = [said - truth for said, truth in found]
    return Accuracy(len(found), sum(abs(each) for each in errors) / won, sum(errors) / won)


def _bins(given: Floats, won: Mask) -> list[Bin]:
    listed = []
    for place in range(_BINS):
        lower, upper = place / _BINS, (place + 1) / _BINS
        inside = (lower <= given) & ((given < upper) | (place == _BINS - 1))
        if inside.any():
            listed.append(Bin(lower, upper, int(inside.sum()), float(given[inside].mean()), float(won[inside].mean())))
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
