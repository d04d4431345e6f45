"""How a team sells: figures of some days and of those before, loaded once and then moved by every change set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet, Row
from ..domain.outlook import Scope
from ..domain.performance import Exit, Journey, Performance, Way
from ..domain.spans import Span
from ..domain.stages import Stage, StageKind
from . import forecast, zones
from .workspace import Workspace

_JOURNEY = frozenset(
    {"stage_id", "stage_since", "created_on", "deleted_at", "hold_until", "owner_id", "product_id", "source_id"}
)
"""Columns of ``opportunity`` that may change what is known of a deal's way."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose deals, of which days, and with which earlier ones they are compared."""

    scope: Scope
    span: Span
    before: Span


@dataclass(slots=True)
class Loaded:
    """The figures as commit ``seq`` left them; ``journeys`` are those of the days of both, none yet where it is ``partial``.
    Amounts are in the workspace's currency."""

    asked: Asked
    seq: int
    now: Performance
    before: Performance
    zone: Any
    journeys: dict[int, Journey] = field(default_factory=dict)
    partial: bool = False

    def follow(self, changes: ChangeSet) -> Sequence[int] | None:
        """Moves what rows tell by themselves, and gives the deals whose ways must be read anew (``ways``, then ``take``); None
        when everything must be loaded afresh: a bulk change, stages or rates changed."""
        if changes.tables & {"stage", "pipeline", "exchange_rate"}:
            return None
        if changes.bulk and changes.tables & {"opportunity", "activity"}:
            return None
        stale: dict[int, None] = {}
        for change in changes.of("opportunity"):
            for row, sign in ((change.before, -1), (change.after, 1)):
                if row is not None:
                    self.now.add_row(row, sign)
                    self.before.add_row(row, sign)
            if change.fields & _JOURNEY:
                stale[change.row_id] = None
        for change in changes.of("activity"):
            self._count_activity(change.before, -1)
            self._count_activity(change.after, 1)
        self.seq = max(self.seq, changes.seq)
        return list(stale)

    def take(self, ids: Sequence[int], found: Mapping[int, Journey]) -> None:
        """Puts the ways of these deals in place of what was known of them."""
        gone = Counter(self.journeys.pop(deal_id) for deal_id in ids if deal_id in self.journeys)
        self.journeys.update(found)
        for ways, sign in ((gone, -1), (Counter(found.values()), 1)):
            for journey, count in ways.items():
                self.now.add_journey(journey, sign * count)
                self.before.add_journey(journey, sign * count)

    def _count_activity(self, row: Row | None, sign: int) -> None:
        if row is None or row["deleted_at"] is not None or row["done_at"] is None:
            return
        day = row["done_at"].astimezone(self.zone).date()
        for each in (self.now, self.before):
            if each.span.has(day):
                each.add_activities(row["assignee_id"], row["kind"], sign)

    def still(self) -> Loaded:
        """For another thread: what ``deals_of`` looks at, of which nothing moves any more. It has no figures."""
        bare = Performance(self.now.span, self.now.stages.values(), self.now.rates, self.asked.scope)
        return replace(self, now=bare, before=bare, journeys=self.journeys.copy())

    def deals_of(self, stage_id: int, *by: Way) -> list[int]:
        """The deals that went through an open stage in one of some ways in the days that are shown."""
        return [
            deal_id
            for deal_id, journey in self.journeys.items()
            if any(
                (way in by and way is not Way.REACHED and left == stage_id)
                or (Way.REACHED in by and stage_id in reached)
                for left, way, _, reached in self.now.steps(journey)
            )
        ]


def load(ws: Workspace, asked: Asked) -> Loaded:
    """Both figures, as one commit left them."""
    with ws.store.read() as connection:
        loaded = _rows(ws, connection, asked)
        found = _ways(connection, asked, list(loaded.now.stages.values()), loaded.zone, None)
    loaded.take(list(found), found)
    return loaded


def begin(ws: Workspace, asked: Asked) -> Loaded:
    """What rows tell by themselves: there in a tenth of the time, without how far deals came."""
    with ws.store.read() as connection:
        loaded = _rows(ws, connection, asked)
    loaded.partial = True
    return loaded


def _rows(ws: Workspace, connection: Any, asked: Asked) -> Loaded:
    zone, rates = zones.own(ws), forecast.rates_of(ws, connection)
    stages = list(storage.reference.stages(connection))
    made = [Performance(span, stages, rates, asked.scope) for span in (asked.span, asked.before)]
    for each in made:
        _fill(connection, each, zone)
    return Loaded(asked, storage.change_log.last_seq(connection), made[0], made[1], zone)


def ways(ws: Workspace, asked: Asked, ids: Sequence[int]) -> dict[int, Journey]:
    """What history says of some deals in the days of both; those that have no part in them are left out."""
    with ws.store.read() as connection:
        return _ways(connection, asked, list(storage.reference.stages(connection)), zones.own(ws), ids)


def passed(ws: Workspace, loaded: Loaded, stage_id: int, *by: Way) -> list[int]:  # noqa: ARG001
    """``deals_of`` for a thread of its own, for of 100,000 it takes a while; ``loaded`` stands ``still``."""
    return loaded.deals_of(stage_id, *by)


def closed_ids(ws: Workspace, asked: Asked, kind: StageKind, **where: Any) -> list[int]:
    """The won or the lost deals behind a figure, the largest first; ``where``: ``loss_reason_id`` or ``competitor``."""
    with ws.store.read() as connection:
        stages = _ids(_of_scope(storage.reference.stages(connection), asked.scope), kind)
        return storage.performance.closed_ids(
            connection, asked.scope, stages, asked.span.first, asked.span.after, **where
        )


def active_deals(ws: Workspace, asked: Asked, person_id: int | None, kind: str | None = None) -> list[int]:
    """The deals on which a person has done activities, of a kind or (None) of any, in the days that are shown."""
    zone = zones.own(ws)
    with ws.store.read() as connection:
        moments = _start(asked.span.first, zone), _start(asked.span.after, zone)
        return storage.performance.active_deals(connection, *moments, person_id, kind)


def _fill(connection: Any, made: Performance, zone: Any) -> None:
    scope, first, after = made.scope, made.span.first, made.span.after
    stages = _of_scope(made.stages.values(), scope)
    opened, won, lost = (_ids(stages, kind) for kind in StageKind)
    for stage_id, currency, day, count, value, valued, loss in storage.performance.closings(
        connection, scope, (*won, *lost), first, after
    ):
        made.add_closed(stage_id, currency, day, count, value, valued, loss)
    for days, count in storage.performance.cycles(connection, scope, won, first, after):
        made.add_cycle(days, count)
    made.worked, made.made = storage.performance.counted(connection, scope, opened, (*won, *lost), first, after)
    moments = _start(first, zone), _start(after, zone)
    for person_id, kind, count in storage.performance.activities_done(connection, *moments):
        made.add_activities(person_id, kind, count)


def _ways(
    connection: Any, asked: Asked, stages: Sequence[Stage], zone: Any, ids: Sequence[int] | None
) -> dict[int, Journey]:
    first, after = min(asked.before.first, asked.span.first), max(asked.span.after, asked.before.after)
    # Also of deals that are in another pipeline now: what they did in this one stays.
    every = [stage.id for stage in stages]
    exits: dict[int, list[Exit]] = {}
    for deal_id, at, left, to, since, moved in storage.performance.moves(
        connection, asked.scope, every, _start(first, zone), ids
    ):
        day = at.astimezone(zone).date()
        entered = since if moved else day
        exits.setdefault(deal_id, []).append(
            Exit(left, to, day, None if entered is None else max(0, (day - entered).days))
        )
    found = {deal_id: Journey(None, tuple(ways)) for deal_id, ways in exits.items() if first <= ways[0].day < after}
    alike: dict[tuple[int, date], Journey] = {}
    for deal_id, day, stage_id in storage.performance.made(connection, asked.scope, every, first, after, ids):
        moves = exits.get(deal_id)
        if moves is not None:
            found[deal_id] = Journey((moves[0].stage_id, day), tuple(moves))
            continue
        same = alike.get((stage_id, day))
        if same is None:
            same = alike[stage_id, day] = Journey((stage_id, day))
        found[deal_id] = same
    return found


def _of_scope(stages: Any, scope: Scope) -> list[Stage]:
    return [stage for stage in stages if scope.pipeline_id in (None, stage.pipeline_id)]


def _ids(stages: Sequence[Stage], kind: StageKind) -> list[int]:
    return [stage.id for stage in stages if stage.kind is kind]


def _start(day: date, zone: Any) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
