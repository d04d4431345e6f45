"""The deals as they stood on past days, and what changed between two of them, out of their history."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.forecast import Cube
from salesos_desktop.domain.outlook import Scope, period
from salesos_desktop.domain.waterfall import Step
from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.services import bin as bins
from salesos_desktop.services import board, forecast, holds, moves, opportunities, undo
from salesos_desktop.services.outlook import changes, deals
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, make_deals, stage_named

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "value", "date", "move", "win", "lose", "reopen", "bin", "restore", "hold", "owner",
                         "category", "undo", "sleep"]),
        st.integers(0, 3), st.integers(1, 5),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


def act(ws: Workspace, what: str, which: int, amount: int, made: list[int]) -> None:
    """One thing a person does; what is refused changes nothing."""
    deal = made[which % len(made)]
    day = ws.clock.today() + timedelta(days=20 * amount - 40)
    open_stages = [stage.id for stage in board.stages(ws)[:4]]
    does: dict[str, Any] = {
        "new": lambda: made.append(
            opportunities.create(ws, {"name": "x", "value": amount * 7_77, "expected_close": day})
        ),
        "value": lambda: opportunities.edit(ws, deal, {"value": amount * 1_000}),
        "date": lambda: opportunities.edit(ws, deal, {"expected_close": day}),
        "move": lambda: moves.move(ws, [deal], open_stages[amount % 4]),
        "win": lambda: moves.win(ws, [deal], value=amount * 900, closed_on=ws.clock.today()),
        "lose": lambda: moves.lose(ws, [deal], reason_id=board.names(ws, "loss_reason")[0].id),
        "reopen": lambda: moves.reopen(ws, [deal], open_stages[amount % 4]),
        "bin": lambda: opportunities.delete(ws, [deal]),
        "restore": lambda: bins.restore(ws, "opportunity", [deal]),
        "hold": lambda: holds.hold(ws, [deal], ws.clock.today() + timedelta(days=30)),
        "owner": lambda: opportunities.edit(ws, deal, {"owner_id": None if amount % 2 else 1}),
        "category": lambda: opportunities.edit(ws, deal, {"category": ["", "commit", "omitted"][amount % 3]}),
        "undo": lambda: undo.undo(ws),
    }  # fmt: skip
    with suppress(UserError):
        does[what]()


def figures(cube: Cube) -> dict[Any, tuple[int, int, int]]:
    return {cell: (sums.count, sums.value, sums.weighted_percent) for cell, sums in cube.cells.items()}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_past_day_is_as_it_was(ws: Workspace, steps: list[tuple[str, int, int]]) -> None:
    made = make_deals(ws, 2)
    seen: dict[date, dict[Any, tuple[int, int, int]]] = {}
    expected: dict[date, int] = {}
    for what, which, amount in steps:
        if what != "sleep":
            act(ws, what, which, amount, made)
            continue
        today = ws.clock.today()
        seen[today] = figures(forecast.load(ws))
        expected[today] = forecast.load(ws).totals("USD").expected
        ws.clock.day += timedelta(days=amount)  # type: ignore[attr-defined]
    today = ws.clock.today()
    seen[today] = figures(forecast.load(ws))
    expected[today] = forecast.load(ws).totals("USD").expected
    for day, cells in seen.items():
        assert figures(deals.as_of(ws, day)) == cells
    first = min(seen)
    found = changes.between(ws, first, today)
    assert (found.start, found.end) == (expected[first], expected[today])
    assert found.start + sum(part.amount for part in found.steps.values()) == found.end


def test_what_changed_names_the_deals_of_a_period_and_a_person(any_ws: Workspace) -> None:
    grown, won, pushed = make_deals(any_ws, 3)
    any_ws.clock.day = TODAY + timedelta(days=3)  # type: ignore[attr-defined]
    opportunities.edit(any_ws, grown, {"value": 300_000})
    moves.win(any_ws, [won], value=90_000, closed_on=date(2026, 11, 27))
    opportunities.edit(any_ws, pushed, {"expected_close": date(2027, 1, 4)})
    found = changes.between(any_ws, TODAY, any_ws.clock.today(), period=period("2026-12"))
    assert found.start == 30_000
    assert {step: (part.amount, part.deals) for step, part in found.steps.items()} == {
        Step.GROWN: (20_000, [grown]), Step.PUSHED_OUT: (-20_000, [won, pushed]),
    }  # fmt: skip
    assert found.end == 30_000
    whole = changes.between(any_ws, TODAY, any_ws.clock.today())
    assert whole.steps[Step.WON].deals == [won]
    nobody = changes.between(any_ws, TODAY, any_ws.clock.today(), scope=Scope(frozenset({None})))
    assert (nobody.start, nobody.end, dict(nobody.steps)) == (0, 0, {})
    assert stage_named(any_ws, "Won").kind == "won"


def test_behind_a_step_are_its_deals_as_they_were_on_both_days(any_ws: Workspace) -> None:
    assert not changes.explained(any_ws, TODAY, TODAY).known
    small, large, binned = make_deals(any_ws, 3)
    any_ws.clock.day = TODAY + timedelta(days=3)  # type: ignore[attr-defined]
    opportunities.edit(any_ws, small, {"value": 200_000})
    opportunities.edit(any_ws, large, {"value": 900_000})
    opportunities.delete(any_ws, [binned])
    told = changes.explained(any_ws, TODAY, any_ws.clock.today())
    assert told.known
    grown = changes.behind(any_ws, told, Step.GROWN, limit=5)
    assert [(each.id, each.name, each.added) for each in grown] == [
        (large, "Deal 1", 80_000),
        (small, "Deal 0", 10_000),
    ]
    assert [(each.before.value, each.after.value) for each in grown if each.before and each.after] == [
        (100_000, 900_000), (100_000, 200_000),
    ]  # fmt: skip
    (gone,) = changes.behind(any_ws, told, Step.GONE, limit=5)
    assert (gone.name, gone.after, gone.added) == ("Deal 2", None, -10_000)
    assert [each.id for each in changes.behind(any_ws, told, Step.GROWN, limit=1)] == [large]


def test_days_that_make_no_sense_are_refused(ws: Workspace) -> None:
    for start, end in ((TODAY, TODAY - timedelta(days=1)), (TODAY, TODAY + timedelta(days=1))):
        with pytest.raises(InvalidInput):
            changes.between(ws, start, end)
