"""What endangers an open deal, and when a lead has waited too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .opportunities import NEAR_DAYS
from .stages import is_stale
from .working_days import WorkingDays

LEAD_STALE_DAYS = 3
"""Working days after which a lead that nobody has dealt with has waited too long, unless the settings say otherwise."""


class Reason(StrEnum):
    """Why a deal is in danger, the gravest first."""

    PAST_CLOSE = "past_close"
    STALE = "stale"
    CLOSING = "closing"
    NO_ACTIVITY = "no_activity"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the danger of an open deal is seen from."""

    id: int
    stage_id: int
    expected_close: date | None
    touched_on: date | None
    next_activity_on: date | None


@dataclass(frozen=True, slots=True)
class InDanger:
    """A deal with its reasons, the gravest first; ``days`` counts days since the close date passed, working days untouched
    (``allowed`` by the stage) and days until the close date.
    """

    id: int
    reasons: tuple[Reason, ...]
    days: dict[Reason, int]
    allowed: int | None

    @property
    def gravity(self) -> tuple[int, int, int]:
        """Sort key: the gravest reason first, of one reason the worst first, what closes next before what closes later."""
        first = self.reasons[0]
        count = self.days.get(first, 0)
        return list(Reason).index(first), count if first is Reason.CLOSING else -count, self.id


def danger_of(deal: Standing, stale_days: int | None, today: date, working: WorkingDays) -> InDanger | None:
    """The danger of an open deal, None for one that goes well; ``stale_days`` are those of its stage."""
    days: dict[Reason, int] = {}
    left = None if deal.expected_close is None else (deal.expected_close - today).days
    untouched = 0 if deal.touched_on is None else working.between(deal.touched_on, today)
    if left is not None and left < 0:
        days[Reason.PAST_CLOSE] = -left
    if is_stale(stale_days, untouched):
        days[Reason.STALE] = untouched
    if left is not None and 0 <= left <= NEAR_DAYS:
        days[Reason.CLOSING] = left
    if deal.next_activity_on is None:
        days[Reason.NO_ACTIVITY] = 0
    return InDanger(deal.id, tuple(days), days, stale_days) if days else None
