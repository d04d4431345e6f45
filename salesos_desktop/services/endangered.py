"""Open deals of anybody that endanger what a team is to sell: all of their reasons, and what is at stake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from .. import storage
from ..domain.deal_rows import DealRow
from ..domain.home import Endangered
from ..domain.outlook import Scope
from ..domain.rates import SCALE
from ..domain.stages import Stage
from ..domain.staleness import OFTEN, RISKS, Reason, Standing, danger_of, postponed
from ..domain.work_list import WorkItem
from . import forecast, staleness, work_list, working_days
from .deal_contacts import PROPOSED_FROM
from .workspace import Workspace

LIMIT = 200
_LEFT_DAYS = 7
_Moves = Mapping[int, list[tuple[date, date]]]
_Sums = dict[tuple[int, str], list[int]]
"""(flags, currency) → deals, minor units, minor units × percent, deals with a value."""


@dataclass(frozen=True, slots=True)
class Stake:
    """Deals with their value, and value × probability: what the forecast counts on. Minor units of the workspace's currency at
    today's rates; ``unconverted`` deals have a value in a currency without one and are in no amount."""

    count: int = 0
    value: int = 0
    weighted: int = 0
    unconverted: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Every deal in danger as one ``whole``, the same by reason (a deal with two is in both), and the gravest ``deals`` with
    the rows that tables show of them and what is ``at_stake`` with each: id → value × probability as in Stake."""

    whole: Stake
    by_reason: Mapping[Reason, Stake]
    deals: tuple[Endangered, ...]
    rows: Mapping[int, DealRow]
    at_stake: Mapping[int, int]


def find(ws: Workspace, scope: Scope, limit: int = LIMIT) -> Found:
    """What endangers the deals of a scope: those on hold and in the bin apart.

    A deal is in danger when its expected close has passed, nobody has dealt with it for longer than its stage allows, its
    close date was put later OFTEN times while it was open, it has come to PROPOSED_FROM without anybody who decides, or
    nothing is planned on it. The order is that of the work list: the gravest reason of each deal first, in the order of
    RISKS; among those with the same one the largest value × probability, then the lower id.
    """
    flags, today = storage.staleness.FLAGS, ws.clock.today()
    sums: _Sums = defaultdict(lambda: [0, 0, 0, 0])
    dangers: list[tuple[int, int, int, int]] = []
    moved: dict[int, list[tuple[date, date]]] = {}
    factors: dict[str, int | None] = {}
    with ws.store.read() as connection:
        opened = staleness.open_stages(connection).values()
        stages = {stage.id: stage for stage in opened if scope.pipeline_id in (None, stage.pipeline_id)}
        often, decided = storage.staleness.often_moved(connection, OFTEN), storage.staleness.decided(connection)
        rates = forecast.rates_of(ws, connection)
        for stage_id, stale in staleness.stale_days(ws, stages).items():
            deals = storage.staleness.flagged(connection, scope, stage_id, stale, today)
            moved |= _moved(connection, often.intersection(map(itemgetter(0), deals)))
            factors |= {code: rates.factor(code, today) for code in set(map(itemgetter(2), deals))}
            proposed = flags[Reason.UNDECIDED] if stages[stage_id].probability >= PROPOSED_FROM else 0
            for deal_id, flag, currency, value, weighted in deals:
                if proposed and deal_id not in decided:
                    flag += proposed
                if deal_id in moved:
                    flag += flags[Reason.POSTPONED]
                if not flag:
                    continue
                kept, stake = sums[flag, currency], 0
                kept[0] += 1
                if value is not None:
                    kept[1] += value
                    kept[2] += weighted
                    kept[3] += 1
                    stake = weighted * (factors[currency] or 0)
                dangers.append((flag & -flag, -stake, deal_id, flag))
        first = nsmallest(limit, dangers)
        rows = storage.deals.rows(connection, [each[2] for each in first])
    return Found(
        _stake(sums, factors, -1),
        {reason: _stake(sums, factors, flags[reason]) for reason in RISKS},
        tuple(_endangered(ws, rows[each[2]], stages, each[3], moved) for each in first),
        rows,
        {deal_id: _whole(-stake, 100) for _, stake, deal_id, _ in first},
    )


def _moved(connection: Any, often: Collection[int]) -> dict[int, list[tuple[date, date]]]:
    """Those of these deals whose close date was put later OFTEN times, with each time."""
    told = storage.staleness.moves_of(connection, often)
    return {deal_id: times for deal_id, each in told.items() if len(times := postponed(each)) >= OFTEN}


def _stake(sums: _Sums, factors: Mapping[str, int | None], wanted: int) -> Stake:
    """What all deals with one of the flags ``wanted`` have at stake."""
    count = value = weighted = unconverted = 0
    for (flags, currency), (deals, minor, percent, valued) in sums.items():
        if flags & wanted:
            factor = factors[currency]
            count += deals
            value += minor * (factor or 0)
            weighted += percent * (factor or 0)
            unconverted += valued if factor is None else 0
    return Stake(count, _whole(value), _whole(weighted, 100), unconverted)


def _whole(parts: int, more: int = 1) -> int:
    """Minor units out of parts of them, rounded half up."""
    return (parts + SCALE * more // 2) // (SCALE * more)


def _endangered(
    ws: Workspace, row: DealRow, stages: Mapping[int, Stage], flags: int, moved: _Moves
) -> Endangered:  # fmt: skip
    """A deal with its reasons in full."""
    standing = Standing(row.id, row.stage_id, row.expected_close, row.touched_on, row.next_activity_on)
    allowed, times = stages[row.stage_id].stale_days, moved.get(row.id, [])
    undecided = bool(flags & storage.staleness.FLAGS[Reason.UNDECIDED])
    found = danger_of(
        standing, allowed, ws.clock.today(), working_days.of(ws), times=len(times), undecided=undecided
    )  # fmt: skip
    assert found is not None
    reasons = tuple(reason for reason in found.reasons if reason in RISKS)
    return Endangered(
        row.id, row.name, row.company, row.stage, row.value, row.currency, row.expected_close, row.touched_on,
        row.next_activity_on, reasons, found.days, allowed, times[-1] if times else None,
    )  # fmt: skip


def leave(ws: Workspace, item: WorkItem) -> date:
    """Leaves a deal for a week: a task of the person takes it up again on the first working day from then on, which is returned.

    Raises NotFound.
    """
    day, working = ws.clock.today() + timedelta(days=_LEFT_DAYS), working_days.of(ws)
    while not working.works(day):
        day += timedelta(days=1)
    work_list.follow_up(ws, item, day)
    return day
