"""Columns and rows of the board: which deals stand in which, by stage, closing month, owner, priority, source and more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from .periods import add_months, month_of, month_start
from .stages import Stage, StageKind

MONTHS = 12
"""How many months have a column of their own."""
FEWEST_MONTHS = 4
MOST = 24
"""How many people, sources or companies have a column or row of their own; the others share one."""


class By(StrEnum):
    """What columns or rows are made of."""

    STAGE = "stage"
    MONTH = "month"
    OWNER = "owner"
    PRIORITY = "priority"
    SOURCE = "source"
    COMPANY = "company"
    PIPELINE = "pipeline"


COLUMNS = (By.STAGE, By.MONTH, By.OWNER, By.PRIORITY, By.SOURCE)
LANES = (By.OWNER, By.PRIORITY, By.SOURCE, By.COMPANY, By.PIPELINE)

FIELD: Mapping[By, str] = {
    By.STAGE: "stage_id", By.MONTH: "day", By.OWNER: "owner_id", By.PRIORITY: "priority", By.SOURCE: "source_id",
    By.COMPANY: "company_id", By.PIPELINE: "stage_id",
}  # fmt: skip
"""The column of ``opportunity`` that decides."""

Key = int | str
CellKey = Key | tuple[Key, Key]
"""Key of a column, or (key of the row, key of the column)."""

OVERDUE, LATER, NOTHING, OTHERS = "overdue", "later", "none", "others"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the board is laid out; rows only where ``lanes`` is given."""

    by: By = By.STAGE
    lanes: By | None = None

    @property
    def plain(self) -> bool:
        """A column per stage, as every board begins."""
        return self == Layout()


@dataclass(frozen=True, slots=True)
class Slot:
    """One column or row. ``key`` is a stage's id or one of OVERDUE, LATER, NOTHING, OTHERS, a month, or "v" and an id.

    ``value``: what the field has, None for nothing. Months: from ``first`` up to ``before``, None for no end. OTHERS:
    every value but ``elsewhere``. ``stage`` only for columns by stage.
    """

    by: By
    key: Key
    name: str
    value: Any = None
    first: date | None = None
    before: date | None = None
    elsewhere: tuple[Any, ...] = ()
    stage: Stage | None = None

    @property
    def kind(self) -> StageKind:
        """What deals in it are: open, or won or lost in such a stage's column."""
        return self.stage.kind if self.stage is not None else StageKind.OPEN

    @property
    def colour(self) -> str:
        """Name of its colour in the theme; accents stand for nothing but stages."""
        return self.stage.colour if self.stage is not None else "muted"

    @property
    def takes(self) -> bool:
        """Whether a deal can be brought here: not into the past, nor to "others"."""
        return self.key not in (OVERDUE, OTHERS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list of cards comes from: deals in these stages that every slot takes in."""

    stage_ids: tuple[int, ...]
    slots: tuple[Slot, ...] = ()

    @classmethod
    def of_stage(cls, stage_id: int) -> Place:
        """The column of a stage."""
        return cls((stage_id,))


@dataclass(frozen=True, slots=True)
class Axis:
    """All slots of one direction; ``pipelines`` says which pipeline a stage belongs to."""

    by: By
    slots: tuple[Slot, ...]
    today: date
    pipelines: Mapping[int, int] = field(default_factory=dict)
    _known: frozenset[Key] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(slot.key for slot in self.slots))

    def key_of(self, row: Mapping[str, Any]) -> Key | None:
        """Key of the slot that a row of ``opportunity`` stands in, None when there is none."""
        return self.key_for(row[FIELD[self.by]])

    def key_for(self, value: Any) -> Key | None:
        """The same by the value of the deciding column."""
        if self.by is By.MONTH:
            key = self._month_key(value)
        elif self.by is By.STAGE:
            key = value
        else:
            key = _value_key(self.pipelines.get(value) if self.by is By.PIPELINE else value)
        if key in self._known:
            return key
        return OTHERS if OTHERS in self._known and key != NOTHING else None

    def _month_key(self, day: date | None) -> Key:
        if day is None:
            return NOTHING
        if day < self.today:
            return OVERDUE
        month = month_of(day)
        return LATER if LATER in self._known and month not in self._known else month


def _value_key(value: Any) -> Key:
    return NOTHING if value is None else f"v{value}"


def month_slots(days: Iterable[date | None], today: date) -> tuple[Slot, ...]:
    """Overdue (where there is such a deal), this month and those after it, later (the same), no date."""
    found = list(days)
    dated = [day for day in found if day is not None]
    this = month_of(today)
    last = max((month_of(day) for day in dated if day >= today), default=this)
    months = [this]
    while len(months) < MONTHS and (months[-1] < last or len(months) < FEWEST_MONTHS):
        months.append(add_months(months[-1], 1))
    end = month_start(add_months(months[-1], 1))
    slots = [Slot(By.MONTH, OVERDUE, "", before=today)] if any(day < today for day in dated) else []
    for month in months:
        first = max(today, month_start(month))
        slots.append(Slot(By.MONTH, month, month, first=first, before=month_start(add_months(month, 1))))
    if last > months[-1]:
        slots.append(Slot(By.MONTH, LATER, "", first=end))
    return (*slots, Slot(By.MONTH, NOTHING, ""))


def value_slots(
    by: By, names: Iterable[tuple[Any, str]], weights: Mapping[Any, int], shown: Iterable[Any]
) -> tuple[Slot, ...]:
    """A slot for each value with its name, in this order, then nothing and (past MOST) the others.

    Values in ``shown`` have one in any case; of the rest those that have deals (``weights``: how many), the most first.
    """
    there, wanted = dict(names), list(dict.fromkeys(shown))
    used = sorted((v for v in there if v not in wanted and weights.get(v)), key=lambda v: -weights[v])
    chosen = set((wanted + used)[:MOST])
    slots = [Slot(by, _value_key(v), name, value=v) for v, name in there.items() if v in chosen]
    if weights.get(None) or by in (By.OWNER, By.SOURCE):
        slots.append(Slot(by, NOTHING, ""))
    if len(wanted) + len(used) > MOST:
        slots.append(Slot(by, OTHERS, "", elsewhere=tuple(chosen)))
    return tuple(slots)


def same_day(day: date | None, today: date, slot: Slot) -> date | None:
    """The day of a month's column that a deal comes to: the same day of that month, its last where it is shorter, never
    before today; None for the column without a date.
    """
    if slot.first is None:
        return None
    start = slot.first.replace(day=1)
    last = month_start(add_months(month_of(start), 1)).toordinal() - start.toordinal()
    wanted = start.replace(day=min((day or slot.first).day, last))
    return max(wanted, slot.first, today)
