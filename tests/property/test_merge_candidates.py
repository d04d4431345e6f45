"""Pairs that look alike are those that a plain comparison of every row with every other finds."""

from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from salesos_desktop.domain.reach import email_key, phone_key
from salesos_desktop.domain.text import fold
from salesos_desktop.services import merge_candidates, reach

Row = tuple[int, str, str, str, list[str], list[str]]
NAMES = st.sampled_from(
    [
        "Ana Ruiz",
        "Ruiz, Aná",
        "Ana Ruis",
        "Ana María Ruiz Soto",
        "Ana Maria Ruiz Sotto",
        "Renewal 2025",
        "Renewal 2026",
        "S.A.",
        "-",
    ]
)
COMPANIES = st.sampled_from(["", "Alfa", "ALFA S.L.", "Alfa Norte", "Alfas", "Omega", "Café Ñandú", "Cafe Nandu"])
EMAILS = st.sampled_from(["", "a@x.es", "A@x.es ", "b@x.es"])
PHONES = st.sampled_from(
    ["", "+34 600 11 22 33", "600112233", "+51 600 112 233", "+34 600 11 22 34", "0600 11 22 33 ext. 4"]
)
ROWS = st.lists(st.tuples(NAMES, COMPANIES, st.lists(EMAILS, max_size=2), st.lists(PHONES, max_size=2)), max_size=6)
"""No more than stand next to each other: with many, only neighbours in the two orders are compared by name."""


def plainly(one: Row, other: Row, kind: str) -> str:
    """Why two rows may be the same; empty when nothing says so."""
    if {email_key(e) for e in one[4]} & {email_key(e) for e in other[4]} - {""}:
        return "email"
    if any(reach.same_phone(a, b) for a in one[5] for b in other[5] if phone_key(a) and phone_key(a) == phone_key(b)):
        return "phone"
    names = [merge_candidates.words(row[1], company=kind == "company") for row in (one, other)]
    if not all(names):
        return ""
    places = [merge_candidates.words(row[3], company=True) for row in (one, other)]
    same = names[0] == names[1]
    numbers = [sorted(re.findall(r"\d+", name)) for name in names]
    if not same and (fuzz.ratio(*names) < 90 or numbers[0] != numbers[1]):
        return ""
    if places[0] == places[1]:
        alike = same or kind == "company" or bool(places[0])
    elif all(places):
        alike = fuzz.token_set_ratio(*places) >= 90
    else:
        alike = same
    return "name" if alike else ""


@settings(max_examples=400, deadline=None)
@given(ROWS, st.sampled_from(["contact", "company"]))
def test_they_are_those_of_the_plain_comparison(made: list[tuple[str, str, list[str], list[str]]], kind: str) -> None:
    rows: list[Row] = [
        (number, name, fold(name), "" if kind == "company" else fold(company), emails, phones)
        for number, (name, company, emails, phones) in enumerate(made, start=1)
    ]
    compared = [(*row[:4], (row[4] or [""])[0], (row[5] or [""])[0]) for row in rows]
    points = [(row[0], "email", value, email_key(value)) for row in rows for value in row[4]]
    points += [(row[0], "phone", value, phone_key(value)) for row in rows for value in row[5]]
    found: dict[tuple[int, int], str] = {}
    for one, other, reason in merge_candidates._pairs(compared, points, kind):
        found.setdefault((min(one, other), max(one, other)), reason)
    wanted = {
        (one[0], other[0]): reason for one, other in combinations(rows, 2) if (reason := plainly(one, other, kind))
    }
    assert found == wanted
