"""Who is told about a change."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import ColumnElement, Connection, or_, select

from ..schema.people import person


def who_follows(connection: Connection, owners: Set[int], team: bool) -> set[int]:
    """Active people among ``owners``; with ``team`` also everybody in their teams."""
    if not owners:
        return set()
    condition: ColumnElement[bool] = person.c.id.in_(owners)
    if team:
        teams = select(person.c.team_id).where(person.c.id.in_(owners), person.c.team_id.isnot(None))
        condition = or_(condition, person.c.team_id.in_(teams))
    return {row[0] for row in connection.execute(select(person.c.id).where(condition, person.c.active))}
