"""Reads the change log: what others committed, and what can be undone or redone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, bindparam, exists, func, select, text, update
from sqlalchemy.ext.compiler import compiles

from ..domain.changes import BULK_LIMIT, ChangeSet, Notice, RowChange, marked, unmarked
from .encoding import decode
from .schema import TABLES
from .schema.play import points
from .schema.stream import change_log, change_row, history, notification
from .tracking import TRACKED
from .values import Entry, Head, LoggedChange

Own = tuple[str, int]
"""The origin of a window's commits and the id of the person who makes them."""
Values = dict[str, Any] | None
RowKey = tuple[str, int]
Logged = tuple[int, str, int, Values, Values]
"""Of a row that a commit changed: the commit, table and id, the columns that changed before and after; None before an insert and
after a delete."""
_BATCH = 500
_LOOKED_BACK = 20
"""Changes of a row among which the last of a column is looked for."""


class _Label(ColumnElement[str]):
    """What a commit of ``change_log`` is called: in a file the column, on a server NULL for one that is not told it."""

    inherit_cache = True
    type = Text()


@compiles(_Label)
def _in_a_file(_element: _Label, _compiler: Any, **_more: Any) -> str:
    return "change_log.label"


@compiles(_Label, "postgresql")
def _on_a_server(_element: _Label, _compiler: Any, **_more: Any) -> str:
    return "(SELECT said.label FROM salesos.said WHERE said.seq = change_log.seq)"


LABEL = _Label()
HEADER = (
    *(column for column in change_log.c if column.name not in ("label", "points")),
    select(func.coalesce(func.sum(points.c.points), 0))
    .where(points.c.change_seq == change_log.c.seq)
    .scalar_subquery()
    .label("points"),
    exists().where(notification.c.change_seq == change_log.c.seq).label("tells"),
)
"""Of a commit what everybody knows who sees a row of it; its points are those that they see, and ``tells`` is whether it has told
somebody something that they may see."""


def last_seq(connection: Connection) -> int:
    """Number of the newest commit, 0 when there is none."""
    if connection.dialect.name == "postgresql":
        # Also of commits that a person is not told of, which the rows of the table would hide.
        return int(connection.execute(_LAST_SEQ).scalar_one())
    return connection.execute(select(func.max(change_log.c.seq))).scalar() or 0


def last_seq_before(connection: Connection, moment: datetime) -> int:
    """Number of the newest commit before an instant, 0 when there is none."""
    newest = select(change_log.c.seq).where(change_log.c.at < moment).order_by(change_log.c.seq.desc()).limit(1)
    return connection.execute(newest).scalar() or 0


def undo_candidate(connection: Connection, actor_id: int, since: datetime) -> Entry | None:
    """The newest commit of a person that can be taken back, None when there is none since an instant."""
    return _entry(
        connection,
        _HEAD.where(change_log.c.actor_id == actor_id, change_log.c.undoable, change_log.c.state == "done")
        .where(change_log.c.at >= since)
        .order_by(change_log.c.seq.desc())
        .limit(1),
    )


def redo_candidate(connection: Connection, actor_id: int, since: datetime) -> Entry | None:
    """The commit that the next redo brings back: the earliest undone one, since an instant, after everything that stands."""
    mine = (change_log.c.actor_id == actor_id, change_log.c.undoable)
    newest_done = select(func.coalesce(func.max(change_log.c.seq), 0)).where(*mine, change_log.c.state == "done")
    return _entry(
        connection,
        _HEAD.where(*mine, change_log.c.state == "undone", change_log.c.seq > newest_done.scalar_subquery())
        .where(change_log.c.at >= since)
        .order_by(change_log.c.seq)
        .limit(1),
    )


def last_reversal(connection: Connection, seq: int) -> int:
    """Number of the newest commit that undid or redid commit ``seq``."""
    return connection.execute(select(func.max(change_log.c.seq)).where(change_log.c.reverts == seq)).scalar_one()  # type: ignore[no-any-return]


def set_state(connection: Connection, seq: int, state: str) -> None:
    """Marks a commit ``done`` or ``undone``."""
    if connection.dialect.name == "postgresql":
        connection.execute(_MARK, {"seq": seq, "state": state})
    else:
        connection.execute(update(change_log).where(change_log.c.seq == seq).values(state=state))


def changes_backwards(connection: Connection, seq: int) -> Iterator[list[LoggedChange]]:
    """Rows of a commit from the last written to the first, in batches, with flat memory."""
    upper = 2**31 - 1
    while True:
        rows = connection.execute(_ROWS_BEFORE, {"s": seq, "upper": upper}).all()
        if not rows:
            return
        yield [LoggedChange(r[1], r[2], decode(TABLES[r[1]], r[3]), decode(TABLES[r[1]], r[4])) for r in rows]
        upper = rows[-1][0]


def rows_in(connection: Connection, seq: int, table: str) -> list[LoggedChange]:
    """What a commit did to rows of a table, in order; of a change only the columns that differ."""
    rows = connection.execute(
        select(change_row.c.row_id, change_row.c.before, change_row.c.after)
        .where(change_row.c.seq == seq, change_row.c.table_name == table)
        .order_by(change_row.c.n)
    )
    return [LoggedChange(table, r[0], decode(TABLES[table], r[1]), decode(TABLES[table], r[2])) for r in rows]


def removed_row(connection: Connection, subject: tuple[str, int], table: str, row_id: int) -> dict[str, Any] | None:
    """A row that hung on ``subject`` (table and id) as it was when it was last taken away; None when it never was."""
    gone = (
        select(change_row.c.before)
        .join(history, history.c.change_seq == change_row.c.seq)
        .where(
            history.c.subject_table == subject[0], history.c.subject_id == subject[1], history.c.field == table,
            change_row.c.table_name == table, change_row.c.row_id == row_id, change_row.c.after.is_(None),
        )
        .order_by(change_row.c.seq.desc())
        .limit(1)
    )  # fmt: skip
    return decode(TABLES[table], connection.execute(gone).scalar())


def is_marked(connection: Connection, actor_id: int, mark: str, but: int = 0) -> bool:
    """Whether a person has made a commit of this mark, ``but`` for the one of this number."""
    # Not every column of it may be read by every role.
    there = select(change_log.c.seq).where(
        change_log.c.actor_id == actor_id, change_log.c.origin.endswith(marked("", mark)), change_log.c.seq != but
    )
    return connection.execute(there.limit(1)).scalar() is not None


def who_changed(connection: Connection, table: str, row_id: int, after_seq: int) -> int | None:
    """The person who last changed a row after commit ``after_seq``, None when nobody did."""
    return connection.execute(
        select(change_log.c.actor_id)
        .join(change_row, change_row.c.seq == change_log.c.seq)
        .where(change_log.c.seq > after_seq, change_row.c.table_name == table, change_row.c.row_id == row_id)
        .order_by(change_log.c.seq.desc())
        .limit(1)
    ).scalar()


def last_change(
    connection: Connection, table: str, row_id: int, column: str
) -> tuple[int | None, datetime | None, int]:
    """The person who last changed a column of a row, when, and in which commit; (None, None, 0) when nobody is found."""
    if table in TRACKED:
        entry = (
            select(history.c.actor_id, history.c.at, history.c.change_seq)
            .where(history.c.subject_table == table, history.c.subject_id == row_id, history.c.field == column)
            .order_by(history.c.id.desc())
        )
        rows: list[Any] = list(connection.execute(entry.limit(1)))
    else:
        logged = (
            select(change_log.c.actor_id, change_log.c.at, change_log.c.seq, change_row.c.after)
            .join(change_row, change_row.c.seq == change_log.c.seq)
            .where(change_row.c.table_name == table, change_row.c.row_id == row_id)
            .order_by(change_log.c.seq.desc())
        )
        rows = [
            row for row in connection.execute(logged.limit(_LOOKED_BACK)) if column in json.loads(row.after or "{}")
        ]
    return tuple(rows[0][:3]) if rows else (None, None, 0)


def since(connection: Connection, seq: int, own: Own = ("", -1)) -> list[ChangeSet]:
    """Commits after ``seq`` in order, except one's own; too many rows in all come as one bulk mark each."""
    heads = connection.execute(_HEADS_AFTER, {"seq": seq}).all()
    if not heads or max(len(heads), sum(h.rows for h in heads)) > BULK_LIMIT:
        return change_sets(heads, own)
    telling = [h.seq for h in heads if h.tells]
    notices = _notices(connection, telling) if telling else ()
    return change_sets(heads, own, _full_changes(connection, [h.seq for h in heads]), notices)


def is_own(head: Row[Any] | Head, own: Own) -> bool:
    """Whether a commit was made by this window: by its origin, which anybody may write, and by who made it."""
    return (unmarked(head.origin), head.actor_id or 0) == own


def change_sets(
    heads: Sequence[Row[Any] | Head],
    own: Own,
    changes: Mapping[int, list[RowChange] | None] | None = None,
    notices: Sequence[Notice] = (),
) -> list[ChangeSet]:
    """The change sets of these commits, except one's own. They are called nothing: that is told to who made them.

    ``changes`` of each commit by its number, None for one with a row that the person may no longer see; without it all come as
    bulk marks.
    """
    return [
        ChangeSet(
            seq=h.seq,
            at=h.at,
            actor_id=h.actor_id or 0,
            origin="" if unmarked(h.origin) == own[0] else unmarked(h.origin),
            verb=h.verb,
            label="[]",
            changes=() if changes is None else tuple(changes.get(h.seq, ()) or ()),
            notices=tuple(notice for notice in notices if notice.change_seq == h.seq),
            points=h.points,
            undoable=h.undoable,
            bulk=changes is None or changes.get(h.seq, ()) is None,
            tables=frozenset(h.tables.split(",")),
        )
        for h in heads
        if not is_own(h, own)
    ]


def whole_changes(logged: Iterable[Logged], now: Mapping[RowKey, Values]) -> dict[int, list[RowChange] | None]:
    """Whole rows before and after each commit, by its number, rebuilt backwards from the rows as they are ``now``; None for a
    commit with a row that is not among them, because the person may no longer see it. ``logged`` is in full and newest first.
    """
    current: dict[RowKey, Values] = dict(now)
    found: dict[int, list[RowChange] | None] = {}
    for seq, table, row_id, before, after in logged:
        whole = current.get((table, row_id))
        earlier = before if before is None or after is None else {**(whole or {}), **before}
        here = found.setdefault(seq, [])
        if after is not None and whole is None:
            found[seq] = earlier = None
        elif here is not None:
            here.insert(0, RowChange(table, row_id, earlier, whole if after else None))
        current[table, row_id] = earlier
    return found


def _full_changes(connection: Connection, seqs: list[int]) -> dict[int, list[RowChange] | None]:
    logged: list[Logged] = [
        (r.seq, r.table_name, r.row_id, decode(TABLES[r.table_name], r.before), decode(TABLES[r.table_name], r.after))
        for r in connection.execute(_ROWS_OF, {"seqs": seqs})
    ]
    now: dict[RowKey, Values] = {}
    for name in {table for _, table, *_ in logged}:
        ids = {row_id for _, table, row_id, *_ in logged if table == name}
        for row in connection.execute(_rows_now(name), {"ids": list(ids)}).mappings():
            now[name, row["id"]] = dict(row)
    return whole_changes(logged, now)


@cache
def _rows_now(table_name: str) -> Select[Any]:
    table = TABLES[table_name]
    return select(table).where(table.c.id.in_(bindparam("ids", expanding=True)))


def _notices(connection: Connection, seqs: list[int]) -> list[Notice]:
    return [
        Notice(
            r.id, r.person_id, r.at, r.kind, r.title, r.body, r.subject_table, r.subject_id, r.change_seq, r.read_at is not None
        )
        for r in connection.execute(_NOTICES_OF, {"seqs": seqs})
    ]  # fmt: skip


def _entry(connection: Connection, statement: Any) -> Entry | None:
    row = connection.execute(statement).first()
    return None if row is None else Entry(row[0], row[1], row[2], row[3], row[4])


# Made once: whoever follows a server asks them at each commit of anybody.
_HEADS_AFTER = select(*HEADER).where(change_log.c.seq > bindparam("seq")).order_by(change_log.c.seq)
_ROWS_OF = (
    select(change_row)
    .where(change_row.c.seq.in_(bindparam("seqs", expanding=True)))
    .order_by(change_row.c.seq.desc(), change_row.c.n.desc())
)
_NOTICES_OF = (
    select(notification)
    .where(notification.c.change_seq.in_(bindparam("seqs", expanding=True)))
    .order_by(notification.c.id)
)
_LAST_SEQ = text("SELECT salesos.last_seq()")
_MARK = text("SELECT salesos.mark(:seq, :state)")
_HEAD = select(change_log.c.seq, change_log.c.actor_id, change_log.c.verb, LABEL, change_log.c.rows)
_ROWS_BEFORE = (
    select(change_row.c.n, change_row.c.table_name, change_row.c.row_id, change_row.c.before, change_row.c.after)
    .where(change_row.c.seq == bindparam("s"), change_row.c.n < bindparam("upper"))
    .order_by(change_row.c.n.desc())
    .limit(_BATCH)
)
