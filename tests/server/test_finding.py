"""Search on a server: found is what one sees, typing errors are forgiven out of one's own words, names of others are followed."""

from __future__ import annotations

import psycopg
import pytest

from salesos_desktop import storage
from salesos_desktop.services import activities, companies, contacts, leads, notes, opportunities, search, telling
from salesos_desktop.services.workspace import Workspace

from ..conftest import TODAY
from .conftest import Team


def found(ws: Workspace, text: str) -> set[tuple[str, str]]:
    return {(hit.kind, hit.title) for hit in search.find(ws, text)}


def unfollowed(team: Team) -> list[tuple[str, int]]:
    """Entries that are not what their rows give."""
    with team.owner().store.read() as connection:
        return list(storage.search.differences(connection))


def test_found_and_forgiven_is_what_one_sees(team: Team) -> None:
    ana, carla = team.as_("ana"), team.as_("carla")
    values = {"value": 100, "expected_close": TODAY}
    for ws, name in ((ana, "Umbrella"), (carla, "Submarine")):
        deal = opportunities.create(ws, {**values, "name": f"{name} factory", "company": f"{name} Ltd"})
        notes.add(ws, "opportunity", deal, f"The {name} is late")
        activities.plan(ws, {"subject": f"Ask about the {name}", "due_on": TODAY}, ("opportunity", deal))
        contacts.create(ws, {"name": f"Lía {name}", "email": f"{name}@example.com"})
        leads.create(ws, {"name": f"Otto {name}", "email": f"otto.{name}@example.com"})
    kinds = {"opportunity", "company", "note", "activity", "contact", "lead"}
    for login, own, others in (("ana", "umbrella", "submarine"), ("carla", "submarine", "umbrella")):
        ws = team.as_(login)
        assert {hit.kind for hit in search.find(ws, own)} == kinds
        assert found(ws, others) == set()
        mistyped = own[:3] + own[4:]
        assert {hit.kind for hit in search.find(ws, mistyped)} == kinds
        assert found(ws, others[:3] + others[4:]) == set()
    for login in ("marta", "vera"):
        assert {hit.kind for hit in search.find(team.as_(login), "submraine")} == kinds


def test_names_that_a_colleague_changes_are_followed_where_they_are_not_seen(team: Team) -> None:
    """A company and a contact of nobody are everybody's to rename; the deals that name them are not."""
    ana, carla, marta = team.as_("ana"), team.as_("carla"), team.as_("marta")
    company = companies.create(marta, {"name": "Umbrella", "owner_id": None})
    person = contacts.create(
        marta, {"name": "Lía Soto", "email": "lia@example.com", "company_id": company, "owner_id": None}
    )
    values = {"value": 100, "expected_close": TODAY, "company": "Umbrella", "contact": "Lía Soto"}
    hers = opportunities.create(ana, {**values, "name": "Hers"})
    notes.add(ana, "contact", person, "Likes tea")
    companies.edit(carla, company, {"name": "Parasol"})
    contacts.edit(carla, person, {"name": "Ada Paz"})
    assert ("opportunity", hers) in unfollowed(team)
    telling.look(ana)
    assert unfollowed(team) == []
    assert ("opportunity", "Hers") in found(ana, "parasol") & found(ana, "ada paz")
    assert found(ana, "umbrella") == set()


def test_nobody_says_with_which_words_the_rows_of_others_are_found(team: Team) -> None:
    ana, bea = team.as_("ana"), team.raw("bea")
    deal = opportunities.create(ana, {"name": "Umbrella", "value": 1, "expected_close": TODAY})
    with ana.unit("edit", ["Share", {}]) as uow:
        uow.insert("share", {"opportunity_id": deal, "person_id": team.ids["bea"]})
    assert ("opportunity", "Umbrella") in found(team.as_("bea"), "umbrella")
    for forged in (
        f"UPDATE search_entry SET words = '0·lies' WHERE id = {deal}",
        f"INSERT INTO search_entry (id, kind, title, words) VALUES ({deal + 1}, 0, 'lies', '0·lies')",
        "INSERT INTO salesos.stale_entry VALUES (1)",
        "SELECT salesos.findable(1)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bea.execute(forged)
    bea.execute(f"SELECT salesos.index_entry({deal}, 'lies', '0·lies'), salesos.unindex({deal})")
    assert found(team.as_("bea"), "lies") == found(ana, "lies") == set()
    assert ("opportunity", "Umbrella") in found(ana, "umbrella")
    telling.look(ana)
    assert unfollowed(team) == []
