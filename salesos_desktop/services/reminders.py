"""Reminders: what is due to be said, said once, put off. They live in the rows, so no restart and no sleep loses them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from .. import storage
from ..domain.activities import Activity
from ..domain.changes import ChangeSet
from ..domain.notices import Channel, Kind
from ..i18n import N_
from . import notice_settings
from .activities import live
from .activity_rows import check_delay
from .workspace import Workspace

REMINDED = "reminded"
"""Verb of the commit that marks reminders as shown: it changes nothing that a person has written."""


def take(ws: Workspace) -> list[Activity]:
    """The local person's activities whose reminder is due, marked as reminded, so that two windows do not say it twice.

    Each leaves a notification. In quiet hours those of a whole day wait; none is given where the person is not told of
    what is due.
    """
    now, settings = ws.clock.now(), notice_settings.get(ws)
    quiet = settings.quiet.hold(now, ws.clock.zone())
    with ws.store.read() as connection:
        due = storage.activities.to_remind(connection, now, ws.actor_id)
    due = [each for each in due if each.due_at is not None or not quiet]
    if not due:
        return []
    taken: list[Activity] = []
    with ws.unit(REMINDED, [N_("Remind"), {}], undoable=False) as uow:
        for each in due:
            row = uow.find("activity", each.id)
            if row is not None and row["remind_at"] == each.remind_at and row["done_at"] is None:
                uow.update("activity", each.id, {"remind_at": None})
                uow.notify(ws.actor_id, Kind.ACTIVITY_DUE, *texts(ws, each), each.id, "activity")
                taken.append(each)
    return taken if settings.wants(Kind.ACTIVITY_DUE, Channel.IN_APP) else []


def texts(ws: Workspace, activity: Activity) -> tuple[list[Any], list[Any]]:
    """What a reminder says, as messages: the subject; when it is, what it is about, where."""
    when: list[Any] = []
    if activity.due_at is not None:
        when = [["{moment}", {"moment": activity.due_at.astimezone(ws.clock.zone()).isoformat()}]]
    elif activity.due_on is not None:
        when = [["{date}", {"date": activity.due_on.isoformat()}]]
    more = [["{text}", {"text": part}] for part in (activity.about, activity.place) if part]
    return ["{text}", {"text": activity.subject}], ["{lines}", {"lines": [*when, *more]}]


def next_at(ws: Workspace) -> datetime | None:
    """When the local person is to be reminded next, None for never."""
    with ws.store.read() as connection:
        return storage.activities.next_reminder(connection, ws.actor_id)


def snooze(ws: Workspace, ids: Sequence[int], minutes: int) -> ChangeSet | None:
    """Reminds again in ``minutes``; when it is planned for stays. Raises InvalidInput for more than a year, NotFound."""
    check_delay(minutes)
    with ws.unit("activity", []) as uow:
        for activity_id in dict.fromkeys(ids):
            row = live(uow, activity_id)
            uow.call_it([N_("Postpone “{name}”"), {"name": row["subject"]}])
            uow.update("activity", activity_id, {"remind_at": ws.clock.now() + timedelta(minutes=minutes)})
    return uow.change_set
