"""What is wrong with a server is said in a sentence with its cure, and nothing where all is well."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import create_engine

from salesos_desktop.domain.teams import Address, parse
from salesos_desktop.services import doctor
from salesos_desktop.storage import migrate
from salesos_desktop.storage.migrate import HEAD
from salesos_desktop.storage.server import health
from salesos_desktop.storage.store import Store

from ..conftest import StillClock, _fresh_database
from ..proxy import cable_to
from .conftest import Team


@pytest.fixture(scope="module")
def healthy(server: str, team_database: dict[str, int]) -> Iterator[Team]:
    """A team with two administrators in which nothing is wrong."""
    team = Team(_fresh_database(server, "healthy"), StillClock(), team_database)
    store = Store.open_server(team.url)
    with store.engine.begin() as connection:
        for number, name in enumerate(("Marta", "Max"), start=1):
            connection.exec_driver_sql(
                f"INSERT INTO person (id, name, folded, login, role, created_at) VALUES "
                f"({number}, '{name}', '{name}', '{name.lower()}', 'admin', now())"
            )
            connection.exec_driver_sql(f"SELECT salesos.group_login('{name.lower()}', 'admin')")
    store.close()
    yield team
    team.close()


def codes(team: Team) -> list[str]:
    return [each.code for each in found(team)]


def found(team: Team) -> list[health.Finding]:
    return doctor.examine(address_of(team))


def address_of(team: Team) -> Address:
    return parse(team.url.replace("+psycopg", ""))[0]


def cured(team: Team) -> None:
    engine = create_engine(team.url)
    migrate.set_right(engine)
    engine.dispose()


def test_rights_that_are_not_as_they_are_made_are_named(healthy: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_SHOWN", 99)
    harm = {
        "policy public.opportunity.seen": "ALTER POLICY seen ON opportunity USING (true)",
        "table public.note": "ALTER TABLE note DISABLE ROW LEVEL SECURITY",
        "trigger public.lead.follow": "ALTER TABLE lead DISABLE TRIGGER follow",
        "trigger public.opportunity.follow_totals": "DROP TRIGGER follow_totals ON opportunity",
        "function salesos.group_login(text,text)": "GRANT EXECUTE ON FUNCTION salesos.group_login(text, text) TO PUBLIC",
        "function salesos.me()": "ALTER FUNCTION salesos.me() RESET search_path",
        "table public.person": "GRANT SELECT ON person TO PUBLIC",
        "table salesos.usual_points": "CREATE OR REPLACE VIEW salesos.usual_points AS SELECT '' AS reason, 9::bigint AS points",
        "column public.points.points": "GRANT UPDATE (points) ON points TO PUBLIC",
    }
    added = {
        "function salesos.wide()": "CREATE FUNCTION salesos.wide() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "policy public.contact.wide": "CREATE POLICY wide ON contact USING (true)",
        "rule public.note.also": "CREATE RULE also AS ON UPDATE TO note DO ALSO NOTHING",
        "default right of max": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO max",
        "event trigger heard": "CREATE EVENT TRIGGER heard ON ddl_command_end EXECUTE FUNCTION odd.heard()",
        "right of carla on company": "GRANT SELECT ON company TO carla",
        "right of carla on history_id_seq": "GRANT USAGE ON SEQUENCE history_id_seq TO carla",
        "owner of note: vera": "ALTER TABLE note OWNER TO vera",
        "table odd.child under note": "CREATE TABLE odd.child () INHERITS (note)",
        "view odd.seen": "CREATE VIEW odd.seen AS SELECT * FROM note; GRANT SELECT ON odd.seen TO PUBLIC",
        "function odd.told()": "CREATE FUNCTION odd.told() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    }
    gone = {
        "index ix_change_log_xid": "DROP INDEX ix_change_log_xid",
        "constraint pk_points of points": "ALTER TABLE points DROP CONSTRAINT pk_points",
    }
    with healthy.raw() as own:
        own.execute("CREATE SCHEMA odd; GRANT USAGE ON SCHEMA odd TO PUBLIC")
        own.execute("CREATE FUNCTION odd.heard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'")
        for statement in (*harm.values(), *added.values(), *gone.values()):
            own.execute(statement)
        # Nobody waits for whoever only looks, who waits for nobody.
        own.execute("BEGIN")
        own.execute("LOCK TABLE opportunity IN ROW EXCLUSIVE MODE")
        told = {each.code: each for each in found(healthy)}
        assert told.keys() == {"rights", "foreign", "structure"}
        assert told["rights"].title == f"Not as this version makes it: {', '.join(sorted(harm))}."
        [names] = re.findall("Added by somebody else: (.*)[.]", told["foreign"].title)
        assert sorted(names.split(", ")) == sorted(added)
        assert told["structure"].title == f"Gone from the database: {', '.join(sorted(gone))}."
        own.execute("COMMIT; REVOKE SELECT ON company FROM carla; REVOKE USAGE ON SEQUENCE history_id_seq FROM carla")
        own.execute("DROP RULE also ON note; ALTER TABLE note OWNER TO CURRENT_USER; DROP EVENT TRIGGER heard")
        own.execute("ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM max; DROP SCHEMA odd CASCADE")
        cured(healthy)
        [left] = found(healthy)
        assert left.title == "Gone from the database: constraint pk_points of points.", "no upgrade makes it"
        own.execute(left.cure.partition(": ")[2])
    assert found(healthy) == []


@pytest.fixture
def rights_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are not what is looked at, which takes a second."""
    monkeypatch.setattr(health.drift, "found", lambda *_: ([], []))


@pytest.mark.usefixtures("rights_are_right")
def test_people_and_their_logins(healthy: Team) -> None:
    with healthy.raw() as own:
        own.execute("UPDATE person SET role = 'rep' WHERE id = 2")
        own.execute(
            "INSERT INTO person (id, name, folded, login) VALUES (8, 'Yan', 'yan', 'gone'), (9, 'Zoe', 'zoe', '')"
        )
        own.execute("SELECT salesos.group_login('vera', 'viewer')")
        own.execute("ALTER ROLE marta BYPASSRLS; GRANT pg_read_all_data TO max")
        own.execute("ALTER ROLE max SET session_replication_role = replica")
        assert [(each.code, each.title) for each in found(healthy)] == [
            ("admins", "There is 1 administrator."), ("no_login", "Without a login: Zoe."),
            ("lost_login", "Cannot connect, because their login is not on the server: Yan."),
            ("wrong_group", "Have not the rights of their role: Max."),
            ("nobody", "Logins that may come in and are nobody in the team: vera."),
            ("strong", "Get round what the database holds: marta, max."),
            ("settings", "Set so that changes are refused or leave no trace: session_replication_role=replica max."),
        ]  # fmt: skip
        for power, undo in (
            ("GRANT pg_maintain TO max", "REVOKE pg_maintain FROM max"),
            ("GRANT pg_signal_backend TO max", "REVOKE pg_signal_backend FROM max"),
            (
                "GRANT SET ON PARAMETER session_replication_role TO max",
                "REVOKE SET ON PARAMETER session_replication_role FROM max",
            ),
        ):
            if "maintain" in power and own.info.server_version < 170000:
                continue
            own.execute("REVOKE pg_read_all_data FROM max")
            own.execute(power)
            assert "Get round what the database holds: marta, max." in {each.title for each in found(healthy)}, power
            own.execute(undo)
        own.execute("GRANT pg_read_all_data TO max; ALTER ROLE max RESET session_replication_role")
        assert [each.code for each in found(healthy) if each.note] == ["no_login"]
        in_part = doctor.examine(replace(address_of(healthy), login="vera"))
        assert [(each.code, each.note) for each in in_part] == [("owner_only", True)]
        own.execute("UPDATE person SET role = 'admin' WHERE id = 2")
        own.execute("UPDATE person SET active = false, login = '' WHERE id > 2")
        own.execute("SELECT salesos.group_login('vera', '')")
        own.execute("ALTER ROLE marta NOBYPASSRLS; REVOKE pg_read_all_data FROM max")
        own.execute("UPDATE alembic_version SET version_num = '0006'")
        assert codes(healthy) == ["older"]
        own.execute("UPDATE alembic_version SET version_num = '9999'")
        assert codes(healthy) == ["newer"]
        own.execute("UPDATE alembic_version SET version_num = %s", [HEAD])
        own.execute("UPDATE pg_database SET datcollversion = '0' WHERE datname = 'healthy'")
        assert codes(healthy) == ["collation"]
        own.execute("UPDATE pg_database SET datcollversion = NULL WHERE datname = 'healthy'")


@pytest.mark.usefixtures("rights_are_right")
def test_the_line_the_clock_and_what_is_between(healthy: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time
    engine = create_engine(healthy.url)
    with engine.connect() as connection:
        for ahead, code in ((60, "clock"), (3600, "time_zone"), (-19800, "time_zone"), (1, "")):
            monkeypatch.setattr(health.time, "time", lambda by=ahead: now() + by)
            assert [each.code for each in health.clock(connection)] == ([code] if code else [])
    monkeypatch.setattr(health.time, "time", now)
    assert [each.code for each in health.findings(engine, Address("team.example", "healthy", "postgres"))] == ["tls"]
    engine.dispose()
    monkeypatch.setattr(health, "_HEARD", 0.3)
    cable, url = cable_to(healthy.url)
    try:
        cable.deaf = True
        address = parse(url.replace("+psycopg", ""))[0]
        assert [each.code for each in doctor.examine(address)] == ["pooler"]
    finally:
        cable.close()
    assert [each.code for each in doctor.examine(replace(address, port=1))] == ["connection"]


@pytest.mark.usefixtures("rights_are_right")
def test_what_the_server_is_and_keeps(healthy: Team, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS plain")
        admin.execute("CREATE DATABASE plain ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
        admin.execute("DROP DATABASE IF EXISTS weak")
        admin.execute("DROP ROLE IF EXISTS weak")
        admin.execute("CREATE ROLE weak LOGIN")
        admin.execute("CREATE DATABASE weak")
    plain = parse(healthy.url.replace("+psycopg", "").replace("/healthy", "/plain"))[0]
    assert [each.code for each in doctor.examine(plain)] == ["empty", "encoding"]
    with psycopg.connect(healthy.url.replace("+psycopg", "").replace("/healthy", "/weak"), autocommit=True) as own:
        own.execute("CREATE TABLE person (id integer)")
        own.execute("ALTER TABLE person OWNER TO weak")
    assert [each.code for each in doctor.examine(replace(plain, database="weak"))] == ["empty", "owner", "database"]
    with healthy.raw() as own:
        own.execute("SELECT pg_create_physical_replication_slot('lost', true)")
        try:
            monkeypatch.setattr(health, "_SLOTS", health._SLOTS.replace(str(health.KEPT), "-1"))
            [told] = found(healthy)
            assert re.fullmatch(r"The server keeps \d+ MB for the replica “lost”, which is not there.", told.title)
        finally:
            own.execute("SELECT pg_drop_replication_slot('lost')")
    monkeypatch.setattr(health, "FULL", -1)
    assert codes(healthy) == ["notifications"]
    monkeypatch.undo()
    monkeypatch.setattr(health.drift, "found", lambda *_: ([], []))
    one = health._one
    monkeypatch.setattr(health, "_one", lambda *of: (0, 5) if "prepared" in of[1] else one(*of))
    assert codes(healthy) == ["prepared"]
    monkeypatch.setattr(health, "OLDEST", 990000)
    assert codes(healthy) == ["version", "prepared"]
