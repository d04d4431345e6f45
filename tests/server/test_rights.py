"""What each role sees and does through the program itself, with nothing but its login."""

from __future__ import annotations

from datetime import timedelta

import pytest

from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.errors import Denied, NotFound, UserError
from salesos_desktop.services import activities, board, contacts, leads, moves, notes, opportunities, undo
from salesos_desktop.services.workspace import Workspace

from ..conftest import TODAY, make_deals
from .conftest import Team


def names(ws: Workspace) -> set[str]:
    with ws.store.read() as connection:
        return {row[0] for row in connection.exec_driver_sql("SELECT name FROM opportunity")}


def test_a_rep_works_as_in_a_file_and_others_see_what_is_theirs_to_see(team: Team) -> None:
    ana, bea, carla = team.as_("ana"), team.as_("bea"), team.as_("carla")
    first, second = make_deals(ana, 2)
    stages = board.stages(ana)
    moves.move(ana, [first], stages[1].id)
    moves.win(ana, [second])
    contact = contacts.create(ana, {"name": "Lía", "email": "lia@example.com"})
    notes.add(ana, "opportunity", first, "They call back")
    activities.plan(ana, {"subject": "Call", "due_on": TODAY + timedelta(days=1)}, ("opportunity", first))
    assert names(ana) == {"Deal 0", "Deal 1"}
    assert names(bea) == names(carla) == set()
    assert names(team.as_("max")) == names(team.as_("marta")) == names(team.as_("vera")) == {"Deal 0", "Deal 1"}
    with bea.store.read() as connection:
        for table in ("contact", "note", "activity", "points", "total", "search_entry"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table
    with pytest.raises(NotFound):
        opportunities.edit(bea, first, {"value": 1})
    with pytest.raises(UserError):
        contacts.edit(carla, contact, {"name": "Mine"})
    undo.undo(ana)
    with team.owner().store.read() as connection:
        points = connection.exec_driver_sql("SELECT reason, points FROM points ORDER BY id").all()
        assert points[:3] == [("stage_forward", 10), ("won", 60), ("badge", 25)]


def test_a_viewer_looks_and_a_manager_stays_within_the_team(team: Team) -> None:
    (hers,), (theirs,) = make_deals(team.as_("ana"), 1), make_deals(team.as_("carla"), 1)
    manager, viewer = team.as_("max"), team.as_("vera")
    opportunities.edit(manager, hers, {"value": 7_700})
    with pytest.raises(NotFound):
        opportunities.edit(manager, theirs, {"value": 7_700})
    with pytest.raises(Denied):
        opportunities.edit(viewer, hers, {"value": 1})
    opportunities.edit(manager, hers, {"owner_id": team.ids["bea"]})
    with pytest.raises(Denied):
        opportunities.edit(manager, hers, {"owner_id": team.ids["carla"]})
    with team.owner().store.read() as connection:
        found = connection.exec_driver_sql("SELECT id, value, owner_id FROM opportunity ORDER BY id").all()
    assert found == [(hers, 7_700, team.ids["bea"]), (theirs, 100_000, team.ids["carla"])]


def test_a_rep_claims_from_the_pool_and_gives_nothing_away(team: Team) -> None:
    lead = leads.create(team.as_("marta"), {"name": "Nora", "email": "nora@example.com", "owner_id": None})
    ana, carla = team.as_("ana"), team.as_("carla")
    assert list(leads.listing(carla, LeadFilter(), LeadSort.NAME).ids) == [lead]
    leads.edit(ana, lead, {"owner_id": team.ids["ana"]})
    assert list(leads.listing(carla, LeadFilter(), LeadSort.NAME).ids) == []
    with pytest.raises(Denied):
        leads.edit(ana, lead, {"owner_id": team.ids["carla"]})
