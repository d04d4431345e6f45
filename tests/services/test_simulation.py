"""The range: it holds what it promises on pipelines whose truth is known, and the same data give the same figures."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from salesos_desktop.services.outlook import simulation
from salesos_desktop.services.outlook.simulation import Habits, outlook


def pipelines(count: int, habits: Habits) -> tuple[int, int]:
    """How many of so many made-up pipelines ended below P10 and above P90, each drawn with the habits that are assumed."""
    random = np.random.default_rng(11)
    below = above = 0
    for _ in range(count):
        deals = int(random.integers(20, 60))
        value = np.exp(random.normal(13, 1, deals))
        chance = random.uniform(0.05, 0.9, deals)
        shared, own = random.standard_normal(), random.standard_normal(deals)
        limits = np.array([NormalDist().inv_cdf(p) for p in chance])
        won = np.sqrt(habits.common) * shared + np.sqrt(1 - habits.common) * own < limits
        truth = float((won * value * np.exp(habits.value_mean + habits.value_sd * random.standard_normal(deals))).sum())
        found = outlook(value, chance, habits, 0, None, draws=1_500)
        below += truth < found.p10
        above += truth > found.p90
    return below, above


def test_eight_of_ten_outcomes_are_between_p10_and_p90() -> None:
    below, above = pipelines(1_000, Habits())
    assert 770 <= 1_000 - below - above <= 830
    assert 70 <= below <= 130
    assert 70 <= above <= 130


def test_independent_draws_would_promise_too_much() -> None:
    value, chance = np.full(2_000, 100_000.0), np.full(2_000, 0.3)
    alone, together = (outlook(value, chance, Habits(common=c), 0, None) for c in (1e-9, 0.12))
    assert together.p90 - together.p10 > 8 * (alone.p90 - alone.p10)


def test_a_large_pipeline_is_summed_as_it_would_be_drawn() -> None:
    """The same deals, all drawn one by one and all but the largest as a normal."""
    random = np.random.default_rng(3)
    value, chance = np.exp(random.normal(13, 0.8, 900)), random.choice([0.1, 0.25, 0.5, 0.75], 900)
    together = outlook(value, chance, Habits(), 5_000, 10**9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "_SINGLE", 900)
        drawn = outlook(value, chance, Habits(), 5_000, 10**9)
    for name in ("p10", "p50", "p90"):
        assert getattr(together, name) == pytest.approx(getattr(drawn, name), rel=0.02)


def test_the_same_data_give_the_same_figures_and_certain_things_are_certain() -> None:
    value, chance = np.array([50_000.0, 20_000.0]), np.array([0.5, 0.25])
    assert outlook(value, chance, Habits(), 1_000, 30_000) == outlook(value, chance, Habits(), 1_000, 30_000)
    nothing = outlook(np.array([]), np.array([]), Habits(), 700, 700)
    assert (nothing.p10, nothing.p50, nothing.p90, nothing.chance, nothing.deals) == (700, 700, 700, 1.0, 0)
    sure = outlook(np.array([1_000.0]), np.array([1.0]), Habits(value_sd=0.0), 0, 2_000)
    assert (sure.p10, sure.p90, sure.chance) == (1_000, 1_000, 0.0)


def test_a_deal_that_is_due_closes_when_such_deals_close() -> None:
    habits = Habits(first_slip=-1, slips=(0.1, 0.6, 0.3))
    inside = habits.closes_in(np.array([[0, 1, 0, 0, 2], [0, 0, -1, 3, 1]]), 1)
    assert inside == pytest.approx([0.6 / 0.9, 0.3 / 0.9, 1.0, 0.0, 0.3])
    assert habits.closes_in(np.array([[0], [-9]]), 3) == pytest.approx([0.25])
