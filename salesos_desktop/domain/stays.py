"""How long something was in each stage or status, one stay after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo


@dataclass(frozen=True, slots=True)
class Entered:
    """A place was entered at an instant; ``since`` is the day from which it counts, where that is an earlier one."""

    place: str
    at: datetime
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """From when to when something was in a place; ``end`` None while it is there."""

    place: str
    start: datetime
    end: datetime | None = None

    def days(self, now: datetime, zone: tzinfo) -> int:
        """Whole days by the calendar where the person is."""
        return max(0, ((self.end or now).astimezone(zone).date() - self.start.astimezone(zone).date()).days)

    def seconds(self, now: datetime) -> float:
        """How long it has lasted."""
        return max(0.0, ((self.end or now) - self.start).total_seconds())


def stays(entered: Iterable[Entered], zone: tzinfo) -> list[Stay]:
    """Stays, oldest first, the last one without an end.

    A place that is entered as of an earlier day takes back what came since: an import knows how long a deal has been in its
    stage, and a move that was undone has not been.
    """
    found: list[Stay] = []
    for each in entered:
        start = each.at
        if each.since is not None and each.since < start.astimezone(zone).date():
            start = datetime.combine(each.since, time(), zone)
            while found and found[-1].start.astimezone(zone).date() > each.since:
                found.pop()
            if found and found[-1].place == each.place:
                found[-1] = replace(found[-1], end=None)
                continue
            if found:
                start = max(start, found[-1].start)
        if found and found[-1].place == each.place:
            found[-1] = replace(found[-1], end=None)
            continue
        if found:
            found[-1] = replace(found[-1], end=start)
        found.append(Stay(each.place, start))
    return found
