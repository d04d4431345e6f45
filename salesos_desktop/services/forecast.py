"""The forecast of a workspace: loaded once from the kept totals, then moved by every change set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet, Row
from ..domain.forecast import Cube, Sums
from ..domain.opportunities import counts
from ..domain.stages import Stage, StageKind
from ..storage.values import DaySums
from .workspace import Workspace


@dataclass(slots=True)
class Loaded:
    """The cube as commit ``seq`` left it, and by how much today's commits have changed the weighted forecast:
    currency → minor units × percent, None when so much has happened today (an import) that it is no longer kept in full."""

    cube: Cube
    seq: int
    today_change: dict[str, int] | None


def load(ws: Workspace, *, today: date | None = None) -> Cube:
    """The cube as the kept totals have it."""
    with ws.store.read() as connection:
        return _cube(
            storage.reference.stages(connection), storage.figures.by_day(connection), today or ws.clock.today()
        )


def load_with_today(ws: Workspace) -> Loaded:
    """The cube with what today has changed, both as one commit left them."""
    midnight = datetime.combine(ws.clock.today(), time(), ws.clock.zone()).astimezone(UTC)
    with ws.store.read() as connection:
        cube = _cube(storage.reference.stages(connection), storage.figures.by_day(connection), ws.clock.today())
        seq = storage.change_log.last_seq(connection)
        found = storage.change_log.since(connection, storage.change_log.last_seq_before(connection, midnight), "")
    if any(changes.bulk and changes.touches("opportunity") for changes in found):
        return Loaded(cube, seq, None)
    total: dict[str, int] = {}
    for changes in found:
        if changes.verb == "demo":
            continue
        for currency, amount in weighted_change(cube, changes).items():
            total[currency] = total.get(currency, 0) + amount
    return Loaded(cube, seq, total)


def weighted_change(cube: Cube, changes: ChangeSet) -> dict[str, int]:
    """By how much a change set moves the weighted forecast: currency → minor units × percent."""
    found: dict[str, int] = {}
    for change in changes.of("opportunity"):
        for row, sign in ((change.before, -1), (change.after, 1)):
            stage = cube.stages.get(row["stage_id"]) if row is not None and counts(row) else None
            if row is not None and stage is not None and stage.kind is StageKind.OPEN:
                amount = sign * (row["value"] or 0) * row["probability"]
                found[row["currency"]] = found.get(row["currency"], 0) + amount
    return found


def recount(ws: Workspace) -> Cube:
    """The same from every deal, the slow way: what checks compare with."""
    with ws.store.read() as connection:
        return _cube(
            storage.reference.stages(connection), storage.figures.by_day_recounted(connection), ws.clock.today()
        )


def follow(cube: Cube, changes: ChangeSet) -> bool:
    """Moves a cube by a change set; False when it must be loaded afresh (a bulk change, or stages changed)."""
    if changes.touches("stage") or (changes.bulk and changes.touches("opportunity")):
        return False
    for change in changes.of("opportunity"):
        _count(cube, change.before, -1)
        _count(cube, change.after, 1)
    return True


def _count(cube: Cube, row: Row | None, sign: int) -> None:
    if row is not None and counts(row):
        cube.add(row["stage_id"], row["owner_id"], row["day"], row["currency"], sums_of(row), sign)


def sums_of(row: Any) -> Sums:
    """Sums of one deal."""
    value = row["value"]
    return Sums(1, value or 0, (value or 0) * row["probability"], int(value is None))


def _cube(stages: list[Stage], found: Iterable[DaySums], today: date) -> Cube:
    """Days are added up to buckets first: a workspace has many thousands of days, and some hundred cells."""
    cube = Cube(stages, today)
    kinds = {stage.id: stage.kind for stage in stages}
    buckets: dict[tuple[StageKind, date | None], str] = {}
    cells: dict[tuple[int, int, str, str], list[int]] = {}
    for stage_id, owner_id, day, currency, count, value, weighted, no_value in found:
        kind = kinds.get(stage_id, StageKind.LOST)
        bucket = buckets.get((kind, day))
        if bucket is None:
            bucket = buckets[kind, day] = cube.bucket(kind, day)
        sums = cells.get((stage_id, owner_id, bucket, currency))
        if sums is None:
            sums = cells[stage_id, owner_id, bucket, currency] = [0, 0, 0, 0]
        sums[0] += count
        sums[1] += value
        sums[2] += weighted
        sums[3] += no_value
    for (stage_id, owner_id, bucket, currency), sums in cells.items():
        cube.add_to(bucket, stage_id, owner_id or None, currency, Sums(*sums))
    return cube
