"""Who is told of what others commit, and of how much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.errors import Denied
from salesos_desktop.services import activities, contacts, leads, moves, opportunities, undo
from salesos_desktop.services.workspace import SETTINGS, Workspace
from salesos_desktop.storage.server import feed

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


def test_what_cannot_be_read_is_loaded_afresh_and_stops_nothing(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, max_ = team.as_("ana"), team.as_("max")
    (deal,) = make_deals(ana, 1)
    managers = followed(max_)

    def unreadable(*_: object) -> None:
        raise ValueError("Invalid isoformat string: 'infinity'")

    with monkeypatch.context() as patched:
        patched.setattr(feed, "_whole", unreadable)
        opportunities.edit(ana, deal, {"value": 5})
        assert [(told.bulk, told.changes) for told in managers()] == [(True, ())]
    opportunities.edit(ana, deal, {"value": 6})
    assert [told.bulk for told in managers()] == [False]


def test_a_commit_is_made_although_what_others_did_cannot_be_read(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever were told that it failed would do it again; and the connection on which that was asked serves nobody else."""
    ana, max_ = team.as_("ana"), team.as_("max")
    managers = followed(max_)
    make_deals(ana, 1)

    def failing(*_: object) -> None:
        raise RuntimeError("a fault")

    with monkeypatch.context() as patched:
        patched.setattr(feed, "since", failing)
        made = opportunities.create(max_, {"name": "Mine", "expected_close": TODAY})
    assert [told.changes[0].row_id for told in managers()][-1] == made
    with pytest.raises(KeyError), max_.store.glance():
        raise KeyError
    engine = max_.store.engine
    assert not any(engine.raw_connection().driver_connection.autocommit for _ in range(4))


def test_who_leaves_a_transaction_open_makes_nobody_read_the_whole_log(team: Team) -> None:
    """Nor does one in another database: what came later and what was running is found along the index."""
    ana, max_ = team.as_("ana"), team.as_("max")
    idle, own = team.raw("ana"), team.raw()
    idle.execute("BEGIN")
    idle.execute("SELECT pg_current_xact_id()")
    own.execute(
        "ALTER TABLE change_log DISABLE TRIGGER USER; "
        "INSERT INTO change_log (at, origin, verb, undoable, rows, xid) SELECT now(), '', 'edit', false, 1, -n "
        "FROM generate_series(1, 5000) AS n; ALTER TABLE change_log ENABLE TRIGGER USER; ANALYZE change_log"
    )
    make_deals(ana, 30)
    with max_.store.glance() as line:
        line.execute("BEGIN")
        line.execute("SELECT salesos.news(salesos.place(), 500)")
        read = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'change_log'"
        assert line.execute(read).fetchone()[0] < 10
        line.execute("ROLLBACK")


def test_nobody_hides_a_commit_and_a_huge_one_is_only_told_of(team: Team) -> None:
    ana, carla = team.raw("ana"), team.as_("carla")
    managers, hers = followed(team.as_("max")), followed(carla)
    (deal,) = make_deals(team.as_("ana"), 1)
    managers()
    ana.execute("BEGIN")
    ana.execute("SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, NULL, NULL)")
    ana.execute("SELECT set_config('salesos.rows', '1000', true)")
    ana.execute("UPDATE opportunity SET name = 'In the dark' WHERE id = %s", [deal])
    ana.execute("COMMIT")
    assert [told.changes[0].after["name"] for told in managers() if told.changes[0].after] == ["In the dark"]
    hers()
    with team.raw() as own:
        own.execute(
            "INSERT INTO saved_view (id, name, page, owner_id, shared, definition, version, default_for) "
            "VALUES (9000, 'Large', 'board', %s, true, repeat('x', 4000001), 1, '')", [team.ids["ana"]]
        )  # fmt: skip
    assert [(told.bulk, told.changes) for told in hers()] == [(True, ())]
