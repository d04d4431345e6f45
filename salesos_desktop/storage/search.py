"""The search index: entries follow the rows in the same transaction, and can be compared with them and made anew.

One move of a deal changes none of what it looks at, and so writes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, text

from ..domain import searching
from ..domain.changes import Row
from . import search_texts
from .prepared import Prepared
from .search_texts import KINDS

_FULL = 5000
"""Records that wait to be written before some are, so that an import's memory stays flat."""
_KNOWN = 50_000
_AT_ONCE = 1000


class SearchDelta:
    """Records whose texts changed during one unit of work, written together at its end."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[int]] = {}
        self._named: list[tuple[str, int]] = []
        self._count = 0
        self._words: set[str] = set()

    def follow(self, table: str, row_id: int, before: Row | None, after: Row | None) -> None:
        """A row came, went or changed."""
        looked_at = _LOOKED_AT.get(table)
        if looked_at is None:
            return
        if before is not None and after is not None:
            changed = {name for name in looked_at if before[name] != after[name]}
            if not changed:
                return
            if table in KINDS:
                self._add(table, row_id)
            if changed & {"name", "deleted_at", "merged_into_id"}:
                self._named.append((table, row_id))
        elif table in KINDS:
            self._add(table, row_id)
        if table == "contact_point":
            for row in (before, after):
                if row is not None and row["subject_table"] in KINDS:
                    self._add(row["subject_table"], row["subject_id"])

    def _add(self, table: str, row_id: int) -> None:
        waiting = self._waiting.setdefault(table, set())
        self._count += row_id not in waiting
        waiting.add(row_id)

    @property
    def full(self) -> bool:
        """Whether so many wait that they should be written before the end."""
        return self._count >= _FULL

    def write(self, connection: Connection) -> None:
        """Brings the entries in line with the rows, which are all written, and forgets them."""
        for table, row_id in self._named:
            for other, statement in _DEPENDENT[table]:
                for found in statement.rows(connection, {"id": row_id}):
                    self._add(other, found[0])
        for kind, ids in self._waiting.items():
            self._write(connection, kind, sorted(ids))
        self._waiting.clear()
        self._named.clear()
        self._count = 0

    def _write(self, connection: Connection, kind: str, ids: list[int]) -> None:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            entries = [search_texts.entry(kind, found) for found in search_texts.read(connection, kind, some)]
            there = {row["id"] for row in entries}
            gone = [{"id": n} for n in (search_texts.entry_id(kind, i) for i in some) if n not in there]
            if gone:
                _REMOVE.run_each(connection, gone)
            if entries:
                _PUT.run_each(connection, entries)
                self._learn(connection, entries)

    def _learn(self, connection: Connection, entries: Iterable[dict[str, Any]]) -> None:
        if len(self._words) > _KNOWN:
            self._words.clear()
        words = {word for row in entries for word in row["words"].split(" ") if searching.learnt(word)} - self._words
        if words:
            _LEARN.run_each(connection, [{"word": word} for word in sorted(words)])
            self._words |= words


def rebuild(connection: Connection) -> int:
    """Makes every entry anew and returns how many differed; what indexes the words is made anew, too."""
    repaired = 0
    for kind in KINDS:
        for ids, wanted, kept in _compared(connection, kind):
            wrong = [n for n in ids if wanted.get(n) != kept.get(n)]
            repaired += len(wrong)
            delta = SearchDelta()
            for n in wrong:
                delta._add(*search_texts.row_of(n))
            delta.write(connection)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('rebuild')")
    else:
        connection.exec_driver_sql("REINDEX INDEX ix_search_entry_words")
    return repaired


def differences(connection: Connection) -> Iterator[tuple[str, int]]:
    """(table, id) of records whose entry is not what their rows give: missing, outdated, or there although it should not."""
    for kind in KINDS:
        for ids, wanted, kept in _compared(connection, kind):
            yield from (search_texts.row_of(n) for n in ids if wanted.get(n) != kept.get(n))


def _compared(connection: Connection, kind: str) -> Iterator[tuple[list[int], dict[int, Any], dict[int, Any]]]:
    """Entries of a kind in parts: their ids, what the rows give for them, and what is kept."""
    first, last = search_texts.span(kind)
    after, end = 0, last - first
    while True:
        numbers = search_texts.numbers(connection, kind, after, _AT_ONCE)
        upto = numbers[-1] if len(numbers) == _AT_ONCE else end
        entries = (search_texts.entry(kind, found) for found in search_texts.read(connection, kind, numbers))
        wanted = {row["id"]: (row["title"], row["words"]) for row in entries}
        bounds = {"first": first + after, "last": first + upto}
        kept = {row[0]: (row[1], row[2]) for row in _KEPT.rows(connection, bounds)}
        yield sorted({*wanted, *kept}), wanted, kept
        if upto == end:
            return
        after = upto


def damaged(connection: Connection) -> bool:
    """Whether what indexes the words is not that of the entries; needs a connection that may write, and writes nothing."""
    if connection.dialect.name != "sqlite":
        return False
    from sqlalchemy.exc import DatabaseError

    try:
        connection.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return True
    return False


_SUBJECTS = ("deleted_at", "merged_into_id", "name")
_REACH = ("email", "phone")
_HUNG = ("deleted_at", "subject_table", "subject_id")
_LOOKED_AT: dict[str, tuple[str, ...]] = {
    "opportunity": (
        *_SUBJECTS, "external_id", "company_id", "contact_id", "product_id", "owner_id", "tags", "note", "custom",
    ),
    "contact": (*_SUBJECTS, *_REACH, "company_id", "position", "tags", "note", "custom"),
    "company": (*_SUBJECTS, *_REACH, "website", "sector", "location", "tags", "note", "custom"),
    "lead": (*_SUBJECTS, *_REACH, "company", "position", "place", "tags", "note", "custom"),
    "activity": (*_HUNG, "subject", "place", "outcome", "note"),
    "note": (*_HUNG, "body"),
    "attachment": (*_HUNG, "name", "url"),
    "contact_point": ("subject_table", "subject_id", "kind", "value"),
    "product": ("name",),
    "person": ("name",),
}  # fmt: skip
"""Columns that an entry, or the entries of what hangs on a row, are made of."""


def _of(table: str, column: str) -> tuple[str, Prepared]:
    return table, Prepared(text(f"SELECT id FROM {table} WHERE {column} = :id"))


def _hung_on(subject: str) -> list[tuple[str, Prepared]]:
    where = f"subject_table = '{subject}' AND subject_id = :id"
    return [
        (table, Prepared(text(f"SELECT id FROM {table} WHERE {where}"))) for table in ("activity", "note", "attachment")
    ]


_DEPENDENT: dict[str, list[tuple[str, Prepared]]] = {
    "opportunity": _hung_on("opportunity"),
    "lead": _hung_on("lead"),
    "contact": [*_hung_on("contact"), _of("opportunity", "contact_id")],
    "company": [*_hung_on("company"), _of("opportunity", "company_id"), _of("contact", "company_id")],
    "product": [_of("opportunity", "product_id")],
    "person": [_of("opportunity", "owner_id")],
    "activity": [], "note": [], "attachment": [],
}  # fmt: skip
_PUT = Prepared(
    text(
        "INSERT INTO search_entry (id, kind, title, words) VALUES (:id, :kind, :title, :words) ON CONFLICT (id) DO UPDATE "
        "SET title = excluded.title, words = excluded.words "
        "WHERE search_entry.title <> excluded.title OR search_entry.words <> excluded.words"
    )
)
_REMOVE = Prepared(text("DELETE FROM search_entry WHERE id = :id"))
_LEARN = Prepared(text("INSERT INTO search_word (word) VALUES (:word) ON CONFLICT (word) DO NOTHING"))
_KEPT = Prepared(
    text("SELECT id, title, words FROM search_entry WHERE id > :first AND id <= :last").bindparams(
        bindparam("first"), bindparam("last")
    )
)
