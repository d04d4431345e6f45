"""What endangers a deal, in words."""

from __future__ import annotations

from ...domain.home import Endangered
from ...domain.staleness import Reason
from ...i18n import ntr, number, tr


def reasons_of(deal: Endangered, *, full: bool = False) -> list[str]:
    """The gravest first; ``full`` also says what the stage allows."""
    return [_said(reason, deal.days.get(reason, 0), deal.allowed if full else None) for reason in deal.reasons]


def _said(reason: Reason, days: int, allowed: int | None) -> str:
    match reason:
        case Reason.PAST_CLOSE:
            said = ntr("its close date passed {count} day ago", "its close date passed {count} days ago", days)
        case Reason.STALE:
            said = ntr("untouched for {count} working day", "untouched for {count} working days", days)
            if allowed is not None:
                said += " " + tr("(the stage allows {allowed})").replace("{allowed}", number(allowed))
        case Reason.CLOSING:
            said = ntr("closes in {count} day", "closes in {count} days", days) if days else tr("closes today")
        case Reason.NO_ACTIVITY:
            said = tr("no next activity")
    return said.format(count=number(days))
