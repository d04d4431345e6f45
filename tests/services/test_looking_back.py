"""Board and forecast as they stood on any past day, held to what a rewinding from scratch says of the same day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain import conditions
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.filters import NO_KEY, DealFilter, Sort
from salesos_desktop.domain.forecast import Cube, Sums
from salesos_desktop.domain.money import MAX_MINOR
from salesos_desktop.domain.outlook import Deal, Scope
from salesos_desktop.domain.rates import Rates
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.services import bin as bins
from salesos_desktop.services import board, companies, forecast, moves, opportunities, pipelines, rates
from salesos_desktop.services.outlook import columns, deals
from salesos_desktop.services.outlook import looking_back as service
from salesos_desktop.services.outlook.looking_back import BoardAsked, ForecastAsked, Kept
from salesos_desktop.services.outlook.past_days import History, PastDays
from salesos_desktop.services.workspace import Workspace
from tests import rewinding
from tests.conftest import TODAY, make_deals, stage_named
from tests.services.test_outlook import STEPS, act, figures

ALL = BoardAsked(None, DealFilter(), Sort.MANUAL)


def asked(**more: Any) -> ForecastAsked:
    values: dict[str, Any] = {"scope": Scope(), "by": None, "converted": False, "bucket": "none", "stage_id": None,
                              "currency": None, "limit": 50}  # fmt: skip
    return ForecastAsked(**values | more)


def sums(found: dict[int, Deal], stage_id: int) -> dict[str, Sums]:
    by_currency: dict[str, Sums] = {}
    for deal in found.values():
        if deal.stage_id == stage_id:
            by_currency.setdefault(deal.currency, Sums()).add(deals.sums_of(deal))
    return by_currency


def cube_of(ws: Workspace, found: dict[int, Deal], day: date, by: str, *, converted: bool) -> Cube:
    """The forecast of a day, one deal after the other."""
    with ws.store.read() as connection:
        worth = forecast.rates_of(ws, connection) if converted else None
        cube = Cube(deals.stages_of(connection).values(), day, by=by, rates=worth)
    for deal in found.values():
        place = (deal.stage_id, getattr(deal, by), deal.day, deal.currency)
        cube.add(*place, deals.sums_of(deal), category=deal.category)
    return cube


def key(deal: Deal, *, is_open: bool) -> tuple[int, int]:
    return (NO_KEY if deal.day is None else deal.day.toordinal() * (1 if is_open else -1)), deal.id


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_every_day_is_what_a_rewinding_from_scratch_says(
    ws: Workspace, steps: list[tuple[str, int, int]], order: Any
) -> None:
    made = make_deals(ws, 2)
    made += make_deals(ws, 1, currency="EUR", owner_id=None)
    rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": ws.clock.today(), "rate": "1.25"})
    first = ws.clock.today()
    for what, which, amount in [*steps, ("sleep", 0, 2)]:
        if what == "sleep":
            ws.clock.day += timedelta(days=amount)  # type: ignore[attr-defined]
        else:
            act(ws, what, which, amount, made)
    kept = Kept()
    days = [first + timedelta(days=n) for n in range((ws.clock.today() - first).days)]
    order.shuffle(days)
    states = rewinding.states(ws, days)
    for day in days[:8]:
        then = service.board(ws, kept, day, ALL)
        assert then is not None
        assert then.day == day
        assert then.first <= first
        found = states[day]
        for stage in then.stages:
            column = then.columns[stage.id]
            assert dict(column.figures) == sums(found, stage.id)
            mine = [deal for deal in found.values() if deal.stage_id == stage.id]
            is_open = stage.kind is StageKind.OPEN
            assert list(column.ids) == [deal.id for deal in sorted(mine, key=lambda d: key(d, is_open=is_open))]
        cards = {card.id: card for card in then.cards}
        for deal in found.values():
            if deal.id in cards:
                card = cards[deal.id]
                shown = (
                    card.value,
                    card.currency,
                    card.expected_close or card.closed_on,
                    card.owner_id,
                    card.probability,
                )
                assert shown == (deal.value, deal.currency, deal.day, deal.owner_id, deal.probability)
        for converted in (False, True):
            told = service.outlook(ws, kept, day, asked(by="source_id", converted=converted))
            assert told is not None
            assert told.keyed is not None
            whole, keyed = (cube_of(ws, found, day, by, converted=converted) for by in ("owner_id", "source_id"))
            assert figures(told.cube) == figures(whole) == figures(deals.as_of(ws, day, converted=converted))
            assert figures(told.keyed) == figures(keyed)
            assert figures(keyed) == figures(deals.as_of(ws, day, by="source_id", converted=converted))
            assert {c: (s.count, s.value) for c, s in told.cube.everybody.items()} == {
                c: (s.count, s.value) for c, s in whole.everybody.items()
            }


def test_a_day_is_narrowed_as_today_is(any_ws: Workspace) -> None:
    """The same filter finds on a past day what the live board found then."""
    small, large, nobody = make_deals(any_ws, 3)
    opportunities.edit(any_ws, large, {"value": 900_000, "expected_close": date(2026, 12, 20), "tags": ["Expo"]})
    opportunities.edit(any_ws, nobody, {"owner_id": None, "value": None, "expected_close": None})
    filters = [
        DealFilter(owner_id=any_ws.actor_id), DealFilter(value_from=100_001), DealFilter(value_to=100_000),
        DealFilter(close_from=date(2026, 12, 16)), DealFilter(close_before=date(2026, 12, 16)), DealFilter(text="deal 1"),
        DealFilter(condition=conditions.Test("tags", Operator.HAS_ANY, ("Expo",))),
        DealFilter(condition=conditions.Test("owner_id", Operator.EMPTY)),
    ]  # fmt: skip
    first = board.stages(any_ws)[0]
    live = [sorted(board.column(any_ws, first, where, Sort.VALUE).ids) for where in filters]
    assert all(live)
    any_ws.clock.day = TODAY + timedelta(days=2)  # type: ignore[attr-defined]
    for deal in (small, large, nobody):
        opportunities.edit(any_ws, deal, {"value": 5, "expected_close": date(2027, 5, 5)})
    kept = Kept()
    for where, found in zip(filters, live, strict=True):
        then = service.board(any_ws, kept, TODAY, BoardAsked(None, where, Sort.VALUE))
        assert then is not None
        assert sorted(then.columns[first.id].ids) == found, where
    then = service.board(any_ws, kept, TODAY, BoardAsked(None, DealFilter(), Sort.VALUE))
    assert then is not None
    assert list(then.columns[first.id].ids) == [large, small, nobody]


def test_deals_in_the_bin_and_those_gone_for_good_have_their_names(any_ws: Workspace) -> None:
    there, binned, gone = make_deals(any_ws, 3)
    any_ws.clock.day = TODAY + timedelta(days=1)  # type: ignore[attr-defined]
    opportunities.delete(any_ws, [gone])
    any_ws.clock.day = TODAY + timedelta(days=40)  # type: ignore[attr-defined]
    assert bins.purge(any_ws) == 1
    opportunities.delete(any_ws, [binned])
    kept = Kept()
    then = service.board(any_ws, kept, TODAY, ALL)
    assert then is not None
    assert [(card.id, card.name, card.value) for card in then.cards] == [
        (there, "Deal 0", 100_000), (binned, "Deal 1", 100_000), (gone, "Deal 2", 100_000),
    ]  # fmt: skip
    assert [card.company for card in then.cards] == ["Company 0", "", ""]
    after = service.board(any_ws, kept, TODAY + timedelta(days=1), ALL)
    assert after is not None
    assert [card.id for card in after.cards] == [there, binned]
    assert set(service.cards(any_ws, kept, TODAY, [gone, there])) == {gone, there}
    assert set(service.cards(any_ws, kept, TODAY + timedelta(days=1), [gone, there])) == {there}


def test_behind_a_bar_are_the_deals_it_counts(ws: Workspace) -> None:
    """Each bucket of the cube has as many deals as are listed for it, overdue ones apart from those of their month."""
    late, soon, undated, won, other = make_deals(ws, 5)
    opportunities.edit(ws, late, {"expected_close": TODAY - timedelta(days=1)})
    opportunities.edit(ws, soon, {"expected_close": TODAY + timedelta(days=1)})
    opportunities.edit(ws, undated, {"expected_close": None})
    moves.win(ws, [won], value=5, closed_on=TODAY - timedelta(days=1))
    opportunities.edit(ws, other, {"currency": "EUR"})
    ws.clock.day = TODAY + timedelta(days=9)  # type: ignore[attr-defined]
    opportunities.delete(ws, [late, soon, undated, won, other])
    kept = Kept()

    def listed(bucket: str, **more: Any) -> list[int]:
        then = service.outlook(ws, kept, TODAY, asked(bucket=bucket, **more))
        assert then is not None
        return [card.id for card in then.listed]

    assert (listed("overdue"), listed("none"), listed("2026-11")) == ([late], [undated], [won, soon])
    assert listed("2026-11", stage_id=stage_named(ws, "Won").id) == [won]
    assert (listed("2026-12"), listed("2026-12", currency="USD"), listed("2026-12", currency="GBP")) == (
        [other],
        [],
        [],
    )
    assert listed("2026-11", scope=Scope(frozenset({None}))) == []


def test_won_deals_keep_the_rate_of_their_day(ws: Workspace) -> None:
    first, second = make_deals(ws, 2, currency="EUR")
    for deal, days, rate in ((first, 0, "1.25"), (second, 2, "1.5")):
        ws.clock.day = TODAY + timedelta(days=days)  # type: ignore[attr-defined]
        rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": ws.clock.today(), "rate": rate})
        moves.win(ws, [deal], value=10_000, closed_on=ws.clock.today())
    ws.clock.day = TODAY + timedelta(days=4)  # type: ignore[attr-defined]
    then = service.outlook(ws, Kept(), TODAY + timedelta(days=3), asked(converted=True))
    assert then is not None
    assert then.cube.totals("USD").won == 12_500 + 15_000


def test_what_makes_past_days_wrong_makes_them_read_again(ws: Workspace) -> None:
    assert service.board(ws, Kept(), TODAY, ALL) is None, "there is no earlier day yet"
    (deal,) = make_deals(ws, 1)
    ws.clock.day = TODAY + timedelta(days=1)  # type: ignore[attr-defined]
    kept = Kept()
    seen: list[Any] = []
    ws.bus.subscribe(seen.append)
    first = kept.at(ws, TODAY)
    assert first is not None
    opportunities.edit(ws, deal, {"value": 7})
    moves.move(ws, [deal], board.stages(ws)[2].id)
    pipelines.edit_stage(ws, board.stages(ws)[1].id, {"name": "Other"})
    assert [kept.follow(each) for each in seen] == [False, False, True]
    again = kept.at(ws, TODAY)
    assert again is not None
    assert again is not first
    assert (again.first, again.last) == (TODAY, TODAY)
    ws.clock.day = TODAY + timedelta(days=2)  # type: ignore[attr-defined]
    tomorrow = kept.at(ws, TODAY + timedelta(days=1))
    assert tomorrow is not None
    assert tomorrow.deals([deal])[0].value == 7


def test_renewed_names_and_texts_are_those_of_now(ws: Workspace) -> None:
    """What history does not keep for every day is as it is now, also of a deal that was looked at before it changed."""
    first, second = make_deals(ws, 2)
    ws.clock.day = TODAY + timedelta(days=1)  # type: ignore[attr-defined]
    kept = Kept()
    ws.bus.subscribe(lambda changes: kept.follow(changes))

    def found(where: DealFilter) -> list[tuple[int, str, str]]:
        then = service.board(ws, kept, TODAY, BoardAsked(None, where, Sort.MANUAL))
        assert then is not None
        return [(card.id, card.name, card.company) for card in then.cards]

    tagged = DealFilter(condition=conditions.Test("tags", Operator.HAS_ANY, ("Expo",)))
    assert found(DealFilter(text="deal 1")) == [(second, "Deal 1", "Company 1")]
    assert found(tagged) == []
    opportunities.edit(ws, second, {"name": "Called otherwise"})
    opportunities.edit(ws, first, {"tags": ["Expo"]})
    assert found(DealFilter(text="deal 1")) == []
    assert found(DealFilter(text="otherwise")) == [(second, "Called otherwise", "Company 1")]
    assert found(tagged) == [(first, "Deal 0", "Company 0")]
    companies.edit(ws, opportunities.get(ws, first).card.company_id, {"name": "Renamed"})
    assert found(DealFilter(text="renamed")) == [(first, "Deal 0", "Renamed")]


def test_sums_are_exact_however_large(ws: Workspace) -> None:
    """Ten thousand deals of the largest amount there is: times a percentage they are more than 64 bits hold."""
    count, stage = 10_000, board.stages(ws)[0]
    many = columns.of_deals(
        Deal(n, stage.id, MAX_MINOR - 1, "USD", TODAY, 99, None, None, None, "") for n in range(1, count + 1)
    )
    exact = Sums(count, count * (MAX_MINOR - 1), count * (MAX_MINOR - 1) * 99, 0)
    assert exact.weighted_percent > 2**63
    ends: Any = Ends(many)
    day = PastDays(History(TODAY, TODAY, ends), {stage.id: stage}, Rates("USD", ()), {})
    everyone = day.of_scope(Scope())
    assert dict(day.column(stage, everyone, Sort.VALUE).figures) == {"USD": exact}
    for converted, factor in ((False, 1), (True, Rates("USD", ()).factor("USD", TODAY))):
        assert list(day.cube(Scope(), converted=converted).everybody.values()) == [exact.times(factor or 0)]
    assert day.won_between(everyone, TODAY, TODAY + timedelta(days=1)) == {}


class Ends:
    """The same deals at every moment."""

    def __init__(self, found: columns.Columns) -> None:
        self._found = found

    def go(self, to: int) -> None:
        """Nothing is otherwise."""

    def counting(self, stages: Any) -> columns.Columns:  # noqa: ARG002
        """All of them."""
        return self._found
