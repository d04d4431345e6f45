"""Rules of the domain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain import money, periods, ranks, text
from salesos_desktop.domain.forecast import NO_DATE, OVERDUE, Cube, Sums
from salesos_desktop.domain.opportunities import Due, due_state, weighted
from salesos_desktop.domain.points import DEFAULT_POINTS, won_points
from salesos_desktop.domain.stages import Category, Stage, StageKind, stages_advanced

STAGES = [
    Stage(1, 1, "A", StageKind.OPEN, 1, 10, 30, Category.PIPELINE, "stage1"),
    Stage(2, 1, "B", StageKind.OPEN, 2, 75, 14, Category.COMMIT, "stage2"),
    Stage(3, 1, "W", StageKind.WON, 3, 100, None, Category.CLOSED, "won"),
    Stage(4, 1, "L", StageKind.LOST, 4, 0, None, Category.OMITTED, "lost"),
]  # fmt: skip


@given(st.integers(0, money.MAX_MINOR), st.sampled_from(["USD", "JPY", "KWD"]))
def test_money_there_and_back(minor: int, currency: str) -> None:
    assert money.to_minor(money.to_major(minor, currency), currency) == minor


@pytest.mark.parametrize(("amount", "currency"), [("1.005", "USD"), ("1.5", "JPY"), ("1e20", "USD")])
def test_an_amount_that_does_not_fit_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        money.to_minor(Decimal(amount), currency)


def test_the_weighted_total_is_summed_deal_by_deal() -> None:
    """The known case of 148.50 for 99: probabilities are not averaged."""
    deals = [(10_000, 99), (0, 198 - 99)]
    assert sum(weighted(value, probability) for value, probability in deals) == 9_900
    assert weighted(None, 50) == 0


@given(
    st.one_of(st.none(), st.integers(-(2**60), 2**60)),
    st.one_of(st.none(), st.integers(-(2**60), 2**60)),
    st.integers(1, 60),
)
def test_ranks_lie_strictly_between_their_neighbours(low: int | None, high: int | None, count: int) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    found = ranks.between(low, high, count)
    if found is None:
        assert low is not None
        assert high is not None
        assert high - low <= count
        return
    whole = [*([low] if low is not None else []), *found, *([high] if high is not None else [])]
    assert whole == sorted(set(whole))
    assert len(found) == count


def test_a_rank_stays_within_the_numbers_of_a_database() -> None:
    assert ranks.between(None, -ranks.EDGE, 2) == [-ranks.EDGE] * 2
    assert ranks.between(ranks.EDGE, None) == [ranks.EDGE]


def test_points_of_a_sale_are_50_and_a_hundredth_of_its_value() -> None:
    assert won_points(198_500_00, 2, DEFAULT_POINTS) == 50 + 1_985
    assert won_points(None, 2, DEFAULT_POINTS) == 50
    assert won_points(99_99, 2, DEFAULT_POINTS) == 50
    assert won_points(5_000, 0, DEFAULT_POINTS) == 100


def test_only_forward_moves_between_open_stages_advance() -> None:
    a, b, w, _ = STAGES
    assert stages_advanced(STAGES, a, b) == [b]
    assert stages_advanced(STAGES, b, a) == []
    assert stages_advanced(STAGES, b, w) == []
    assert stages_advanced(STAGES, w, b) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3, 4]), st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31))),
            st.one_of(st.none(), st.integers(0, 10**9)), st.integers(0, 100),
        )
    )
)  # fmt: skip
def test_the_forecast_counts_each_deal_once_and_no_lost_ones(
    deals: list[tuple[int, date | None, int | None, int]],
) -> None:
    cube = Cube(STAGES, date(2026, 11, 24))
    for stage, day, value, probability in deals:
        cube.add(stage, 1, day, "USD", Sums(1, value or 0, (value or 0) * probability, int(value is None)))
    open_deals = [d for d in deals if d[0] in (1, 2)]
    totals = cube.totals("USD")
    assert totals.best_case == sum(d[2] or 0 for d in open_deals)
    assert totals.weighted == (sum((d[2] or 0) * d[3] for d in open_deals) + 50) // 100
    assert totals.committed == sum(d[2] or 0 for d in open_deals if d[0] == 2)
    assert totals.won == sum(d[2] or 0 for d in deals if d[0] == 3)
    overdue = cube.totals("USD", [OVERDUE])
    assert overdue.count == sum(1 for d in open_deals if d[1] is not None and d[1] < cube.today)
    assert cube.totals("USD", [NO_DATE]).count == sum(1 for d in open_deals if d[1] is None)
    for stage, day, value, probability in deals:
        cube.add(stage, 1, day, "USD", Sums(1, value or 0, (value or 0) * probability, int(value is None)), -1)
    assert cube.cells == {}


def test_currencies_are_never_added_up() -> None:
    cube = Cube(STAGES, date(2026, 11, 24))
    cube.add(1, 1, date(2026, 12, 1), "USD", Sums(1, 5000, 50_000))
    cube.add(1, 1, date(2026, 12, 1), "EUR", Sums(1, 5000, 50_000))
    assert cube.totals("USD").best_case == 5000
    assert cube.currencies() == {"USD", "EUR"}


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2026, 11, 23), Due.OVERDUE), (date(2026, 11, 24), Due.TODAY), (date(2026, 12, 1), Due.NEAR),
     (date(2026, 12, 2), Due.LATER), (None, Due.NONE)],
)  # fmt: skip
def test_due_states(day: date | None, state: Due) -> None:
    assert due_state(day, date(2026, 11, 24)) is state


def test_periods_and_folding() -> None:
    assert periods.quarter_range(date(2026, 11, 24)) == (date(2026, 10, 1), date(2027, 1, 1))
    assert periods.months_between("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert text.fold("  Ferretería  ANDINA ") == "ferreteria andina"
    assert text.initials("Marta Ríos") == "MR"
