"""Who is told about a change."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import Connection, bindparam, or_, select

from ..prepared import Prepared
from ..schema.people import person, team


def who_follows(connection: Connection, owners: Set[int], whole_team: bool) -> set[int]:
    """Active people among ``owners``; with ``whole_team`` also everybody in their teams."""
    if not owners:
        return set()
    statement = _WITH_TEAMS if whole_team else _OWNERS
    return {row[0] for row in statement.rows(connection, {"owners": list(owners)})}


_AMONG = person.c.id.in_(bindparam("owners", expanding=True))
_TEAMS = select(person.c.team_id).where(_AMONG, person.c.team_id.isnot(None))
_OWNERS = Prepared(select(person.c.id).where(_AMONG, person.c.active))
_WITH_TEAMS = Prepared(select(person.c.id).where(or_(_AMONG, person.c.team_id.in_(_TEAMS)), person.c.active))


def team_name(connection: Connection, person_id: int) -> str:
    """Name of a person's team, empty when there is none."""
    statement = select(team.c.name).join(person, person.c.team_id == team.c.id).where(person.c.id == person_id)
    return connection.execute(statement).scalar() or ""
