"""The kept totals by stage, owner, day and currency: moved by differences, checked against a full count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

Key = tuple[int, int, int, str]
Figures = list[int]

_UPSERT = """
INSERT INTO total (stage_id, owner_id, day, currency, count, value, weighted, no_value)
VALUES (:stage_id, :owner_id, :day, :currency, :count, :value, :weighted, :no_value)
ON CONFLICT (stage_id, owner_id, day, currency) DO UPDATE SET
  count = total.count + excluded.count, value = total.value + excluded.value,
  weighted = total.weighted + excluded.weighted, no_value = total.no_value + excluded.no_value
"""

_COUNT = """
SELECT stage_id, coalesce(owner_id, 0), day, currency, count(*), coalesce(sum(value), 0),
       coalesce(sum(value * probability), 0), sum(CASE WHEN value IS NULL THEN 1 ELSE 0 END)
FROM opportunity WHERE deleted_at IS NULL GROUP BY stage_id, coalesce(owner_id, 0), day, currency
"""


class TotalsDelta:
    """Differences gathered during one unit of work, written once at its end."""

    def __init__(self) -> None:
        self._figures: dict[Key, Figures] = {}

    def add(self, row: Mapping[str, Any] | None, sign: int) -> None:
        """Counts a row of ``opportunity`` in (+1) or out (−1); deleted rows and None count for nothing."""
        if row is None or row["deleted_at"] is not None:
            return
        day = row["day"]
        key = (row["stage_id"], row["owner_id"] or 0, day.toordinal() if day else 0, row["currency"])
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
        """Adds the differences to the table and forgets them."""
        rows = [
            {
                "stage_id": key[0],
                "owner_id": key[1],
                "day": key[2],
                "currency": key[3],
                "count": figures[0],
                "value": figures[1],
                "weighted": figures[2],
                "no_value": figures[3],
            }
            for key, figures in self._figures.items()
            if any(figures)
        ]
        if rows:
            connection.execute(_UPSERT_STATEMENT, rows)
        self._figures.clear()


_UPSERT_STATEMENT = text(_UPSERT)


def kept(connection: Connection) -> dict[Key, tuple[int, int, int, int]]:
    """All kept totals that are not zero: (stage, owner or 0, day ordinal or 0, currency) → (count, value, weighted, no value)."""
    rows = connection.execute(
        text("SELECT stage_id, owner_id, day, currency, count, value, weighted, no_value FROM total")
    )
    return {(r[0], r[1], r[2], r[3]): (r[4], r[5], r[6], r[7]) for r in rows if any(r[4:])}


def recount(connection: Connection) -> dict[Key, tuple[int, int, int, int]]:
    """The same from every row of ``opportunity``: slow, for checks."""
    from datetime import date

    found: dict[Key, tuple[int, int, int, int]] = {}
    for r in connection.execute(text(_COUNT)):
        day = r[2]
        if isinstance(day, str):
            day = date.fromisoformat(day)
        found[(r[0], r[1], day.toordinal() if day else 0, r[3])] = (int(r[4]), int(r[5]), int(r[6]), int(r[7]))
    return found
