"""The columns of all deals as they are now and as they stood at past moments: what is known of each is taken back by its
history, a page of entries at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from ... import storage
from ...domain.stages import Stage, StageKind
from ...storage.joined import CREATED, NOTHING, REMOVED, Entries
from ...storage.rewinding import DAYS, FIELDS, WHOLE
from .columns import NAMES, Columns, Ints, made, numbers

_AT = {name: place for place, name in enumerate(FIELDS)}
_THERE = len(FIELDS)
_KINDS = {**_AT, CREATED: _THERE, REMOVED: _THERE + 1}


def current(connection: Any, stages: Mapping[int, Stage], first: date, after: date) -> Columns:
    """Open deals as they are now, and those closed from a day to before another."""
    opened = [stage.id for stage in stages.values() if stage.kind is StageKind.OPEN]
    return _Table(storage.joined.now_of(connection, opened, first, after)).counting(stages)


def rewound(
    connection: Any, stages: Mapping[int, Stage], moments: Sequence[datetime]
) -> Iterator[tuple[datetime, int, Columns]]:
    """(moment, the last entry of history before it, deals that counted at it: in no bin, not on hold, in a stage that still
    exists) for each moment, the latest first."""
    waiting = [(storage.history_order.last_before(connection, each), each) for each in sorted(set(moments), reverse=True)]
    table = _Table(storage.joined.now(connection))
    pages = storage.joined.entries(connection, waiting[-1][0]) if waiting else iter(())
    page = _Page.of(next(pages, None))
    for entry, moment in waiting:
        while page is not None:
            cut = int(np.searchsorted(-page.ids, -entry))
            table.take_back(page, slice(0, cut))
            page = page.rest(cut)
            if page is not None:
                break
            page = _Page.of(next(pages, None))
        yield moment, entry, table.counting(stages)


@dataclass(frozen=True, slots=True)
class _Page:
    """Entries of history, the newest first."""

    ids: Ints
    deals: Ints
    fields: Any
    before: Any

    @classmethod
    def of(cls, found: Entries | None) -> _Page | None:
        if found is None:
            return None
        ids = numbers(found.ids)
        order = np.argsort(-ids, kind="stable")
        fields = np.fromiter(map(_KINDS.__getitem__, found.fields), np.int64, len(ids))
        return cls(ids[order], numbers(found.deals)[order], fields[order], np.array(found.before, object)[order])

    def rest(self, start: int) -> _Page | None:
        if start >= len(self.ids):
            return None
        return _Page(self.ids[start:], self.deals[start:], self.fields[start:], self.before[start:])


class _Table:
    """What is known of every deal, field by field, and whether it is there."""

    def __init__(self, joined: Sequence[str]) -> None:
        self._texts: dict[str, int] = {"": 0}
        self._days: dict[str, int] = {"": 0}
        ids = numbers(joined[0])
        order = np.argsort(ids, kind="stable")
        columns = [
            numbers(text) if name in WHOLE else self._read(name, text.split(",") if len(ids) else ())
            for name, text in zip(FIELDS, joined[1:], strict=True)
        ]
        self._ids = ids[order]
        self._known = np.array([*columns, np.ones(len(ids), np.int64)])[:, order]

    def counting(self, stages: Mapping[int, Stage]) -> Columns:
        """Deals that are there and count, each with the day that goes for its stage."""
        at = {name: self._known[place] for name, place in _AT.items()}
        open_ = np.isin(at["stage_id"], [stage.id for stage in stages.values() if stage.kind is StageKind.OPEN])
        mask = (self._known[_THERE] == 1) & (at["deleted_at"] == 0) & (at["hold_until"] == 0)
        mask &= np.isin(at["stage_id"], list(stages))
        at["day"] = np.where(open_, at["expected_close"], at["closed_on"])
        return made((self._ids[mask], *(at[name][mask] for name in NAMES[1:])), tuple(self._texts))

    def take_back(self, page: _Page, part: slice) -> None:
        """Undoes entries, the newest first: of several of one field the oldest is the last word."""
        deals, fields, before = page.deals[part], page.fields[part], page.before[part]
        if (fields > _THERE).any():
            deals, fields, before = self._spread(deals, fields, before)
        places = np.searchsorted(self._ids, deals)
        places = np.where(places < len(self._ids), places, 0)
        there = self._ids[places] == deals if len(self._ids) else np.zeros(len(deals), bool)
        for field in np.unique(fields[there]).tolist():
            chosen = there & (fields == field)
            texts = before[chosen].tolist()
            self._known[field, places[chosen]] = (
                self._read(FIELDS[field], texts) if field < _THERE else [text == 1 for text in texts]
            )

    def _spread(self, deals: Ints, fields: Ints, before: Any) -> tuple[Ints, Ints, Any]:
        """Entries of deals that were deleted for good as one a field, and room for those deals."""
        rows: list[tuple[int, int, Any]] = []
        for deal, field, text in zip(deals.tolist(), fields.tolist(), before.tolist(), strict=True):
            if field <= _THERE:
                rows.append((deal, field, text))
                continue
            was = json.loads(text or "{}")
            rows += [(deal, place, _written(was.get(name))) for name, place in _AT.items()]
            rows.append((deal, _THERE, 1))
        fresh = np.setdiff1d(deals[fields > _THERE], self._ids)
        spots = np.searchsorted(self._ids, fresh)
        self._ids = np.insert(self._ids, spots, fresh)
        self._known = np.insert(self._known, spots, 0, axis=1)
        found = list(zip(*rows, strict=True))
        texts = np.empty(len(rows), object)
        texts[:] = found[2]
        return np.array(found[0], np.int64), np.array(found[1], np.int64), texts

    def _read(self, name: str, texts: Sequence[str]) -> Ints:
        """A field as history writes it in whole numbers."""
        if name in WHOLE:
            nothing = str(NOTHING) if name == "value" else "0"
            return numbers(",".join([text or nothing for text in texts]))
        if name == "deleted_at":
            return np.fromiter(map(bool, texts), np.int64, len(texts))
        fresh = sorted(set(texts).difference(self._days if name in DAYS else self._texts))
        if name in DAYS:
            self._days.update((text, date.fromisoformat(text).toordinal()) for text in fresh)
        else:
            self._texts.update((text, place) for place, text in enumerate(fresh, len(self._texts)))
        found = self._days if name in DAYS else self._texts
        return np.fromiter(map(found.__getitem__, texts), np.int64, len(texts))


def _written(value: Any) -> str:
    """A value of a row's JSON as history writes it."""
    return "" if value is None else str(value)
