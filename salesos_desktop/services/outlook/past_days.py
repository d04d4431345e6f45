"""The deals of every past day in one place: read out of history once, then stepped through a day at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any

import numpy as np

from ... import storage
from ...domain.filters import NO_KEY, DealFilter, Sort
from ...domain.forecast import NO_DATE, OVERDUE, Cube, Sums
from ...domain.opportunities import Card
from ...domain.outlook import Deal, Scope
from ...domain.periods import add_months, month_start
from ...domain.rates import Rates
from ...domain.stages import Stage, StageKind
from ...storage.values import DaySums
from .. import forecast, past, zones
from ..workspace import Workspace

_DEAL = np.dtype(
    [("stage", "i8"), ("value", "i8"), ("unvalued", "i8"), ("currency", "i4"), ("day", "i4"), ("probability", "i4"),
     ("owner", "i8"), ("product", "i8"), ("source", "i8"), ("category", "i4")]
)  # fmt: skip
"""A deal in 60 bytes. Nothing is 0: no stage for one that does not count, no day, nobody. ``day`` counts as Python's ordinals,
``currency`` and ``category`` are places in lists of texts; amounts are minor units (at most money.MAX_MINOR each)."""
_COLUMN = {"owner_id": "owner", "product_id": "product", "source_id": "source"}
_ASKED = ("stage_id", "value", "currency", "expected_close", "closed_on", "probability", "owner_id", "product_id",
          "source_id", "category", "deleted_at", "hold_until")  # fmt: skip
_EPOCH = date(1970, 1, 1).toordinal()
_NOTHING = (0,) * len(_DEAL.names or ())
Mask = Any
"""A NumPy array of as many truth values as there are deals."""
_Step = tuple[Any, Any, Any]
"""Places of the deals that a day changed, what they were before it and after it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A stage's deals in order, with their sort keys, and their sums by currency."""

    ids: array[int]
    keys: array[int]
    figures: Mapping[str, Sums]


class PastDays:
    """The deals as they stood at the end of any day from ``first`` to ``last``, the one before today; ``go`` chooses it.

    A step costs as much as that day changed. What is asked of a day is worked out from all deals at once; 10,000 take
    milliseconds. For one thread at a time.
    """

    def __init__(
        self, first: date, last: date, stages: Mapping[int, Stage], rates: Rates, ids: Sequence[int], deals: Any,
        steps: list[_Step], words: Sequence[str],
    ) -> None:  # fmt: skip
        """``deals`` is how they stood at the end of ``last``, ``steps`` what each day did, the earliest (that after
        ``first``) first."""
        self.first, self.last, self.day = first, last, last
        self.stages, self.rates = stages, rates
        self.faces: dict[int, Card] = {}
        self.people: dict[int, str] = {}
        self.rows: dict[int, dict[str, Any]] | None = None
        self._ids = np.asarray(ids, dtype="i8")
        self._place = {deal_id: place for place, deal_id in enumerate(ids)}
        self._deals, self._steps, self._words = deals, steps, words

    def go(self, day: date) -> None:
        """Chooses a day; one that is not known is the nearest that is."""
        wanted = max(self.first, min(day, self.last))
        at, to = (each.toordinal() - self.first.toordinal() for each in (self.day, wanted))
        for places, before, _ in reversed(self._steps[to:at]):
            self._deals[places] = before
        for places, _, after in self._steps[at:to]:
            self._deals[places] = after
        self.day = wanted

    # Which deals --------------------------------------------------------------------------------------------------

    def of_scope(self, scope: Scope) -> Mask:
        """Whether each deal is there and belongs to somebody and something."""
        found = self._in([s.id for s in self.stages.values() if scope.pipeline_id in (None, s.pipeline_id)])
        if scope.owners is not None:
            found &= np.isin(self._deals["owner"], [each or 0 for each in scope.owners])
        for name, wanted in (("product", scope.product_id), ("source", scope.source_id)):
            if wanted is not None:
                found &= self._deals[name] == wanted
        return found

    def of_filter(self, where: DealFilter, rows: Mapping[int, dict[str, Any]] | None) -> Mask:
        """Whether each deal is there and matches. ``rows`` are those of ``opportunity`` now, which say what history does not
        keep for every day (texts, tags, own fields …); only a filter with ``words`` or a ``condition`` needs them."""
        found = self._in(list(self.stages))
        if where.owner_id is not None:
            found &= self._deals["owner"] == where.owner_id
        if where.close_from is not None:
            found &= self._deals["day"] >= where.close_from.toordinal()
        if where.close_before is not None:
            found &= (self._deals["day"] < where.close_before.toordinal()) & (self._deals["day"] > 0)
        for limit, sign in ((where.value_from, 1), (where.value_to, -1)):
            if limit is not None:
                found &= (self._deals["unvalued"] == 0) & (sign * self._deals["value"] >= sign * limit)
        if rows is not None:
            places = np.flatnonzero(found)
            blank = storage.past.no_row()
            found[places] = [where.matches(rows.get(d.id, blank) | self._as_row(d)) for d in self._each(places)]
        return found

    def of_bucket(self, bucket: str, mask: Mask) -> Mask:
        """Those of a mask that a cube of this day counts in a bucket."""
        kinds = (StageKind.OPEN,) if bucket == OVERDUE else (StageKind.OPEN, StageKind.WON)
        found = mask & self._in([stage.id for stage in self.stages.values() if stage.kind in kinds])
        day, today = self._deals["day"], self.day.toordinal()
        late = (day > 0) & (day < today) & self._in([s.id for s in self.stages.values() if s.kind is StageKind.OPEN])
        if bucket == OVERDUE:
            return found & late
        if bucket == NO_DATE:
            return found & (day == 0)
        first, after = (month_start(month).toordinal() for month in (bucket, add_months(bucket, 1)))
        return found & (day >= first) & (day < after) & ~late

    def of_stage(self, stage_id: int) -> Mask:
        """Whether each deal is in a stage."""
        return self._in([stage_id])

    def _in(self, stage_ids: Sequence[int]) -> Mask:
        return np.isin(self._deals["stage"], stage_ids)

    # What they come to --------------------------------------------------------------------------------------------

    def cube(self, scope: Scope, *, by: str = "owner_id", converted: bool = False) -> Cube:
        """The forecast of the day by a column of ``opportunity``, as ``deals.as_of`` has it."""
        cube = Cube(self.stages.values(), self.day, by=by, rates=self.rates if converted else None)
        return forecast.filled(cube, self._sums(self._bucketed(self.of_scope(scope), cube), _COLUMN[by]))

    def _bucketed(self, mask: Mask, cube: Cube) -> Any:
        """Open and won deals of a mask with one day for all that a cube counts in the same way: those of a month, and those
        that are overdue. Won ones whose rate is that of their day keep it."""
        won = [stage.id for stage in self.stages.values() if stage.kind is StageKind.WON]
        lost = [stage.id for stage in self.stages.values() if stage.kind is StageKind.LOST]
        deals = self._deals[mask & ~self._in(lost)]
        day, today, is_won = deals["day"], self.day.toordinal(), np.isin(deals["stage"], won)
        month = (day - _EPOCH).astype("M8[D]").astype("M8[M]").astype("M8[D]").astype("i8") + _EPOCH
        merged = np.where(is_won, month, np.where(day < today, today - 1, np.maximum(month, today)))
        kept = day == 0
        if cube.rates is not None:
            base = self._words.index(cube.rates.base) if cube.rates.base in self._words else -1
            kept |= is_won & (deals["currency"] != base)
        deals["day"] = np.where(kept, day, merged)
        return deals

    def _sums(self, deals: Any, by: str) -> Iterator[DaySums]:
        """Sums by stage, key, day, currency and category: whole numbers that are added up exactly."""
        names = ("stage", by, "day", "currency", "category")
        deals = deals[np.lexsort([deals[name] for name in names])]
        if not len(deals):
            return
        other = np.zeros(len(deals) - 1, dtype=bool)
        for name in names:
            other |= deals[name][1:] != deals[name][:-1]
        starts = np.concatenate(([0], np.flatnonzero(other) + 1))
        amounts = (deals["value"], deals["value"] * deals["probability"], deals["unvalued"])
        columns = [deals[name][starts].tolist() for name in names]
        columns += [np.diff(np.append(starts, len(deals))).tolist()]
        columns += [np.add.reduceat(each, starts).tolist() for each in amounts]
        for stage_id, key, day, currency, category, *sums in zip(*columns, strict=True):
            on = date.fromordinal(day) if day else None
            yield stage_id, key, on, self._words[currency], self._words[category], *sums

    def column(self, stage: Stage, mask: Mask, sort: Sort) -> Column:
        """A stage's deals of a mask: closed ones from the newest; by value where that is asked for; else by their expected
        close, for by hand there is no order of a past day."""
        places = np.flatnonzero(mask & (self._deals["stage"] == stage.id))
        deals, ids = self._deals[places], self._ids[places]
        if sort is Sort.VALUE:
            keys = np.where(deals["unvalued"] > 0, NO_KEY, -deals["value"])
        else:
            sign = 1 if stage.kind is StageKind.OPEN else -1
            keys = np.where(deals["day"] == 0, NO_KEY, sign * deals["day"].astype("i8"))
        order = np.lexsort((ids, keys))
        return Column(_whole(ids[order]), _whole(keys[order]), self._figures(deals))

    def won_between(self, mask: Mask, first: date, before: date) -> dict[str, int]:
        """Currency → value of what was won in a range of days."""
        won = self._in([stage.id for stage in self.stages.values() if stage.kind is StageKind.WON])
        day = self._deals["day"]
        found = self._deals[mask & won & (day >= first.toordinal()) & (day < before.toordinal())]
        return {currency: sums.value for currency, sums in self._figures(found).items()}

    def _figures(self, deals: Any) -> dict[str, Sums]:
        found = {}
        for code in np.unique(deals["currency"]).tolist():
            mine = deals[deals["currency"] == code]
            value, unvalued = mine["value"], mine["unvalued"]
            weighted = int((value * mine["probability"]).sum())
            found[self._words[code]] = Sums(len(mine), int(value.sum()), weighted, int(unvalued.sum()))
        return found

    # Single deals -------------------------------------------------------------------------------------------------

    def listed(self, mask: Mask, currency: str | None, limit: int) -> list[int]:
        """Ids of the deals of a mask (and a currency) by their days, those without one last."""
        if currency is not None:
            mask = mask & (self._deals["currency"] == (self._words.index(currency) if currency in self._words else -1))
        places = np.flatnonzero(mask)
        day = self._deals["day"][places]
        order = np.lexsort((self._ids[places], np.where(day == 0, NO_KEY, day.astype("i8"))))
        return [int(each) for each in self._ids[places][order][:limit]]

    def deals(self, ids: Sequence[int]) -> list[Deal]:
        """Those of some deals that counted on the day."""
        places = [self._place[deal_id] for deal_id in ids if deal_id in self._place]
        return [deal for deal in self._each(places) if deal.stage_id]

    def _each(self, places: Any) -> Iterator[Deal]:
        for deal_id, row in zip(self._ids[places].tolist(), self._deals[places].tolist(), strict=True):
            stage, value, unvalued, currency, day, probability, owner, product, source, category = row
            yield Deal(
                deal_id, stage, None if unvalued else value, self._words[currency], date.fromordinal(day) if day else None,
                probability, owner or None, product or None, source or None, self._words[category],
            )  # fmt: skip

    def _as_row(self, deal: Deal) -> dict[str, Any]:
        """What is known of a deal on the day, as columns of ``opportunity``."""
        kind = self.stages[deal.stage_id].kind
        return {
            "id": deal.id, "stage_id": deal.stage_id, "value": deal.value, "currency": deal.currency, "day": deal.day,
            "expected_close" if kind is StageKind.OPEN else "closed_on": deal.day, "probability": deal.probability,
            "owner_id": deal.owner_id, "product_id": deal.product_id, "source_id": deal.source_id,
            "category": deal.category, "deleted_at": None, "hold_until": None,
        }  # fmt: skip


def read(ws: Workspace) -> PastDays | None:
    """Every past day, out of one pass over the history; None where nothing was there before today."""
    with ws.store.read() as connection:
        began = storage.past.began(connection)
        last = ws.clock.today() - timedelta(days=1)
        first = last if began is None else min(_day_of(ws, began), last)
        if began is None or _day_of(ws, began) > last:
            return None
        stages = {stage.id: stage for stage in storage.reference.stages(connection)}
        days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
        reading = _Reading(stages)
        for place, (_, known, touched) in enumerate(
            storage.rewinding.rewind(connection, [past.end_of(ws, day) for day in days])
        ):
            reading.take(known, touched, first=place == 0)
        made = PastDays(
            first, last, stages, forecast.rates_of(ws, connection), reading.ids, reading.deals, reading.steps[::-1],
            reading.words,
        )  # fmt: skip
        made.people = {each.id: each.name for each in storage.reference.named(connection, "person")}
        return made


class _Reading:
    """Takes the days as they are rewound, the latest first."""

    def __init__(self, stages: Mapping[int, Stage]) -> None:
        self._open = {stage.id: stage.kind is StageKind.OPEN for stage in stages.values()}
        self._asked = itemgetter(*(storage.rewinding.FIELDS.index(name) for name in _ASKED))
        self._codes: dict[str, int] = {}
        self._places: dict[int, int] = {}
        self._rows: list[tuple[int, ...]] = []
        self._latest: list[tuple[int, ...]] = []
        self.steps: list[_Step] = []

    def take(self, known: Mapping[int, Any], touched: set[int] | None, *, first: bool) -> None:
        """The deals of a day, and those of them that the day after changed."""
        if first:
            for deal_id in known:
                self._places[deal_id] = len(self._rows)
                self._rows.append(self._row(known[deal_id]))
            self._latest = list(self._rows)
            return
        places, before, after = [], [], []
        for deal_id in known.keys() if touched is None else touched:
            there = known.get(deal_id)
            row = _NOTHING if there is None else self._row(there)
            place = self._places.setdefault(deal_id, len(self._rows))
            if place == len(self._rows):
                self._rows.append(_NOTHING)
                self._latest.append(_NOTHING)
            if row != self._rows[place]:
                places.append(place)
                before.append(row)
                after.append(self._rows[place])
                self._rows[place] = row
        self.steps.append(
            (np.array(places, dtype="i8"), np.array(before, dtype=_DEAL), np.array(after, dtype=_DEAL))
        )  # fmt: skip

    def _row(self, known: Any) -> tuple[int, ...]:
        """A deal as _DEAL has it; one in the bin, on hold or in a stage that is no more is not there."""
        stage_id, value, currency, close, closed, percent, owner, product, source, said, gone, held = self._asked(known)
        is_open = self._open.get(stage_id)
        if is_open is None or gone or held is not None:
            return _NOTHING
        day = close if is_open else closed
        return (
            stage_id, value or 0, int(value is None), self._codes.setdefault(currency, len(self._codes)),
            0 if day is None else day.toordinal(), percent or 0, owner or 0, product or 0, source or 0,
            self._codes.setdefault(said, len(self._codes)),
        )  # fmt: skip

    @property
    def ids(self) -> list[int]:
        """The deals that were there on some day, by their places."""
        return list(self._places)

    @property
    def deals(self) -> Any:
        """How they stood at the end of the latest day."""
        return np.array(self._latest, dtype=_DEAL)

    @property
    def words(self) -> list[str]:
        """Currencies and categories, by their places."""
        return list(self._codes) or [""]


def _day_of(ws: Workspace, moment: datetime) -> date:
    return moment.astimezone(UTC).astimezone(zones.own(ws)).date()


def _whole(numbers: Any) -> array[int]:
    found = array("q")
    found.frombytes(np.ascontiguousarray(numbers, dtype="i8").tobytes())
    return found
