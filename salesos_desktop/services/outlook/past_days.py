"""The deals of every past day: read out of history once, then stepped through a day at a time."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from ... import storage
from ...domain.filters import NO_KEY, DealFilter, Sort
from ...domain.forecast import NO_DATE, OVERDUE, Cube, Sums
from ...domain.outlook import Deal, Scope
from ...domain.periods import add_months, month_start
from ...domain.rates import Rates
from ...domain.stages import Stage, StageKind
from ...storage.joined import NOTHING
from .. import forecast, past, zones
from ..workspace import Workspace
from .columns import Columns, Mask, groups, summed_by
from .rewound import Steps

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Column:
    """A stage's deals in order, with their sort keys, and their sums by currency."""

    ids: array[int]
    keys: array[int]
    figures: Mapping[str, Sums]


@dataclass(frozen=True, slots=True)
class History:
    """The deals at the end of each day from ``first`` to ``last``, the one before today; ``steps`` has the last day first."""

    first: date
    last: date
    steps: Steps


class PastDays:
    """What a history says with the stages, rates and names of now, of one day at a time: ``go`` chooses it.

    What is asked of a day is worked out from all deals at once; 10,000 take milliseconds. A mask says of each deal that is
    there on the day whether it is meant. For one thread at a time.
    """

    def __init__(self, history: History, stages: Mapping[int, Stage], rates: Rates, people: Mapping[int, str]) -> None:
        self.first, self.last, self.day = history.first, history.last, history.last
        self.stages, self.rates, self.people = stages, rates, people
        self._steps = history.steps
        self.go(self.last)

    def go(self, day: date) -> None:
        """Chooses a day; one that is not known is the nearest that is."""
        self.day = max(self.first, min(day, self.last))
        self._steps.go((self.last - self.day).days)
        self._found: Columns = self._steps.counting(self.stages)

    # Which deals --------------------------------------------------------------------------------------------------

    def of_scope(self, scope: Scope) -> Mask:
        """Which deals belong to somebody and something."""
        return self._found.taken(scope, self.stages)

    def of_filter(self, where: DealFilter, rows: Mapping[int, dict[str, Any]] | None) -> Mask:
        """Which deals match. ``rows`` are those of ``opportunity`` now, which say what history does not keep for every day
        (texts, tags, own fields …); only a filter with ``words`` or a ``condition`` needs them."""
        deals = self._found
        found = np.ones(len(deals), bool)
        if where.owner_id is not None:
            found &= deals.owner_id == where.owner_id
        if where.close_from is not None:
            found &= deals.day >= where.close_from.toordinal()
        if where.close_before is not None:
            found &= (deals.day < where.close_before.toordinal()) & (deals.day > 0)
        for limit, sign in ((where.value_from, 1), (where.value_to, -1)):
            if limit is not None:
                found &= (deals.value != NOTHING) & (sign * deals.value >= sign * limit)
        if rows is not None:
            blank = storage.past.no_row()
            chosen = deals.take(found).deals()
            found[found] = [where.matches(rows.get(deal.id, blank) | self._as_row(deal)) for deal in chosen]
        return found

    def of_bucket(self, bucket: str, mask: Mask) -> Mask:
        """Those of a mask that a cube of this day counts in a bucket."""
        is_open, is_won = (self._found.of_kind(self.stages, kind) for kind in (StageKind.OPEN, StageKind.WON))
        day = self._found.day
        late = is_open & (day > 0) & (day < self.day.toordinal())
        if bucket == OVERDUE:
            return mask & late
        found = mask & (is_open | is_won)
        if bucket == NO_DATE:
            return found & (day == 0)
        first, after = (month_start(month).toordinal() for month in (bucket, add_months(bucket, 1)))
        return found & (day >= first) & (day < after) & ~late

    def of_stage(self, stage_id: int) -> Mask:
        """Which deals are in a stage."""
        return self._found.stage_id == stage_id

    # What they come to --------------------------------------------------------------------------------------------

    def cube(self, scope: Scope, *, by: str = "owner_id", converted: bool = False) -> Cube:
        """The forecast of the day by a column of ``opportunity``, as ``deals.as_of`` has it."""
        cube = Cube(self.stages.values(), self.day, by=by, rates=self.rates if converted else None)
        return forecast.filled(cube, self._bucketed(self.of_scope(scope), cube).sums(self.stages, by))

    def _bucketed(self, mask: Mask, cube: Cube) -> Columns:
        """Open and won deals of a mask with one day for all that a cube counts in the same way: those of a month, and those
        that are overdue. Won ones whose rate is that of their day keep it."""
        deals = self._found.take(mask & ~self._found.of_kind(self.stages, StageKind.LOST))
        day, today, is_won = deals.day, self.day.toordinal(), deals.of_kind(self.stages, StageKind.WON)
        month = (day - _EPOCH).astype("M8[D]").astype("M8[M]").astype("M8[D]").astype(np.int64) + _EPOCH
        merged = np.where(is_won, month, np.where(day < today, today - 1, np.maximum(month, today)))
        kept = day == 0
        if cube.rates is not None:
            foreign = deals.foreign(cube.rates)
            kept[foreign] |= is_won[foreign]
        return replace(deals, day=np.where(kept, day, merged))

    def column(self, stage: Stage, mask: Mask, sort: Sort) -> Column:
        """A stage's deals of a mask: closed ones from the newest; by value where that is asked for; else by their expected
        close, for by hand there is no order of a past day."""
        deals = self._found.take(mask & (self._found.stage_id == stage.id))
        if sort is Sort.VALUE:
            keys = np.where(deals.value == NOTHING, NO_KEY, -deals.value)
        else:
            sign = 1 if stage.kind is StageKind.OPEN else -1
            keys = np.where(deals.day == 0, NO_KEY, sign * deals.day)
        order = np.lexsort((deals.id, keys))
        return Column(_whole(deals.id[order]), _whole(keys[order]), _figures(deals))

    def won_between(self, mask: Mask, first: date, before: date) -> dict[str, int]:
        """Currency → value of what was won in a range of days."""
        day = self._found.day
        mask = mask & self._found.of_kind(self.stages, StageKind.WON)
        found = self._found.take(mask & (day >= first.toordinal()) & (day < before.toordinal()))
        return {currency: sums.value for currency, sums in _figures(found).items()}

    # Single deals -------------------------------------------------------------------------------------------------

    def listed(self, mask: Mask, currency: str | None, limit: int) -> list[int]:
        """Ids of the deals of a mask (and a currency) by their days, those without one last."""
        found = self._found.take(mask)
        if currency is not None:
            texts = found.texts
            found = found.take(found.currency == (texts.index(currency) if currency in texts else -1))
        order = np.lexsort((found.id, np.where(found.day == 0, NO_KEY, found.day)))
        ids: list[int] = found.id[order][:limit].tolist()
        return ids

    def deals(self, ids: Sequence[int]) -> list[Deal]:
        """Those of some deals that counted on the day."""
        wanted = np.array(ids, np.int64)
        wanted = wanted[np.isin(wanted, self._found.id)]
        return self._found.take(np.searchsorted(self._found.id, wanted)).deals()

    def _as_row(self, deal: Deal) -> dict[str, Any]:
        """What is known of a deal on the day, as columns of ``opportunity``."""
        kind = self.stages[deal.stage_id].kind
        return {
            "id": deal.id, "stage_id": deal.stage_id, "value": deal.value, "currency": deal.currency, "day": deal.day,
            "expected_close" if kind is StageKind.OPEN else "closed_on": deal.day, "probability": deal.probability,
            "owner_id": deal.owner_id, "product_id": deal.product_id, "source_id": deal.source_id,
            "category": deal.category, "deleted_at": None, "hold_until": None,
        }  # fmt: skip


def read(ws: Workspace) -> History | None:
    """Every past day, out of one pass over the history; None where nothing was there before today."""
    with ws.store.read() as connection:
        began = storage.past.began(connection)
        last = ws.clock.today() - timedelta(days=1)
        if began is None or _day_of(ws, began) > last:
            return None
        first = _day_of(ws, began)
        days = (last - timedelta(days=n) for n in range((last - first).days + 1))
        return History(first, last, Steps(connection, [past.end_of(ws, day) for day in days]))


def days_of(ws: Workspace, history: History) -> PastDays:
    """A history with the stages, rates and names of now."""
    with ws.store.read() as connection:
        stages = {stage.id: stage for stage in storage.reference.stages(connection)}
        people = {each.id: each.name for each in storage.reference.named(connection, "person")}
        return PastDays(history, stages, forecast.rates_of(ws, connection), people)


def _figures(deals: Columns) -> dict[str, Sums]:
    """Sums by currency."""
    first, group = groups(deals.currency)
    amount = deals.amounts()
    sums = summed_by(
        group, len(first), np.ones_like(amount), amount, amount * deals.probability, deals.value == NOTHING
    )
    named = [deals.texts[code] for code in deals.currency[first].tolist()]
    return {currency: Sums(*each) for currency, *each in zip(named, *sums, strict=True)}


def _day_of(ws: Workspace, moment: datetime) -> date:
    return moment.astimezone(UTC).astimezone(zones.own(ws)).date()


def _whole(numbers: Any) -> array[int]:
    found = array("q")
    found.frombytes(np.ascontiguousarray(numbers, dtype="i8").tobytes())
    return found
