"""What is to be told now because its time has come: reminders, the end of quiet hours, the morning, challenges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..domain.activities import Activity
from ..domain.changes import Notice
from . import holds, morning, quiet_hours, reminders
from .workspace import Workspace


@dataclass(frozen=True, slots=True)
class Due:
    """Activities to remind of and notifications that quiet hours had held back; when the next reminder is."""

    reminders: tuple[Activity, ...]
    held: tuple[Notice, ...]
    next_at: datetime | None


def look(ws: Workspace) -> Due:
    """Takes what is due, so that it is told once. Deals come back from hold, the morning has its summary, and
    challenges their progress and end, with notifications of their own commits.
    """
    if ws.rights.replica:
        # The programs of those who work at the server itself do.
        return Due((), (), None)
    # Loaded here and not with the window, which starts without them.
    from . import badges, game_news, search

    holds.wake(ws)
    due = reminders.take(ws)
    held = quiet_hours.deliver(ws)
    morning.greet(ws)
    if ws.rights.configure:
        badges.ready(ws)
    game_news.tell(ws)
    search.write_waiting(ws)
    return Due(tuple(due), tuple(held), reminders.next_at(ws))
