"""A figure of one's own as sums in cells, by two fields, that every changed deal moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from heapq import nsmallest
from itertools import product
from typing import Any, TypeAlias

from .conditions import All, AnyOf, Condition, Not, Operator, Test
from .filters import DealFilter
from .groupings import Dimension, Key
from .questions import Measure, Question
from .rates import SCALE, Rates
from .stages import Stage, StageKind


class Whole(Enum):
    """Stands for all groups of a field together."""

    ALL = "all"
    __hash__ = object.__hash__  # Looked up for every cell: that of Enum is written in Python.


ALL = Whole.ALL
Place: TypeAlias = Key | Whole
_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Sums:
    """Of deals of one stage, currency and day: ``value`` in minor units, ``weighted`` value × percent; ``days`` over the
    ``dated`` ones that have both dates."""

    count: int
    value: int
    weighted: int
    no_value: int
    days: int = 0
    dated: int = 0


@dataclass(slots=True)
class Tally:
    """What a cell holds. Amounts are parts of a minor unit (rates.SCALE) of the workspace's currency. ``unrated`` deals have a
    value without a rate of their day: they are in no amount. ``valued`` ones are in the amounts."""

    count: int = 0
    no_value: int = 0
    unrated: int = 0
    valued: int = 0
    value: int = 0
    weighted: int = 0
    won: int = 0
    closed: int = 0
    won_value: int = 0
    closed_value: int = 0
    days: int = 0
    dated: int = 0

    def add(self, other: Tally, sign: int = 1) -> None:
        """Counts other deals in or (-1) out."""
        self.count += sign * other.count
        self.no_value += sign * other.no_value
        self.unrated += sign * other.unrated
        self.valued += sign * other.valued
        self.value += sign * other.value
        self.weighted += sign * other.weighted
        self.won += sign * other.won
        self.closed += sign * other.closed
        self.won_value += sign * other.won_value
        self.closed_value += sign * other.closed_value
        self.days += sign * other.days
        self.dated += sign * other.dated

    def figure(self, measure: Measure) -> int | float | None:
        """Number of deals; Σ value; Σ value × probability; Σ value ÷ deals that have one; won ÷ (won + lost), by number or by
        value; days from making to closing (CYCLE) or until today (AGE), on average; deals without a value.

        Amounts in minor units, rounded half up; rates 0 to 1; None where there is nothing to divide by.
        """
        match measure:
            case Measure.NUMBER:
                return self.count
            case Measure.NO_VALUE:
                return self.no_value
            case Measure.VALUE:
                return _half_up(self.value, SCALE)
            case Measure.WEIGHTED:
                return _half_up(_half_up(self.weighted, SCALE), _PER_CENT)
            case Measure.AVERAGE:
                return _half_up(self.value, self.valued * SCALE) if self.valued else None
            case Measure.WIN_RATE:
                return self.won / self.closed if self.closed else None
            case Measure.VALUE_RATE:
                return self.won_value / self.closed_value if self.closed_value else None
        return self.days / self.dated if self.dated else None


@dataclass(frozen=True, slots=True)
class Slot:
    """Groups that are shown as one: a single one, all, or (``rest``) those past the limit; ``but`` are then the others, where
    a deal is in one group only: what is in the rest is in none of them."""

    keys: tuple[Place, ...]
    rest: bool = False
    but: tuple[Place, ...] = ()

    @property
    def terms(self) -> list[tuple[Place, int]]:
        """The cells, and the signs, whose sum it is: of a rest of many groups all of them less the others."""
        if self.but and len(self.but) < len(self.keys):
            return [(ALL, 1), *((key, -1) for key in self.but)]
        return [(key, 1) for key in self.keys]


TOTAL = Slot((ALL,))


class Pivot:
    """Cells by (row, column), each with ALL in place of either as well, for a deal with two tags counts once in a total.

    ``where`` are the deals that are asked of; ``rows`` and ``columns`` what they are grouped by. Open deals are converted at
    the rate of ``today``, closed ones at that of their day. A deal's row costs microseconds at any size.
    """

    def __init__(
        self, question: Question, where: DealFilter, stages: Mapping[int, Stage], rates: Rates, today: date,
        dimensions: tuple[Dimension, Dimension | None],
    ) -> None:  # fmt: skip
        self.question, self.where, self.stages, self.rates, self.today = question, where, stages, rates, today
        self.rows, self.columns = dimensions
        self.cells: dict[tuple[Place, Place], Tally] = {}

    # Counting -----------------------------------------------------------------------------------------------------

    def add_row(self, row: Mapping[str, Any], sign: int) -> None:
        """Counts a row of ``opportunity`` in or (-1) out, if it is one of those that are asked of."""
        if not self.where.matches(row):
            return
        value, days = row["value"], self.days_of(row)
        sums = Sums(
            1, value or 0, (value or 0) * row["probability"], int(value is None), days or 0, int(days is not None)
        )
        raws = self.rows.raw(row), self.columns.raw(row) if self.columns is not None else None
        self.add(row["stage_id"], row["currency"], row["day"], raws, sums, sign)

    def keys_of(self, dimension: Dimension, row: Mapping[str, Any]) -> Sequence[Key]:
        """The groups of a field that a row of ``opportunity`` is counted in; none where it is not asked of."""
        stage = self.stages.get(row["stage_id"])
        if stage is None or not self.where.matches(row):
            return ()
        return dimension.keys(dimension.raw(row), stage, row["currency"])

    def days_of(self, row: Mapping[str, Any]) -> int | None:
        """Days that the measure looks at: None for a deal that lacks a date, or where it looks at none."""
        made = row["created_on"]
        if self.question.measure not in (Measure.CYCLE, Measure.AGE) or made is None:
            return None
        end = row["closed_on"] if self.question.measure is Measure.CYCLE else self.today
        return None if end is None else max(0, (end - made).days)

    def add_all(self, found: Iterable[tuple[int, str, date | None, tuple[Any, Any], Sums]]) -> None:
        """Counts (stage, currency, day, what the dimensions look at, sums) in; a pivot that is empty is added up at its end where
        a deal is in one group only."""
        once = not self.cells and not any(each is not None and each.several for each in (self.rows, self.columns))
        for stage_id, currency, day, raws, sums in found:
            self.add(stage_id, currency, day, raws, sums, totals=not once)
        for (row, column), tally in list(self.cells.items()) if once else ():
            for place in {(row, ALL), (ALL, column), (ALL, ALL)} - {(row, column)}:
                self._count(place, tally)

    def add(
        self, stage_id: int, currency: str, day: date | None, raws: tuple[Any, Any], sums: Sums, sign: int = 1, *,
        totals: bool = True,
    ) -> None:  # fmt: skip
        """Counts deals of one stage, currency and day (the one whose rate counts) in or out; ``raws`` are what the dimensions
        look at. Without ``totals`` only the cells themselves."""
        stage = self.stages.get(stage_id)
        if stage is None:
            return
        tally = self._tally(stage, currency, day, sums, sign)
        firsts = self.rows.keys(raws[0], stage, currency)
        seconds: tuple[Place, ...] = (ALL,)
        if self.columns is not None:
            of_columns = self.columns.keys(raws[1], stage, currency)
            seconds = (ALL, *of_columns) if totals else of_columns
        for place in product((ALL, *firsts) if totals else firsts, seconds):
            self._count(place, tally)

    def _count(self, place: tuple[Place, Place], tally: Tally) -> None:
        kept = self.cells.get(place)
        if kept is None:
            kept = self.cells[place] = Tally()
        kept.add(tally)
        if not kept.count:
            del self.cells[place]

    def _tally(self, stage: Stage, currency: str, day: date | None, sums: Sums, sign: int) -> Tally:
        closed = stage.kind is not StageKind.OPEN
        factor = self.rates.factor(currency, day if closed and day is not None else self.today)
        valued = sign * (sums.count - sums.no_value)
        tally = Tally(sign * sums.count, sign * sums.no_value, days=sign * sums.days, dated=sign * sums.dated)
        if factor is None:
            tally.unrated = valued
        else:
            tally.valued = valued
            tally.value, tally.weighted = sign * sums.value * factor, sign * sums.weighted * factor
        if closed:
            tally.closed, tally.closed_value = tally.count, tally.value
        if stage.kind is StageKind.WON:
            tally.won, tally.won_value = tally.count, tally.value
        return tally

    # Reading ------------------------------------------------------------------------------------------------------

    def groups(self, *, second: bool = False) -> list[Key]:
        """Groups of a field that have deals."""
        return [key for key, _ in self._totals(second)]

    def _totals(self, second: bool) -> list[tuple[Key, Tally]]:
        """The groups of a field with the sums of each."""
        if second:
            return [(each, tally) for (row, each), tally in self.cells.items() if row is ALL and each is not ALL]
        return [(each, tally) for (each, column), tally in self.cells.items() if column is ALL and each is not ALL]

    def tally(self, row: Slot = TOTAL, column: Slot = TOTAL) -> Tally:
        """The sums of a cell that is shown."""
        found = Tally()
        for (first, sign), (second, other) in product(row.terms, column.terms):
            kept = self.cells.get((first, second))
            if kept is not None:
                found.add(kept, sign * other)
        return found

    def figure(self, row: Slot = TOTAL, column: Slot = TOTAL) -> int | float | None:
        """The figure of a cell that is shown."""
        return self.tally(row, column).figure(self.question.measure)

    def slots(
        self, place: Callable[[Key], Any], limit: int, *, second: bool = False, by_figure: bool = False
    ) -> list[Slot]:
        """What is shown of a field's groups, in order. ``place``: the natural order of groups; deals without one come last.

        Past ``limit`` the smaller (of times: the earlier) ones are one slot; where a deal can be in several groups they are
        left out, for such a slot would count it more than once. Times have no gaps unless they are far apart.
        """
        dimension = self.columns if second else self.rows
        measure = self.question.measure
        figures = {key: _descending(tally.figure(measure)) for key, tally in self._totals(second)}
        if dimension is None or not figures:
            return []

        def natural(key: Key) -> tuple[bool, Any]:
            return key is None, place(key)

        if dimension.timed:
            return self._times(dimension, sorted(figures, key=natural), limit)
        most = limit + (len(figures) == limit + 1)
        # Of many groups, only those that may be shown are put in order by their names.
        last = nsmallest(most, figures.values())[-1]
        largest = [key for key, figure in figures.items() if figure <= last]
        kept = sorted(largest, key=lambda key: (figures[key], natural(key)))[:most]
        shown, inside = kept if by_figure else sorted(kept, key=natural), set(kept)
        rest = () if dimension.several else tuple(key for key in figures if key not in inside)
        return [*(Slot((key,)) for key in shown), *([Slot(rest, rest=True, but=tuple(shown))] if rest else [])]

    @staticmethod
    def _times(dimension: Dimension, found: Sequence[Key], limit: int) -> list[Slot]:
        dated = [key for key in found if key is not None]
        shown, earlier = dated[-limit:], tuple(dated[:-limit])
        whole = dimension.between(shown[0], shown[-1], 2 * limit) if shown else []
        return [
            *([Slot(earlier, rest=True)] if earlier else []), *(Slot((key,)) for key in whole or shown),
            *([Slot((None,))] if None in found else []),
        ]  # fmt: skip

    def behind(self, row: Slot = TOTAL, column: Slot = TOTAL) -> DealFilter:
        """The deals of a cell that is shown: as many as its tally counts, of NO_VALUE those without a value."""
        parts = [] if self.where.condition is None else [self.where.condition]
        for dimension, slot, second in ((self.rows, row, False), (self.columns, column, True)):
            if dimension is not None and slot != TOTAL:
                parts.append(self._holds(dimension, slot, second))
        if self.question.measure is Measure.NO_VALUE:
            parts.append(Test("value", Operator.EMPTY))
        return replace(self.where, condition=All(tuple(parts)))

    def _holds(self, dimension: Dimension, slot: Slot, second: bool) -> Condition:
        """The deals of a slot. Of the rest, when it has many groups, what is in no other: a database takes a thousand conditions
        at most."""
        keys: list[Key] = [key for key in slot.keys if not isinstance(key, Whole)]
        others = set(self.groups(second=second)) - set(keys)
        if slot.rest and len(others) < len(keys):
            return Not(_any(map(dimension.holds, others)))
        return _any(map(dimension.holds, keys))


def _any(parts: Iterable[Condition]) -> Condition:
    found = tuple(parts)
    return found[0] if len(found) == 1 else AnyOf(found)


def _descending(figure: int | float | None) -> tuple[bool, float]:
    """The largest first, those without one last."""
    return figure is None, -(figure or 0)


def _half_up(amount: int, divisor: int) -> int:
    return (amount + divisor // 2) // divisor
