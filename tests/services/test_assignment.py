"""Assignment: rules in order, turns in a team, absences, the pool, and what undo takes back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from salesos_desktop.domain import conditions
from salesos_desktop.domain.assignment import TeamMode
from salesos_desktop.domain.conditions import All, Operator
from salesos_desktop.errors import InvalidInput, NotFound
from salesos_desktop.services import assignment, board, leads, people, undo
from salesos_desktop.services.assigner import Assigner
from salesos_desktop.services.messages import render
from salesos_desktop.services.workspace import Workspace

TODAY = date(2026, 11, 24)


def team_of(ws: Workspace, *names: str, mode: TeamMode = TeamMode.HAND, with_me: bool = False) -> tuple[int, list[int]]:
    """A team of people; their numbers in order."""
    with ws.unit("x", ["x", {}]) as uow:
        team = uow.insert("team", {"name": f"Team {names[0]}", "assignment": mode.value})
        ids = [uow.insert("person", {"name": n, "folded": n.lower(), "team_id": team, "role": "rep"}) for n in names]
        if with_me:
            uow.update("person", ws.actor_id, {"team_id": team})
    return team, ids


def make(ws: Workspace, name: str = "Ana Ruiz", **more: Any) -> dict[str, Any]:
    return leads.get(ws, leads.create(ws, {"name": name, "email": "a@example.com", **more})).row


def turns(ws: Workspace) -> dict[str, int]:
    return {taker.name: taker.turns for team in assignment.teams(ws) for taker in team.takers}


def told(ws: Workspace, person_id: int) -> list[tuple[str, int | None]]:
    ws.actor_id, me = person_id, ws.actor_id
    found = [
        (render(notice.title), notice.subject_id) for notice in people.notices(ws) if notice.kind == "lead_assigned"
    ]
    ws.actor_id = me
    return found


def test_without_rules_and_in_a_team_by_hand_a_lead_belongs_to_whoever_made_it(any_ws: Workspace) -> None:
    assert make(any_ws)["owner_id"] == any_ws.actor_id
    team_of(any_ws, "Luis", with_me=True)
    assert make(any_ws)["owner_id"] == any_ws.actor_id
    assert make(any_ws, owner_id=None)["owner_id"] is None


def test_leads_go_round_the_team_past_who_is_away_and_undo_takes_the_turn_back(any_ws: Workspace) -> None:
    _, (luis, eva) = team_of(any_ws, "Luis", "Eva", mode=TeamMode.TURNS, with_me=True)
    me = any_ws.actor_id
    assert [make(any_ws)["owner_id"] for _ in range(4)] == [me, luis, eva, me]
    undo.undo(any_ws)
    assert set(turns(any_ws).values()) == {1}
    away = assignment.add_absence(any_ws, luis, TODAY, TODAY)
    assert [make(any_ws)["owner_id"] for _ in range(4)] == [me, eva, me, eva]
    assignment.remove_absence(any_ws, away)
    assert [make(any_ws)["owner_id"] for _ in range(3)].count(luis) == 2
    assert make(any_ws, owner_id=eva)["owner_id"] == eva
    assert [title for title, _ in told(any_ws, luis)] == ["New lead: Ana Ruiz"] * 3
    assert leads.get(any_ws, told(any_ws, luis)[0][1] or 0).owner == "Luis"


def test_weights_share_and_nobody_there_leaves_it_in_the_pool(any_ws: Workspace) -> None:
    team, (luis, eva) = team_of(any_ws, "Luis", "Eva", mode=TeamMode.WEIGHTS, with_me=True)
    assignment.set_weight(any_ws, any_ws.actor_id, 0)
    assignment.set_weight(any_ws, luis, 3)
    owners = [make(any_ws)["owner_id"] for _ in range(8)]
    assert (owners.count(luis), owners.count(eva)) == (6, 2)
    for person in (luis, eva):
        assignment.add_absence(any_ws, person, date(2026, 11, 1), date(2026, 12, 1))
    row = make(any_ws)
    assert (row["owner_id"], row["team_id"]) == (None, team)
    leads.claim(any_ws, [row["id"]])
    assert leads.get(any_ws, row["id"]).row["owner_id"] == any_ws.actor_id


def test_the_first_rule_that_holds_decides(any_ws: Workspace) -> None:
    team, (luis, eva) = team_of(any_ws, "Luis", "Eva", mode=TeamMode.TURNS)
    web = board.names(any_ws, "source")[-1]
    by_source = assignment.save_rule(
        any_ws, "Web", conditions.Test("source.name", Operator.EQUALS, web.name), person_id=luis
    )
    large = All(
        (conditions.Test("value", Operator.AT_LEAST, 1_000_000), conditions.Test("place", Operator.CONTAINS, "lima"))
    )
    by_value = assignment.save_rule(any_ws, "Large in Lima", large, team_id=team)
    assert make(any_ws, source_id=web.id, value=2_000_000, place="Lima")["owner_id"] == luis
    assert make(any_ws, value=2_000_000, place="Centro, LIMA")["owner_id"] == eva
    assert make(any_ws, value=999_999, place="Lima")["owner_id"] == any_ws.actor_id
    assignment.reorder(any_ws, [by_value, by_source])
    assert [rule.name for rule in assignment.rules(any_ws)] == ["Large in Lima", "Web"]
    assignment.save_rule(any_ws, "Large", large, team_id=team, active=False, rule_id=by_value)
    assert make(any_ws, value=2_000_000, place="Lima")["owner_id"] == any_ws.actor_id
    assignment.add_absence(any_ws, luis, TODAY, TODAY)
    row = make(any_ws, source_id=web.id)
    assert (row["owner_id"], row["team_id"]) == (None, team)
    assignment.delete_rule(any_ws, by_source)
    assert make(any_ws, source_id=web.id)["owner_id"] == any_ws.actor_id


def test_a_team_that_goes_by_hand_gets_it_in_its_pool(ws: Workspace) -> None:
    team, _ = team_of(ws, "Luis")
    assignment.save_rule(ws, "All", All(), team_id=team)
    row = make(ws)
    assert (row["owner_id"], row["team_id"]) == (None, team)


def test_many_leads_are_given_in_one_step_and_tell_each_person_once(ws: Workspace) -> None:
    _, (luis, eva) = team_of(ws, "Luis", "Eva", mode=TeamMode.TURNS)
    ids = [make(ws, f"Lead {n}")["id"] for n in range(5)]
    assignment.assign_to(ws, ids, luis)
    assert {leads.get(ws, i).owner for i in ids} == {"Luis"}
    assert told(ws, luis) == [("5 new leads", None)]
    assert turns(ws)["Luis"] == 0
    undo.undo(ws)
    assert {leads.get(ws, i).row["owner_id"] for i in ids} == {ws.actor_id}
    with ws.unit("x", ["x", {}]) as uow:
        uow.update("person", ws.actor_id, {"team_id": uow.get("person", luis)["team_id"]})
        assigner = Assigner(ws, uow)
        made = [leads.insert(ws, uow, {"name": f"N{n}", "phone": "+34600123456"}, assigner) for n in range(9)]
        assigner.close()
    owners = [leads.get(ws, i).row["owner_id"] for i in made]
    assert [owners.count(p) for p in (ws.actor_id, luis, eva)] == [3, 3, 3]
    assert len(told(ws, eva)) == 1


def test_what_cannot_be_set_up_is_refused(ws: Workspace) -> None:
    team, (luis,) = team_of(ws, "Luis")
    with ws.unit("x", ["x", {}]) as uow:
        viewer = uow.insert("person", {"name": "Vera", "folded": "vera", "role": "viewer", "team_id": team})
    holds = conditions.Test("value", Operator.GREATER, 1)
    with pytest.raises(InvalidInput, match="go to"):
        assignment.save_rule(ws, "Both", holds, person_id=luis, team_id=team)
    with pytest.raises(InvalidInput, match="viewer"):
        assignment.save_rule(ws, "Viewer", holds, person_id=viewer)
    with pytest.raises(InvalidInput, match="viewer"):
        assignment.assign_to(ws, [make(ws)["id"]], viewer)
    with pytest.raises(InvalidInput, match="no field"):
        assignment.save_rule(ws, "Field", conditions.Test("colour", Operator.EQUALS, "red"), person_id=luis)
    with pytest.raises(InvalidInput, match="before"):
        assignment.add_absence(ws, luis, TODAY, date(2026, 11, 23))
    with pytest.raises(NotFound):
        assignment.reorder(ws, [1, 2])
    assert assignment.rules(ws) == []
    assert "Vera" not in turns(ws)
