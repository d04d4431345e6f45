"""Pairs of rows that look alike, for somebody to merge or to tell apart; 100,000 rows take seconds, not hours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice

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

Pair = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two rows that may be the same, the older first; ``reason`` is email, phone or name (with the company, if any)."""

    first_id: int
    second_id: int
    first: str
    second: str
    reason: str


@dataclass(slots=True)
class _Compared:
    """A row with what it is compared by: words of its name in alphabetical order, company, emails, phones."""

    id: int
    name: str
    words: str
    company: str
    emails: list[str]
    phones: list[str]


def candidates(ws: Workspace, kind: str, limit: int = 200) -> list[Candidate]:
    """Pairs of leads, contacts, companies or opportunities that look alike: same email, same phone, similar name.

    At most ``limit``, the surest first. What ``say_different`` told apart is left out.
    """
    with ws.store.read() as connection:
        apart = storage.merging.told_apart(connection, kind)
        rows = {
            row_id: _Compared(
                row_id,
                name,
                words(name, company=kind == "company"),
                words(company, company=True),
                [email_key(email)],
                [phone],
            )
            for row_id, name, company, email, phone in storage.merging.compared(connection, kind)
        }
        if kind in ("contact", "company"):
            for row_id, point, value in storage.merging.points(connection, kind):
                if row_id in rows and point == "email":
                    rows[row_id].emails.append(email_key(value))
                elif row_id in rows:
                    rows[row_id].phones.append(value)
    found: dict[tuple[int, int], Candidate] = {}
    for first, second, reason in _pairs(list(rows.values()), nameless=kind == "company"):
        pair = (min(first, second), max(first, second))
        if pair not in apart and pair not in found:
            found[pair] = Candidate(*pair, rows[pair[0]].name, rows[pair[1]].name, reason)
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


def _pairs(rows: list[_Compared], *, nameless: bool) -> Iterator[Pair]:
    """Pairs, the surest first; one may come more than once. ``nameless``: the rows have no company to look at."""
    for one, other in _sharing(rows, lambda row: row.emails):
        yield one.id, other.id, "email"
    for one, other in _sharing(rows, lambda row: map(phone_key, row.phones)):
        if any(reach.same_phone(a, b) for a in one.phones for b in other.phones if a and b):
            yield one.id, other.id, "phone"
    # Similar rows stand near each other in one of two orders: by name, or by company and then name.
    for order in (lambda row: (row.words, row.company), lambda row: (row.company, row.words)):
        yield from _near(sorted(rows, key=order), nameless)


def _sharing(
    rows: list[_Compared], keys: Callable[[_Compared], Iterable[str]]
) -> Iterator[tuple[_Compared, _Compared]]:
    groups: dict[str, list[_Compared]] = defaultdict(list)
    for row in rows:
        for key in set(keys(row)):
            if key:
                groups[key].append(row)
    for group in groups.values():
        if len(group) > 1:
            yield from islice(combinations(group, 2), _PAIRS_OF_GROUP)


def _near(rows: list[_Compared], nameless: bool) -> Iterator[Pair]:
    from rapidfuzz import fuzz

    ratio = fuzz.ratio
    for place, one in enumerate(rows):
        if not one.words:
            continue
        for other in rows[place + 1 : place + _NEIGHBOURS]:
            same = one.words == other.words
            if not same and (
                not ratio(one.words, other.words, score_cutoff=_ALIKE_FROM) or counted_apart(one.words, other.words)
            ):
                continue
            if one.company == other.company:
                # Without a company on either side, a name that is merely similar says too little.
                alike = same or nameless or bool(one.company)
            elif one.company and other.company:
                alike = fuzz.token_set_ratio(one.company, other.company) >= _ALIKE_FROM
            else:
                alike = same
            if alike:
                yield one.id, other.id, "name"


def counted_apart(one: str, other: str) -> bool:
    """Whether numbers tell two names apart: “Renewal 2025” is not “Renewal 2026”."""
    return sorted(_NUMBERS.findall(one)) != sorted(_NUMBERS.findall(other))


@lru_cache(maxsize=20_000)
def words(name: str, *, company: bool) -> str:
    """Words of a name in alphabetical order, folded, without signs; of a company's name also without its legal form."""
    found = re.sub(r"[^\w\s]", "", fold(name)).split()
    return " ".join(sorted([word for word in found if word not in _LEGAL] if company else found))
