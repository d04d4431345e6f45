"""The change log, history and notifications: what every commit leaves behind."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from .base import code, flag, instant, metadata, number, ref, serial, text

change_log = Table(
    "change_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    instant("at", nullable=False),
    ref("actor_id", "person"),
    text("origin"),
    code("verb", "edit"),
    # A message and its values as JSON, so that each window reads it in its own language.
    text("label", "[]"),
    flag("undoable", True),
    code("state", "done"),
    number("reverts", None),
    number("rows"),
    number("points"),
    text("tables"),
    # The transaction, on PostgreSQL: what a snapshot has not seen yet is told by it (storage/server/).
    number("xid", None),
    sqlite_autoincrement=True,
)
Index("ix_change_log_undo", change_log.c.actor_id, change_log.c.state, change_log.c.seq)
Index("ix_change_log_reverts", change_log.c.reverts)

change_row = Table(
    "change_row",
    metadata,
    Column("seq", Integer, ForeignKey("change_log.seq"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    code("table_name", ""),
    number("row_id"),
    # JSON of the columns that changed; NULL before an insert and after a delete.
    text("before", None),
    text("after", None),
)

history = Table(
    "history",
    metadata,
    serial(),
    code("subject_table", "opportunity"),
    number("subject_id"),
    instant("at", nullable=False),
    ref("actor_id", "person"),
    code("kind", "changed"),
    code("field", ""),
    text("before", None),
    text("after", None),
    number("change_seq"),
)
Index("ix_history_subject", history.c.subject_table, history.c.subject_id, history.c.id)
Index("ix_history_stage", history.c.subject_id, history.c.id, sqlite_where=history.c.field == "stage_id")
Index(
    "ix_history_close", history.c.subject_id, history.c.id, history.c.before, history.c.after, history.c.field,
    sqlite_where=history.c.field == "expected_close",
)  # fmt: skip

notification = Table(
    "notification",
    metadata,
    serial(),
    # No reference: what a person was told stays when the import that made them is taken back.
    Column("person_id", Integer, nullable=False),
    instant("at", nullable=False),
    code("kind", "stage_changed"),
    # Messages with their values as JSON, like change_log.label.
    text("title", "[]"),
    text("body", "[]"),
    code("subject_table", "opportunity"),
    number("subject_id", None),
    number("change_seq"),
    instant("read_at"),
)
Index("ix_notification_person", notification.c.person_id, notification.c.id)
