"""Who is told of what others commit, and of how much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.errors import Denied
from salesos_desktop.services import activities, contacts, leads, moves, opportunities, undo
from salesos_desktop.services.workspace import SETTINGS, Workspace

from ..conftest import TODAY, make_deals
from ..following import told_to
from .conftest import Team

Told = Callable[[], list[ChangeSet]]


def followed(ws: Workspace) -> Told:
    """Gives what is told since it was asked last."""
    told = told_to(ws)

    def found() -> list[ChangeSet]:
        told.clear()
        ws.catch_up()
        return list(told)

    found()
    return found


def removed(told: list[ChangeSet]) -> list[tuple[str, int]]:
    """Rows that are told to be gone."""
    return [(row.table, row.row_id) for changes in told for row in changes.changes if row.after is None]


def test_what_is_removed_is_told_to_who_saw_it_and_to_nobody_else(team: Team) -> None:
    ana, bea, max_, carla = (team.as_(name) for name in ("ana", "bea", "max", "carla"))
    (deal,) = make_deals(ana, 1)
    contact = contacts.create(ana, {"name": "Lía Soto", "email": "lia@example.com", "company": "Soto"})
    company = contacts.get(ana, contact).row["company_id"]
    hangs = {"subject_table": "opportunity", "subject_id": deal}
    with ana.unit("edit", ["x", {}]) as uow:
        activity = uow.insert("activity", {**hangs, "subject": "Call", "kind": "call", "created_by": ana.actor_id})
        parts = {
            "check_item": uow.insert("check_item", {"opportunity_id": deal, "text": "Ask"}),
            "opportunity_line": uow.insert("opportunity_line", {"opportunity_id": deal, "description": "Hours"}),
            "opportunity_contact": uow.insert("opportunity_contact", {"opportunity_id": deal, "contact_id": contact}),
            "follower": uow.insert("follower", {"opportunity_id": deal, "person_id": ana.actor_id}),
            "activity_participant": uow.insert(
                "activity_participant", {"activity_id": activity, "contact_id": contact}
            ),
            "employment": uow.insert("employment", {"contact_id": contact, "company_id": company}),
            "contact_point": uow.insert(
                "contact_point", {"subject_table": "contact", "subject_id": contact, "kind": "phone", "value": "1"}
            ),
        }
    mine, theirs, hers = followed(ana), followed(bea), followed(carla)
    with max_.unit("edit", ["x", {}]) as uow:
        for table, row_id in parts.items():
            uow.delete(table, row_id)
    assert removed(mine()) == list(parts.items())
    managers = followed(max_)
    with ana.unit("edit", ["x", {}]) as uow:
        note = uow.insert("note", {**hangs, "body": "x", "author_id": ana.actor_id})
    planned = activities.plan(ana, {"subject": "Visit", "due_on": TODAY}, None)
    undo.undo(ana)
    undo.undo(ana)
    assert removed(managers()) == [("activity", planned), ("note", note)]
    assert removed(theirs()) == removed(hers()) == []


def test_what_leaves_somebody_s_sight_is_read_afresh(team: Team) -> None:
    """A deal that is no longer shared, without a notice; a lead that somebody takes from the pool; work that is handed over."""
    ana, bea, carla, max_ = (team.as_(name) for name in ("ana", "bea", "carla", "max"))
    (deal,) = make_deals(ana, 1)
    with ana.unit("edit", ["x", {}]) as uow:
        share = uow.insert("share", {"opportunity_id": deal, "person_id": carla.actor_id})
    hers = followed(carla)
    assert carla.rights.shown == {deal}
    with ana.unit("edit", ["x", {}]) as uow:
        uow.delete("share", share)
    assert hers()[-1].bulk
    assert carla.rights.shown == frozenset()
    lead = leads.create(team.as_("marta"), {"name": "Nora", "email": "nora@example.com", "owner_id": None})
    task = activities.plan(max_, {"subject": "Call", "due_on": TODAY, "assignee_id": ana.actor_id}, None)
    mine = followed(ana)
    leads.edit(bea, lead, {"owner_id": bea.actor_id})
    activities.edit(max_, task, {"assignee_id": bea.actor_id})
    told = mine()
    assert [(changes.bulk, changes.touches(table)) for changes, table in zip(told, ("lead", "activity"), strict=True)] == [
        (True, True), (True, True)
    ]  # fmt: skip


def test_a_commit_is_called_nothing_to_others(team: Team) -> None:
    """A badge is seen by everybody; the deal that it was given for is not, nor what it brought. Of a large commit, whose rows
    each window would have to be asked for, everybody knows that there was one."""
    ana, carla = team.as_("ana"), team.as_("carla")
    mine = followed(ana)
    (deal,) = make_deals(carla, 1)
    moves.win(carla, [deal])
    (told,) = mine()
    assert {row.table for row in told.changes} == {"badge_award"}
    assert (told.label, told.points) == ("[]", 0)
    with carla.store.read() as connection:
        said = connection.exec_driver_sql("SELECT label FROM salesos.said ORDER BY seq DESC").scalar()
    assert "Deal 0" in said
    with team.raw() as own:
        own.execute(
            "INSERT INTO contact (id, name, owner_id, created_at) "
            f"SELECT n, 'Contact', {carla.actor_id}, now() FROM generate_series(1000, 1500) AS n"
        )
    (many,) = mine()
    assert (many.bulk, many.changes, many.touches("contact")) == (True, (), True)


def test_nobody_s_commits_are_taken_for_somebody_else_s(team: Team) -> None:
    """An origin can be read and written by anybody, so it is whose commit it is that counts; and what all are told is told by
    who configures."""
    ana, max_ = team.as_("ana"), team.as_("max")
    (deal,) = make_deals(ana, 1)
    managers = followed(max_)
    opportunities.edit(replace(ana, origin=max_.origin), deal, {"value": 5})
    (told,) = managers()
    assert told.touches("opportunity")
    assert told.origin != max_.origin
    with pytest.raises(Denied), ana.unit(SETTINGS, ["Everybody loads afresh", {}]) as uow:
        uow.update("opportunity", deal, {"value": 6})
