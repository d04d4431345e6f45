"""The forecast's figures: categories, currencies at dated rates, and that what is taken off leaves nothing behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain.forecast import Cube, Sums
from salesos_desktop.domain.rates import Rates
from salesos_desktop.domain.stages import OPEN_CATEGORIES, Category, Stage, StageKind

TODAY = date(2026, 11, 24)
STAGES = [
    Stage(1, 1, "A", StageKind.OPEN, 1, 10, 30, Category.PIPELINE, "stage1"),
    Stage(2, 1, "B", StageKind.OPEN, 2, 75, 14, Category.COMMIT, "stage2"),
    Stage(3, 1, "W", StageKind.WON, 3, 100, None, Category.CLOSED, "won"),
]
DATED = [
    ("EUR", "USD", date(2026, 1, 1), Decimal("1.10")), ("EUR", "USD", date(2026, 11, 1), Decimal("1.20")),
    ("USD", "JPY", date(2026, 1, 1), Decimal("150")),
]  # fmt: skip
RATES = Rates("USD", DATED)
DEALS = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3]), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 10**9),
        st.integers(0, 100), st.sampled_from(["USD", "EUR", "JPY", "GBP"]), st.sampled_from(["", *OPEN_CATEGORIES]),
    )
)  # fmt: skip


def test_a_rate_is_that_of_its_day_in_either_direction_and_is_never_guessed() -> None:
    assert RATES.convert(1_000, "EUR", date(2026, 6, 1)) == 1_100
    assert RATES.convert(1_000, "EUR", date(2026, 11, 1)) == 1_200
    assert RATES.convert(15_000, "JPY", TODAY) == 10_000
    assert RATES.convert(1_000, "EUR", date(2025, 12, 31)) is None
    assert RATES.convert(1_000, "GBP", TODAY) is None


@given(DEALS)
def test_all_currencies_together_are_each_deal_at_its_own_rate(
    deals: list[tuple[int, date, int, int, str, str]],
) -> None:
    cube = Cube(STAGES, TODAY, rates=RATES)

    def count(sign: int) -> None:
        for stage, day, value, percent, currency, category in deals:
            cube.add(stage, 1, day, currency, Sums(1, value, value * percent), sign, category)

    count(1)
    exact = {"best": Fraction(), "won": Fraction(), "omitted": Fraction()}
    for stage, day, value, _, currency, category in deals:
        factor = RATES.factor(currency, day if stage == 3 else TODAY)
        if factor is not None:
            part = "won" if stage == 3 else "omitted" if category == Category.OMITTED else "best"
            exact[part] += Fraction(value * factor, 10**12)
    totals = cube.totals("USD")
    found = {"best": totals.best_case, "won": totals.won, "omitted": totals.omitted}
    assert found == {name: (amount + Fraction(1, 2)).__floor__() for name, amount in exact.items()}
    pounds = [d for d in deals if d[4] == "GBP" and d[0] != 3 and d[5] != Category.OMITTED]
    assert cube.totals("GBP").best_case == sum(d[2] for d in pounds)
    count(-1)
    assert cube.cells == cube.everybody == {}


@given(DEALS)
def test_a_deal_counts_as_it_says_else_as_its_stage_says_and_left_out_nowhere(
    deals: list[tuple[int, date, int, int, str, str]],
) -> None:
    cube = Cube(STAGES, TODAY)
    for stage, day, value, percent, _, category in deals:
        cube.add(stage, 1, day, "USD", Sums(1, value, value * percent), category=category)
    said = [(Category(d[5]) if d[5] and d[0] != 3 else STAGES[d[0] - 1].category, d) for d in deals]
    by_category = {
        category: sum(d[2] for found, d in said if found is category) for category in {found for found, _ in said}
    }
    assert {category: sums.value for category, sums in cube.by_category("USD").items()} == by_category
    totals = cube.totals("USD")
    counted = [d for found, d in said if d[0] != 3 and found is not Category.OMITTED]
    assert totals.committed == by_category.get(Category.COMMIT, 0)
    assert totals.weighted == (sum(d[2] * d[3] for d in counted) + 50) // 100
    assert totals.count == len(counted)
