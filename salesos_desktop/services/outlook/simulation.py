"""What a period may end with: many draws of which deals are won, for how much and when, with a chance common to all."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ...domain.outlook import Range

DRAWS = 5_000
_SINGLE = 150
"""So many of the largest deals are drawn one by one; what the others bring together is near normal, given the common factor."""
_SEED = 20_261_129
_NORMAL = NormalDist()
_LEAST, _MOST = 1e-6, 1 - 1e-6
Floats = Any
"""A NumPy array of 64-bit floats."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How deals of this workspace behave (services/outlook/habits.py has them out of history).

    ``common``: correlation of what decides any two deals, 0 to 1 (a good or a bad month is one for all of them).
    ``value_mean``, ``value_sd``: mean and standard deviation of log(value at closing ÷ value before).
    ``slips``: share of won deals by months between the expected and the real closing, from ``first_slip`` on.
    ``fresh``: what deals that came and were won within one month brought in months past, in minor units.
    """

    common: float = 0.12
    value_mean: float = 0.0
    value_sd: float = 0.15
    first_slip: int = -2
    slips: tuple[float, ...] = (0.01, 0.06, 0.55, 0.15, 0.08, 0.05, 0.035, 0.025, 0.02, 0.02)
    fresh: tuple[int, ...] = ()

    def closes_in(self, months_away: Floats, length: int) -> Floats:
        """How likely deals that are won and still open close in a period of ``length`` months, by how many months after
        the month at hand it begins (0: now) less the months until their expected closing.

        ``months_away``: shape (2, n), the period's first month and the expected month, both counted from the one at hand;
        an overdue deal has a negative one. What is already past cannot happen any more, so it is shared out over the rest.
        """
        shares = np.asarray(self.slips)
        start, expected = months_away
        first = expected + self.first_slip
        places = np.arange(len(shares))
        months = first[:, None] + places[None, :]
        ahead = np.where(months >= 0, shares[None, :], 0.0)
        left = ahead.sum(axis=1)
        inside = np.where((months >= start[:, None]) & (months < start[:, None] + length), ahead, 0.0).sum(axis=1)
        # Later than anything seen: as likely in each of the months to come as in one a year from now.
        lost = left <= 0
        return np.where(lost, np.minimum(1.0, length / 12), inside / np.where(lost, 1.0, left))


def outlook(
    value: Floats, chance: Floats, habits: Habits, won: int, target: int | None, *, months: float = 0.0,
    draws: int = DRAWS, deals: Any = None,
) -> Range:  # fmt: skip
    """P10, P50, P90 and the chance of the target, for open deals of ``value`` (minor units) each won in the period with
    ``chance`` (0 to 1), on top of what is ``won`` and of what deals will bring that come in the ``months`` still left of it. The
    same input gives the same figures. ``deals``: their ids; each of the largest then has draws of its own, so that what is
    changed of one moves nothing of the others, and a deal less never looks like a gain (common random numbers:
    Glasserman and Yao, Management Science 38, 1992).

    One-factor Gaussian copula: a deal is won where √c·F + √(1−c)·e < Φ⁻¹(chance), F common and e its own standard normal
    draw, c ``habits.common`` (Vasicek, "Loan portfolio value", Risk, December 2002). Values at closing are lognormal around
    what they are now. All but the largest deals are summed as a normal given F, with their exact mean and variance (Gordy,
    Journal of Financial Intermediation 12, 2003: given the factor, deals are independent).
    """
    value, chance = np.asarray(value, float), np.asarray(chance, float)
    counted = (value > 0) & (chance > 0)
    ids = None if deals is None else np.asarray(deals)[counted]
    value, chance = value[counted], np.clip(chance[counted], _LEAST, _MOST)
    sums = np.full(draws, float(won))
    random = np.random.default_rng(_SEED)
    if habits.fresh and months > 0:
        sums += random.choice(np.array(habits.fresh, float), draws) * months
    if len(value):
        order = np.argsort(-value, kind="stable")
        value, chance = value[order], chance[order]
        factor = random.standard_normal(draws)
        largest = None if ids is None else ids[order[:_SINGLE]].tolist()
        sums += _single(random, largest, factor, value[:_SINGLE], chance[:_SINGLE], habits)
        sums += _rest(random, factor, value[_SINGLE:], chance[_SINGLE:], habits)
    p10, p50, p90 = (round(float(x)) for x in np.percentile(sums, (10, 50, 90)))
    reached = None if target is None else float(np.mean(sums >= target))
    return Range(p10, p50, p90, target, reached, len(value))


def limits(chance: Floats) -> Floats:
    """Φ⁻¹ of each chance: where a standard normal draw is below, a deal is won."""
    alike, group = np.unique(chance, return_inverse=True)
    return np.array([_NORMAL.inv_cdf(float(p)) for p in alike])[group] if len(alike) else np.zeros(0)


def given_chance(bounds: Floats, factor: Floats, common: float) -> Floats:
    """Chance of each deal, by its ``limits``, given the common factor: shape (draws, deals)."""
    return _phi((bounds[None, :] - np.sqrt(common) * factor[:, None]) / np.sqrt(1 - common))


def _single(
    random: Any, ids: list[int] | None, factor: Floats, value: Floats, chance: Floats, habits: Habits
) -> Floats:  # fmt: skip
    if not len(value):
        return 0.0
    shape = (len(factor), len(value))
    if ids is None:
        luck, growth = random.random(shape), random.standard_normal(shape)
    else:
        luck, growth = np.empty(shape), np.empty(shape)
        for place, deal in enumerate(ids):
            own = np.random.Generator(np.random.Philox(key=[_SEED, deal]))
            luck[:, place], growth[:, place] = own.random(len(factor)), own.standard_normal(len(factor))
    wins = luck < given_chance(limits(chance), factor, habits.common)
    return (wins * np.exp(habits.value_mean + habits.value_sd * growth)) @ value


def _rest(random: Any, factor: Floats, value: Floats, chance: Floats, habits: Habits) -> Floats:
    if not len(value):
        return 0.0
    grown = float(np.exp(habits.value_mean + habits.value_sd**2 / 2))
    squared = float(np.exp(2 * habits.value_mean + 2 * habits.value_sd**2))
    alike, group = np.unique(np.round(chance, 4), return_inverse=True)
    sums, squares = np.bincount(group, value), np.bincount(group, value**2)
    given = given_chance(limits(np.clip(alike, _LEAST, _MOST)), factor, habits.common)
    mean = given @ sums * grown
    variance = given @ squares * squared - given**2 @ squares * grown**2
    return mean + np.sqrt(np.maximum(variance, 0)) * random.standard_normal(len(factor))


def _phi(x: Floats) -> Floats:
    """Standard normal distribution function, to 1e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26)."""
    z = np.abs(x) / np.sqrt(2.0)
    t = 1 / (1 + 0.3275911 * z)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = 1 - tail * np.exp(-z * z)
    return 0.5 * (1 + np.sign(x) * erf)
