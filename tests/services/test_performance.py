"""The dashboard's figures: each equals the same question asked of the rows and of history from scratch, and follows changes."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.performance import Performance, Quartiles, Share, Way, quartiles
from salesos_desktop.domain.spans import NAMED, Span, before, rolling
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.services import activities, board, moves, opportunities, performance, pipelines, rates, undo
from salesos_desktop.services.performance import Asked, Loaded
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, copied, make_deals, stage_named

from .test_outlook import STEPS, act

ALL = Scope()


def asked(days: int = 10, scope: Scope = ALL) -> Asked:
    return Asked(scope, *rolling(days)(TODAY))


def told(made: Performance) -> dict[str, Any]:
    """Every figure, as plain values."""
    return {
        "won": made.won, "lost": made.lost, "losses": made.losses, "cycle": made.cycle, "worked": made.worked,
        "made": made.made, "stages": made.by_stage, "done": made.done,
    }  # fmt: skip


def by_hand(ws: Workspace, wanted: Asked, span: Span) -> dict[str, Any]:
    """The same counted one by one over plain rows."""
    scope = wanted.scope
    with ws.store.read() as connection:
        rows = [dict(r) for r in connection.exec_driver_sql("SELECT * FROM opportunity").mappings()]
        entries = [dict(r) for r in connection.exec_driver_sql("SELECT * FROM history ORDER BY id").mappings()]
        commits = {r["seq"]: r for r in connection.exec_driver_sql("SELECT * FROM change_log").mappings()}
    stages = {stage.id: stage for stage in board.stages(ws)}
    rows = [r for r in rows if r["deleted_at"] is None and r["hold_until"] is None]
    rows = [r for r in rows if scope.owners is None or r["owner_id"] in scope.owners]
    for row in rows:
        for name in ("created_on", "closed_on"):
            row[name] = row[name] and date.fromisoformat(str(row[name]))
        row["kind"] = stages[row["stage_id"]].kind
    closed = [r for r in rows if r["kind"] is not StageKind.OPEN and span.has(r["closed_on"])]
    won, lost = ([r for r in closed if r["kind"] is kind] for kind in (StageKind.WON, StageKind.LOST))
    found: dict[str, Any] = {
        "won": (len(won), sum(r["value"] or 0 for r in won)), "lost": (len(lost), sum(r["value"] or 0 for r in lost)),
        "losses": Counter(r["loss_reason_id"] for r in lost),
        "cycle": Counter((r["closed_on"] - r["created_on"]).days for r in won),
        "made": sum(span.has(r["created_on"]) for r in rows),
        "worked": sum(
            r["created_on"] < span.after and (r["kind"] is StageKind.OPEN or r["closed_on"] >= span.first) for r in rows
        ),
    }  # fmt: skip
    ids = {r["id"]: r for r in rows}
    ways: Counter[tuple[int, Way]] = Counter()
    reached: set[tuple[int, int]] = set()
    order = [s.id for s in stages.values() if s.kind is StageKind.OPEN]
    first_stage: dict[int, int] = {}
    for entry in entries:
        deal = ids.get(entry["subject_id"])
        if entry["subject_table"] != "opportunity" or entry["field"] != "stage_id" or deal is None:
            continue
        left, to = int(entry["before"]), int(entry["after"])
        first_stage.setdefault(deal["id"], left)
        commit = commits[entry["change_seq"]]
        if commit["state"] != "done" or commit["reverts"] is not None or left not in order:
            continue
        if not span.has(date.fromisoformat(str(entry["at"])[:10])):
            continue
        if stages[to].kind is StageKind.LOST:
            ways[left, Way.LOST] += 1
        elif stages[to].kind is StageKind.OPEN and order.index(to) < order.index(left):
            ways[left, Way.BACK] += 1
        else:
            ways[left, Way.FORWARD] += 1
            end = order.index(to) + 1 if to in order else len(order)
            reached |= {(deal["id"], each) for each in order[order.index(left) + 1 : end]}
    for row in rows:
        began = first_stage.get(row["id"], row["stage_id"])
        if span.has(row["created_on"]) and stages[began].kind is not StageKind.LOST:
            end = order.index(began) + 1 if began in order else len(order)
            reached |= {(row["id"], each) for each in order[:end]}
    ways.update((stage_id, Way.REACHED) for _, stage_id in reached)
    return {**found, "ways": {key: count for key, count in ways.items() if count}}


def counted(made: Performance) -> dict[str, Any]:
    """Figures in the form of ``by_hand``."""
    return {
        "won": (made.won.count, made.won.value), "lost": (made.lost.count, made.lost.value),
        "losses": Counter({reason: sums.count for reason, sums in made.losses_by(0).items()}),
        "cycle": made.cycle, "made": made.made, "worked": made.worked,
        "ways": {(i, way): n for i, sums in made.by_stage.items() for way, n in sums.ways.items() if n},
    }  # fmt: skip


def check(ws: Workspace, loaded: Loaded) -> None:
    fresh = performance.load(ws, loaded.asked)
    assert told(loaded.now) == told(fresh.now)
    assert told(loaded.before) == told(fresh.before)
    assert counted(loaded.now) == by_hand(ws, loaded.asked, loaded.asked.span)
    assert counted(loaded.before) == by_hand(ws, loaded.asked, loaded.asked.before)


def follow(ws: Workspace, loaded: Loaded) -> Loaded:
    """What a page does with everything that was committed since."""
    from salesos_desktop import storage

    with ws.store.read() as connection:
        found = storage.change_log.since(connection, loaded.seq)
    for changes in found:
        ids = loaded.follow(changes)
        if ids is None:
            return performance.load(ws, loaded.asked)
        loaded.take(ids, performance.ways(ws, loaded.asked, ids))
    return loaded


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
# What was undone can be redone no more.
@example(steps=[("sleep", 0, 5), ("lose", 1, 3), ("undo", 2, 1), ("hold", 2, 4)])
def test_every_figure_is_that_of_the_rows_and_of_history(tmp_path: Path, steps: list[tuple[str, int, int]]) -> None:
    clock = StillClock()
    clock.day = TODAY - timedelta(days=12)
    ws = copied(tmp_path / "law.salesos", clock)
    made = make_deals(ws, 3)
    wanted = [asked(6), asked(6, Scope(frozenset({ws.actor_id})))]
    kept = [performance.load(ws, each) for each in wanted]
    for what, which, amount in steps:
        if what == "sleep":
            clock.day = min(TODAY, clock.day + timedelta(days=amount))
        else:
            act(ws, what, which, amount, made)
        kept = [follow(ws, each) for each in kept]
    for each in kept:
        check(ws, each)
    ws.store.close()


def test_a_win_is_told_by_every_figure(any_ws: Workspace, clock: StillClock) -> None:
    ws = any_ws
    clock.day = TODAY - timedelta(days=9)
    first, second, third = make_deals(ws, 3)
    opportunities.edit(ws, first, {"value": 50_000})
    loaded = performance.load(ws, asked(10))
    assert (loaded.now.made, loaded.now.worked, loaded.before.worked) == (3, 3, 0)
    assert loaded.now.velocity is None
    clock.day = TODAY - timedelta(days=5)
    moves.move(ws, [first], stage_named(ws, "Proposal").id)
    clock.day = TODAY
    moves.win(ws, [first])
    moves.lose(ws, [second], reason_id=board.names(ws, "loss_reason")[1].id, competitor="Acme")
    loaded = follow(ws, loaded)
    check(ws, loaded)
    now = loaded.now
    start = next(stage for stage in board.stages(ws) if stage.id == min(now.by_stage))
    assert now.time_in(start.id) == quartiles({4: 1, 9: 1})
    assert now.by_stage[start.id].conversion == Share(1, 2)
    proposal = stage_named(ws, "Proposal").id
    assert now.by_stage[proposal].ways == {Way.REACHED: 1, Way.FORWARD: 1, Way.BACK: 0, Way.LOST: 0}
    assert loaded.deals_of(proposal, Way.FORWARD) == [first]
    assert loaded.deals_of(start.id, Way.LOST) == [second]
    assert sorted(loaded.deals_of(start.id, Way.REACHED)) == [first, second, third]
    assert (now.win_rate, now.average) == (Share(1, 2), 50_000)
    # 3 deals worked × ½ × 500.00 ÷ 9 days.
    assert now.velocity == round(3 * 0.5 * 50_000 / 9)
    assert performance.closed_ids(ws, loaded.asked, StageKind.LOST, competitor="Acme") == [second]
    assert performance.closed_ids(ws, loaded.asked, StageKind.LOST, competitor="") == []
    assert performance.closed_ids(ws, loaded.asked, StageKind.WON) == [first]
    still = loaded.still()
    undo.undo(ws)
    undo.undo(ws)
    loaded = follow(ws, loaded)
    assert (loaded.deals_of(proposal, Way.FORWARD), still.deals_of(proposal, Way.FORWARD)) == ([], [first])
    assert not {id(loaded.now), id(loaded.before)} & {id(still.now), id(still.before)}, "another thread looks at it"
    check(ws, loaded)
    assert loaded.now.time_in(start.id) == quartiles({4: 1})
    assert loaded.now.won.count == 0


def test_what_rows_tell_is_there_first(ws: Workspace) -> None:
    make_deals(ws, 3)
    first, whole = performance.begin(ws, asked()), performance.load(ws, asked())
    assert first.partial
    assert not whole.partial
    assert (first.now.made, first.now.worked, first.seq) == (whole.now.made, whole.now.worked, whole.seq) != (0, 0, 0)
    assert len(first.journeys.steps().deal) == 0 < len(whole.journeys.steps().deal)


def test_what_a_deal_did_in_a_pipeline_stays_there(any_ws: Workspace) -> None:
    ws = any_ws
    (deal,) = make_deals(ws, 1)
    first, second = pipelines.listing(ws)[0].id, pipelines.create(ws, "Renewals")
    loaded = [performance.load(ws, asked(10, Scope(pipeline_id=each))) for each in (first, second)]
    at = [[stage.id for stage in board.stages(ws, each)] for each in (first, second)]
    moves.move(ws, [deal], at[0][1])
    moves.move(ws, [deal], at[1][1])
    moves.win(ws, [deal], stage_id=at[1][4])
    sales, renewals = (follow(ws, each).now for each in loaded)
    assert told(sales) == told(performance.load(ws, loaded[0].asked).now)
    assert told(renewals) == told(performance.load(ws, loaded[1].asked).now)
    assert [sales.by_stage[i].ways[Way.REACHED] for i in at[0][:4]] == [1, 1, 0, 0]
    assert [sales.by_stage[i].ways[Way.FORWARD] for i in at[0][:4]] == [1, 0, 0, 0]
    assert [renewals.by_stage[i].ways[Way.REACHED] for i in at[1][:4]] == [1, 1, 1, 1]
    assert [renewals.by_stage[i].ways[Way.FORWARD] for i in at[1][:4]] == [0, 1, 0, 0]
    assert (sales.won.count, renewals.won.count) == (0, 1)


def test_activities_done_are_counted_by_person_and_kind(any_ws: Workspace) -> None:
    ws = any_ws
    (deal,) = make_deals(ws, 1)
    loaded = performance.load(ws, asked())
    planned = activities.plan(ws, {"kind": "call", "subject": "x", "due_on": TODAY}, ("opportunity", deal))
    activities.finish(ws, [planned])
    loaded = follow(ws, loaded)
    check(ws, loaded)
    assert loaded.now.done == {(ws.actor_id, "call"): 1}
    asked_for = [performance.active_deals(ws, asked(), ws.actor_id, kind) for kind in (None, "call", "meeting")]
    assert asked_for == [[deal], [deal], []]
    assert performance.active_deals(ws, asked(), None) == []
    undo.undo(ws)
    assert follow(ws, loaded).now.done == {}


def test_amounts_of_other_currencies_are_converted_or_counted_apart(ws: Workspace) -> None:
    first, second = make_deals(ws, 2)
    opportunities.edit(ws, first, {"value": 10_000, "currency": "EUR"})
    opportunities.edit(ws, second, {"value": 10_000, "currency": "GBP"})
    rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": TODAY, "rate": "1.5"})
    moves.win(ws, [first])
    moves.win(ws, [second])
    won = performance.load(ws, asked()).now.won
    assert (won.count, won.value, won.valued, won.unconverted) == (2, 15_000, 1, 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([7], (7, 7, 7, 7, 7)), ([1, 2, 3, 4], (1.15, 1.75, 2.5, 3.25, 3.85)), ([0] * 99 + [100], (0, 0, 0, 0, 0))],
)
def test_quartiles_are_those_of_the_books(values: list[int], expected: tuple[float, ...]) -> None:
    found = quartiles(Counter(values))
    assert found == Quartiles(
        len(values), *(pytest.approx(e) for e in expected), pytest.approx(sum(values) / len(values))
    )
    assert quartiles({}) is None


def test_a_share_knows_how_little_it_knows() -> None:
    low, high = Share(1, 2).limits or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.121, 0.879)
    low, high = Share(500, 1000).limits or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.474, 0.526)
    assert Share(0, 0).value is None


def test_what_is_not_over_is_compared_with_as_many_days() -> None:
    day = date(2026, 11, 29)
    assert NAMED["month"](day) == (
        Span(date(2026, 11, 1), date(2026, 11, 30)),
        Span(date(2026, 10, 1), date(2026, 10, 30)),
    )
    assert NAMED["last_month"](day) == (
        Span(date(2026, 10, 1), date(2026, 11, 1)),
        Span(date(2026, 9, 1), date(2026, 10, 1)),
    )
    assert NAMED["quarter"](day)[1] == Span(date(2026, 7, 1), date(2026, 8, 30))
    assert NAMED["last_year"](day)[0] == Span(date(2025, 1, 1), date(2026, 1, 1))
    # Never more than the whole of the shorter one.
    assert NAMED["month"](date(2026, 3, 31))[1] == Span(date(2026, 2, 1), date(2026, 3, 1))
    assert before(Span(date(2026, 1, 10), date(2026, 1, 20))) == Span(date(2025, 12, 31), date(2026, 1, 10))
    for code in NAMED:
        now, earlier = NAMED[code](day)
        assert earlier.first < earlier.after <= now.first <= now.last <= day
