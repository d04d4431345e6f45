"""What the board shows: stages with their figures, the first cards, the order of a column, cards by id."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from .. import storage
from ..domain.filters import DealFilter, Sort
from ..domain.opportunities import Card
from ..domain.slots import Axis, By, CellKey, Key, Layout, Place, Slot
from ..domain.stages import Stage, StageKind
from ..storage import first_look
from ..storage.values import Figure, Named
from .workspace import Workspace

FIRST_CARDS = 24
OPEN_ROWS = 3
"""How many rows are open at first: their lists of cards cost time, the figures of the others do not."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The board at one instant: stages in order, figures per stage and currency, the first cards of each open column.

    ``columns`` and ``rows`` (None without rows) are its directions; ``cells`` has figures for each place where deals stand
    (count, value, value × percent, deals without a value by currency), empty for a plain board, whose ``figures`` say it.
    ``stages`` are those of the pipeline ``pipeline_id``, ``elsewhere`` those of the other pipelines in use; ``pipelines``
    has a name for each pipeline in use. ``seq`` is the newest commit it contains: change sets up to it are in these
    figures already.
    """

    stages: list[Stage]
    figures: list[Figure]
    first: dict[CellKey, list[Card]]
    seq: int
    pipeline_id: int = 0
    pipelines: tuple[Named, ...] = ()
    elsewhere: tuple[Stage, ...] = ()
    columns: Axis | None = None
    rows: Axis | None = None
    cells: dict[CellKey, dict[str, tuple[int, int, int, int]]] = field(default_factory=dict)


def snapshot(
    ws: Workspace, where: DealFilter, sort: Sort, *, pipeline_id: int | None = None, first: int = FIRST_CARDS,
    layout: Layout | None = None, open_rows: Collection[Key] | None = None,
) -> Snapshot:  # fmt: skip
    """Enough for the first paint: figures from the kept totals, ``first`` cards a column along an index.

    Of the first pipeline when ``pipeline_id`` is None or no longer there. With rows only those in ``open_rows`` have
    cards (None: the first few).
    """
    if layout is not None and not layout.plain:
        from .board_layout import laid_out

        return laid_out(ws, where, sort, layout, pipeline_id, first, open_rows)
    if where.empty and ws.store.cold:
        with ws.store.look() as file:
            return _snapshot(
                first_look.pipelines(file), first_look.stages(file), pipeline_id, first_look.figures(file),
                lambda stage: first_look.first_cards(file, stage.id, column_sort(stage, sort), first),
                first_look.last_seq(file),
            )  # fmt: skip
    with ws.store.read() as connection:
        return _snapshot(
            storage.reference.pipelines(connection), storage.reference.stages(connection), pipeline_id,
            storage.figures.by_stage(connection, where),
            lambda stage: storage.cards.first_cards(
                connection, Place.of_stage(stage.id), where, column_sort(stage, sort), first
            ),
            storage.change_log.last_seq(connection),
        )  # fmt: skip


def _snapshot(
    pipelines: list[Named], stages: list[Stage], wanted: int | None, figures: list[Figure],
    first_of: Callable[[Stage], list[Card]], seq: int,
) -> Snapshot:  # fmt: skip
    chosen = next((each.id for each in pipelines if each.id == wanted), pipelines[0].id if pipelines else 0)
    used = {each.id for each in pipelines if each.active}
    mine = [stage for stage in stages if stage.pipeline_id == chosen]
    return Snapshot(
        mine, figures, {stage.id: first_of(stage) for stage in mine if stage.kind is StageKind.OPEN}, seq, chosen,
        tuple(each for each in pipelines if each.active or each.id == chosen),
        tuple(stage for stage in stages if stage.pipeline_id != chosen and stage.pipeline_id in used),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """Ids and sort keys of a whole column in order, as commit ``seq`` left it."""

    ids: array[int]
    keys: array[int]
    seq: int


def column(ws: Workspace, stage: Stage, where: DealFilter, sort: Sort) -> Order:
    """The whole order of a stage's column."""
    return order(ws, Place.of_stage(stage.id), where, column_sort(stage, sort))


def order(ws: Workspace, place: Place, where: DealFilter, sort: Sort) -> Order:
    """The whole order of the cards of a place, by just this."""
    with ws.store.read() as connection:
        ids, keys = storage.cards.column_order(connection, place, where, sort)
        return Order(ids, keys, storage.change_log.last_seq(connection))


def column_sort(stage: Stage, sort: Sort) -> Sort:
    """Closed deals are always shown newest first; by value when the board is sorted by value."""
    return sort if stage.kind is StageKind.OPEN or sort is Sort.VALUE else Sort.CLOSED


def stage_slots(stages: Iterable[Stage]) -> tuple[Slot, ...]:
    """A column for each stage."""
    return tuple(Slot(By.STAGE, stage.id, stage.name, value=stage.id, stage=stage) for stage in stages)


def opened(rows: Axis, open_rows: Collection[Key] | None) -> Collection[Key]:
    """The rows that are open; None: the first few."""
    return [slot.key for slot in rows.slots[:OPEN_ROWS]] if open_rows is None else open_rows


def place_of(stages: Iterable[Stage], column: Slot, row: Slot | None = None) -> Place:
    """What stands in a column (of a row): a stage's deals, or open ones of all stages."""
    if column.stage is not None:
        stage_ids: tuple[int, ...] = (column.stage.id,)
    else:
        stage_ids = tuple(stage.id for stage in stages if stage.kind is StageKind.OPEN)
    if row is not None and row.by is By.PIPELINE:
        pipelines = {stage.id: stage.pipeline_id for stage in stages}
        stage_ids = tuple(each for each in stage_ids if pipelines[each] == row.value)
    return Place(stage_ids, tuple(slot for slot in (column, row) if slot is not None and slot.stage is None))


def slot_sort(slot: Slot, sort: Sort) -> Sort:
    """How the cards of a column are ordered: by hand only where columns are stages, else by their close dates."""
    if slot.stage is not None:
        return column_sort(slot.stage, sort)
    return Sort.CLOSE if sort is Sort.MANUAL else sort


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


def stages(ws: Workspace, pipeline_id: int | None = None) -> list[Stage]:
    """Stages of a pipeline in board order, of the workspace's first one by default."""
    with ws.store.read() as connection:
        return storage.reference.stages(connection, pipeline_id or storage.reference.first_pipeline(connection))


def stages_of(ws: Workspace, deal_id: int) -> list[Stage]:
    """Stages of the pipeline that a deal is in, in board order."""
    with ws.store.read() as connection:
        return storage.reference.stages(connection, storage.reference.pipeline_of(connection, deal_id))


def pipelines(ws: Workspace) -> list[Named]:
    """Pipelines in their order, those out of use last."""
    with ws.store.read() as connection:
        return storage.reference.pipelines(connection)


def listed(
    ws: Workspace, where: DealFilter, *, stage_ids: Iterable[int] | None = None, limit: int | None = None
) -> list[Card]:
    """Deals in board order."""
    with ws.store.read() as connection:
        return storage.cards.listed(connection, where, None if stage_ids is None else list(stage_ids), limit)
