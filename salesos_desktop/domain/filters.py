"""Which deals a board shows, and in which order; the same rule in memory as in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from .text import fold

if TYPE_CHECKING:
    from .conditions import Condition


class Sort(StrEnum):
    """Order of the cards within a column."""

    MANUAL = "manual"
    VALUE = "value"
    CLOSE = "close"
    STALE = "stale"
    ACTIVITY = "activity"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DealFilter:
    """Conditions that must all hold; None or empty means any.

    ``owner_id``: a person. ``close_from``/``close_before``: half-open range of the expected close date of open deals and
    of the closing date of closed ones. ``value_from``/``value_to``: minor units, both included, of the workspace's
    currency. ``undated``: only deals without such a date. ``text``: every word must occur in name, company, contact,
    product or owner, without case and accents. ``condition``: about columns of the deal and its own fields, with plain
    days (conditions.resolve); instants fall on days of the system's time zone. ``held``: False leaves out deals on hold, as
    the board does; True finds only those; None both.
    """

    owner_id: int | None = None
    close_from: date | None = None
    close_before: date | None = None
    value_from: int | None = None
    value_to: int | None = None
    text: str = ""
    undated: bool = False
    condition: Condition | None = None
    held: bool | None = False

    @property
    def words(self) -> tuple[str, ...]:
        """Folded words of the text condition."""
        return tuple(fold(self.text).split())

    @property
    def by_totals(self) -> bool:
        """Whether the kept totals (by stage, owner, day) can answer without looking at a single deal."""
        asked = (self.value_from, self.value_to, self.condition)
        return not self.words and self.held is False and all(each is None for each in asked)

    @property
    def empty(self) -> bool:
        """Whether every deal matches."""
        return replace(self, text=fold(self.text)) == DealFilter()

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of ``opportunity`` passes. A deal without a date or value fails a range of it."""
        if row["deleted_at"] is not None or (self.owner_id is not None and row["owner_id"] != self.owner_id):
            return False
        if self.held is not None and (row["hold_until"] is not None) is not self.held:
            return False
        if self.undated and row["day"] is not None:
            return False
        if self.close_from is not None or self.close_before is not None:
            day = row["day"]
            if day is None or (self.close_from is not None and day < self.close_from):
                return False
            if self.close_before is not None and day >= self.close_before:
                return False
        value = row["value"]
        if self.value_from is not None and (value is None or value < self.value_from):
            return False
        if self.value_to is not None and (value is None or value > self.value_to):
            return False
        text = row["search_text"]
        if not all(word in text for word in self.words):
            return False
        if self.condition is None:
            return True
        from .conditions import matches

        return matches(self.condition, row, date.max, None)


def sort_key(sort: Sort, row: Mapping[str, Any]) -> int:
    """Whole number by which a row of ``opportunity`` is ordered, ascending (ties by id): rank; value and closing day
    from the largest; expected close and next activity from the earliest, those without one last; longest untouched first."""
    if sort is Sort.MANUAL:
        return int(row["rank"])
    if sort is Sort.VALUE:
        return NO_KEY if row["value"] is None else -int(row["value"])
    if sort is Sort.CLOSED:
        return NO_KEY if row["day"] is None else -row["day"].toordinal()
    day = row[{Sort.CLOSE: "day", Sort.STALE: "touched_on", Sort.ACTIVITY: "next_activity_on"}[sort]]
    return NO_KEY if day is None else int(day.toordinal())


NO_KEY = 2**62
