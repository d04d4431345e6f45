"""What looking back at past days needs beside the rewound deals: when history began, and what there is of a deal's name."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ..schema.sales import opportunity
from ..schema.stream import history

_CHUNK = 500
_OF_DEALS = history.c.subject_table == "opportunity"


def began(connection: Connection) -> datetime | None:
    """When the first thing happened to a deal, None where nothing has."""
    # A table that is no plain column: along the key, and not along the index by subject with a sort of everything.
    of_deals = func.coalesce(history.c.subject_table, "") == "opportunity"
    found = connection.execute(select(history.c.at).where(of_deals).order_by(history.c.id).limit(1)).scalar()
    return None if found is None else found.astimezone(UTC)


def removed_names(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """What deals that were deleted for good were called last, as their history says."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        mine = history.c.subject_id.in_(ids[start : start + _CHUNK])
        statement = select(history.c.subject_id, history.c.before).where(_OF_DEALS, mine, history.c.kind == "removed")
        for deal_id, before in connection.execute(statement.order_by(history.c.id)):
            found[deal_id] = str(json.loads(before or "{}").get("name") or "")
    return found


def deal_rows(connection: Connection, ids: Collection[int] | None = None) -> dict[int, dict[str, Any]]:
    """Rows of ``opportunity`` by their ids, those in the bin too; ``ids``: only of these."""
    if ids is None:
        return {row["id"]: dict(row) for row in connection.execute(select(opportunity)).mappings()}
    listed, found = list(ids), {}
    for start in range(0, len(listed), _CHUNK):
        mine = select(opportunity).where(opportunity.c.id.in_(listed[start : start + _CHUNK]))
        found.update({row["id"]: dict(row) for row in connection.execute(mine).mappings()})
    return found


def no_row() -> dict[str, Any]:
    """What stands for the row of a deal that was deleted for good."""
    return dict.fromkeys(opportunity.c.keys(), None) | {"name": "", "search_text": "", "tags": "[]", "custom": "{}"}
