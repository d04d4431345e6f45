"""The waterfall adds up to the minor unit, and each change is called what it was."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain.outlook import Deal, Period, Scope, period
from salesos_desktop.domain.rates import SCALE
from salesos_desktop.domain.stages import OPEN_CATEGORIES, Category, Stage, StageKind
from salesos_desktop.domain.waterfall import Look, Step, waterfall

STAGES = {
    1: Stage(1, 1, "A", StageKind.OPEN, 1, 10, None, Category.PIPELINE, "stage1"),
    2: Stage(2, 1, "B", StageKind.OPEN, 2, 75, None, Category.COMMIT, "stage2"),
    3: Stage(3, 1, "W", StageKind.WON, 3, 100, None, Category.CLOSED, "won"),
    4: Stage(4, 1, "L", StageKind.LOST, 4, 0, None, Category.OMITTED, "lost"),
}
DECEMBER = period("2026-12")


def deal(
    stage: int = 1, value: int | None = 10_000, percent: int = 10, day: date | None = date(2026, 12, 9), **more: object
) -> Deal:
    values = {"owner_id": 1, "product_id": None, "source_id": None, "category": "", "currency": "USD", **more}
    return Deal(7, stage, value, day=day, probability=percent, **values)  # type: ignore[arg-type]


DEAL = st.builds(
    deal, st.integers(1, 4), st.one_of(st.none(), st.integers(0, 10**11)), st.integers(0, 100),
    st.one_of(st.none(), st.dates(date(2026, 11, 1), date(2027, 1, 31))), owner_id=st.sampled_from([1, 2, None]),
    currency=st.sampled_from(["USD", "EUR"]), category=st.sampled_from(["", *OPEN_CATEGORIES]),
)  # fmt: skip
STATE = st.dictionaries(st.integers(1, 8), DEAL)


def factors(euro: int) -> object:
    return lambda each, _: SCALE if each.currency == "USD" else euro


@given(
    STATE, STATE, st.one_of(st.none(), st.just(DECEMBER)), st.sampled_from([Scope(), Scope(frozenset({1, None}))]),
    st.integers(1, 3 * SCALE), st.integers(1, 3 * SCALE),
)  # fmt: skip
def test_the_steps_add_up_and_the_ends_are_the_expected_amount(
    before: dict[int, Deal], after: dict[int, Deal], when: Period | None, scope: Scope, then: int, now: int
) -> None:
    look = Look(STAGES, scope, when)
    found = waterfall(before, after, look, factors(then), factors(now))  # type: ignore[arg-type]
    assert found.start + sum(part.amount for part in found.steps.values()) == found.end

    def expected(state: dict[int, Deal], euro: int) -> int:
        exact = sum(
            (d.value or 0) * (SCALE if d.currency == "USD" else euro) * look.percent(d)
            for d in state.values()
            if look.inside(d) and look.in_time(d)
        )
        return (exact + 50 * SCALE) // (100 * SCALE)

    assert all(part.amount == sum(part.added) and len(part.added) == len(part.deals) for part in found.steps.values())
    assert (found.start, found.end) == (expected(before, then), expected(after, now))


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        (None, deal(), {Step.NEW: 1_000}),
        (deal(), None, {Step.GONE: -1_000}),
        (deal(), deal(value=30_000), {Step.GROWN: 2_000}),
        (deal(), deal(value=4_000), {Step.SHRUNK: -600}),
        (deal(), deal(2, percent=75), {Step.ADVANCED: 6_500}),
        (deal(2, percent=75), deal(), {Step.FELL_BACK: -6_500}),
        (deal(), deal(2, 20_000, 75), {Step.GROWN: 1_000, Step.ADVANCED: 13_000}),
        (deal(day=date(2027, 1, 5)), deal(), {Step.PULLED_IN: 1_000}),
        (deal(), deal(day=None), {Step.PUSHED_OUT: -1_000}),
        (deal(), deal(3, 12_000, 100), {Step.GROWN: 200, Step.WON: 10_800}),
        (deal(day=date(2027, 1, 5)), deal(3, percent=100), {Step.WON: 10_000}),
        (deal(), deal(4, percent=0, day=date(2026, 11, 3)), {Step.LOST: -1_000}),
        (deal(4, percent=0), deal(), {Step.REOPENED: 1_000}),
        (deal(3, percent=100), deal(), {Step.REOPENED: -9_000}),
        (deal(), deal(category="omitted"), {Step.FELL_BACK: -1_000}),
        (deal(), deal(), {}),
    ],
)  # fmt: skip
def test_each_change_is_called_what_it_was(before: Deal | None, after: Deal | None, steps: dict[Step, int]) -> None:
    states = [{7: each} if each is not None else {} for each in (before, after)]
    found = waterfall(*states, Look(STAGES, Scope(), DECEMBER), *[lambda *_: SCALE] * 2)
    assert {step: part.amount for step, part in found.steps.items()} == steps
    assert all(part.deals == [7] for part in found.steps.values())


def test_a_rate_that_moves_is_told_apart_from_the_deal() -> None:
    before, after = {7: deal(currency="EUR")}, {7: deal(2, percent=75, currency="EUR")}
    found = waterfall(before, after, Look(STAGES, Scope(), None), lambda *_: SCALE, lambda *_: SCALE * 3 // 2)
    assert {step: part.amount for step, part in found.steps.items()} == {Step.RATES: 500, Step.ADVANCED: 9_750}
