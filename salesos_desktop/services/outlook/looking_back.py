"""Board and forecast as they stood at the end of a past day, for who goes from day to day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from ... import storage
from ...domain.changes import ChangeSet
from ...domain.filters import DealFilter, Sort
from ...domain.forecast import Cube
from ...domain.opportunities import Card, Priority
from ...domain.outlook import Deal, Scope
from ...domain.periods import quarter_range
from ...domain.stages import Stage, StageKind
from ..board import FIRST_CARDS
from ..workspace import Workspace

if TYPE_CHECKING:
    from .past_days import Column, History, PastDays

_TABLES = frozenset({"stage", "pipeline", "exchange_rate", "person"})
"""What the figures and columns of a past day are worked out with as it is now."""
_NAMES = frozenset({"company", "contact"})
"""What cards say beside what history keeps."""


class Kept:
    """What was read of past days, until something makes it wrong. One thread asks; another may ``follow`` and ``forget``.

    ``faces``: deals as cards of now; ``rows``: as rows of ``opportunity`` now, None until a filter asks for what history
    does not keep for every day.
    """

    def __init__(self) -> None:
        self.faces: dict[int, Card] = {}
        self.rows: dict[int, dict[str, Any]] | None = None
        self._lock = Lock()
        self._read_on: date | None = None
        self._lists = False
        self._touched: set[int] = set()
        self._history: History | None = None
        self._days: PastDays | None = None

    def forget(self) -> None:
        """The next who asks reads afresh."""
        with self._lock:
            self._read_on = None

    def follow(self, changes: ChangeSet) -> bool:
        """Takes note of a change; whether it is one of past days too. What happens to single deals today leaves them as they
        were, and may change what they are called."""
        if changes.bulk and changes.touches("opportunity"):
            self.forget()
            return True
        with self._lock:
            self._lists |= not changes.tables.isdisjoint(_TABLES | _NAMES)
            self._touched.update(each.row_id for each in changes.of("opportunity"))
        return not changes.tables.isdisjoint(_TABLES)

    def at(self, ws: Workspace, day: date) -> PastDays | None:
        """The deals of a past day, None where nothing was there before today."""
        today = ws.clock.today()
        with self._lock:
            whole, lists, touched = self._read_on != today, self._lists, self._touched
            self._read_on, self._lists, self._touched = today, False, set()
        try:
            self._renew(ws, touched, whole=whole, lists=lists)
        except Exception:
            self.forget()
            raise
        if self._days is not None:
            self._days.go(day)
        return self._days

    def _renew(self, ws: Workspace, touched: set[int], *, whole: bool, lists: bool) -> None:
        from . import past_days

        if whole:
            self.rows = self._history = None
            self._history = past_days.read(ws)
        if whole or lists:
            self.faces = {}
            self._days = None if self._history is None else past_days.days_of(ws, self._history)
        for each in touched:
            self.faces.pop(each, None)
        if self.rows is not None and touched:
            with ws.store.read() as connection:
                self.rows |= storage.past.deal_rows(connection, touched)


@dataclass(frozen=True, slots=True)
class BoardAsked:
    """A pipeline (None or one that is no more: the first) under a filter, in an order; ``seen``: stage → first row and
    number of rows whose cards are looked at."""

    pipeline_id: int | None
    where: DealFilter
    sort: Sort
    seen: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoardThen:
    """The board at the end of ``day``; days go from ``first`` to ``last``. ``won`` is what that day's quarter had won by
    then, in minor units by currency; ``cards`` are those that are looked at."""

    first: date
    last: date
    day: date
    stages: Sequence[Stage]
    columns: Mapping[int, Column]
    won: Mapping[str, int]
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class ForecastAsked:
    """Whose deals, a further cube by that column of ``opportunity`` (None: no further one), amounts ``converted`` to the
    workspace's currency or each currency apart; ``bucket`` and ``stage_id`` (None: every one) of the deals to be listed, in
    a currency (None: in any)."""

    scope: Scope
    by: str | None
    converted: bool
    bucket: str
    stage_id: int | None
    currency: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class ForecastThen:
    """The forecast at the end of ``day``, by owner and (where it was asked for) by something else; ``listed`` are the deals
    behind a bar."""

    first: date
    last: date
    day: date
    cube: Cube
    keyed: Cube | None
    listed: Sequence[Card]


def board(ws: Workspace, kept: Kept, day: date, asked: BoardAsked) -> BoardThen | None:
    """The board of a past day, of the nearest that is known; None where there is none. Names of deals, people and companies
    are those of now."""
    days = kept.at(ws, day)
    if days is None:
        return None
    rows = None
    if asked.where.words or asked.where.condition is not None:
        if kept.rows is None:
            with ws.store.read() as connection:
                kept.rows = storage.past.deal_rows(connection)
        rows = kept.rows
    mask = days.of_filter(asked.where, rows)
    every = list(days.stages.values())
    chosen = asked.pipeline_id if asked.pipeline_id in {each.pipeline_id for each in every} else every[0].pipeline_id
    stages = [each for each in every if each.pipeline_id == chosen]
    columns = {each.id: days.column(each, mask, asked.sort) for each in stages}
    wanted: list[int] = []
    for stage in stages:
        first, count = asked.seen.get(stage.id, (0, FIRST_CARDS if stage.kind is StageKind.OPEN else 0))
        wanted += columns[stage.id].ids[first : first + count]
    mine = mask & days.of_scope(Scope(pipeline_id=chosen))
    won = days.won_between(mine, *quarter_range(days.day))
    return BoardThen(days.first, days.last, days.day, stages, columns, won, _cards(ws, kept, days, wanted))


def outlook(ws: Workspace, kept: Kept, day: date, asked: ForecastAsked) -> ForecastThen | None:
    """The forecast of a past day, of the nearest that is known; None where there is none."""
    days = kept.at(ws, day)
    if days is None:
        return None
    cube = days.cube(asked.scope, converted=asked.converted)
    keyed = None if asked.by is None else days.cube(asked.scope, by=asked.by, converted=asked.converted)
    mask = days.of_bucket(asked.bucket, days.of_scope(asked.scope))
    if asked.stage_id is not None:
        mask &= days.of_stage(asked.stage_id)
    listed = _cards(ws, kept, days, days.listed(mask, asked.currency, asked.limit))
    return ForecastThen(days.first, days.last, days.day, cube, keyed, listed)


def cards(ws: Workspace, kept: Kept, day: date, ids: Sequence[int]) -> dict[int, Card]:
    """Cards of deals as they were on a past day; those that did not count then are left out."""
    days = kept.at(ws, day)
    return {} if days is None else {card.id: card for card in _cards(ws, kept, days, ids)}


def _cards(ws: Workspace, kept: Kept, days: PastDays, ids: Sequence[int]) -> list[Card]:
    deals = days.deals(ids)
    _meet(ws, kept.faces, [deal.id for deal in deals if deal.id not in kept.faces])
    return [_card(deal, days, kept.faces[deal.id]) for deal in deals]


def _meet(ws: Workspace, faces: dict[int, Card], ids: Sequence[int]) -> None:
    """Reads what deals look like now; of those in the bin, or deleted for good, only their names are shown."""
    if not ids:
        return
    with ws.store.read() as connection:
        faces.update(storage.cards.cards(connection, ids))
        gone = [each for each in ids if each not in faces]
        names = storage.outlook.deal_names(connection, gone)
        names |= storage.past.removed_names(connection, [each for each in gone if each not in names])
    faces.update((each, _nameless(each, names.get(each, ""))) for each in gone)


def _nameless(deal_id: int, name: str) -> Card:
    return Card(
        deal_id, 0, name, 0, StageKind.OPEN, None, "", 0, False, None, None, date.min, None, "", None, "", "", "",
        Priority.MEDIUM, None, 0, None,
    )  # fmt: skip


def _card(deal: Deal, days: PastDays, face: Card) -> Card:
    """A deal of the day under its name of now; what is not known of every day is left out."""
    stage = days.stages[deal.stage_id]
    is_open = stage.kind is StageKind.OPEN
    return replace(
        face, stage_id=stage.id, kind=stage.kind, value=deal.value, currency=deal.currency,
        probability=deal.probability, expected_close=deal.day if is_open else None,
        closed_on=None if is_open else deal.day, owner_id=deal.owner_id, owner=days.people.get(deal.owner_id or 0, ""),
        stale_days=None, next_activity_on=None, checks_done=0, checks_total=0, tags="[]", custom="{}", touched_on=None,
        hold_until=None,
    )  # fmt: skip
