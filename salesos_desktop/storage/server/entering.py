"""How a member's program comes into a team's database: over a line it may trust, to the layout it knows, as somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ...domain.teams import Address
from ...errors import UserError, WorkspaceError
from ...i18n import tr
from ..migrate import HEAD
from .authorities import authorities
from .refusals import nobody, refused
from .rights import CALLED

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

CONNECT_SECONDS = 10
OLDEST = 150000
"""The oldest PostgreSQL, as the server counts."""


def options(address: Address, password: str) -> dict[str, Any]:
    """What libpq is told of a login; how the line is protected is not left to the machine's settings (PGSSLMODE and the like)."""
    told: dict[str, Any] = {
        "host": address.host, "port": address.port, "dbname": address.database, "user": address.login,
        "connect_timeout": CONNECT_SECONDS, "application_name": "SalesOS Desktop", "gssencmode": "disable",
        "client_encoding": "UTF8",
    }  # fmt: skip
    if password:
        told["password"] = password
    if address.verified:
        told |= {"sslmode": "verify-full", "sslrootcert": address.certificate or authorities()}
    else:
        # On the machine itself TLS is taken where it is offered; who has chosen to go without is not asked for it.
        told["sslmode"] = "disable" if address.plain else "prefer"
    if not (address.verified or address.local):
        # Whoever is on the way could ask for the password itself instead of a proof that one knows it.
        told["require_auth"] = "!password"
    return told


def enter(engine: Engine, address: Address, *, owner: bool = False) -> None:
    """Connects and looks whether this program and this person (or with ``owner`` the owner of the tables) belong here; changes
    nothing.

    Raises WorkspaceError, of which ``NeedsPassword`` when the server wants one that was not given.
    """
    try:
        with engine.connect() as connection:
            _look(connection, address, owner)
    except DBAPIError as error:
        told = refused(error.orig, address)
        if told is None:
            raise
    else:
        return
    # Outside of the handler: libpq's error knows the password, and nothing that is raised may lead to it.
    raise told


def own(engine: Engine, address: Address) -> None:
    """Connects and looks whether a workspace can be made or brought up to date here with this login; changes nothing.

    Raises WorkspaceError like ``enter``.
    """
    try:
        with engine.connect() as connection:
            _old_enough(connection)
            encoding, able = connection.execute(_ABLE).one()
    except DBAPIError as error:
        told = refused(error.orig, address)
        if told is None:
            raise
    else:
        if encoding != "UTF8":
            raise WorkspaceError(
                tr("The database is in {encoding} and not in UTF8.").format(encoding=encoding),
                tr("Make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"),
            )
        if not able:
            raise WorkspaceError(
                tr("“{login}” may not look after this database.").format(login=address.login),
                tr(
                    "It must own the database and be allowed to make roles: ALTER ROLE … CREATEROLE; ALTER DATABASE … OWNER TO …"
                ),
            )
        return
    raise told


_OWNS = text(
    "SELECT tableowner = current_user FROM pg_tables WHERE schemaname = 'public' AND tablename = 'alembic_version'"
)
_LACKING = "SELECT bool_or(to_regprocedure(name) IS NULL) FROM unnest(%s::text[]) AS name"
_ABLE = text(
    "SELECT pg_encoding_to_char(encoding), (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) "
    "OR pg_has_role(datdba, 'USAGE') AND (SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user) "
    "FROM pg_database WHERE datname = current_database()"
)


def _old_enough(connection: Connection) -> None:
    server: Any = connection.connection.dbapi_connection
    if server.info.server_version < OLDEST:
        raise WorkspaceError(
            tr("The server is too old: PostgreSQL {version}.").format(version=server.info.server_version // 10000),
            tr("SalesOS needs PostgreSQL 15 or newer. Ask whoever looks after the server."),
        )


def _look(connection: Connection, address: Address, owner: bool) -> None:
    _old_enough(connection)
    # Out of the catalogue, which everybody may read.
    if connection.exec_driver_sql("SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'salesos'").first() is None:
        raise WorkspaceError(
            tr("There is no workspace of SalesOS in the database “{database}”.").format(database=address.database),
            tr("Check its name. The administrator makes one with: salesos-desktop server init"),
        )
    found = connection.exec_driver_sql("SELECT version_num FROM public.alembic_version").scalar()
    if found != HEAD:
        raise _other_layout(str(found))
    if owner and connection.execute(_OWNS).scalar():
        return
    if connection.exec_driver_sql(_LACKING, (list(CALLED),)).scalar():
        # Of the same layout, but its functions are those of an earlier program.
        raise _other_layout("")
    if connection.exec_driver_sql("SELECT salesos.me()").scalar() is None:
        raise nobody(address)


def _other_layout(found: str) -> UserError:
    # Revisions are numbers that grow: a program need not know those of its successors.
    if found < HEAD:
        return WorkspaceError(
            tr("The team's workspace is older than this program."),
            tr("Nothing was changed. The administrator brings it up to date with: salesos-desktop server upgrade"),
        )
    return WorkspaceError(
        tr("The team's workspace is newer than this program."),
        tr("Nothing was changed. Update the program, then open it again."),
    )
