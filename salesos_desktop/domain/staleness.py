"""What endangers an open deal, and when a lead has waited too long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .opportunities import NEAR_DAYS
from .stages import is_stale
from .working_days import WorkingDays

LEAD_STALE_DAYS = 3
"""Working days after which a lead that nobody has dealt with has waited too long, unless the settings say otherwise."""


OFTEN = 3
"""A close date that was put later so many times is one that nobody believes in."""


class Reason(StrEnum):
    """Why a deal is in danger, the gravest first."""

    PAST_CLOSE = "past_close"
    STALE = "stale"
    POSTPONED = "postponed"
    UNDECIDED = "undecided"
    CLOSING = "closing"
    NO_ACTIVITY = "no_activity"


RISKS = (Reason.PAST_CLOSE, Reason.STALE, Reason.POSTPONED, Reason.UNDECIDED, Reason.NO_ACTIVITY)
"""What a manager is told of; that a deal closes soon is its owner's own affair, who sees it on the start page."""


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
    (``allowed`` by the stage), days until the close date, and how many times that was put later.
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


def danger_of(
    deal: Standing,
    stale_days: int | None,
    today: date,
    working: WorkingDays,
    *,
    times: int = 0,
    undecided: bool = False,
) -> InDanger | None:
    """The danger of an open deal, None for one that goes well; ``stale_days`` are those of its stage, ``times`` says how many
    times its close date was put later, ``undecided`` that nobody on it decides.
    """
    days: dict[Reason, int] = {}
    left = None if deal.expected_close is None else (deal.expected_close - today).days
    untouched = 0 if deal.touched_on is None else working.between(deal.touched_on, today)
    if left is not None and left < 0:
        days[Reason.PAST_CLOSE] = -left
    if is_stale(stale_days, untouched):
        days[Reason.STALE] = untouched
    if times >= OFTEN:
        days[Reason.POSTPONED] = times
    if undecided:
        days[Reason.UNDECIDED] = 0
    if left is not None and 0 <= left <= NEAR_DAYS:
        days[Reason.CLOSING] = left
    if deal.next_activity_on is None:
        days[Reason.NO_ACTIVITY] = 0
    return InDanger(deal.id, tuple(days), days, stale_days) if days else None


Told = tuple[str, str, str | None, str | None]
"""(kind, field, before, after) of an entry of a deal's history, as it is kept: ``stage_id`` and ``expected_close``."""


def postponed(told: Iterable[Told]) -> list[tuple[date, date]]:
    """Every time a deal's close date was put later while it was open, (from, to), the first first.

    A date that was taken away and given again counts from the last one known. A change that the next one took back, by undo
    or by hand, has not happened, whichever way it went.
    """
    changes: list[tuple[str, str]] = []
    closed = False
    for kind, field, before, after in told:
        if field == "stage_id":
            if kind == "reopened" and not closed:
                changes.clear()  # It was closed when it came.
            closed = kind in ("won", "lost")
        elif not closed:
            change = (before or "", after or "")
            if changes and changes[-1] == change[::-1]:
                changes.pop()
            else:
                changes.append(change)
    found: list[tuple[date, date]] = []
    known = ""
    for was, now in changes:
        known = was or known
        if known and now > known:
            found.append((date.fromisoformat(known), date.fromisoformat(now)))
        known = now or known
    return found
