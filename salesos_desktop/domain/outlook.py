"""What the outlook of a period is worked out from: open deals, whose they are, periods, and what comes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .periods import add_months, month_start
from .stages import Category, Stage, StageKind

PERIOD = re.compile(r"(\d{4})(?:-(\d{2})|-Q([1-4]))?")
"""``2026``, ``2026-11`` or ``2026-Q4``."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as it stood at some moment. ``day``: expected close of an open one, closing day of a closed one; ``value`` in
    minor units of ``currency``, None for none; ``probability`` a whole percentage; ``category`` empty for as the stage says.
    """

    id: int
    stage_id: int
    value: int | None
    currency: str
    day: date | None
    probability: int
    owner_id: int | None
    product_id: int | None
    source_id: int | None
    category: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose deals: ``owners`` None for everybody (a team is the ids of its people, those of its sub-teams included)."""

    owners: frozenset[int | None] | None = None
    pipeline_id: int | None = None
    product_id: int | None = None
    source_id: int | None = None

    def takes(self, deal: Deal, stage: Stage) -> bool:
        """Whether a deal in a stage belongs to it."""
        return (
            (self.owners is None or deal.owner_id in self.owners)
            and self.pipeline_id in (None, stage.pipeline_id)
            and self.product_id in (None, deal.product_id)
            and self.source_id in (None, deal.source_id)
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year: ``code`` as PERIOD has it, days from ``first`` to before ``after``."""

    code: str
    first: date
    after: date

    def has(self, day: date | None) -> bool:
        """Whether a day is in it."""
        return day is not None and self.first <= day < self.after


def period(code: str) -> Period:
    """The period of a code. Raises ValueError for what is none."""
    found = PERIOD.fullmatch(code)
    if found is None or not 1900 <= int(found[1]) <= 2200 or (found[2] and not 1 <= int(found[2]) <= 12):
        raise ValueError(f"{code} is no period")
    if found[2]:
        first, months = code, 1
    elif found[3]:
        first, months = f"{found[1]}-{(int(found[3]) - 1) * 3 + 1:02d}", 3
    else:
        first, months = f"{found[1]}-01", 12
    return Period(code, month_start(first), month_start(add_months(first, months)))


def period_of(day: date, kind: str) -> Period:
    """The ``month``, ``quarter`` or ``year`` that a day is in."""
    codes = {
        "month": f"{day.year:04d}-{day.month:02d}", "quarter": f"{day.year:04d}-Q{(day.month + 2) // 3}",
        "year": f"{day.year:04d}",
    }  # fmt: skip
    return period(codes[kind])


def counts_in_forecast(deal: Deal, stage: Stage) -> bool:
    """Whether an open deal is in the forecast: not left out of it."""
    return stage.kind is StageKind.OPEN and (deal.category or stage.category) != Category.OMITTED


@dataclass(frozen=True, slots=True)
class Range:
    """What a period may end with, in minor units: one time in ten less than ``p10`` and more than ``p90``, as often below as
    above ``p50``. ``chance``: how likely ``target`` is reached, 0 to 1; None without a target. ``deals`` were drawn."""

    p10: int
    p50: int
    p90: int
    target: int | None
    chance: float | None
    deals: int
