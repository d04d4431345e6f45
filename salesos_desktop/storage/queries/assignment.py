"""Rules of assignment, who is in a team, and who is away. Nobody's turns change meanwhile: one writer goes at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from ...domain.assignment import Member
from ..prepared import Prepared
from ..schema.people import absence, person, team
from ..schema.workspace import assignment_rule


def rules(connection: Connection) -> list[tuple[int, str, str, int | None, int | None, bool, str, str]]:
    """(id, name, conditions, person, team, active, the person's name, the team's name) in their order."""
    return [(r[0], r[1], r[2], r[3], r[4], bool(r[5]), r[6] or "", r[7] or "") for r in _RULES.rows(connection)]


def members(connection: Connection, team_id: int) -> list[Member]:
    """Active people of a team who may have leads."""
    return [Member(r[0], r[1], r[2]) for r in _MEMBERS.rows(connection, {"team": team_id})]


def take_by_rule(connection: Connection, rule_id: int) -> int | None:
    """The person of a rule, who is given a turn with it; None for one who takes none now. On a server the database gives it to
    who may not write the turns of others."""
    found = _TAKE_BY_RULE.value(connection, {"rule": rule_id})
    return None if found is None else int(found)


def take_turn(connection: Connection, team_id: int) -> int | None:
    """The same of whose turn it is in a team."""
    found = _TAKE_TURN.value(connection, {"team": team_id})
    return None if found is None else int(found)


def teams(connection: Connection) -> list[tuple[int, str, str]]:
    """(id, name, way of assigning) of every team, by name."""
    return [(r[0], r[1], r[2]) for r in _TEAMS.rows(connection)]


def takers(connection: Connection) -> list[tuple[int, int, str, int, int]]:
    """(team, id, name, weight, turns) of the people in teams who may have leads, by name."""
    return [(r[0], r[1], r[2], r[3], r[4]) for r in _TAKERS.rows(connection)]


def mode(connection: Connection, team_id: int) -> str:
    """How a team's leads find an owner; hand for a team that is not there."""
    return str(_MODE.value(connection, {"team": team_id}) or "hand")


def team_of(connection: Connection, person_id: int) -> int | None:
    """The team a person is in."""
    found = _TEAM_OF.value(connection, {"person": person_id})
    return None if found is None else int(found)


def can_take(connection: Connection, person_id: int) -> bool:
    """Whether a person is active and may have leads."""
    return _CAN_TAKE.value(connection, {"person": person_id}) is not None


def absent(connection: Connection, day: date) -> set[int]:
    """Who is away on a day."""
    return {r[0] for r in _ABSENT.rows(connection, {"day": day})}


def absences(connection: Connection, since: date) -> list[tuple[int, int, str, Any, Any]]:
    """(id, person, name, first day, last day) of absences that last until ``since`` or later, the first to begin first."""
    return [(r[0], r[1], r[2], r[3], r[4]) for r in _ABSENCES.rows(connection, {"since": since})]


_RULES = Prepared(
    select(
        assignment_rule.c.id, assignment_rule.c.name, assignment_rule.c.conditions, assignment_rule.c.person_id,
        assignment_rule.c.team_id, assignment_rule.c.active, person.c.name, team.c.name.label("team_name"),
    )
    .outerjoin(person, person.c.id == assignment_rule.c.person_id)
    .outerjoin(team, team.c.id == assignment_rule.c.team_id)
    .order_by(assignment_rule.c.position, assignment_rule.c.id)
)  # fmt: skip
_TAKES = (person.c.active, person.c.role != "viewer")
_MEMBERS = Prepared(
    select(person.c.id, person.c.lead_weight, person.c.lead_turns)
    .where(person.c.team_id == bindparam("team"), *_TAKES)
    .order_by(person.c.id)
)
_TAKE_BY_RULE = Prepared(text("SELECT salesos.take_by_rule(:rule)"))
_TAKE_TURN = Prepared(text("SELECT salesos.take_turn_of(:team)"))
_TEAMS = Prepared(select(team.c.id, team.c.name, team.c.assignment).order_by(team.c.name, team.c.id))
_TAKERS = Prepared(
    select(person.c.team_id, person.c.id, person.c.name, person.c.lead_weight, person.c.lead_turns)
    .where(person.c.team_id.isnot(None), *_TAKES)
    .order_by(person.c.folded, person.c.id)
)
_MODE = Prepared(select(team.c.assignment).where(team.c.id == bindparam("team")))
_TEAM_OF = Prepared(select(person.c.team_id).where(person.c.id == bindparam("person")))
_CAN_TAKE = Prepared(select(person.c.id).where(person.c.id == bindparam("person"), *_TAKES))
_ABSENT = Prepared(
    select(absence.c.person_id).where(absence.c.starts_on <= bindparam("day"), absence.c.ends_on >= bindparam("day"))
)
_ABSENCES = Prepared(
    select(absence.c.id, absence.c.person_id, person.c.name, absence.c.starts_on, absence.c.ends_on)
    .join(person, person.c.id == absence.c.person_id)
    .where(absence.c.ends_on >= bindparam("since"))
    .order_by(absence.c.starts_on, absence.c.id)
)
