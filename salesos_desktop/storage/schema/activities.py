"""Activities planned and done."""

from __future__ import annotations

from sqlalchemy import Index, Table

from .base import code, day, instant, key, metadata, number, ref, text, version

activity = Table(
    "activity",
    metadata,
    key(),
    code("kind", "task"),
    text("subject"),
    code("subject_table", "opportunity"),
    number("subject_id", None),
    day("due_on"),
    instant("due_at"),
    code("time_zone", ""),
    number("minutes", None),
    text("place"),
    ref("assignee_id", "person", index=True),
    text("participants", "[]"),
    number("reminder_minutes", None),
    text("recurrence"),
    text("outcome"),
    text("note"),
    ref("created_by", "person"),
    instant("created_at"),
    instant("done_at"),
    instant("deleted_at"),
    version(),
)
Index("ix_activity_subject", activity.c.subject_table, activity.c.subject_id)
