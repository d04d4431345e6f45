"""What a team's server tells people and commits apart by, and deals that are shared with a colleague."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """All of it stays empty in a file."""
    op.add_column("person", sa.Column("login", sa.Text(), server_default="", nullable=False))
    given = sa.text("login <> ''")
    op.create_index("uq_person_login", "person", ["login"], unique=True, sqlite_where=given, postgresql_where=given)
    op.add_column("change_log", sa.Column("xid", sa.BigInteger(), nullable=True))
    op.create_table(
        "share",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("may_edit", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_share_opportunity_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_share_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
    )
    for column in ("opportunity_id", "person_id"):
        op.create_index(f"ix_share_{column}", "share", [column])
    if op.get_bind().dialect.name == "postgresql":
        # SQLite does not count the signs of a text.
        op.alter_column("attachment", "sha256", type_=sa.Text())
    counter = sa.table("id_counter", sa.column("name", sa.String), sa.column("next", sa.BigInteger))
    op.bulk_insert(counter, [{"name": "share", "next": 1}])
