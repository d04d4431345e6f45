"""Opportunities: their frozen values, what may be entered, and the signs on a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from .stages import StageKind, is_stale
from .working_days import WorkingDays

NAME_LIMIT = 500
NOTE_LIMIT = 20_000
NEAR_DAYS = 7


class Priority(StrEnum):
    """How urgent a deal is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Due(StrEnum):
    """State of an open deal's expected close date or of its next activity."""

    NONE = "none"
    OVERDUE = "overdue"
    TODAY = "today"
    NEAR = "near"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Card:
    """All that a card, a list row or a reader needs of one deal. Money in minor units of ``currency``; dates are local."""

    id: int
    version: int
    name: str
    stage_id: int
    kind: StageKind
    value: int | None
    currency: str
    probability: int
    probability_set: bool
    expected_close: date | None
    closed_on: date | None
    stage_since: date
    owner_id: int | None
    owner: str
    company_id: int | None
    company: str
    contact: str
    product: str
    priority: Priority
    next_activity_on: date | None
    rank: int
    stale_days: int | None
    checks_done: int = 0
    checks_total: int = 0
    custom: str = "{}"
    tags: str = "[]"
    source_id: int | None = None
    source: str = ""
    touched_on: date | None = None
    hold_until: date | None = None

    @property
    def weighted(self) -> int:
        """Value × probability in minor units, rounded half up on the hundredth (PRODUCT.md, Forecast)."""
        return weighted(self.value, self.probability)

    def days_in_stage(self, today: date) -> int:
        """Whole days since the deal entered its stage, never negative."""
        return max(0, (today - self.stage_since).days)

    def untouched(self, today: date, working: WorkingDays) -> int:
        """Working days since somebody has last dealt with it."""
        return working.between(self.touched_on or self.stage_since, today)

    def stale(self, today: date, working: WorkingDays) -> bool:
        """Whether nobody has dealt with it for more working days than its stage allows."""
        return self.kind is StageKind.OPEN and is_stale(self.stale_days, self.untouched(today, working))


def counts(row: Mapping[str, Any]) -> bool:
    """Whether a row of ``opportunity`` is on the board and in the figures: neither in the bin nor on hold."""
    return row["deleted_at"] is None and row["hold_until"] is None


def weighted(value: int | None, probability: int) -> int:
    """Value × probability / 100 of one deal in minor units, rounded half up."""
    return 0 if value is None else (value * probability + 50) // 100


def due_state(day: date | None, today: date, near_days: int = NEAR_DAYS) -> Due:
    """How a date stands to today: overdue, today, near (within ``near_days``), later, or none."""
    if day is None:
        return Due.NONE
    left = (day - today).days
    if left < 0:
        return Due.OVERDUE
    if left == 0:
        return Due.TODAY
    return Due.NEAR if left <= near_days else Due.LATER
