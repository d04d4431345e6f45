"""What the search box looks through: an entry for each record that can be found, and the words that there are."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from .base import metadata, number, serial, text

# ``id`` tells kind and row (storage/search_texts.py); ``title`` is the name as its prefixes are looked up; ``words`` are
# all words, each behind the digit of its kind and, if it is of the name or of a phone, a mark. What indexes the words is
# each database's own: an FTS5 table on SQLite, a GIN index on PostgreSQL.
search_entry = Table(
    "search_entry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    number("kind"),
    text("title"),
    text("words"),
)
Index("ix_search_entry_title", search_entry.c.kind, search_entry.c.title, search_entry.c.id)

# Words of letters that an entry has or had: what a mistyped word is compared with.
search_word = Table("search_word", metadata, serial(), Column("word", Text, nullable=False, unique=True))
