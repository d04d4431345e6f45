"""Targets, calls and adjustments: the newest counts, the older ones stay, and none of it changes what is computed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import forecast, undo
from salesos_desktop.services.outlook import targets
from salesos_desktop.services.outlook.targets import EVERYBODY, Whose
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def test_a_target_is_one_a_period_and_a_quarter_is_its_months(any_ws: Workspace) -> None:
    me = Whose(any_ws.actor_id)
    for month, amount in (("2026-10", 100), ("2026-11", 200), ("2026-11", 250)):
        targets.set_target(any_ws, me, month, amount)
    assert targets.targets(any_ws, "2026-11") == {me: 250}
    assert targets.targets(any_ws, "2026-Q4") == {}, "December has none: nothing is guessed"
    targets.set_target(any_ws, me, "2026-12", 300)
    targets.set_target(any_ws, EVERYBODY, "2026-Q4", 999)
    assert targets.targets(any_ws, "2026-Q4") == {me: 650, EVERYBODY: 999}
    targets.set_target(any_ws, me, "2026-10", None)
    assert targets.targets(any_ws, "2026-10") == {}
    undo.undo(any_ws)
    assert targets.targets(any_ws, "2026-10") == {me: 100}


def test_the_newest_call_counts_and_grows_stale(any_ws: Workspace) -> None:
    person = any_ws.actor_id
    targets.call(any_ws, person, "2026-11", 5_000, "two big ones")
    targets.call(any_ws, person, "2026-11", 4_000)
    found = targets.calls(any_ws, "2026-11")[person]
    assert ([(s.amount, s.text) for s in found.history], found.stale) == ([(4_000, ""), (5_000, "two big ones")], False)
    any_ws.clock.day += timedelta(days=6)  # type: ignore[attr-defined]
    assert not targets.calls(any_ws, "2026-11")[person].stale
    targets.call(any_ws, person, "2026-12", 1)
    any_ws.clock.day += timedelta(days=8)  # type: ignore[attr-defined]
    assert not targets.calls(any_ws, "2026-11")[person].stale, "the month is over"
    assert targets.calls(any_ws, "2026-12")[person].stale


def test_an_adjustment_has_its_reason_and_leaves_the_computed_figure_alone(any_ws: Workspace) -> None:
    make_deals(any_ws, 2)
    before = forecast.load(any_ws).totals("USD")
    targets.adjust(any_ws, EVERYBODY, "2026-12", 7_000, "The fair is cancelled")
    (said,) = targets.adjustments(any_ws, "2026-12")[EVERYBODY]
    assert (said.amount, said.text, said.by) == (7_000, "The fair is cancelled", "Marta Ríos")
    assert forecast.load(any_ws).totals("USD") == before
    targets.withdraw(any_ws, "forecast_adjustment", said.id)
    assert targets.adjustments(any_ws, "2026-12") == {}
    undo.undo(any_ws)
    assert targets.adjustments(any_ws, "2026-12")[EVERYBODY] == (said,)


@pytest.mark.parametrize(
    ("code", "amount", "reason", "field"),
    [("2026-13", 1, "x", "period"), ("2026-Q5", 1, "x", "period"), ("soon", 1, "x", "period"), ("2026-11", -1, "x", "amount"),
     ("2026-11", 10**14, "x", "amount"), ("2026-11", 1, " ", "reason")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(ws: Workspace, code: str, amount: int, reason: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        targets.adjust(ws, EVERYBODY, code, amount, reason)
    assert refused.value.field == field
    with pytest.raises(InvalidInput):
        targets.adjust(ws, Whose(77), "2026-11", 1, "x")
    assert targets.adjustments(ws, "2026-11") == {}
