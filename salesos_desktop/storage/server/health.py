"""What is wrong with a server, each in a sentence with its cure; nothing where all is well."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ...domain.teams import Address
from ...errors import NeedsPassword
from ...i18n import number, tr
from ..engine import open_url
from ..migrate import HEAD
from . import drift, feed
from .entering import OLDEST, options
from .install import made_for
from .listening import Ear
from .refusals import refused

SKEW = 5.0
"""Seconds that the clocks of server and computer may differ."""
LAG = 30.0
"""Seconds that a replica may be behind."""
FULL = 0.2
"""Part of the queue of notifications that may be waiting."""
KEPT = 1 << 30
"""Bytes that a server may keep for a replica that is not there."""
_QUARTER = 900
_HEARD = 3.0
_SHOWN = 5


class Finding(NamedTuple):
    """What is wrong and what to do; ``code`` is the same in every language. A ``note`` is no fault."""

    code: str
    title: str
    cure: str
    note: bool = False


def findings(engine: Engine, address: Address) -> list[Finding]:
    """All of them, the gravest first. Raises what connecting raises."""
    with engine.connect() as connection:
        found = [*_server(connection), *_line(connection, address)]
        layout = list(_layout(connection))
        behind = feed.behind(connection)
        if behind is not None and behind > LAG:
            found.append(
                Finding(
                    "behind",
                    tr("This replica is {seconds} seconds behind its server.").format(seconds=number(round(behind))),
                    tr("Look at its disk and its line."),
                )
            )
        if not layout and behind is None:
            found += [*_people(connection), *_differences(connection)] if _mine(connection) else [_in_part()]
        connection.rollback()
    return [*layout, *found, *(_told(engine) if behind is None else [])]


def examine(address: Address, password: str) -> list[Finding]:
    """All of them, also that there is no way in. Raises ``NeedsPassword``."""
    engine = open_url(address.text, options(address, password))
    try:
        return findings(engine, address)
    except DBAPIError as error:
        told = refused(error.orig, address)
        if told is None:
            raise
    finally:
        engine.dispose()
    if isinstance(told, NeedsPassword):
        raise told
    return [Finding("connection", told.title, told.message)]


def _server(connection: Connection) -> Iterator[Finding]:
    server = _raw(connection)
    version = server.info.server_version
    if version < OLDEST:
        yield Finding(
            "version",
            tr("The server is too old: PostgreSQL {version}.").format(version=version // 10000),
            tr("SalesOS needs PostgreSQL 15 or newer. Ask whoever looks after the server."),
        )
    encoding, collation, owner, able, owns = _one(connection, _DATABASE)
    if encoding != "UTF8":
        yield Finding(
            "encoding",
            tr("The database is in {encoding} and not in UTF8.").format(encoding=encoding),
            tr("Make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"),
        )
    if owner is not None and not able:
        yield Finding(
            "owner",
            tr("“{login}”, who owns the tables, may not make logins, so nobody can be added.").format(login=owner),
            tr("As who looks after the server: ALTER ROLE {login} CREATEROLE").format(login=owner),
        )
    if owner is not None and not owns:
        yield Finding(
            "database",
            tr("“{login}”, who owns the tables, does not own the database.").format(login=owner),
            tr("As who looks after the server: ALTER DATABASE … OWNER TO {login}").format(login=owner),
        )
    if collation:
        yield Finding(
            "collation",
            tr("The system's rules for sorting texts have changed since the indexes were made."),
            tr("As the owner: REINDEX DATABASE …, then ALTER DATABASE … REFRESH COLLATION VERSION"),
        )
    yield from _stoppers(connection)
    yield from clock(connection)
    yield from _replicas(connection)


def _stoppers(connection: Connection) -> Iterator[Finding]:
    """What lets a single person stop everybody from writing."""
    full, prepared = _one(
        connection, "SELECT pg_notification_queue_usage(), current_setting('max_prepared_transactions')::integer"
    )
    if full > FULL:
        yield Finding(
            "notifications",
            tr(
                "What the server tells of is kept for somebody who does not listen; when it is full nobody can write any more."
            ),
            tr("End the session that has been in a transaction longest (pg_stat_activity, xact_start)."),
        )
    if prepared:
        yield Finding(
            "prepared",
            tr("Anybody may prepare a transaction, and keep everybody from writing with it."),
            tr("Set max_prepared_transactions = 0, and end those in pg_prepared_xacts with ROLLBACK PREPARED."),
        )


def clock(connection: Connection) -> Iterator[Finding]:
    """The server's clock against that of this computer; a whole number of quarters of an hour is a wrong time zone."""
    before = time.time()
    there = connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())::float8").scalar_one()
    took = time.time() - before
    ahead = there - before - took / 2
    if abs(ahead) <= SKEW + took:
        return
    zone = abs(ahead) > _QUARTER - SKEW and abs((ahead + _QUARTER / 2) % _QUARTER - _QUARTER / 2) <= SKEW + took
    yield Finding(
        "time_zone" if zone else "clock",
        tr("The server's clock and this computer's differ by {seconds} seconds ({there} there, UTC).").format(
            seconds=number(round(abs(ahead))), there=datetime.fromtimestamp(there, UTC).strftime("%Y-%m-%d %H:%M:%S")
        ),
        tr("One of them has its time zone wrong: set the zone, and let the clock follow the network (NTP).")
        if zone
        else tr("Let both follow the network's time (NTP)."),
    )


def _replicas(connection: Connection) -> Iterator[Finding]:
    for name, state, behind in connection.exec_driver_sql(_REPLICAS):
        if state != "streaming" or behind > LAG:
            yield Finding(
                "replica",
                tr("The replica “{name}” is {seconds} seconds behind ({state}).").format(
                    name=name, seconds=number(round(behind)), state=state
                ),
                tr("Look at its disk and its line; pages that read from it show older figures."),
            )
    for name, kept in connection.exec_driver_sql(_SLOTS):
        yield Finding(
            "slot",
            tr("The server keeps {megabytes} MB for the replica “{name}”, which is not there.").format(
                name=name, megabytes=number(int(kept) >> 20)
            ),
            tr("Start it, or give it up: SELECT pg_drop_replication_slot('{name}')").format(name=name),
        )


def _line(connection: Connection, address: Address) -> Iterator[Finding]:
    if not address.local and not _raw(connection).pgconn.ssl_in_use:
        yield Finding(
            "tls",
            tr("The connection with {place} is not encrypted.").format(place=address.place),
            tr(
                "Switch TLS on at the server (ssl = on, with a certificate), and leave sslmode=disable out of the address."
            ),
        )
    elif address.local:
        encrypted, listens = _one(connection, "SELECT current_setting('ssl'), current_setting('listen_addresses')")
        outside = {each.strip() for each in listens.split(",")} - {"", "localhost", "127.0.0.1", "::1"}
        if encrypted != "on" and outside:
            yield Finding(
                "tls",
                tr("The server takes connections from other machines ({names}) without TLS.").format(
                    names=", ".join(sorted(outside))
                ),
                tr("Switch TLS on at the server (ssl = on, with a certificate)."),
            )


def _told(engine: Engine) -> Iterator[Finding]:
    """Whether commits are told, and a connection stays the same one: a pooler in transaction mode does neither."""
    waker, poke = socket.socketpair()
    with waker, poke:
        ear = Ear(engine, waker)
        try:
            until = time.monotonic() + _HEARD
            while not ear.told and time.monotonic() < until:
                ear.wait(until - time.monotonic())
            told = ear.told
        finally:
            ear.close()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        sessions = {connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() for _ in range(8)}
    if not told or len(sessions) > 1:
        yield Finding(
            "pooler",
            tr("Something between (a pooler in transaction mode) keeps back what the server tells."),
            tr("Use its session mode, or connect to the server itself; until then windows ask each second."),
        )


def _layout(connection: Connection) -> Iterator[Finding]:
    if connection.exec_driver_sql("SELECT to_regclass('public.alembic_version')").scalar() is None:
        yield Finding(
            "empty", tr("There is no workspace in this database."), tr("Make one with: salesos-desktop server init")
        )
        return
    found = str(connection.exec_driver_sql("SELECT version_num FROM public.alembic_version").scalar())
    if found < HEAD:
        yield Finding(
            "older",
            tr("The workspace is older than this program."),
            tr("Bring it up to date with: salesos-desktop server upgrade"),
        )
    elif found > HEAD:
        yield Finding("newer", tr("The workspace is newer than this program."), tr("Update the program."))


def _people(connection: Connection) -> Iterator[Finding]:
    admins = connection.exec_driver_sql(
        "SELECT count(*) FROM public.person WHERE role = 'admin' AND active AND login <> ''"
    ).scalar_one()
    if not admins:
        yield Finding(
            "admins",
            tr("There is no administrator."),
            tr(
                "Make one, as the owner: salesos-desktop server add-user NAME --role admin (set-role for who has a login)"
            ),
        )
    elif admins < 2:
        yield Finding(
            "admins",
            tr("There is 1 administrator."),
            tr(
                "Make somebody else one too, so that nobody is locked out: salesos-desktop server set-role NAME --role admin"
            ),
        )
    for code, statement, title, cure in (
        ("no_login", _NO_LOGIN, tr("Without a login: {names}."),
         tr("Give one with: salesos-desktop server add-user NAME --role ROLE, or make the person inactive in the settings.")),
        ("lost_login", _LOST_LOGIN, tr("Cannot connect, because their login is not on the server: {names}."),
         tr("Take the person's access and add them again: salesos-desktop server disable-user, then add-user.")),
        ("wrong_group", _WRONG_GROUP, tr("Have not the rights of their role: {names}."),
         tr("Give the role again: salesos-desktop server set-role NAME --role ROLE")),
        ("nobody", _NOBODY, tr("Logins that may come in and are nobody in the team: {names}."),
         tr("Take them out: REVOKE … FROM …, or DROP ROLE …")),
        ("strong", _STRONG, tr("Get round what the database holds: {names}."),
         tr("As who looks after the server: ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION; REVOKE … FROM …")),
        ("large_objects", _LARGE_OBJECTS, tr("Every login may fill the disk with large objects: {names}."),
         tr("As who looks after the server, in this database: REVOKE EXECUTE ON FUNCTION … FROM PUBLIC")),
        ("settings", _SET, tr("Set so that changes are refused or leave no trace: {names}."),
         tr("As who looks after the server: ALTER DATABASE … RESET …, ALTER ROLE … RESET …")),
    ):  # fmt: skip
        names = [row[0] for row in connection.exec_driver_sql(statement)]
        if names:
            yield Finding(code, title.format(names=_some(names)), cure, note=code in ("no_login", "large_objects"))


def _differences(connection: Connection) -> Iterator[Finding]:
    changed, foreign = drift.found(_raw(connection), made_for(_raw(connection)))
    if changed:
        yield Finding(
            "rights",
            tr("Not as this version makes it: {names}.").format(names=_some(changed)),
            tr("Make it so with: salesos-desktop server upgrade"),
        )
    if foreign:
        yield Finding(
            "foreign",
            tr("Added by somebody else: {names}.").format(names=_some(foreign)),
            tr("Take it away (DROP …, REVOKE …, ALTER … OWNER TO …), for it may open what is closed."),
        )

    gone = drift.missing(_raw(connection))
    if gone:
        yield Finding(
            "structure",
            tr("Gone from the database: {names}.").format(names=_some(gone)),
            tr("As the owner: {statements}").format(statements="; ".join(list(gone.values())[:_SHOWN])),
        )


def _in_part() -> Finding:
    return Finding(
        "owner_only",
        tr("People, rights and functions were not looked at: only the owner of the tables sees them."),
        tr("Name the login that made the workspace in the address."),
        note=True,
    )


def _mine(connection: Connection) -> bool:
    return bool(
        connection.exec_driver_sql(
            "SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE schemaname = 'public' AND tablename = 'person'"
        ).scalar()
    )


def _some(names: Iterable[str]) -> str:
    all_of = list(names)
    more = len(all_of) - _SHOWN
    return ", ".join(all_of[:_SHOWN]) + (f" + {more}" if more > 0 else "")


def _one(connection: Connection, statement: str) -> Any:
    return _raw(connection).execute(statement).fetchone()


def _raw(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


_DATABASE = """
SELECT pg_encoding_to_char(encoding), datcollversion IS NOT NULL
    AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid) OR EXISTS (
    SELECT FROM pg_collation WHERE collversion <> pg_collation_actual_version(oid)),
    tableowner, o.rolsuper OR o.rolcreaterole, o.rolsuper OR pg_has_role(tableowner, datdba, 'USAGE')
FROM pg_database AS d LEFT JOIN pg_tables AS t ON t.schemaname = 'public' AND t.tablename = 'person'
LEFT JOIN pg_roles AS o ON o.rolname = t.tableowner WHERE datname = current_database()
"""
_REPLICAS = """
SELECT application_name, coalesce(state, ''), coalesce(extract(epoch FROM replay_lag), 0)::float8 FROM pg_stat_replication
WHERE state IS NOT NULL ORDER BY 1
"""
_SLOTS = f"""
SELECT slot_name, kept FROM (
    SELECT slot_name, CASE WHEN pg_is_in_recovery() THEN 0 ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) END AS kept
    FROM pg_replication_slots WHERE NOT active) AS lost
WHERE kept > {KEPT} ORDER BY 1
"""
_NO_LOGIN = "SELECT name FROM public.person WHERE active AND login = '' ORDER BY folded, id"
_LOST_LOGIN = """
SELECT p.name FROM public.person AS p LEFT JOIN pg_roles AS r ON r.rolname = p.login AND r.rolcanlogin
WHERE p.active AND p.login <> '' AND r.oid IS NULL ORDER BY p.folded, p.id
"""
_WRONG_GROUP = """
SELECT p.name FROM public.person AS p JOIN pg_roles AS r ON r.rolname = p.login AND NOT r.rolsuper
WHERE p.active AND ARRAY(
    SELECT g.role FROM salesos.role_group AS g JOIN pg_roles AS n ON n.rolname = g.name
    JOIN pg_auth_members AS m ON m.roleid = n.oid AND m.member = r.oid ORDER BY 1) <> ARRAY[p.role::text]
ORDER BY p.folded, p.id
"""
_NOBODY = """
SELECT DISTINCT r.rolname FROM salesos.role_group AS g JOIN pg_roles AS n ON n.rolname = g.name
JOIN pg_auth_members AS m ON m.roleid = n.oid JOIN pg_roles AS r ON r.oid = m.member
WHERE r.rolcanlogin AND NOT EXISTS (SELECT FROM public.person WHERE login = r.rolname AND active)
AND r.rolname <> (SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'person') ORDER BY 1
"""
_LARGE_OBJECTS = """
SELECT p.oid::regprocedure::text FROM pg_proc AS p, LATERAL aclexplode(coalesce(proacl, acldefault('f', proowner))) AS a
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN ('lo_from_bytea', 'lo_put', 'lowrite') AND a.grantee = 0 ORDER BY 1
"""
_STRONG = """
SELECT p.login FROM public.person AS p JOIN pg_roles AS r ON r.rolname = p.login
JOIN pg_tables AS t ON t.schemaname = 'public' AND t.tablename = 'person' AND t.tableowner <> p.login
WHERE p.active AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolreplication
    OR pg_has_role(r.oid, t.tableowner, 'MEMBER') OR EXISTS (
        SELECT FROM pg_roles AS g WHERE pg_has_role(r.oid, g.oid, 'MEMBER') AND g.rolname IN (
            'pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
            'pg_execute_server_program', 'pg_maintain', 'pg_signal_backend', 'pg_create_subscription')
    ) OR EXISTS (
        SELECT FROM pg_parameter_acl AS a, LATERAL aclexplode(a.paracl) AS x
        WHERE CASE x.grantee WHEN 0 THEN true ELSE pg_has_role(r.oid, x.grantee, 'MEMBER') END))
ORDER BY 1
"""
_SET = """
SELECT concat_ws(' ', setting, nullif(setrole, 0)::regrole) FROM pg_db_role_setting, LATERAL unnest(setconfig) AS setting
WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
AND setting IN ('session_replication_role=replica', 'session_replication_role=local', 'default_transaction_read_only=on')
ORDER BY 1
"""
