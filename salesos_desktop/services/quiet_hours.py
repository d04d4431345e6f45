"""What quiet hours have held back, delivered at their end as one summary, once, also after a restart."""

from __future__ import annotations

from .. import storage
from ..domain.changes import Notice
from ..domain.notices import Channel
from ..i18n import N_
from . import notice_settings, told
from .workspace import Workspace

DELIVERED = "delivered"
"""Verb of the commit that marks it."""


def deliver(ws: Workspace) -> list[Notice]:
    """Unread notifications of the quiet hours that ended last which the desktop or a sound would have told, the oldest
    first; empty while they last, and once they have been delivered.
    """
    now, settings = ws.clock.now(), notice_settings.get(ws)
    span = settings.quiet.last(now, ws.clock.zone())
    if span is None or now < span[1]:
        return []
    with ws.store.read() as connection:
        if _done(told.kept(connection, ws.actor_id), span[1].isoformat()):
            return []
    with ws.unit(DELIVERED, [N_("Tell what waited"), {}], undoable=False) as uow:
        known = told.kept(uow.connection, ws.actor_id)
        if _done(known, span[1].isoformat()):
            return []
        told.keep(uow, ws.actor_id, {**known, "delivered": span[1].isoformat()})
        found = storage.timeline.held_back(uow.connection, ws.actor_id, *span)
    aloud = (Channel.DESKTOP, Channel.SOUND)
    return [notice for notice in found if any(settings.wants(notice.kind, channel) for channel in aloud)]


def _done(known: dict[str, str], end: str) -> bool:
    return known.get("delivered", "") >= end
