"""What others committed on a server since one last looked, by the difference of two snapshots.

The numbers of the change log alone do not tell: a transaction that commits late has an earlier number than what was read
already. Each commit has its transaction in ``change_log.xid``; what this look sees and the last one could not see is new,
and nothing else is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from ...domain.changes import BULK_LIMIT, ChangeSet, Notice, RowChange
from .. import change_log
from ..encoding import typed
from ..schema import TABLES
from ..values import Head

_log = logging.getLogger(__name__)


def place(connection: Connection) -> str:
    """Where the stream stands for this connection: to ask from the next time."""
    return str(connection.execute(_PLACE).scalar_one())


def since(line: Any, seen: str, own: change_log.Own) -> tuple[list[ChangeSet], frozenset[int], str]:
    """Commits that the place ``seen`` did not hold, in order, except one's own, whose numbers come beside; and the place to ask
    from the next time. ``line``: the driver's connection, outside a transaction (``Store.glance``)."""
    here, commits, in_full, changed, told = line.execute(_NEWS, (seen, BULK_LIMIT)).fetchone()[0]
    if commits is None:
        return [], frozenset(), here
    heads = [Head(seq, datetime.fromisoformat(at), *more) for seq, at, *more in commits]
    mine = frozenset(head.seq for head in heads if change_log.is_own(head, own))
    try:
        changes = _whole(changed or ()) if in_full else None
        notices = [_notice(*each) for each in told or ()]
    except (ValueError, KeyError, TypeError):
        # Another program has written what none can read: what is there now is loaded afresh, and the stream goes on.
        _log.exception("what is new cannot be read")
        changes, notices = None, []
    found = change_log.change_sets(heads, own, changes, notices)
    if any(map(_hands_over, found)) and not line.execute("SELECT salesos.sees_all()").fetchone()[0]:
        # For one who did not see the row before it is not a changed row but a new one: they read afresh.
        found = [replace(each, changes=(), bulk=True) if _hands_over(each) else each for each in found]
    return found, mine, here


def _notice(number: int, person: int, at: str, *more: Any) -> Notice:
    return Notice(number, person, datetime.fromisoformat(at), *more)


def _whole(changed: Iterable[list[Any]]) -> dict[int, list[RowChange] | None]:
    logged: list[change_log.Logged] = []
    now: dict[change_log.RowKey, change_log.Values] = {}
    for seq, name, row_id, before, after, row in changed:
        table = TABLES[name]
        now.setdefault((name, row_id), typed(table, row))
        logged.append((seq, name, row_id, typed(table, before), typed(table, after)))
    return change_log.whole_changes(logged, now)


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
# One that has played all it was sent and is still being sent is up to date however long ago the last commit was.
_BEHIND = text(
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() "
    "AND EXISTS (SELECT FROM pg_stat_get_wal_receiver() AS r WHERE r.pid IS NOT NULL) THEN 0 "
    "ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END"
)
_PLACE = text("SELECT salesos.place()")
_NEWS = "SELECT salesos.news(%s, %s)"
