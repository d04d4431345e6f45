"""One tree of conditions for rules, filters, saved views and automations; storage/conditions.py says the same in SQL.

A field is a column ("value"), a custom field ("custom.budget") or a column of a related record ("owner.name").
The type of a test's value says how the field is read: text (without case, accents and doubled spaces), whole number
(money in minor units), yes or no, day, or list of texts ("tags" and custom lists). Instants are compared by the day they
fall on in a time zone that is handed in; custom days are texts in the form YYYY-MM-DD.

What is missing: None, a text that is blank, a list without texts, a related record that is not there, and a value of
another type than the test reads. A missing value fails every test but ``empty``, ``not_equals``, ``not_contains``,
``none_of`` and ``has_none``, for those are exactly the opposites of ``not_empty``, ``equals``, ``contains``, ``one_of`` and
``has_any``. (``empty`` reads no type: a number where a text belongs is not empty.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias

from .relative_days import FIRST_DAY, LAST_DAY, Range, Relative
from .text import fold

MAX_LIST = 500
MAX_NUMBER = 2**63 - 1

# The system's zone cannot be asked about other years on every platform; no record was made outside of them.
_FIRST_INSTANT, _LAST_INSTANT = date(1971, 1, 1), date(2999, 1, 1)
_ONE_DAY = timedelta(days=1)
_FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)?")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DAY_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Operator(StrEnum):
    """How a field is held against a value. ``between`` includes both ends; ``within`` takes a Range."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    GREATER = "greater"
    AT_LEAST = "at_least"
    LESS = "less"
    AT_MOST = "at_most"
    BETWEEN = "between"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    HAS_ANY = "has_any"
    HAS_NONE = "has_none"
    BEFORE = "before"
    AFTER = "after"
    WITHIN = "within"


class Reads(StrEnum):
    """What a test takes its field for."""

    ANYTHING = "anything"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    LIST = "list"


_O = Operator
_SAME = frozenset({_O.EQUALS, _O.NOT_EQUALS})
_LISTED = frozenset({_O.ONE_OF, _O.NONE_OF})
_ORDER = frozenset({_O.GREATER, _O.AT_LEAST, _O.LESS, _O.AT_MOST, _O.BETWEEN})
OPERATORS: Mapping[Reads, frozenset[Operator]] = {
    Reads.ANYTHING: frozenset({_O.EMPTY, _O.NOT_EMPTY}),
    Reads.TEXT: _SAME | _LISTED | {_O.CONTAINS, _O.NOT_CONTAINS, _O.STARTS_WITH},
    Reads.NUMBER: _SAME | _LISTED | _ORDER,
    Reads.FLAG: _SAME,
    Reads.DAY: _SAME | _ORDER | {_O.BEFORE, _O.AFTER, _O.WITHIN},
    Reads.LIST: frozenset({_O.HAS_ANY, _O.HAS_NONE}),
}
_OPPOSITE = {
    _O.NOT_EQUALS: _O.EQUALS,
    _O.NOT_CONTAINS: _O.CONTAINS,
    _O.NONE_OF: _O.ONE_OF,
    _O.HAS_NONE: _O.HAS_ANY,
    _O.NOT_EMPTY: _O.EMPTY,
}


# ``between`` of days takes Relative too; within ``Test.value`` a Range stands alone.
One: TypeAlias = str | int | bool | date | Relative | Range
Value: TypeAlias = One | tuple[One, ...] | None


@dataclass(frozen=True, slots=True)
class Test:
    """One field against one value: None for ``empty`` and ``not_empty``, a pair for ``between``, a Range for ``within``, a
    tuple of texts or whole numbers for ``one_of`` and ``none_of``, of texts for ``has_any`` and ``has_none``.

    Raises ValueError for a field that is no path, and for a value that does not go with the operator."""

    field: str
    operator: Operator
    value: Value = None

    def __post_init__(self) -> None:
        if _FIELD.fullmatch(self.field) is None or self.field == "custom":
            raise ValueError(f"No field: {self.field!r}")
        if not self._fits():
            raise ValueError(f"{self.field}: {self.operator} does not take {self.value!r:.200}")

    def _fits(self) -> bool:
        if self.operator is _O.WITHIN or isinstance(self.value, Range):
            return self.operator is _O.WITHIN and isinstance(self.value, Range)
        if isinstance(self.value, tuple) is not (self.operator in _LISTED | OPERATORS[Reads.LIST] | {_O.BETWEEN}):
            return False
        parts = self.value if isinstance(self.value, tuple) else (self.value,)
        if not 1 <= len(parts) <= MAX_LIST or (self.operator is _O.BETWEEN and len(parts) != 2):
            return False
        if not all(_comparable(part) for part in parts) or len({_reads(part) for part in parts}) != 1:
            return False
        return self.operator in OPERATORS[self.reads] and (self.reads is not Reads.LIST or isinstance(parts[0], str))

    @property
    def reads(self) -> Reads:
        """What the field is taken for."""
        if self.operator in OPERATORS[Reads.LIST]:
            return Reads.LIST
        return _reads(self.value[0] if isinstance(self.value, tuple) else self.value)

    @property
    def asked(self) -> tuple[Operator, bool]:
        """The operator whose answer decides, and whether the test holds when that answer is no: ``not_equals`` asks
        ``equals``, ``none_of`` asks ``one_of``, and so on."""
        opposite = _OPPOSITE.get(self.operator)
        return (self.operator, False) if opposite is None else (opposite, True)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts always true."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; without parts never true."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, be it for a missing value."""

    part: Condition


Condition: TypeAlias = All | AnyOf | Not | Test


def each_test(condition: Condition) -> Iterator[Test]:
    """Every test of the tree, from left to right."""
    if isinstance(condition, Test):
        yield condition
    else:
        for part in (condition.part,) if isinstance(condition, Not) else condition.parts:
            yield from each_test(part)


def fields(condition: Condition) -> frozenset[str]:
    """Paths the condition looks at."""
    return frozenset(test.field for test in each_test(condition))


def resolve(condition: Condition, today: date) -> Condition:
    """The same condition with plain dates: Relative becomes its day, ``within`` a Range becomes ``between`` its ends. One that
    has plain dates already is given back as it is, for it is asked of every changed row."""
    if isinstance(condition, Not):
        part = resolve(condition.part, today)
        return condition if part is condition.part else Not(part)
    if isinstance(condition, All | AnyOf):
        parts = tuple(resolve(part, today) for part in condition.parts)
        same = all(one is other for one, other in zip(parts, condition.parts, strict=True))
        return condition if same else replace(condition, parts=parts)
    value = condition.value
    if isinstance(value, Range):
        return Test(condition.field, _O.BETWEEN, value.ends(today))
    if isinstance(value, tuple):
        if not any(isinstance(part, Relative) for part in value):
            return condition
        return replace(condition, value=tuple(v.day(today) if isinstance(v, Relative) else v for v in value))
    return replace(condition, value=value.day(today)) if isinstance(value, Relative) else condition


def matches(condition: Condition, row: Mapping[str, Any], today: date, zone: tzinfo | None = UTC) -> bool:
    """Whether a row passes.

    ``row``: every path of ``fields(condition)`` → value as storage reads it; "custom" is the JSON text of an object and
    stands for all "custom.…", "tags" is the JSON text of a list. ``zone``: in which instants fall on a day, None for the
    system's. Raises KeyError for a path that the row lacks.
    """
    return _holds(resolve(condition, today), row, zone)


def day_bounds(test: Test) -> tuple[date | None, date | None]:
    """A resolved test that reads a day as a half-open range: first day, and the day after the last; None for no limit."""
    low, high = test.value if isinstance(test.value, tuple) else (test.value, test.value)
    if not isinstance(low, date) or not isinstance(high, date):
        raise ValueError(f"{test.field}: {test.value!r} is not resolved")
    match test.operator:
        case _O.GREATER | _O.AFTER:
            return low + _ONE_DAY, None
        case _O.AT_LEAST:
            return low, None
        case _O.LESS | _O.BEFORE:
            return None, low
        case _O.AT_MOST:
            return None, low + _ONE_DAY
    return low, high + _ONE_DAY


def day_start(day: date, zone: tzinfo | None) -> datetime:
    """The instant in UTC at which a day begins in a zone (None: the system's), for days from 1971 to 2999."""
    near = min(max(day, _FIRST_INSTANT), _LAST_INSTANT)
    return datetime.combine(near, time(), zone).astimezone(UTC)


def _comparable(value: Any) -> bool:
    """Whether a single value can be compared at all, in Python and in both databases."""
    if isinstance(value, str):
        return fold(value) != "" and _UNSTORABLE.search(value) is None
    if isinstance(value, date):
        return not isinstance(value, datetime) and FIRST_DAY <= value <= LAST_DAY
    if isinstance(value, int):
        return abs(value) <= MAX_NUMBER
    return value is None or isinstance(value, Relative)


def _reads(value: Any) -> Reads:
    if value is None:
        return Reads.ANYTHING
    if isinstance(value, bool):
        return Reads.FLAG
    if isinstance(value, int):
        return Reads.NUMBER
    return Reads.TEXT if isinstance(value, str) else Reads.DAY


def _holds(condition: Condition, row: Mapping[str, Any], zone: tzinfo | None) -> bool:
    if isinstance(condition, All):
        return all(_holds(part, row, zone) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(_holds(part, row, zone) for part in condition.parts)
    if isinstance(condition, Not):
        return not _holds(condition.part, row, zone)
    operator, turned = condition.asked
    return _passes(condition, operator, row, zone) is not turned


def _passes(test: Test, operator: Operator, row: Mapping[str, Any], zone: tzinfo | None) -> bool:
    found = _found(row, test.field)
    wanted: Any = test.value
    match test.reads:
        case Reads.ANYTHING:
            return found is None or found == () or (isinstance(found, str) and fold(found) == "")
        case Reads.TEXT:
            return isinstance(found, str) and _text_passes(operator, fold(found), wanted)
        case Reads.NUMBER:
            number = isinstance(found, int | float) and not isinstance(found, bool)
            return number and _number_passes(operator, found, wanted)
        case Reads.FLAG:
            return isinstance(found, bool) and found is wanted
        case Reads.DAY:
            return _day_passes(test, found, zone)
        case Reads.LIST:
            return isinstance(found, tuple) and not {fold(text) for text in found}.isdisjoint(map(fold, wanted))


def _text_passes(operator: Operator, found: str, wanted: Any) -> bool:
    match operator:
        case _O.CONTAINS:
            return fold(wanted) in found
        case _O.STARTS_WITH:
            return found.startswith(fold(wanted))
        case _O.ONE_OF:
            return found in map(fold, wanted)
    return found == fold(wanted)


def _number_passes(operator: Operator, found: Any, wanted: Any) -> bool:
    match operator:
        case _O.GREATER:
            return bool(found > wanted)
        case _O.AT_LEAST:
            return bool(found >= wanted)
        case _O.LESS:
            return bool(found < wanted)
        case _O.AT_MOST:
            return bool(found <= wanted)
        case _O.BETWEEN:
            return bool(wanted[0] <= found <= wanted[1])
        case _O.ONE_OF:
            return found in wanted
    return bool(found == wanted)


def _day_passes(test: Test, found: Any, zone: tzinfo | None) -> bool:
    limits: list[Any] = list(day_bounds(test))
    if isinstance(found, datetime):
        limits = [None if limit is None else day_start(limit, zone) for limit in limits]
    elif isinstance(found, str) and test.field.startswith("custom.") and _DAY_TEXT.fullmatch(found):
        limits = [None if limit is None else limit.isoformat() for limit in limits]
    elif not isinstance(found, date):
        return False
    low, high = limits
    return (low is None or found >= low) and (high is None or found < high)


def _found(row: Mapping[str, Any], field: str) -> Any:
    """The value of a field; a list as the tuple of its texts."""
    head, _, last = field.rpartition(".")
    if head == "custom":
        custom = _parsed(row["custom"])
        value = custom.get(last) if isinstance(custom, dict) else None
    elif last == "tags":
        value = _parsed(row[field])
        value = value if isinstance(value, list) else None
    else:
        return row[field]
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else value


@lru_cache(maxsize=256)
def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "null", parse_constant=_no_constant)
    except ValueError:
        return None


def _no_constant(name: str) -> Any:
    raise ValueError(name)
