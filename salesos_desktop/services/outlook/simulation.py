"""What a period may end with: many draws of which deals are won, for how much and when, with a chance common to all."""

from __future__ import annotations

from collections.abc import Sequence
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
_NEW_SPREAD = 0.2
"""Usual standard deviation of what new deals bring in a stretch of time, as a share of it."""
_LEAST, _MOST = 1e-6, 1 - 1e-6
Floats = Any
"""A NumPy array of 64-bit floats."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How deals of this workspace behave (services/outlook/habits.py has them out of history).

    ``common``: correlation of what decides any two deals, 0 to 1 (a good or a bad month is one for all of them).
    ``value_mean``, ``value_sd``: mean and standard deviation of log(value at closing ÷ value before).
    ``slips``: share of won deals by months between the expected and the real closing, from ``first_slip`` on.
    ``fresh``: for past starts of months, the oldest first, what deals that were not open then brought in that month, in the
    next, and so on as long as history goes, in minor units.
    """

    common: float = 0.12
    value_mean: float = 0.0
    value_sd: float = 0.15
    first_slip: int = -2
    slips: tuple[float, ...] = (0.01, 0.06, 0.55, 0.15, 0.08, 0.05, 0.035, 0.025, 0.02, 0.02)
    fresh: tuple[tuple[int, ...], ...] = ()

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
    value: Floats, chance: Floats, habits: Habits, won: int, target: int | None, *,
    ahead: tuple[float, float] = (0.0, 0.0), draws: int = DRAWS, deals: Any = None,
) -> Range:  # fmt: skip
    """P10, P50, P90 and the chance of the target, for open deals of ``value`` (minor units) each won in the period with
    ``chance`` (0 to 1), on top of what is ``won`` and of what deals will bring that are not there
    yet (``newcomers``): the period begins and ends ``ahead``, in months from now. The same input gives the same figures.
    ``deals``: their ids; each of the largest then has draws of its own, so that what is changed of one moves nothing of the
    others, and a deal less never looks like a gain (common random numbers: Glasserman and Yao, Management Science 38, 1992).

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
    if habits.fresh and ahead[1] > ahead[0]:
        brought, doubt = newcomers(habits.fresh, *ahead)
        sums += np.maximum(random.choice(brought, draws) + doubt * random.standard_normal(draws), 0.0)
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


def horizon(fresh: Sequence[Sequence[int]], end: float) -> int:
    """Whole months that starts are followed to tell of the time until ``end`` months from now: those needed, or so many that
    at least half of the starts go so far."""
    return min(int(np.ceil(end)), (len(fresh) + 1) // 2)


def newcomers(fresh: Sequence[Sequence[int]], begin: float, end: float) -> tuple[Floats, float]:
    """What deals that are not there yet may bring from ``begin`` to ``end`` months from now: an amount for each past start
    that goes far enough, whole, so that good and bad stretches stay together (moving blocks: Künsch, Annals of Statistics 17,
    1989); and the standard deviation of what is in doubt beyond that. Within a month it comes evenly.

    Beyond the ``horizon`` the amounts are scaled by what all starts tell of each month since, and the last ones again for what
    none has seen; what sets them apart is scaled by the root of it, as of arrivals that know nothing of each other.
    """
    months = horizon(fresh, end)
    rows = np.array([row[:months] for row in fresh if len(row) >= months], float)
    usual = np.array([np.mean([row[n] for row in fresh if len(row) > n]) for n in range(max(map(len, fresh)))])
    length = min(end - begin, months)
    first = min(begin, months - length)
    seen = _until(rows, first + length) - _until(rows, first)
    part, whole = _until(usual, first + length) - _until(usual, first), _until(usual, end) - _until(usual, begin)
    mean = float(seen.mean())
    brought = mean * whole / part if part > 0 else whole
    apart = (seen - mean) * (np.sqrt(brought / mean) if mean > 0 else 1.0)
    stretches = (len(rows) + months - 1) / max(1.0, end - begin)
    return brought + apart, _doubt(float(apart.var()), brought, stretches)


def _doubt(variance: float, mean: float, stretches: float) -> float:
    """Standard deviation by which what is to come differs from a draw of what was seen in so many ``stretches`` of their own.

    With the usual spread known as well as from two stretches, the next one is Student's t with ``stretches`` + 1 degrees of
    freedom around the mean, its squared scale ``variance`` + 2·(usual spread)²/``stretches`` (Gelman et al., Bayesian Data
    Analysis, 3.3); the t is held to be a normal with the same P10 and P90 (Abramowitz and Stegun, 26.7.5).
    """
    free, z = stretches + 1, _NORMAL.inv_cdf(0.9)
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    scale = variance + 2 * (_NEW_SPREAD * mean) ** 2 / stretches
    return float(np.sqrt(scale * (t / z) ** 2 - variance))


def _until(rows: Floats, end: float) -> Floats:
    """What the months of each row bring until ``end``; after the last, each month what the later half did on average."""
    months = rows.shape[-1]
    whole = min(int(end), months - 1)
    told = rows[..., :whole].sum(axis=-1) + rows[..., whole] * min(end - whole, 1.0)
    return told + rows[..., months // 2 :].mean(axis=-1) * max(end - months, 0.0)


def _wider(stretches: float) -> float:
    """How much wider the range of one more normal draw is than that of ``stretches`` known ones, at P10 and P90: √((n+1)/(n−1))
    times Student's t over the normal limit, by the expansion in Abramowitz and Stegun, 26.7.5."""
    known = max(stretches, 2.0)
    z, free = _NORMAL.inv_cdf(0.9), known - 1
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return float(np.sqrt((known + 1) / free) * t / z)


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
