"""Teams: a name, a leader and the team above, to any depth. Who leads one sees its people's work and that of all below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.ranking import within
from ..domain.text import fold, one_line
from ..errors import InvalidInput, UserError
from ..i18n import N_, ntr, tr
from .workspace import Workspace

FIELDS = frozenset({"name", "leader_id", "parent_id"})


@dataclass(frozen=True, slots=True)
class Team:
    """``people`` are how many belong to it itself; ``depth`` how many teams are above it."""

    id: int
    name: str
    leader_id: int | None
    parent_id: int | None
    people: int
    depth: int


def listing(ws: Workspace) -> list[Team]:
    """Every team below the one above it, those beside each other by name."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "team", {})
        people = storage.leaderboard.people(connection)
    counts: dict[int | None, int] = {}
    for _, _, team_id, active in people:
        counts[team_id] = counts.get(team_id, 0) + active
    found: list[Team] = []

    def add(parent_id: int | None, depth: int) -> None:
        for row in sorted((r for r in rows if r["parent_id"] == parent_id), key=lambda r: (fold(r["name"]), r["id"])):
            number = row["id"]
            found.append(Team(number, row["name"], row["leader_id"], parent_id, counts.get(number, 0), depth))
            add(number, depth + 1)

    add(None, 0)
    return found


def may_be_above(teams: Sequence[Team], team_id: int | None) -> list[Team]:
    """Teams that one can be put below: neither itself nor any that is below it."""
    below = within({each.id: each.parent_id for each in teams}).get(team_id or 0, frozenset())
    return [each for each in teams if each.id not in below]


def add(ws: Workspace, values: Mapping[str, Any]) -> int:
    """Makes a team of FIELDS and gives its id. Raises InvalidInput."""
    clean = _checked(ws, None, values)
    with ws.unit("edit", [N_("Add the team “{name}”"), {"name": clean["name"]}]) as uow:
        return uow.insert("team", clean)


def edit(ws: Workspace, team_id: int, values: Mapping[str, Any]) -> ChangeSet | None:
    """Changes FIELDS of a team; with another team above, what people see moves along. Raises InvalidInput, NotFound."""
    clean = _checked(ws, team_id, values)
    with ws.unit("edit", [N_("Edit the team “{name}”"), {"name": clean["name"]}]) as uow:
        uow.update("team", team_id, clean)
    return uow.change_set


def delete(ws: Workspace, team_id: int) -> ChangeSet | None:
    """Takes a team away that nobody and nothing belongs to. Raises UserError, NotFound."""
    with ws.unit("edit", []) as uow:
        row = uow.get("team", team_id)
        uow.call_it([N_("Delete the team “{name}”"), {"name": row["name"]}])
        for table, column in _NAMED:
            count = len(storage.children.rows(uow.connection, table, {column: team_id}))
            if count:
                raise UserError(
                    tr("“{name}” is still in use.").format(name=row["name"]),
                    ntr("{count} thing belongs to it. Move it first.", "{count} things belong to it. Move them first.", count)
                    .format(count=count),
                )  # fmt: skip
        uow.delete("team", team_id)
    return uow.change_set


_NAMED = (
    ("person", "team_id"), ("team", "parent_id"), ("lead", "team_id"), ("pipeline_team", "team_id"),
    ("assignment_rule", "team_id"), ("quota", "team_id"), ("forecast_adjustment", "team_id"),
    ("challenge_participant", "team_id"),
)  # fmt: skip
"""Tables that name a team, and by which column."""


def _checked(ws: Workspace, team_id: int | None, values: Mapping[str, Any]) -> dict[str, Any]:
    for name in values.keys() - FIELDS:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    clean = {**values, "name": one_line(values.get("name", ""))}
    if not clean["name"]:
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    known = listing(ws)
    if any(fold(each.name) == fold(clean["name"]) and each.id != team_id for each in known):
        raise InvalidInput(
            "name", tr("“{name}” is there already.").format(name=clean["name"]), tr("Choose another name.")
        )
    above = clean.get("parent_id")
    if above is not None and above not in {each.id for each in may_be_above(known, team_id)}:
        raise InvalidInput("parent_id", tr("A team cannot be below itself."), tr("Choose another one above it."))
    return clean
