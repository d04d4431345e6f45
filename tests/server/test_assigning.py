"""Leads that a rep makes go to whose turn it is, by the database's own count, and to nobody whom the rep would choose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from salesos_desktop.domain.assignment import TeamMode
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.errors import Denied
from salesos_desktop.services import assignment, leads, people, search, telling, undo
from salesos_desktop.services.workspace import Workspace

from .conftest import Team
from .test_pages import imported


def north(team: Team, mode: TeamMode) -> int:
    """Sets how the team of Ana, Bea and Max shares its leads."""
    marta = team.as_("marta")
    found = next(each for each in assignment.teams(marta) if each.name == "North")
    assignment.set_team_assignment(marta, found.id, mode)
    return found.id


def made(ws: Workspace, name: str, **more: Any) -> int:
    return leads.create(ws, {"name": name, "email": f"{name}@example.com", **more})


def owners(team: Team) -> list[str]:
    """Who has each lead, the oldest first; empty for the pool."""
    names = {number: name for name, number in team.ids.items()}
    with team.owner().store.read() as connection:
        return [names.get(row[0], "") for row in connection.exec_driver_sql("SELECT owner_id FROM lead ORDER BY id")]


def test_leads_go_round_the_team_whoever_makes_them(team: Team, tmp_path: Path) -> None:
    north(team, TeamMode.TURNS)
    ana, bea = team.as_("ana"), team.as_("bea")
    for name in ("one", "two", "three", "four"):
        made(ana, name)
    made(bea, "five")
    assert owners(team) == ["ana", "bea", "max", "ana", "bea"]
    rows = "".join(f"Person {n},p{n}@acme.com\n" for n in range(6))
    assert imported(ana, tmp_path, "Name,Email\n" + rows).created == 6
    assert sorted(owners(team)[5:]) == ["ana", "ana", "bea", "bea", "max", "max"]
    assert [each.turns for each in next(t for t in assignment.teams(bea) if t.name == "North").takers] == [4, 4, 3]
    assert [notice.kind for notice in people.notices(bea)].count("lead_assigned") == 3
    assert search.find(bea, "two") == []
    telling.look(bea)
    assert [hit.title for hit in search.find(bea, "two")] == ["two"]
    assert search.find(ana, "two") == []


def test_rules_and_weights_hold_for_reps_too(team: Team) -> None:
    number, marta, ana = north(team, TeamMode.WEIGHTS), team.as_("marta"), team.as_("ana")
    for name, weight in (("ana", 0), ("bea", 2), ("max", 1)):
        assignment.set_weight(marta, team.ids[name], weight)
    assignment.save_rule(marta, "Large", Ask("value", Operator.GREATER, 10_000), person_id=team.ids["carla"])
    for n in range(6):
        made(ana, f"small{n}")
    made(ana, "large", value=20_000)
    assert sorted(owners(team)[:6]) == ["bea"] * 4 + ["max"] * 2
    assert owners(team)[6] == "carla"
    assignment.set_team_assignment(marta, number, TeamMode.HAND)
    lead = made(ana, "mine")
    assert owners(team)[7] == "ana"
    undo.undo(ana)
    assert lead not in leads.fetch(ana, [lead])


def test_a_rep_cannot_hand_a_lead_to_whom_they_like(team: Team) -> None:
    number = north(team, TeamMode.TURNS)
    south = next(each.id for each in assignment.teams(team.as_("marta")) if each.name == "South")
    ana, ids = team.as_("ana"), team.ids
    made(ana, "first")
    for owner in ("bea", "carla"):
        with pytest.raises(Denied):
            made(ana, "second", owner_id=ids[owner])
    line = team.raw("ana")

    def lead(owner: str) -> str:
        return (
            "INSERT INTO lead (id, name, folded, owner_id, created_at) "
            f"SELECT salesos.reserve('lead', 1) - 1, 'x', 'x', {ids[owner]}, now()"
        )

    opened = "SELECT salesos.open_unit('x', 'create', '[\"x\",{}]', true, NULL, NULL, NULL)"
    turn = f"SELECT salesos.take_turn_of({number})"

    def run(*statements: str) -> None:
        with line.transaction():
            for each in (opened, *statements):
                line.execute(each)

    for refused in (
        [lead("bea")],
        [turn, lead("max")],
        [turn, lead("bea"), lead("bea")],
        [turn],
        [turn, turn, lead("bea")],
        [f"SELECT salesos.take_turn_of({south})"],
        ["SELECT salesos.note_lead(1, 1)"],
        [f"UPDATE person SET lead_turns = 99 WHERE id = {ids['bea']}"],
        [f"INSERT INTO salesos.given_lead VALUES (1, {ids['bea']}, 1)"],
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(*refused)
    run(turn, lead("bea"))
    made(ana, "third")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(turn)
    assert owners(team) == ["ana", "bea", "max"], "nor is one's own turn let go by"
