"""The search index: entries of what can be found and the words that there are; the program fills it when it has upgraded."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes it, on each database with its own means; PostgreSQL needs no extension."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    op.create_table(
        "search_word",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint("word", name=op.f("uq_search_word_word")),
    )
    here = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if here else _POSTGRESQL:
        op.execute(statement)


# Words are parted by spaces and folded before they come here. Prefixes of up to four signs, behind the digit of their
# kind, are kept ready; longer ones of letters are found as whole words by ``search_word``.
_SQLITE: tuple[str, ...] = (
    "CREATE INDEX ix_search_entry_title ON search_entry (kind, title, id)",
    "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='id', tokenize='ascii', "
    "detail='none', columnsize=0, prefix='2 3 4 5')",
)
_POSTGRESQL: tuple[str, ...] = (
    'CREATE INDEX ix_search_entry_title ON search_entry (kind, title COLLATE "C", id)',
    "CREATE INDEX ix_search_entry_words ON search_entry USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)
