"""Months, quarters and years as half-open ranges of dates."""

from __future__ import annotations

from datetime import date


def month_of(day: date) -> str:
    """``YYYY-MM`` of a date."""
    return f"{day.year:04d}-{day.month:02d}"


def month_start(month: str) -> date:
    """First day of ``YYYY-MM``."""
    return date(int(month[:4]), int(month[5:7]), 1)


def add_months(month: str, count: int) -> str:
    """The month ``count`` months after (or before) ``YYYY-MM``."""
    total = int(month[:4]) * 12 + int(month[5:7]) - 1 + count
    return f"{total // 12:04d}-{total % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """All months from ``first`` to ``last``, both included; empty when ``last`` is earlier."""
    found = []
    while first <= last:
        found.append(first)
        first = add_months(first, 1)
    return found


def quarter_range(day: date) -> tuple[date, date]:
    """First day of the quarter of ``day`` and first day of the next."""
    first = f"{day.year:04d}-{(day.month - 1) // 3 * 3 + 1:02d}"
    return month_start(first), month_start(add_months(first, 3))


def month_range(day: date) -> tuple[date, date]:
    """First day of the month of ``day`` and first day of the next."""
    return month_start(month_of(day)), month_start(add_months(month_of(day), 1))


def year_range(day: date) -> tuple[date, date]:
    """First day of the year of ``day`` and first day of the next."""
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)
