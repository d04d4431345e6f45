"""How a team sells: figures of some days and of those before, loaded once and then moved by every change set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet, Row
from ..domain.outlook import Scope
from ..domain.performance import Performance, Way
from ..domain.spans import Span
from ..domain.stages import Stage, StageKind
from . import forecast, zones
from .outlook import journeys
from .outlook.journeys import Deals, Journeys, Steps
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
    journeys: Journeys = field(default_factory=Journeys)
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

    def take(self, ids: Sequence[int], found: Steps) -> None:
        """Puts the ways of these deals in place of what was known of them."""
        gone = self.journeys.swap(ids, found)
        for each in (self.now, self.before):
            gone.count(each, -1)
            found.count(each, 1)

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
        return replace(self, now=bare, before=bare, journeys=self.journeys.still())

    def deals_of(self, stage_id: int, *by: Way) -> list[int]:
        """The deals that went through an open stage in one of some ways in the days that are shown."""
        return self.journeys.steps().deals_of(self.now, stage_id, by)


def load(ws: Workspace, asked: Asked) -> Loaded:
    """Both figures, as one commit left them."""
    with ws.store.read() as connection:
        loaded, deals = _rows(ws, connection, asked)
        found = journeys.steps(connection, deals, loaded.zone, *_days(asked))
    loaded.journeys = Journeys(found)
    for each in (loaded.now, loaded.before):
        found.count(each, 1)
    return loaded


def begin(ws: Workspace, asked: Asked) -> Loaded:
    """What rows tell by themselves: there in half the time, without how far deals came."""
    with ws.store.read() as connection:
        loaded, _ = _rows(ws, connection, asked)
    loaded.partial = True
    return loaded


def _rows(ws: Workspace, connection: Any, asked: Asked) -> tuple[Loaded, Deals]:
    zone, rates = zones.own(ws), forecast.rates_of(ws, connection)
    stages = list(storage.reference.stages(connection))
    deals = journeys.deals(connection, asked.scope, stages)
    made = [Performance(span, stages, rates, asked.scope) for span in (asked.span, asked.before)]
    for each in made:
        deals.count(each)
        _fill(connection, each, zone)
    return Loaded(asked, storage.change_log.last_seq(connection), made[0], made[1], zone), deals


def ways(ws: Workspace, asked: Asked, ids: Sequence[int]) -> Steps:
    """What history says of some deals in the days of both."""
    with ws.store.read() as connection:
        deals = journeys.deals(connection, asked.scope, storage.reference.stages(connection), ids)
        return journeys.steps(connection, deals, zones.own(ws), *_days(asked), ids)


def _days(asked: Asked) -> tuple[date, date]:
    return min(asked.before.first, asked.span.first), max(asked.span.after, asked.before.after)


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
        moments = journeys.start(asked.span.first, zone), journeys.start(asked.span.after, zone)
        return storage.performance.active_deals(connection, *moments, person_id, kind)


def _fill(connection: Any, made: Performance, zone: Any) -> None:
    scope, first, after = made.scope, made.span.first, made.span.after
    stages = _of_scope(made.stages.values(), scope)
    won, lost = (_ids(stages, kind) for kind in (StageKind.WON, StageKind.LOST))
    for stage_id, currency, day, count, value, valued, loss in storage.performance.closings(
        connection, scope, (*won, *lost), first, after
    ):
        made.add_closed(stage_id, currency, day, count, value, valued, loss)
    for days, count in storage.performance.cycles(connection, scope, won, first, after):
        made.add_cycle(days, count)
    moments = journeys.start(first, zone), journeys.start(after, zone)
    for person_id, kind, count in storage.performance.activities_done(connection, *moments):
        made.add_activities(person_id, kind, count)


def _of_scope(stages: Any, scope: Scope) -> list[Stage]:
    return [stage for stage in stages if scope.pipeline_id in (None, stage.pipeline_id)]


def _ids(stages: Sequence[Stage], kind: StageKind) -> list[int]:
    return [stage.id for stage in stages if stage.kind is kind]
