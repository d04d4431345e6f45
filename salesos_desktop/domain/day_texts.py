"""A day as a person or a spreadsheet writes it."""

from __future__ import annotations

import re
from datetime import date

from .text import fold

_MONTHS = ("ene jan", "feb", "mar", "abr apr", "may", "jun", "jul", "ago aug", "sep", "oct", "nov", "dic dec")


def read_day(text: str, today: date, *, day_first: bool) -> date | None:
    """``2026-12-31``, ``31/12/2026``, ``12/31/26``, ``31 dic 2026``, ``Dec 31, 2026``; None for nothing.

    Without a year it is this one. Where two numbers could be day and month ``day_first`` decides. A time behind the day is
    left out. Raises ValueError.
    """
    clean = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text.strip())
    if not clean:
        return None
    whole = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", clean)
    if whole:
        return date(*map(int, whole.groups()))
    words = [word for word in re.split(r"[\s,./-]+", fold(clean)) if word and word != "de"]
    months = [n for word in words if (n := _month(word))]
    numbers = [int(word) for word in words if word.isdecimal()]
    if len(words) != len(months) + len(numbers) or len(months) > 1 or not 2 <= len(words) <= 3:
        raise ValueError(text)
    if months:
        day, *year = numbers
        return date(_year(year, today), months[0], day)
    first, second, *year = numbers
    day, month = (first, second) if (day_first and second <= 12) or first > 12 else (second, first)
    return date(_year(year, today), month, day)


def _month(word: str) -> int:
    """1 to 12, 0 for what is no month."""
    if word.isdecimal() or len(word) < 3:
        return 0
    return next((n for n, starts in enumerate(_MONTHS, 1) if any(word.startswith(s) for s in starts.split())), 0)


def _year(numbers: list[int], today: date) -> int:
    if not numbers:
        return today.year
    return numbers[0] + 2000 if numbers[0] < 100 else numbers[0]
