"""The kept totals, by stage, owner, day, currency and category and by stage and currency alone: moved by differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from ..domain.opportunities import counts
from .prepared import Prepared

Key = tuple[int, int, int, str, str]
"""Stage, owner or 0, ordinal of the day or 0, currency, category or empty."""
Figures = tuple[int, ...]
"""Count, value, value × percent, deals without a value."""

_SUMS = ("count", "value", "weighted", "no_value")


def _upsert(table: str, keys: tuple[str, ...]) -> Prepared:
    names = ", ".join((*keys, *_SUMS))
    values = ", ".join(f":{name}" for name in (*keys, *_SUMS))
    moved = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in _SUMS)
    return Prepared(
        text(f"INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {moved}")
    )


_FINE, _COARSE = ("stage_id", "owner_id", "day", "currency", "category"), ("stage_id", "currency")
_UPSERT_FINE, _UPSERT_COARSE = _upsert("total", _FINE), _upsert("stage_total", _COARSE)

_COUNT = """
SELECT stage_id, coalesce(owner_id, 0), day, currency, category, count(*), coalesce(sum(value), 0),
       coalesce(sum(value * probability), 0), sum(CASE WHEN value IS NULL THEN 1 ELSE 0 END)
FROM opportunity WHERE deleted_at IS NULL AND hold_until IS NULL GROUP BY stage_id, coalesce(owner_id, 0), day, currency, category
"""


class TotalsDelta:
    """Differences gathered during one unit of work, written once at its end."""

    def __init__(self) -> None:
        self._figures: dict[Key, list[int]] = {}

    def add(self, row: Mapping[str, Any] | None, sign: int) -> None:
        """Counts a row of ``opportunity`` in (+1) or out (−1); None, a deal in the bin and one on hold count for nothing."""
        if row is None or not counts(row):
            return
        day = row["day"]
        key = (row["stage_id"], row["owner_id"] or 0, day.toordinal() if day else 0, row["currency"], row["category"])
        figures = self._figures.get(key)
        if figures is None:
            figures = self._figures[key] = [0, 0, 0, 0]
        value = row["value"]
        figures[0] += sign
        if value is None:
            figures[3] += sign
        else:
            figures[1] += sign * value
            figures[2] += sign * value * row["probability"]

    def write(self, connection: Connection) -> None:
        """Adds the differences to both tables and forgets them."""
        for statement, keys, found in (
            (_UPSERT_FINE, _FINE, self._figures.items()),
            (_UPSERT_COARSE, _COARSE, _by_stage(self._figures.items()).items()),
        ):
            rows = [dict(zip((*keys, *_SUMS), (*key, *sums), strict=True)) for key, sums in found if any(sums)]
            if rows:
                statement.run_each(connection, rows)
        self._figures.clear()


def differences(connection: Connection) -> list[tuple[tuple[Any, ...], Figures | None, Figures | None]]:
    """(key, kept, counted) wherever a kept total is not what every row of ``opportunity`` gives: slow, for checks."""
    fine, counted = _kept(connection, "total", _FINE), _counted(connection)
    coarse, folded = _kept(connection, "stage_total", _COARSE), _by_stage(counted.items())
    wrong: list[tuple[tuple[Any, ...], Figures | None, Figures | None]] = [
        (key, fine.get(key), counted.get(key))
        for key in fine.keys() | counted.keys()
        if fine.get(key) != counted.get(key)
    ]
    return wrong + [
        (key, coarse.get(key), folded.get(key))
        for key in coarse.keys() | folded.keys()
        if coarse.get(key) != folded.get(key)
    ]


def _kept(connection: Connection, table: str, keys: tuple[str, ...]) -> dict[tuple[Any, ...], Figures]:
    rows = connection.execute(text(f"SELECT {', '.join((*keys, *_SUMS))} FROM {table}"))
    return {tuple(r[: len(keys)]): tuple(r[len(keys) :]) for r in rows if any(r[len(keys) :])}


def _counted(connection: Connection) -> dict[Key, Figures]:
    found: dict[Key, Figures] = {}
    for r in connection.execute(text(_COUNT)):
        day = date.fromisoformat(r[2]) if isinstance(r[2], str) else r[2]
        found[(r[0], r[1], day.toordinal() if day else 0, r[3], r[4])] = tuple(int(value) for value in r[5:])
    return found


def _by_stage(fine: Iterable[tuple[Key, Iterable[int]]]) -> dict[tuple[int, str], Figures]:
    found: dict[tuple[int, str], Figures] = {}
    for (stage_id, _, _, currency, _), sums in fine:
        there = found.get((stage_id, currency), (0, 0, 0, 0))
        found[stage_id, currency] = tuple(a + b for a, b in zip(there, sums, strict=True))
    return found
