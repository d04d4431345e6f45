"""The order of a table by several of its columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..tables.columns import Column

_UP, _DOWN = "▲", "▼"


@dataclass(frozen=True, slots=True)
class By:
    """One column by its name, and which way."""

    name: str
    descending: bool = False


Sorts = tuple[By, ...]
"""The first counts most."""


def chosen(now: Sorts, name: str, *, adding: bool) -> Sorts:
    """What a click on a column's title makes of the order: the only column, or with ``adding`` one more. A column that is
    there turns; turned twice, one of several goes.
    """
    there = next((each for each in now if each.name == name), None)
    if not adding:
        return (By(name, there is not None and now[0] == there and not there.descending),)
    if there is None:
        return (*now, By(name))
    if there.descending and len(now) > 1:
        return tuple(each for each in now if each is not there)
    return tuple(By(name, not there.descending) if each is there else each for each in now)


def signs(sorts: Sorts) -> dict[str, str]:
    """Name → sign beside the title: an arrow, with its number where there are several."""
    return {
        each.name: (_DOWN if each.descending else _UP) + (f" {place}" if len(sorts) > 1 else "")
        for place, each in enumerate(sorts, start=1)
    }


def keys(sorts: Sorts, columns: Iterable[Column]) -> tuple[tuple[Any, bool], ...]:
    """As the service takes it; columns that are not there, or that nothing is ordered by, are left out."""
    known = {column.name: column.sort for column in columns if column.sort is not None}
    return tuple((known[each.name], each.descending) for each in sorts if each.name in known)


def plain(sorts: Sorts) -> list[list[Any]]:
    """As plain values for the preferences and saved views."""
    return [[each.name, each.descending] for each in sorts]


def read(kept: Any) -> Sorts:
    """What ``plain`` gave; nothing for anything else."""
    if not isinstance(kept, list):
        return ()
    pairs = [each for each in kept if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str)]
    return tuple(By(str(name), bool(descending)) for name, descending in pairs)
