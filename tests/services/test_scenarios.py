"""What if: a scenario shows what the forecast would say were it true, follows what really happens, and writes to no deal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.outlook import Scope, counts_in_forecast
from salesos_desktop.domain.scenario import FIELDS, Change, Edit, Scenario, from_json, to_json
from salesos_desktop.domain.stages import Category
from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import board, forecast, holds, moves, opportunities, rates, undo, views
from salesos_desktop.services.outlook import ranges, scenarios, targets
from salesos_desktop.services.outlook.scenarios import Sandbox, Standing
from salesos_desktop.services.outlook.targets import EVERYBODY
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, make_deals, stage_named
from tests.services.test_outlook import STEPS, act
from tests.services.test_views import as_somebody_else

MONTH = "2026-12"
VALUES: dict[str, Any] = {
    "value": st.none() | st.integers(0, 10**6),
    "day": st.none() | st.dates(date(2026, 11, 1), date(2027, 2, 1)),
    "probability": st.integers(0, 100),
    "category": st.sampled_from(["", "pipeline", "commit", "best_case"]),
}
EDITS = st.one_of([st.tuples(st.just(name), values) for name, values in VALUES.items()])
PLAYED = st.lists(st.tuples(st.integers(0, 3), st.booleans() | EDITS), min_size=1, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["2026-12-01", "commit"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*FIELDS, "in", "deals", "period", "1", "²", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def played(sandbox: Sandbox, ids: list[int], steps: list[Any]) -> Scenario:
    """What a person makes of a scenario step by step."""
    for which, step in steps:
        deal = sandbox.deals[ids[which]]
        if isinstance(step, bool):
            sandbox.play(sandbox.scenario.ticked([(deal, sandbox.stages[deal.stage_id])], step))
        else:
            sandbox.play(sandbox.scenario.edited(deal, *step))
    return sandbox.scenario


def come_true(ws: Workspace, sandbox: Sandbox) -> None:
    """Really writes what a scenario has played."""
    for deal_id, deal in sandbox.changed.items():
        values = {"value": deal.value, "expected_close": deal.day, "category": deal.category}
        opportunities.edit(ws, deal_id, {**values, "probability": deal.probability})


def seen(sandbox: Sandbox) -> Any:
    return (sandbox.figures(), sandbox.by_month(), sandbox.deals, sandbox.changed, set(sandbox.listed()),
            [sandbox.standing(each) for each in sandbox.scenario.changes])  # fmt: skip


def rows(ws: Workspace) -> Any:
    """All that a scenario must not touch: deals, and what the history says of them."""
    with ws.store.read() as connection:
        return [
            list(connection.exec_driver_sql(f"SELECT * FROM {statement} ORDER BY id"))
            for statement in ("opportunity", "history WHERE subject_table = 'opportunity'", "points")
        ]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=PLAYED, again=PLAYED)
def test_what_is_played_is_what_the_forecast_says_once_it_is_true(ws: Workspace, steps: list[Any], again: Any) -> None:
    for known in board.listed(ws, DealFilter()):
        opportunities.delete(ws, [known.id])
    ids = [make_deals(ws, 1, value=100_000 + n, expected_close=TODAY + timedelta(days=9 * n))[0] for n in range(3)]
    ids += make_deals(ws, 1, currency="EUR", category="omitted", value=70_001)
    if not rates.listing(ws):
        rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": date(2026, 1, 1), "rate": "1.2345"})
    sandbox = scenarios.opened(ws, MONTH, Scenario())
    scenario = played(sandbox, ids, [*steps, *again])
    assert from_json(to_json(scenario)) == scenario
    assert seen(scenarios.opened(ws, MONTH, scenario)) == seen(sandbox)
    before = rows(ws)
    now, then = scenarios.outlooks(
        ws, sandbox.deals, sandbox.changed, sandbox.stages, sandbox.rates, sandbox.period, None
    )  # fmt: skip
    assert now == ranges.of(ws, sandbox.period)
    assert rows(ws) == before
    come_true(ws, sandbox)
    cube = forecast.load(ws, converted=True)
    assert sandbox.figures()[1] == cube.totals("USD", [MONTH])
    for month, (_, expected) in sandbox.by_month().items():
        assert expected == cube.totals("USD", [month]).expected
    assert then == ranges.of(ws, sandbox.period)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, plays=PLAYED)
def test_a_sandbox_follows_as_if_it_were_opened_afresh(ws: Workspace, steps: Any, plays: list[Any]) -> None:
    made = make_deals(ws, 4)
    scope = Scope(frozenset({None, ws.actor_id}))
    sandbox = scenarios.opened(ws, MONTH, Scenario(), scope=scope)
    scenario = played(sandbox, made, plays)
    told: list[ChangeSet] = []
    leave = ws.bus.subscribe(told.append)
    for what, which, amount in steps:
        if what != "sleep":
            act(ws, what, which, amount, made)
    leave()
    assert all(sandbox.follow(each) for each in told)
    assert seen(sandbox) == seen(scenarios.opened(ws, MONTH, scenario, scope=scope))


def test_a_kept_scenario_says_what_has_moved_on_and_plays_with_the_rest(any_ws: Workspace) -> None:
    ws = any_ws
    ids = make_deals(ws, 7)
    sandbox = scenarios.opened(ws, MONTH, Scenario())
    scenario = played(sandbox, ids, [(n, ("probability", 90)) for n in range(6)])
    scenario = played(sandbox, ids, [(6, False)])
    before = rows(ws)
    kept = scenarios.save(ws, "Christmas", replace(scenario, period=MONTH))
    assert rows(ws) == before
    moves.win(ws, [ids[0]], value=100_000, closed_on=TODAY)
    moves.lose(ws, [ids[1]], reason_id=board.names(ws, "loss_reason")[0].id)
    opportunities.delete(ws, [ids[2]])
    holds.hold(ws, [ids[3]], TODAY + timedelta(days=30))
    opportunities.edit(ws, ids[4], {"probability": 40})
    (saved,) = scenarios.listing(ws)
    assert (saved.id, saved.name, saved.mine, saved.scenario) == (kept, "Christmas", True, scenario)
    assert saved.scenario.without([ids[0]]).period == MONTH
    again = scenarios.opened(ws, MONTH, saved.scenario)
    assert [again.standing(each) for each in ids] == [
        Standing.WON, Standing.LOST, Standing.BINNED, Standing.HELD, Standing.OPEN, Standing.OPEN, Standing.OPEN,
    ]  # fmt: skip
    assert set(again.listed()) == set(ids) == set(again.names)
    assert [scenario.moved_on(again.deals[each]) for each in ids[4:]] == [{"probability"}, set(), set()]
    assert again.figures()[1].weighted == 2 * 90_000
    assert again.figures()[0].weighted == 40_000 + 2 * 10_000
    assert scenarios.opened(ws, MONTH, Scenario({10**6: Change(False)})).standing(10**6) is Standing.GONE
    elsewhere = scenarios.opened(ws, MONTH, scenario, scope=Scope(frozenset({99})))
    assert elsewhere.standing(ids[5]) is Standing.ELSEWHERE
    assert elsewhere.figures()[1].count == 0


def test_kept_scenarios_are_shared_changed_and_taken_back(ws: Workspace) -> None:
    deal = make_deals(ws, 1)[0]
    scenario = Scenario({deal: Change(None, {"day": Edit(date(2027, 1, 2), None)})})
    kept = scenarios.save(ws, "A", scenario, shared=True)
    with pytest.raises(InvalidInput):
        scenarios.save(ws, "a", scenario)
    scenarios.update(ws, kept, Scenario({deal: Change(False)}))
    undo.undo(ws)
    assert scenarios.listing(ws)[0].scenario == scenario
    with pytest.raises(InvalidInput):
        scenarios.update(ws, kept, Scenario(dict.fromkeys(range(10_000), Change(False))))
    views.save(ws, scenarios.PAGE, "Odd", {"deals": {"1": {"probability": [900, 10], "day": ["no", None]}, "x": 3}})
    assert [each.scenario.changes for each in scenarios.listing(ws) if each.name == "Odd"] == [{}]
    as_somebody_else(ws)
    assert [(each.name, each.owner, each.mine) for each in scenarios.listing(ws)] == [("A", "Marta Ríos", False)]


def test_a_deal_less_is_never_a_gain(ws: Workspace) -> None:
    ids = [make_deals(ws, 1, value=10_000 * (n + 1), probability=15 + 6 * n)[0] for n in range(12)]
    sandbox = scenarios.opened(ws, MONTH, Scenario())

    def outlooks() -> Any:
        given = (sandbox.stages, sandbox.rates, sandbox.period, 300_000)
        return scenarios.outlooks(ws, sandbox.deals, sandbox.changed, *given)

    for deal in ids:
        sandbox.play(Scenario({deal: Change(False)}))
        now, less = (each.range for each in outlooks())
        sandbox.play(Scenario({deal: Change(None, {"probability": Edit(99, 0), "value": Edit(200_000, 0)})}))
        _, more = (each.range for each in outlooks())
        for name in ("p10", "p50", "p90", "chance"):
            assert getattr(less, name) <= getattr(now, name) <= getattr(more, name)


def test_a_thousand_ticks_are_one_step(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = make_deals(ws, 20)
    box = scenarios.opened(ws, MONTH, Scenario())
    made = []
    monkeypatch.setattr(Scenario, "_with", lambda _, changes: made.append(changes))
    box.scenario.ticked([(box.deals[each], box.stages[box.deals[each].stage_id]) for each in ids], False)
    assert made == [dict.fromkeys(ids, Change(False))]


def test_the_target_and_what_is_left_out_by_its_stage(ws: Workspace) -> None:
    targets.set_target(ws, EVERYBODY, MONTH, 500_000)
    deal = make_deals(ws, 1)[0]
    sandbox = scenarios.opened(ws, MONTH, Scenario())
    assert sandbox.target == 500_000
    assert scenarios.opened(ws, MONTH, Scenario(), whose=None).target is None
    real, stage = sandbox.deals[deal], sandbox.stages[sandbox.deals[deal].stage_id]
    left_out = replace(stage, category=Category.OMITTED)
    into = Scenario().ticked([(real, left_out)], True)
    assert into.applied(real, left_out).category == "pipeline"
    assert into.ticked([(real, left_out)], False) == Scenario()
    by_category = Scenario().edited(real, "category", "commit")
    assert not counts_in_forecast(by_category.ticked([(real, left_out)], False).applied(real, left_out), left_out)
    with pytest.raises(ValueError, match="probability"):
        Scenario().edited(real, "probability", 101)
    won = stage_named(ws, "Won")
    assert Scenario({deal: Change(False)}).applied(real, won) == real


@settings(max_examples=50)
@given(values=JSON)
def test_any_old_content_is_read_as_far_as_it_can_be(values: Any) -> None:
    found = from_json({"deals": {"7": {"probability": [50, 10], "day": values}, "8": values, "9": {"in": False}}})
    assert from_json(to_json(found)) == found
    assert found.changes[7].edits["probability"] == Edit(50, 10)
    assert found.changes[9] == Change(False)
    assert from_json(to_json(from_json(values))) == from_json(values)
