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
from ...storage.history_order import DAYS, FIELDS, WHOLE
from ...storage.joined import CREATED, NOTHING, REMOVED, Entries
from .columns import NAMES, Columns, Ints, made, numbers

_AT = {name: place for place, name in enumerate(FIELDS)}
_THERE = len(FIELDS)
_KINDS = {**_AT, CREATED: _THERE, REMOVED: _THERE + 1}
_WIDTH = len(FIELDS) + 1
_WHOLE, _DATED = WHOLE | {"id"}, DAYS | {"day"}


def current(connection: Any, stages: Mapping[int, Stage], first: date, after: date) -> Columns:
    """Open deals as they are now, and those closed from a day to before another."""
    opened = [stage.id for stage in stages.values() if stage.kind is StageKind.OPEN]
    reading = _Reading()
    columns = reading.columns(NAMES, storage.joined.counting(connection, opened, first, after))
    mask = np.isin(columns[NAMES.index("stage_id")], list(stages))
    order = np.argsort(columns[0][mask], kind="stable")
    return made((column[mask][order] for column in columns), tuple(reading.texts))


def rewound(
    connection: Any, stages: Mapping[int, Stage], moments: Sequence[datetime]
) -> Iterator[tuple[datetime, int, Columns]]:
    """(moment, the last entry of history before it, deals that counted at it: in no bin, not on hold, in a stage that still
    exists) for each moment, the latest first."""
    table = _Table(storage.joined.now(connection))
    latest_first = sorted(set(moments), reverse=True)
    entries = [storage.history_order.last_before(connection, each) for each in latest_first]
    pages = _Pages(connection, table, entries[-1] if entries else 0)
    for moment, entry in zip(latest_first, entries, strict=True):
        for page in pages.since(entry):
            table.take_back(page)
        yield moment, entry, table.counting(stages)


class Steps:
    """The deals at any of some moments, the latest first; ``at`` is the one they stand at. A step costs as much as happened
    between two moments. For one thread at a time."""

    def __init__(self, connection: Any, moments: Sequence[datetime]) -> None:
        """``moments``: the latest first, at least one."""
        self._table = table = _Table(storage.joined.now(connection))
        entries = [storage.history_order.last_before(connection, each) for each in moments]
        pages = _Pages(connection, table, entries[-1])
        for page in pages.since(entries[0]):
            table.take_back(page)
        changed = [[table.taken_back(page) for page in pages.since(entry)] for entry in entries[1:]]
        # Where a cell lies is known once every deal that was deleted for good has its place.
        self._changed = [[(table.places(cells), was) for cells, was in step] for step in changed]
        self.at = len(self._changed)

    def go(self, to: int) -> None:
        """Stands at another moment."""
        for step in self._changed[self.at : to]:
            for places, others in step:
                self._table.swap(places, others)
        for step in reversed(self._changed[to : self.at]):
            for places, others in reversed(step):
                self._table.swap(places, others)
        self.at = to

    def counting(self, stages: Mapping[int, Stage]) -> Columns:
        """The deals that count at the moment, as ``rewound`` has them."""
        return self._table.counting(stages)


@dataclass(frozen=True, slots=True)
class _Page:
    """Entries of history, the newest first: what a field of a deal, or whether it is there (_THERE), was before."""

    ids: Ints
    deals: Ints
    fields: Ints
    before: Ints

    def part(self, start: int, end: int | None = None) -> _Page:
        part = slice(start, end)
        return _Page(self.ids[part], self.deals[part], self.fields[part], self.before[part])


class _Pages:
    """The history of deals after an entry, the newest pages first; each is read when it is come to."""

    def __init__(self, connection: Any, table: _Table, after: int) -> None:
        self._coming = map(table.page, storage.joined.entries(connection, after))
        self._page = next(self._coming, None)

    def since(self, entry: int) -> Iterator[_Page]:
        """What is after an entry and was not given yet."""
        while self._page is not None:
            cut = int(np.searchsorted(-self._page.ids, -entry))
            if cut:
                yield self._page.part(0, cut)
                self._page = self._page.part(cut)
            if len(self._page.ids):
                return
            self._page = next(self._coming, None)


class _Table:
    """What is known of every deal, field by field, and whether it is there."""

    def __init__(self, joined: Sequence[str]) -> None:
        self._reading = _Reading()
        ids, *columns = self._reading.columns(("id", *FIELDS), joined)
        order = np.argsort(ids, kind="stable")
        self._ids = ids[order]
        self._known = np.ascontiguousarray(np.array([*columns, np.ones(len(ids), np.int64)])[:, order])

    def counting(self, stages: Mapping[int, Stage]) -> Columns:
        """Deals that are there and count, each with the day that goes for its stage."""
        at = {name: self._known[place] for name, place in _AT.items()}
        open_ = np.isin(at["stage_id"], [stage.id for stage in stages.values() if stage.kind is StageKind.OPEN])
        mask = (self._known[_THERE] == 1) & (at["deleted_at"] == 0) & (at["hold_until"] == 0)
        mask &= np.isin(at["stage_id"], list(stages))
        at["day"] = np.where(open_, at["expected_close"], at["closed_on"])
        return made((self._ids[mask], *(at[name][mask] for name in NAMES[1:])), tuple(self._reading.texts))

    def page(self, found: Entries) -> _Page:
        """Entries of history in whole numbers, those of deals that nothing is known of left out. Makes room for deals that were
        deleted for good."""
        ids = numbers(found.ids)
        order = np.argsort(-ids, kind="stable")
        fields = np.fromiter(map(_KINDS.__getitem__, found.fields), np.int64, len(ids))[order]
        ids, deals, texts = ids[order], numbers(found.deals)[order], np.array(found.before, object)[order]
        if (fields > _THERE).any():
            ids, deals, fields, texts = self._spread(ids, deals, fields, texts)
        before = np.empty(len(ids), np.int64)
        for field in np.unique(fields).tolist():
            chosen = fields == field
            mine = texts[chosen].tolist()
            before[chosen] = self._reading.read(FIELDS[field], mine) if field < _THERE else [text == 1 for text in mine]
        known = np.isin(deals, self._ids)
        return _Page(ids[known], deals[known], fields[known], before[known])

    def take_back(self, page: _Page) -> None:
        """Undoes entries: of several of one field the oldest, which comes last, is the last word."""
        self._known[page.fields, np.searchsorted(self._ids, page.deals)] = page.before

    def taken_back(self, page: _Page) -> tuple[Ints, Ints]:
        """The same. Gives the cells that were touched, each by its deal and field in one number, and what was in them."""
        cells = np.unique(page.deals * _WIDTH + page.fields)
        was = self._known.take(self.places(cells))
        self.take_back(page)
        return cells, was

    def places(self, cells: Ints) -> Ints:
        """Where cells of ``taken_back`` lie, as long as there is no page with further deals."""
        deals, fields = np.divmod(cells, _WIDTH)
        return fields * len(self._ids) + np.searchsorted(self._ids, deals)

    def swap(self, places: Ints, others: Ints) -> None:
        """Puts other values in some places, and what was there in their stead."""
        was = self._known.take(places)
        self._known.put(places, others)
        others[:] = was

    def _spread(self, ids: Ints, deals: Ints, fields: Ints, texts: Any) -> tuple[Ints, Ints, Ints, Any]:
        """Entries of deals that were deleted for good as one a field, and room for those deals."""
        rows: list[tuple[int, int, int, Any]] = []
        for entry, deal, field, text in zip(ids.tolist(), deals.tolist(), fields.tolist(), texts.tolist(), strict=True):
            if field <= _THERE:
                rows.append((entry, deal, field, text))
                continue
            was = json.loads(text or "{}")
            rows += [(entry, deal, place, _written(was.get(name))) for name, place in _AT.items()]
            rows.append((entry, deal, _THERE, 1))
        fresh = np.setdiff1d(deals[fields > _THERE], self._ids)
        spots = np.searchsorted(self._ids, fresh)
        self._ids = np.insert(self._ids, spots, fresh)
        self._known = np.ascontiguousarray(np.insert(self._known, spots, 0, axis=1))
        entries, whose, what, spread = zip(*rows, strict=True)
        written = np.empty(len(rows), object)
        written[:] = spread
        return np.array(entries, np.int64), np.array(whose, np.int64), np.array(what, np.int64), written


class _Reading:
    """Reads fields as history writes them in whole numbers; ``texts`` that were read stand for their places."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {"": 0}
        self._days: dict[str, int] = {"": 0}

    def columns(self, names: Sequence[str], joined: Sequence[str]) -> list[Ints]:
        """Columns of deals as storage/joined.py gives them, the first of which is their ids."""
        there = bool(joined[0])
        return [
            numbers(text) if name in _WHOLE else self.read(name, text.split(",") if there else ())
            for name, text in zip(names, joined, strict=True)
        ]

    def read(self, name: str, texts: Sequence[str]) -> Ints:
        """A field of some deals or entries."""
        if name in WHOLE:
            nothing = str(NOTHING) if name == "value" else "0"
            return numbers(",".join([text or nothing for text in texts]))
        if name == "deleted_at":
            return np.fromiter(map(bool, texts), np.int64, len(texts))
        dated = name in _DATED
        fresh = sorted(set(texts).difference(self._days if dated else self.texts))
        if dated:
            self._days.update((text, date.fromisoformat(text).toordinal()) for text in fresh)
        else:
            self.texts.update((text, place) for place, text in enumerate(fresh, len(self.texts)))
        found = self._days if dated else self.texts
        return np.fromiter(map(found.__getitem__, texts), np.int64, len(texts))


def _written(value: Any) -> str:
    """A value of a row's JSON as history writes it."""
    return "" if value is None else str(value)
