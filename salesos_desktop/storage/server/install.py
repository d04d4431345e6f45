"""Brings what the database does by itself to what this version of the program knows; done with each upgrade."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from importlib import resources
from typing import Any, cast

import psycopg
from sqlalchemy import Connection

from ...domain.money import EXPONENTS
from ...domain.points import DEFAULT_POINTS
from ...errors import WorkspaceError
from ...i18n import tr
from .. import tracking
from ..schema import TABLES
from ..search_texts import FINDABLE, entry_id
from . import bounds, drift, finding, sight
from .rights import SUBJECTS, rights

UNLOGGED = frozenset({
    "change_log", "change_row", "history", "points", "notification", "setting", "id_counter", "total", "stage_total",
    "search_entry", "search_word",
})  # fmt: skip
"""Tables whose rows have no place in the feed: they are the feed, follow from other rows, or are marks."""
_LONGEST = "3min"
_TRIES = 12
_MARKS = {"person": frozenset({"visited_at"})}
"""Columns that are marks of what was read, and no change."""

NAMED = "INSERT INTO public.setting (name, value) VALUES ('workspace', to_json(gen_random_uuid())::text) ON CONFLICT DO NOTHING"
"""Gives a workspace that has none an identity, which its backups keep: by it a computer knows whose drafts it holds."""


def install(connection: Connection) -> None:
    """Makes or replaces functions and triggers, inside the transaction of the upgrade."""
    # Past SQLAlchemy, in whose statements a percent sign is no percent sign.
    server = cast(Any, connection.connection.dbapi_connection)
    server.execute("SET LOCAL search_path = public")
    made = made_for(server)
    for statement in made:
        server.execute(statement)
    drift.keep(server, made)


def made_for(server: Any) -> list[str]:
    """All that it takes in the database of a connection."""
    number = server.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()[0]
    return list(statements(number))


def alone(connection: Connection) -> None:
    """Waits until nobody else brings this database up to date or reads it, and keeps others waiting until the end of the
    transaction.

    Raises WorkspaceError when that takes long.
    """
    server = cast(Any, connection.connection.dbapi_connection)
    server.execute(f"SET LOCAL lock_timeout = '{_LONGEST}'")
    try:
        _lock(server)
    except psycopg.errors.LockNotAvailable as error:
        raise WorkspaceError(
            tr("Somebody else has been bringing the workspace up to date for minutes."),
            tr("Nothing was changed. Try again later."),
        ) from error
    shut(server)


def _lock(server: Any) -> None:
    """Locks what only the owner may: an advisory lock everybody could take. In a new database it is made, by one at a time."""
    server.execute("SAVEPOINT made")
    try:
        server.execute(_TURN)
    except psycopg.errors.UniqueViolation:
        # Somebody else has made it meanwhile.
        server.execute("ROLLBACK TO SAVEPOINT made")
        server.execute(_TURN)
    server.execute("LOCK TABLE salesos.turn IN SHARE UPDATE EXCLUSIVE MODE")


def shut(server: Any) -> None:
    """Locks every table of the workspace until the end of the transaction, asking each time for less long than it takes to find a
    deadlock, so that nobody else is made to give up; a person's session that has read in a transaction and does nothing is ended.

    Raises WorkspaceError with who reads.
    """
    names = ", ".join(row[0] for row in server.execute(_SHUT).fetchall())
    if not names:
        return
    server.execute("SET LOCAL lock_timeout = '800ms'")
    server.execute("SAVEPOINT open")
    for left in reversed(range(_TRIES)):
        try:
            server.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        except psycopg.errors.LockNotAvailable:
            server.execute("ROLLBACK TO SAVEPOINT open")
            server.execute("SELECT pg_stat_clear_snapshot()")
            if left:
                server.execute(_END_IDLE)
                time.sleep(random.uniform(0.1, 0.5))
        else:
            return
    readers = ", ".join(row[0] for row in server.execute(_READERS).fetchall())
    raise WorkspaceError(
        tr("The server's workspace is being read without a pause: {names}.").format(names=readers or "–"),
        tr("Nothing was changed. Try again."),
    )


_TURN = "CREATE SCHEMA IF NOT EXISTS salesos; CREATE TABLE IF NOT EXISTS salesos.turn (id integer PRIMARY KEY CHECK (id = 1))"
_SHUT = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('public', 'salesos') AND tablename <> 'turn' ORDER BY 1
"""
_HOLDING = """
FROM pg_stat_activity AS a WHERE datname = current_database() AND pid <> pg_backend_pid() AND EXISTS (
    SELECT FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation AND c.relkind = 'r'
    WHERE l.pid = a.pid AND l.granted AND c.relnamespace IN ('public'::regnamespace, 'salesos'::regnamespace))
"""
_READERS = f"SELECT DISTINCT usename {_HOLDING} ORDER BY 1"
_END_IDLE = f"""
SELECT pg_terminate_backend(pid) {_HOLDING} AND state LIKE 'idle in transaction%'
AND state_change < clock_timestamp() - interval '2 s' AND pg_has_role(usesysid, 'USAGE')
AND shobj_description(usesysid, 'pg_authid') = 'SalesOS Desktop'
"""
_FRESH = """
DO $$ DECLARE one text; BEGIN
    FOR one IN
        SELECT drop FROM (
            SELECT 0, 0, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
            WHERE contype = 'c' AND conname = '{bounds}' AND connamespace = 'public'::regnamespace
            UNION ALL SELECT 1, 0, format('DROP POLICY %I ON %I.%I', policyname, schemaname, tablename)
            FROM pg_policies WHERE {policies}
            UNION ALL SELECT 2, 0, format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass) FROM pg_trigger AS t
            JOIN pg_proc AS p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND p.pronamespace = 'salesos'::regnamespace
            UNION ALL SELECT 3, -oid::bigint, format('DROP VIEW %s', oid::regclass) FROM pg_class
            WHERE relkind = 'v' AND relnamespace = 'salesos'::regnamespace
            UNION ALL SELECT 4, 0, format('DROP FUNCTION %s', oid::regprocedure) FROM pg_proc
            WHERE prokind = 'f' AND pronamespace = 'salesos'::regnamespace) AS found (kind, turn, drop)
        ORDER BY kind, turn
    LOOP
        BEGIN
            EXECUTE one;
        EXCEPTION WHEN dependent_objects_still_exist THEN
            -- Somebody has built on it: it is replaced where it stands.
        END;
    END LOOP;
END $$
""".format(bounds=bounds.NAME, policies=drift.OUR_TABLES.format(schema="schemaname", table="tablename"))
"""Takes away our CHECKs, all policies of our tables, all triggers that call us, and our views and functions: those of an older
version, of which a signature may be another, stay nowhere."""


def statements(database: int) -> Iterator[str]:
    """All that it takes, in order; ``database`` is its number."""
    yield from (
        "CREATE SCHEMA IF NOT EXISTS salesos",
        _FRESH,
        NAMED,
        _part("record.sql"),
        *_rules(),
        _part("feed.sql"),
        _part("rights.sql"),
        _part("points.sql"),
        _part("guards.sql"),
        _part("members.sql"),
        _part("contents.sql"),
        _part("presence.sql"),
        _part("figures.sql"),
        _part("challenges.sql"),
        _part("assigning.sql"),
        *finding.functions(),
        finding.filled(_part("finding.sql")),
        *sight.functions(),
        *_triggers(),
    )
    yield from rights(database)
    yield from bounds.bounds()


def _part(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _rules() -> Iterator[str]:
    """What the program's rules have in numbers, usual points and digits of currencies, and what of a search is for everybody: a
    word is learnt."""
    points = ", ".join(f"('{reason}', {points}::bigint)" for reason, points in DEFAULT_POINTS.items())
    yield f"CREATE OR REPLACE VIEW salesos.usual_points (reason, points) AS VALUES {points}"
    digits = " ".join(f"WHEN '{currency}' THEN {digits}" for currency, digits in EXPONENTS.items())
    yield (
        "CREATE OR REPLACE FUNCTION salesos.exponent(currency text) RETURNS integer LANGUAGE sql IMMUTABLE "
        f"SET search_path = pg_catalog, pg_temp AS $$ SELECT CASE currency {digits} ELSE 2 END $$"
    )
    yield (
        "CREATE OR REPLACE FUNCTION salesos.learn(word text) RETURNS void LANGUAGE sql SECURITY DEFINER "
        "SET search_path = pg_catalog, public, pg_temp AS $$ INSERT INTO public.search_word (word) "
        "SELECT learn.word WHERE length(learn.word) <= 64 ON CONFLICT DO NOTHING $$"
    )


def _triggers() -> Iterator[str]:
    for name in TABLES:
        if name not in UNLOGGED:
            kept = [column.name for column in TABLES[name].columns if column.name not in _MARKS.get(name, ())]
            events = "INSERT OR DELETE OR UPDATE" + (f" OF {', '.join(kept)}" if name in _MARKS else "")
            yield _trigger("begin_writing", f"BEFORE {events}", name, "STATEMENT", "begin_writing()")
            yield _trigger("follow", f"AFTER {events}", name, "ROW", f"follow({', '.join(_followed(name))})")
    for subject in SUBJECTS:
        yield _trigger(
            "mark_entries", "AFTER UPDATE OF name, deleted_at, merged_into_id", subject, "ROW", "mark_entries()"
        )
    for kind in FINDABLE:
        yield _trigger("forget", "AFTER DELETE", kind, "ROW", f"forget('{entry_id(kind, 0)}')")
    yield _trigger("follow_totals", "AFTER INSERT OR DELETE OR UPDATE", "opportunity", "ROW", "follow_totals()")
    yield (
        "CREATE CONSTRAINT TRIGGER close_unit AFTER INSERT ON public.change_log DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION salesos.close_unit()"
    )


def _trigger(name: str, when: str, table: str, each: str, what: str) -> str:
    return f"CREATE OR REPLACE TRIGGER {name} {when} ON public.{table} FOR EACH {each} EXECUTE FUNCTION salesos.{what}"


def _followed(table: str) -> list[str]:
    """The arguments of ``follow``."""
    child = tracking.CHILDREN.get(table)
    if child is not None:
        return ["'child'", *(f"'{each}'" for each in child.subject)]
    fields = tracking.TRACKED.get(table)
    return [] if fields is None else [f"'{','.join(fields)}'"]
