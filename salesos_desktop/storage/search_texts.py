"""What can be found of each record: its texts by field, read in one go for many rows, and its entry in the index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, text

from ..domain import searching
from .prepared import Prepared

KINDS = ("opportunity", "contact", "company", "lead", "activity", "note", "attachment")
"""Tables whose rows are found; the place of each is its kind in the index."""
IN_NAME, WHOLE = "·", "§"
"""Marks in ``search_entry.words``, behind the digit of the kind that each word begins with: of a word of the name, and of
what is looked up but not read: phones and numbers in one piece, what stands before the @ of an email."""
SPAN = 1 << 28
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Texts:
    """A record that can be found: its name as it is, its other texts as (field, text), what it hangs on as (table, id).

    A field of the workspace's own is called ``custom.KEY``; a note has no name.
    """

    id: int
    title: str
    fields: tuple[tuple[str, str], ...]
    about: tuple[str, int] | None = None


def entry_id(kind: str, row_id: int) -> int:
    """Where a record is in the index."""
    return KINDS.index(kind) * SPAN + row_id


def row_of(entry: int) -> tuple[str, int]:
    """(table, id) of an entry."""
    kind, row_id = divmod(entry, SPAN)
    return KINDS[kind], row_id


def span(kind: str) -> tuple[int, int]:
    """The first and the last id that an entry of a kind can have."""
    return entry_id(kind, 0), entry_id(kind, SPAN - 1)


def entry(kind: str, found: Texts) -> dict[str, Any]:
    """The row of ``search_entry`` for a record."""
    name = searching.words(found.title)
    read, whole = [], []
    for field, value in found.fields:
        if field == "phone":
            whole += searching.phone_words(value)
        elif field == "email":
            local, _, domain = value.rpartition("@")
            whole += [searching.joined(value), *searching.words(local)]
            read.append(domain)
        elif field == "number":
            whole += [searching.joined(value), *searching.words(value)]
        else:
            read.append(value[: searching.TEXT_LIMIT])
    # Each word once, in the first of these places.
    marks = dict.fromkeys(name, IN_NAME)
    for word in (word for value in read for word in searching.words(value)):
        marks.setdefault(word, "")
    for word in whole:
        marks.setdefault(word, WHOLE)
    code = str(KINDS.index(kind))
    return {
        "id": entry_id(kind, found.id), "kind": KINDS.index(kind), "title": " ".join(name)[: searching.TITLE_LIMIT],
        "words": " ".join([f"{code}{mark}{word}" for word, mark in islice(marks.items(), searching.WORDS_LIMIT) if word]),
    }  # fmt: skip


def learnt(words: Iterable[str]) -> set[str]:
    """Those of the words of entries that belong to the vocabulary, bare."""
    bare = (word[1:].removeprefix(IN_NAME) for word in words)
    return {word for word in bare if searching.learnt(word)}


def read(connection: Connection, kind: str, ids: Iterable[int]) -> Iterator[Texts]:
    """Those of the rows that can be found now: neither they nor what they hang on is in the bin or merged."""
    wanted, statement = list(ids), _ROWS[kind]
    for start in range(0, len(wanted), _AT_ONCE):
        rows = statement.rows(connection, {"ids": wanted[start : start + _AT_ONCE]})
        points = _points(connection, kind, [row[0] for row in rows]) if kind in _POINTED and rows else {}
        for row in rows:
            yield _texts(kind, row, points.get(row[0], ()))


def numbers(connection: Connection, kind: str, after: int, limit: int) -> list[int]:
    """Ids of rows of a table behind ``after``, in order; of those that are in the bin, too."""
    return [row[0] for row in _NUMBERS[kind].rows(connection, {"after": after, "limit": limit})]


def _texts(kind: str, row: Sequence[Any], points: Sequence[tuple[str, str]]) -> Texts:
    names = _FIELDS[kind]
    about = None
    values = row[2 : 2 + len(names)]
    if kind in _HANGING and row[-1] is not None:
        about = (row[-2], row[-1])
    fields: list[tuple[str, str]] = []
    for name, value in zip(names, values, strict=True):
        if not value:
            continue
        if name == "tags":
            fields += [("tags", str(tag)) for tag in _decoded(value, [])] if value != "[]" else []
        elif name == "custom":
            fields += _own(value) if value != "{}" else []
        else:
            fields.append((name, value))
    known = set(fields)
    return Texts(row[0], row[1], (*fields, *(point for point in points if point not in known)), about)


def _own(document: str) -> Iterator[tuple[str, str]]:
    for key, value in _decoded(document, {}).items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, str) and part:
                yield f"custom.{key}", part


def _decoded(document: str, nothing: Any) -> Any:
    try:
        found = json.loads(document)
    except ValueError:
        return nothing
    return found if isinstance(found, type(nothing)) else nothing


def _points(connection: Connection, kind: str, ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for row_id, what, value in _POINTS.rows(connection, {"table": kind, "ids": ids}):
        found.setdefault(row_id, []).append((what, value))
    return found


_HERE = "{0}.deleted_at IS NULL AND {0}.merged_into_id IS NULL"
_HANGING = ("activity", "note", "attachment")
_POINTED = ("contact", "company")
_FIELDS = {
    "opportunity": ("number", "company", "contact", "product", "owner", "tags", "note", "custom"),
    "contact": ("company", "position", "email", "phone", "tags", "note", "custom"),
    "company": ("email", "phone", "website", "sector", "location", "tags", "note", "custom"),
    "lead": ("company", "position", "email", "phone", "place", "tags", "note", "custom"),
    "activity": ("place", "outcome", "note"),
    "note": ("note",),
    "attachment": ("url",),
}
_SOURCES = {
    "opportunity": "t.name, t.external_id, c.name, p.name, r.name, w.name, t.tags, t.note, t.custom FROM opportunity t "
    "LEFT JOIN company c ON c.id = t.company_id LEFT JOIN contact p ON p.id = t.contact_id "
    "LEFT JOIN product r ON r.id = t.product_id LEFT JOIN person w ON w.id = t.owner_id WHERE " + _HERE.format("t"),
    "contact": "t.name, c.name, t.position, t.email, t.phone, t.tags, t.note, t.custom FROM contact t "
    "LEFT JOIN company c ON c.id = t.company_id WHERE " + _HERE.format("t"),
    "company": "t.name, t.email, t.phone, t.website, t.sector, t.location, t.tags, t.note, t.custom FROM company t WHERE "
    + _HERE.format("t"),
    "lead": "t.name, t.company, t.position, t.email, t.phone, t.place, t.tags, t.note, t.custom FROM lead t WHERE "
    + _HERE.format("t"),
    "activity": "t.subject, t.place, t.outcome, t.note, t.subject_table, t.subject_id FROM activity t WHERE ",
    "note": "'', t.body, t.subject_table, t.subject_id FROM note t WHERE ",
    "attachment": "t.name, t.url, t.subject_table, t.subject_id FROM attachment t WHERE ",
}


def _hanging(source: str) -> str:
    subjects = " ".join(
        f"WHEN '{table}' THEN EXISTS (SELECT 1 FROM {table} s WHERE s.id = t.subject_id AND {_HERE.format('s')})"
        for table in ("opportunity", "lead", "contact", "company")
    )
    return f"{source} t.deleted_at IS NULL AND (t.subject_id IS NULL OR CASE t.subject_table {subjects} END)"


FINDABLE = {kind: _hanging(source) if kind in _HANGING else source for kind, source in _SOURCES.items()}
"""What is read of the rows ``t`` of each kind that can be found, in the order of KINDS: columns FROM tables WHERE conditions."""


def _selected(kind: str) -> Prepared:
    return Prepared(text(f"SELECT t.id, {FINDABLE[kind]} AND t.id IN :ids").bindparams(bindparam("ids", expanding=True)))


_ROWS = {kind: _selected(kind) for kind in KINDS}
_NUMBERS = {kind: Prepared(text(f"SELECT id FROM {kind} WHERE id > :after ORDER BY id LIMIT :limit")) for kind in KINDS}
_POINTS = Prepared(
    text(
        "SELECT subject_id, kind, value FROM contact_point WHERE subject_table = :table AND subject_id IN :ids ORDER BY id"
    ).bindparams(bindparam("ids", expanding=True))
)
