"""A day as a person types it or a spreadsheet writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from .relative_days import Relative, Unit
from .text import fold

_T = TypeVar("_T")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th|o)\b")
_FILLERS = ("de", "del", "of")
_SHORTEST = 3
"""So many letters of a name at least."""


@dataclass(frozen=True, slots=True)
class DayWords:
    """What days are said with, folded (see ``fold``): months 1 to 12, weekdays from Monday as 0, days near today by their
    distance, units."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    near: Mapping[str, int]
    units: Mapping[str, Unit]


@dataclass(frozen=True, slots=True)
class _Written:
    """What a text names; None for what it leaves out."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None

    def agreed(self, found: date) -> date:
        """The day, if the weekday that is written is its own. Raises ValueError."""
        if self.weekday not in (None, found.weekday()):
            raise ValueError(found)
        return found


def read_day(text: str, today: date, words: DayWords, *, day_first: bool) -> date | None:
    """A day in a cell: ``2026-12-31``, ``31/12/2026``, ``31 dic ’26``, ``Thu, Dec 31``; None for nothing.

    Without a year it is this one, as cells leave it out. Where two numbers could be day and month ``day_first`` decides.
    A weekday has to be that of the day; a time behind the day is left out. Raises ValueError.
    """
    if not text.strip():
        return None
    written = _written(text, words, day_first=day_first)
    if written.month is None:
        raise ValueError(text)
    year = today.year if written.year is None else written.year
    return written.agreed(date(year, written.month, written.day))


def read_typed(
    text: str, today: date, words: DayWords, *, day_first: bool, first: date = date.min, last: date = date.max
) -> date:
    """A day typed into a field that takes those from ``first`` to ``last``: as ``read_day``, ``tomorrow``, ``+3`` (days),
    ``-2w``, ``monday``, ``15``, ``15/1``.

    What is left out makes it the next such day from today on, of weekdays from tomorrow on; where the field takes none as
    late as that, the last one before. The answer may still lie outside the field. Raises ValueError.
    """
    said = fold(text)
    if said in words.near:
        return today + timedelta(days=words.near[said])
    shift = re.fullmatch(r"([+\-−]) ?([0-9]{1,4}) ?([a-z]*)", said)
    if shift:
        unit = _named(shift[3], words.units, 1) if shift[3] else Unit.DAYS
        return Relative(unit, int(shift[2]) * (1 if shift[1] == "+" else -1)).day(today)
    start = max(today, first)
    weekday = _found(said, words.weekdays)
    if weekday is not None:
        start = max(today + timedelta(days=1), first)
        week = (start + timedelta(days=n) for n in range(-7, 7))
        return _coming((day for day in week if day.weekday() == weekday), start, last)
    written = _written(text, words, day_first=day_first)
    if written.year is not None and written.month is not None:
        return written.agreed(date(written.year, written.month, written.day))
    months = range(-12, 13) if written.month is None else (-12, 0, 12)
    at = start.year * 12 + (start.month if written.month is None else written.month) - 1
    return written.agreed(_coming(_days(at, months, written.day), start, last))


def _days(at: int, months: Iterable[int], day: int) -> Iterable[date]:
    """The day of each of these months around ``at`` (years times 12, and months), where it has one."""
    for each in months:
        year, month = divmod(at + each, 12)
        try:
            yield date(year, month + 1, day)
        except ValueError:
            continue


def _coming(days: Iterable[date], start: date, last: date) -> date:
    known = sorted(days)
    ahead, behind = [day for day in known if day >= start], [day for day in known if day < start]
    if not ahead:
        raise ValueError(start)
    return behind[-1] if behind and ahead[0] > last else ahead[0]


def _written(text: str, words: DayWords, *, day_first: bool) -> _Written:
    """Parts the text into names and numbers, each of which has to have a meaning. Raises ValueError."""
    clean = _ORDINAL.sub("", fold(_TIME.sub("", text.strip())))
    parts = [p for each in re.split(r"[\s,./’'-]+", clean) for p in re.findall("[0-9]+|[^0-9]+", each)]
    parts = [part for part in parts if part not in _FILLERS]
    numbers = [part for part in parts if part.isascii() and part.isdecimal()]
    names = [part for part in parts if part not in numbers]
    month = weekday = None
    if len(names) == 2:
        weekday, month = _named(names[0], words.weekdays), _named(names[1], words.months)
    elif len(names) == 1:
        month = _found(names[0], words.months)
        if month is None:
            weekday = _named(names[0], words.weekdays)
        elif day_first and len(numbers) == 1 and parts[0] == names[0] and _found(names[0], words.weekdays) is not None:
            raise ValueError(text)  # “mar 15” is said of a Tuesday as of March.
    if len(names) > 2 or not 1 <= len(numbers) <= (3 if month is None else 2):
        raise ValueError(text)
    return _counted(numbers, month, weekday, day_first=day_first)


def _counted(numbers: list[str], month: int | None, weekday: int | None, *, day_first: bool) -> _Written:
    """Which number is what: a year of four digits may stand first. Raises ValueError."""
    if len(numbers[0]) == 4 and len(numbers) == (3 if month is None else 2):
        year, *rest = numbers
        numbers, day_first = [*rest[::-1], year], True
    day, *more = numbers
    if month is None and more:
        other, *more = more
        swapped = int(day) <= 12 if not day_first else int(other) > 12 >= int(day)
        day, other = (other, day) if swapped else (day, other)
        if len(other) > 2:
            raise ValueError(numbers)
        month = int(other)
    if len(day) > 2 or month not in (None, *range(1, 13)) or (more and len(more[0]) not in (2, 4)):
        raise ValueError(numbers)
    return _Written(int(day), month, _year(more[0]) if more else None, weekday)


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _found(word: str, names: Mapping[str, _T], shortest: int = _SHORTEST) -> _T | None:
    """What the one name that begins so stands for."""
    known = {value for name, value in names.items() if len(word) >= shortest and name.startswith(word)}
    return known.pop() if len(known) == 1 else None


def _named(word: str, names: Mapping[str, _T], shortest: int = _SHORTEST) -> _T:
    found = _found(word, names, shortest)
    if found is None:
        raise ValueError(word)
    return found
