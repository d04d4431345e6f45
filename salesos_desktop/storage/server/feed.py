"""What others committed on a server since one last looked, by the difference of two snapshots.

The numbers of the change log alone do not tell: a transaction that commits late has an earlier number than what was read
already. Each commit has its transaction in ``change_log.xid``; what this look sees and the last one could not see is new,
and nothing else is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import BigInteger, Connection, and_, bindparam, literal_column, select, text

from ...domain.changes import ChangeSet
from .. import change_log
from ..schema import TABLES
from ..schema.stream import change_log as log


def place(connection: Connection) -> str:
    """Where the stream stands for this connection: its snapshot, as PostgreSQL writes it (``xmin:xmax:running,…``).

    A replica's snapshots do not say what was running, so there it is the number of the newest commit: commits come to a replica
    in the order in which they were made, which is that of their numbers, because one writes at a time.
    """
    if connection.execute(_IS_REPLICA).scalar_one():
        return f"{_BY_NUMBER}{change_log.last_seq(connection)}"
    return str(connection.execute(_PLACE).scalar_one())


def since(connection: Connection, seen: str, own: change_log.Own) -> tuple[list[ChangeSet], frozenset[int], str]:
    """Commits that the snapshot ``seen`` did not hold, in order, except one's own, whose numbers come beside; and the place to
    ask from the next time.

    ``connection`` sees one consistent state.
    """
    if seen.startswith(_BY_NUMBER):
        number = int(seen.removeprefix(_BY_NUMBER))
        return change_log.since(connection, number, own), frozenset(), place(connection)
    rows = connection.execute(_FRESH, {"oldest": int(seen.partition(":")[0]), "seen": seen}).all()
    # One row without a commit says where the stream stands when there is nothing new.
    heads, here = [row for row in rows if row.seq is not None], str(rows[0].place)
    if not heads:
        return [], frozenset(), here
    mine = frozenset(head.seq for head in heads if change_log.is_own(head, own))
    found = change_log.change_sets(connection, heads, own)
    if any(map(_hands_over, found)) and not connection.execute(_SEES_ALL).scalar_one():
        # For one who did not see the row before it is not a changed row but a new one: they read afresh.
        found = [replace(each, changes=(), bulk=True) if _hands_over(each) else each for each in found]
    return found, mine, here


def put_back(seen: str, now: str) -> bool:
    """Whether the server is at an earlier place than it was: a backup or a standby that had not got everything took over."""
    return _end(now) < _end(seen)


def behind(connection: Connection) -> float | None:
    """Seconds by which a replica may be behind the server that it follows, None for a server that is none."""
    found = connection.execute(_BEHIND).scalar()
    return None if found is None else float(found)


def anew(seq: int, at: datetime, verb: str) -> ChangeSet:
    """A mark that everything may be different: whoever follows the stream loads afresh."""
    return ChangeSet(seq, at, 0, "", verb, "[]", undoable=False, bulk=True, tables=frozenset(TABLES))


def _hands_over(changes: ChangeSet) -> bool:
    return any(change.before and change.after and change.fields & _OWNERS for change in changes.changes)


def _end(snapshot: str) -> int:
    return int(snapshot.split(":")[1])


_OWNERS = frozenset({"owner_id", "assignee_id", "team_id"})
"""Columns that say whose a row is, and with it who sees it."""
_SEES_ALL = text("SELECT salesos.sees_all()")
_BY_NUMBER = "number:"
_IS_REPLICA = text("SELECT pg_is_in_recovery()")
# One that has played all it was sent and is still being sent is up to date however long ago the last commit was.
_BEHIND = text(
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() "
    "AND EXISTS (SELECT FROM pg_stat_get_wal_receiver() AS r WHERE r.pid IS NOT NULL) THEN 0 "
    "ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END"
)
_PLACE = text("SELECT pg_current_snapshot()::text")
_HERE = select(literal_column("pg_current_snapshot()::text").label("place")).subquery()
_FRESH = (
    select(_HERE.c.place, *change_log.HEADER)
    .select_from(_HERE)
    .outerjoin(
        log,
        and_(
            # By the index first: what was running then, and what came later.
            log.c.xid >= bindparam("oldest", type_=BigInteger),
            text("NOT pg_visible_in_snapshot(xid::text::xid8, CAST(:seen AS pg_snapshot))"),
        ),
    )
    .order_by(log.c.seq)
)
