"""One search over everything: deals, leads, contacts, companies, activities, notes and files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain import searching
from ..domain.text import one_line
from ..i18n import N_, long_date, money, tr
from . import vocabulary
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.search_texts import Texts

KINDS = ("opportunity", "contact", "company", "lead", "activity", "note", "attachment")
"""What is found: names of tables, in the order in which equal hits stand."""
LIMIT = 8
FEW = 5
"""With fewer hits than these, typing errors are forgiven."""
_EXCERPT = 90
_BEFORE = 24
_NUMBER = re.compile(r"(#?)\s*(\d{1,9})")
_WIDE = 60
"""Deals that are looked at, even where fewer are wanted, for the open ones among them."""
_MOST = 8
"""Words of a search that count."""
_TELLING = 4
"""Signs from which on the beginning of a phone, an email or a number says something."""


class Rank(IntEnum):
    """How well a hit matches, the best first."""

    EXACT = 0
    BEGINNING = 1
    NAME = 2
    WORDS = 3
    PREFIXES = 4
    NAME_MISTYPED = 5
    MISTYPED = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, and why.

    ``kind`` is its table. ``detail`` says more about it in a line. ``where`` names the field that matched and ``excerpt`` is
    its text about the place, both empty when the name matched. ``about`` is the (table, id) on which an activity, a note or a
    file hangs, None for nothing. ``words`` are the folded words that matched, for ``domain.searching.marks``.
    """

    kind: str
    id: int
    title: str
    detail: str
    where: str
    excerpt: str
    about: tuple[str, int] | None
    rank: Rank
    words: tuple[str, ...]


def find(
    ws: Workspace, text: str, limit: int = LIMIT, kinds: Iterable[str] | None = None, *, forgiving: bool = True
) -> list[Hit]:
    """What matches a text, the best first; at most ``limit`` of each kind.

    First what is called so or begins so, then names with all the words, then what has them anywhere, each word as a
    beginning; case and accents do not count, a phone, an email and a number match in any spelling. Where all that gives
    little and ``forgiving``, words in which a letter or two are wrong, missing or swapped. Of deals that match equally well
    the open ones come first.
    """
    look = _Look(text, limit, [kind for kind in KINDS if kinds is None or kind in set(kinds)])
    if not look.words:
        return []
    with ws.store.read() as connection:
        look.strictly(connection)
    if forgiving and len(look.found) < FEW and any(map(searching.errors_allowed, look.words)):
        near = [vocabulary.of(ws).near(word) for word in look.words]
        if any(near):
            with ws.store.read() as connection:
                look.forgiving(connection, near)
    with ws.store.read() as connection:
        return _shown(connection, look)


def write_waiting(ws: Workspace) -> None:
    """On a server, lets the search follow what others have changed: a company renamed by a colleague is in one's deals. No
    change of the record, so nothing to undo."""
    if ws.store.path is not None or not ws.rights.write:
        return
    with ws.store.read() as connection:
        waiting = storage.search.waiting(connection)
    if waiting:
        with ws.store.write() as connection:
            storage.search.write_waiting(connection)


def shown(ws: Workspace, records: Sequence[tuple[str, int]]) -> list[Hit]:
    """Records by (table, id) as hits, in their order; those that cannot be found any more are left out."""
    look = _Look("", len(records), [])
    for record in records:
        look.found.setdefault(record, (Rank.EXACT, ()))
    with ws.store.read() as connection:
        hits = {(hit.kind, hit.id): hit for hit in _shown(connection, look)}
    return [hits[record] for record in look.found if record in hits]


class _Look:
    """One search: (kind, id) → rank and the words that matched, filled step by step."""

    def __init__(self, text: str, limit: int, kinds: Sequence[str]) -> None:
        self.words = list(dict.fromkeys(searching.words(text)))[:_MOST]
        self.found: dict[tuple[str, int], tuple[Rank, tuple[str, ...]]] = {}
        self._text = text.strip()
        self._limit = limit
        self._kinds = kinds

    def strictly(self, connection: Any) -> None:
        """What has the words as they were typed."""
        queries = storage.search_queries
        words = tuple(self.words)
        beginning = searching.title(self._text)
        for kind in self._kinds:
            named = dict(queries.by_title(connection, kind, beginning, self._wanted(kind)))
            for rank in (Rank.EXACT, Rank.BEGINNING):
                ids = [row_id for row_id, name in named.items() if (name == beginning) is (rank is Rank.EXACT)]
                self._add_all(connection, kind, ids, rank, words)
        self._by_number(connection)
        whole, name = storage.search_texts.WHOLE, storage.search_texts.IN_NAME
        pieces = self._pieces()
        if pieces:
            self._step(connection, Rank.EXACT, [[(whole + each, False) for each in pieces]], pieces)
        self._step(connection, Rank.NAME, [[(name + word, True)] for word in words], words)
        if pieces and len(pieces[0]) >= _TELLING:
            self._step(connection, Rank.NAME, [[(whole + pieces[0], True)]], pieces)
        self._step(
            connection, Rank.WORDS, [[(mark + word, False) for mark in ("", name, whole)] for word in words], words
        )
        self._step(connection, Rank.PREFIXES, [_anywhere(word) for word in words], words)

    def forgiving(self, connection: Any, near: Sequence[Sequence[str]]) -> None:
        """What has words near to those that were typed."""
        meant = [[word, *others] for word, others in zip(self.words, near, strict=True)]
        tried = tuple(word for words in meant for word in words)
        mark = storage.search_texts.IN_NAME
        in_name = [[(mark + word, True) for word in words] for words in meant]
        groups = [[term for word in words for term in _anywhere(word)] for words in meant]
        self._step(connection, Rank.NAME_MISTYPED, in_name, tried)
        self._step(connection, Rank.MISTYPED, groups, tried)

    def _pieces(self) -> tuple[str, ...]:
        """What was typed in one piece, when it may be a phone, an email or a number."""
        phone = searching.typed_phone(self._text)
        if phone:
            return tuple(phone)
        return () if " " in self._text else (searching.joined(self._text),)

    def _by_number(self, connection: Any) -> None:
        typed = _NUMBER.fullmatch(self._text)
        if typed and "opportunity" in self._kinds:
            for deal in storage.search_texts.read(connection, "opportunity", [int(typed[2])]):
                self._add("opportunity", deal.id, Rank.EXACT if typed[1] else Rank.NAME, tuple(self.words))

    def _step(self, connection: Any, rank: Rank, groups: Sequence[Any], words: tuple[str, ...]) -> None:
        short = [kind for kind in self._kinds if self._count(kind) < self._limit]
        wanted = storage.search_queries.spelled_out(connection, groups) if short else []
        if wanted:
            for kind in short:
                ids = storage.search_queries.by_words(connection, kind, wanted, self._wanted(kind))
                self._add_all(connection, kind, ids, rank, words)

    def _wanted(self, kind: str) -> int:
        return max(self._limit, _WIDE) if kind == "opportunity" else self._limit

    def _add_all(self, connection: Any, kind: str, ids: Sequence[int], rank: Rank, words: tuple[str, ...]) -> None:
        closed = storage.search_queries.closed(connection, ids) if kind == "opportunity" else set()
        for row_id in sorted(ids, key=closed.__contains__):
            self._add(kind, row_id, rank, words)

    def _add(self, kind: str, row_id: int, rank: Rank, words: tuple[str, ...]) -> None:
        if (kind, row_id) not in self.found and self._count(kind) < self._limit:
            self.found[kind, row_id] = (rank, words)

    def _count(self, kind: str) -> int:
        return sum(1 for found, _ in self.found if found == kind)


def _anywhere(word: str) -> list[tuple[str, bool]]:
    """A word as a beginning in any place; short ones say something only in names, or where they stand whole."""
    texts = storage.search_texts
    long = len(word) >= _TELLING
    return [(word, len(word) > 1), (texts.IN_NAME + word, True), (texts.WHOLE + word, long)]


# What a hit says ---------------------------------------------------------------------------------------------------


def _shown(connection: Any, look: _Look) -> list[Hit]:
    """Hits by rank, those of one rank as they were found, kind after kind."""
    made: dict[tuple[str, int], Hit] = {}
    labels = storage.search_queries.labels(connection)
    for kind in KINDS:
        ids = [row_id for found, row_id in look.found if found == kind]
        if not ids:
            continue
        texts = {each.id: each for each in storage.search_texts.read(connection, kind, ids)}
        facts = storage.search_queries.details(connection, kind, ids)
        abouts = _abouts(connection, texts.values())
        for row_id in texts:
            rank, words = look.found[kind, row_id]
            hit = _hit(kind, texts[row_id], facts.get(row_id, ()), abouts, rank, words)
            made[kind, row_id] = replace(hit, where=_field_name(labels, hit.where))
    places = {found: place for place, found in enumerate(look.found)}
    return sorted(made.values(), key=lambda hit: (hit.rank, KINDS.index(hit.kind), places[hit.kind, hit.id]))


def _hit(
    kind: str,
    texts: Texts,
    facts: Sequence[Any],
    abouts: dict[tuple[str, int], str],
    rank: Rank,
    words: tuple[str, ...],
) -> Hit:
    field, excerpt = _matched(texts, words)
    title = one_line(texts.title)
    if kind == "note":
        body = next((value for name, value in texts.fields if name == "note"), "")
        title, field, excerpt = _about_the_place(body, words), "", ""
    about = abouts.get(texts.about, "") if texts.about else ""
    detail = " · ".join(part for part in (*_detail(kind, dict(reversed(texts.fields)), facts), about) if part)
    if excerpt and excerpt in detail:
        field, excerpt = "", ""
    return Hit(kind, texts.id, title, detail, field, excerpt, texts.about, rank, words)


def _detail(kind: str, fields: dict[str, str], facts: Sequence[Any]) -> Iterator[str]:
    if kind == "opportunity":
        yield fields.get("company", "") or fields.get("contact", "")
        if facts:
            yield facts[0]
            yield "" if facts[1] is None else money(facts[1], facts[2])
    elif kind == "activity" and facts:
        yield facts[2] or ""
        yield tr("done") if facts[1] is not None else "" if facts[0] is None else long_date(_day(facts[0]))
    elif kind in ("contact", "lead"):
        yield fields.get("position", "")
        yield fields.get("company", "")
        yield facts[0] or "" if facts else ""
    elif kind == "company":
        yield fields.get("sector", "")
        yield fields.get("location", "")


def _day(day: Any) -> Any:
    from datetime import date

    return date.fromisoformat(day[:10]) if isinstance(day, str) else day


def _matched(texts: Texts, words: tuple[str, ...]) -> tuple[str, str]:
    """The field that has most of the words which the name lacks, and its text about the place; nothing when it lacks none."""
    missing = _lacking(texts.title, words)
    if not missing:
        return "", ""
    best, fewest = ("", ""), len(missing)
    for field, value in texts.fields:
        lacking = len(_lacking(value, missing))
        if lacking < fewest:
            best, fewest = (field, _about_the_place(value, missing)), lacking
    return best


def _lacking(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    there = searching.words(text)
    whole = "".join(there)
    return tuple(
        word for word in words if not any(w.startswith(word) for w in there) and not (len(word) > 4 and word in whole)
    )


def _about_the_place(text: str, words: tuple[str, ...]) -> str:
    """A line of the text with the first match near its beginning."""
    line = one_line(text[: searching.TEXT_LIMIT])
    marked = searching.marks(line, words)
    start = marked[0][0] - _BEFORE if marked and len(line) > _EXCERPT and marked[0][0] > _BEFORE else 0
    if start:
        start = line.find(" ", start, marked[0][0]) + 1 or start
    cut = line[start : start + _EXCERPT]
    return ("…" if start else "") + cut + ("…" if start + _EXCERPT < len(line) else "")


def _abouts(connection: Any, texts: Iterable[Texts]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for each in texts:
        if each.about is not None:
            wanted.setdefault(each.about[0], set()).add(each.about[1])
    return {
        (table, row_id): name
        for table, ids in wanted.items()
        for row_id, name in storage.search_queries.names(connection, table, sorted(ids)).items()
    }


def _field_name(labels: dict[str, str], field: str) -> str:
    key = field.removeprefix("custom.")
    return labels.get(key, key) if key != field else tr(_FIELDS[field]) if field else ""


_FIELDS = {
    "number": N_("Number"), "company": N_("Company"), "contact": N_("Contact"), "product": N_("Product"),
    "owner": N_("Owner"), "tags": N_("Tags"), "note": N_("Note"), "position": N_("Position"), "email": N_("Email"),
    "phone": N_("Phone"), "address": N_("Address"), "website": N_("Website"), "sector": N_("Sector"),
    "location": N_("Location"), "place": N_("Place"), "outcome": N_("Outcome"), "url": N_("Link"),
}  # fmt: skip
