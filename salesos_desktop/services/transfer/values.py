"""How a column writes its dates and numbers, decided from all its values together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

_DATE = re.compile(r"^(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?:[T ]\d{1,2}:\d{2}.*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_PLAIN = re.compile(r"[+-]?(?=.?[0-9])[0-9]{0,40}(\.[0-9]{0,20})?")
_PIVOT = 69
_CLEAN = re.compile(
    r"[\s$€£¥'’\u00a0\u202f]|^(?:US|MX|AR|CO|CL|R|S/)(?=[\s$\d])|(?i:usd|eur|mxn|ars|cop|clp|pen|brl|uyu|gbp)"
)


@dataclass(slots=True)
class DateEvidence:
    """What the dates of a column say: ``order`` is ymd, dmy, mdy, or None while they could be either."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    chosen: str | None = None

    def see(self, text: str) -> None:
        """Looks at one value."""
        found = _DATE.match(text)
        if found is None or len(found[1]) > 2:
            return
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            self.day_first += 1
        elif second > 12 >= first:
            self.month_first += 1
        elif first != second:
            self.either += 1

    @property
    def order(self) -> str | None:
        """The order of day and month; None when the values do not decide."""
        if self.chosen:
            return self.chosen
        if self.day_first or self.month_first:
            return "dmy" if self.day_first >= self.month_first else "mdy"
        return None if self.either else "dmy"


@dataclass(slots=True)
class NumberEvidence:
    """What the numbers of a column say: ``decimal`` is ``.`` or ``,``, or None while they could be either."""

    point: int = 0
    comma: int = 0
    either: int = 0
    chosen: str | None = None

    def see(self, text: str) -> None:
        """Looks at one value."""
        clean = _CLEAN.sub("", text)
        points, commas = clean.count("."), clean.count(",")
        if points and commas:
            if clean.rfind(".") > clean.rfind(","):
                self.point += 1
            else:
                self.comma += 1
        elif points > 1:
            self.comma += 1
        elif commas > 1:
            self.point += 1
        elif points or commas:
            sign = "." if points else ","
            before, _, after = clean.partition(sign)
            grouped = len(after) == 3 and 0 < len(before.lstrip("-")) <= 3 and before.lstrip("-") != "0"
            if grouped:
                self.either += 1
            elif points:
                self.point += 1
            else:
                self.comma += 1

    @property
    def decimal(self) -> str | None:
        """The decimal sign; None when the values do not decide."""
        if self.chosen:
            return self.chosen
        if self.point or self.comma:
            return "." if self.point >= self.comma else ","
        return None if self.either else "."


@dataclass(slots=True)
class Evidence:
    """What one column's values say."""

    dates: DateEvidence = field(default_factory=DateEvidence)
    numbers: NumberEvidence = field(default_factory=NumberEvidence)


def read_date(text: str, order: str) -> date:
    """A date in a known order (two-digit years: 69–99 are 19xx, the rest 20xx, as POSIX has it). Raises ValueError."""
    compact = _COMPACT.match(text)
    if compact:
        return date(int(compact[1]), int(compact[2]), int(compact[3]))
    found = _DATE.match(text)
    if found is None:
        raise ValueError(text)
    first, second, third = found[1], int(found[2]), found[3]
    if len(first) == 4:
        return date(int(first), second, int(third))
    year = int(third)
    if len(third) <= 2:
        year += 1900 if year >= _PIVOT else 2000
    elif len(third) == 3:
        raise ValueError(text)
    return date(year, second, int(first)) if order == "dmy" else date(year, int(first), second)


def read_number(text: str, decimal: str) -> Decimal:
    """A number with a known decimal sign; currency signs, spaces and grouping are taken off. Raises ValueError."""
    clean = _CLEAN.sub("", text).replace("−", "-")
    if clean.startswith("(") and clean.endswith(")"):
        clean = "-" + clean[1:-1]
    grouping = "," if decimal == "." else "."
    whole, sign, part = clean.partition(decimal)
    if grouping in part or (grouping in whole and not re.fullmatch(rf"-?\d{{1,3}}(?:\{grouping}\d{{2,3}})*", whole)):
        raise ValueError(text)
    plain = whole.replace(grouping, "") + ("." + part if sign else "")
    if not _PLAIN.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)
