"""One tree of conditions for rules, filters, saved views and automations; storage/conditions.py says the same in SQL.

A field is a column ("value"), a custom field ("custom.budget") or a column of a related record ("owner.name").
The type of a test's value says how the field is read: text (without case, accents and doubled spaces), whole number
(money in minor units), yes or no, day, or list of texts ("tags" and custom lists). Instants are compared by the day they
fall on in a time zone that is handed in; custom days are texts in the form YYYY-MM-DD.

What is missing: None, a text that is blank, a list without texts, a related record that is not there, and a value of
another type than the test reads. A missing value fails every test but ``empty``, ``not_equals``, ``not_contains``,
``none_of`` and ``has_none``, for those are exactly the opposites of ``not_empty``, ``equals``, ``contains``, ``one_of`` and
``has_any``. (``empty`` reads no type: a number where a text belongs is not empty.) ``equals`` False is not ``empty``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any

from .relative_days import FIRST_DAY, LAST_DAY, Range, RangeName, Relative, Unit
from .text import fold

MAX_DEPTH = 20
MAX_TESTS = 200
MAX_LIST = 500
_ONE_DAY = timedelta(days=1)
_FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)?", re.ASCII)
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
    """What a test takes its field for; a value of another type counts as missing."""

    ANYTHING = "anything"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    LIST = "list"


_O = Operator
_ORDER = frozenset({_O.GREATER, _O.AT_LEAST, _O.LESS, _O.AT_MOST, _O.BETWEEN})
_SAME = frozenset({_O.EQUALS, _O.NOT_EQUALS})
_LISTED = frozenset({_O.ONE_OF, _O.NONE_OF})
_FITS: Mapping[Reads, frozenset[Operator]] = {
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

type_of_one = str | int | bool | date | Relative | Range
Value = type_of_one | tuple[str, ...] | tuple[int, ...] | tuple[date | Relative, ...] | None
