"""What each role sees and does through the program itself, with nothing but its login."""

from __future__ import annotations

import json
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from salesos_desktop import storage
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.errors import Denied, NotFound, UserError
from salesos_desktop.services import (
    activities,
    board,
    contacts,
    leads,
    moves,
    notes,
    opportunities,
    setup,
    timeline,
    undo,
)
from salesos_desktop.services import team as people
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.server import members

from ..conftest import TODAY, make_deals, stage_named
from .conftest import PASSWORD, Team


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


def test_a_change_from_another_program_leaves_the_same_behind(team: Team) -> None:
    """Moved with SQL alone, a deal has its history, its points, its notices and its place in the feed; nobody can leave them
    out, and who did it is who was logged in."""
    ana = team.as_("ana")
    by_program, by_hand = make_deals(ana, 2)
    stages = board.stages(ana)
    moves.move(ana, [by_program], stages[2].id)
    with team.raw("ana") as line:
        line.execute("SELECT set_config('salesos.unit', '1', false)")
        line.execute(f"UPDATE opportunity SET stage_id = {stages[2].id} WHERE id = {by_hand}")
        versions = line.execute("SELECT version FROM opportunity").fetchall()
        assert versions == [(2,), (2,)]
    with team.owner().store.read() as connection:
        for asked in (
            "SELECT kind, field, before, after, actor_id FROM history WHERE subject_id = {} AND field = 'stage_id'",
            "SELECT person_id, reason, points, stage_id FROM points WHERE subject_id = {} ORDER BY id",
            "SELECT person_id, kind, title::json ->> 0, body::json ->> 0 FROM notification WHERE subject_id = {} ORDER BY id",
        ):
            first, second = (connection.exec_driver_sql(asked.format(n)).all() for n in (by_program, by_hand))
            assert first == second != []
        log = "SELECT actor_id, origin, rows, tables, points FROM change_log ORDER BY seq DESC LIMIT 1"
        assert connection.exec_driver_sql(log).one() == (team.ids["ana"], "sql", 1, "opportunity", 20)
    with ana.unit("edit", ["Twice"]) as uow:
        uow.award(team.ids["ana"], "stage_forward", 10, by_hand, stages[2].id)
        with pytest.raises(DBAPIError, match="not due"):
            uow.flush()
        uow.connection.rollback()


def test_a_role_that_changes_counts_at_once_and_who_is_disabled_is_out(team: Team) -> None:
    (deal,) = make_deals(team.as_("carla"), 1)
    bea, open_line = team.as_("bea"), team.raw("bea")
    assert names(bea) == set()
    with team.as_("marta").store.write() as connection:
        members.set_role(connection, team.ids["bea"], "admin")
    assert names(bea) == {"Deal 0"}
    opportunities.edit(bea, deal, {"value": 5})
    own = team.raw()
    own.execute("INSERT INTO setting (name, value) VALUES ('x', '1')")
    own.execute(
        "INSERT INTO points (person_id, at, reason, points, subject_table) VALUES (1, now(), 'won', 9, 'opportunity')"
    )
    for active, seen in (("false", 0), ("true", 1)):
        own.execute(f"UPDATE person SET active = {active} WHERE login = 'bea'")
        for what in ("opportunity", "salesos.points_of_all(NULL, NULL)"):
            assert open_line.execute(f"SELECT count(*) FROM {what}").fetchone() == (seen,)
        assert open_line.execute("UPDATE setting SET value = '2' WHERE name = 'x'").rowcount == seen
    with team.as_("marta").store.write() as connection:
        members.set_role(connection, team.ids["bea"], "rep")
    assert names(bea) == set()
    with team.as_("marta").store.write() as connection:
        members.disable(connection, team.ids["bea"])
    with pytest.raises(psycopg.OperationalError):
        open_line.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="not permitted"):
        team.raw("bea")
    with team.as_("marta").store.write() as connection:
        members.give_login(connection, team.ids["bea"], "bea", PASSWORD, "rep")
    assert names(team.as_("bea")) == set()


def test_who_asks_is_found_along_an_index_and_only_what_differs_is_written(team: Team) -> None:
    """Every policy reads it, and would read each version of a row that is not swept yet."""
    mine, own = team.raw("ana"), team.raw()
    mine.execute("SET enable_seqscan = off")
    plan = mine.execute("EXPLAIN SELECT people FROM salesos.reached WHERE login = session_user").fetchall()
    assert "Index Scan using reached_pkey" in plan[0][0]
    rows = "SELECT login::text, ctid::text FROM salesos.reached"
    before = dict(own.execute(rows).fetchall())
    own.execute("UPDATE person SET role = 'viewer' WHERE id = %s", [team.ids["carla"]])
    after = dict(own.execute(rows).fetchall())
    assert {login for login, place in after.items() if before[login] != place} == {"carla"}


def test_a_deal_is_shared_with_one_colleague(team: Team) -> None:
    ana, carla = team.as_("ana"), team.as_("carla")
    shown, given, kept = make_deals(ana, 3)
    with ana.unit("edit", ["Share"]) as uow:
        uow.insert("share", {"opportunity_id": shown, "person_id": team.ids["carla"]})
        uow.insert("share", {"opportunity_id": given, "person_id": team.ids["carla"], "may_edit": True})
    assert names(carla) == {"Deal 0", "Deal 1"}
    opportunities.edit(carla, given, {"value": 9})
    with pytest.raises(Denied), carla.unit("edit", ["Share further", {}]) as uow:
        uow.insert("share", {"opportunity_id": given, "person_id": team.ids["bea"]})
    for refused, values in ((shown, {"value": 9}), (given, {"owner_id": team.ids["carla"]})):
        with pytest.raises(Denied):
            opportunities.edit(carla, refused, values)
    with pytest.raises(NotFound):
        opportunities.edit(carla, kept, {"value": 9})


def test_who_falls_asleep_with_the_turn_to_write_stops_nobody(team: Team) -> None:
    with team.owner().store.write() as connection:
        storage.settings.put(connection, "patience", "1")
    asleep = team.raw("carla")
    asleep.execute("SET idle_in_transaction_session_timeout = 0")
    asleep.execute("BEGIN")
    asleep.execute("SELECT salesos.open_unit('', 'edit', '[]', true, NULL, NULL, NULL)")
    asleep.execute("SELECT pg_advisory_lock(1)")
    assert len(make_deals(team.as_("ana"), 1)) == 1
    with pytest.raises(psycopg.OperationalError):
        asleep.execute("COMMIT")


def version(team: Team, login: str) -> int:
    found: int = team.raw().execute(f"SELECT version FROM person WHERE login = '{login}'").fetchone()[0]
    return found


def test_everybody_is_told_of_a_setting(team: Team) -> None:
    ana, marta = team.as_("ana"), team.as_("marta")
    setup.put(marta, "points", {"won": 70})
    ana.catch_up()
    assert ana.point_rules["won"] == 70
    team.raw("marta").execute("UPDATE setting SET value = '{\"won\": 71}' WHERE name = 'points'")
    ana.catch_up()
    assert ana.point_rules["won"] == 71, "whatever program it was"
    newest = "SELECT actor_id, verb, label FROM change_log ORDER BY seq DESC LIMIT 1"
    actor, verb, label = team.raw().execute(newest).fetchone()
    assert (actor, verb) == (team.ids["marta"], "settings")
    assert json.loads(label) == [timeline.SET_ELSEWHERE, {"name": "points"}]
    before = version(team, "ana")
    team.raw("ana").execute("UPDATE person SET visited_at = now() WHERE login = 'ana'")
    assert version(team, "ana") == before, "a mark is no change"
    team.raw("marta").execute("UPDATE person SET email = 'a@example.com' WHERE login = 'ana'")
    assert version(team, "ana") == before + 1
    with pytest.raises(Denied):
        setup.put(ana, "points", {"won": 1_000_000})


def test_who_is_there_without_a_login_is_given_one(team: Team) -> None:
    marta = team.as_("marta")
    with marta.unit("edit", ["Somebody", {}], undoable=False) as uow:
        uow.insert("person", {"name": "Nora Ruiz", "folded": "nora ruiz"})
    member, password = people.add(marta, "nora ruiz", role="viewer")
    assert (member.name, member.login, member.role, len(password) >= people.LEAST_PASSWORD) == (
        "Nora Ruiz", "nora.ruiz", "viewer", True,
    )  # fmt: skip
    assert len([each for each in people.members(marta) if each.name == "Nora Ruiz"]) == 1
    people.disable(marta, member.id)


def test_numbers_that_were_used_do_not_go_back(team: Team) -> None:
    with team.raw("ana") as line, line.transaction():
        line.execute("SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, NULL, NULL)")
        behind = line.execute("SELECT salesos.reserve('opportunity', 1)").fetchone()[0]
        line.execute(
            "INSERT INTO opportunity (id, name, stage_id, owner_id, stage_since) "
            f"VALUES ({behind - 1}, 'x', 1, {team.ids['ana']}, '2026-11-01')"
        )
        line.execute(f"SELECT salesos.give_back('opportunity', {behind - 1}, {behind})")
    assert len(make_deals(team.as_("ana"), 1)) == 1


def test_a_deal_that_is_shared_with_a_manager_stays_its_owner_s(team: Team) -> None:
    (deal,) = make_deals(team.as_("carla"), 1)
    with team.as_("carla").unit("edit", ["Share", {}]) as uow:
        uow.insert("share", {"opportunity_id": deal, "person_id": team.ids["max"], "may_edit": True})
    for owner in ("max", "ana"):
        with pytest.raises(Denied):
            opportunities.edit(team.as_("max"), deal, {"owner_id": team.ids[owner]})


def test_what_one_has_made_is_taken_back_only_as_one_left_it(team: Team) -> None:
    """Saying that a commit is taken back erases no deal that has gone on since, and gives no badge that it had not given."""
    ana, line = team.as_("ana"), team.raw("ana")
    line.execute("SET timezone = 'Asia/Tokyo'")
    ids = make_deals(ana, 3)
    moves.lose(ana, [ids[0]], reason_id=board.names(ana, "loss_reason")[0].id)
    opportunities.edit(team.as_("marta"), ids[1], {"owner_id": team.ids["carla"]})
    asked = "SELECT seq FROM change_row WHERE table_name = 'opportunity' AND row_id = %s AND before IS NULL"
    badge = (
        "INSERT INTO badge_award (id, badge_id, person_id, at, change_seq) "
        "SELECT salesos.reserve('badge_award', 1) - 1, 2, salesos.me(), now(), %s"
    )
    with team.owner().store.read() as connection:
        made = [connection.exec_driver_sql(asked, (deal,)).scalar() for deal in ids]

    def back(commit: int, then: str, *values: int) -> None:
        with line.transaction():
            line.execute("SELECT salesos.open_unit('x', 'undo', '[]', false, %s, NULL, NULL)", (commit,))
            line.execute(then, values)

    for deal, commit in zip(ids[:2], made, strict=False):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            back(commit, "SELECT salesos.take_away('opportunity', %s)", deal)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        back(made[2], badge, made[2])
    back(made[2], "SELECT salesos.take_away('opportunity', %s)", ids[2])
    assert line.execute("SELECT id FROM opportunity ORDER BY id").fetchall() == [(ids[0],)]


def test_who_is_an_administrator_no_more_writes_nothing_out_of_an_old_snapshot(team: Team) -> None:
    """Rights are asked as they are now, also in a transaction that began when they were others."""
    carla, marta = team.as_("carla"), team.as_("marta")
    (deal,) = make_deals(carla, 1)
    people.set_role(marta, team.ids["max"], "admin")
    line = team.raw("max")
    line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    assert line.execute("SELECT salesos.my_role()").fetchone() == ("admin",)
    people.set_role(marta, team.ids["max"], "manager")
    for forged in (
        "SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, NULL, NULL)",
        "SELECT salesos.take_turn()",
        f"UPDATE opportunity SET value = 1 WHERE id = {deal}",
        f"SELECT salesos.set_role({team.ids['bea']}, 'admin')",
    ):
        line.execute("SAVEPOINT tried")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            line.execute(forged)
        line.execute("ROLLBACK TO tried")
    line.rollback()


def test_points_are_given_back_only_with_what_gave_them(team: Team) -> None:
    """Nobody takes points that nothing takes back, gives again what was not taken, or has them for what was not done."""
    ana, line, mine = team.as_("ana"), team.raw("ana"), team.ids["ana"]
    lead = leads.create(ana, {"name": "Otto Paz", "email": "otto@example.com"})
    one, two, three = make_deals(ana, 3)
    moves.win(ana, [one])
    commit = notes.add(ana, "opportunity", one, "Mine") and ana.seen_seq
    lost, reason = stage_named(ana, "Lost").id, board.names(ana, "loss_reason")[0].id
    given = line.execute("SELECT points FROM points WHERE reason = 'won'").fetchone()
    assert given is not None

    def tried(who: str, reverts: int | None, *statements: str) -> None:
        other = team.raw(who)
        with other.transaction(force_rollback=True):
            other.execute("SELECT salesos.open_unit('x', 'edit', '[]', true, %s, NULL, NULL)", (reverts,))
            for statement in statements[:-1]:
                other.execute(statement)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                other.execute(statements[-1])

    tried("ana", None, f"SELECT salesos.award({mine}, 'lead_created', -5, 'lead', {lead}, NULL)")
    tried("ana", commit, f"SELECT salesos.award({mine}, 'lead_created', -5, 'lead', {lead}, NULL)")
    tried("max", None, f"SELECT salesos.award({mine}, 'won', {-given[0]}, 'opportunity', {one}, NULL)")
    tried(
        "ana", None, f"UPDATE lead SET status = 'contacted' WHERE id = {lead}",
        f"SELECT salesos.award({mine}, 'lead_qualified', 10, 'lead', {lead}, NULL)",
    )  # fmt: skip
    tried(
        "ana", None, f"UPDATE opportunity SET stage_id = {lost}, loss_reason_id = {reason} WHERE id = {two}",
        f"SELECT salesos.award({mine}, 'stage_forward', 10, 'opportunity', {two}, {stage_named(ana, 'Proposal').id})",
    )  # fmt: skip
    won, first = stage_named(ana, "Won").id, stage_named(ana, "Prospecting").id
    with line.transaction():
        around = line.execute("SELECT seq FROM salesos.open_unit('x', 'edit', '[]', true, NULL, NULL, NULL)").fetchone()
        for stage in (won, first):
            line.execute("UPDATE opportunity SET stage_id = %s WHERE id = %s", (stage, three))
    assert around is not None
    with line.transaction():
        line.execute("SELECT salesos.open_unit('x', 'undo', '[]', false, %s, NULL, NULL)", around)
        line.execute("UPDATE opportunity SET stage_id = %s WHERE id = %s", (won, three))
    told = team.raw("bea").execute("SELECT subject_id FROM notification WHERE kind = 'won' ORDER BY id").fetchall()
    assert told == [(one,), (three,)]


def test_nobody_uses_up_what_is_everybody_s(team: Team) -> None:
    """Numbers that no row got go back, a version grows by one, a full stage still takes usual deals, and a login has so many
    connections, also one that is there, which keeps no settings of its own."""
    (deal,) = make_deals(team.as_("ana"), 1)
    line, own = team.raw("ana"), team.raw()
    counter = "SELECT next FROM id_counter WHERE name = 'note'"
    before = own.execute(counter).fetchone()
    with line.transaction():
        line.execute("SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, NULL, NULL)")
        line.execute("SELECT count(salesos.reserve('note', 1000)) FROM generate_series(1, 3)")
    assert own.execute(counter).fetchone() == before
    wasteful = (
        "BEGIN; SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, NULL, NULL); "
        "INSERT INTO note (id, subject_table, subject_id, body, author_id) "
        f"SELECT max(salesos.reserve('note', 1000)) - 1, 'opportunity', {deal}, 'x', salesos.me() "
        "FROM generate_series(1, 3); COMMIT"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        line.execute(wasteful)
    version = "SELECT version FROM opportunity WHERE id = %s"
    (was,) = own.execute(version, [deal]).fetchone() or (0,)
    for wanted in (1, 2**63 - 1):
        line.execute("UPDATE opportunity SET note = %s, version = %s WHERE id = %s", [str(wanted), wanted, deal])
    assert own.execute(version, [deal]).fetchone() == (was + 2,)
    own.execute("UPDATE stage_total SET weighted = 5 * 10::bigint ^ 18")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        line.execute("UPDATE opportunity SET value = 10000000000000, probability = 1 WHERE id = %s", [deal])
    assert len(make_deals(team.as_("bea"), 1)) == 1
    own.execute("ALTER ROLE bea CONNECTION LIMIT -1")
    own.execute("ALTER ROLE bea SET work_mem = '1GB'")
    with team.as_("marta").store.write() as connection:
        members.give_login(connection, team.ids["bea"], "bea", PASSWORD, "rep")
    roles = "SELECT DISTINCT rolconnlimit, array_length(rolconfig, 1) FROM pg_roles WHERE rolname IN ('ana', 'bea')"
    assert own.execute(roles).fetchall() == [(30, 3)]
