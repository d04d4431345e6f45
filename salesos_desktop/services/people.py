"""The person at the window: name, team, points, notifications."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import storage
from ..domain.changes import Notice
from ..storage import first_look
from .workspace import Workspace

PANEL_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Me:
    """Who is at the window; ``unread`` counts notifications."""

    id: int
    name: str
    team: str
    points: int
    unread: int


def me(ws: Workspace) -> Me:
    """The local person and their figures."""
    if ws.store.cold:
        with ws.store.look() as file:
            return Me(ws.actor_id, *first_look.person(file, ws.actor_id))
    with ws.store.read() as connection:
        return Me(
            ws.actor_id,
            storage.reference.name_of(connection, "person", ws.actor_id),
            storage.people.team_name(connection, ws.actor_id),
            storage.timeline.points_of(connection, ws.actor_id),
            storage.timeline.unread_count(connection, ws.actor_id),
        )


def notices(ws: Workspace) -> list[Notice]:
    """The newest notifications of the local person, newest first."""
    with ws.store.read() as connection:
        return storage.timeline.notices_of(connection, ws.actor_id, PANEL_LIMIT)


def mark_read(ws: Workspace, ids: Iterable[int]) -> int:
    """Marks notifications as read; returns how many are still unread."""
    with ws.store.write() as connection:
        storage.timeline.mark_read(connection, ids, ws.clock.now())
        return storage.timeline.unread_count(connection, ws.actor_id)


def mark_all_read(ws: Workspace) -> int:
    """Marks every notification of the local person as read; returns 0."""
    with ws.store.write() as connection:
        storage.timeline.mark_all_read(connection, ws.actor_id, ws.clock.now())
    return 0
