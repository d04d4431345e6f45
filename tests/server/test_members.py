"""Logins and sessions where the owner of the tables is no superuser, beside other workspaces on the same server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from salesos_desktop import storage
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.services import board, checks, moves, opportunities
from salesos_desktop.services import team as people
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.server import members
from salesos_desktop.storage.store import Store

from ..conftest import TODAY, StillClock, _fresh_database
from .conftest import PASSWORD, Team


@pytest.fixture(scope="module")
def kept(server: str) -> Iterator[Team]:
    """A workspace whose owner may make roles and nothing else, with Pia as administrator and Rui and Sol as reps."""
    team = Team(_fresh_database(server, "kept"), StillClock(), {})
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE ROLE keeper LOGIN CREATEROLE")
        admin.execute("ALTER DATABASE kept OWNER TO keeper")
    own = Workspace(Store.open_server(team.address("keeper")), team.clock)
    people.begin(own, "Pia", "pia", PASSWORD, currency="EUR")
    for name in ("Rui", "Sol"):
        team.ids[name.lower()] = people.add(own, name, role="rep", password=PASSWORD)[0].id
    with own.store.write() as connection:
        storage.settings.put(connection, "patience", "0.05")
    own.store.close()
    yield team
    team.close()


def ended(line: psycopg.Connection[Any]) -> bool:
    """Whether the server has ended a session."""
    try:
        line.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def test_who_keeps_writers_waiting_is_ended_and_nobody_else(kept: Team) -> None:
    guilty, writing, uploading, reading, upkeep = (kept.raw(who) for who in ("rui", "pia", "sol", "rui", ""))
    uploading.execute("BEGIN")
    uploading.execute(
        f"INSERT INTO salesos.content (sha256, person, part, bytes) VALUES ('{'0' * 64}', {kept.ids['sol']}, 0, 'x')"
    )
    upkeep.execute("BEGIN")
    upkeep.execute("SELECT pg_current_xact_id()")
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM opportunity")
    guilty.execute("BEGIN")
    guilty.execute("SELECT FROM person WHERE login = 'rui' FOR UPDATE")
    # Whoever has the turn waits for the row, and everybody else for the turn.
    writing.pgconn.send_query(b"UPDATE person SET email = 'rui@example.com' WHERE login = 'rui'")
    while upkeep.execute("SELECT pg_blocking_pids(%s)", [writing.info.backend_pid]).fetchone() == ([],):
        pass
    until = time.monotonic() + 0.4
    while time.monotonic() < until:
        upkeep.execute("SELECT salesos.clear_the_way()")
    while writing.pgconn.get_result() is not None:
        pass
    assert [ended(each) for each in (guilty, writing, uploading, reading, upkeep)] == [True, *[False] * 4]
    for each in (uploading, upkeep, reading):
        each.rollback()


def test_who_has_the_turn_and_writes_nothing_is_ended_however_busy(kept: Team) -> None:
    writing, holding, upkeep = (kept.raw(who) for who in ("rui", "sol", "keeper"))
    ends = []
    for line, what in (
        (writing, "UPDATE person SET notices = '{\"won\": false}' WHERE login = 'rui'"),
        (holding, "SELECT 1"),
    ):
        line.execute("BEGIN")
        line.execute("SELECT salesos.take_turn()")
        line.execute(what)
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            line.execute("SELECT 1")
        ends += upkeep.execute("SELECT salesos.clear_the_way()").fetchone()
        if not ended(line):
            line.rollback()
    assert ends == [0, 1]


def test_a_login_is_of_one_workspace_and_an_old_password_counts_no_more(kept: Team, team: Team) -> None:
    pia, marta = kept.as_("pia"), team.as_("marta")

    def verifier(login: str) -> str:
        row = team.raw().execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [login]).fetchone()
        return str(row[0]) if row else ""

    before = verifier("rui")
    for other in (marta, team.owner()):
        with pytest.raises(InvalidInput, match="taken"):
            people.add(other, "Rui", role="rep", login="rui", password="known to Marta")
    with pytest.raises(InvalidInput, match="taken"):
        people.add(pia, "Bea", role="rep", login="bea", password="known to Pia")
    with pytest.raises(InvalidInput, match="taken"):
        people.add(pia, "Rui Other", role="rep", login="rui", password="known to Pia")
    assert people.add(pia, "Bea", role="rep")[0].login == "bea.2"
    assert verifier("rui") == before
    rui = people.found(pia, "rui")
    assert len(people.reset_password(pia, rui)) >= people.LEAST_PASSWORD
    assert verifier("rui") != before
    people.take_in(pia, "Tom")
    with pytest.raises(UserError, match="no login"):
        people.reset_password(pia, people.found(pia, "Tom"))
    # Free again, with a password that its last administrator knows.
    people.disable(pia, rui.id)
    before = verifier("rui")
    people.add(marta, "Rui", role="rep", login="rui", password="known to Marta")
    assert verifier("rui") != before


def test_who_comes_in_while_they_are_disabled_is_out_too(kept: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    come: list[Any] = []
    disable = members.disable

    def slowly(connection: Any, person_id: int) -> None:
        disable(connection, person_id)
        come.append(kept.raw("sol"))

    monkeypatch.setattr(members, "disable", slowly)
    before = kept.raw("sol")
    people.disable(kept.as_("pia"), kept.ids["sol"])
    assert ended(before)
    assert ended(come[0])


def test_a_role_that_somebody_else_has_given_is_not_said_to_be_taken(kept: Team) -> None:
    pia = kept.as_("pia")
    zoe = people.add(pia, "Zoe", role="rep")[0]
    with kept.raw() as admin:
        group = admin.execute("SELECT name FROM salesos.role_group WHERE role = 'admin'").fetchone()[0]
        admin.execute(f"GRANT {group} TO {zoe.login}")
        with pytest.raises(UserError, match="Somebody else has given"):
            people.set_role(pia, zoe.id, "viewer")
        people.disable(pia, zoe.id)
        assert admin.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'zoe'").fetchone() == (False,)


ODD = {
    "search_path": "", "default_transaction_isolation": "repeatable read", "datestyle": "SQL, DMY", "row_security": "off",
    "timezone": "Asia/Kathmandu", "quote_all_identifiers": "on", "bytea_output": "escape", "intervalstyle": "iso_8601",
    "standard_conforming_strings": "off", "transform_null_equals": "on",
}  # fmt: skip


def test_nothing_hangs_on_what_is_set_for_the_database(team: Team) -> None:
    with team.raw() as own:
        for name, value in ODD.items():
            own.execute(f"ALTER DATABASE {own.info.dbname} SET {name} = '{value}'")
        try:
            for ws in (team.as_("ana"), team.owner()):
                deal = opportunities.create(ws, {"name": "Odd \\' one", "value": 1, "expected_close": TODAY})
                assert deal in {each.id for each in board.listed(ws, DealFilter(held=None, text="odd"))}
                moves.move(ws, [deal], board.stages(ws)[1].id)
            assert checks.problems(ws) == []
        finally:
            own.execute(f"ALTER DATABASE {own.info.dbname} RESET ALL")


def test_a_login_is_made_of_any_name() -> None:
    names = {"Marta Ríos": "marta.rios", "山田 太郎": "user", "9 Lives": "u_9.lives", "山田 Taro": "taro", "…": "user"}
    assert {name: people.login_of(name) for name in names} == names
