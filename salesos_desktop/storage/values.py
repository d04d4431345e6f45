"""What storage hands out beside cards and change sets: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ..domain.opportunities import Card, Priority
from ..domain.stages import StageKind


@dataclass(frozen=True, slots=True)
class Named:
    """A row of a short list: a person, company, contact, product, source or loss reason."""

    id: int
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """Deals of one stage and currency: ``value`` in minor units, ``weighted`` minor units × percent."""

    stage_id: int
    currency: str
    count: int
    value: int
    weighted: int
    no_value: int


DaySums = tuple[int, int, Any, str, str, int, int, int, int]
"""Stage, owner or 0, day or None, currency, category or empty, count, value, value × percent, deals without a value."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Head of a commit in the log; ``label`` is JSON of a message and its values."""

    seq: int
    actor_id: int
    verb: str
    label: str
    rows: int


class Head(NamedTuple):
    """Of a commit what everybody is told who sees a row of it; ``tables`` are parted by commas."""

    seq: int
    at: datetime
    actor_id: int | None
    origin: str
    verb: str
    undoable: bool
    tables: str
    points: int


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One logged row: only the columns that changed (all of them for an insert or a delete)."""

    table: str
    row_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def inverse(self) -> LoggedChange:
        """The change that takes this one back."""
        return LoggedChange(self.table, self.row_id, self.after, self.before)


def card_of(r: Any) -> Card:
    """A card from a row of the columns that ``queries.cards`` and ``first_look`` select."""
    return Card(
        id=r[0], version=r[1], name=r[2], stage_id=r[3], kind=StageKind(r[4]), value=r[5], currency=r[6],
        probability=r[7], probability_set=r[8], expected_close=r[9], closed_on=r[10], stage_since=r[11],
        owner_id=r[12], owner=r[13] or "", company_id=r[14], company=r[15] or "", contact=r[16] or "",
        product=r[17] or "", priority=Priority(r[18]), next_activity_on=r[19], rank=r[20], stale_days=r[21],
        checks_done=r[22], checks_total=r[23], custom=r[24], tags=r[25], source_id=r[26], source=r[27] or "",
        touched_on=r[28], hold_until=r[29],
    )  # fmt: skip
