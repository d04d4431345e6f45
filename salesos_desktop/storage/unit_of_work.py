"""One transaction of one intention: rows, history, points, notifications, totals and change log, all or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..domain.changes import BULK_LIMIT, ChangeSet, Notice, Row, RowChange, unmarked
from ..errors import Conflict, NotFound
from ..i18n import tr
from . import tracking
from .encoding import encode
from .notice_choices import NoticeChoices
from .numbering import Numbers
from .prepared import Prepared
from .refusals import refuse_broken
from .schema import TABLES, metadata
from .schema.pipelines import stage
from .schema.stream import change_log, notification
from .search import SearchDelta
from .totals import TotalsDelta

_BATCH = 2000
_READ = 500
_ORDER = {table.name: position for position, table in enumerate(metadata.sorted_tables)}


class UnitOfWork:
    """The only way to write. Every row goes through insert, update or delete, which leave history, totals and log and
    raise InvalidInput for a text with a character that no database keeps.

    Memory stays flat: past ``BULK_LIMIT`` changed rows nothing is kept but the log, written in batches.
    """

    _numbering = Numbers
    xid = 0  # The transaction, on a server.

    def __init__(
        self,
        connection: Connection,
        *,
        actor_id: int,
        origin: str,
        verb: str,
        label: list[Any],
        at: datetime,
        today: date | None = None,
        undoable: bool = True,
        reverts: int | None = None,
    ) -> None:
        self.connection = connection
        self.actor_id = actor_id
        self.at = at
        self.today = today or at.date()
        self._header: dict[str, Any] = {"origin": origin, "verb": verb, "label": encode(label), "undoable": undoable}
        self._changes: list[RowChange] = []
        self._count = 0
        self._tables: set[str] = set()
        self._pending: dict[str, dict[int, dict[str, Any]]] = {}
        self._pending_count = 0
        # Rows as this unit of work has read or left them: nobody else writes meanwhile.
        self._read: dict[str, dict[int, dict[str, Any]]] = {}
        self._log: list[dict[str, Any]] = []
        self._history: list[dict[str, Any]] = []
        self._points: list[dict[str, Any]] = []
        self._notices: list[Notice] = []
        self._choices = NoticeChoices(connection)
        self._earned = 0
        # Person → reasons of the points that they were given.
        self.earners: dict[int, set[str]] = {}
        self._touched = False
        self.change_set: ChangeSet | None = None
        self._totals = TotalsDelta()
        self._search = SearchDelta()
        self._numbers = self._numbering(connection)
        self._kinds: dict[int, str] | None = None
        opening = {"at": at, "actor_id": actor_id or None, "reverts": reverts, "state": "done", **self._header}
        self.seq = self._open(opening)

    def _open(self, header: Mapping[str, Any]) -> int:
        seq: int = _OPEN_LOG.value(self.connection, {**_UNWRITTEN, **header})
        return seq

    # Reading ------------------------------------------------------------------------------------------------------

    def get(self, table: str, row_id: int) -> dict[str, Any]:
        """The row as this unit of work sees it. Raises NotFound."""
        row = self.find(table, row_id)
        if row is None:
            raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
        return row

    def find(self, table: str, row_id: int) -> dict[str, Any] | None:
        """The row, or None."""
        return self.rows(table, [row_id]).get(row_id)

    def rows(self, table: str, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Rows by id; the ones that do not exist are left out."""
        wanted = list(ids)
        pending, read = self._pending.get(table, {}), self._read.setdefault(table, {})
        found = {i: dict(pending[i] if i in pending else read[i]) for i in wanted if i in pending or i in read}
        missing = [i for i in wanted if i not in found]
        for start in range(0, len(missing), 500):
            part = missing[start : start + 500]
            for values in _SELECT[table].rows(self.connection, {"ids": part}):
                row = dict(zip(_NAMES[table], values, strict=True))
                found[row["id"]] = row
        if missing and len(read) < _READ:
            read.update((i, dict(found[i])) for i in missing if i in found)
        return found

    @property
    def stage_kinds(self) -> dict[int, str]:
        """Stage id → open, won or lost."""
        if self._kinds is None:
            self.flush()
            self._kinds = {r[0]: r[1] for r in _STAGE_KINDS.rows(self.connection)}
        return self._kinds

    def know_stages(self, kinds: Mapping[int, str]) -> None:
        """Stage kinds that were read in this unit of work already."""
        self._kinds = dict(kinds)

    def forget_stages(self) -> None:
        """Stages were added: their kinds are read afresh when they are needed."""
        self._kinds = None

    # Writing ------------------------------------------------------------------------------------------------------

    def insert(self, table: str, values: Mapping[str, Any], row_id: int | None = None) -> int:
        """Adds a row and returns its id; columns not given take their defaults. ``row_id`` restores a deleted one."""
        refuse_broken(values)
        new_id = self.next_id(table) if row_id is None else row_id
        row = {**_DEFAULTS[table], **values, "id": new_id}
        self._pending.setdefault(table, {})[new_id] = row
        self._pending_count += 1
        self._record(table, new_id, None, row)
        if self._pending_count >= _BATCH:
            self.flush()
        return new_id

    def update(
        self, table: str, row_id: int, values: Mapping[str, Any], *, expect_version: int | None = None
    ) -> RowChange | None:
        """Writes the fields that differ; None when none does. Raises NotFound, or Conflict on another version."""
        refuse_broken(values)
        before = self.get(table, row_id)
        if expect_version is not None and before["version"] != expect_version:
            raise Conflict(
                tr("Somebody else changed “{name}” meanwhile.").format(name=before.get("name", row_id)),
                tr("Nothing was written. Look at the new values and try again."),
            )
        changed = {name: value for name, value in values.items() if before[name] != value}
        if not changed:
            return None
        if self._pending_count:
            self.flush()
        if "version" in before and "version" not in changed:
            changed["version"] = before["version"] + 1
        values = {"this_row": row_id, **{f"new_{name}": value for name, value in changed.items()}}
        self._write(_update_of(table, tuple(changed)), values)
        if row_id in self._read[table]:
            self._read[table][row_id] = before | changed
        return self._record(table, row_id, before, before | changed)

    def delete(self, table: str, row_id: int) -> None:
        """Takes a row away for good: only for undoing its insertion."""
        before = self.get(table, row_id)
        if self._pending_count:
            self.flush()
        self._read[table].pop(row_id, None)
        try:
            self._delete(table, row_id)
        except (IntegrityError, sqlite3.IntegrityError) as error:
            raise Conflict(
                tr("“{name}” is used elsewhere meanwhile and cannot be taken back.").format(
                    name=before.get("name", row_id)
                ),
                tr("Nothing was changed."),
            ) from error
        self._record(table, row_id, before, None)

    def award(
        self,
        person_id: int,
        reason: str,
        amount: int,
        subject_id: int,
        stage_id: int | None = None,
        table: str = "opportunity",
    ) -> None:
        """Writes points for a person; a correction is a negative amount."""
        self._earned += amount
        self.earners.setdefault(person_id, set()).add(reason)
        self._points.append({
            "person_id": person_id, "at": self.at, "reason": reason, "points": amount, "subject_table": table,
            "subject_id": subject_id, "stage_id": stage_id, "change_seq": self.seq,
        })  # fmt: skip

    def notify(
        self,
        person_id: int,
        kind: str,
        title: list[Any],
        body: list[Any],
        subject_id: int | None,
        table: str = "opportunity",
    ) -> None:
        """Records a notification, unless the person is not told of its kind; title and body are messages with values."""
        if not self._choices.record(person_id, kind):
            return
        values: dict[str, Any] = {
            "person_id": person_id, "at": self.at, "kind": kind, "title": encode(title), "body": encode(body),
            "subject_table": table, "subject_id": subject_id, "change_seq": self.seq,
        }  # fmt: skip
        new_id = self._tell(values)
        self._notices.append(
            Notice(new_id, person_id, self.at, kind, values["title"], values["body"], table, subject_id, self.seq)
        )

    @property
    def awarding(self) -> bool:
        """Whether points wait to be written."""
        return bool(self._points)

    @property
    def changed_rows(self) -> int:
        """How many rows have changed so far."""
        return self._count

    @property
    def empty(self) -> bool:
        """Whether nothing was written that is worth a commit."""
        return not self._count and not self._touched

    def call_it(self, label: list[Any]) -> None:
        """Names the action once it is known what it is about; ``label`` is a message and its values."""
        self._header["label"] = encode(label)

    def touch(self) -> None:
        """Keeps this unit of work although no logged row changed (a setting, a mark)."""
        self._touched = True

    def flush(self) -> None:
        """Writes what is gathered, parents before children."""
        self._write_rows()
        self._write_record()
        if self._search.full:
            self._search.write(self.connection)

    def _write_rows(self) -> None:
        for name in sorted(self._pending, key=_ORDER.__getitem__):
            rows = self._pending[name]
            if rows:
                _INSERT[name].run_each(self.connection, list(rows.values()))
        self._pending.clear()
        self._pending_count = 0

    def finish(self) -> ChangeSet:
        """Writes all that is gathered and gives the change set; the caller commits."""
        self._write_rows()
        self._search.write(self.connection)
        self._numbers.close()
        self._close()
        bulk = self._count > BULK_LIMIT
        self.change_set = ChangeSet(
            seq=self.seq,
            at=self.at,
            actor_id=self.actor_id,
            origin=unmarked(self._header["origin"]),
            verb=self._header["verb"],
            label=self._header["label"],
            changes=() if bulk else tuple(self._changes),
            notices=tuple(self._notices),
            points=self._earned,
            undoable=bool(self._header["undoable"]),
            bulk=bulk,
            tables=frozenset(self._tables),
        )
        return self.change_set

    # Inside -------------------------------------------------------------------------------------------------------

    def _record(self, table: str, row_id: int, before: Row | None, after: Row | None) -> RowChange:
        change = RowChange(table, row_id, before, after)
        self._count += 1
        self._tables.add(table)
        if self._count <= BULK_LIMIT:
            self._changes.append(change)
        else:
            self._changes.clear()
        self._search.follow(table, row_id, before, after)
        self._note(change)
        return change

    def _note(self, change: RowChange) -> None:
        """Gathers what a changed row leaves behind: its place in the change log, totals and history."""
        table, row_id, before, after = change.table, change.row_id, change.before, change.after
        if before is not None and after is not None:
            names = change.fields
            log_before, log_after = {n: before[n] for n in names}, {n: after[n] for n in names}
            self._add_log(table, row_id, encode(log_before), encode(log_after))
        else:
            self._add_log(table, row_id, before and encode(dict(before)), after and encode(dict(after)))
        if table == "opportunity":
            self._totals.add(before, -1)
            self._totals.add(after, 1)
        if table in tracking.TRACKED or table in tracking.CHILDREN:
            for entry in tracking.entries(
                table, row_id, before, after, self.stage_kinds if before and table == "opportunity" else {}
            ):
                self._history.append(entry | {"at": self.at, "actor_id": self.actor_id or None, "change_seq": self.seq})

    def _write(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        statement.run(self.connection, values)

    def _delete(self, table: str, row_id: int) -> None:
        _DELETE[table].run(self.connection, {"row": row_id})

    def _tell(self, values: Mapping[str, Any]) -> int:
        return int(_NOTIFY.value(self.connection, values))

    def _write_record(self) -> None:
        """Writes what is gathered of the change log, history and points."""
        for name, waiting in (("change_row", self._log), ("history", self._history), ("points", self._points)):
            if waiting:
                _INSERT[name].run_each(self.connection, waiting)
                waiting.clear()

    def _close(self) -> None:
        """Writes what is left of the record, the totals, and what the commit has come to in the change log."""
        self._write_record()
        self._totals.write(self.connection)
        if self._header["undoable"]:
            _DROP_UNDONE.run(self.connection, {"a": self.actor_id})
        tables = ",".join(sorted(self._tables))
        closing = {"s": self.seq, "n": self._count, "p": self._earned, "t": tables, "l": self._header["label"]}
        _CLOSE_LOG.run(self.connection, closing)

    def _add_log(self, table: str, row_id: int, before: Any, after: Any) -> None:
        self._log.append(
            {"seq": self.seq, "n": self._count, "table_name": table, "row_id": row_id, "before": before, "after": after}
        )

    def next_id(self, table: str) -> int:
        """A number for a row to come."""
        return self._numbers.next(table)


@lru_cache(maxsize=256)
def _update_of(table: str, names: tuple[str, ...]) -> Prepared:
    """An update of some columns of one row."""
    target = TABLES[table]
    values = {name: bindparam(f"new_{name}", type_=target.c[name].type) for name in names}
    return Prepared(update(target).where(target.c.id == bindparam("this_row")).values(values))


def _defaults(table: Table) -> dict[str, Any]:
    return {c.name: c.default.arg if c.default is not None else None for c in table.columns}  # type: ignore[attr-defined]


_DEFAULTS = {name: _defaults(table) for name, table in TABLES.items()}
_NAMES = {name: tuple(table.c.keys()) for name, table in TABLES.items()}
_NUMBERED = [table for table in TABLES.values() if "id" in table.c]
_SELECT = {t.name: Prepared(select(t).where(t.c.id.in_(bindparam("ids", expanding=True)))) for t in _NUMBERED}
_DELETE = {t.name: Prepared(delete(t).where(t.c.id == bindparam("row"))) for t in _NUMBERED}
# Append-only tables count their own numbers.
_INSERT = {
    name: Prepared(insert(table), [c.name for c in table.columns if not (c.name == "id" and c.autoincrement is True)])
    for name, table in TABLES.items()
}
_UNWRITTEN = {"rows": 0, "points": 0, "tables": ""}
_OPEN_LOG = Prepared(
    insert(change_log).returning(change_log.c.seq),
    [name for name in _NAMES["change_log"] if name not in ("seq", "xid")],
)
_NOTIFY = Prepared(
    insert(notification).returning(notification.c.id),
    [name for name in _NAMES["notification"] if name not in ("id", "read_at")],
)
_STAGE_KINDS = Prepared(select(stage.c.id, stage.c.kind))
# A new change ends what could have been redone.
_DROP_UNDONE = Prepared(
    update(change_log)
    .where(change_log.c.actor_id == bindparam("a"), change_log.c.state == "undone")
    .values(state="dropped")
)
_CLOSE_LOG = Prepared(
    update(change_log)
    .where(change_log.c.seq == bindparam("s"))
    .values(rows=bindparam("n"), points=bindparam("p"), tables=bindparam("t"), label=bindparam("l"))
)
