"""People and teams of a workspace, kept in a file without logins and on a server with them."""

from __future__ import annotations

import pytest

from salesos_desktop import storage
from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.services import activities, leads, opportunities, team, teams, undo
from salesos_desktop.services.checks import problems
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def test_teams_have_any_depth_and_no_ring(any_ws: Workspace) -> None:
    top = teams.add(any_ws, {"name": "North"})
    middle = teams.add(any_ws, {"name": "Coast", "parent_id": top})
    low = teams.add(any_ws, {"name": "Port", "parent_id": middle, "leader_id": any_ws.actor_id})
    found = teams.listing(any_ws)
    assert [(each.name, each.depth) for each in found] == [("North", 0), ("Coast", 1), ("Port", 2)]
    assert [each.name for each in teams.may_be_above(found, middle)] == ["North"]
    with pytest.raises(InvalidInput, match="below itself"):
        teams.edit(any_ws, top, {"name": "North", "parent_id": low})
    with pytest.raises(InvalidInput, match="there already"):
        teams.add(any_ws, {"name": " north "})
    with pytest.raises(UserError, match="still in use"):
        teams.delete(any_ws, middle)
    teams.delete(any_ws, low)
    assert [each.name for each in teams.listing(any_ws)] == ["North", "Coast"]
    undo.undo(any_ws)
    assert teams.listing(any_ws)[2].leader_id == any_ws.actor_id


def test_all_open_work_is_handed_over_in_one_step_and_taken_back_in_one(any_ws: Workspace) -> None:
    ws, me = any_ws, any_ws.actor_id
    eva = team.take_in(ws, "Eva", email="eva@example.com")
    won, *open_deals = make_deals(ws, 4)
    from salesos_desktop.services import moves

    moves.win(ws, [won], value=1_000, closed_on=ws.clock.today())
    lead = leads.create(ws, {"name": "Lea", "email": "lea@example.com"})
    task = activities.plan(ws, {"kind": "task", "subject": "Call", "due_on": ws.clock.today()})
    assert team.work_of(ws, me) == (3, 1, 1)
    team.hand_over(ws, me, eva)
    assert team.work_of(ws, me) == (0, 0, 0)
    assert team.work_of(ws, eva) == (3, 1, 1)
    assert opportunities.get(ws, won).card.owner_id == me, "what is closed stays with who has closed it"
    assert opportunities.get(ws, open_deals[0]).card.owner == "Eva"
    with ws.store.read() as connection:
        notices = storage.children.rows(connection, "notification", {"person_id": eva})
    assert len([each for each in notices if "yours now" in each["title"]]) == 1
    undo.undo(ws)
    assert team.work_of(ws, me) == (3, 1, 1)
    assert leads.get(ws, lead).row["owner_id"] == me
    assert activities.get(ws, task).assignee_id == me
    assert not problems(ws)


def test_somebody_is_renamed_everywhere_and_leaves_with_all_their_data_here(any_ws: Workspace) -> None:
    ws = any_ws
    eva = team.take_in(ws, "Eva")
    deal = make_deals(ws, 1)[0]
    opportunities.edit(ws, deal, {"owner_id": eva})
    team.edit(ws, eva, {"name": "Eva María Ruiz", "email": "eva@example.com"})
    card = opportunities.get(ws, deal).card
    assert card.owner == "Eva María Ruiz"
    with pytest.raises(InvalidInput):
        team.edit(ws, eva, {"email": "no address"})
    team.set_active(ws, eva, False)
    member = team.found(ws, "eva maria ruiz")
    assert (member.active, member.email) == (False, "eva@example.com")
    assert opportunities.get(ws, deal).card.owner == "Eva María Ruiz"
    with pytest.raises(InvalidInput, match="does not work here"):
        team.hand_over(ws, ws.actor_id, eva)
    with pytest.raises(UserError, match="This is you"):
        team.set_active(ws, ws.actor_id, False)
    team.set_active(ws, eva, True)
    assert team.found(ws, "Eva María Ruiz").active
    assert not problems(ws)
