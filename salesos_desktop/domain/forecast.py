"""The forecast: sums of open and won deals by month of closing, kept up to date deal by deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .periods import month_of
from .rates import SCALE, Rates
from .stages import Category, Stage, StageKind

OVERDUE, NO_DATE = "overdue", "none"
"""Buckets beside the months: open deals whose expected date is past, and those without one."""

Keys = int | frozenset[int | None] | None
"""Whose deals: of one key (an owner, or what the cube is by), of several (a team with its sub-teams), or of all."""


@dataclass(slots=True)
class Sums:
    """Sums over some deals in minor units of one currency; ``weighted_percent`` is Σ value × probability."""

    count: int = 0
    value: int = 0
    weighted_percent: int = 0
    no_value: int = 0

    @property
    def weighted(self) -> int:
        """Σ value × probability / 100, rounded half up once for the whole sum (PRODUCT.md, Forecast: Weighted)."""
        return (self.weighted_percent + 50) // 100

    def add(self, other: Sums, sign: int = 1) -> None:
        """Adds or takes off other sums."""
        self.count += sign * other.count
        self.value += sign * other.value
        self.weighted_percent += sign * other.weighted_percent
        self.no_value += sign * other.no_value

    def times(self, factor: int) -> Sums:
        """The same deals with their amounts multiplied."""
        return Sums(self.count, self.value * factor, self.weighted_percent * factor, self.no_value)

    def over(self, divisor: int) -> Sums:
        """The same deals with their amounts divided, rounded half up."""
        half = divisor // 2
        value, weighted = (self.value + half) // divisor, (self.weighted_percent + half) // divisor
        return Sums(self.count, value, weighted, self.no_value)


class Cell(NamedTuple):
    """Where deals are counted: bucket (``YYYY-MM``, OVERDUE or NO_DATE), stage, owner or what else the cube is by (None
    for nobody or nothing), currency, forecast category (of the deal, or of its stage)."""

    bucket: str
    stage_id: int
    key: int | None
    currency: str
    category: Category


@dataclass(frozen=True, slots=True)
class Totals:
    """The documented figures: Weighted = Σ value × probability of open deals; Best case = Σ value of open; Committed = Σ
    value of open ones in the category commit; Closed = Σ value of won. Minor units of one currency.

    Deals that are left out of the forecast count in ``omitted`` alone.
    """

    weighted: int
    best_case: int
    committed: int
    won: int
    count: int
    no_value: int
    omitted: int = 0

    @property
    def expected(self) -> int:
        """Won and weighted together, called "Esperado"."""
        return self.won + self.weighted


class Cube:
    """Open and won deals by bucket, stage, key, currency and category; a change costs microseconds at any size.

    ``today`` parts overdue from due; a new day needs a new cube. Lost deals are not in it. ``by`` names the column of
    ``opportunity`` that is the key. ``everybody`` holds the same sums without it (its cells have none), so that the figures
    of all do not add up each time. With ``rates`` everything is in their base currency: open deals at the rate of
    ``today``, won ones at that of their day; what has no rate stays in its own currency, beside.
    """

    def __init__(
        self, stages: Iterable[Stage], today: date, *, by: str = "owner_id", rates: Rates | None = None
    ) -> None:
        self.stages: Mapping[int, Stage] = {stage.id: stage for stage in stages}
        self.today = today
        self.by = by
        self.rates = rates
        self.cells: dict[Cell, Sums] = {}
        self.everybody: dict[Cell, Sums] = {}

    def bucket(self, kind: StageKind, day: date | None) -> str:
        """Bucket of a deal: won ones by the month they were closed in, open ones by their expected close."""
        if day is None:
            return NO_DATE
        return OVERDUE if kind is StageKind.OPEN and day < self.today else month_of(day)

    def rate(self, kind: StageKind, day: date | None, currency: str) -> tuple[str, int]:
        """The currency in which deals are kept, and by what their amounts are multiplied for it."""
        if self.rates is None:
            return currency, 1
        factor = self.rates.factor(currency, day if kind is StageKind.WON and day is not None else self.today)
        return (currency, SCALE) if factor is None else (self.rates.base, factor)

    def add(
        self, stage_id: int, key: int | None, day: date | None, currency: str, sums: Sums, sign: int = 1,
        category: str = "",
    ) -> None:  # fmt: skip
        """Counts deals of one stage, key, day, currency and category (empty: as the stage says) in or out."""
        stage = self.stages.get(stage_id)
        if stage is not None and stage.kind is not StageKind.LOST:
            kept, factor = self.rate(stage.kind, day, currency)
            self.add_to(self.bucket(stage.kind, day), stage_id, key, kept, sums.times(factor), sign, category)

    def add_to(
        self, bucket: str, stage_id: int, key: int | None, currency: str, sums: Sums, sign: int = 1, category: str = ""
    ) -> None:
        """Counts deals of one bucket in or out, in the currency in which they are kept."""
        stage = self.stages.get(stage_id)
        if stage is None or stage.kind is StageKind.LOST:
            return
        for cells, whose in ((self.cells, key), (self.everybody, None)):
            cell = self.cell(bucket, stage_id, whose, currency, category)
            kept = cells.setdefault(cell, Sums())
            kept.add(sums, sign)
            if not kept.count:
                del cells[cell]

    def cell(self, bucket: str, stage_id: int, key: int | None, currency: str, category: str) -> Cell:
        """Where deals are counted; an empty category is that of the stage, and so is that of a deal that is won."""
        stage = self.stages[stage_id]
        counted = Category(category) if category and stage.kind is StageKind.OPEN else stage.category
        return Cell(bucket, stage_id, key, currency, counted)

    def of(self, currency: str, keys: Keys = None, pipeline_id: int | None = None) -> Iterator[tuple[Cell, Sums]]:
        """Cells in one currency, of some keys or (None) of all together, of one pipeline or (None) of all; with rates the
        amounts are in parts of a minor unit (``unit``)."""
        cells = self.everybody if keys is None else self.cells
        wanted = frozenset({keys}) if isinstance(keys, int) else keys
        for cell, sums in cells.items():
            mine = wanted is None or cell.key in wanted
            if cell.currency == currency and mine and pipeline_id in (None, self.stages[cell.stage_id].pipeline_id):
                yield cell, sums

    @property
    def unit(self) -> int:
        """By what kept amounts are divided to be minor units."""
        return 1 if self.rates is None else SCALE

    def totals(
        self, currency: str, buckets: Iterable[str] | None = None, keys: Keys = None, pipeline_id: int | None = None
    ) -> Totals:
        """The documented figures over some buckets (None: all), keys (None: all), one pipeline (None: all)."""
        wanted = None if buckets is None else frozenset(buckets)
        open_, committed, won, omitted = Sums(), Sums(), Sums(), Sums()
        closed = {stage.id for stage in self.stages.values() if stage.kind is StageKind.WON}
        for cell, sums in self.of(currency, keys, pipeline_id):
            if wanted is not None and cell.bucket not in wanted:
                continue
            if cell.stage_id in closed:
                won.value += sums.value
            elif cell.category is Category.OMITTED:
                omitted.value += sums.value
            else:
                open_.add(sums)
                if cell.category is Category.COMMIT:
                    committed.value += sums.value
        open_, committed, won, omitted = (each.over(self.unit) for each in (open_, committed, won, omitted))
        return Totals(
            open_.weighted, open_.value, committed.value, won.value, open_.count, open_.no_value, omitted.value
        )

    def by_month_and_stage(
        self, currency: str, keys: Keys = None, pipeline_id: int | None = None
    ) -> dict[tuple[str, int], Sums]:
        """(bucket, stage id) → sums, for the chart; without what is left out of the forecast."""
        found: dict[tuple[str, int], Sums] = {}
        for cell, sums in self.of(currency, keys, pipeline_id):
            if cell.category is not Category.OMITTED:
                found.setdefault((cell.bucket, cell.stage_id), Sums()).add(sums)
        return {place: sums.over(self.unit) for place, sums in found.items()}

    def by_category(
        self, currency: str, buckets: Iterable[str] | None = None, keys: Keys = None, pipeline_id: int | None = None
    ) -> dict[Category, Sums]:
        """Forecast category → sums, what is left out included."""
        wanted = None if buckets is None else frozenset(buckets)
        found: dict[Category, Sums] = {}
        for cell, sums in self.of(currency, keys, pipeline_id):
            if wanted is None or cell.bucket in wanted:
                found.setdefault(cell.category, Sums()).add(sums)
        return {category: sums.over(self.unit) for category, sums in found.items()}

    def currencies(self) -> set[str]:
        """Every currency that some deal has."""
        return {cell.currency for cell in self.everybody}
