"""Compares what must agree: the database with itself, history with rows, days with dates, points with the ledger, names of
rows with rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select, text

from .encoding import plain
from .replay import State, bare, step
from .schema import TABLES
from .schema.play import points
from .schema.sales import opportunity
from .schema.stream import change_log, history
from .tracking import OPPORTUNITY_FIELDS


def damage(connection: Connection) -> list[str]:
    """What the database itself finds wrong, empty when sound: a file's pages, indexes and references; on PostgreSQL,
    which keeps references by itself, indexes that were left half-made and constraints that nobody has verified,
    but for the bounds of new rows (server/bounds.py)."""
    if connection.dialect.name == "sqlite":
        pages = [str(r[0]) for r in connection.execute(text("PRAGMA integrity_check(20)")) if r[0] != "ok"]
        references = connection.execute(text("PRAGMA foreign_key_check")).fetchmany(20)
        return pages + [f"foreign key: {tuple(r)}" for r in references]
    return [f"{r[0]}: {r[1]}" for r in connection.execute(text(_UNSOUND)).fetchmany(20)]


_UNSOUND = """
SELECT 'index', c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)
UNION ALL
SELECT 'constraint', conname FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND NOT convalidated AND conname <> 'salesos_bounds' ORDER BY 1, 2
"""


def history_differences(connection: Connection) -> Iterator[tuple[int, str]]:
    """(deal, field) wherever replaying the history does not give the row; field is ``*`` when one of the two is missing."""
    replayed = _replayed(connection)
    rows = connection.execute(select(opportunity).order_by(opportunity.c.id)).mappings()
    ahead = next(replayed, None)
    for row in rows:
        while ahead is not None and ahead[0] < row["id"]:
            if ahead[1] is not None:
                yield ahead[0], "*"
            ahead = next(replayed, None)
        if ahead is None or ahead[0] != row["id"] or ahead[1] is None:
            yield row["id"], "*"
            continue
        for name in OPPORTUNITY_FIELDS:
            if bare(plain(row[name])) != ahead[1].get(name):
                yield row["id"], name
        ahead = next(replayed, None)
    while ahead is not None:
        if ahead[1] is not None:
            yield ahead[0], "*"
        ahead = next(replayed, None)


def _replayed(connection: Connection) -> Iterator[tuple[int, State | None]]:
    """Deal → its fields as history has them, None when its creation was taken back; by id, with flat memory."""
    columns = (history.c.subject_id, history.c.kind, history.c.field, history.c.after)
    statement = (
        select(*columns).where(history.c.subject_table == "opportunity").order_by(history.c.subject_id, history.c.id)
    )
    current: int | None = None
    state: State | None = None
    for subject_id, kind, field, after in connection.execute(statement):
        if subject_id != current:
            if current is not None:
                yield current, state
            current, state = subject_id, None
        state = step(state, kind, field, after)
    if current is not None:
        yield current, state


def wrong_days(connection: Connection) -> list[int]:
    """Deals whose ``day`` is not their expected close (open) or closing date (closed)."""
    statement = text(
        "SELECT o.id FROM opportunity o JOIN stage s ON s.id = o.stage_id WHERE coalesce(o.day, '') <> "
        "coalesce(CASE WHEN s.kind = 'open' THEN o.expected_close ELSE o.closed_on END, '') ORDER BY o.id LIMIT 100"
        if connection.dialect.name == "sqlite"
        else "SELECT o.id FROM opportunity o JOIN stage s ON s.id = o.stage_id WHERE o.day IS DISTINCT FROM "
        "(CASE WHEN s.kind = 'open' THEN o.expected_close ELSE o.closed_on END) ORDER BY o.id LIMIT 100"
    )
    return [row[0] for row in connection.execute(statement)]


def wrong_points(connection: Connection) -> list[Any]:
    """Commits whose sum of points differs from the ledger's entries."""
    ledger = (
        select(points.c.change_seq, func.sum(points.c.points).label("total")).group_by(points.c.change_seq).subquery()
    )
    statement = (
        select(change_log.c.seq)
        .outerjoin(ledger, ledger.c.change_seq == change_log.c.seq)
        .where(change_log.c.points != func.coalesce(ledger.c.total, 0))
        .limit(100)
    )
    return [row[0] for row in connection.execute(statement)]


_LOOSE = (
    ("lead", "opportunity_id", "opportunity"),
    *((table, "merged_into_id", table) for table in ("opportunity", "lead", "contact", "company")),
)  # fmt: skip
"""Columns that name a row without the database's watching over it."""


def loose_ends(connection: Connection) -> list[tuple[str, int, str, int]]:
    """(table, row, column, row that it names) wherever that row is gone; a hundred of each at most."""
    found: list[tuple[str, int, str, int]] = []
    for table, column, target in _LOOSE:
        rows, there = TABLES[table], TABLES[target].alias()
        named = rows.c[column]
        gone = (
            select(rows.c.id, named)
            .outerjoin(there, there.c.id == named)
            .where(named.isnot(None), there.c.id.is_(None))
            .order_by(rows.c.id)
            .limit(100)
        )
        found += [(table, row[0], column, row[1]) for row in connection.execute(gone)]
    return found


def shared_numbers(connection: Connection) -> list[tuple[str, int, int]]:
    """(number in another program, first and last deal that have it) of numbers that several deals have."""
    number = opportunity.c.external_id
    statement = (
        select(number, func.min(opportunity.c.id), func.max(opportunity.c.id))
        .where(number.isnot(None), number != "", opportunity.c.deleted_at.is_(None))
        .group_by(number)
        .having(func.count() > 1)
        .order_by(number)
        .limit(100)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]
