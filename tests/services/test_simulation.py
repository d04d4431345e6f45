"""The range: it holds what it promises on pipelines whose truth is known, and the same data give the same figures."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from salesos_desktop.services.outlook import simulation
from salesos_desktop.services.outlook.simulation import Habits, horizon, limits, newcomers, outlook


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


def with_new_business(count: int, months: int) -> tuple[int, int]:
    """The same of periods of some months that begin today: deals come at random times for two years and after, and those won
    are won some time later; what of it is not open today is drawn from what was seen."""
    random = np.random.default_rng(11)
    below = above = 0
    for _ in range(count):
        deals, habits = int(random.integers(5, 20)), Habits()
        value, chance = np.exp(random.normal(13, 1, deals)), random.uniform(0.05, 0.6, deals)
        luck = np.sqrt(habits.common) * random.standard_normal()
        luck = luck + np.sqrt(1 - habits.common) * random.standard_normal(deals)
        truth = float((value * np.exp(habits.value_sd * random.standard_normal(deals)))[luck < limits(chance)].sum())
        came = random.uniform(0, 24 + months, random.poisson(6 * (24 + months)))
        won, brought = came + random.exponential(2, len(came)), np.exp(random.normal(13, 1, len(came)))
        truth += float(brought[(came >= 24) & (won < 24 + months)].sum())
        fresh = []
        for start in range(24):
            new = (came >= start) & (won < 24)
            by_month = np.bincount((won[new] - start).astype(int), brought[new], minlength=24 - start)
            fresh.append(tuple(by_month.astype(int).tolist()))
        made = replace(habits, fresh=tuple(fresh))
        found = outlook(value, chance, made, 0, None, draws=700, ahead=(0.0, float(months)))
        below += truth < found.p10
        above += truth > found.p90
    return below, above


@pytest.mark.parametrize("months", [3, 6])
def test_so_are_eight_of_ten_of_longer_periods_with_what_comes_new(months: int) -> None:
    below, above = with_new_business(1_000, months)
    assert 770 <= 1_000 - below - above <= 830
    assert 70 <= below <= 130
    assert 70 <= above <= 130


def test_what_comes_new_is_counted_from_today_to_the_end_of_the_period() -> None:
    """Opened in December and won in March: seen from the start of December, part of any period with March in it."""
    fresh = tuple((0, 10, 40, 100, 100, 100)[: 6 - n] for n in range(6))
    for begin, end, brought in (
        (0, 1, 0), (0, 3, 50), (2, 3, 40), (1, 3, 50), (0, 0.5, 0), (0.5, 1.5, 5), (1.5, 3, 45),
        (0, 6, 350), (3, 6, 300), (0, 8, 550), (7, 9, 200),
    ):  # fmt: skip
        amounts, doubt = newcomers(fresh, begin, end)
        assert amounts == pytest.approx(brought)
        assert (doubt > 0) == (brought > 0)
    assert [horizon(fresh, end) for end in (0.2, 1, 2.5, 12)] == [1, 1, 3, 3]
    good_then_bad = ((9, 9, 9, 1), (9, 9, 1, 1), (9, 1, 1), (1, 1), (1,))
    assert sorted(newcomers(good_then_bad, 0, 3)[0]) == [11, 19, 27], "whole starts, none put together"
    later = outlook(np.array([]), np.array([]), Habits(fresh=fresh), 0, None, ahead=(0.0, 6.0))
    assert later.p10 < 350 < later.p90


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
