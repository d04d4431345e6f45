"""How the agenda says days, periods and what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ...domain.activities import ActivityKind, ActivityState
from ...domain.agenda import Closing, Day, Item
from ...i18n import N_, long_date, money, month_name, ntr, number, short_date, tr
from ..activities.words import STATES, clock, day_name, weekday

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
MODES = {"day": N_("Day"), "week": N_("Week"), "month": N_("Month"), "list": N_("List")}
"""The views by name, in the order of their keys 1 to 4."""
LIST_DAYS = 28
_SPACE = "\N{NO-BREAK SPACE}"


def period(mode: str, day: date) -> tuple[date, date]:
    """First and last day that a view shows when it shows ``day``; a month has whole weeks."""
    monday = day - timedelta(days=day.weekday())
    if mode == "day":
        return day, day
    if mode == "week":
        return monday, monday + timedelta(days=6)
    if mode == "list":
        return day, day + timedelta(days=LIST_DAYS - 1)
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def stepped(mode: str, day: date, step: int) -> date:
    """The day to show so many periods later."""
    if mode == "month":
        total = day.year * 12 + day.month - 1 + step
        first = date(total // 12, total % 12 + 1, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return min(last, first + timedelta(days=day.day - 1))
    return day + timedelta(days=step * {"day": 1, "week": 7, "list": LIST_DAYS}[mode])


def title(mode: str, day: date) -> str:
    """What a view shows: ``Tuesday, November 24, 2026``, ``Nov 23 – 29, 2026``, ``November 2026``."""
    first, last = period(mode, day)
    if mode == "day":
        return f"{tr(WEEKDAYS[day.weekday()])}, {long_date(day)}"
    if mode == "month":
        return tr("{month} {year}").format(month=month_name(day.month, full=True).capitalize(), year=day.year)
    return f"{short_date(first, last.year)} – {short_date(last, 0)}"


def times(item: Item) -> str:
    """``10:00–11:30``; empty for a whole day."""
    if item.start is None or item.end is None:
        return ""
    return clock(item.start) if item.end == item.start else f"{clock(item.start)}–{clock(item.end)}"


def spoken(item: Item, kinds: Mapping[str, ActivityKind], now: datetime) -> str:
    """What a screen reader says of an activity: all that its look tells."""
    each, state = item.activity, item.state(now)
    kind = kinds.get(each.kind)
    when = day_name(item.day, now.date()) if item.day else ""
    parts = [
        each.subject, kind.name if kind else "", when, times(item) or (tr("whole day") if item.day else ""),
        tr(STATES[state][2]) if state is not ActivityState.PLANNED else "", tr("to come") if item.again else "",
        each.about, each.assignee, each.place,
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def spoken_day(day: Day, count: int) -> str:
    """A day and how much is on it."""
    parts = [f"{tr(WEEKDAYS[day.day.weekday()])}, {long_date(day.day)}", day_note(day)]
    activities = ntr("{count} activity", "{count} activities", count).format(count=number(count))
    return ", ".join(part for part in (*parts, activities if count else tr("nothing planned")) if part)


def day_note(day: Day) -> str:
    """What is special about a day: its holiday, and that it is shorter or longer than others."""
    hours = f"{day.minutes // 60}{_SPACE}h" if day.shift else ""
    return " · ".join(part for part in (day.holiday, hours) if part)


def closing_text(each: Closing) -> str:
    """A deal that is expected to close: its name and value."""
    return each.name if each.value is None else f"{each.name} · {money(each.value, each.currency)}"


def heading(day: date) -> str:
    """``Mon 23``."""
    return f"{weekday(day)} {day.day}"
