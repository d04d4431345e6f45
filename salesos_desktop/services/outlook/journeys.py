"""The ways of many deals through the stages, as columns: counted at once, and those of single deals put in place of others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from ... import storage
from ...domain.outlook import Scope
from ...domain.performance import Performance, Way
from ...domain.stages import Stage, StageKind
from .columns import Ints, numbers

_NO_DAY = np.iinfo(np.int64).min
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class Deals:
    """Deals of a scope that count, in order of their ids, those of other pipelines too: the stage each is in now, the days it
    was made on and it goes for (counted from the year 1; _NO_DAY for none)."""

    id: Ints
    stage_id: Ints
    made: Ints
    day: Ints

    def count(self, made: Performance) -> None:
        """Counts how many were open on any of some days, by what they are now, and how many were made in them."""
        first, after = made.span.first.toordinal(), made.span.after.toordinal()
        stages = [each for each in made.stages.values() if made.scope.pipeline_id in (None, each.pipeline_id)]
        mine = np.isin(self.stage_id, [stage.id for stage in stages])
        opened = np.isin(self.stage_id, [stage.id for stage in stages if stage.kind is StageKind.OPEN])
        made.worked = int(np.count_nonzero(mine & (self.made < after) & (opened | (self.day >= first))))
        made.made = int(np.count_nonzero(mine & (self.made >= first) & (self.made < after)))


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Every time a deal left a stage for another on a day, after so many whole ``days`` by the calendar (-1: not known), in
    order of the deals. One that left 0 was made: in the stage that it came to."""

    deal: Ints
    left: Ints
    to: Ints
    day: Ints
    days: Ints

    def take(self, places: Any) -> Steps:
        """Those of a mask or of some places."""
        return Steps(self.deal[places], self.left[places], self.to[places], self.day[places], self.days[places])

    def count(self, made: Performance, sign: int) -> None:
        """Counts those of the days of some figures in or (negative) out, every one of a deal. However often it comes to a
        stage, a deal reaches it once."""
        mine, kinds, kind = self._kinds(made)
        for (left, _, way, _), count in zip(kinds, np.bincount(kind, minlength=len(kinds)).tolist(), strict=True):
            if way is not Way.REACHED:
                made.add_ways(left, way, sign * count)
        timed = np.array([way is not Way.REACHED for _, _, way, _ in kinds], bool)[kind] & (mine.days >= 0)
        for (left, days), count in _alike(mine.left[timed], mine.days[timed]):
            made.add_stays(left, days, sign * count)
        for stage_id in made.by_stage:
            reached = np.array([stage_id in passed for _, _, _, passed in kinds], bool)[kind]
            made.add_ways(stage_id, Way.REACHED, sign * len(_each_once(mine.deal[reached])))

    def deals_of(self, made: Performance, stage_id: int, by: Collection[Way]) -> list[int]:
        """Deals that went through an open stage in one of some ways in the days of some figures."""
        mine, kinds, kind = self._kinds(made)
        meant = [
            (way in by and way is not Way.REACHED and left == stage_id) or (Way.REACHED in by and stage_id in passed)
            for left, _, way, passed in kinds
        ]
        ids: list[int] = _each_once(mine.deal[np.array(meant, bool)[kind]]).tolist()
        return ids

    def _kinds(self, made: Performance) -> tuple[Steps, list[tuple[int, int, Way, frozenset[int]]], Ints]:
        """Those that are a step in the days of some figures; what kinds of steps there are among them (stage that was left, stage
        that was come to, how, open stages that were reached), and of which kind each is."""
        mine = self.take((self.day >= made.span.first.toordinal()) & (self.day < made.span.after.toordinal()))
        width = int(mine.to.max(initial=0)) + 1
        pairs, pair = np.unique(mine.left * width + mine.to, return_inverse=True)
        steps = [made.step(*divmod(each, width)) for each in pairs.tolist()]
        known = np.array([step is not None for step in steps], bool)
        kinds = [
            (*divmod(each, width), *step) for each, step in zip(pairs.tolist(), steps, strict=True) if step is not None
        ]
        counted = known[pair]
        return mine.take(counted), kinds, (np.cumsum(known) - 1)[pair[counted]]


def _joined(parts: Iterable[Steps]) -> Steps:
    columns = zip(*((each.deal, each.left, each.to, each.day, each.days) for each in parts), strict=True)
    found = Steps(*(np.concatenate(column) for column in columns))
    return found.take(np.argsort(found.deal, kind="stable"))


_NOTHING = Steps(*(np.zeros(0, np.int64) for _ in range(5)))


class Journeys:
    """The steps of many deals, of which those of a few are exchanged now and then."""

    def __init__(self, steps: Steps = _NOTHING) -> None:
        self._kept, self._there, self._fresh = steps, np.ones(len(steps.deal), bool), _NOTHING

    def swap(self, ids: Sequence[int], found: Steps) -> Steps:
        """Puts what is found in place of what was known of some deals, and gives that."""
        starts, ends = (np.searchsorted(self._kept.deal, ids, side) for side in ("left", "right"))
        ranges = [np.arange(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        places = np.concatenate(ranges) if ranges else np.zeros(0, np.int64)
        places = places[self._there[places]]
        stale = np.isin(self._fresh.deal, ids)
        gone = _joined((self._kept.take(places), self._fresh.take(stale)))
        self._there[places] = False
        self._fresh = _joined((self._fresh.take(~stale), found))
        return gone

    def steps(self) -> Steps:
        """All of them."""
        return _joined((self._kept.take(self._there), self._fresh))

    def still(self) -> Journeys:
        """For another thread: nothing of it moves any more."""
        found = copy(self)
        found._there = self._there.copy()
        return found


def deals(connection: Any, scope: Scope, stages: Iterable[Stage], ids: Sequence[int] | None = None) -> Deals:
    """The deals of a scope as they are now; ``ids`` limits them to some."""
    every = [stage.id for stage in stages]
    columns: list[list[Any]] = [[], [], [], []]
    for texts in storage.performance.deals(connection, scope, every, ids):
        if texts[0]:
            columns[0].append(numbers(texts[0]))
            columns[1].append(numbers(texts[1]))
            columns[2].append(_days(texts[2]))
            columns[3].append(_days(texts[3]))
    if not columns[0]:
        return Deals(*(np.zeros(0, np.int64) for _ in range(4)))
    order = np.argsort(np.concatenate(columns[0]), kind="stable")
    return Deals(*(np.concatenate(column)[order] for column in columns))


def steps(connection: Any, of: Deals, zone: Any, first: date, after: date, ids: Sequence[int] | None = None) -> Steps:
    """What history says of some deals from a day to before another, as a clock in a zone tells days; ``ids`` when they are
    few."""
    found = [_left(connection, of, zone, first, after, texts)
             for texts in storage.performance.moves(connection, start(first, zone), ids) if texts[0]]  # fmt: skip
    exits = _joined(found) if found else _NOTHING
    new = (of.made >= first.toordinal()) & (of.made < after.toordinal())
    began = of.stage_id.copy()
    # Where a deal was made is where it was before it left a stage for the first time.
    movers, places = np.unique(exits.deal, return_index=True)
    began[np.searchsorted(of.id, movers)] = exits.left[places]
    count = int(np.count_nonzero(new))
    made = Steps(of.id[new], np.zeros(count, np.int64), began[new], of.made[new], np.full(count, -1))
    return _joined((made, exits))


def start(day: date, zone: Any) -> datetime:
    """The instant at which a day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _left(connection: Any, of: Deals, zone: Any, first: date, after: date, texts: Sequence[str]) -> Steps:
    """A part of history; ``day`` is ``after`` for whatever is later."""
    entry, deal, seq, left, to = (numbers(text) for text in texts[:5])
    at, since = np.array(texts[5].split(","), "M8[us]"), _days(texts[6])
    # An import and the sample write many moves of a deal in one commit, each at an instant of its own.
    order = np.lexsort((entry, seq, at, deal))
    entry, deal, seq, left, to, at, since = (each[order] for each in (entry, deal, seq, left, to, at, since))
    fresh = np.ones(len(deal), bool)
    fresh[1:] = (deal[1:] != deal[:-1]) | (at[1:] != at[:-1]) | (seq[1:] != seq[:-1])
    move = np.cumsum(fresh) - 1
    told = left == 0
    entered, is_told = np.full(len(deal), _NO_DAY), np.zeros(len(deal), bool)
    entered[move[told]], is_told[move[told]] = since[told], True
    day = first.toordinal() + np.searchsorted(_starts(first, after, zone), at, "right") - 1
    entered, is_told = entered[move], is_told[move]
    days = np.where(entered == _NO_DAY, -1, np.maximum(0, day - entered))
    found = Steps(deal, left, to, day, np.where(is_told, days, 0))
    void = storage.performance.void(connection, int(seq.min()))
    mine = ~told & ~np.isin(seq, list(void)) & np.isin(deal, of.id)
    places = np.flatnonzero(mine)
    return found.take(places[np.lexsort((entry[places], deal[places]))])


@lru_cache(2)
def _starts(first: date, after: date, zone: Any) -> Any:
    """The instants at which each day from one to another begins."""
    moments = [start(first + timedelta(days=n), zone).replace(tzinfo=None) for n in range((after - first).days + 1)]
    return np.array(moments, "M8[us]")


def _days(text: str) -> Ints:
    """Days joined by commas, counted from the year 1."""
    found = np.array(text.split(","), "M8[D]")
    return np.where(np.isnat(found), _NO_DAY, found.astype(np.int64) + _EPOCH)


def _each_once(ordered: Ints) -> Ints:
    fresh = np.ones(len(ordered), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def _alike(stages: Ints, days: Ints) -> list[tuple[tuple[int, int], int]]:
    """((stage, days), how many)."""
    width = int(days.max(initial=0)) + 1
    found, counts = np.unique(stages * width + days, return_counts=True)
    return [(divmod(each, width), count) for each, count in zip(found.tolist(), counts.tolist(), strict=True)]
