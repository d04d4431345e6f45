"""Time that a deal has spent in each stage, or a lead in each status, out of its history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Any

from .. import storage
from ..domain.leads import StatusKind
from ..domain.stages import StageKind
from ..domain.stays import Entered, Stay, stays
from . import zones
from .workspace import Workspace

_PLACE = {"opportunity": "stage_id", "lead": "status"}
_OPEN_COLOURS = ("stage1", "stage2", "stage3", "stage4")
_ENDINGS = {StatusKind.CONVERTED: "won", StatusKind.DISCARDED: "lost"}


@dataclass(frozen=True, slots=True)
class Spent:
    """A stay with the name and colour (domain/stages.py) of its stage or status; ``ending`` for one in which nothing waits:
    won, lost, converted, discarded. ``seconds`` and whole calendar ``days`` until now, ``end`` None while it is there."""

    name: str
    colour: str
    start: datetime
    end: datetime | None
    days: int
    seconds: float
    ending: bool


def of(ws: Workspace, table: str, row_id: int) -> list[Spent]:
    """Stays of an ``opportunity`` or a ``lead``, oldest first; none for a row without history."""
    with ws.store.read() as connection:
        kept = storage.history.steps(connection, (table, row_id), (_PLACE[table], "stage_since"))
        looks = _stages(connection) if table == "opportunity" else _statuses(connection)
        zone, now = zones.own(ws), ws.clock.now()
        found = []
        for each in stays(_entered(kept, _PLACE[table]), zone):
            name, colour, ending = looks.get(each.place, ("", "stage1", False))
            if not name and table == "opportunity":
                name = storage.reference.name_of(connection, "stage", int(each.place))
            found.append(_spent(each, name or each.place, colour, ending, now, each.days(now, zone)))
        return found


def _spent(stay: Stay, name: str, colour: str, ending: bool, now: datetime, days: int) -> Spent:
    return Spent(name, colour, stay.start, stay.end, days, stay.seconds(now), ending)


def _stages(connection: Any) -> dict[str, tuple[str, str, bool]]:
    return {
        str(stage.id): (stage.name, stage.colour, stage.kind is not StageKind.OPEN)
        for stage in storage.reference.stages(connection)
    }


def _statuses(connection: Any) -> dict[str, tuple[str, str, bool]]:
    found, colours = {}, cycle(_OPEN_COLOURS)
    for status in storage.leads.statuses(connection):
        ending = status.kind in _ENDINGS
        found[status.code] = (status.name, _ENDINGS[status.kind] if ending else next(colours), ending)
    return found


def _entered(kept: list[tuple[datetime, int, str, str, str | None]], place: str) -> list[Entered]:
    """Places in the order in which they were entered, from when that counts."""
    found: list[Entered] = []
    last: tuple[int, datetime] | None = None
    for at, seq, kind, field, after in kept:
        if kind == "removed":
            found.clear()
        elif kind == "created":
            row = json.loads(after or "{}")
            since = _day(row.get("stage_since"))
            began = row.get("created_at")
            start = min(at, datetime.fromisoformat(began).astimezone(UTC)) if began else at
            found = [Entered(str(row[place]), start, since)] if row.get(place) is not None else []
        elif field == place and after is not None:
            found.append(Entered(after, at))
            last = (seq, at)
        elif field == "stage_since" and found and last == (seq, at):
            found[-1] = Entered(found[-1].place, at, _day(after))
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
