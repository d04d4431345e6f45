"""Who else has a deal open, in a team on a server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .. import storage
from .workspace import Workspace


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody else who has a deal open."""

    person_id: int
    name: str
    since: datetime


def possible(ws: Workspace) -> bool:
    """Whether others can be told: by a login of one's own, on a server."""
    return ws.store.path is None and ws.store.address is not None


def look_at(ws: Workspace, deal_id: int | None) -> None:
    """Tells those who see the deal that this window has it open, or none any more. Raises Denied for one that is not seen."""
    storage.presence.look(ws.store, ws.actor_id, ws.origin, deal_id)


def lookers(ws: Workspace) -> dict[int, tuple[Looker, ...]]:
    """Deal → who else has it open, the longest first; only deals that the person sees."""
    found: dict[int, tuple[Looker, ...]] = {}
    with ws.store.read() as connection:
        for deal_id, person_id, name, since in storage.presence.lookers(connection, ws.actor_id):
            found[deal_id] = (*found.get(deal_id, ()), Looker(person_id, name, since))
    return found
