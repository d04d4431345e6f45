"""Many deals at once: a column is one NumPy array with a place a deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from ...domain.outlook import Deal, Scope
from ...domain.rates import SCALE, Rates
from ...domain.stages import Category, Stage, StageKind
from ...domain.waterfall import Look
from ...storage.joined import NOTHING
from ...storage.values import DaySums

Ints = Any
"""A NumPy array of 64-bit whole numbers."""
Mask = Any
"""A NumPy array of truths."""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Deals (domain/outlook.py) in order of their ids, every field an array of whole numbers: ``day`` counts from the year 1;
    ``currency`` and ``category`` are places in ``texts``. 0 stands for no owner, product, source and day."""

    id: Ints
    stage_id: Ints
    value: Ints
    currency: Ints
    day: Ints
    probability: Ints
    owner_id: Ints
    product_id: Ints
    source_id: Ints
    category: Ints
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.id)

    def take(self, places: Any) -> Columns:
        """Those of a mask or of some places."""
        return made((getattr(self, name)[places] for name in NAMES), self.texts)

    def deals(self) -> list[Deal]:
        """The same one by one: dear where they are many."""
        columns = [getattr(self, name).tolist() for name in NAMES]
        value, day = NAMES.index("value"), NAMES.index("day")
        columns[value] = [None if each == NOTHING else each for each in columns[value]]
        columns[day] = [date.fromordinal(each) if each else None for each in columns[day]]
        for place, name in enumerate(NAMES):
            if name in ("owner_id", "product_id", "source_id"):
                columns[place] = [each or None for each in columns[place]]
            elif name in ("currency", "category"):
                columns[place] = [self.texts[each] for each in columns[place]]
        return [Deal(*each) for each in zip(*columns, strict=True)]

    def amounts(self) -> Ints:
        """Values with 0 for none."""
        return np.where(self.value == NOTHING, 0, self.value)

    def of_kind(self, stages: Mapping[int, Stage], kind: StageKind) -> Mask:
        """Which are in a stage of a kind."""
        return np.isin(self.stage_id, [stage.id for stage in stages.values() if stage.kind is kind])

    def counted(self, stages: Mapping[int, Stage]) -> Mask:
        """Which are open and in the forecast (domain.outlook.counts_in_forecast)."""
        said = np.array([text != Category.OMITTED for text in self.texts], bool)[self.category]
        own = np.array([text != "" for text in self.texts], bool)[self.category]
        stays = [stage.id for stage in stages.values() if stage.category != Category.OMITTED]
        return self.of_kind(stages, StageKind.OPEN) & np.where(own, said, np.isin(self.stage_id, stays))

    def taken(self, scope: Scope, stages: Mapping[int, Stage]) -> Mask:
        """Which belong to a scope (Scope.takes)."""
        found = np.ones(len(self), bool)
        if scope.owners is not None:
            found &= np.isin(self.owner_id, [owner or 0 for owner in scope.owners])
        if scope.pipeline_id is not None:
            found &= np.isin(self.stage_id, [s.id for s in stages.values() if s.pipeline_id == scope.pipeline_id])
        for wanted, column in ((scope.product_id, self.product_id), (scope.source_id, self.source_id)):
            if wanted is not None:
                found &= column == wanted
        return found

    def rate_days(self, stages: Mapping[int, Stage], day: date) -> Ints:
        """The day whose rate goes for each: its own of one that is closed, ``day`` of others."""
        open_ = self.of_kind(stages, StageKind.OPEN)
        return np.where(open_ | (self.day == 0), day.toordinal(), self.day)

    def foreign(self, rates: Rates) -> Ints:
        """Places of those in another currency than the base of ``rates``."""
        base = self.texts.index(rates.base) if rates.base in self.texts else -1
        return np.flatnonzero(self.currency != base)

    def factors(self, rates: Rates, days: Ints) -> list[int | None]:
        """Factor (domain/rates.py) of each one's currency on a day each, None without a rate."""
        asked = list(zip(self.currency.tolist(), days.tolist(), strict=True))
        known = {each: rates.factor(self.texts[each[0]], date.fromordinal(each[1])) for each in set(asked)}
        return [known[each] for each in asked]

    def in_base(self, rates: Rates, days: Ints) -> tuple[Ints, Mask]:
        """Values in minor units of the base at the rate of a day each, rounded half up, 0 without value or rate; and which
        have a rate."""
        found, known, places = self.amounts(), np.ones(len(self), bool), self.foreign(rates)
        factors = self.take(places).factors(rates, days[places])
        known[places] = [factor is not None for factor in factors]
        found[places] = [
            (value * (factor or 0) + SCALE // 2) // SCALE
            for value, factor in zip(found[places].tolist(), factors, strict=True)
        ]
        return found, known

    def sums(
        self, stages: Mapping[int, Stage], by: str, chances: Mapping[int, float] | None = None
    ) -> Iterator[DaySums]:
        """Sums by stage, ``by``, day, currency and category; ``chances`` as services.outlook.deals.as_of has them."""
        amount = self.amounts()
        weighted = amount * self.probability
        if chances is not None:
            learnt = by_stage({stage: round(chances.get(stage, 1.0), 6) for stage in stages}, self.stage_id)
            as_set = self.probability == by_stage({s.id: s.probability for s in stages.values()}, self.stage_id)
            weighted = np.where(as_set, np.rint(amount * 100 * learnt).astype(np.int64), weighted)
        keys = [self.stage_id, getattr(self, by), self.day, self.currency, self.category]
        first, group = groups(*keys)
        summed = summed_by(group, len(first), np.ones_like(amount), amount, weighted, self.value == NOTHING)
        stage, key, day, currency, category = (each[first].tolist() for each in keys)
        days = [date.fromordinal(each) if each else None for each in day]
        named = ([self.texts[each] for each in column] for column in (currency, category))
        return zip(stage, key, days, *named, *summed, strict=True)


NAMES = tuple(field.name for field in fields(Columns) if field.name != "texts")
"""The columns in the order of a Deal's fields."""


def made(columns: Iterable[Ints], texts: Sequence[str]) -> Columns:
    """The columns NAMES in their order, and the texts in them."""
    return Columns(**dict(zip(NAMES, columns, strict=True)), texts=texts)


def of_deals(found: Iterable[Deal]) -> Columns:
    """Deals that were given one by one."""
    texts: dict[str, int] = {"": 0}
    rows = []
    for deal in found:
        day = deal.day.toordinal() if deal.day else 0
        currency, category = (texts.setdefault(text, len(texts)) for text in (deal.currency, deal.category))
        rows.append((
            deal.id, deal.stage_id, NOTHING if deal.value is None else deal.value, currency, day, deal.probability,
            deal.owner_id or 0, deal.product_id or 0, deal.source_id or 0, category,
        ))  # fmt: skip
    return made(np.array(rows, np.int64).reshape(-1, len(NAMES)).T, tuple(texts))


def groups(*keys: Ints) -> tuple[Ints, Ints]:
    """(place of the first of each group of places that are alike in all keys, number of the group of each place)."""
    order = np.lexsort(keys)
    begins = np.ones(len(order), bool)
    begins[1:] = False
    for key in keys:
        begins[1:] |= np.diff(key[order]) != 0
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(begins) - 1
    return order[begins], group


def summed_by(group: Ints, number: int, *columns: Ints) -> list[list[int]]:
    """Sums of each group of places, a list a column, exact however large: their halves of 32 bits are added up each for
    itself. ``number`` of groups, none of which is empty."""
    if not number:
        return [[] for _ in columns]
    order = np.argsort(group, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(group, minlength=number))[:-1]))
    found = []
    for column in columns:
        listed = column[order].astype(np.int64)
        high, low = (np.add.reduceat(half, starts).tolist() for half in (listed >> 32, listed & 0xFFFFFFFF))
        found.append([(more << 32) + rest for more, rest in zip(high, low, strict=True)])
    return found


def parted(old: Columns, new: Columns, rates: Rates, stages: Mapping[int, Stage], days: tuple[date, date]) -> tuple[
    Columns, Columns, Columns
]:  # fmt: skip
    """Deals of two days, with the texts in the same places: those of the first and of the second that are not the same in
    both or whose currency is not worth the same, and those that are the same."""
    _, places, others = np.intersect1d(old.id, new.id, assume_unique=True, return_indices=True)
    alike = np.ones(len(places), bool)
    for name in NAMES:
        alike &= getattr(old, name)[places] == getattr(new, name)[others]
    places, others = places[alike], others[alike]
    same = new.take(others)
    foreign = same.foreign(rates)
    then, now = (same.take(foreign).factors(rates, same.rate_days(stages, day)[foreign]) for day in days)
    steady = np.ones(len(same), bool)
    steady[foreign] = [a == b for a, b in zip(then, now, strict=True)]
    first, second = np.ones(len(old), bool), np.ones(len(new), bool)
    first[places[steady]] = second[others[steady]] = False
    return old.take(first), new.take(second), same.take(steady)


def expected(found: Columns, look: Look, rates: Rates, day: date) -> int:
    """What deals count together in a look (domain/waterfall.py), in parts of a minor unit times a hundred."""
    mine = found.take(found.taken(look.scope, look.stages))
    percent = np.where(mine.counted(look.stages), mine.probability, 0)
    percent[mine.of_kind(look.stages, StageKind.WON)] = 100
    if look.period is not None:
        percent[(mine.day < look.period.first.toordinal()) | (mine.day >= look.period.after.toordinal())] = 0
    days = mine.rate_days(look.stages, day)
    first, group = groups(mine.currency, days)
    factors = mine.take(first).factors(rates, days[first])
    (amounts,) = summed_by(group, len(first), mine.amounts() * percent)
    return sum(amount * (factor or 0) for amount, factor in zip(amounts, factors, strict=True))


def by_stage(known: Mapping[int, float], stage_ids: Ints) -> Any:
    """What is known of each one's stage, an array of floats; 0 for a stage of which nothing is."""
    alike, group = np.unique(stage_ids, return_inverse=True)
    return np.array([known.get(stage_id, 0.0) for stage_id in alike.tolist()], float)[group]


def months(days: Ints) -> Ints:
    """Months from the year 0 on of days that count from the year 1 (0 for no day: any)."""
    since = days.astype("datetime64[D]") - np.timedelta64(_EPOCH, "D")
    return since.astype("datetime64[M]").astype(np.int64) + 1970 * 12 + 1


def numbers(joined: str) -> Ints:
    """Whole numbers joined by commas."""
    return np.fromstring(joined, np.int64, sep=",") if joined else np.zeros(0, np.int64)
