"""Working days: the days of the week that are worked, without the holidays of a country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

MONDAY_TO_FRIDAY = frozenset(range(5))
_FURTHEST = 400


class Holidays(Protocol):
    """The holidays of a country: the name of a day that is one, None for others."""

    def get(self, day: date, /) -> str | None:
        """The name of the holiday."""


class NoHolidays:
    """No country is known."""

    def get(self, day: date, /) -> str | None:  # noqa: ARG002
        """No day is one."""
        return None


@dataclass(frozen=True)
class WorkingDays:
    """``weekdays`` counts Monday as 0."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: Holidays = field(default_factory=NoHolidays)
    _counted: dict[tuple[date, date], int] = field(default_factory=dict, repr=False, compare=False)

    def holiday(self, day: date) -> str:
        """Name of the holiday, empty for other days."""
        return self.holidays.get(day) or ""

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() in self.weekdays and not self.holidays.get(day)

    def between(self, first: date, last: date) -> int:
        """Working days behind ``first``, up to ``last`` included; 0 when that is not later.

        Past 400 days holidays are no longer looked up one by one: a week counts as many days as are worked in it.
        """
        if last <= first:
            return 0
        key = (first, last)
        found = self._counted.get(key)
        if found is None:
            if len(self._counted) > 20_000:
                self._counted.clear()
            weeks = max(0, ((last - first).days - _FURTHEST) // 7)
            start = first + timedelta(days=7 * weeks)
            days = (start + timedelta(days=n) for n in range(1, (last - start).days + 1))
            found = self._counted[key] = weeks * len(self.weekdays) + sum(map(self.works, days))
        return found

    def after(self, day: date, count: int) -> date:
        """The day ``count`` working days later; for 0 the day itself, or the next that is worked."""
        while not self.works(day) and self.weekdays:
            day += timedelta(days=1)
        for _ in range(min(count, _FURTHEST)):
            day += timedelta(days=1)
            while not self.works(day) and self.weekdays:
                day += timedelta(days=1)
        return day

    def before(self, day: date, count: int) -> date:
        """The latest day from which more than ``count`` working days lead to ``day``: touched then or earlier is stale."""
        found, left = day, count + 1
        for _ in range(_FURTHEST * 20):
            if self.works(found):
                left -= 1
            found -= timedelta(days=1)
            if left <= 0:
                break
        return found


def weekdays(numbers: Iterable[int]) -> frozenset[int]:
    """Days of the week as a setting keeps them; Monday to Friday for none."""
    found = frozenset(number for number in numbers if 0 <= number <= 6)
    return found or MONDAY_TO_FRIDAY
