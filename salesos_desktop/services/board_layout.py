"""The board by closing month, owner, priority or source, and in rows: which columns and rows there are, and what is in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import product
from typing import Any

from .. import storage
from ..domain.filters import DealFilter, Sort
from ..domain.opportunities import Priority
from ..domain.slots import FIELD, NOTHING, Axis, By, CellKey, Key, Layout, Place, Slot, month_slots, value_slots
from ..domain.stages import Stage, StageKind
from ..storage.values import Named
from .board import Snapshot, opened, place_of, slot_sort, stage_slots
from .workspace import Workspace

FEW = 12
"""So many people or sources have a column even without deals."""

_TABLE = {By.OWNER: "person", By.SOURCE: "source", By.COMPANY: "company"}
_Sums = tuple[int, int, int, int]
_Found = list[tuple[tuple[Any, ...], str, _Sums]]


def laid_out(
    ws: Workspace, where: DealFilter, sort: Sort, layout: Layout, pipeline_id: int | None, first: int,
    open_rows: Collection[Key] | None,
) -> Snapshot:  # fmt: skip
    """The board in a layout that is not plain: ``board.snapshot`` says what comes back.

    Rows by pipeline show every pipeline in use; without rows, won and lost stages keep their columns behind the others.
    """
    today = ws.clock.today()
    with ws.store.read() as connection:
        pipelines = storage.reference.pipelines(connection)
        every = storage.reference.stages(connection)
        used = [each for each in pipelines if each.active]
        chosen = next((each.id for each in pipelines if each.id == pipeline_id), pipelines[0].id if pipelines else 0)
        shown = {each.id for each in used} if layout.lanes is By.PIPELINE else {chosen}
        mine = [stage for stage in every if stage.pipeline_id in shown]
        fields = [FIELD[layout.by]] + ([FIELD[layout.lanes]] if layout.lanes is not None else [])
        found = storage.figures.by_values(connection, where, fields, [stage.id for stage in mine])
        open_ids = {stage.id for stage in mine if stage.kind is StageKind.OPEN}
        in_open = [each for each in found if each[0][0] in open_ids]

        def axis(by: By, place: int) -> Axis:
            counts = _counts(in_open, place)
            slots = _slots(connection, ws, by, counts, today, mine, used)
            return Axis(by, slots, today, {stage.id: stage.pipeline_id for stage in mine})

        columns = axis(layout.by, 1)
        rows = None if layout.lanes is None else axis(layout.lanes, 2)
        closed = (
            ()
            if rows is not None or layout.by is By.STAGE
            else stage_slots(each for each in mine if each.kind is not StageKind.OPEN)
        )
        snapshot = Snapshot(
            mine, [], {}, storage.change_log.last_seq(connection), chosen,
            tuple(each for each in pipelines if each.active or each.id == chosen),
            tuple(stage for stage in every if stage not in mine and stage.pipeline_id in {each.id for each in used}),
            Axis(columns.by, (*columns.slots, *closed), today, columns.pipelines), rows,
        )  # fmt: skip
        _count(snapshot, found, open_ids)
        for cell, slot, place in places(snapshot, () if rows is None else opened(rows, open_rows)):
            if slot.kind is StageKind.OPEN and cell in snapshot.cells:
                by = slot_sort(slot, sort)
                snapshot.first[cell] = storage.cards.first_cards(connection, place, where, by, first)
    return snapshot


def places(found: Snapshot, open_rows: Collection[Key]) -> Iterable[tuple[CellKey, Slot, Place]]:
    """Every place whose cards are shown, in the order of columns: its key, its column, what it holds."""
    assert found.columns is not None
    for slot in found.columns.slots:
        if found.rows is None:
            yield slot.key, slot, place_of(found.stages, slot)
    if found.rows is not None:
        for row, slot in product(found.rows.slots, found.columns.slots):
            if row.key in open_rows:
                yield (row.key, slot.key), slot, place_of(found.stages, slot, row)


def _counts(found: _Found, place: int) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for values, _, sums in found:
        counts[values[place]] = counts.get(values[place], 0) + sums[0]
    return counts


def _slots(
    connection: Any, ws: Workspace, by: By, counts: dict[Any, int], today: date, stages: list[Stage],
    pipelines: list[Named],
) -> tuple[Slot, ...]:  # fmt: skip
    match by:
        case By.STAGE:
            return stage_slots(each for each in stages if each.kind is StageKind.OPEN)
        case By.MONTH:
            return month_slots(counts, today)
        case By.PRIORITY:
            return tuple(Slot(by, f"v{each.value}", each.value, value=each.value) for each in Priority)
        case By.PIPELINE:
            return value_slots(by, [(each.id, each.name) for each in pipelines], {}, [each.id for each in pipelines])
        case By.COMPANY:
            names = storage.children.names(connection, "company", counts)
            known = sorted(((v, names.get(v, "")) for v in counts if v is not None), key=lambda pair: -counts[pair[0]])
            return value_slots(by, known, counts, [])
    named = storage.reference.named(connection, _TABLE[by])
    if by is By.OWNER:
        named.sort(key=lambda each: each.id != ws.actor_id)
    # While they are few, each has a column even where it is empty, so that something can be brought to it.
    active = [each.id for each in named if each.active]
    shown = active if len(active) <= FEW else [each for each in active if each == ws.actor_id]
    return value_slots(by, [(each.id, each.name) for each in named], counts, shown)


def _count(snapshot: Snapshot, found: _Found, open_ids: Collection[int]) -> None:
    """Adds up what each cell holds; a deal that no column takes in is in none. Beside rows, won and lost have one a stage."""
    columns, rows = snapshot.columns, snapshot.rows
    assert columns is not None
    closed = {slot.key for slot in columns.slots if slot.kind is not StageKind.OPEN}
    for values, currency, sums in found:
        if values[0] in open_ids:
            column = columns.key_for(values[1])
            row = NOTHING if rows is None else rows.key_for(values[2])
            cell: CellKey | None = None if column is None or row is None else column if rows is None else (row, column)
        else:
            cell = values[0] if rows is not None or values[0] in closed else None
        if cell is None:
            continue
        kept = snapshot.cells.setdefault(cell, {})
        before = kept.get(currency, (0, 0, 0, 0))
        kept[currency] = (
            before[0] + sums[0], before[1] + sums[1], before[2] + sums[2], before[3] + sums[3],
        )  # fmt: skip
