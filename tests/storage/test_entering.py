"""A member's way into a team's database: what is refused, in words that say what to do, and what is never said."""

from __future__ import annotations

import socket
import ssl
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from salesos_desktop import bootstrap, workspaces
from salesos_desktop.domain.teams import Address, parse
from salesos_desktop.errors import InvalidInput, NeedsPassword, WorkspaceError
from salesos_desktop.services import people
from salesos_desktop.storage.migrate import HEAD
from salesos_desktop.storage.server import authorities, entering
from salesos_desktop.storage.server.refusals import refused
from tests import team as teams
from tests.conftest import _fresh_database
from tests.team import NAME, PASSWORD, Team

LOGIN = "t_entering"


@pytest.fixture(scope="module")
def whole(server: str, ready_database: str) -> Iterator[Team]:
    made = teams.made(_fresh_database(server, "t_entering", ready_database), LOGIN)
    teams.ask_for_passwords(server, LOGIN)
    yield made
    teams.gone(made)


@pytest.fixture
def team(whole: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """NAME is a server of its own, which happens to be this machine."""
    asked = socket.getaddrinfo

    def led(host: Any, *args: Any, **more: Any) -> Any:
        return asked("127.0.0.1" if host == NAME else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", led)
    return whole


def why_not(address: Address, password: str = PASSWORD) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as caught:
        bootstrap.open_team(address, password).store.close()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None, "libpq's own error has the password in it"
    assert caught.value.message, "there is a cure"
    return caught.value


def test_a_member_comes_in_as_themself_and_changes_nothing(team: Team) -> None:
    workspace = bootstrap.open_team(team.address, PASSWORD)
    assert people.me(workspace).name == "Marta Ríos"
    assert workspace.store.path is None
    assert workspace.store.name.endswith(f"/{team.address.database}")
    assert f"{LOGIN}@" not in workspace.store.name
    said = repr(workspace) + repr(workspace.store.engine) + repr(workspace.store.engine.url) + repr(team.address)
    assert "s3cret" not in said
    workspace.store.close()


def test_a_wrong_password_and_none_are_two_things(team: Team) -> None:
    wrong = why_not(team.address, "wrong")
    assert isinstance(wrong, NeedsPassword)
    assert wrong.wrong
    none = why_not(team.address, "")
    assert isinstance(none, NeedsPassword)
    assert not none.wrong
    assert LOGIN in none.title


def test_what_is_no_longer_or_not_yet_there_is_said(team: Team) -> None:
    assert "no database “gone”" in why_not(replace(team.address, database="gone")).title
    assert "no workspace" in why_not(replace(team.address, database="postgres")).title
    assert "server init" in why_not(replace(team.address, database="postgres")).message
    assert why_not(replace(team.address, login="t_nobody"), "").title.count("does not know the login") == 1
    owner = why_not(replace(team.address, login="postgres"), "")
    assert "Nobody in the team has the login “postgres”" in owner.title
    team.run(f"ALTER ROLE {LOGIN} NOLOGIN")
    try:
        assert why_not(team.address).title == f"The login “{LOGIN}” has been disabled."
    finally:
        team.run(f"ALTER ROLE {LOGIN} LOGIN")
    team.run("UPDATE person SET active = false WHERE id = 1")
    try:
        assert "no longer active" in why_not(team.address).title
    finally:
        team.run("UPDATE person SET active = true WHERE id = 1")
    team.run("DROP ROLE IF EXISTS t_stranger", "CREATE ROLE t_stranger LOGIN")
    try:
        assert "Nobody in the team" in why_not(replace(team.address, login="t_stranger"), "").title
    finally:
        team.run("DROP ROLE t_stranger")


@pytest.mark.parametrize(("found", "cure"), [("0006", "server upgrade"), ("0999", "Update the program")])
def test_another_layout_is_refused_and_left_alone(team: Team, found: str, cure: str) -> None:
    team.run(f"UPDATE alembic_version SET version_num = '{found}'")
    try:
        told = why_not(team.address)
        assert cure in told.message
        assert "Nothing was changed" in told.message
    finally:
        team.run(f"UPDATE alembic_version SET version_num = '{HEAD}'")


def test_a_full_server_says_so(team: Team) -> None:
    team.run(f"ALTER ROLE {LOGIN} CONNECTION LIMIT 0")
    try:
        assert "as many connections as it takes" in why_not(team.address).title
    finally:
        team.run(f"ALTER ROLE {LOGIN} CONNECTION LIMIT -1")


def test_where_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert why_not(Address("127.0.0.1", "x", "ana", port)).title == f"Nobody answers at 127.0.0.1:{port}."
    assert "Nobody answers" in why_not(Address("/nowhere", "x", "ana")).title
    assert "no server called “nowhere.invalid”" in why_not(Address("nowhere.invalid", "x", "ana")).title


def test_off_this_machine_the_server_has_to_prove_who_it_is(team: Team, tmp_path: Path) -> None:
    files = teams.certificate(tmp_path)
    with teams.on_the_network(team, b"S", files) as address:
        assert "not trusted" in why_not(address).title
        bootstrap.open_team(replace(address, certificate=str(files[0])), PASSWORD).store.close()
        assert "cannot be read" in why_not(replace(address, certificate=str(tmp_path / "none.pem"))).title
    other = teams.certificate(tmp_path, "other.example")
    with teams.on_the_network(team, b"S", other) as address:
        assert "for another name than" in why_not(replace(address, certificate=str(other[0]))).title


@pytest.mark.parametrize(("begins", "ends", "told"), [(-3, -1, "has expired"), (1, 3, "is not valid yet")])
def test_a_certificate_out_of_its_days_says_so(team: Team, tmp_path: Path, begins: int, ends: int, told: str) -> None:
    files = teams.certificate(tmp_path, days=(begins, ends))
    with teams.on_the_network(team, b"S", files) as address:
        assert told in why_not(replace(address, certificate=str(files[0]))).title


def test_an_authority_that_is_named_counts_on_this_machine_too(team: Team, tmp_path: Path) -> None:
    """The end of a tunnel is on this machine."""
    files, other = teams.certificate(tmp_path, "localhost"), teams.certificate(tmp_path, "other.example")
    with teams.on_the_network(team, b"S", files) as away:
        here = replace(away, host="localhost")
        assert "of another authority" in why_not(replace(here, certificate=str(other[0]))).title
        assert "cannot be read" in why_not(replace(here, certificate=str(tmp_path / "none.pem"))).title
        bootstrap.open_team(replace(here, certificate=str(files[0])), PASSWORD).store.close()


@pytest.mark.parametrize("asked", ["sslrootcrt=/a.pem", "sslmode=verify-ca"])
def test_what_is_unknown_in_an_address_is_refused_by_its_name(asked: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        workspaces.named(f"postgresql://ana@db/v?{asked}")
    assert asked in caught.value.title


def test_without_tls_nothing_is_sent_unless_the_person_has_said_so(team: Team) -> None:
    with teams.on_the_network(team, b"N") as address:
        assert "does not offer an encrypted connection" in why_not(address).title
        bootstrap.open_team(replace(address, plain=True), PASSWORD).store.close()
    with teams.on_the_network(team, b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
        assert "is no PostgreSQL" in why_not(address).title


def test_a_password_itself_is_never_sent_over_an_open_line(server: str, team: Team) -> None:
    teams.ask_for_passwords(server, "t_clear", "password")
    team.run("DROP ROLE IF EXISTS t_clear", "CREATE ROLE t_clear LOGIN PASSWORD 'any'")
    try:
        with teams.on_the_network(team, b"N") as address:
            told = why_not(replace(address, login="t_clear", plain=True))
            assert told.title == "The server wants the password unencrypted."
    finally:
        team.run("DROP ROLE t_clear")


def test_the_machine_s_own_settings_do_not_weaken_the_line(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "disable")
    monkeypatch.setenv("PGSSLROOTCERT", "/nowhere")
    with teams.on_the_network(team, b"N") as address:
        assert "does not offer an encrypted connection" in why_not(address).title


def test_where_the_system_has_no_file_of_authorities_its_store_is_written_to_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = Path(authorities.authorities())
    assert there.is_file()
    monkeypatch.setenv("SSL_CERT_FILE", str(there))
    monkeypatch.setattr(authorities, "_BUNDLES", ())
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: SimpleNamespace(cafile=None))
    authorities.authorities.cache_clear()
    written = Path(authorities.authorities())
    try:
        assert written != there
        ssl.create_default_context(cafile=written)
        assert written.read_text().startswith("-----BEGIN CERTIFICATE-----")
    finally:
        authorities.authorities.cache_clear()
        authorities._remove(str(written))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("FATAL:  no existe la base de datos «ventas»", "no database “ventas”"),
        ("FATAL:  no existe el rol «ana»", "does not know the login"),
        ("FATAL:  la autentificación password falló para el usuario «ana»", "does not know the login"),
        ("FATAL:  lo siento, ya tenemos demasiados clientes", "as many connections"),
        ('FATAL:  no hay una línea en pg_hba.conf para «10.0.0.7», usuario «ana», base de datos «ventas», sin cifrado',
         "does not let “ana” in"),
        ("FATAL:  el sistema de base de datos está iniciándose", "starting or stopping"),
        ("FATAL:  etwas anderes", "failed: etwas anderes"),
    ],
)  # fmt: skip
def test_servers_speak_their_own_language(said: str, told: str) -> None:
    error = psycopg.OperationalError(f'connection failed: connection to server at "10.0.0.1", port 5432 failed: {said}')
    found = refused(error, Address("db", "ventas", "ana"))
    assert found is not None
    assert told in found.title
    silent = refused(psycopg.errors.ConnectionTimeout("connection timeout expired"), Address("db", "ventas", "ana"))
    assert silent is not None
    assert "cannot be reached" in silent.title
    assert refused(psycopg.errors.SyntaxError("a bug of ours"), Address("db", "ventas", "ana")) is None


@pytest.mark.parametrize(
    ("text", "address", "password"),
    [
        ("postgresql://ana@db.example/ventas", Address("db.example", "ventas", "ana"), ""),
        ("postgres://ana:p%40ss@db.example:6543/ventas?sslmode=require", Address("db.example", "ventas", "ana", 6543), "p@ss"),
        ("postgresql://ana%40x@[::1]:99/ven%20tas", Address("::1", "ven tas", "ana@x", 99), ""),
        ("postgresql://ana@/ventas?host=/var/Run", Address("/var/Run", "ventas", "ana"), ""),
        ("postgresql://ana@db/v?sslmode=disable&sslrootcert=/a b.pem".replace(" ", "%20"),
         Address("db", "v", "ana", plain=True, certificate="/a b.pem"), ""),
    ],
)  # fmt: skip
def test_an_address_is_read_and_written_without_its_password(text: str, address: Address, password: str) -> None:
    assert parse(text) == (address, password)
    assert parse(address.text) == (address, "")


@pytest.mark.parametrize(
    "text",
    ["", "ventas.salesos", "http://a/b", "postgresql://a@b:x/c", "postgresql://a@b,c/d", "postgresql://a@b:70000/c"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize(
    ("host", "verified"),
    [("localhost", False), ("127.0.0.9", False), ("::1", False), ("/run", False), ("10.0.0.1", True), ("localhost.ex", True)],
)  # fmt: skip
def test_only_this_machine_is_believed(host: str, verified: bool) -> None:
    assert Address(host, "d", "l").verified is verified
    told = entering.options(Address(host, "d", "l"), "")
    assert told["sslmode"] == ("verify-full" if verified else "prefer")
