"""What a waterfall says in words: its steps, its sums, and what a deal was and is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ...domain.outlook import Deal
from ...domain.stages import Stage
from ...domain.waterfall import Step, Waterfall
from ...i18n import N_, long_date, money, ntr, number, short_date, tr
from ...services.outlook.changes import Behind
from .waterfall_chart import Fall

STEPS = {
    Step.NEW: N_("New deals"),
    Step.REOPENED: N_("Reopened deals"),
    Step.GROWN: N_("Grew"),
    Step.ADVANCED: N_("Advanced"),
    Step.PULLED_IN: N_("Came into the period"),
    Step.WON: N_("Deals won"),
    Step.SHRUNK: N_("Shrank"),
    Step.FELL_BACK: N_("Fell back"),
    Step.PUSHED_OUT: N_("Left the period"),
    Step.LOST: N_("Deals lost"),
    Step.GONE: N_("Count no more"),
    Step.RATES: N_("Rates moved"),
}


def signed(minor: int, currency: str) -> str:
    """Money with its sign, also where it is more."""
    return ("+" if minor > 0 else "") + money(minor, currency)


def counted(count: int) -> str:
    """``3 deals``."""
    return ntr("{count} deal", "{count} deals", count).format(count=number(count))


def falls(found: Waterfall, first: date, last: date, currency: str, this_year: int) -> list[Fall]:
    """The bars: what stood on the first day, each step, what stood on the last."""
    listed = [Fall(short_date(first, this_year), money(found.start, currency), 0, found.start, None)]
    level = found.start
    for step, part in found.steps.items():
        low, high = sorted((level, level + part.amount))
        listed.append(Fall(tr(STEPS[step]), signed(part.amount, currency), low, high, part.amount > 0))
        level += part.amount
    return [*listed, Fall(short_date(last, this_year), money(found.end, currency), 0, found.end, None)]


def sentence(found: Waterfall, first: date, last: date, today: date, currency: str) -> str:
    """Start, end and difference."""
    days = {
        "first": _on(first), "last": tr("today") if last == today else _on(last),
        "start": money(found.start, currency), "end": money(found.end, currency),
        "difference": money(abs(found.end - found.start), currency),
    }  # fmt: skip
    if found.end == found.start:
        text = tr("Expected: {start} {first} and as much {last}.")
    elif found.end > found.start:
        text = tr("Expected: {start} {first}, {end} {last}: {difference} more.")
    else:
        text = tr("Expected: {start} {first}, {end} {last}: {difference} less.")
    return text.format(**days)


def sums(found: Waterfall, currency: str) -> str:
    """``100 + 30 − 10 = 120``: all that it rose and all that it fell."""
    ups = sum(part.amount for part in found.steps.values() if part.amount > 0)
    downs = sum(part.amount for part in found.steps.values() if part.amount < 0)
    terms = [money(found.start, currency)]
    terms += [f"+ {money(ups, currency)}"] if ups else []
    terms += [f"− {money(-downs, currency)}"] if downs else []
    return " ".join([*terms, f"= {money(found.end, currency)}"])


def rows(found: Waterfall, shown: list[Fall], currency: str) -> list[tuple[Step | None, list[str]]]:
    """The same as texts: what, amount, deals, where it stands afterwards."""
    level = found.start
    listed: list[tuple[Step | None, list[str]]] = [(None, [shown[0].caption, "", "", money(found.start, currency)])]
    for step, part in found.steps.items():
        level += part.amount
        texts = [tr(STEPS[step]), signed(part.amount, currency), number(len(part.deals)), money(level, currency)]
        listed.append((step, texts))
    return [*listed, (None, [shown[-1].caption, "", "", money(found.end, currency)])]


def behind(each: Behind, stages: Mapping[int, Stage], currency: str, this_year: int) -> list[str]:
    """A deal behind a step: name, owner, stage, value, date, what it added; where two days differ, both."""
    states = [deal for deal in (each.before, each.after) if deal is not None]
    return [
        each.name or tr("deleted"), each.owner,
        _both(*(stages[deal.stage_id].name for deal in states)),
        _both(*(_value(deal) for deal in states)),
        _both(*(short_date(deal.day, this_year) if deal.day else tr("no date") for deal in states)),
        signed(each.added, currency),
    ]  # fmt: skip


def _on(day: date) -> str:
    return tr("on {day}").format(day=long_date(day))


def _both(first: str, last: str | None = None) -> str:
    return first if last in (None, first) else f"{first} → {last}"


def _value(deal: Deal) -> str:
    return tr("no value") if deal.value is None else money(deal.value, deal.currency)
