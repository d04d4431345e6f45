"""The table of opportunities: the frozen row it shows, what it is ordered and grouped by, and sums over deals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from .filters import DealFilter
from .leads import OwnSort
from .opportunities import Priority, weighted
from .stages import StageKind


class DealSort(StrEnum):
    """Columns by which the table is ordered. CLOSE goes by the expected close of an open deal and the closing day of a
    closed one; STAGE by pipeline and place on the board; PRIORITY from low to high."""

    NUMBER = "number"
    NAME = "name"
    STAGE = "stage"
    VALUE = "value"
    CURRENCY = "currency"
    WEIGHTED = "weighted"
    PROBABILITY = "probability"
    CLOSE = "close"
    CLOSED = "closed"
    CREATED = "created"
    STAGE_SINCE = "stage_since"
    TOUCHED = "touched"
    ACTIVITY = "activity"
    HOLD = "hold"
    OWNER = "owner"
    TEAM = "team"
    COMPANY = "company"
    CONTACT = "contact"
    PRODUCT = "product"
    SOURCE = "source"
    PRIORITY = "priority"
    LOSS_REASON = "loss_reason"
    COMPETITOR = "competitor"
    EXTERNAL = "external"


SortKey: TypeAlias = DealSort | OwnSort
Order: TypeAlias = tuple[tuple[SortKey, bool], ...]
"""(key, whether descending), the first counts most; what has no key comes last, ties go by id."""


class GroupBy(StrEnum):
    """What the table's rows can be put together by, beside an own field that is a list."""

    STAGE = "stage"
    OWNER = "owner"
    TEAM = "team"
    MONTH = "month"
    COMPANY = "company"
    SOURCE = "source"
    PRIORITY = "priority"
    PRODUCT = "product"
    TAG = "tag"


Grouping: TypeAlias = GroupBy | OwnSort
GroupKey: TypeAlias = int | str | None
"""An id, a month as YYYY-MM, a priority, a folded tag or an option; None for deals without."""


@dataclass(frozen=True, slots=True)
class DealQuery:
    """What the table shows: a filter and, where rows are grouped, by what and which groups are open."""

    where: DealFilter
    by: Grouping | None = None
    opened: frozenset[GroupKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over some deals in one currency, minor units; ``weighted`` is value × percent, exact."""

    currency: str
    count: int
    value: int
    weighted: int
    no_value: int


@dataclass(frozen=True, slots=True)
class Group:
    """Deals that have something in common, with sums over all of them, a currency each."""

    key: GroupKey
    title: str
    sums: tuple[Sums, ...]

    @property
    def count(self) -> int:
        """How many deals there are."""
        return counted(self.sums)


def counted(sums: Iterable[Sums]) -> int:
    """How many deals are in sums of several currencies."""
    return sum(each.count for each in sums)


def whole_weighted(sums: Sums) -> int:
    """The weighted value in minor units, rounded half up."""
    return (sums.weighted + 50) // 100


@dataclass(frozen=True, slots=True)
class DealRow:
    """What a line of the table shows of a deal. Money in minor units of ``currency``, names empty where there is none.
    ``category`` is how it counts in the forecast (domain/stages.Category), empty for as its stage says: ``stage_category``.
    """

    id: int
    version: int
    external_id: str
    name: str
    stage_id: int
    stage: str
    kind: StageKind
    pipeline_id: int
    value: int | None
    currency: str
    probability: int
    probability_set: bool
    day: date | None
    expected_close: date | None
    closed_on: date | None
    created_on: date | None
    stage_since: date | None
    touched_on: date | None
    next_activity_on: date | None
    hold_until: date | None
    owner_id: int | None
    owner: str
    team: str
    company_id: int | None
    company: str
    contact: str
    product: str
    source_id: int | None
    source: str
    priority: Priority
    category: str
    stage_category: str
    tags: tuple[str, ...]
    loss_reason: str
    competitor: str
    custom: str
    """Values of own fields, as JSON."""
    note: str

    @property
    def weighted(self) -> int | None:
        """Value × probability in minor units, rounded half up; None without a value."""
        return None if self.value is None else weighted(self.value, self.probability)
