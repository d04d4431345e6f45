"""The agenda: what a range of days holds for a person or for all, and what a drag in it means for an activity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .. import storage
from ..domain.activities import MAX_MINUTES, Activity, in_time
from ..domain.agenda import (
    SHORTEST,
    Agenda,
    Closing,
    Day,
    Item,
    Wanted,
    day_of,
    in_time_order,
    placed,
)
from ..domain.filters import DealFilter
from ..domain.stages import StageKind
from . import activities, recurrence, working_days, zones
from .workspace import Workspace

MOST_WAITING = 200
"""How many overdue ones, and how many without a day, are told of."""
_MOST_CLOSINGS = 2000
_ZONES_APART = 2
"""Days by which a moment's date can differ between the zone it was planned in and the viewer's."""


def load(ws: Workspace, wanted: Wanted) -> Agenda:
    """Everything of the wanted days; overdue ones and those without a day whatever the days are."""
    today, apart = _today(ws), timedelta(days=_ZONES_APART)
    longest = timedelta(days=MAX_MINUTES // (24 * 60)) + apart
    who = wanted.person_id
    with ws.store.read() as connection:
        found = storage.activities.within(
            connection, wanted.first - apart, wanted.last + apart, who, done=wanted.done
        )  # fmt: skip
        found += storage.activities.lasting(connection, wanted.first - longest, wanted.first - apart, who)
        found += storage.activities.recurring(connection, who)
        found += storage.activities.waiting_before(connection, today + apart, who, MOST_WAITING)
        found += storage.activities.undated(connection, who, MOST_WAITING)
    made = _sorted(ws, wanted, {each.id: each for each in found}.values())
    return replace(made, days=tuple(_days(ws, wanted)), closings=closings(ws, wanted))


def look(ws: Workspace, wanted: Wanted, ids: Sequence[int]) -> Agenda:
    """Only what has become of these activities, for ``Agenda.with_changed``."""
    with ws.store.read() as connection:
        found = storage.activities.by_ids(connection, ids)
    return _sorted(ws, wanted, found.values())


def closings(ws: Workspace, wanted: Wanted) -> tuple[Closing, ...]:
    """Open deals that are expected to close on the wanted days, by day; none unless they are wanted."""
    if not wanted.closings:
        return ()
    where = DealFilter(
        owner_id=wanted.person_id, close_from=wanted.first, close_before=wanted.last + timedelta(days=1)
    )  # fmt: skip
    with ws.store.read() as connection:
        open_stages = [s.id for s in storage.reference.stages(connection) if s.kind is StageKind.OPEN]
        cards = storage.cards.listed(connection, where, open_stages, _MOST_CLOSINGS)
    found = [Closing(c.id, c.name, c.expected_close, c.value, c.currency) for c in cards if c.expected_close]
    return tuple(sorted(found, key=lambda each: (each.day, each.name)))


def moved(item: Item, day: date, starts: str | None, zone: ZoneInfo) -> dict[str, Any]:
    """What activities.edit is to write so that the item begins on ``day`` where the viewer is.

    ``starts`` is the viewer's HH:MM, empty for the whole day, None for the time it has. It stays in the time zone it was
    planned in, so that one that recurs keeps its hour there.
    """
    if starts is None:
        starts = f"{item.start:%H:%M}" if item.start else ""
    if not starts:
        return {"due_on": day, "starts": ""}
    where = zones.named(item.activity.time_zone) if item.activity.due_at is not None else zone
    at = in_time(day, starts, zone).astimezone(where)
    return {"due_on": at.date(), "starts": f"{at:%H:%M}", "time_zone": where.key}


def stretched(item: Item, end: datetime) -> dict[str, Any]:
    """What activities.edit is to write so that the item lasts until ``end``, local and without a zone: real minutes."""
    assert item.start is not None
    lasts = end.replace(tzinfo=item.start.tzinfo).astimezone(UTC) - item.start.astimezone(UTC)
    return {"minutes": max(SHORTEST, min(MAX_MINUTES, round(lasts.total_seconds() / 60)))}


def _today(ws: Workspace) -> date:
    return ws.clock.now().astimezone(zones.own(ws)).date()


def _days(ws: Workspace, wanted: Wanted) -> Iterator[Day]:
    calendar, zone, day = working_days.of(ws), zones.own(ws), wanted.first
    while day <= wanted.last:
        yield day_of(day, zone, works=calendar.works(day), holiday=calendar.holiday(day))
        day += timedelta(days=1)


def _sorted(ws: Workspace, wanted: Wanted, found: Iterable[Activity]) -> Agenda:
    zone, today = zones.own(ws), _today(ws)
    items: list[Item] = []
    overdue: list[Item] = []
    undated: list[Item] = []
    for activity in filter(wanted.takes, found):
        item = placed(activity, zone)
        if item.touches(wanted.first, wanted.last):
            items.append(item)
        if activity.done:
            continue
        if item.day is None:
            undated.append(item)
        elif item.day < today:
            overdue.append(item)
        if activity.recurrence:
            items += _to_come(activity, wanted, zone, today)
    return Agenda(
        wanted, today, zone, items=tuple(sorted(items, key=in_time_order)),
        overdue=tuple(sorted(overdue, key=in_time_order)[:MOST_WAITING]),
        undated=tuple(sorted(undated, key=lambda item: -item.activity.id)[:MOST_WAITING]),
    )  # fmt: skip


def _to_come(activity: Activity, wanted: Wanted, zone: ZoneInfo, today: date) -> Iterator[Item]:
    """Occurrences behind the one that is planned, from today on."""
    if activity.due_on is None:
        return
    where = zones.named(activity.time_zone) if activity.due_at is not None else zone
    start = activities.occurrence_of(activity.occurs, activity.due_on, activity.due_at, where)
    apart = timedelta(days=_ZONES_APART)
    first = max(wanted.first, today) - apart
    for moment in recurrence.between(activity.recurrence, start, first, wanted.last + apart):
        at = in_time(moment.date(), f"{moment:%H:%M}", where) if activity.due_at is not None else None
        item = replace(placed(replace(activity, due_on=moment.date(), due_at=at), zone), again=True)
        if item.day is not None and item.day >= today and item.touches(wanted.first, wanted.last):
            yield item
