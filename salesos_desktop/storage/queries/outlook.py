"""What the outlook reads beside the deals: targets, calls and adjustments, and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from ..schema.forecasts import forecast_adjustment, forecast_call
from ..schema.play import quota
from ..schema.sales import opportunity


def quotas(connection: Connection) -> list[dict[str, Any]]:
    """Every target."""
    return [dict(row) for row in connection.execute(select(quota).order_by(quota.c.period, quota.c.id)).mappings()]


def calls(connection: Connection, period: str) -> list[dict[str, Any]]:
    """What people have said of a period, the oldest first."""
    rows = select(forecast_call).where(forecast_call.c.period == period).order_by(forecast_call.c.id)
    return [dict(row) for row in connection.execute(rows).mappings()]


def adjustments(connection: Connection, period: str | None = None) -> list[dict[str, Any]]:
    """What managers expect of a period (None: of every one), the oldest first."""
    rows = select(forecast_adjustment).order_by(forecast_adjustment.c.id)
    if period is not None:
        rows = rows.where(forecast_adjustment.c.period == period)
    return [dict(row) for row in connection.execute(rows).mappings()]


def deal_names(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Names of deals that there are, in the bin or not."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        wanted = opportunity.c.id.in_(ids[start : start + 500])
        rows = connection.execute(select(opportunity.c.id, opportunity.c.name).where(wanted))
        found.update((row[0], row[1]) for row in rows)
    return found


def standing(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, int, bool, bool]]:
    """Name, stage, whether it is in the bin and whether it is on hold, of deals that there are."""
    found: dict[int, tuple[str, int, bool, bool]] = {}
    columns = (opportunity.c.id, opportunity.c.name, opportunity.c.stage_id, opportunity.c.deleted_at,
               opportunity.c.hold_until)  # fmt: skip
    for start in range(0, len(ids), 500):
        wanted = opportunity.c.id.in_(ids[start : start + 500])
        for row in connection.execute(select(*columns).where(wanted)):
            found[row[0]] = (row[1], row[2], row[3] is not None, row[4] is not None)
    return found
