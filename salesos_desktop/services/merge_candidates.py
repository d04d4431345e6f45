"""Pairs of rows that look alike, for somebody to merge or to tell apart; 100,000 rows take seconds, not hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from operator import itemgetter

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.reach import email_key, phone_key
from ..domain.text import fold
from ..errors import InvalidInput
from ..i18n import N_, tr
from . import reach
from .workspace import Workspace

_ALIKE_FROM = 90
_NEIGHBOURS = 6
_PAIRS_OF_GROUP = 100
_LEGAL = frozenset(
    ("sa", "sl", "slu", "srl", "sas", "sac", "spa", "cv", "inc", "llc", "ltd", "ltda", "co", "corp", "gmbh", "ag", "bv",
     "plc", "cia")
)  # fmt: skip
"""Words of a company's legal form, without their dots: they tell nobody apart."""

_NUMBERS = re.compile(r"\d+")
_SIGN = re.compile(r"[^\w\s]")

Pair = tuple[int, int, str]
Compared = tuple[int, str, str, str, str, str]
"""Id, name, folded name (empty where none is kept), folded name of the company, email, phone."""
Point = tuple[int, str, str, str]
"""Id of the row, email or phone, value, key."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two rows that may be the same, the older first; ``reason`` is email, phone or name (with the company, if any)."""

    first_id: int
    second_id: int
    first: str
    second: str
    reason: str


def candidates(ws: Workspace, kind: str, limit: int = 200) -> list[Candidate]:
    """Pairs of leads, contacts, companies or opportunities that look alike: same email, same phone, similar name.

    At most ``limit``, the surest first. What ``say_different`` told apart is left out.
    """
    with ws.store.read() as connection:
        apart = storage.merging.told_apart(connection, kind)
        rows = storage.merging.compared(connection, kind)
        points = storage.merging.points(connection, kind) if kind in ("contact", "company") else []
    names = {row[0]: row[1] for row in rows}
    found: dict[tuple[int, int], Candidate] = {}
    for first, second, reason in _pairs(rows, [point for point in points if point[0] in names], kind):
        pair = (min(first, second), max(first, second))
        if pair not in apart and pair not in found:
            found[pair] = Candidate(*pair, names[pair[0]], names[pair[1]], reason)
            if len(found) >= limit:
                break
    return list(found.values())


def say_different(ws: Workspace, kind: str, one_id: int, other_id: int) -> ChangeSet | None:
    """Remembers that two rows are not the same, so that they are not offered again; undo forgets it."""
    if one_id == other_id:
        raise InvalidInput("other", tr("These are one and the same."), tr("Choose two that are not."))
    with ws.unit("different", []) as uow:
        first, second = uow.get(kind, min(one_id, other_id)), uow.get(kind, max(one_id, other_id))
        uow.call_it([N_("“{name}” and “{other}” are different"), {"name": first["name"], "other": second["name"]}])
        if (first["id"], second["id"]) not in storage.merging.told_apart(uow.connection, kind):
            pair = {"subject_table": kind, "first_id": first["id"], "second_id": second["id"]}
            uow.insert("not_duplicate", pair)
    return uow.change_set


def _pairs(rows: Sequence[Compared], points: Sequence[Point], kind: str) -> Iterator[Pair]:
    """Pairs, the surest first; one may come more than once. What a step compares is made when it begins."""
    emails = [(row[0], email_key(row[4]), "") for row in rows]
    emails += [(row_id, key, "") for row_id, point, _, key in points if point == "email"]
    for group in _sharing(emails):
        for one, other in islice(combinations(group, 2), _PAIRS_OF_GROUP):
            yield one, other, "email"
    phones = [(row[0], phone_key(row[5]), row[5]) for row in rows]
    phones += [(row_id, key, value) for row_id, point, value, key in points if point == "phone"]
    for group in _sharing(phones):
        for one, other in islice(combinations(group, 2), _PAIRS_OF_GROUP):
            if any(reach.same_phone(a, b) for a in group[one] for b in group[other]):
                yield one, other, "phone"
    yield from _named_alike(rows, kind)


def _sharing(keyed: Iterable[tuple[int, str, str]]) -> Iterable[dict[int, set[str]]]:
    """Rows that have a key in common: for each such key its rows by id, each with its spellings."""
    first: dict[str, tuple[int, str]] = {}
    groups: dict[str, dict[int, set[str]]] = {}
    for row_id, key, value in keyed:
        there = first.setdefault(key, (row_id, value))
        if key and there != (row_id, value):
            group = groups.setdefault(key, {there[0]: {there[1]}})
            group.setdefault(row_id, set()).add(value)
    ordered = (dict(sorted(group.items())) for group in groups.values() if len(group) > 1)
    return sorted(ordered, key=lambda group: next(iter(group)))


def _named_alike(rows: Sequence[Compared], kind: str) -> Iterator[Pair]:
    company_words: dict[str, str] = {}
    entries = []
    for row_id, name, folded, company, _, _ in rows:
        place = company_words.get(company)
        if place is None:
            place = company_words[company] = _words(company, company=True)
        if own := _words(folded or fold(name), company=kind == "company"):
            entries.append((own, place, row_id))
    # Similar rows stand near each other in one of two orders: by name, or by company and then name.
    yield from _near(sorted(entries), nameless=kind == "company")
    yield from _near(sorted(entries, key=itemgetter(1, 0, 2)), nameless=kind == "company")


def _near(entries: Sequence[tuple[str, str, int]], *, nameless: bool) -> Iterator[Pair]:
    """Pairs among neighbours of (words, words of the company, id). ``nameless``: there is no company to look at."""
    from rapidfuzz import fuzz

    ratio = fuzz.ratio

    def near(place: str, other: str) -> bool:
        return bool(fuzz.token_set_ratio(place, other) >= _ALIKE_FROM)

    for place, (one, one_company, one_id) in enumerate(entries, start=1):
        for other, other_company, other_id in entries[place : place + _NEIGHBOURS - 1]:
            if one == other:
                if (
                    one_company == other_company
                    or not one_company
                    or not other_company
                    or near(one_company, other_company)
                ):
                    yield one_id, other_id, "name"
                continue
            # Without a company on both sides, a name that is merely similar says too little.
            if not nameless and not (one_company and other_company):
                continue
            if not ratio(one, other, score_cutoff=_ALIKE_FROM) or counted_apart(one, other):
                continue
            if one_company == other_company or near(one_company, other_company):
                yield one_id, other_id, "name"


def counted_apart(one: str, other: str) -> bool:
    """Whether numbers tell two names apart: “Renewal 2025” is not “Renewal 2026”."""
    return sorted(_NUMBERS.findall(one)) != sorted(_NUMBERS.findall(other))


@lru_cache(maxsize=4096)
def words(name: str, *, company: bool) -> str:
    """Words of a name in alphabetical order, without signs; of a company also without its legal form."""
    return _words(fold(name), company=company)


def _words(folded: str, *, company: bool) -> str:
    if not folded.isascii() or _SIGN.search(folded):
        folded = _SIGN.sub("", folded)
    found = folded.split()
    found.sort()
    return " ".join([word for word in found if word not in _LEGAL] if company else found)
