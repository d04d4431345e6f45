"""Activities planned and done, their kinds, who takes part, and the plans that make chains of them."""

from __future__ import annotations

from sqlalchemy import Index, Table

from .base import code, day, flag, instant, key, metadata, number, ref, text, version

activity = Table(
    "activity",
    metadata,
    key(),
    code("kind", "task"),
    text("subject"),
    code("subject_table", "opportunity"),
    number("subject_id", None),
    # The day; with a time also the instant, of which ``due_on`` is the day in ``time_zone``.
    day("due_on"),
    instant("due_at"),
    code("time_zone", ""),
    number("minutes", None),
    text("place"),
    ref("assignee_id", "person", index=True),
    number("reminder_minutes", None),
    # RFC 5545 without its "RRULE:".
    text("recurrence"),
    text("outcome"),
    text("note"),
    ref("created_by", "person"),
    instant("created_at"),
    instant("done_at"),
    instant("deleted_at"),
    version(),
    # When to remind next: follows the time and the reminder, moved by a snooze, NULL once shown.
    instant("remind_at"),
    # The plan that made it; its steps that are open go when the deal is closed.
    number("plan_id", None),
    # Which occurrence of its series it is, local YYYY-MM-DD or YYYY-MM-DDTHH:MM: what is put off does not move the others.
    code("occurs", ""),
)
Index("ix_activity_subject", activity.c.subject_table, activity.c.subject_id)
_open = activity.c.done_at.is_(None) & activity.c.deleted_at.is_(None)
Index("ix_activity_due_on", activity.c.due_on, activity.c.id)
Index("ix_activity_open", activity.c.assignee_id, activity.c.due_on, sqlite_where=_open)
Index("ix_activity_remind_at", activity.c.remind_at, sqlite_where=activity.c.remind_at.isnot(None))

# A contact, a colleague, or somebody known by name only.
activity_participant = Table(
    "activity_participant",
    metadata,
    key(),
    ref("activity_id", "activity", nullable=False, index=True),
    ref("contact_id", "contact", index=True),
    ref("person_id", "person", index=True),
    text("name"),
    version(),
)

activity_kind = Table(
    "activity_kind",
    metadata,
    key(),
    code("code", "task"),
    text("name"),
    code("icon", "check"),
    number("minutes", 30),
    number("position"),
    flag("active", True),
    version(),
)

activity_plan = Table(
    "activity_plan", metadata, key(), text("name"), number("position"), flag("active", True), version()
)

# ``days`` after the start (working days when ``working``); ``starts`` is a local HH:MM, empty for the whole day.
activity_plan_step = Table(
    "activity_plan_step",
    metadata,
    key(),
    ref("plan_id", "activity_plan", nullable=False, index=True),
    code("kind", "task"),
    text("subject"),
    number("days"),
    flag("working", True),
    code("starts", ""),
    number("minutes", None),
    text("note"),
    number("position"),
    version(),
)
