"""Probabilities out of history: the share really won of the deals that were in a stage, held towards the set one."""

from __future__ import annotations

from dataclasses import dataclass

STRENGTH = 20
"""How many deals the set probability weighs: with as many closed ones, history and setting count alike."""
ENOUGH = 30
"""Closed deals from which on one owner, source or size is told apart."""


@dataclass(frozen=True, slots=True)
class Record:
    """Deals that were in a stage and are closed, and how many of them were won."""

    closed: int = 0
    won: int = 0

    def __add__(self, other: Record) -> Record:
        return Record(self.closed + other.closed, self.won + other.won)


def learnt(record: Record, prior: float, strength: int = STRENGTH) -> float:
    """Mean of the Beta posterior: (won + strength × prior) / (closed + strength), 0 to 1.

    A Beta(strength × prior, strength × (1 − prior)) prior and binomial outcomes (Gelman et al., Bayesian Data Analysis,
    3rd ed., section 2.4). Without closed deals it is the prior.
    """
    return (record.won + strength * prior) / (record.closed + strength)
