"""What a screen reader says of a card, and why a deal is stale."""

from __future__ import annotations

from datetime import date

from ...domain.opportunities import Card
from ...domain.stages import StageKind
from ...domain.working_days import WorkingDays
from ...i18n import long_date, money, ntr, number, tr


def card_texts(card: Card, today: date, working: WorkingDays) -> tuple[str, str]:
    """What a reader says of a card, and the rest of it."""
    value = tr("no value") if card.value is None else money(card.value, card.currency)
    first = ", ".join(part for part in (card.name, card.company, value) if part)
    rest = []
    if card.kind is StageKind.OPEN:
        close = long_date(card.expected_close) if card.expected_close else tr("no date")
        rest.append(tr("closes {date}").format(date=close))
        if card.checks_total:
            rest.append(tr("check list {done} of {total}").format(done=card.checks_done, total=card.checks_total))
        days = card.days_in_stage(today)
        rest.append(ntr("{count} day in stage", "{count} days in stage", days).format(count=days))
        if card.stale(today, working):
            rest.append(stale_text(card, today, working))
        next_day = card.next_activity_on
        rest.append(tr("next activity {date}").format(date=long_date(next_day)) if next_day else tr("no next activity"))
    elif card.closed_on:
        rest.append(tr("closed {date}").format(date=long_date(card.closed_on)))
    rest.append(tr("owner {name}").format(name=card.owner) if card.owner else tr("no owner"))
    return first, ", ".join(rest)


def touch_tip() -> str:
    """What counts as a touch."""
    return tr("An activity that was done, a note and any change that somebody makes count as a touch.")


def stale_text(card: Card, today: date, working: WorkingDays) -> str:
    """Why a deal is stale, empty for one that is not."""
    if not card.stale(today, working):
        return ""
    days = card.untouched(today, working)
    return ntr(
        "no touch for {count} working day; the stage allows {allowed}",
        "no touch for {count} working days; the stage allows {allowed}", days,
    ).format(count=number(days), allowed=number(card.stale_days or 0))  # fmt: skip
