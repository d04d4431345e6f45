"""The outlook over two years of history, against the same work deal by deal and entry by entry in Python; and its page.

Seconds are those of the processor, which are the clock's on a machine that does nothing else: it all happens in one process.
"""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

_TURNS = 3
_ROUNDS = 15


def outlook(path: str) -> dict[str, float]:
    """Seconds, the least of some turns: the range of the next month after a change, what changed within a week, and the first
    look back of all (once); ``_loop`` those of the rival."""
    from salesos_desktop import bootstrap
    from salesos_desktop.services import board, moves
    from salesos_desktop.services.outlook import changes, habits, memory, ranges
    from salesos_desktop.services.outlook.backtest import backtest

    ws = bootstrap.open_workspace(Path(path))
    today = ws.clock.today()
    month = _next_month(today)
    stages = board.stages(ws)
    found = {}
    try:
        found["look_back"], known = _timed(lambda: memory.known(ws), 1)
        found["look_back_loop"], fresh = _timed(lambda: _looked_back(ws), 1)
        if len(habits.look_back(ws, 1).endings.deals) != fresh:
            raise AssertionError("not the same endings")
        memory.past(ws)
        found["backtest"], _ = _timed(lambda: backtest(ws), 1)
        moves.move(ws, [1], stages[2].id)
        found["range"], ours = _timed(lambda: ranges.of(ws, month))
        found["range_loop"], theirs = _timed(lambda: _range(ws, month, known), 1)
        if (ours.won, ours.weighted, ours.range) != theirs:
            raise AssertionError("not the same range")
        week = today - timedelta(days=7)
        found["week"], told = _timed(lambda: changes.between(ws, week, today))
        found["week_loop"], waterfall = _timed(lambda: _week(ws, week, today), 1)
        if told != waterfall or told.start == told.end:
            raise AssertionError("not the same steps")
    finally:
        ws.store.close()
    return found


def _timed(work: Callable[[], Any], turns: int = _TURNS) -> tuple[float, Any]:
    best, found = float("inf"), None
    for _ in range(turns):
        begun = time.process_time()
        found = work()
        best = min(best, time.process_time() - begun)
    return best, found


def _next_month(today: date) -> Any:
    from salesos_desktop.domain.outlook import period
    from salesos_desktop.domain.periods import add_months, month_of

    return period(add_months(month_of(today), 1))


def _range(ws: Any, month: Any, known: Any) -> Any:
    """Every open deal as an object, weighed by itself; the draws are the same."""
    import numpy as np

    from salesos_desktop.domain.outlook import counts_in_forecast
    from salesos_desktop.domain.rates import SCALE
    from salesos_desktop.domain.stages import StageKind
    from salesos_desktop.services import forecast
    from salesos_desktop.services.outlook import deals
    from salesos_desktop.services.outlook.simulation import outlook as drawn

    today = ws.clock.today()
    with ws.store.read() as connection:
        stages, worth = deals.stages_of(connection), forecast.rates_of(ws, connection)
        rows = _rows(connection)
    won, weighted, values, chances, away, ids = 0, 0, [], [], [], []
    for row in rows:
        deal = deals.of_row(row, stages)
        if deal is None or deal.day is None:
            continue
        stage = stages[deal.stage_id]
        factor = deals.factor_on(worth, deal, stage.kind, today)
        value = ((deal.value or 0) * (factor or 0) + SCALE // 2) // SCALE
        if stage.kind is StageKind.WON:
            won += value if month.has(deal.day) else 0
        elif counts_in_forecast(deal, stage):
            weighted += round(value * deal.probability / 100) if month.has(deal.day) else 0
            ids.append(deal.id)
            values.append(value)
            chances.append(deal.probability / 100)
            away.append((deal.day.year - today.year) * 12 + deal.day.month - today.month)
    due = known.habits.closes_in(np.array([np.ones_like(away), away]), 1)
    gone = (today.day - 1) / monthrange(today.year, today.month)[1]
    made = drawn(np.array(values, float), np.array(chances) * due, known.habits, won, None, ahead=(1 - gone, 2 - gone),
                 deals=np.array(ids))  # fmt: skip
    return won, weighted, made


def _rows(connection: Any) -> list[Any]:
    from sqlalchemy import select

    from salesos_desktop.storage.history_order import FIELDS
    from salesos_desktop.storage.schema.sales import opportunity

    columns = [opportunity.c[name] for name in ("id", *FIELDS)]
    return list(connection.execute(select(*columns)).mappings())


def _week(ws: Any, start: date, end: date) -> Any:
    """Both days rebuilt entry by entry, and a waterfall of every deal there is."""
    from salesos_desktop.domain.outlook import Scope
    from salesos_desktop.domain.waterfall import Look, waterfall
    from salesos_desktop.services import forecast
    from salesos_desktop.services.outlook import deals

    with ws.store.read() as connection:
        stages, worth = deals.stages_of(connection), forecast.rates_of(ws, connection)
        then, now = (_state(ws, connection, stages, day) for day in (start, end))
    return waterfall(
        then, now, Look(stages, Scope(), None), lambda deal, kind: deals.factor_on(worth, deal, kind, start),
        lambda deal, kind: deals.factor_on(worth, deal, kind, end),
    )  # fmt: skip


def _state(ws: Any, connection: Any, stages: Any, day: date) -> dict[int, Any]:
    from salesos_desktop.services.past import end_of

    from ..rewinding import counted, rewind

    ((_, known),) = rewind(connection, [end_of(ws, day)])
    return counted(known, stages)


def _looked_back(ws: Any) -> int:
    """The states of as many months, entry by entry, and nothing learnt from them: how many deals were closed yesterday."""
    from salesos_desktop.domain.periods import add_months, month_of, month_start
    from salesos_desktop.domain.stages import StageKind
    from salesos_desktop.services.outlook import deals, memory
    from salesos_desktop.services.past import end_of

    from ..rewinding import counted, rewind

    today, closed = ws.clock.today(), -1
    days = [month_start(add_months(month_of(today), -n)) for n in range(memory.MONTHS + 1)]
    with ws.store.read() as connection:
        stages = deals.stages_of(connection)
        ends = [end_of(ws, day - timedelta(days=1)) for day in (today, *days)]
        for _, known in rewind(connection, ends):
            there = counted(known, stages)
            if closed < 0:
                closed = sum(stages[deal.stage_id].kind is not StageKind.OPEN for deal in there.values())
    return closed


def outlook_page(path: str, warm: str) -> dict[str, float]:
    """Seconds from the wish to the painted page and to its range, before anything was learnt; a small workspace was opened
    before, as in a program that runs. And milliseconds of the window's own thread from a change, its commit included, to the
    painted chart: the median."""
    from salesos_desktop.services import opportunities

    from .tasks import _app, _end
    from .waiting import Painted, rest, until

    app = _app()
    _end(*_page(warm)[2:])
    opened, ranged, window, session = _page(path)
    view, painted, times = window.forecast, Painted(), []
    until(lambda: not view.range_card.found.learning and session.idle)
    moved: list[bool] = []
    view._cube.changed.connect(lambda: (moved.append(True), painted.forget()))
    painted.all([view.chart])
    for n in range(_ROUNDS):
        until(lambda: session.idle)
        rest(app)
        moved.clear()
        begun = time.thread_time()
        opportunities.edit(session.workspace, n + 1, {"value": 7_000_000 + n})
        until(lambda: bool(moved) and painted.all([view.chart]))
        times.append(time.thread_time() - begun)
    _end(window, session)
    return {"open": opened, "range": ranged, "follow": sorted(times)[_ROUNDS // 2] * 1000}


def _page(path: str) -> tuple[float, float, Any, Any]:
    from .tasks import _open
    from .waiting import Painted, until

    window, session = _open(path)
    window.show()
    until(lambda: session.idle)
    painted, begun = Painted(), time.perf_counter()
    window.show_page("forecast")
    view = window.forecast
    painted.all([view.chart])
    until(lambda: painted.all([view.chart]))
    opened = time.perf_counter() - begun
    until(lambda: view.range_card.found is not None)
    return opened, time.perf_counter() - begun, window, session
