"""Days that are offered beside a field: today, tomorrow, in two days, next week, each one that is worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class DayChoices:
    """Today, whatever it is, and the working days nearest to the others."""

    today: date
    tomorrow: date
    in_two: date
    next_week: date


def day_choices(calendar: WorkingDays, today: date) -> DayChoices:
    """Seen from ``today``: "tomorrow" is the next day that is worked, "in two" the one behind it, "next week" its first."""
    tomorrow = calendar.after(today + timedelta(days=1), 0)
    monday = today + timedelta(days=7 - today.weekday())
    return DayChoices(today, tomorrow, calendar.after(tomorrow, 1), calendar.after(monday, 0))
