"""Days and ranges of days that move with today: "in 30 days", "this quarter"."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .periods import month_range, quarter_range, year_range

FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(8999, 12, 31)
MAX_AMOUNT = 9999


class Unit(StrEnum):
    """What a relative day counts in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    QUARTERS = "quarters"
    YEARS = "years"


_MONTHS = {Unit.MONTHS: 1, Unit.QUARTERS: 3, Unit.YEARS: 12}


@dataclass(frozen=True, slots=True)
class Relative:
    """The day ``amount`` units after today, before it when negative; the last of the month where a month is too short.

    Raises ValueError for an amount beyond ±9999."""

    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int or abs(self.amount) > MAX_AMOUNT:
            raise ValueError(f"Bad amount of {self.unit}: {self.amount!r}")

    def day(self, today: date) -> date:
        """The day itself, within FIRST_DAY and LAST_DAY."""
        return _shifted(today, self.unit, self.amount)


class RangeName(StrEnum):
    """Ranges of days around today; weeks begin on Monday."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"
    LAST_WEEK = "last_week"
    THIS_WEEK = "this_week"
    NEXT_WEEK = "next_week"
    LAST_MONTH = "last_month"
    THIS_MONTH = "this_month"
    NEXT_MONTH = "next_month"
    LAST_QUARTER = "last_quarter"
    THIS_QUARTER = "this_quarter"
    NEXT_QUARTER = "next_quarter"
    LAST_YEAR = "last_year"
    THIS_YEAR = "this_year"
    NEXT_YEAR = "next_year"
    LAST_DAYS = "last_days"
    NEXT_DAYS = "next_days"


_COUNTED = (RangeName.LAST_DAYS, RangeName.NEXT_DAYS)
_STEP = {"last": -1, "this": 0, "next": 1}
_NEAR = {RangeName.TODAY: 0, RangeName.YESTERDAY: -1, RangeName.TOMORROW: 1}


@dataclass(frozen=True, slots=True)
class Range:
    """Days by their name. ``days`` (1 to 9999) only for last_days and next_days, which count today as one of them.

    Raises ValueError for another number of days."""

    name: RangeName
    days: int = 0

    def __post_init__(self) -> None:
        allowed = range(1, MAX_AMOUNT + 1) if self.name in _COUNTED else range(1)
        if type(self.days) is not int or self.days not in allowed:
            raise ValueError(f"Bad number of days for {self.name}: {self.days!r}")

    def ends(self, today: date) -> tuple[date, date]:
        """First and last day, both included, within FIRST_DAY and LAST_DAY."""
        if self.name is RangeName.LAST_DAYS:
            return _shifted(today, Unit.DAYS, 1 - self.days), today
        if self.name is RangeName.NEXT_DAYS:
            return today, _shifted(today, Unit.DAYS, self.days - 1)
        if self.name in _NEAR:
            day = _shifted(today, Unit.DAYS, _NEAR[self.name])
            return day, day
        step, _, unit = self.name.partition("_")
        return _around(_shifted(today, Unit(unit + "s"), _STEP[step]), Unit(unit + "s"))


def _shifted(day: date, unit: Unit, amount: int) -> date:
    if unit in _MONTHS:
        year, month = divmod(day.year * 12 + day.month - 1 + amount * _MONTHS[unit], 12)
        if not FIRST_DAY.year <= year <= LAST_DAY.year:
            return FIRST_DAY if amount < 0 else LAST_DAY
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    number = day.toordinal() + amount * (7 if unit is Unit.WEEKS else 1)
    return date.fromordinal(min(max(number, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))


def _around(day: date, unit: Unit) -> tuple[date, date]:
    """First and last day of the week, month, quarter or year of a day."""
    if unit is Unit.WEEKS:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    rule = {Unit.MONTHS: month_range, Unit.QUARTERS: quarter_range, Unit.YEARS: year_range}[unit]
    first, following = rule(day)
    return first, following - timedelta(days=1)
