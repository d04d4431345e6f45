"""Whether a lead, contact or company is there already: by email, then phone, then a similar name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import storage
from ..domain.reach import email_key, phone_key
from ..domain.text import fold
from ..errors import InvalidInput
from ..i18n import N_
from . import leads, reach
from .merge_candidates import counted_apart, words
from .workspace import Workspace

LIMIT = 5
_ALIKE_FROM = 86
_PERSON_FROM = 60
_COMPANY_FROM = 90
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Match:
    """A lead, contact or company (``kind``) that may be the same.

    ``reason`` is email, phone, name (a similar name at a similar company) or alike (a similar name, no company to go by).
    """

    kind: str
    id: int
    name: str
    company: str
    email: str
    phone: str
    reason: str


def of_lead(ws: Workspace, values: Mapping[str, Any], *, except_id: int | None = None) -> list[Match]:
    """What may be the same as a lead of these values (name, company, email, phone as typed), best first, at most LIMIT.

    ``except_id`` is the lead itself when it is kept already; those that somebody told apart from it are left out.
    """
    with ws.store.read() as connection:
        return among(connection, values, reach.region(ws), except_id=except_id)


def among(connection: Any, values: Mapping[str, Any], region: str, *, except_id: int | None = None) -> list[Match]:
    """``of_lead`` as a connection sees it; ``region`` is the country of numbers without one."""
    found: dict[tuple[str, int], Match] = {}
    for match in _by_reach(connection, values, region):
        found.setdefault((match.kind, match.id), match)
    if len(found) <= LIMIT:
        for match in _by_name(connection, str(values.get("name") or ""), str(values.get("company") or "")):
            found.setdefault((match.kind, match.id), match)
    if except_id is not None:
        ids = [match.id for match in found.values() if match.kind == "lead"]
        apart = storage.duplicates.told_apart(connection, except_id, ids) | {except_id}
        return [m for m in found.values() if m.kind != "lead" or m.id not in apart][:LIMIT]
    return list(found.values())[:LIMIT]


def create_unless_there(ws: Workspace, values: dict[str, Any]) -> tuple[int, Match | None]:
    """Makes a lead like ``leads.create``, unless it is there already: its id, and why it is the same when it was there.

    Looked up and made in one step, and one writes at a time: of two that come at once the second finds the first.
    Raises InvalidInput.
    """
    with ws.unit("create", [N_("Create lead “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        found = among(uow.connection, values, reach.region(ws))
        match = next((match for match in found if match.kind == "lead"), None)
        lead_id = leads.insert(ws, uow, values) if match is None else match.id
    return lead_id, match


def of_contact(ws: Workspace, values: Mapping[str, Any]) -> list[Match]:
    """What may be the same as a new contact of these values, like ``of_lead``; of what is equally sure contacts come first."""
    region, name, company = reach.region(ws), fold(str(values.get("name") or "")), str(values.get("company") or "")
    with ws.store.read() as connection:
        found = {(match.kind, match.id): match for match in [
            *_contacts_named(connection, name, fold(company)), *reversed(list(_by_reach(connection, values, region))),
        ]}  # fmt: skip
    order = ("email", "phone", "name", "alike")
    return sorted(found.values(), key=lambda m: (order.index(m.reason), m.kind != "contact", m.id))[:LIMIT]


def of_company(ws: Workspace, values: Mapping[str, Any]) -> list[Match]:
    """Companies that may be the same as a new one of these values (name, email, phone as typed), best first."""
    email, phone = email_key(str(values.get("email") or "")), _whole(str(values.get("phone") or ""), reach.region(ws))
    with ws.store.read() as connection:
        found: dict[int, Match] = {}
        for match in (
            *_with(connection, "company", email, phone), *_companies_named(connection, str(values.get("name") or "")),
        ):  # fmt: skip
            found.setdefault(match.id, match)
    return list(found.values())[:LIMIT]


def contact_like(connection: Any, name: str, email: str, phone: str) -> int | None:
    """Id of the contact with this email, else with this phone and a name that is not another's; None when there is none.

    A switchboard is no person: behind one number several people sit.
    """
    for match in _with(connection, "contact", email_key(email), phone):
        if match.reason == "email" or same_person(match.name, name):
            return match.id
    return None


def same_person(one: str, other: str) -> bool:
    """Whether two names behind one phone can be those of one person."""
    from rapidfuzz import fuzz

    return bool(fuzz.token_set_ratio(fold(one), fold(other)) >= _PERSON_FROM)


def _by_reach(connection: Any, values: Mapping[str, Any], region: str) -> Iterator[Match]:
    email, phone = email_key(str(values.get("email") or "")), _whole(str(values.get("phone") or ""), region)
    leads = storage.leads.with_keys(connection, email, phone_key(phone))
    contacts = list(_with(connection, "contact", email, phone))
    for lead in leads:
        if email and email_key(lead[3]) == email:
            yield Match("lead", *lead, "email")
    yield from (match for match in contacts if match.reason == "email")
    for lead in leads:
        if phone and lead[4] and reach.same_phone(lead[4], phone):
            yield Match("lead", *lead, "phone")
    yield from (match for match in contacts if match.reason == "phone")


def _with(connection: Any, kind: str, email: str, phone: str) -> Iterator[Match]:
    """Contacts or companies that have this email, then those that have this phone."""
    if email:
        for row in storage.duplicates.with_point(connection, kind, "email", email):
            yield Match(kind, *row, "email")
    if key := phone_key(phone):
        for row in storage.duplicates.with_point(connection, kind, "phone", key):
            if reach.same_phone(row[4], phone):
                yield Match(kind, *row, "phone")


def _contacts_named(connection: Any, folded: str, place: str) -> list[Match]:
    """Contacts with a similar name at a similar company, or of this very name where one of the two has no company."""
    if not folded:
        return []
    rows = storage.duplicates.named_like(connection, "contact", _starts(folded))
    rows += storage.duplicates.contacts_of_company(connection, [place, *_starts(place)] if place else [])
    found: list[tuple[float, Match]] = []
    for row in set(rows):
        name, company = fold(row[1]), fold(row[2])
        score = _alike(folded, name)
        similar = score >= _ALIKE_FROM and not counted_apart(folded, name)
        if place and company and similar and same_company(place, company):
            found.append((score, Match("contact", *row, "name")))
        elif folded == name and not (place and company):
            found.append((0, Match("contact", *row, "alike")))
    return [match for _, match in sorted(found, key=lambda each: (-each[0], each[1].id))]


def _companies_named(connection: Any, name: str) -> list[Match]:
    """Companies of a similar name, most alike first; its legal form tells none apart, a number does."""
    folded, typed = fold(name), words(name, company=True)
    rows = storage.duplicates.named_like(connection, "company", _starts(folded)) if typed else []
    scores = {row[0]: _alike(typed, words(row[1], company=True)) for row in rows if not counted_apart(name, row[1])}
    alike = [row for row in rows if scores.get(row[0], 0) >= _COMPANY_FROM]
    return [Match("company", *row, "alike") for row in sorted(alike, key=lambda row: (-scores[row[0]], row[0]))]


def _alike(one: str, other: str) -> float:
    """From 0 to 100, whatever the order of the words."""
    from rapidfuzz import fuzz

    return float(max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)))


def _by_name(connection: Any, name: str, company: str) -> list[Match]:
    """Leads with a similar name at a similar company, most alike first; without both there is nothing to go by."""
    folded, place = fold(name), fold(company)
    if not folded or not place:
        return []
    rows = {row[0]: row for row in storage.leads.named_like(connection, folded, _starts(folded))}
    for start in (place, *_starts(place)):
        rows.update((row[0], row) for row in storage.duplicates.leads_of_company(connection, start))
    compared = [(row[0], fold(row[1]), fold(row[2])) for row in rows.values()]
    return [Match("lead", *rows[lead_id], "name") for lead_id in alike_leads(folded, place, compared)]


def alike_leads(name: str, company: str, others: Iterable[Sequence[Any]]) -> list[int]:
    """Ids of ``others``, each (id, folded name, folded company), that can be the lead of this folded name and company.

    Those whose names are most alike come first.
    """
    from rapidfuzz import fuzz, process

    names, companies = {}, {}
    for lead_id, other, place in others:
        names[lead_id], companies[lead_id] = other, place
    scores: dict[int, float] = {}
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
        for _, score, lead_id in process.extract(name, names, scorer=scorer, score_cutoff=_ALIKE_FROM, limit=None):
            scores[lead_id] = max(score, scores.get(lead_id, 0.0))
    return [
        lead_id
        for lead_id in sorted(scores, key=lambda lead_id: (-scores[lead_id], lead_id))
        if not counted_apart(name, names[lead_id]) and same_company(company, companies[lead_id])
    ]


def same_company(one: str, other: str) -> bool:
    """Whether two folded names can be one company, the person's name being alike too: "acme" and "acme industrias sl" can,
    "acme 1" and "acme 2" cannot."""
    from rapidfuzz import fuzz

    if _NUMBER.search(one) and _NUMBER.search(other) and counted_apart(one, other):
        return False
    return bool(other) and max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other)) >= _ALIKE_FROM


def _starts(text: str) -> list[str]:
    """Beginnings that similar names share, the longest first: two thirds of it, the first word and a letter more."""
    word = text.partition(" ")[0]
    return [text[: len(text) * 2 // 3], text[: len(word) + 2]]


def _whole(phone: str, region: str) -> str:
    """A number as typed in the spelling that is kept, or as it is when it is none."""
    try:
        return reach.clean_phone(phone, region)
    except InvalidInput:
        return phone
