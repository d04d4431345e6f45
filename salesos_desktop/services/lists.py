"""The lists an administrator keeps: sources, reasons of loss and of discarding, statuses of leads, tags."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.leads import StatusKind
from ..domain.opportunities import NAME_LIMIT, NOTE_LIMIT
from ..domain.text import fold, one_line
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from .opportunities import tags_of
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_COLUMNS = {
    "source": {"name"},
    "loss_reason": {"name", "pipeline_id"},
    "discard_reason": {"name"},
    "lead_status": {"name", "help"},
    "tag": {"name"},
}
LISTS = tuple(_COLUMNS)
ORDERED = frozenset({"loss_reason", "discard_reason", "lead_status"})
"""Lists with an order of their own; the others are shown by name."""
FIRST_STATUS = "new"
"""Code of the status that a new lead is in: always offered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list. ``uses`` counts the rows that refer to it. A tag that nobody has put on the list has id 0.

    ``help``, ``kind`` and ``code`` are those of a lead status; ``pipeline_id`` is that of a loss reason, None for all.
    """

    id: int
    name: str
    active: bool
    uses: int
    help: str = ""
    kind: str = ""
    code: str = ""
    pipeline_id: int | None = None

    @property
    def fixed(self) -> bool:
        """Whether the program itself needs it: it can be renamed, but neither be switched off nor deleted."""
        return self.code == FIRST_STATUS or self.kind in (StatusKind.DISCARDED, StatusKind.CONVERTED)


def entries(ws: Workspace, table: str) -> list[Entry]:
    """Every entry of one of LISTS in its order, also those that are no longer offered."""
    with ws.store.read() as connection:
        return _entries(connection, table)


def add(ws: Workspace, table: str, values: dict[str, Any]) -> int:
    """Adds an entry at the end and returns its id. Raises InvalidInput on ``name`` for a double.

    ``values``: name; for a status also help and kind (open or qualified); for a loss reason pipeline_id.
    """
    kind = str(values.get("kind", StatusKind.OPEN.value))
    with ws.unit("list", [N_("Add “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        known = _entries(uow.connection, table)
        row = _checked(uow, table, {k: v for k, v in values.items() if k != "kind"}, known)
        if "name" not in row:
            raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
        if table in ORDERED:
            row["position"] = 1 + max((r["position"] for r in storage.lists.rows(uow.connection, table)), default=0)
        if table == "lead_status":
            if kind not in (StatusKind.OPEN, StatusKind.QUALIFIED):
                raise InvalidInput("kind", tr("There is one such status already."), tr("Choose another kind."))
            row |= {"kind": kind, "code": free_code(row["name"], {entry.code for entry in known})}
        return uow.insert(table, row)


def edit(ws: Workspace, table: str, entry_id: int, values: dict[str, Any]) -> ChangeSet | None:
    """Changes what ``add`` takes (a status keeps its kind); renaming a tag renames it wherever it is used.

    A tag with id 0 is named by ``values["was"]``. Raises InvalidInput and NotFound; nothing is written then.
    """
    values = dict(values)
    was = str(values.pop("was", ""))
    with ws.unit("list", []) as uow:
        known = _entries(uow.connection, table)
        before = _one(known, entry_id, was)
        uow.call_it([N_("Edit “{name}”"), {"name": before.name}])
        row = _checked(uow, table, values, [entry for entry in known if entry is not before])
        if entry_id:
            uow.update(table, entry_id, row)
        if table == "tag" and row.get("name", before.name) != before.name:
            _retag(uow, before.name, row["name"])
    return uow.change_set


def place(ws: Workspace, table: str, ids: Sequence[int]) -> ChangeSet | None:
    """Puts a list that has an order into this one; ``ids`` are all of its entries. Raises NotFound when they are not."""
    if table not in ORDERED:
        raise ValueError(table)
    with ws.unit("list", [N_("Change the order of a list"), {}]) as uow:
        found = {row["id"] for row in storage.lists.rows(uow.connection, table)}
        if found != set(ids):
            raise NotFound(tr("The list has changed meanwhile."), tr("Nothing was changed. Try again."))
        for position, entry_id in enumerate(ids, start=1):
            uow.update(table, entry_id, {"position": position})
    return uow.change_set


def set_active(ws: Workspace, table: str, entry_id: int, active: bool) -> ChangeSet | None:
    """Offers an entry or no longer offers it; what refers to it keeps it. Raises UserError for one the program needs."""
    with ws.unit("list", []) as uow:
        entry = _one(_entries(uow.connection, table), entry_id)
        text = N_("Switch on “{name}”") if active else N_("Switch off “{name}”")
        uow.call_it([text, {"name": entry.name}])
        if not active and entry.fixed:
            raise UserError(
                tr("“{name}” cannot be switched off.").format(name=entry.name),
                tr("The program needs this status. It can be renamed."),
            )
        uow.update(table, entry_id, {"active": active})
    return uow.change_set


def delete(ws: Workspace, table: str, entry_id: int) -> ChangeSet | None:
    """Takes an unused entry off the list; undo brings it back. Raises UserError for one that is used or needed."""
    with ws.unit("list", []) as uow:
        entry = _one(_entries(uow.connection, table), entry_id)
        uow.call_it([N_("Delete “{name}”"), {"name": entry.name}])
        if entry.fixed or entry.uses:
            raise UserError(
                tr("“{name}” is in use and cannot be deleted.").format(name=entry.name),
                tr("Switch it off instead: what has it keeps it.")
                if not entry.fixed
                else tr("The program needs this status. It can be renamed."),
            )
        uow.delete(table, entry_id)
    return uow.change_set


def loss_reasons(ws: Workspace, pipeline_id: int) -> list[Entry]:
    """Reasons that are offered for deals of a pipeline: its own and those for all."""
    return [entry for entry in entries(ws, "loss_reason") if entry.active and entry.pipeline_id in (None, pipeline_id)]


def loss_reasons_of(ws: Workspace, deal_id: int) -> list[Entry]:
    """Reasons that are offered for a deal; those for all pipelines when it does not exist."""
    with ws.store.read() as connection:
        pipeline_id = storage.reference.pipeline_of(connection, deal_id)
    return loss_reasons(ws, pipeline_id or 0)


def _entries(connection: Any, table: str) -> list[Entry]:
    found = storage.lists.rows(connection, table)
    if table == "tag":
        used = storage.lists.tag_uses(connection)
        listed = [Entry(r["id"], r["name"], True, used.pop(r["folded"], ("", 0))[1]) for r in found]
        loose = [Entry(0, name, True, count) for name, count in used.values()]
        return sorted(listed + loose, key=lambda entry: fold(entry.name))
    uses = storage.lists.uses(connection, table)
    key = "code" if table == "lead_status" else "id"
    return [
        Entry(
            r["id"], r["name"], r["active"], uses.get(r[key], 0), r.get("help", ""), r.get("kind", ""),
            r.get("code", ""), r.get("pipeline_id"),
        )
        for r in found
    ]  # fmt: skip


def _one(known: Sequence[Entry], entry_id: int, name: str = "") -> Entry:
    for entry in known:
        if entry.id == entry_id and (entry_id or fold(entry.name) == fold(name)):
            return entry
    raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))


def _checked(uow: UnitOfWork, table: str, values: dict[str, Any], others: Sequence[Entry]) -> dict[str, Any]:
    clean = dict(values)
    for field in clean.keys() - _COLUMNS[table]:
        raise InvalidInput(field, tr("There is no field {field}.").format(field=field))
    if "name" in clean:
        clean["name"] = checked_name(clean["name"], [entry.name for entry in others])
        if table != "lead_status":
            clean["folded"] = fold(clean["name"])
    if len(clean.get("help") or "") > NOTE_LIMIT:
        raise InvalidInput("help", tr("The text is too long."), tr("Shorten it."))
    if clean.get("pipeline_id") is not None:
        uow.get("pipeline", clean["pipeline_id"])
    return clean


def checked_name(name: str | None, others: Sequence[str]) -> str:
    """A name without needless spaces. Raises InvalidInput on ``name``: missing, too long, or one of ``others``."""
    clean = one_line(name)
    if not clean:
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    if len(clean) > NAME_LIMIT:
        raise InvalidInput(
            "name", tr("The name has more than {limit} characters.").format(limit=NAME_LIMIT), tr("Shorten it.")
        )
    twin = next((other for other in others if fold(other) == fold(clean)), None)
    if twin is not None:
        raise InvalidInput("name", tr("“{name}” is there already.").format(name=twin), tr("Choose another name."))
    return clean


def free_code(name: str, taken: set[str]) -> str:
    """A code out of a name that none of ``taken`` is."""
    base = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:32] or "status"
    return next(code for n in range(1, 1 + len(taken) + 1) if (code := base if n == 1 else f"{base}_{n}") not in taken)


def _retag(uow: UnitOfWork, before: str, after: str) -> None:
    """Writes the new name in the place of the old one, on every row that carries it."""
    spellings = storage.lists.tag_spellings(uow.connection, fold(before))
    for table in storage.lists.TAGGED:
        for row_id in storage.lists.tagged(uow.connection, table, spellings):
            tags = json.loads(uow.get(table, row_id)["tags"])
            renamed = [after if fold(tag) == fold(before) else tag for tag in tags]
            uow.update(table, row_id, {"tags": tags_of(renamed)})
