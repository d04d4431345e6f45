"""Who is told about a change."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import ColumnElement, Connection, or_, select

from ..schema.people import person, team


def who_follows(connection: Connection, owners: Set[int], whole_team: bool) -> set[int]:
    """Active people among ``owners``; with ``whole_team`` also everybody in their teams."""
    if not owners:
        return set()
    condition: ColumnElement[bool] = person.c.id.in_(owners)
    if whole_team:
        teams = select(person.c.team_id).where(person.c.id.in_(owners), person.c.team_id.isnot(None))
        condition = or_(condition, person.c.team_id.in_(teams))
    return {row[0] for row in connection.execute(select(person.c.id).where(condition, person.c.active))}


def team_name(connection: Connection, person_id: int) -> str:
    """Name of a person's team, empty when there is none."""
    statement = select(team.c.name).join(person, person.c.team_id == team.c.id).where(person.c.id == person_id)
    return connection.execute(statement).scalar() or ""
