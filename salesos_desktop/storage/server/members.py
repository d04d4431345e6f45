"""People of a team and their logins, through the functions that ask for an administrator (members.sql)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, select, text

from ..schema.people import person, team

_GIVE = text("SELECT salesos.give_login(:person, :login, :verifier, :role)")
_OWNER = text("SELECT salesos.is_owner()")
_ELSEWHERE = text("SELECT salesos.is_elsewhere(:login)")
_ROLE = text("SELECT salesos.set_role(:person, :role)")
_DISABLE = text("SELECT salesos.disable(:person)")
_END = text("SELECT salesos.end_sessions()")


def give_login(connection: Connection, person_id: int, login: str, password: str, role: str) -> None:
    """Lets a person connect, with another password if they could before; it leaves this computer as a SCRAM verifier only."""
    server: Any = connection.connection.dbapi_connection
    verifier = server.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    connection.execute(_GIVE, {"person": person_id, "login": login, "verifier": verifier, "role": role})


def is_elsewhere(connection: Connection, login: str) -> bool:
    """Whether the owner of the tables, who may do so, would take a login from the workspace of another database of the server.
    Nobody else may: ``give_login`` refuses it."""
    return bool(connection.execute(_OWNER).scalar() and connection.execute(_ELSEWHERE, {"login": login}).scalar())


def change_password(connection: Connection, password: str) -> None:
    """Gives the login that asks another password, which leaves this computer as a SCRAM verifier only."""
    server: Any = connection.connection.dbapi_connection
    login = server.execute("SELECT session_user").fetchone()[0]
    verifier = server.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    # A verifier has neither quotes nor backslashes.
    connection.execute(text(f"ALTER ROLE SESSION_USER PASSWORD '{verifier}'".replace(":", r"\:")))


def connect_with(engine: Engine, password: str) -> None:
    """Connections that are made from now on say another password."""

    @event.listens_for(engine, "do_connect")
    def say(_dialect: object, _record: object, _args: object, told: dict[str, Any]) -> None:
        told["password"] = password


def forget_local(connection: Connection) -> None:
    """On a server nobody is the person of the computer, who has every right in a file."""
    connection.execute(text("DELETE FROM setting WHERE name = 'local_person'"))


def listing(connection: Connection) -> list[Any]:
    """(id, name, login, role, team, whether active, email, team's id) of everybody, by name."""
    everybody = (
        select(
            person.c.id, person.c.name, person.c.login, person.c.role, team.c.name, person.c.active, person.c.email, team.c.id
        )
        .outerjoin(team, team.c.id == person.c.team_id)
        .order_by(person.c.folded, person.c.id)
    )  # fmt: skip
    return list(connection.execute(everybody))


def set_role(connection: Connection, person_id: int, role: str) -> None:
    """Gives a person another role, at once."""
    connection.execute(_ROLE, {"person": person_id, "role": role})


def disable(connection: Connection, person_id: int) -> None:
    """Takes a person's access; their open sessions end."""
    connection.execute(_DISABLE, {"person": person_id})


def end_sessions(connection: Connection) -> None:
    """Ends the sessions of logins that nobody has any more, also those that began while ``disable`` was not committed yet."""
    connection.execute(_END)
