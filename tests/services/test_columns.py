"""Deals in columns: the same states, steps, ranges and habits as one gets deal by deal and entry by entry."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from sqlalchemy import select

from salesos_desktop.domain.learning import Record
from salesos_desktop.domain.outlook import Deal, Scope, counts_in_forecast, period
from salesos_desktop.domain.periods import add_months, month_of, month_start
from salesos_desktop.domain.rates import SCALE
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.domain.waterfall import Look, waterfall
from salesos_desktop.services import bin as bins
from salesos_desktop.services import forecast, rates
from salesos_desktop.services.outlook import backtest, changes, deals, habits, memory, ranges
from salesos_desktop.services.outlook.looking_back import Kept
from salesos_desktop.services.outlook.simulation import outlook
from salesos_desktop.services.past import end_of
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.schema.stream import history
from tests import rewinding
from tests.conftest import TODAY, make_deals
from tests.services.test_outlook import act

WHAT = ("new", "value", "date", "move", "move", "win", "win", "lose", "reopen", "bin", "restore", "hold", "owner",
        "category", "undo")  # fmt: skip
MOVES = select(history.c.subject_id, history.c.at, history.c.before).where(
    history.c.field == "stage_id", history.c.subject_table == "opportunity"
)

States = dict[date, dict[int, Deal]]


def lived(ws: Workspace) -> list[date]:
    """Half a year of work on deals in three currencies, one without a rate and one whose rate changes; some deleted for
    good. Gives the days on which something happened."""
    ws.clock.day = TODAY - timedelta(days=215)  # type: ignore[attr-defined]
    made = [*make_deals(ws, 7), *make_deals(ws, 4, currency="EUR"), *make_deals(ws, 1, currency="CHF")]
    days, random = [], Random(4)
    for n in range(70):
        act(ws, random.choice(WHAT), random.randrange(99), random.randrange(1, 6), made)
        if n in (5, 40):
            rate = {"from_currency": "EUR", "to_currency": "USD", "day": ws.clock.today(), "rate": f"1.{n}333"}
            rates.add(ws, rate)
        if n == 45:
            assert bins.purge(ws) > 0
        days.append(ws.clock.today())
        ws.clock.day += timedelta(days=random.randrange(1, 6))  # type: ignore[attr-defined]
    return [*days, ws.clock.today()]


def test_columns_say_what_one_deal_after_the_other_says(any_ws: Workspace) -> None:
    ws = any_ws
    days = lived(ws)
    states = rewinding.states(ws, days)
    assert {day: dict(state.deals) for day, state in deals.states(ws, days).items()} == states
    assert len({frozenset(each) for each in states.values()}) > 5
    with ws.store.read() as connection:
        stages, worth = deals.stages_of(connection), forecast.rates_of(ws, connection)
    today = ws.clock.today()
    scopes = (Scope(), Scope(frozenset({None})), Scope(pipeline_id=1), Scope(frozenset({1, None}), source_id=99))
    whole = period(month_of(today)[:4])
    for first, last in ((days[10], days[30]), (days[35], days[50]), (days[-8], today)):
        for scope, within in zip(scopes, (None, whole, None, whole), strict=True):
            told = waterfall(
                states[first], states[last], Look(stages, scope, within),
                lambda deal, kind, day=first: deals.factor_on(worth, deal, kind, day),
                lambda deal, kind, day=last: deals.factor_on(worth, deal, kind, day),
            )  # fmt: skip
            assert changes.between(ws, first, last, period=within, scope=scope) == told
    for scope in scopes:
        assert ranges.of(ws, whole, scope=scope, target=5, use_learnt=True) == one_by_one(ws, whole, scope)
    learnt_as_counted(ws)
    a_day_at_a_time(ws, states)


def a_day_at_a_time(ws: Workspace, states: States) -> None:
    """Who goes from day to day, to and fro, meets the same deals."""
    kept, every = Kept(), sorted({deal for state in states.values() for deal in state})
    assert kept.at(ws, min(states)) is not None
    for day in Random(1).sample(sorted(states)[:-1], 40):
        assert {deal.id: deal for deal in kept.at(ws, day).deals([0, *every])} == states[day]  # type: ignore[union-attr]


def one_by_one(ws: Workspace, whole: Any, scope: Scope) -> ranges.Outlook:
    """The outlook of a period with each deal counted by itself."""
    with ws.store.read() as connection:
        stages, worth = deals.stages_of(connection), forecast.rates_of(ws, connection)
        found = deals.current(connection, stages, whole)
    known, today = memory.known(ws), ws.clock.today()
    won = weighted = unconverted = 0
    values, chances, ids = [], [], []
    for deal in found:
        stage = stages[deal.stage_id]
        if not scope.takes(deal, stage):
            continue
        factor = deals.factor_on(worth, deal, stage.kind, today)
        if factor is None:
            unconverted += 1
            continue
        value = ((deal.value or 0) * factor + SCALE // 2) // SCALE
        if stage.kind is StageKind.WON:
            won += value if whole.has(deal.day) else 0
        elif counts_in_forecast(deal, stage):
            by_hand = deal.probability != stage.probability
            likely = deal.probability / 100 if by_hand else known.chances[stage.id]
            weighted += round(value * likely) if whole.has(deal.day) else 0
            ahead, away = months(month_of(today), whole.first), months(month_of(today), deal.day)
            due = known.habits.closes_in(np.array([[ahead], [away]]), 12)[0] if deal.day else 0.0
            ids.append(deal.id)
            values.append(value)
            chances.append(likely * due)
    left = 12 - today.month + 1 - (today.day - 1) / monthrange(today.year, today.month)[1]
    made = replace(known.habits, fresh=habits.fresh(memory.past(ws), today, scope))
    drawn = outlook(np.array(values, float), np.array(chances), made, won, 5, ahead=(0.0, left), deals=ids)
    return ranges.Outlook(whole, won, weighted, drawn, unconverted)


def months(here: str, day: date | None) -> int:
    return 0 if day is None else (day.year - int(here[:4])) * 12 + day.month - int(here[5:])


def learnt_as_counted(ws: Workspace) -> None:
    """Records, what came new and slips, counted deal by deal from the states of past days."""
    today = ws.clock.today()
    yesterday = today - timedelta(days=1)
    firsts = [month_start(add_months(month_of(today), -n)) for n in range(6, -1, -1)]
    states = rewinding.states(ws, [yesterday, *(first - timedelta(days=1) for first in firsts)])
    past = habits.look_back(ws, 6)
    with ws.store.read() as connection:
        left = [(i, at.astimezone(UTC), int(stage)) for i, at, stage in connection.execute(MOVES)]
        worth = forecast.rates_of(ws, connection)
    kinds = {stage.id: stage.kind for stage in past.stages.values()}
    ended = {d.id: d for d in states[yesterday].values() if kinds[d.stage_id] is not StageKind.OPEN and d.day}
    won = {i for i, deal in ended.items() if kinds[deal.stage_id] is StageKind.WON}
    for until in (*firsts, today):
        limit = end_of(ws, until - timedelta(days=1))
        expected = {}
        for stage_id, kind in kinds.items():
            if kind is StageKind.OPEN:
                were = {i for i, at, before in left if before == stage_id and at < limit and i in ended}
                closed = {i for i in were if (ended[i].day or until) < until}
                expected[stage_id] = Record(len(closed), len(closed & won))
        assert habits.records(past, until) == expected
    assert sum(each.closed for each in expected.values()) > 5
    fresh: list[tuple[int, ...]] = []
    slips = np.array(habits.USUAL.slips) * 30
    for first in firsts:
        there = {
            i: d for i, d in states[first - timedelta(days=1)].items() if counts_in_forecast(d, past.stages[d.stage_id])
        }
        new = [ended[i] for i in won - there.keys() if first <= (ended[i].day or first) < firsts[-1]]
        brought = [0] * months(month_of(first), firsts[-1])
        for d in new:
            brought[months(month_of(first), d.day)] += worth.convert(d.value or 0, d.currency, d.day or first) or 0
        if brought and there:
            fresh.append(tuple(brought))
        for i in won & there.keys():
            late = months(month_of(there[i].day or first), ended[i].day)
            if there[i].day and first <= (ended[i].day or first) < today:
                slips[min(max(late - habits.USUAL.first_slip, 0), len(slips) - 1)] += 1
    made = habits.habits(past, today)
    assert made.fresh == tuple(fresh)
    assert made.slips == pytest.approx(slips / slips.sum())
    assert slips.sum() > 30


def test_what_is_done_today_changes_what_is_learnt_tomorrow(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """And until then everybody has the same figures: in memory, out of the file, or looked back on afresh."""
    days = lived(ws)
    monkeypatch.setattr(memory, "SMALL", -1)
    month = period(month_of(days[-1]))
    first = ranges.of(ws, month, wait=False)
    assert first.learning
    assert memory.known(ws, wait=False).habits == habits.USUAL
    ranges.learn(ws)
    known, judged = memory.known(ws), backtest.backtest(ws)
    assert ranges.of(ws, month, wait=False) == ranges.of(ws, month)
    assert not ranges.of(ws, month, wait=False).learning
    for n in range(8):
        act(ws, ("win", "lose", "move", "value")[n % 4], n, 2, [1, 2, 3, 4])
    forget(ws)
    assert memory.known(ws, wait=False) == known, "out of the file"
    mine = Scope(pipeline_id=1)
    assert memory.known(ws, mine, wait=False).habits == replace(known.habits, fresh=()), "the file is of everybody"
    assert ranges.of(ws, month, scope=mine, wait=False).learning
    ranges.learn(ws)
    assert ranges.of(ws, month, scope=mine, wait=False) == ranges.of(ws, month, scope=mine)
    assert memory.known(ws, mine, wait=False).habits.fresh == known.habits.fresh, "all are in it"
    memory._path().unlink()
    forget(ws)
    assert memory.known(ws) == known, "afresh"
    assert backtest.backtest(ws) == judged
    ws.clock.day += timedelta(days=1)  # type: ignore[attr-defined]
    old = memory.known(ws, wait=False)
    assert (old.habits, old.settled) == (known.habits, False), "an earlier day's until it is looked back"
    assert memory.known(ws) != known


def test_what_the_file_cannot_mean_is_not_believed(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(ws)
    monkeypatch.setattr(memory, "SMALL", -1)
    assert memory.known(ws).habits != habits.USUAL
    written = memory._path().read_text(encoding="utf-8")
    wrong = [
        ("layout", memory.LAYOUT - 1), ("habits", []), ("habits", {}), ("chances", {"1": 1.5}),
        ("chances", {"1": "high"}), ("chances", {"1": float("nan")}),
    ]  # fmt: skip
    of_habits = [
        ("common", 1), ("common", "low"), ("common", True), ("value_mean", float("inf")), ("value_sd", -0.1),
        ("first_slip", 7), ("slips", []), ("slips", [2, -1]), ("slips", "all"), ("fresh", [1]), ("fresh", [[]]),
        ("fresh", [[1], [1]]), ("fresh", [[-5]]), ("fresh", [["5"]]), ("fresh", [[0.5]]), ("more", 1),
    ]  # fmt: skip
    for inside, (name, what) in [(False, each) for each in wrong] + [(True, each) for each in of_habits]:
        told = json.loads(written)
        line = told[ws.store.name]
        (line["habits"] if inside else line)[name] = what
        memory._path().write_text(json.dumps(told), encoding="utf-8")
        forget(ws)
        assert memory.known(ws, wait=False).habits == habits.USUAL, (name, what)
    memory._path().write_text('{"' + ws.store.name + '": {"stamp": 1}}', encoding="utf-8")
    forget(ws)
    assert memory.known(ws, wait=False).habits == habits.USUAL


def forget(ws: Workspace) -> None:
    memory._memory.pop(ws.store)


def test_what_a_server_s_past_teaches_is_kept_for_each_person_apart() -> None:
    ana, leo, alone = (
        cast(Workspace, SimpleNamespace(actor_id=who, store=SimpleNamespace(path=path, name="db/ventas")))
        for who, path in ((1, None), (2, None), (1, Path("db/ventas")))
    )
    given = {1: 0.25}
    memory._write(ana, "now", memory.Known(memory.USUAL, given))
    assert memory._read(ana, "now", given) is not None
    assert memory._read(leo, "now", given) is None
    assert memory._read(leo, None, given) is None
    assert memory._read(alone, None, given) is None
