"""What the forecast page shows, worked out from the cube: bars, key figures, rows of its tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from ...domain.conditions import MAX_LIST, All, AnyOf, Condition, Operator, Test
from ...domain.filters import DealFilter
from ...domain.forecast import NO_DATE, OVERDUE, Cube, Keys
from ...domain.outlook import Period, Scope, period_of
from ...domain.periods import add_months, month_of, month_start, months_between
from ...domain.stages import Stage, StageKind
from ...i18n import N_, month_name, tr
from ...services.forecast import Asked
from ...services.outlook.targets import Whose

PERIODS = {
    "twelve": N_("12 months"),
    "month": N_("This month"),
    "next_month": N_("Next month"),
    "quarter": N_("This quarter"),
    "next_quarter": N_("Next quarter"),
    "year": N_("This year"),
    "last_month": N_("Last month"),
    "last_quarter": N_("Last quarter"),
    "all": N_("All months"),
}
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class View:
    """One choice of period (one of PERIODS, or ``YYYY-MM..YYYY-MM``), owner or team with its ``members`` (both None: everybody),
    pipeline, product and source (None: all); amounts in ``currency``, what is in others ``converted`` into it or left out."""

    period: str
    owner_id: int | None
    currency: str
    pipeline_id: int | None = None
    team_id: int | None = None
    members: frozenset[int] = frozenset()
    product_id: int | None = None
    source_id: int | None = None
    converted: bool = False

    @property
    def keys(self) -> Keys:
        """Whose deals, by the ids of their owners."""
        return self.owner_id if self.team_id is None else frozenset(self.members)

    @property
    def scope(self) -> Scope:
        """The same with pipeline, product and source."""
        keys = frozenset({self.owner_id}) if self.owner_id is not None else None
        owners = keys if self.team_id is None else frozenset(self.members)
        return Scope(owners, self.pipeline_id, self.product_id, self.source_id)

    @property
    def whose(self) -> Whose | None:
        """Whose target it is; None when only a part of their deals is shown, for targets are of the whole."""
        narrowed = (self.pipeline_id, self.product_id, self.source_id) != (None, None, None)
        return None if narrowed else Whose(self.owner_id, self.team_id)

    def shows(self, stage: Stage) -> bool:
        """Whether the stage's pipeline is one that is shown."""
        return self.pipeline_id in (None, stage.pipeline_id)

    def where(self, *, owners: bool = True, currency: bool = False) -> DealFilter:
        """The deals of it: of their owners, and in its currency, where that is asked for."""
        tests: list[Condition] = [
            Test(field, Operator.EQUALS, value)
            for field, value in (("product_id", self.product_id), ("source_id", self.source_id))
            if value is not None
        ]
        if owners and self.team_id is not None:
            ids = sorted(self.members)
            groups = [tuple(ids[n : n + MAX_LIST]) for n in range(0, len(ids), MAX_LIST)]
            tests.append(AnyOf(tuple(Test("owner_id", Operator.ONE_OF, group) for group in groups)))
        if currency and not self.converted:
            tests.append(Test("currency", Operator.EQUALS, self.currency))
        return DealFilter(
            owner_id=self.owner_id if owners else None, condition=All(tuple(tests)) if tests else None
        )  # fmt: skip

    def asked(self, by: str = "owner_id") -> Asked:
        """The cube behind it, by a column of ``opportunity``."""
        where = self.where(owners=by != "owner_id")
        return Asked(by, None if where.empty else where, self.converted)


def range_of(period: str) -> list[str]:
    """The months of a range of one's own; none of one of PERIODS."""
    first, dots, last = period.partition("..")
    return months_between(first, last) if dots else []


def range_name(period: str, today: date) -> str:
    """``ene – mar 27`` of a range of one's own."""
    found = range_of(period)
    first, last = bucket_name(found[0], today), bucket_name(found[-1], today)
    return first if first == last else f"{first} – {last}"


def whole_period(period: str, today: date) -> Period | None:
    """The month, quarter or year of a choice of PERIODS; None for the others."""
    kind = period.rpartition("_")[2]
    if kind not in ("month", "quarter", "year"):
        return None
    found = period_of(today, kind)
    if period.startswith("next_"):
        return period_of(found.after, kind)
    return period_of(found.first - timedelta(days=1), kind) if period.startswith("last_") else found


def ahead(view: View, shown: list[str], today: date) -> Period | None:
    """The period that is shown, when it holds today or is still to come."""
    found = whole_period(view.period, today) or Period(
        "", month_start(shown[0]), month_start(add_months(shown[-1], 1))
    )  # fmt: skip
    return found if found.after > today else None


def months(cube: Cube, view: View, today: date) -> list[str]:
    """Months that are shown, ``YYYY-MM``; of "all" at most the newest five years."""
    here = month_of(today)
    if view.period == "twelve":
        return months_between(here, add_months(here, 11))
    own = range_of(view.period)
    if own:
        return own
    whole = whole_period(view.period, today)
    if whole is not None:
        return months_between(month_of(whole.first), add_months(month_of(whole.after), -1))
    found = sorted({c.bucket for c in cube.cells if c.bucket not in (OVERDUE, NO_DATE) and c.currency == view.currency})
    return months_between(found[0], found[-1])[-MOST_MONTHS:] if found else [here]


def still_shown(
    bucket: str, stage_id: int | None, cube: Cube | None, view: View, today: date
) -> tuple[str, int | None]:  # fmt: skip
    """A bar or (with a stage) a part of one, as far as it is shown: the whole bar without its stage, else what is overdue."""
    if cube is None:
        return bucket, stage_id
    if bucket not in (OVERDUE, NO_DATE, *months(cube, view, today)):
        return OVERDUE, None
    stage = cube.stages.get(stage_id or 0)
    return bucket, stage_id if stage is not None and view.shows(stage) else None


def unconverted(cube: Cube, view: View, shown: list[str]) -> int:
    """How many deals of the view are in no figure of it, because their currency has no rate."""
    if not view.converted:
        return 0
    buckets = frozenset((*shown, OVERDUE))
    others = cube.currencies() - {view.currency}
    return sum(
        sums.count
        for currency in others
        for cell, sums in cube.of(currency, view.keys, view.pipeline_id)
        if cell.bucket in buckets
    )


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
    sums = cube.by_month_and_stage(view.currency, view.keys, view.pipeline_id)
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


def period_name(code: str) -> str:
    """``diciembre 2026``, ``T4 2026`` or ``2026`` of a month, quarter or year."""
    if "Q" in code:
        return tr("Q{quarter} {year}").format(quarter=code[-1], year=code[:4])
    return f"{month_name(int(code[5:7]), full=True)} {code[:4]}" if "-" in code else code


def filter_of(bucket: str, view: View, today: date) -> DealFilter:
    """The deals of a bucket."""
    where = view.where(currency=True)
    if bucket == OVERDUE:
        return replace(where, close_before=today)
    if bucket == NO_DATE:
        return replace(where, undated=True)
    return replace(where, close_from=month_start(bucket), close_before=month_start(add_months(bucket, 1)))
