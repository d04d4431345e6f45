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
from ..domain.work_list import Key
from . import forecast, staleness, work_list, working_days
from .deal_contacts import PROPOSED_FROM
from .workspace import Workspace

LIMIT = 200
_LEFT_DAYS = 7
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
    the rows that tables show of them and what is ``at_stake`` with each: id → value × probability as in Stake. ``seq`` is the
    newest commit that it knows of."""

    whole: Stake
    by_reason: Mapping[Reason, Stake]
    deals: tuple[Endangered, ...]
    rows: Mapping[int, DealRow]
    at_stake: Mapping[int, int]
    seq: int


def find(ws: Workspace, scope: Scope, limit: int = LIMIT) -> Found:
    """What endangers the deals of a scope: those on hold and in the bin apart.

    A deal is in danger when its expected close has passed, nobody has dealt with it for longer than its stage allows, its
    close date was put later OFTEN times while it was open, it has come to PROPOSED_FROM without anybody who decides, or
    nothing is planned on it. The order is that of the work list: the gravest reason of each deal first, in the order of
    RISKS; among those with the same one the largest value × probability, then the lower id.
    """
    flags, today = storage.staleness.FLAGS, ws.clock.today()
    undecided = flags[Reason.UNDECIDED]
    sums: _Sums = defaultdict(lambda: [0, 0, 0, 0])
    dangers: list[tuple[int, int, int, int]] = []
    moved: dict[int, list[tuple[date, date]]] = {}
    factors: dict[str, int | None] = {}
    with ws.store.read() as connection:
        seq = storage.change_log.last_seq(connection)
        opened = staleness.open_stages(connection).values()
        stages = {stage.id: stage for stage in opened if scope.pipeline_id in (None, stage.pipeline_id)}
        often, decided = storage.staleness.often_moved(connection, OFTEN), storage.staleness.decided(connection)
        rates = forecast.rates_of(ws, connection)
        for stage_id, stale in staleness.stale_days(ws, stages).items():
            deals = storage.staleness.flagged(connection, scope, stage_id, stale, today)
            moved |= _moved(connection, often.intersection(map(itemgetter(0), deals)))
            factors |= {code: rates.factor(code, today) for code in set(map(itemgetter(2), deals))}
            proposed = undecided if stages[stage_id].probability >= PROPOSED_FROM else 0
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
    found = (_endangered(ws, rows[each[2]], stages, each[3] & undecided > 0, moved.get(each[2], [])) for each in first)
    return Found(
        _stake(sums, factors, -1),
        {reason: _stake(sums, factors, flags[reason]) for reason in RISKS},
        tuple(deal for deal in found if deal is not None),
        rows,
        {deal_id: _whole(-stake, 100) for _, stake, deal_id, _ in first},
        seq,
    )


def among(ws: Workspace, deal_ids: Collection[int]) -> Found:
    """Those of some deals that are in danger, at once however many there are beside them; without sums."""
    with ws.store.read() as connection:
        seq = storage.change_log.last_seq(connection)
        stages = staleness.open_stages(connection)
        rows = storage.deals.rows(connection, deal_ids)
        undecided = storage.contacts.undecided(connection, list(rows), PROPOSED_FROM)
        moved, rates = _moved(connection, rows), forecast.rates_of(ws, connection)
    standing = [row for row in rows.values() if row.stage_id in stages and row.hold_until is None]
    found = (_endangered(ws, row, stages, row.id in undecided, moved.get(row.id, [])) for row in standing)
    stakes = {
        row.id: _whole((row.value or 0) * row.probability * (rates.factor(row.currency, ws.clock.today()) or 0), 100)
        for row in standing
    }
    return Found(Stake(), {}, tuple(deal for deal in found if deal is not None), rows, stakes, seq)


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
    ws: Workspace, row: DealRow, stages: Mapping[int, Stage], undecided: bool, times: list[tuple[date, date]]
) -> Endangered | None:
    """A deal with its reasons in full; ``times`` are those at which its close date was put later."""
    standing = Standing(row.id, row.stage_id, row.expected_close, row.touched_on, row.next_activity_on)
    allowed = stages[row.stage_id].stale_days
    found = danger_of(
        standing, allowed, ws.clock.today(), working_days.of(ws), times=len(times), undecided=undecided
    )  # fmt: skip
    reasons = tuple(reason for reason in found.reasons if reason in RISKS) if found is not None else ()
    if found is None or not reasons:
        return None
    return Endangered(
        row.id, row.name, row.company, row.stage, row.value, row.currency, row.expected_close, row.touched_on,
        row.next_activity_on, reasons, found.days, allowed, times[-1] if times else None,
    )  # fmt: skip


def leave(ws: Workspace, about: Key | None, name: str) -> date:
    """Leaves a deal of this name for a week: a task of the person takes it up again on the first working day from then on, which
    is returned.

    Raises NotFound.
    """
    day, working = ws.clock.today() + timedelta(days=_LEFT_DAYS), working_days.of(ws)
    while not working.works(day):
        day += timedelta(days=1)
    work_list.follow_up(ws, about, name, day)
    return day
