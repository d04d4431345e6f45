"""The bin: what was deleted in the last thirty days can be restored; what is older goes for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import KEPT_DAYS, ChangeSet
from ..errors import NotFound, UserError
from ..i18n import N_, tr
from . import activities, attachments, notes
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

LISTED = 1000
_PURGED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Deleted:
    """Something in the bin; ``table`` is lead, opportunity, contact, company, note, attachment or activity."""

    table: str
    id: int
    name: str
    deleted_at: datetime
    deleted_by: str
    days_left: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What can be restored, what was deleted last first; ``rest`` counts older things that are not listed."""

    things: list[Deleted]
    rest: int


def listing(ws: Workspace) -> Contents:
    """The newest LISTED things in the bin and how many more there are."""
    now = ws.clock.now()
    since = now - timedelta(days=KEPT_DAYS)
    with ws.store.read() as connection:
        binned = {table: storage.bin.deleted(connection, table, since, LISTED) for table in storage.bin.BINNED}
    found = [
        Deleted(table, row_id, name, at, who, KEPT_DAYS - (now - at).days)
        for table, (_, rows) in binned.items()
        for row_id, name, at, who in rows
    ]
    found = sorted(found, key=lambda each: each.deleted_at, reverse=True)[:LISTED]
    return Contents(found, sum(count for count, _ in binned.values()) - len(found))


def restore(ws: Workspace, table: str, ids: Sequence[int]) -> ChangeSet | None:
    """Brings rows back in one step, which can be undone. Raises NotFound for one that is gone or not in the bin.

    What hangs on something that is in the bin itself waits for that: UserError.
    """
    return restore_all(ws, [(table, row_id) for row_id in ids])


def restore_all(ws: Workspace, wanted: Sequence[tuple[str, int]]) -> ChangeSet | None:
    """``restore`` of (table, id) of several tables together."""
    with ws.unit("restore", []) as uow:
        names: list[str] = []
        # Notes and files come last, so that what they hang on is back.
        for table, row_id in sorted(wanted, key=lambda each: storage.bin.BINNED.index(each[0])):
            row = uow.find(table, row_id)
            if row is None or row["deleted_at"] is None or row.get("merged_into_id") is not None:
                raise NotFound(tr("This is no longer in the bin."), tr("Nothing was restored."))
            if row.get("subject_id") is not None:
                _need_subject(uow, row["subject_table"], row["subject_id"])
            if table == "opportunity" and row["external_id"]:
                _need_own_number(uow, row)
            uow.update(table, row_id, {"deleted_at": None})
            if table == "note":
                notes.give_back(uow, row_id)
            elif table == "activity":
                activities.restored(ws, uow, row)
            names.append(row.get("name") or row.get("subject") or row.get("body", "")[:60])
        one = [N_("Restore “{name}”"), {"name": names[0] if names else ""}]
        uow.call_it(
            one if len(names) == 1 else [N_("Restore {count} thing"), N_("Restore {count} things"), len(names), {}]
        )
    return uow.change_set


def purge(ws: Workspace, *, limit: int = _PURGED_AT_ONCE) -> int:
    """Removes for good what has been in the bin for longer than KEPT_DAYS; returns how many things.

    At most ``limit`` of each table: asked again until it says 0. What something still refers to stays; history and points
    stay in any case. What was merged into another goes like what was deleted. Cannot be undone.
    """
    before = ws.clock.now() - timedelta(days=KEPT_DAYS)
    with ws.store.read() as connection:
        if not any(storage.bin.expired(connection, table, before, 1) for table in storage.bin.BINNED):
            return 0
    removed = 0
    with ws.unit("purge", [N_("Empty the bin"), {}], undoable=False) as uow:
        for table in storage.bin.BINNED:
            for row_id in storage.bin.expired(uow.connection, table, before, limit):
                if uow.find(table, row_id) is None:
                    continue
                # The lead that became it goes with it: neither names what is gone.
                leads = storage.bin.became(uow.connection, row_id) if table == "opportunity" else []
                for gone, gone_id in ((table, row_id), *(("lead", lead_id) for lead_id in leads)):
                    for part, part_id in storage.bin.parts(uow.connection, gone, gone_id):
                        uow.delete(part, part_id)
                    uow.delete(gone, gone_id)
                    removed += 1
    return removed


def tidy(ws: Workspace) -> bool:
    """Some of what has been in the bin for too long goes for good; then the files that nobody names any more.

    Returns whether there is more to do, so that others can have a turn in between.
    """
    if ws.rights.replica:
        return False
    if purge(ws):
        return True
    attachments.sweep(ws)
    return False


def _need_own_number(uow: UnitOfWork, deal: dict[str, Any]) -> None:
    """Refuses a deal whose number another one has meanwhile."""
    number = deal["external_id"]
    twin = storage.cards.by_external(uow.connection, [number]).get(number)
    if twin is not None:
        raise UserError(
            tr("“{name}” has the number {number}, too.").format(
                name=uow.get("opportunity", twin)["name"], number=number
            ),
            tr("Delete it or change its number first; nothing was restored."),
        )


def _need_subject(uow: UnitOfWork, table: str, row_id: int) -> None:
    subject = uow.find(table, row_id)
    if subject is None or subject["deleted_at"] is not None:
        raise UserError(
            tr("“{name}” is in the bin as well.").format(name=(subject or {}).get("name", "")),
            tr("Restore that first; nothing was restored."),
        )
