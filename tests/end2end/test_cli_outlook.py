"""The outlook on the command line, as a process: range, past days, what changed, how right it was."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop.services import moves, opportunities
from salesos_desktop.services.outlook import targets
from tests.conftest import StillClock, copied, make_deals, stage_named
from tests.end2end.program import here


def run(path: Path, *words: str, code: int = 0) -> str:
    return here(path, *words, code=code)[code != 0]


def js(path: Path, *words: str) -> Any:
    return json.loads(run(path, "--json", *words))


@pytest.fixture
def path(tmp_path: Path, clock: StillClock) -> Path:
    """Three deals of a month ago, of which one was won last week and one moved to a proposal, all of this month or next."""
    path, today = tmp_path / "cli.salesos", date.today()
    clock.day = today - timedelta(days=20)
    ws = copied(path, clock)
    one, two, _ = make_deals(ws, 3, expected_close=today + timedelta(days=1))
    clock.day = today - timedelta(days=7)
    moves.win(ws, [one], closed_on=clock.day)
    opportunities.edit(ws, two, {"value": 150_000})
    moves.move(ws, [two], stage_named(ws, "Proposal").id)
    for month in {today.isoformat()[:7], (today + timedelta(days=1)).isoformat()[:7]}:
        targets.set_target(ws, targets.EVERYBODY, month, 50_000)
    ws.store.close()
    return path


def test_the_range_past_days_and_what_changed(path: Path) -> None:
    month = (date.today() + timedelta(days=1)).isoformat()[:7]
    found = js(path, "forecast", "--from", month, "--to", month, "--range")["range"]
    assert float(found["p10"]) <= float(found["p50"]) <= float(found["p90"])
    assert found["target"] == "500.00"
    assert 0 <= found["chance"] <= 1
    assert (found["history_months"], found["unconverted"]) == (0, 0)
    assert "history is too short" in run(path, "forecast", "--range")
    days = [str(date.today() - timedelta(days=n)) for n in (10, 0)]
    assert js(path, "forecast", "--as-of", days[0])["totals"]["weighted"] == "300.00"
    assert js(path, "forecast", "--learnt")["totals"]["won"] == "1000.00"
    changed = js(path, "waterfall", *days)
    assert (changed["start"], changed["end"]) == ("300.00", "1850.00")
    assert {step["kind"]: (step["amount"], step["deals"]) for step in changed["steps"]} == {
        "grown": ("50.00", [2]), "advanced": ("600.00", [2]), "won": ("900.00", [1]),
    }  # fmt: skip
    assert "Advanced" in run(path, "waterfall", *days)
    assert js(path, "backtest", "--months", "3")["months"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["waterfall", "2026-01-02", "2026-01-01"], "before it begins"), (["waterfall", "x", "2026-01-01"], "not a date"),
        (["waterfall", "2026-01-01", "2026-01-02", "--period", "soon"], "no period"),
        (["backtest", "--months", "0"], "between 1"),
        (["forecast", "--as-of", "2199-01-01"], "not come yet"), (["forecast", "--range", "--to", "2020-01"], "are over"),
    ],
)  # fmt: skip
def test_what_can_be_cured_is_one_line_and_code_2(path: Path, words: list[str], said: str) -> None:
    assert said in run(path, *words, code=2)
