"""The start page: a person's day in a few statements, the first of them without the database library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from .. import storage
from ..domain.home import FURTHEST_DAYS, Beginning, Endangered, Fresh, News, Rest
from ..domain.periods import month_range
from ..storage import first_day, first_look
from . import staleness
from .workspace import Workspace

DUE_LIMIT = 200
FRESH_LIMIT = 60
NEWS_LIMIT = 60
DANGER_LIMIT = 200


def beginning(ws: Workspace) -> Beginning:
    """What is due up to today where the person is, and their own figures."""
    today = ws.clock.today()
    month = month_range(today)
    since, until = (datetime.combine(day, time(), ws.clock.zone()).astimezone(UTC) for day in month)
    # A day more: what was planned in a zone further west may be of today here.
    last = today + timedelta(days=1)
    if ws.store.cold:
        with ws.store.look() as file:
            name, seen_at = first_day.person_row(file, ws.actor_id)
            due = first_day.due(file, ws.actor_id, last, DUE_LIMIT)
            figures = first_day.figures(file, ws.actor_id, *month, since)
            return Beginning(name, due, figures, first_day.icons(file), seen_at, first_look.last_seq(file))
    with ws.store.read() as connection:
        name, seen_at = storage.home.person_row(connection, ws.actor_id)
        due = storage.home.due(connection, ws.actor_id, last, DUE_LIMIT)
        figures = storage.home.figures(connection, ws.actor_id, *month, since, until)
        icons = {kind.code: kind.icon for kind in storage.activities.kinds(connection)}
        return Beginning(name, due, figures, icons, seen_at, storage.change_log.last_seq(connection))


def rest(ws: Workspace, seen_at: datetime | None) -> Rest:
    """Deals in danger, what is new, and what others have done since ``seen_at``, None for a first visit."""
    deals = danger(ws)
    return Rest(tuple(deals), len(deals) == DANGER_LIMIT, tuple(fresh(ws)), tuple(news(ws, seen_at)))


def danger(ws: Workspace) -> list[Endangered]:
    """The person's open deals that are in danger, the gravest first, with their reasons."""
    found = staleness.in_danger(ws, limit=DANGER_LIMIT)
    with ws.store.read() as connection:
        deals = storage.home.endangered(connection, [each.id for each in found])
    return [
        replace(deals[each.id], reasons=each.reasons, days=each.days, allowed=each.allowed)
        for each in found
        if each.id in deals
    ]


def fresh(ws: Workspace) -> list[Fresh]:
    """Leads that wait for a first contact and deals that others have assigned: nobody has dealt with them yet."""
    with ws.store.read() as connection:
        leads = storage.home.fresh_leads(connection, ws.actor_id, FRESH_LIMIT)
        deals = storage.home.fresh_deals(connection, ws.actor_id, _furthest(ws), FRESH_LIMIT)
    return sorted((*leads, *deals), key=lambda each: each.at, reverse=True)


def news(ws: Workspace, seen_at: datetime | None) -> list[News]:
    """What others have done with what is the person's since ``seen_at``, the newest first."""
    since = max(seen_at or _furthest(ws), _furthest(ws))
    with ws.store.read() as connection:
        return storage.home.news(connection, ws.actor_id, since, NEWS_LIMIT)


def visit(ws: Workspace) -> None:
    """The page has been looked at: the next visit tells what came later. No change of the record, so nothing to undo."""
    if ws.rights.replica:
        return
    with ws.store.write() as connection:
        storage.home.visited(connection, ws.actor_id, ws.clock.now())


def _furthest(ws: Workspace) -> datetime:
    return ws.clock.now() - timedelta(days=FURTHEST_DAYS)
