"""What a card takes on where it is dropped: the month, person, priority, source or company of a column or row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.opportunities import Priority
from ..domain.slots import By, Slot, same_day
from ..errors import InvalidInput
from ..i18n import tr
from . import bulk, moves
from .workspace import Workspace

_PLAIN = {By.OWNER: "owner_id", By.SOURCE: "source_id", By.PRIORITY: "priority"}


def regroup(ws: Workspace, ids: Sequence[int], slots: Sequence[Slot]) -> ChangeSet | None:
    """Gives deals what these columns and rows stand for: one transaction, one undo; None when nothing changed.

    A month keeps the day of the expected close (domain.slots.same_day). Raises InvalidInput for a slot that takes nothing.
    """
    _check(slots)
    if len(slots) == 1 and slots[0].by is By.OWNER:
        return bulk.assign(ws, ids, slots[0].value)
    if len(slots) == 1 and slots[0].by is By.PRIORITY:
        return bulk.prioritise(ws, ids, Priority(slots[0].value))
    return bulk.set_each(ws, _changes(ws, ids, slots))


def move(
    ws: Workspace,
    ids: Sequence[int],
    stage_id: int,
    slots: Sequence[Slot],
    *,
    after_id: int | None = None,
    **given: Any,
) -> ChangeSet | None:
    """Moves deals to a stage as ``moves.move`` and gives them what these rows stand for in the same transaction."""
    _check(slots)
    return moves.move(ws, ids, stage_id, after_id=after_id, also=_changes(ws, ids, slots), **given)


def _check(slots: Sequence[Slot]) -> None:
    if not all(slot.takes for slot in slots):
        raise InvalidInput("column", tr("Nothing can be brought here."), tr("Choose another column or row."))


def _changes(ws: Workspace, ids: Sequence[int], slots: Sequence[Slot]) -> Mapping[int, Mapping[str, Any]]:
    fixed: dict[str, Any] = {}
    for slot in slots:
        if slot.by is By.COMPANY:
            fixed["company"] = slot.name
        elif slot.by in _PLAIN:
            fixed[_PLAIN[slot.by]] = slot.value
    month = next((slot for slot in slots if slot.by is By.MONTH), None)
    if month is None:
        return dict.fromkeys(ids, fixed)
    with ws.store.read() as connection:
        found = storage.cards.cards(connection, ids)
    today = ws.clock.today()
    return {
        deal_id: {**fixed, "expected_close": same_day(found[deal_id].expected_close, today, month)}
        for deal_id in ids
        if deal_id in found
    }
