"""Rows that hang on others, and names of many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ..schema import TABLES


def rows(
    connection: Connection, table: str, where: Mapping[str, Any], order: Sequence[str] = ("id",)
) -> list[dict[str, Any]]:
    """Whole rows whose columns have these values; None stands for nothing kept there, a list for any of its values."""
    target = TABLES[table]
    statement = select(target).order_by(*(target.c[name] for name in order))
    for name, value in where.items():
        column = target.c[name]
        statement = statement.where(column.in_(value) if isinstance(value, list) else column == value)
    return [dict(row) for row in connection.execute(statement).mappings()]


def names(connection: Connection, table: str, ids: Iterable[int | None]) -> dict[int | None, str]:
    """Id → name of the rows that exist; None has the empty name."""
    target = TABLES[table]
    statement = select(target.c.id, target.c.name).where(target.c.id.in_(bindparam("ids", expanding=True)))
    wanted = sorted({row_id for row_id in ids if row_id is not None})
    found: dict[int | None, str] = {None: ""}
    for start in range(0, len(wanted), 500):
        found.update((r[0], r[1]) for r in connection.execute(statement, {"ids": wanted[start : start + 500]}))
    return found
