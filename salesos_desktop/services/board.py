"""What the board shows: stages with their figures, the first cards, the order of a column, cards by id."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from .. import storage
from ..domain.filters import DealFilter, Sort
from ..domain.opportunities import Card
from ..domain.stages import Stage, StageKind
from ..storage import first_look
from ..storage.values import Figure, Named
from .workspace import Workspace

FIRST_CARDS = 24


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The board at one instant: stages in order, figures per stage and currency, the first cards of each open column.

    ``seq`` is the newest commit it contains: change sets up to it are in these figures already.
    """

    stages: list[Stage]
    figures: list[Figure]
    first: dict[int, list[Card]]
    seq: int


def snapshot(ws: Workspace, where: DealFilter, sort: Sort, *, first: int = FIRST_CARDS) -> Snapshot:
    """Enough for the first paint: figures from the kept totals, ``first`` cards a column along an index."""
    if where.empty and ws.store.cold:
        with ws.store.look() as file:
            found = first_look.board(file, lambda stage: column_sort(stage, sort), first)
            return Snapshot(*found, first_look.last_seq(file))
    with ws.store.read() as connection:
        stages = storage.reference.stages(connection, storage.reference.first_pipeline(connection))
        return Snapshot(
            stages,
            storage.figures.by_stage(connection, where),
            {
                stage.id: storage.cards.first_cards(connection, stage.id, where, column_sort(stage, sort), first)
                for stage in stages
                if stage.kind is StageKind.OPEN
            },
            storage.change_log.last_seq(connection),
        )


@dataclass(frozen=True, slots=True)
class Order:
    """Ids and sort keys of a whole column in order, as commit ``seq`` left it."""

    ids: array[int]
    keys: array[int]
    seq: int


def column(ws: Workspace, stage: Stage, where: DealFilter, sort: Sort) -> Order:
    """The whole order of a column."""
    with ws.store.read() as connection:
        ids, keys = storage.cards.column_order(connection, stage.id, where, column_sort(stage, sort))
        return Order(ids, keys, storage.change_log.last_seq(connection))


def column_sort(stage: Stage, sort: Sort) -> Sort:
    """Closed deals are always shown newest first; by value when the board is sorted by value."""
    return sort if stage.kind is StageKind.OPEN or sort is Sort.VALUE else Sort.CLOSED


def fetch(ws: Workspace, ids: Iterable[int]) -> dict[int, Card]:
    """Cards by id."""
    with ws.store.read() as connection:
        return storage.cards.cards(connection, ids)


def stage_figures(ws: Workspace, where: DealFilter) -> list[Figure]:
    """Count and sums per stage and currency of all deals that match."""
    with ws.store.read() as connection:
        return storage.figures.by_stage(connection, where)


def names(ws: Workspace, table: str, *, like: str = "", limit: int | None = None) -> list[Named]:
    """A short list by name: person, company, contact, product, source, loss_reason."""
    with ws.store.read() as connection:
        return storage.reference.named(connection, table, like=like, limit=limit)


def stages(ws: Workspace) -> list[Stage]:
    """Stages of the workspace's first pipeline, in board order."""
    with ws.store.read() as connection:
        return storage.reference.stages(connection, storage.reference.first_pipeline(connection))


def listed(
    ws: Workspace, where: DealFilter, *, stage_ids: Iterable[int] | None = None, limit: int | None = None
) -> list[Card]:
    """Deals in board order."""
    with ws.store.read() as connection:
        return storage.cards.listed(connection, where, None if stage_ids is None else list(stage_ids), limit)
