"""Stretches of days that figures are asked of, and the one before that they are compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from .periods import add_months, month_of, month_range, month_start, quarter_range, year_range


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to before ``after``."""

    first: date
    after: date

    def has(self, day: date | None) -> bool:
        """Whether a day is in it."""
        return day is not None and self.first <= day < self.after

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.after - self.first).days

    @property
    def last(self) -> date:
        """The last of its days."""
        return self.after - timedelta(days=1)


def rolling(days: int) -> Callable[[date], tuple[Span, Span]]:
    """The last so many days, today included, and as many before them."""

    def found(today: date) -> tuple[Span, Span]:
        after = today + timedelta(days=1)
        first = after - timedelta(days=days)
        return Span(first, after), Span(first - timedelta(days=days), first)

    return found


def _calendar(
    range_of: Callable[[date], tuple[date, date]], months: int, *, whole: bool
) -> Callable[[date], tuple[Span, Span]]:
    """The month, quarter or year at hand until today with the one before up to the same day of it, or (``whole``) the one that
    is over with the one before that."""

    def found(today: date) -> tuple[Span, Span]:
        first, _ = range_of(today)
        if whole:
            earlier = _back(first, months)
            return Span(earlier, first), Span(_back(earlier, months), earlier)
        now = Span(first, today + timedelta(days=1))
        earlier = _back(first, months)
        return now, Span(earlier, min(first, earlier + timedelta(days=now.days)))

    return found


def _back(first: date, months: int) -> date:
    return month_start(add_months(month_of(first), -months))


NAMED: dict[str, Callable[[date], tuple[Span, Span]]] = {
    "month": _calendar(month_range, 1, whole=False),
    "last_month": _calendar(month_range, 1, whole=True),
    "quarter": _calendar(quarter_range, 3, whole=False),
    "last_quarter": _calendar(quarter_range, 3, whole=True),
    "year": _calendar(year_range, 12, whole=False),
    "last_year": _calendar(year_range, 12, whole=True),
    "days30": rolling(30),
    "days90": rolling(90),
    "days365": rolling(365),
}
"""Code → a function of today that gives (the days, those they are compared with). What is not over yet is compared with the one
before up to as many days: half a month against a whole one would tell nothing."""


def before(span: Span) -> Span:
    """As many days right before: what a range of one's own is compared with."""
    return Span(span.first - timedelta(days=span.days), span.first)
