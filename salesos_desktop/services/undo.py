"""Undo and redo: new transactions that restore earlier values, if the rows are still as they were left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import KEPT_DAYS, ChangeSet
from ..errors import Conflict, UserError
from ..i18n import N_, tr
from ..storage.values import Entry, LoggedChange
from . import derived
from .messages import render
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Possible:
    """What undo and redo would do now, as texts for their menu entries; None when there is nothing."""

    undo: str | None
    redo: str | None
    undo_seq: int | None


def possible(ws: Workspace) -> Possible:
    """What the person can undo and redo: their changes of the last KEPT_DAYS."""
    with ws.store.read() as connection:
        back = storage.change_log.undo_candidate(connection, ws.actor_id, _since(ws))
        again = storage.change_log.redo_candidate(connection, ws.actor_id, _since(ws))
    return Possible(
        render(back.label) if back else None, render(again.label) if again else None, back.seq if back else None
    )


def undo(ws: Workspace, *, only_seq: int | None = None) -> ChangeSet:
    """Takes back the person's newest change; with ``only_seq`` only if that is the newest (a toast's button).

    Raises UserError when there is nothing to undo, Conflict when somebody has changed the rows since; then nothing is written.
    """
    with ws.store.read() as connection:
        entry = storage.change_log.undo_candidate(connection, ws.actor_id, _since(ws))
    if entry is None:
        raise UserError(tr("There is nothing to undo."))
    if only_seq is not None and entry.seq != only_seq:
        raise Conflict(tr("You have made other changes since."), tr("Undo those first (Ctrl+Z), the newest one first."))
    return _revert(ws, "undo", entry, entry.seq, "undone")


def redo(ws: Workspace) -> ChangeSet:
    """Brings back the change that was undone last. Raises like ``undo``."""
    with ws.store.read() as connection:
        entry = storage.change_log.redo_candidate(connection, ws.actor_id, _since(ws))
        if entry is None:
            raise UserError(tr("There is nothing to redo."))
        reversal = storage.change_log.last_reversal(connection, entry.seq)
    return _revert(ws, "redo", entry, reversal, "done")


def _since(ws: Workspace) -> datetime:
    return ws.clock.now() - timedelta(days=KEPT_DAYS)


def _revert(ws: Workspace, verb: str, entry: Entry, seq: int, state: str) -> ChangeSet:
    """Applies the inverse of commit ``seq`` and marks ``entry``."""
    text = N_("Undone: {what}") if verb == "undo" else N_("Redone: {what}")
    with ws.unit(verb, [text, {"what": render(entry.label)}], undoable=False, reverts=entry.seq) as uow:
        storage.change_log.set_state(uow.connection, entry.seq, state)
        deals: dict[str, set[int]] = {"check_item": set(), "activity": set()}
        for batch in storage.change_log.changes_backwards(uow.connection, seq):
            # Turns that the database has counted for somebody else stay counted.
            mine = [logged.inverse for logged in batch if ws.rights.configure or not _is_turn(logged)]
            _apply(uow, mine, seq, deals)
            uow.flush()
        _recount(uow, deals)
        for row in storage.timeline.points_of_change(uow.connection, seq):
            uow.award(row.person_id, row.reason, -row.points, row.subject_id, row.stage_id, row.subject_table)
        if not uow.changed_rows:
            # What was there to take back has been taken back otherwise; the mark alone is kept.
            uow.touch()
    assert uow.change_set is not None
    return uow.change_set


def _is_turn(logged: LoggedChange) -> bool:
    return logged.table == "person" and "lead_turns" in (logged.after or {}) and logged.before is not None


def _recount(uow: UnitOfWork, deals: dict[str, set[int]]) -> None:
    """What a deal says of its check list and of its next activity."""
    from . import activities, checklists

    for deal_id in deals["check_item"]:
        if uow.find("opportunity", deal_id) is not None:
            checklists.recount(uow, deal_id)
    if deals["activity"]:
        activities.follow(uow, [("opportunity", deal_id) for deal_id in sorted(deals["activity"])])


def _apply(uow: UnitOfWork, batch: list[LoggedChange], seq: int, deals: dict[str, set[int]]) -> None:
    """Applies inverse changes in order; adds to ``deals`` those whose check lists or activities they touch."""
    rows: dict[tuple[str, int], dict[str, Any] | None] = {}
    for table in {change.table for change in batch}:
        ids = [change.row_id for change in batch if change.table == table]
        found = uow.rows(table, ids)
        rows |= {(table, row_id): found.get(row_id) for row_id in ids}
    for change in batch:
        key = (change.table, change.row_id)
        was = rows[key]
        rows[key] = now = _apply_one(uow, change, was, seq)
        if change.table == "check_item":
            deals["check_item"] |= {row["opportunity_id"] for row in (was, now) if row is not None}
        elif change.table == "activity":
            about = (row for row in (was, now) if row is not None and row["subject_table"] == "opportunity")
            deals["activity"] |= {row["subject_id"] for row in about if row["subject_id"] is not None}


def _apply_one(uow: UnitOfWork, change: LoggedChange, now: dict[str, Any] | None, seq: int) -> dict[str, Any] | None:
    """Applies one inverse change to the row as it is ``now``; returns the row afterwards."""
    left, wanted = change.before, change.after
    if left is None:
        assert wanted is not None
        if now is not None:
            _refuse(uow, change, seq)
        uow.insert(change.table, wanted, row_id=change.row_id)
        return dict(wanted)
    if now is None or any(now[name] != value for name, value in left.items() if name not in storage.tracking.DERIVED):
        _refuse(uow, change, seq)
    assert now is not None
    if wanted is None:
        uow.delete(change.table, change.row_id)
        return None
    values = {
        n: v for n, v in wanted.items() if n not in storage.tracking.DERIVED or (n != "version" and now[n] == left[n])
    }
    if change.table == "opportunity":
        values |= derived.derive(uow, {**now, **values}, frozenset(values))
    recorded = uow.update(change.table, change.row_id, values)
    return dict(recorded.after) if recorded and recorded.after else now


def _refuse(uow: UnitOfWork, change: LoggedChange, seq: int) -> None:
    actor_id = storage.change_log.who_changed(uow.connection, change.table, change.row_id, seq)
    who = storage.reference.name_of(uow.connection, "person", actor_id) or tr("somebody")
    name = (change.before or change.after or {}).get("name") or storage.reference.name_of(
        uow.connection, change.table, change.row_id
    )
    raise Conflict(
        tr("This cannot be undone: {who} has changed “{name}” since.").format(who=who, name=name),
        tr("Nothing was changed. Edit it by hand if you want the earlier values."),
    )
