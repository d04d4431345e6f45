"""The dashboard over 100,000 deals with a past, against plain Python loops over the rows of the same file; and its page.

Seconds are those of the processor, as in ``outlook_tasks``.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .outlook_tasks import _state, _timed

_ROUNDS = 15


def dashboard(path: str) -> dict[str, float]:
    """Seconds of the team's figures of a quarter and of a year, of a figure of one's own, of the deals in danger and of the
    next past day; ``_loop`` those of the rival. ``follow`` and ``own_follow``: milliseconds after a change, medians."""
    from salesos_desktop import bootstrap

    ws = bootstrap.open_workspace(Path(path))
    plain = sqlite3.connect(path)
    try:
        return _performance(ws, plain) | _own(ws, plain) | _danger(ws, plain) | _next_day(ws)
    finally:
        plain.close()
        ws.store.close()


def _performance(ws: Any, plain: sqlite3.Connection) -> dict[str, float]:
    from salesos_desktop.domain.outlook import Scope
    from salesos_desktop.domain.spans import NAMED
    from salesos_desktop.services import board, moves, performance
    from salesos_desktop.services.performance import Asked

    today, stages = ws.clock.today(), board.stages(ws)
    asked = Asked(Scope(), *NAMED["quarter"](today))
    quarter, loaded = _timed(lambda: performance.load(ws, asked))
    loop, theirs = _timed(lambda: [_sold(plain, stages, span) for span in (asked.span, asked.before)], 1)
    if [_told(each) for each in (loaded.now, loaded.before)] != theirs or not loaded.now.made:
        raise AssertionError("not the same figures")
    year, loaded = _timed(lambda: performance.load(ws, Asked(Scope(), *NAMED["year"](today))))
    seen: list[Any] = []
    times = []
    ws.bus.subscribe(seen.append)
    for n in range(_ROUNDS):
        moves.move(ws, [n + 1], stages[(n + 3) % 4].id)
        begun = time.process_time()
        ids = loaded.follow(seen.pop())
        loaded.take(ids, performance.ways(ws, loaded.asked, ids))
        times.append(time.process_time() - begun)
    afresh = performance.load(ws, loaded.asked)
    if _told(loaded.now) != _told(afresh.now):
        raise AssertionError("not what a fresh look gives")
    return {"quarter": quarter, "quarter_loop": loop, "year": year, "follow": sorted(times)[_ROUNDS // 2] * 1000}


def _told(made: Any) -> Any:
    from salesos_desktop.domain.performance import Way

    ways = {(stage, way): n for stage, sums in made.by_stage.items() for way, n in sums.ways.items()
            if n and way is not Way.REACHED}  # fmt: skip
    return made.won.count, made.lost.count, made.made, made.worked, ways


def _sold(plain: sqlite3.Connection, stages: Any, span: Any) -> Any:
    """Rows and entries one by one: without values, losses, lengths and the stages that were reached."""
    from salesos_desktop.domain.performance import Way
    from salesos_desktop.domain.stages import StageKind

    known, live = {stage.id: stage for stage in stages}, set()
    closed: Counter[Any] = Counter()
    made = worked = 0
    rows = plain.execute(
        "SELECT id, stage_id, created_on, day FROM opportunity WHERE deleted_at IS NULL AND hold_until IS NULL"
    )
    for deal, stage, day, end in rows:
        live.add(deal)
        begun, kind = date.fromisoformat(day), known[stage].kind
        made += span.has(begun)
        if kind is StageKind.OPEN:
            worked += begun < span.after
            continue
        over = date.fromisoformat(end)
        worked += begun < span.after and over >= span.first
        closed[kind] += span.has(over)
    void = {row[0] for row in plain.execute("SELECT seq FROM change_log WHERE reverts IS NOT NULL OR state <> 'done'")}
    ways: Counter[tuple[int, Way]] = Counter()
    for deal, at, before, after, seq in plain.execute(
        "SELECT subject_id, at, before, after, change_seq FROM history NOT INDEXED WHERE field = 'stage_id' AND "
        "subject_table = 'opportunity' AND at >= ? AND at < ?", (span.first.isoformat(), span.after.isoformat()),
    ):  # fmt: skip
        left, to = known[int(before)], known[int(after)]
        if (
            deal not in live
            or seq in void
            or left.kind is not StageKind.OPEN
            or not span.has(date.fromisoformat(at[:10]))
        ):
            continue
        if to.kind is StageKind.LOST:
            ways[left.id, Way.LOST] += 1
        else:
            on = to.kind is StageKind.WON or to.position > left.position
            ways[left.id, Way.FORWARD if on else Way.BACK] += 1
    return closed[StageKind.WON], closed[StageKind.LOST], made, worked, dict(ways)


def _own(ws: Any, plain: sqlite3.Connection) -> dict[str, float]:
    """Value of open deals by person and stage."""
    from salesos_desktop.domain.outlook import Scope
    from salesos_desktop.domain.questions import Field, Measure, Question
    from salesos_desktop.domain.spans import NAMED
    from salesos_desktop.services import board, figures, opportunities

    span, _ = NAMED["quarter"](ws.clock.today())
    asked = Question(rows=Field.OWNER, columns=Field.STAGE, measure=Measure.VALUE, limit=50)
    opened = [stage.id for stage in board.stages(ws) if stage.kind == "open"]
    ours, figure = _timed(lambda: figures.load(ws, asked, Scope(), span))
    loop, sums = _timed(lambda: _valued(plain, opened))
    if sorted(figure.pivot.figure(row) for row in figure.rows()) != sorted(sums.values()) or len(sums) != 50:
        raise AssertionError("not the same figure")
    seen: list[Any] = []
    times = []
    ws.bus.subscribe(seen.append)
    for n in range(_ROUNDS):
        opportunities.edit(ws, n + 1, {"value": 8_000_000 + n})
        begun = time.process_time()
        if not figures.follow(figure, seen.pop()):
            raise AssertionError("it must be loaded afresh")
        times.append(time.process_time() - begun)
    return {"own": ours, "own_loop": loop, "own_follow": sorted(times)[_ROUNDS // 2] * 1000}


def _valued(plain: sqlite3.Connection, opened: list[int]) -> dict[int, int]:
    """Euros are worth 1.1 in this workspace."""
    tenths: dict[int, int] = defaultdict(int)
    for owner, stage, currency, value, deleted, held in plain.execute(
        "SELECT owner_id, stage_id, currency, value, deleted_at, hold_until FROM opportunity"
    ):
        if stage in opened and deleted is None and held is None:
            tenths[owner] += value * (11 if currency == "EUR" else 10)
    return {owner: (amount + 5) // 10 for owner, amount in tenths.items()}


def _danger(ws: Any, plain: sqlite3.Connection) -> dict[str, float]:
    from salesos_desktop.domain.outlook import Scope
    from salesos_desktop.services import board, endangered

    opened = {stage.id: stage for stage in board.stages(ws) if stage.kind == "open"}
    ours, found = _timed(lambda: endangered.find(ws, Scope()))
    loop, counts = _timed(lambda: _endangered(ws, plain, opened), 1)
    if counts != {reason: stake.count for reason, stake in found.by_reason.items()} or not max(counts.values()):
        raise AssertionError(f"not the same deals: {counts}")
    return {"danger": ours, "danger_loop": loop}


def _endangered(ws: Any, plain: sqlite3.Connection, opened: Any) -> Any:
    """How many deals there are for each reason: rows and entries one by one, without sums, order and names."""
    from salesos_desktop.domain.staleness import OFTEN, RISKS, Reason, postponed
    from salesos_desktop.services.deal_contacts import PROPOSED_FROM
    from salesos_desktop.services.staleness import stale_days

    told: dict[int, list[Any]] = defaultdict(list)
    for deal, kind, field, before, after in plain.execute(
        "SELECT subject_id, kind, field, before, after FROM history NOT INDEXED WHERE subject_table = 'opportunity' AND (field = "
        "'expected_close' OR field = 'stage_id' AND kind IN ('won', 'lost', 'reopened')) ORDER BY id"
    ):
        told[deal].append((kind, field, before, after))
    decided = {row[0] for row in plain.execute("SELECT opportunity_id FROM opportunity_contact WHERE buying_role = "
                                               "'decides'")}  # fmt: skip
    today = ws.clock.today().isoformat()
    stale = {stage: None if day is None else day.isoformat() for stage, day in stale_days(ws, opened).items()}
    counts = dict.fromkeys(RISKS, 0)
    for deal, stage, close, touched, following in plain.execute(
        "SELECT id, stage_id, expected_close, touched_on, next_activity_on FROM opportunity WHERE deleted_at IS NULL AND "
        "hold_until IS NULL"
    ):
        if stage not in opened:
            continue
        limit = stale[stage]
        counts[Reason.PAST_CLOSE] += close is not None and close < today
        counts[Reason.STALE] += touched is not None and limit is not None and touched <= limit
        counts[Reason.POSTPONED] += len(postponed(told[deal])) >= OFTEN
        counts[Reason.UNDECIDED] += opened[stage].probability >= PROPOSED_FROM and deal not in decided
        counts[Reason.NO_ACTIVITY] += following is None
    return counts


def _next_day(ws: Any) -> dict[str, float]:
    """The forecast of the day before, and that day rebuilt entry by entry."""
    from salesos_desktop.domain.forecast import Cube, Sums
    from salesos_desktop.domain.outlook import Scope
    from salesos_desktop.domain.stages import StageKind
    from salesos_desktop.services.outlook import deals, past_days

    first, history = _timed(lambda: past_days.read(ws), 1)
    days, times = past_days.days_of(ws, history), []
    for n in range(1, _ROUNDS + 1):
        begun = time.process_time()
        days.go(history.last - timedelta(days=n))
        ours = days.cube(Scope())
        times.append(time.process_time() - begun)

    def theirs() -> Any:
        with ws.store.read() as connection:
            stages = deals.stages_of(connection)
            there = _state(ws, connection, stages, days.day)
        cube = Cube(stages.values(), days.day)
        for deal in there.values():
            if stages[deal.stage_id].kind is not StageKind.LOST:
                value = deal.value or 0
                sums = Sums(1, value, value * deal.probability, int(deal.value is None))
                cube.add(deal.stage_id, deal.owner_id, deal.day, deal.currency, sums, 1, deal.category)
        return cube

    loop, cube = _timed(theirs, 1)
    if {k: v for k, v in cube.cells.items() if v.count} != {k: v for k, v in ours.cells.items() if v.count}:
        raise AssertionError("not the same day")
    return {"slider": first, "day": sorted(times)[_ROUNDS // 2], "day_loop": loop}


def dashboard_page(path: str, warm: str) -> dict[str, float]:
    """Seconds from the wish to the key figures of the painted page and to its painted funnel; a small workspace was opened
    before, as in a program that runs. And milliseconds of the window's own thread from a move of a deal, its commit included,
    to the painted funnel, and in the longest turn of its event loop until every card has followed: medians."""
    from salesos_desktop.services import board, moves

    from .tasks import _app, _end
    from .waiting import Painted, Turns, rest, until

    app = _app()
    _end(*_page(warm)[2:])
    opened, whole, window, session = _page(path)
    page, painted, turns, times, longest = window.dashboard, Painted(), Turns(), [], []
    chart, figures = page.cards["funnel"].body.chart, page.kitchen.figures
    moved: list[bool] = []
    figures.changed.connect(lambda: (moved.append(True), painted.forget()))
    painted.all([chart])
    stages = board.stages(session.workspace)
    for n in range(_ROUNDS):
        until(lambda: session.idle)
        rest(app)
        moved.clear()
        turns.begin()
        begun = time.thread_time()
        moves.move(session.workspace, [n + 1], stages[(n + 2) % 4].id)
        until(lambda: bool(moved) and painted.all([chart]))
        times.append(time.thread_time() - begun)
        rest(app)
        longest.append(turns.longest())
    _end(window, session)
    follow, turn = (sorted(each)[_ROUNDS // 2] * 1000 for each in (times, longest))
    return {"open": opened, "whole": whole, "follow": follow, "turn": turn}


def _page(path: str) -> tuple[float, float, Any, Any]:
    from .tasks import _open
    from .waiting import Painted, until

    window, session = _open(path)
    window.show()
    until(lambda: session.idle)
    painted, begun = Painted(), time.perf_counter()
    window.show_page("dashboard")
    page = window.dashboard
    figures = page.kitchen.figures
    until(lambda: figures.loaded is not None)
    page.grab()
    opened = time.perf_counter() - begun
    until(lambda: "funnel" in page.cards and not figures.loaded.partial)
    chart = page.cards["funnel"].body.chart
    painted.all([chart])
    chart.viewport().update()
    until(lambda: painted.all([chart]))
    whole = time.perf_counter() - begun
    until(lambda: session.idle)
    return opened, whole, window, session
