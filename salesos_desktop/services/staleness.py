"""What is in danger: open deals that are stale, past their close date, without a next activity or closing soon, and leads
that nobody deals with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from .. import storage
from ..domain.conditions import All, AnyOf, Condition, Operator, Test
from ..domain.opportunities import NEAR_DAYS
from ..domain.stages import Stage, StageKind
from ..domain.staleness import LEAD_STALE_DAYS, InDanger, Reason, danger_of
from . import working_days
from .workspace import Workspace

LIMIT = 200


def in_danger(ws: Workspace, person_id: int | None = None, *, limit: int = LIMIT) -> list[InDanger]:
    """Open deals of a person (None: the local one) that are in danger, each once with its reasons, the gravest first."""
    with ws.store.read() as connection:
        by_reason, stages = _found(ws, connection, person_id, limit)
    today, working = ws.clock.today(), working_days.of(ws)
    deals = {deal.id: deal for found in by_reason.values() for deal in found}
    dangers = [danger_of(deal, stages[deal.stage_id].stale_days, today, working) for deal in deals.values()]
    return sorted((each for each in dangers if each is not None), key=lambda each: each.gravity)[:limit]


def by_reason(ws: Workspace, connection: Any, limit: int) -> dict[Reason, list[int]]:
    """Ids of the local person's deals in danger per reason, up to ``limit`` for each stage, as a connection sees them."""
    found, _ = _found(ws, connection, None, limit)
    return {reason: [deal.id for deal in deals] for reason, deals in found.items()}


def untouched_leads(ws: Workspace, person_id: int | None = None, *, limit: int = LIMIT) -> list[tuple[int, int]]:
    """Leads of a person that wait, with the working days for which nobody has dealt with them: more than the setting
    ``lead_stale_days`` allows, the longest first.
    """
    working, today = working_days.of(ws), ws.clock.today()
    last = working.before(today, int(ws.settings.get("lead_stale_days", LEAD_STALE_DAYS)))
    zone = ws.clock.zone()
    before = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    with ws.store.read() as connection:
        found = storage.staleness.untouched_leads(connection, person_id or ws.actor_id, before, limit)
    return [(lead_id, working.between(at.astimezone(zone).date(), today)) for lead_id, at in found]


def condition(ws: Workspace) -> Condition:
    """What finds stale deals: for filters and lists. Holds for today; none is found where no stage makes deals stale."""
    with ws.store.read() as connection:
        stages = open_stages(connection)
    parts = [
        All((Test("stage_id", Operator.EQUALS, stage_id), Test("touched_on", Operator.AT_MOST, day)))
        for stage_id, day in stale_days(ws, stages).items()
        if day is not None
    ]
    return AnyOf(tuple(parts))


def _found(ws: Workspace, connection: Any, person_id: int | None, limit: int) -> tuple[Any, dict[int, Stage]]:
    stages = open_stages(connection)
    days = stale_days(ws, stages)
    found = storage.staleness.in_danger(connection, person_id or ws.actor_id, days, *_days(ws), limit)
    return found, stages


def open_stages(connection: Any) -> dict[int, Stage]:
    """Open stages by id."""
    return {stage.id: stage for stage in storage.reference.stages(connection) if stage.kind is StageKind.OPEN}


def stale_days(ws: Workspace, stages: Mapping[int, Stage]) -> dict[int, date | None]:
    """Per stage the latest day of a last touch that makes a deal stale today, None where none does."""
    working, today = working_days.of(ws), ws.clock.today()
    return {
        stage.id: None if stage.stale_days is None else working.before(today, stage.stale_days)
        for stage in stages.values()
    }


def _days(ws: Workspace) -> tuple[date, date]:
    return ws.clock.today(), ws.clock.today() + timedelta(days=NEAR_DAYS)
