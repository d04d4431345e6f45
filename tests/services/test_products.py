"""The catalogue, the lines of a deal, and the value that follows them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain.products import Line, line_total, lines_total
from salesos_desktop.domain.rights import Rights, Role
from salesos_desktop.errors import Conflict, InvalidInput
from salesos_desktop.services import checks, lines, moves, opportunities, products, timeline, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


@given(st.integers(0, 10**9), st.integers(0, 10**13), st.integers(0, 10_000))
def test_a_line_is_rounded_once_half_up(quantity: int, price: int, discount: int) -> None:
    exact = Decimal(quantity).scaleb(-3) * price * (1 - Decimal(discount).scaleb(-4))
    assert line_total(quantity, price, discount) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_the_sum_is_that_of_the_rounded_lines() -> None:
    half = Line(None, "x", 500, 1, 0)
    assert (half.total, lines_total([half, half])) == (1, 2)


def test_a_product_has_one_code_and_prices_in_currencies(any_ws: Workspace) -> None:
    pro = products.create(
        any_ws, {"name": "GTX Pro", "code": "G-1", "series": "GTX", "price": 482_100, "prices": {"EUR": 450_000}}
    )
    other = products.create(any_ws, {"name": "MG Special"})
    found = {p.id: p for p in products.listing(any_ws)}[pro]
    assert (found.price_in("USD"), found.price_in("EUR"), found.price_in("MXN")) == (482_100, 450_000, None)
    for values, field in (
        ({"name": "gtx pro"}, "name"), ({"name": "X", "code": "g-1"}, "code"), ({"name": "X", "price": -1}, "price"),
        ({"name": "X", "prices": {"USD": 1}}, "prices"), ({"name": "X", "currency": "dollars"}, "currency"),
        ({"name": ""}, "name"), ({"name": "X", "colour": "red"}, "colour"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            products.create(any_ws, values)
        assert caught.value.field == field
    products.edit(any_ws, pro, {"name": "gtx PRO", "code": "Ñ-1"})
    with pytest.raises(InvalidInput, match="“gtx PRO” has this code"):
        products.edit(any_ws, other, {"code": " n-1"})
    products.edit(any_ws, other, {"code": "", "price": 5_500, "prices": {"EUR": 1, "MXN": 2}})
    products.edit(any_ws, other, {"prices": {"EUR": 3}})
    assert {p.id: p for p in products.listing(any_ws)}[other].prices == {"EUR": 3}
    undo.undo(any_ws)
    assert {p.id: p for p in products.listing(any_ws)}[other].prices == {"EUR": 1, "MXN": 2}
    products.set_active(any_ws, other, False)
    assert [p.id for p in products.listing(any_ws, active_only=True)] == [pro]


def made(ws: Workspace) -> tuple[int, int]:
    (deal,) = make_deals(ws, 1)
    return deal, products.create(ws, {"name": "GTX Pro", "price": 1_000})


def test_a_value_follows_its_lines_until_it_is_set_by_hand(any_ws: Workspace) -> None:
    deal, product = made(any_ws)
    two = [Line(product, "", 2_500, 1_001, 0), Line(None, "Set-up", 1_000, 10_000, 2_500)]
    lines.set_lines(any_ws, deal, two, follow=True)
    found = lines.lines_of(any_ws, deal)
    assert (found.lines, found.follows, found.total) == (tuple(two), True, 2_503 + 7_500)
    assert opportunities.get(any_ws, deal).card.value == 10_003
    opportunities.edit(any_ws, deal, {"value": 10_003, "name": "The same value"})
    assert lines.lines_of(any_ws, deal).follows
    opportunities.edit(any_ws, deal, {"value": 9_000})
    assert not lines.lines_of(any_ws, deal).follows
    lines.set_lines(any_ws, deal, two[:1], follow=False)
    assert opportunities.get(any_ws, deal).card.value == 9_000
    for _ in range(2):
        undo.undo(any_ws)
    assert lines.lines_of(any_ws, deal) == found
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


def test_another_currency_keeps_the_amounts_that_people_read(any_ws: Workspace) -> None:
    deal, product = made(any_ws)
    for value, currency, kept in ((123_400, "JPY", 1_234), (1_234, "KWD", 1_234_000), (1_234_000, "EUR", 123_400)):
        opportunities.edit(any_ws, deal, {"value": value})
        opportunities.edit(any_ws, deal, {"currency": currency})
        assert opportunities.get(any_ws, deal).card.value == kept
    two = [Line(product, "", 1_500, 1_200, 0), Line(None, "Set-up", 1_000, 10_000, 2_500)]
    lines.set_lines(any_ws, deal, two, follow=True)
    before = lines.lines_of(any_ws, deal)
    opportunities.edit(any_ws, deal, {"currency": "JPY"})
    found = lines.lines_of(any_ws, deal)
    assert [line.unit_price for line in found.lines] == [12, 100]
    assert (opportunities.get(any_ws, deal).card.value, found.follows) == (18 + 75, True)
    undo.undo(any_ws)
    assert lines.lines_of(any_ws, deal) == before
    lines.set_lines(any_ws, deal, [Line(None, "Set-up", 1_000, 10_050, 0)], follow=False)
    for values in ({"currency": "JPY"}, {"currency": "JPY", "value": 100}):
        with pytest.raises(InvalidInput, match=r"100\.50 cannot be an amount in JPY") as caught:
            opportunities.edit(any_ws, deal, values)
        assert caught.value.field == "currency"
    lines.set_lines(any_ws, deal, [], follow=False)
    opportunities.edit(any_ws, deal, {"currency": "JPY", "value": 100})
    assert opportunities.get(any_ws, deal).card.value == 100
    opportunities.edit(any_ws, deal, {"value": None})
    opportunities.edit(any_ws, deal, {"currency": "USD"})
    assert opportunities.get(any_ws, deal).card.value is None


def test_lines_that_somebody_changed_meanwhile_are_not_overwritten(any_ws: Workspace) -> None:
    deal, product = made(any_ws)
    seen = lines.lines_of(any_ws, deal)
    lines.set_lines(any_ws, deal, [Line(product, "", 1_000, 500, 0)], follow=True, expect=seen)
    with pytest.raises(Conflict):
        lines.set_lines(any_ws, deal, [Line(None, "Mine", 1_000, 900, 0)], follow=True, expect=seen)
    now = lines.lines_of(any_ws, deal)
    assert [line.unit_price for line in now.lines] == [500]
    opportunities.edit(any_ws, deal, {"value": 7})
    with pytest.raises(Conflict):
        lines.set_lines(any_ws, deal, now.lines, follow=True, expect=now)
    assert opportunities.get(any_ws, deal).card.value == 7
    opportunities.edit(any_ws, deal, {"name": "Other"})
    assert lines.set_lines(any_ws, deal, [], follow=False, expect=lines.lines_of(any_ws, deal))


def test_history_tells_of_lines_and_unchanged_ones_are_not_written(ws: Workspace) -> None:
    deal, product = made(ws)
    one = Line(product, "", 2_000, 1_000, 0)
    lines.set_lines(ws, deal, [one], follow=False)
    assert lines.set_lines(ws, deal, [one], follow=False) is None
    lines.set_lines(ws, deal, [], follow=False)
    found = [(e.before, e.after) for e in timeline.entries(ws, deal) if e.field == "opportunity_line"]
    assert found == [(None, "GTX Pro × 2"), ("GTX Pro × 2", None)]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"quantity": 0}, "quantity"), ({"quantity": 10**10}, "quantity"), ({"discount": 10_001}, "discount"),
        ({"unit_price": -1}, "unit_price"), ({"product_id": None}, "product"), ({"description": "x" * 5_000}, "description"),
        ({"quantity": 10**9, "unit_price": 10**13}, "unit_price"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused_by_its_place(ws: Workspace, line: dict[str, Any], field: str) -> None:
    deal, product = made(ws)
    values: dict[str, Any] = {"product_id": product, "description": "", "quantity": 1_000, "unit_price": 1, **line}
    with pytest.raises(InvalidInput) as caught:
        lines.set_lines(ws, deal, [Line(product, "", 1_000, 1), Line(**values)], follow=True)
    assert caught.value.field == f"lines.1.{field}"
    assert lines.lines_of(ws, deal).lines == ()


def test_what_was_won_is_counted_by_product(any_ws: Workspace) -> None:
    product = products.create(any_ws, {"name": "GTX Pro", "price": 1_000})
    first, second, open_one = make_deals(any_ws, 3)
    for deal, quantity in ((first, 2_000), (second, 1_500), (open_one, 9_000)):
        lines.set_lines(any_ws, deal, [Line(product, "", quantity, 1_000, 1_000)], follow=True)
    moves.win(any_ws, [first], closed_on=date(2026, 11, 1))
    moves.win(any_ws, [second], closed_on=date(2026, 11, 24))
    (won,) = lines.won_quantities(any_ws, date(2026, 11, 1), date(2026, 11, 24))
    assert (won.product, won.quantity, won.value) == ("GTX Pro", 3_500, {"USD": 1_800 + 1_350})
    assert lines.won_quantities(any_ws, date(2026, 11, 2), date(2026, 11, 23)) == []


def test_a_name_that_is_no_product_is_refused_to_who_may_not_make_one(ws: Workspace) -> None:
    deal = {"name": "Deal", "value": 1, "expected_close": date(2026, 12, 1), "product": "Plan"}
    ws.rights = Rights(Role.REP, frozenset({ws.actor_id}))
    with pytest.raises(InvalidInput, match="There is no product “Plan”") as refused:
        opportunities.create(ws, deal)
    assert refused.value.field == "product"
    ws.rights = Rights()
    opportunities.create(ws, deal)
    ws.rights = Rights(Role.REP, frozenset({ws.actor_id}))
    opportunities.create(ws, deal)
