"""Leads that somebody is about to convert or take."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from ..prepared import Prepared
from ..schema.sales import lead


def hold(connection: Connection, ids: Sequence[int]) -> None:
    """Keeps others from writing these leads before the end of this transaction (a file has one writer anyway)."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), 500):
        _HELD.rows(connection, {"ids": ordered[start : start + 500]})


_HELD = Prepared(
    select(lead.c.id)
    .where(lead.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(lead.c.id)
    .with_for_update(key_share=True)
)
