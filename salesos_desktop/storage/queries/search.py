"""Looks into the search index. Each database has its own way to a word and its beginnings; what is asked is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text

from ...domain import searching
from ..prepared import Prepared
from ..search_texts import IN_NAME, KINDS, row_of
from ..search_texts import learnt as learnt_of

Term = tuple[str, bool]
"""A folded word, with its mark if it has one, and whether it may go on."""

_READY = 4
"""Signs of a beginning, its mark among them, that SQLite's index has ready (layout 0005)."""
_SPELLED_OUT = 48
"""Words with a beginning up to which each is looked up by itself: longer lists are slower than the beginning."""
_LAST = "\U0010ffff"


def by_title(connection: Connection, kind: str, beginning: str, limit: int) -> list[tuple[int, str]]:
    """(id, folded name) of records whose name begins so, in the order of their names."""
    values = {"kind": KINDS.index(kind), "from": beginning, "to": beginning + _LAST, "limit": limit}
    statement = _TITLE_HERE if connection.dialect.name == "sqlite" else _TITLE_THERE
    return [(row_of(row[0])[1], row[1]) for row in statement.rows(connection, values)]


def spelled_out(connection: Connection, groups: Sequence[Sequence[Term]]) -> list[list[Term]]:
    """What records must hold, one term of each group, as ``by_words`` takes it; empty when none can."""
    if connection.dialect.name != "sqlite":
        return [list(group) for group in groups]
    found = [[one for term in group for one in _spelled_out(connection, term)] for group in groups]
    return found if all(found) else []


def by_words(connection: Connection, kind: str, groups: Sequence[Sequence[Term]], limit: int) -> list[int]:
    """Ids of records of a kind that hold one term of each group, the newest first."""
    code = str(KINDS.index(kind))
    if connection.dialect.name == "sqlite":
        wanted = " AND ".join(f"({' OR '.join(_here(code, term) for term in group)})" for group in groups)
        statement = _WORDS_HERE
    else:
        wanted = " & ".join(f"({' | '.join(_there(code, term) for term in group)})" for group in groups)
        statement = _WORDS_THERE
    values = {"kind": KINDS.index(kind), "wanted": wanted, "limit": limit}
    return [row_of(row[0])[1] for row in statement.rows(connection, values)]


def closed(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of these deals that are won or lost."""
    return {row[0] for row in _CLOSED.rows(connection, {"ids": list(ids)})} if ids else set()


def seen_words(connection: Connection) -> set[str]:
    """The vocabulary of what a member of a team sees."""
    return learnt_of(row[0] for row in _SEEN_WORDS.rows(connection))


def learnt(connection: Connection, after: int) -> list[tuple[int, str]]:
    """(number, word) of what came into the vocabulary behind a number."""
    return [(row[0], row[1]) for row in _LEARNT.rows(connection, {"after": after})]


def details(connection: Connection, kind: str, ids: Sequence[int]) -> dict[int, Sequence[Any]]:
    """What a hit says beside its texts, by id: of a deal stage, value and currency; of a lead the name of its status; of an
    activity the day, whether it is done, and the name of its kind. Nothing of others."""
    statement = _DETAILS.get(kind)
    return {row[0]: row[1:] for row in statement.rows(connection, {"ids": list(ids)})} if statement and ids else {}


def names(connection: Connection, table: str, ids: Sequence[int]) -> dict[int, str]:
    """Names of the records that things hang on."""
    return {row[0]: row[1] for row in _NAMES[table].rows(connection, {"ids": list(ids)})} if ids else {}


def labels(connection: Connection) -> dict[str, str]:
    """What the workspace's own fields are called, by their keys."""
    return {row[0]: row[1] for row in _LABELS.rows(connection)}


def _spelled_out(connection: Connection, term: Term) -> list[Term]:
    """A beginning that the index has not ready, as the whole words that begin so, if those are few."""
    word, goes_on = term
    mark = IN_NAME if word.startswith(IN_NAME) else ""
    bare = word[len(mark) :]
    if not goes_on or len(word) <= _READY or not searching.learnt(bare):
        return [term]
    values = {"from": bare, "to": bare + _LAST, "limit": _SPELLED_OUT}
    found = [row[0] for row in _COMPLETIONS.rows(connection, values)]
    if len(found) == _SPELLED_OUT:
        return [term]
    return [(mark + whole, False) for whole in found]


def _here(code: str, term: Term) -> str:
    return f'"{code}{term[0]}"{" *" if term[1] else ""}'


def _there(code: str, term: Term) -> str:
    return f"'{code}{term[0]}'{':*' if term[1] else ''}"


def _listed(sql: str) -> Prepared:
    return Prepared(text(sql).bindparams(bindparam("ids", expanding=True)))


_TITLE_HERE = Prepared(
    text(
        "SELECT id, title FROM search_entry WHERE kind = :kind AND title >= :from AND title < :to "
        "ORDER BY title, id LIMIT :limit"
    )
)
_TITLE_THERE = Prepared(text("SELECT entry, name FROM salesos.find_titles(:kind, :from, :to, :limit)"))
_WORDS_HERE = Prepared(
    text("SELECT rowid FROM search_index WHERE search_index MATCH :wanted ORDER BY rowid DESC LIMIT :limit")
)
_WORDS_THERE = Prepared(text("SELECT e FROM salesos.find_words(:kind, CAST(:wanted AS tsquery), :limit) AS e"))
_LEARNT = Prepared(text("SELECT id, word FROM search_word WHERE id > :after ORDER BY id"))
_SEEN_WORDS = Prepared(text("SELECT w FROM salesos.seen_words() AS w"))
_COMPLETIONS = Prepared(text("SELECT word FROM search_word WHERE word >= :from AND word < :to LIMIT :limit"))
_CLOSED = _listed(
    "SELECT o.id FROM opportunity o JOIN stage s ON s.id = o.stage_id WHERE o.id IN :ids AND s.kind <> 'open'"
)
_LABELS = Prepared(text("SELECT key, label FROM custom_field"))
_DETAILS = {
    "opportunity": _listed(
        "SELECT o.id, s.name, o.value, o.currency FROM opportunity o JOIN stage s ON s.id = o.stage_id WHERE o.id IN :ids"
    ),
    "lead": _listed("SELECT l.id, s.name FROM lead l LEFT JOIN lead_status s ON s.code = l.status WHERE l.id IN :ids"),
    "activity": _listed(
        "SELECT a.id, a.due_on, a.done_at, k.name FROM activity a LEFT JOIN activity_kind k ON k.code = a.kind "
        "WHERE a.id IN :ids"
    ),
}
_NAMES = {
    table: _listed(f"SELECT id, name FROM {table} WHERE id IN :ids")
    for table in ("opportunity", "lead", "contact", "company")
}
