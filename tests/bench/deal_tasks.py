"""The table of opportunities filtered and grouped, against a plain Python loop over the same rows of the same file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TURNS = 5
_LEAST = 4_000_000
_OWNERS = tuple(range(2, 12))
_READ = (
    "SELECT id, value, currency, probability, stage_id, owner_id, day, priority, search_text FROM opportunity "
    "WHERE deleted_at IS NULL"
)


def deals(path: str) -> dict[str, float]:
    """Seconds, the least of some turns; both give the same ids and sums."""
    from salesos_desktop import bootstrap
    from salesos_desktop.domain.conditions import All, Operator, Test
    from salesos_desktop.domain.deal_rows import DealQuery, DealSort, GroupBy
    from salesos_desktop.domain.filters import DealFilter
    from salesos_desktop.services import deal_table

    ws = bootstrap.open_workspace(Path(path))
    condition = All((
        Test("value", Operator.AT_LEAST, _LEAST), Test("owner_id", Operator.ONE_OF, _OWNERS),
        Test("priority", Operator.EQUALS, "medium"),
    ))  # fmt: skip
    where, order = DealFilter(held=None, condition=condition), ((DealSort.VALUE, True),)
    plain = sqlite3.connect(path)
    try:
        ours, found = _least(lambda: list(deal_table.listing(ws, DealQuery(where), order).ids))
        loop, wanted = _least(lambda: _filtered(plain))
        if found != wanted or not found:
            raise AssertionError("not the same deals")
        every = DealFilter(held=None)
        grouped, groups = _least(lambda: deal_table.groups(ws, every, GroupBy.OWNER))
        looped, sums = _least(lambda: _grouped(plain))
        if {(g.key, s.currency): (s.count, s.value, s.weighted) for g in groups for s in g.sums} != sums:
            raise AssertionError("not the same sums")
    finally:
        plain.close()
        ws.store.close()
    return {"filter": ours, "filter_loop": loop, "group": grouped, "group_loop": looped}


def _least(work: Callable[[], Any]) -> tuple[float, Any]:
    best, found = float("inf"), None
    for _ in range(_TURNS):
        begun = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - begun)
    return best, found


def _filtered(plain: sqlite3.Connection) -> list[int]:
    rows = []
    for row in plain.execute(_READ):
        if row[1] is not None and row[1] >= _LEAST and row[5] in _OWNERS and row[7] == "medium":
            rows.append(row)
    return [row[0] for row in sorted(rows, key=lambda row: (-row[1], row[0]))]


def _grouped(plain: sqlite3.Connection) -> dict[tuple[int | None, str], tuple[int, int, int]]:
    sums: dict[tuple[int | None, str], tuple[int, int, int]] = {}
    for row in plain.execute(_READ):
        key = (row[5], row[2])
        count, value, weighted = sums.get(key, (0, 0, 0))
        sums[key] = (count + 1, value + (row[1] or 0), weighted + (row[1] or 0) * row[3])
    return sums
