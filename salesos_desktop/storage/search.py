"""The search index: entries follow the rows in the same transaction, and can be compared with them and made anew.

One move of a deal changes none of what it looks at, and so writes nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DatabaseError, OperationalError

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
            self.rewrite(connection, kind, sorted(ids))
        self._waiting.clear()
        self._named.clear()
        self._count = 0

    def rewrite(self, connection: Connection, kind: str, ids: list[int]) -> None:
        """Brings the entries of some rows of a table in line with them; ascending ids are the fastest."""
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            entries = [search_texts.entry(kind, found) for found in search_texts.read(connection, kind, some)]
            numbers = [search_texts.entry_id(kind, row_id) for row_id in some]
            kept = {row[0]: (row[1], row[2]) for row in _THERE.rows(connection, {"ids": numbers})}
            made = {row["id"] for row in entries}
            new = [row for row in entries if row["id"] not in kept]
            changed = [row for row in entries if row["id"] in kept and kept[row["id"]] != (row["title"], row["words"])]
            gone = [{"id": number, "words": words} for number, (_, words) in kept.items() if number not in made]
            before = [*gone, *({"id": row["id"], "words": kept[row["id"]][1]} for row in changed)]
            steps: list[tuple[Prepared, list[dict[str, Any]]]]
            if connection.dialect.name == "sqlite":
                # Not by triggers: in them FTS5 writes its index out at each row.
                steps = [
                    (_REMOVE, gone), (_CHANGE, changed), (_ADD, new), (_UNINDEX, before), (_INDEX, changed), (_INDEX, new),
                ]  # fmt: skip
            else:
                # Who may write it, and whether a row is gone or only not seen any more, the database finds out.
                unseen = [{"id": number} for number in numbers if number not in made]
                steps = [(_REMOVE_THERE, unseen), (_PUT_THERE, [*changed, *new])]
            for statement, rows in steps:
                if rows:
                    statement.run_each(connection, rows)
            self._learn(connection, [*new, *changed])

    def _learn(self, connection: Connection, entries: Iterable[dict[str, Any]]) -> None:
        if len(self._words) > _KNOWN:
            self._words.clear()
        fresh = set().union(*(row["words"].split(" ") for row in entries)) - self._words
        self._words |= fresh
        words = search_texts.learnt(fresh)
        if words:
            learn = _LEARN if connection.dialect.name == "sqlite" else _LEARN_THERE
            learn.run_each(connection, [{"word": word} for word in sorted(words)])


def fill(connection: Connection, progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Brings every entry in line with its rows, and returns how many differed; ``progress`` hears of done and all kinds."""
    repaired = 0
    for done, kind in enumerate(KINDS):
        progress(done, len(KINDS))
        delta = SearchDelta()
        for ids, wanted, kept in _compared(connection, kind):
            wrong = [search_texts.row_of(n)[1] for n in ids if wanted.get(n) != kept.get(n)]
            delta.rewrite(connection, kind, wrong)
            repaired += len(wrong)
    return repaired


def waiting(connection: Connection) -> list[int]:
    """Entries on a server that follow from what others have changed and that are this person's to write."""
    return [row[0] for row in _WAITING.rows(connection, {"most": _AT_ONCE})]


def write_waiting(connection: Connection) -> None:
    """Writes them."""
    found: dict[str, list[int]] = {}
    for number in waiting(connection):
        kind, row_id = search_texts.row_of(number)
        found.setdefault(kind, []).append(row_id)
    for kind, ids in found.items():
        entries = [search_texts.entry(kind, each) for each in search_texts.read(connection, kind, sorted(ids))]
        if entries:
            _PUT_THERE.run_each(connection, entries)


def rebuild(connection: Connection) -> int:
    """``fill``, and makes what indexes the words anew."""
    repaired = fill(connection)
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
    """Whether SQLite's index of the words is not that of the entries; not known, and no, while somebody else writes."""
    if connection.dialect.name != "sqlite":
        return False
    try:
        connection.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
    except OperationalError:
        return False
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
_ADD = Prepared(text("INSERT INTO search_entry (id, kind, title, words) VALUES (:id, :kind, :title, :words)"))
_CHANGE = Prepared(text("UPDATE search_entry SET title = :title, words = :words WHERE id = :id"))
_INDEX = Prepared(text("INSERT INTO search_index (rowid, words) VALUES (:id, :words)"))
_UNINDEX = Prepared(text("INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', :id, :words)"))
_THERE = Prepared(
    text("SELECT id, title, words FROM search_entry WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
)
_REMOVE = Prepared(text("DELETE FROM search_entry WHERE id = :id"))
_REMOVE_THERE = Prepared(text("SELECT salesos.unindex(:id)"))
_WAITING = Prepared(text("SELECT e FROM salesos.stale_entries(:most) AS e"))
_PUT_THERE = Prepared(text("SELECT salesos.index_entry(:id, :title, :words)"))
_LEARN_THERE = Prepared(text("SELECT salesos.learn(:word)"))
_LEARN = Prepared(text("INSERT INTO search_word (word) VALUES (:word) ON CONFLICT (word) DO NOTHING"))
_KEPT = Prepared(text("SELECT id, title, words FROM search_entry WHERE id > :first AND id <= :last"))
