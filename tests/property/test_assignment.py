"""Laws of taking turns: counts stay even for their weights, and who was away is not flooded."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain.assignment import Member, after_turn, next_in_turn

WEIGHTS = st.lists(st.integers(0, 7), min_size=1, max_size=6)


def start(weights: list[int]) -> dict[int, Member]:
    return {n: Member(n, weight, 0) for n, weight in enumerate(weights, start=1)}


def turn(members: dict[int, Member], absent: frozenset[int] = frozenset()) -> int | None:
    """Gives one lead and counts it."""
    found = next_in_turn(list(members.values()), absent)
    if found is not None:
        members[found] = replace(members[found], given=after_turn(list(members.values()), absent, found))
    return found


@given(WEIGHTS, st.integers(0, 60))
def test_counts_stay_even_for_their_weights_and_are_what_was_given(weights: list[int], leads: int) -> None:
    members = start(weights)
    got = dict.fromkeys(members, 0)
    for _ in range(leads):
        found = turn(members)
        if found is None:
            assert not any(weights)
            return
        got[found] += 1
        for one in members.values():
            for other in members.values():
                if one.weight and other.weight:
                    apart = abs(Fraction(one.given, one.weight) - Fraction(other.given, other.weight))
                    assert apart <= max(Fraction(1, one.weight), Fraction(1, other.weight))
    assert got == {n: member.given for n, member in members.items()}
    assert all(got[n] == 0 for n, member in members.items() if not member.weight)


@given(WEIGHTS, st.lists(st.frozensets(st.integers(1, 6), max_size=6), max_size=40))
def test_nobody_absent_is_given_anything(weights: list[int], days: list[frozenset[int]]) -> None:
    members = start(weights)
    for absent in days:
        found = turn(members, absent)
        assert found not in absent
        assert (found is None) == all(m.person_id in absent or not m.weight for m in members.values())


@given(st.integers(2, 6), st.integers(1, 80))
def test_who_was_away_comes_back_to_their_turn_and_no_more(people: int, away: int) -> None:
    members = start([1] * people)
    for _ in range(away):
        turn(members, frozenset({1}))
    back = [turn(members) for _ in range(people * 3)]
    assert 3 <= back.count(1) <= 4
    assert back[0] == 1
