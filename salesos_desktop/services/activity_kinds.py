"""The kinds of activities that an administrator keeps: four come with the program, others are added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.activities import DEFAULT_KINDS, MAX_MINUTES, ActivityKind
from ..domain.changes import ChangeSet
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from .lists import checked_name, free_code
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

FIELDS = frozenset({"name", "icon", "minutes"})
_OURS = frozenset(kind.code for kind in DEFAULT_KINDS)


@dataclass(frozen=True, slots=True)
class KindSettings:
    """A kind with how many activities and steps of plans are of it."""

    kind: ActivityKind
    uses: int

    @property
    def id(self) -> int:
        """The kind's."""
        return self.kind.id

    @property
    def name(self) -> str:
        """The kind's."""
        return self.kind.name

    @property
    def deletable(self) -> bool:
        """Whether nothing is of it and the program can do without it."""
        return not self.uses and self.kind.code not in _OURS


def listing(ws: Workspace) -> list[KindSettings]:
    """Every kind in its order, also those that are no longer offered."""
    with ws.store.read() as connection:
        return [
            KindSettings(k, storage.activities.uses(connection, k.code)) for k in storage.activities.kinds(connection)
        ]


def add(ws: Workspace, values: dict[str, Any]) -> int:
    """Adds a kind at the end and returns its id. ``values``: FIELDS; minutes is the length of a new activity.

    Raises InvalidInput.
    """
    with ws.unit("list", [N_("Add “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        known = storage.activities.kinds(uow.connection)
        row = _checked({"name": "", "icon": "check", "minutes": 30, **values}, known)
        row["code"] = free_code(row["name"], {kind.code for kind in known} | {"note"})
        row["position"] = 1 + len(known)
        return uow.insert("activity_kind", row)


def edit(ws: Workspace, kind_id: int, values: dict[str, Any]) -> ChangeSet | None:
    """Changes FIELDS of a kind; activities keep the length they have. Raises InvalidInput, NotFound."""
    with ws.unit("list", []) as uow:
        row, known = _row(uow, kind_id), storage.activities.kinds(uow.connection)
        uow.call_it([N_("Edit “{name}”"), {"name": row["name"]}])
        uow.update("activity_kind", kind_id, _checked(values, [kind for kind in known if kind.id != kind_id]))
    return uow.change_set


def place(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Puts the kinds into this order; ``ids`` are all of them. Raises NotFound when they are not."""
    with ws.unit("list", [N_("Change the order of a list"), {}]) as uow:
        if {kind.id for kind in storage.activities.kinds(uow.connection)} != set(ids):
            raise NotFound(tr("The list has changed meanwhile."), tr("Nothing was changed. Try again."))
        for position, kind_id in enumerate(ids, start=1):
            uow.update("activity_kind", kind_id, {"position": position})
    return uow.change_set


def set_active(ws: Workspace, kind_id: int, active: bool) -> ChangeSet | None:
    """Offers a kind or no longer offers it; what is of it stays. Raises NotFound, UserError for the last one."""
    with ws.unit("list", []) as uow:
        row = _row(uow, kind_id)
        uow.call_it([N_("Switch on “{name}”") if active else N_("Switch off “{name}”"), {"name": row["name"]}])
        left = [kind for kind in storage.activities.kinds(uow.connection) if kind.active and kind.id != kind_id]
        if not active and not left:
            raise UserError(tr("No kind of activity would be left."), tr("Switch on another one first."))
        uow.update("activity_kind", kind_id, {"active": active})
    return uow.change_set


def delete(ws: Workspace, kind_id: int) -> ChangeSet | None:
    """Takes a kind that nothing is of off the list; undo brings it back. Raises NotFound, UserError for one that stays."""
    with ws.unit("list", []) as uow:
        row = _row(uow, kind_id)
        uow.call_it([N_("Delete “{name}”"), {"name": row["name"]}])
        if row["code"] in _OURS or storage.activities.uses(uow.connection, row["code"]):
            raise UserError(
                tr("“{name}” is in use and cannot be deleted.").format(name=row["name"]),
                tr("Switch it off instead: what has it keeps it."),
            )
        uow.delete("activity_kind", kind_id)
    return uow.change_set


def _checked(values: dict[str, Any], others: Sequence[ActivityKind]) -> dict[str, Any]:
    clean = dict(values)
    for field in clean.keys() - FIELDS:
        raise InvalidInput(field, tr("There is no field {field}.").format(field=field))
    if "name" in clean:
        clean["name"] = checked_name(clean["name"], [kind.name for kind in others])
    if "minutes" in clean and not 0 <= clean["minutes"] <= MAX_MINUTES:
        raise InvalidInput("minutes", tr("These minutes are too many or too few."), tr("Correct it."))
    return clean


def _row(uow: UnitOfWork, kind_id: int) -> dict[str, Any]:
    row = uow.find("activity_kind", kind_id)
    if row is None:
        raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
    return row
