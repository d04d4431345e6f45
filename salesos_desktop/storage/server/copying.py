"""A whole workspace out of a file into a server's tables, and out of them into a file: every row as it is, with its number.

On a server it is the owner of the tables who does it, in one transaction with the turn to write, with triggers and references
off so that what was recorded is not recorded again; references are made again at the end and prove themselves. Nothing of it
needs more than owning the tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import Connection, String, Table, Text

from ...domain.changes import BULK_LIMIT
from ..schema import TABLES, metadata
from ..schema.base import Utc
from . import install

Progress = Callable[[str, int, int], None]
"""Told of each table: its name, how many are done and how many there are."""
Row = Mapping[str, Any]
_ORDER: Sequence[Table] = metadata.sorted_tables
_ALL = ", ".join(f"public.{table.name}" for table in _ORDER)
_SERIAL = ("history", "id"), ("points", "id"), ("notification", "id"), ("search_word", "id"), ("change_log", "seq")
WORK = ("opportunity", "lead", "contact", "company", "activity", "note", "attachment", "product", "quota")
"""Tables that are empty where nobody has worked yet."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A file that is only read, in one consistent state."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as file:
        file.row_factory = sqlite3.Row
        file.execute("BEGIN")
        yield file


def broken(file: sqlite3.Connection) -> bool:
    """Whether the pages of a file do not fit together."""
    try:
        return str(file.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok"
    except sqlite3.DatabaseError:
        return True


def counts(file: sqlite3.Connection) -> dict[str, int]:
    """Rows by table, of those that have any."""
    found = {table.name: file.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0] for table in _ORDER}
    return {name: count for name, count in found.items() if count}


def people_of(file: sqlite3.Connection) -> list[dict[str, Any]]:
    """Everybody in a file, with all columns, by id."""
    return [dict(row) for row in file.execute("SELECT * FROM person ORDER BY id")]


def setting_of(file: sqlite3.Connection, name: str) -> str | None:
    """A setting of a file, as JSON."""
    row = file.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
    return None if row is None else str(row[0])


def contents_of(file: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """(hash, person or 0, bytes) of every content that an attachment names, each once."""
    return [
        (row[0], row[1], row[2])
        for row in file.execute(
            "SELECT DISTINCT sha256, coalesce(added_by, 0), size FROM attachment WHERE sha256 <> '' ORDER BY 1, 2"
        )
    ]


def too_long(file: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """(table, column, most signs) wherever a text is longer than a server takes, which a file does not count."""
    found = []
    for table in _ORDER:
        for column in table.columns:
            if isinstance(column.type, String) and not isinstance(column.type, Text) and column.type.length:
                longer = f"SELECT 1 FROM {table.name} WHERE length({column.name}) > ? LIMIT 1"
                if file.execute(longer, [column.type.length]).fetchone():
                    found.append((table.name, column.name, column.type.length))
    return found


def broken_references(file: sqlite3.Connection) -> list[tuple[str, int, str]]:
    """(table, row, table that it names) of rows that name one that is not there; a hundred at most."""
    found = file.execute("PRAGMA foreign_key_check").fetchmany(100)
    return [(row[0], row[1] or 0, row[2]) for row in found]


def people(connection: Connection) -> list[dict[str, Any]]:
    """Everybody on a server, with all columns, by id."""
    return [dict(row) for row in connection.exec_driver_sql("SELECT * FROM person ORDER BY id").mappings()]


def worked_on(connection: Connection) -> dict[str, int]:
    """Rows of the tables that are empty where nobody has worked yet, of those that have any."""
    found = {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in WORK}
    return {name: count for name, count in found.items() if count}


def may_read_all(connection: Connection) -> bool:
    """Whether whoever is connected sees every row."""
    return connection.exec_driver_sql("SELECT salesos.my_role()").scalar() == "admin"


def may_write_in(connection: Connection) -> bool:
    """Whether whoever is connected owns every table."""
    mine = connection.exec_driver_sql(
        "SELECT bool_and(pg_has_role(tableowner, 'USAGE')) FROM pg_tables WHERE schemaname = 'public'"
    )
    return bool(mine.scalar())


def shut(connection: Connection) -> None:
    """Nobody else reads or writes the tables until the end of the transaction. Raises WorkspaceError when somebody does long."""
    install.shut(_server(connection))


def write_in(
    connection: Connection, file: sqlite3.Connection, logins: Iterable[tuple[int | None, Row]], progress: Progress
) -> dict[str, int]:
    """Puts all rows of a file in place of those of the server, inside its transaction; returns how many by table.

    ``logins``: of each who connects here, the person that they are in the file, None for one who is added, and their row here.
    No number that the server has given is given again.
    """
    server = _server(connection)
    server.execute("SET LOCAL timezone = 'UTC'")
    counted = server.execute("SELECT name, next FROM public.id_counter").fetchall()
    references = server.execute(_REFERENCES).fetchall()
    for table, name, _ in references:
        server.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in _ORDER:
        server.execute(f"ALTER TABLE public.{table.name} DISABLE TRIGGER USER")
    server.execute(f"TRUNCATE {_ALL}")
    written = {}
    for place, each in enumerate(_ORDER):
        progress(each.name, place, len(_ORDER))
        written[each.name] = _copy_in(server, file, each)
    server.execute("DELETE FROM public.setting WHERE name = 'local_person'")
    server.execute(install.NAMED)
    _give_logins(server, logins)
    for name, following in counted:
        server.execute("UPDATE public.id_counter SET next = greatest(next, %s) WHERE name = %s", [following, name])
    for name, column in _SERIAL:
        server.execute(_CONTINUE.format(table=name, column=column))
    for table, name, definition in references:
        server.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    return written


def open_again(connection: Connection, actor_id: int, verb: str, label: str) -> None:
    """Ends what ``write_in`` began: marks it in the feed, so that every program loads afresh; the database records again."""
    server = _server(connection)
    seq = server.execute(_MARK, [actor_id or None, verb, label, BULK_LIMIT + 1, ",".join(sorted(TABLES))]).fetchone()[0]
    for table in _ORDER:
        server.execute(f"ALTER TABLE public.{table.name} ENABLE TRIGGER USER")
        server.execute(f"ANALYZE public.{table.name}")
    server.execute("SELECT salesos.learn_reach()")
    # What was noted of the rows that were there.
    for name in ("presence", "stale_entry", "reserved", "given_lead"):
        server.execute(f"DELETE FROM salesos.{name}")
    server.execute("SELECT pg_notify('salesos', %s)", [str(seq)])


def write_out(
    connection: Connection, file: sqlite3.Connection, local_person: int, progress: Progress
) -> dict[str, int]:
    """Puts all rows that a server's connection sees into a file of the same layout; returns how many by table.

    ``local_person`` is who the file belongs to when it is opened by itself.
    """
    server = _server(connection)
    server.execute("SET LOCAL statement_timeout = 0")
    server.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    written = {}
    file.execute("BEGIN")
    for place, table in enumerate(_ORDER):
        progress(table.name, place, len(_ORDER))
        file.execute(f"DELETE FROM {table.name}")
        names = _columns(table)
        shown = ", ".join(_SHOWN.get(type(table.c[name].type).__name__, "{0}").format(name) for name in names)
        put = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        with server.cursor().copy(f"COPY (SELECT {shown} FROM public.{table.name}) TO STDOUT") as copy:
            written[table.name] = file.executemany(put, copy.rows()).rowcount if names else 0
    file.execute("DELETE FROM setting WHERE name = 'local_person'")
    file.execute("INSERT INTO setting (name, value) VALUES ('local_person', ?)", [str(local_person)])
    file.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    file.execute("COMMIT")
    return written


def damage(file: sqlite3.Connection, written: Mapping[str, int]) -> str:
    """What is wrong with a file that was just written, empty when nothing is."""
    if broken(file):
        return "integrity_check"
    if broken_references(file):
        return str(broken_references(file)[0])
    there = counts(file) | {"setting": written["setting"]}
    wrong = [name for name, count in written.items() if there.get(name, 0) != count]
    return f"{wrong[0]}: {there.get(wrong[0], 0)} ≠ {written[wrong[0]]}" if wrong else ""


def _copy_in(server: Any, file: sqlite3.Connection, table: Table) -> int:
    names = ", ".join(_columns(table))
    rows, count = file.execute(f"SELECT {names} FROM {table.name}"), 0
    with server.cursor().copy(f"COPY public.{table.name} ({names}) FROM STDIN") as copy:
        for count, row in enumerate(rows, start=1):  # noqa: B007
            copy.write_row(row)
    return count


def _give_logins(server: Any, logins: Iterable[tuple[int | None, Row]]) -> None:
    """Who connects stays who they were, with the same role; nobody else has a login."""
    server.execute("UPDATE public.person SET login = ''")
    for known, here in logins:
        person_id = known
        if person_id is None:
            person_id = server.execute(_NUMBER).fetchone()[0]
            values = {**here, "id": person_id, "team_id": None}
            names = ", ".join(values)
            server.execute(
                f"INSERT INTO public.person ({names}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values())
            )
        server.execute(_LOGIN, [here["login"], here["role"], here["email"], person_id])


def _columns(table: Table) -> list[str]:
    """All but the transaction, which means nothing elsewhere."""
    return [column.name for column in table.columns if column.name != "xid"]


def _server(connection: Connection) -> Any:
    # Past SQLAlchemy, in whose statements a percent sign is no percent sign, and for COPY.
    return cast(Any, connection.connection.dbapi_connection)


_SHOWN = {Utc.__name__: "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", "Boolean": "{0}::integer"}
"""How a file writes the types that it has not."""
_REFERENCES = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
_CONTINUE = (
    "SELECT setval(pg_get_serial_sequence('public.{table}', '{column}'), greatest((SELECT coalesce(max({column}), 0) + 1 "
    "FROM public.{table}), nextval(pg_get_serial_sequence('public.{table}', '{column}'))), false)"
)
_NUMBER = "UPDATE public.id_counter SET next = next + 1 WHERE name = 'person' RETURNING next - 1"
_LOGIN = (
    "UPDATE public.person SET login = %s, role = %s, active = true, email = CASE email WHEN '' THEN %s ELSE email END "
    "WHERE id = %s"
)
_MARK = (
    "INSERT INTO public.change_log (at, actor_id, origin, verb, label, undoable, state, rows, points, tables, xid) VALUES "
    "(clock_timestamp(), %s, 'cli', %s, %s, false, 'done', %s, 0, %s, pg_current_xact_id()::text::bigint) RETURNING seq"
)
