"""Assignment as it is set up: rules, teams, weights and absences; and leads given by hand or by the rules again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.assignment import TeamMode
from ..domain.changes import ChangeSet
from ..domain.condition_fields import known_fields
from ..domain.condition_json import to_json
from ..domain.conditions import Condition, fields
from ..domain.opportunities import NAME_LIMIT
from ..domain.text import one_line
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from . import leads
from .assigner import notify, read_conditions
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

MOST_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """Leads for which ``conditions`` hold go to a person or to a team; ``target`` is its name."""

    id: int
    name: str
    conditions: Condition
    person_id: int | None
    team_id: int | None
    active: bool
    target: str


@dataclass(frozen=True, slots=True)
class Taker:
    """A member of a team: ``weight`` their share of the leads, ``turns`` what they have been given in turn."""

    person_id: int
    name: str
    weight: int
    turns: int


@dataclass(frozen=True, slots=True)
class Team:
    """A team, how its leads find an owner, and who takes them."""

    id: int
    name: str
    mode: TeamMode
    takers: tuple[Taker, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person is given nothing, both ends included."""

    id: int
    person_id: int
    person: str
    starts_on: date
    ends_on: date


# Leads ---------------------------------------------------------------------------------------------------------------


def assign_to(ws: Workspace, ids: Sequence[int], person_id: int) -> ChangeSet | None:
    """Gives leads to a person by hand: one transaction, one notification. Raises InvalidInput, NotFound."""
    with ws.unit("assign", []) as uow:
        who = _taker(uow, person_id)
        found = [leads.live(uow, lead_id) for lead_id in ids]
        if len(found) == 1:
            uow.call_it([N_("Assign “{name}” to {who}"), {"name": found[0]["name"], "who": who}])
        else:
            uow.call_it(
                [N_("Assign {count} lead to {who}"), N_("Assign {count} leads to {who}"), len(found), {"who": who}]
            )
        given = [lead for lead in found if lead["owner_id"] != person_id]
        for lead in given:
            uow.update("lead", lead["id"], {"owner_id": person_id, "team_id": None})
        if given and person_id != ws.actor_id:
            notify(uow, person_id, given)
    return uow.change_set


# Settings ------------------------------------------------------------------------------------------------------------


def rules(ws: Workspace) -> list[Rule]:
    """Every rule in the order in which they are asked."""
    with ws.store.read() as connection:
        return [
            Rule(rule_id, name, read_conditions(conditions), person_id, team_id, active, person or team)
            for rule_id, name, conditions, person_id, team_id, active, person, team in storage.assignment.rules(
                connection
            )
        ]


def save_rule(
    ws: Workspace, name: str, conditions: Condition, *, person_id: int | None = None, team_id: int | None = None,
    active: bool = True, rule_id: int | None = None,
) -> int:  # fmt: skip
    """Changes a rule, or makes one behind the others; it has a person or a team. Returns its id. Raises InvalidInput."""
    name = one_line(name)
    if not name or len(name) > NAME_LIMIT:
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    for field in sorted(fields(conditions) - known_fields("lead").keys()):
        if not field.startswith("custom."):
            raise InvalidInput("conditions", tr("There is no field {field}.").format(field=field))
    if (person_id is None) is (team_id is None):
        raise InvalidInput("target", tr("Say who the leads go to."), tr("Choose a person or a team."))
    values: dict[str, Any] = {
        "name": name, "conditions": json.dumps(to_json(conditions), ensure_ascii=False), "person_id": person_id,
        "team_id": team_id, "active": active,
    }  # fmt: skip
    with ws.unit("settings", [N_("Change the rule “{name}”"), {"name": name}]) as uow:
        if person_id is not None:
            _taker(uow, person_id)
        elif team_id is not None:
            uow.get("team", team_id)
        if rule_id is None:
            values["position"] = len(storage.assignment.rules(uow.connection)) + 1
            return uow.insert("assignment_rule", values)
        uow.update("assignment_rule", rule_id, values)
    return rule_id


def delete_rule(ws: Workspace, rule_id: int) -> None:
    """Takes a rule away; undo brings it back."""
    with ws.unit("settings", []) as uow:
        uow.call_it([N_("Delete the rule “{name}”"), {"name": uow.get("assignment_rule", rule_id)["name"]}])
        uow.delete("assignment_rule", rule_id)


def reorder(ws: Workspace, ids: Sequence[int]) -> None:
    """Puts the rules in the order of ``ids``, which names each of them once. Raises NotFound otherwise."""
    with ws.unit("settings", [N_("Reorder the rules"), {}]) as uow:
        if sorted(ids) != sorted(row[0] for row in storage.assignment.rules(uow.connection)):
            raise NotFound(tr("The rules have changed meanwhile."), tr("Nothing was changed. Look at them again."))
        for position, rule_id in enumerate(ids, start=1):
            uow.update("assignment_rule", rule_id, {"position": position})


def teams(ws: Workspace) -> list[Team]:
    """Every team by name, with those of its members who may have leads."""
    with ws.store.read() as connection:
        takers: dict[int, list[Taker]] = {}
        for team_id, person_id, name, weight, turns in storage.assignment.takers(connection):
            takers.setdefault(team_id, []).append(Taker(person_id, name, weight, turns))
        return [
            Team(team_id, name, TeamMode(mode), tuple(takers.get(team_id, ())))
            for team_id, name, mode in storage.assignment.teams(connection)
        ]


def set_team_assignment(ws: Workspace, team_id: int, mode: TeamMode) -> None:
    """How the leads of a team find an owner."""
    with ws.unit("settings", []) as uow:
        name = uow.get("team", team_id)["name"]
        uow.call_it([N_("Change how “{name}” shares its leads"), {"name": name}])
        uow.update("team", team_id, {"assignment": TeamMode(mode).value})


def set_weight(ws: Workspace, person_id: int, weight: int) -> None:
    """A person's share where a team goes by weights; 0 gives them nothing. Raises InvalidInput."""
    if not 0 <= weight <= MOST_WEIGHT:
        raise InvalidInput("weight", tr("The weight must be between 0 and {most}.").format(most=MOST_WEIGHT))
    with ws.unit("settings", []) as uow:
        uow.call_it([N_("Change the share of {name}"), {"name": uow.get("person", person_id)["name"]}])
        uow.update("person", person_id, {"lead_weight": weight})


def absences(ws: Workspace) -> list[Absence]:
    """Absences of today and to come, the first to begin first."""
    with ws.store.read() as connection:
        return [Absence(*row) for row in storage.assignment.absences(connection, ws.clock.today())]


def add_absence(ws: Workspace, person_id: int, starts_on: date, ends_on: date) -> int:
    """A person is away from one day to another, both included; returns its id. Raises InvalidInput."""
    if ends_on < starts_on:
        raise InvalidInput("ends_on", tr("It ends before it begins."), tr("Correct one of the dates."))
    with ws.unit("settings", []) as uow:
        uow.call_it([N_("Add an absence of {name}"), {"name": uow.get("person", person_id)["name"]}])
        return uow.insert("absence", {"person_id": person_id, "starts_on": starts_on, "ends_on": ends_on})


def remove_absence(ws: Workspace, absence_id: int) -> None:
    """Takes an absence away; undo brings it back."""
    with ws.unit("settings", [N_("Remove an absence"), {}]) as uow:
        uow.delete("absence", absence_id)


def _taker(uow: UnitOfWork, person_id: int) -> str:
    """The name of somebody who may have leads. Raises InvalidInput for anybody else."""
    name = str(uow.get("person", person_id)["name"])
    if not storage.assignment.can_take(uow.connection, person_id):
        raise InvalidInput(
            "owner",
            tr("{name} cannot have leads.").format(name=name),
            tr("Choose somebody who is active and not a viewer."),
        )
    return name
