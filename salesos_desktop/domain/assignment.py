"""Whose turn it is: leads go round a team evenly, or by the weights of its members."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil


class TeamMode(StrEnum):
    """How a lead without an owner finds one in a team: members take it from the pool, in turn, or by weight."""

    HAND = "hand"
    TURNS = "turns"
    WEIGHTS = "weights"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes turns: ``weight`` their share (0: none), ``given`` the turns they have had."""

    person_id: int
    weight: int
    given: int


def next_in_turn(members: Sequence[Member], absent: Set[int]) -> int | None:
    """The person who has had the fewest turns for their weight, the lowest id where several have; None when nobody can."""
    there = [m for m in members if m.weight > 0 and m.person_id not in absent]
    return min(there, key=lambda m: (Fraction(m.given, m.weight), m.person_id)).person_id if there else None


def after_turn(members: Sequence[Member], absent: Set[int], person_id: int) -> int:
    """The turns that somebody has had once they are given one more.

    Who was away or is new has fallen behind the others; they are brought up to one turn behind them first, or else every
    lead would be theirs until they had caught up.
    """
    mine = next(m for m in members if m.person_id == person_id)
    others = [m for m in members if m.weight > 0 and m.person_id not in absent | {person_id}]
    levels = [Fraction(m.given, m.weight) - max(Fraction(1, m.weight), Fraction(1, mine.weight)) for m in others]
    return max([mine.given, *(ceil(level * mine.weight) for level in levels)]) + 1
