"""The forecast of a workspace: loaded once from the kept totals, then moved by every change set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet, Row
from ..domain.filters import DealFilter
from ..domain.forecast import Cube, Sums
from ..domain.opportunities import counts
from ..domain.rates import Rates
from ..domain.stages import Category, Stage, StageKind
from ..storage.values import DaySums
from .workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """A cube that somebody wants: by a column of ``opportunity``, of the deals that match (None: all), ``converted`` to the
    workspace's currency or each currency apart."""

    by: str = "owner_id"
    where: DealFilter | None = None
    converted: bool = False


@dataclass(slots=True)
class Loaded:
    """The cube as commit ``seq`` left it, and by how much today's commits have changed the weighted forecast:
    currency → minor units × percent, None when so much has happened today (an import) that it is no longer kept in full."""

    cube: Cube
    seq: int
    today_change: dict[str, int] | None


def load(
    ws: Workspace, *, today: date | None = None, by: str = "owner_id", where: DealFilter | None = None,
    converted: bool = False,
) -> Cube:  # fmt: skip
    """The cube by a column of ``opportunity``, of the deals that match (None: all), ``converted`` to the workspace's
    currency or each currency apart. By owner and of all deals it comes from the kept totals, else from the rows."""
    with ws.store.read() as connection:
        return _load(ws, connection, Asked(by, where, converted), today or ws.clock.today())


def loaded(ws: Workspace, asked: Asked) -> tuple[Cube, int]:
    """The cube that is asked for and the commit that left it so."""
    with ws.store.read() as connection:
        return _load(ws, connection, asked, ws.clock.today()), storage.change_log.last_seq(connection)


def _load(ws: Workspace, connection: Any, asked: Asked, today: date) -> Cube:
    rates = rates_of(ws, connection) if asked.converted else None
    kept = asked.by == "owner_id" and (asked.where is None or asked.where.empty)
    found = storage.figures.by_day(connection) if kept else storage.figures.by_day_where(
        connection, asked.where or DealFilter(), asked.by
    )  # fmt: skip
    return filled(Cube(storage.reference.stages(connection), today, by=asked.by, rates=rates), found)


def rates_of(ws: Workspace, connection: Any) -> Rates:
    """Every dated rate, towards the workspace's currency."""
    dated = (
        (r["from_currency"], r["to_currency"], r["day"], Decimal(r["rate"])) for r in storage.lists.rates(connection)
    )
    return Rates(ws.currency, dated)


def load_with_today(ws: Workspace) -> Loaded:
    """The cube with what today has changed, both as one commit left them."""
    midnight = datetime.combine(ws.clock.today(), time(), ws.clock.zone()).astimezone(UTC)
    with ws.store.read() as connection:
        cube = filled(Cube(storage.reference.stages(connection), ws.clock.today()), storage.figures.by_day(connection))
        seq = storage.change_log.last_seq(connection)
        found = storage.change_log.since(connection, storage.change_log.last_seq_before(connection, midnight))
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
            if row is not None and stage is not None and _weighs(row, stage):
                amount = sign * (row["value"] or 0) * row["probability"]
                found[row["currency"]] = found.get(row["currency"], 0) + amount
    return found


def _weighs(row: Row, stage: Stage) -> bool:
    return stage.kind is StageKind.OPEN and (row["category"] or stage.category) != Category.OMITTED


def recount(ws: Workspace) -> Cube:
    """The same from every deal, the slow way: what checks compare with."""
    with ws.store.read() as connection:
        cube = Cube(storage.reference.stages(connection), ws.clock.today())
        return filled(cube, storage.figures.by_day_recounted(connection))


def follow(cube: Cube, changes: ChangeSet, where: DealFilter | None = None) -> bool:
    """Moves a cube of the deals that match by a change set; False when it must be loaded afresh (a bulk change, stages or
    rates changed)."""
    if changes.touches("stage") or (changes.bulk and changes.touches("opportunity")):
        return False
    if cube.rates is not None and changes.touches("exchange_rate"):
        return False
    for change in changes.of("opportunity"):
        _count(cube, change.before, -1, where)
        _count(cube, change.after, 1, where)
    return True


def _count(cube: Cube, row: Row | None, sign: int, where: DealFilter | None) -> None:
    if row is not None and counts(row) and (where is None or where.matches(row)):
        cube.add(
            row["stage_id"], row[cube.by], row["day"], row["currency"], sums_of(row), sign, row["category"]
        )  # fmt: skip


def sums_of(row: Any) -> Sums:
    """Sums of one deal."""
    value = row["value"]
    return Sums(1, value or 0, (value or 0) * row["probability"], int(value is None))


def filled(cube: Cube, found: Iterable[DaySums]) -> Cube:
    """A cube with all of these sums in it, and the cube. Days are added up to buckets first: a workspace has many thousands
    of days, and some hundred cells."""
    places: dict[tuple[int, date | None, str], tuple[str, str, int] | None] = {}
    cells: dict[tuple[int, int, str, str, str], list[int]] = {}
    whole: dict[tuple[int, int, str, str, str], list[int]] = {}
    for stage_id, key, day, currency, category, count, value, weighted, no_value in found:
        at = (stage_id, day, currency)
        if at not in places:
            places[at] = _place(cube, *at)
        place = places[at]
        if place is None:
            continue
        bucket, kept_in, factor = place
        value, weighted = value * factor, weighted * factor
        for added, whose in ((cells, key), (whole, 0)):
            at_cell = (stage_id, whose, bucket, kept_in, category)
            kept = added.get(at_cell)
            if kept is None:
                added[at_cell] = [count, value, weighted, no_value]
            else:
                kept[0] += count
                kept[1] += value
                kept[2] += weighted
                kept[3] += no_value
    for added, into in ((cells, cube.cells), (whole, cube.everybody)):
        for (stage_id, key, bucket, currency, category), figures in added.items():
            if figures[0]:
                cell = cube.cell(bucket, stage_id, key or None, currency, category)
                into.setdefault(cell, Sums()).add(Sums(*figures))
    return cube


def _place(cube: Cube, stage_id: int, day: date | None, currency: str) -> tuple[str, str, int] | None:
    """Bucket, currency and factor of deals; None for those that a cube leaves out."""
    stage = cube.stages.get(stage_id)
    if stage is None or stage.kind is StageKind.LOST:
        return None
    return cube.bucket(stage.kind, day), *cube.rate(stage.kind, day, currency)
