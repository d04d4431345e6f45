"""What endangers a deal, in words."""

from __future__ import annotations

from ...domain.home import Endangered
from ...domain.staleness import Reason
from ...i18n import ntr, number, short_date, tr


def reasons_of(deal: Endangered, *, full: bool = False) -> list[str]:
    """The gravest first; ``full`` also says what the stage allows, and the dates between which the close date went."""
    return [_said(reason, deal, full=full) for reason in deal.reasons]


def _said(reason: Reason, deal: Endangered, *, full: bool) -> str:
    days = deal.days.get(reason, 0)
    match reason:
        case Reason.PAST_CLOSE:
            said = ntr("its close date passed {count} day ago", "its close date passed {count} days ago", days)
        case Reason.STALE:
            said = ntr("no touch for {count} working day", "no touch for {count} working days", days)
            if full and deal.allowed is not None:
                said += " " + tr("(the stage allows {allowed})").replace("{allowed}", number(deal.allowed))
        case Reason.POSTPONED:
            said = ntr("its close date was put later {count} time", "its close date was put later {count} times", days)
            if full and deal.moved is not None:
                before, after = (short_date(day, deal.moved[1].year) for day in deal.moved)
                said += ", " + tr("the last from {before} to {after}").format(before=before, after=after)
        case Reason.UNDECIDED:
            said = tr("nobody on it decides")
        case Reason.CLOSING:
            said = ntr("closes in {count} day", "closes in {count} days", days) if days else tr("closes today")
        case Reason.NO_ACTIVITY:
            said = tr("no next activity")
    return said.format(count=number(days))
