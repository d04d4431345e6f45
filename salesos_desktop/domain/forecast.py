"""The forecast: sums of open and won deals by month of closing, kept up to date deal by deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from .periods import month_of
from .stages import Stage, StageKind

OVERDUE, NO_DATE = "overdue", "none"
"""Buckets beside the months: open deals whose expected date is past, and those without one."""


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


@dataclass(frozen=True, slots=True)
class Cell:
    """Where deals are counted: bucket (``YYYY-MM``, OVERDUE or NO_DATE), stage, owner (None for nobody), currency."""

    bucket: str
    stage_id: int
    owner_id: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Totals:
    """The documented figures: Weighted = Σ value × probability of open deals; Best case = Σ value of open;
    Committed = Σ value of open in committed stages; Closed = Σ value of won. Minor units of one currency."""

    weighted: int
    best_case: int
    committed: int
    won: int
    count: int
    no_value: int

    @property
    def expected(self) -> int:
        """Won and weighted together, called "Esperado"."""
        return self.won + self.weighted


class Cube:
    """Open and won deals by bucket, stage, owner and currency; a change costs microseconds at any size.

    ``today`` parts overdue from due; a new day needs a new cube. Lost deals are not in it. ``everybody`` holds the same
    sums without the owner (its cells have none), so that the figures of a whole team do not add up its people each time.
    """

    def __init__(self, stages: Iterable[Stage], today: date) -> None:
        self.stages: Mapping[int, Stage] = {stage.id: stage for stage in stages}
        self.today = today
        self.cells: dict[Cell, Sums] = {}
        self.everybody: dict[Cell, Sums] = {}

    def bucket(self, kind: StageKind, day: date | None) -> str:
        """Bucket of a deal: won ones by the month they were closed in, open ones by their expected close."""
        if day is None:
            return NO_DATE
        return OVERDUE if kind is StageKind.OPEN and day < self.today else month_of(day)

    def add(
        self, stage_id: int, owner_id: int | None, day: date | None, currency: str, sums: Sums, sign: int = 1
    ) -> None:
        """Counts deals of one stage, owner, day and currency in or out."""
        stage = self.stages.get(stage_id)
        if stage is not None:
            self.add_to(self.bucket(stage.kind, day), stage_id, owner_id, currency, sums, sign)

    def add_to(
        self, bucket: str, stage_id: int, owner_id: int | None, currency: str, sums: Sums, sign: int = 1
    ) -> None:
        """Counts deals of one bucket, stage, owner and currency in or out."""
        stage = self.stages.get(stage_id)
        if stage is None or stage.kind is StageKind.LOST:
            return
        for cells, owner in ((self.cells, owner_id), (self.everybody, None)):
            cell = Cell(bucket, stage_id, owner, currency)
            kept = cells.setdefault(cell, Sums())
            kept.add(sums, sign)
            if not kept.count:
                del cells[cell]

    def of(self, currency: str, owner_id: int | None, pipeline_id: int | None = None) -> Iterator[tuple[Cell, Sums]]:
        """Cells in one currency, of one owner or (None) of everybody together, of one pipeline or (None) of all."""
        cells = self.everybody if owner_id is None else self.cells
        for cell, sums in cells.items():
            mine = owner_id is None or cell.owner_id == owner_id
            if cell.currency == currency and mine and pipeline_id in (None, self.stages[cell.stage_id].pipeline_id):
                yield cell, sums

    def totals(
        self, currency: str, buckets: Iterable[str] | None = None, owner_id: int | None = None,
        pipeline_id: int | None = None,
    ) -> Totals:  # fmt: skip
        """The documented figures over some buckets (None: all), one owner (None: everybody), one pipeline (None: all)."""
        wanted = None if buckets is None else frozenset(buckets)
        open_, committed, won = Sums(), 0, 0
        for cell, sums in self.of(currency, owner_id, pipeline_id):
            if wanted is not None and cell.bucket not in wanted:
                continue
            stage = self.stages[cell.stage_id]
            if stage.kind is StageKind.WON:
                won += sums.value
            else:
                open_.add(sums)
                committed += sums.value if stage.committed else 0
        return Totals(open_.weighted, open_.value, committed, won, open_.count, open_.no_value)

    def by_month_and_stage(
        self, currency: str, owner_id: int | None = None, pipeline_id: int | None = None
    ) -> dict[tuple[str, int], Sums]:
        """(bucket, stage id) → sums, for the chart."""
        return {(cell.bucket, cell.stage_id): sums for cell, sums in self.of(currency, owner_id, pipeline_id)}

    def currencies(self) -> set[str]:
        """Every currency that some deal has."""
        return {cell.currency for cell in self.everybody}
