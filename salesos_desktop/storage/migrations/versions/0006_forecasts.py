"""Categories of the forecast, what people say about it, targets found by period, and indexes on who follows and takes part."""

import sqlalchemy as sa
from alembic import op

from salesos_desktop.storage.schema.base import Utc

revision = "0006"
down_revision = "0005"
COUNTED = ("forecast_call", "forecast_adjustment")


def upgrade() -> None:
    """A stage counts as its flag and its probability say; the kept totals learn of the category, which no deal has yet."""
    op.add_column("stage", sa.Column("category", sa.String(length=40), server_default="pipeline", nullable=False))
    op.add_column("opportunity", sa.Column("category", sa.String(length=40), server_default="", nullable=False))
    op.execute(
        "UPDATE stage SET category = CASE WHEN kind = 'won' THEN 'closed' WHEN kind = 'lost' THEN 'omitted' "
        "WHEN committed THEN 'commit' WHEN probability >= 50 THEN 'best_case' ELSE 'pipeline' END"
    )
    _totals()
    _tables()
    op.create_index("ix_follower_person_id", "follower", ["person_id"])
    op.create_index("ix_activity_participant_person_id", "activity_participant", ["person_id"])
    # Sums of points are read off the index alone.
    op.drop_index("ix_points_person", "points")
    op.create_index("ix_points_person", "points", ["person_id", "at", "points"])
    op.add_column("challenge", sa.Column("state", sa.Text(), server_default="{}", nullable=False))
    op.create_index("ix_forecast_call_period", "forecast_call", ["period", "person_id", "id"])
    op.create_index("ix_forecast_adjustment_period", "forecast_adjustment", ["period", "id"])
    stages = sa.text("field = 'stage_id'")
    op.create_index(
        "ix_history_stage", "history", ["subject_id", "id"], sqlite_where=stages, postgresql_where=stages
    )  # fmt: skip
    dates = sa.text("field = 'expected_close'")
    op.create_index(
        "ix_history_close", "history", ["subject_id", "id", "before", "after", "field"], sqlite_where=dates,
        postgresql_where=dates,
    )  # fmt: skip
    counter = sa.table("id_counter", sa.column("name", sa.String), sa.column("next", sa.BigInteger))
    op.bulk_insert(counter, [{"name": name, "next": 1} for name in COUNTED])


def _totals() -> None:
    """A primary key cannot grow in SQLite: the table is made again."""
    sums = "count, value, weighted, no_value"
    op.execute("CREATE TABLE total_before AS SELECT * FROM total")
    op.drop_table("total")
    op.create_table(
        "total",
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("weighted", sa.BigInteger(), nullable=False),
        sa.Column("no_value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stage_id", "owner_id", "day", "currency", "category", name=op.f("pk_total")),
    )
    op.execute(
        f"INSERT INTO total (stage_id, owner_id, day, currency, category, {sums}) "
        f"SELECT stage_id, owner_id, day, currency, '', {sums} FROM total_before"
    )
    op.drop_table("total_before")


def _tables() -> None:
    for name, columns in (
        ("forecast_call", [_person("forecast_call", "person_id", nullable=False)]),
        (
            "forecast_adjustment",
            [
                _person("forecast_adjustment", "person_id"),
                (
                    sa.Column("team_id", sa.Integer(), nullable=True),
                    sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_forecast_adjustment_team_id")),
                ),
            ],
        ),
    ):  # fmt: skip
        said = "note" if name == "forecast_call" else "reason"
        by, references = _person(name, "created_by")
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
            *(column for column, _ in columns),
            sa.Column("period", sa.String(length=40), server_default="", nullable=False),
            sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("currency", sa.String(length=40), server_default="USD", nullable=False),
            sa.Column(said, sa.Text(), server_default="", nullable=False),
            by,
            sa.Column("created_at", Utc(), nullable=False),
            sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
            *(constraint for _, constraint in columns),
            references,
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        )


def _person(table: str, name: str, nullable: bool = True) -> tuple["sa.Column[int]", sa.ForeignKeyConstraint]:
    """A column that names a person, and its reference."""
    column = sa.Column(name, sa.Integer(), nullable=nullable)
    return column, sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}"))
