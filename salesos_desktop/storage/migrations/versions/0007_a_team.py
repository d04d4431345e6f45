"""What a team's server tells people and commits apart by: a person's login, and the transaction of a commit."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Both stay empty in a file."""
    op.add_column("person", sa.Column("login", sa.Text(), server_default="", nullable=False))
    op.add_column("change_log", sa.Column("xid", sa.BigInteger(), nullable=True))
