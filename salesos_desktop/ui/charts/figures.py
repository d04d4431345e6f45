"""What the forecast page shows, worked out from the cube: bars, key figures, rows of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ...domain.filters import DealFilter
from ...domain.forecast import NO_DATE, OVERDUE, Cube
from ...domain.periods import add_months, month_of, month_range, month_start, months_between, quarter_range, year_range
from ...domain.stages import Stage, StageKind
from ...i18n import N_, month_name, tr

PERIODS = {
    "twelve": N_("12 months"),
    "month": N_("This month"),
    "quarter": N_("This quarter"),
    "year": N_("This year"),
    "all": N_("All months"),
}
_MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class View:
    """One choice of period, owner (None: everybody), currency and pipeline (None: all)."""

    period: str
    owner_id: int | None
    currency: str
    pipeline_id: int | None = None

    def shows(self, stage: Stage) -> bool:
        """Whether the stage's pipeline is one that is shown."""
        return self.pipeline_id in (None, stage.pipeline_id)


def months(cube: Cube, view: View, today: date) -> list[str]:
    """Months that are shown, ``YYYY-MM``; of "all" at most the newest five years."""
    here = month_of(today)
    if view.period == "twelve":
        return months_between(here, add_months(here, 11))
    if view.period == "all":
        found = sorted(
            {c.bucket for c in cube.cells if c.bucket not in (OVERDUE, NO_DATE) and c.currency == view.currency}
        )
        return months_between(found[0], found[-1])[-_MOST_MONTHS:] if found else [here]
    ranges = {"month": month_range, "quarter": quarter_range, "year": year_range}
    first, after = ranges[view.period](today)
    return months_between(month_of(first), month_of(after - timedelta(days=1)))


def stack_order(cube: Cube, view: View) -> list[Stage]:
    """Won first, then open stages from the last to the first: what is surest is at the bottom."""
    shown = [stage for stage in cube.stages.values() if view.shows(stage)]
    won = [stage for stage in shown if stage.kind is StageKind.WON]
    return won + [stage for stage in reversed(shown) if stage.kind is StageKind.OPEN]


def amount(stage: Stage, sums_value: int, sums_weighted: int) -> int:
    """What a part of a bar counts: won deals in full, open ones weighted."""
    return sums_value if stage.kind is StageKind.WON else sums_weighted


def bars(cube: Cube, view: View, shown: list[str]) -> list[tuple[str, list[tuple[int, str, int, int]]]]:
    """Per bucket (months, then overdue and without a date where there are some): (stage id, colour, minor units, deals)."""
    sums = cube.by_month_and_stage(view.currency, view.owner_id, view.pipeline_id)
    buckets = shown + [b for b in (OVERDUE, NO_DATE) if any(key[0] == b and s.count for key, s in sums.items())]
    found = []
    for bucket in buckets:
        parts = []
        for stage in stack_order(cube, view):
            cell = sums.get((bucket, stage.id))
            if cell is not None:
                parts.append((stage.id, stage.colour, amount(stage, cell.value, cell.weighted), cell.count))
        found.append((bucket, parts))
    return found


def bucket_name(bucket: str, today: date, *, full: bool = False) -> str:
    """``dic``, with the year where it is another; "overdue" and "no date" apart."""
    if bucket == OVERDUE:
        return tr("overdue")
    if bucket == NO_DATE:
        return tr("no date")
    year, month = int(bucket[:4]), int(bucket[5:7])
    name = month_name(month, full=full)
    return name if year == today.year and not full else f"{name} {year}" if full else f"{name} {year % 100:02d}"


def filter_of(bucket: str, view: View, today: date) -> DealFilter:
    """The deals of a bucket."""
    if bucket == OVERDUE:
        return DealFilter(owner_id=view.owner_id, close_before=today)
    if bucket == NO_DATE:
        return DealFilter(owner_id=view.owner_id, undated=True)
    first = month_start(bucket)
    return DealFilter(owner_id=view.owner_id, close_from=first, close_before=month_start(add_months(bucket, 1)))
