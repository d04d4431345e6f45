"""Kinds, participants and plans of activities, reminders, deals on hold, the last touch, followers, what a person is told."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from salesos_desktop.domain.activities import DEFAULT_KINDS
from salesos_desktop.domain.stages import DEFAULT_STAGES
from salesos_desktop.storage.schema.base import Utc

revision = "0004"
down_revision = "0003"
COUNTED = ("activity_kind", "activity_participant", "activity_plan", "activity_plan_step", "follower")
LIVE = sa.text("deleted_at IS NULL")
OPEN = sa.text("done_at IS NULL AND deleted_at IS NULL")


def upgrade() -> None:
    """Makes what is new; a deal was last touched when it entered its stage, for nothing better is known."""
    _tables()
    _columns()
    _saved_views()
    _indexes()
    counter = sa.table("id_counter", sa.column("name", sa.String), sa.column("next", sa.BigInteger))
    op.bulk_insert(counter, [{"name": name, "next": 1} for name in COUNTED])
    op.execute("UPDATE opportunity SET touched_on = COALESCE(stage_since, created_on)")
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _instants_alike(connection)
    first = connection.execute(sa.text("SELECT name FROM stage ORDER BY position LIMIT 1")).scalar()
    if first is not None:
        _kinds(connection, 1 if first == DEFAULT_STAGES[0].name[1] else 0)


def _instants_alike(connection: Any) -> None:
    """Instants as one text each: some were kept with their zone, which is UTC, and without a fraction of zero."""
    for table in sa.inspect(connection).get_table_names():
        for column in sa.inspect(connection).get_columns(table):
            if isinstance(column["type"], sa.DateTime):
                name = column["name"]
                op.execute(f"UPDATE {table} SET {name} = substr({name}, 1, length({name}) - 6) WHERE {name} LIKE '%+00:00'")
                op.execute(f"UPDATE {table} SET {name} = {name} || '.000000' WHERE length({name}) = 19")


def _kinds(connection: Any, language: int) -> None:
    """The default kinds in the language that the workspace was begun in: 0 Spanish, 1 English."""
    put = "INSERT INTO activity_kind (id, code, name, icon, minutes, position) VALUES (:i, :c, :n, :o, :m, :i)"
    connection.execute(
        sa.text(put),
        [
            {"i": n, "c": kind.code, "n": kind.name[language], "o": kind.icon, "m": kind.minutes}
            for n, kind in enumerate(DEFAULT_KINDS, 1)
        ],
    )
    count = {"next": len(DEFAULT_KINDS) + 1}
    connection.execute(sa.text("UPDATE id_counter SET next = :next WHERE name = 'activity_kind'"), count)


def _tables() -> None:
    op.create_table(
        "activity_kind",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), server_default="task", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("icon", sa.String(length=40), server_default="check", nullable=False),
        sa.Column("minutes", sa.BigInteger(), server_default="30", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_kind")),
    )
    op.create_table(
        "activity_participant",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_participant_activity_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_activity_participant_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_activity_participant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_participant")),
    )
    op.create_table(
        "activity_plan",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_plan")),
    )
    op.create_table(
        "activity_plan_step",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="task", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("days", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("working", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("starts", sa.String(length=40), server_default="", nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["activity_plan.id"], name=op.f("fk_activity_plan_step_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_plan_step")),
    )
    op.create_table(
        "follower",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_follower_opportunity_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follower_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
    )


def _columns() -> None:
    # Nothing has ever written it; participants are rows now.
    op.drop_column("activity", "participants")
    op.add_column("activity", sa.Column("remind_at", Utc(), nullable=True))
    op.add_column("activity", sa.Column("plan_id", sa.BigInteger(), nullable=True))
    op.add_column("activity", sa.Column("occurs", sa.String(length=40), server_default="", nullable=False))
    op.add_column("stage", sa.Column("plan_id", sa.BigInteger(), nullable=True))
    op.add_column("person", sa.Column("notices", sa.Text(), server_default="{}", nullable=False))
    op.add_column("person", sa.Column("summary_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("visited_at", Utc(), nullable=True))
    op.add_column("opportunity", sa.Column("hold_until", sa.Date(), nullable=True))
    op.add_column("opportunity", sa.Column("touched_on", sa.Date(), nullable=True))


def _saved_views() -> None:
    op.add_column("saved_view", sa.Column("default_for", sa.Text(), server_default="[]", nullable=False))


def _indexes() -> None:
    for table, column in (
        ("activity_participant", "activity_id"), ("activity_participant", "contact_id"),
        ("activity_plan_step", "plan_id"), ("follower", "opportunity_id"),
    ):  # fmt: skip
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_activity_due_on", "activity", ["due_on", "id"])
    op.create_index("ix_activity_open", "activity", ["assignee_id", "due_on"], sqlite_where=OPEN, postgresql_where=OPEN)
    for table, column in (
        ("activity", "remind_at"), ("opportunity", "hold_until"), ("opportunity", "merged_into_id"),
        ("lead", "merged_into_id"), ("contact", "merged_into_id"), ("company", "merged_into_id"),
    ):  # fmt: skip
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=there, postgresql_where=there)
    op.create_index(
        "ix_opportunity_stage_touched_on", "opportunity", ["stage_id", "touched_on", "id"],
        sqlite_where=LIVE, postgresql_where=LIVE,
    )  # fmt: skip
    op.create_index(
        "ix_opportunity_owner", "opportunity", ["owner_id", "stage_id"], sqlite_where=LIVE, postgresql_where=LIVE
    )
