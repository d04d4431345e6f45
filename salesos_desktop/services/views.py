"""Saved views: what a page shows (filter, columns, order, groups) under a name, one's own or shared with everybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.text import fold
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from .lists import checked_name
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

TABLE = "saved_view"
LARGEST = 60_000
"""Characters of a definition."""
Definition = Mapping[str, Any]
"""Plain values for JSON; what is in it is the page's own affair."""
Said: TypeAlias = list[Any]
"""What an action is called: a text, and what stands in it."""
_SAID = {
    "save": {
        "": N_("Save the view “{name}”"), "figure": N_("Save the figure “{name}”"),
        "scenario": N_("Save the scenario “{name}”"),
    },
    "update": {
        "": N_("Update the view “{name}”"), "figure": N_("Update the figure “{name}”"),
        "scenario": N_("Update the scenario “{name}”"),
    },
    "rename": {
        "": N_("Rename the view “{name}”"), "figure": N_("Rename the figure “{name}”"),
        "scenario": N_("Rename the scenario “{name}”"),
    },
    "share": {
        "": N_("Share the view “{name}”"), "figure": N_("Share the figure “{name}”"),
        "scenario": N_("Share the scenario “{name}”"),
    },
    "keep": {
        "": N_("Keep the view “{name}” to oneself"), "figure": N_("Keep the figure “{name}” to oneself"),
        "scenario": N_("Keep the scenario “{name}” to oneself"),
    },
    "delete": {
        "": N_("Delete the view “{name}”"), "figure": N_("Delete the figure “{name}”"),
        "scenario": N_("Delete the scenario “{name}”"),
    },
}  # fmt: skip
"""Action → page, or the rest → what it is called."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved view. ``owner`` is empty for one's own; ``default``: one's page opens with it."""

    id: int
    name: str
    page: str
    owner_id: int | None
    owner: str
    shared: bool
    default: bool
    definition: Definition

    @property
    def mine(self) -> bool:
        """Whether it is the person's own to change."""
        return not self.owner


def listing(ws: Workspace, page: str) -> list[View]:
    """One's own views of a page, then those that others share; each by name. A definition that cannot be read is empty."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, TABLE, {"page": page})
        people = storage.children.names(connection, "person", {row["owner_id"] for row in rows})
    found = []
    for row in rows:
        mine = row["owner_id"] == ws.actor_id
        if mine or row["shared"]:
            owner = "" if mine else people.get(row["owner_id"]) or tr("somebody")
            found.append(
                View(row["id"], row["name"], page, row["owner_id"], owner, row["shared"],
                     ws.actor_id in _people(row), _definition(row["definition"]))
            )  # fmt: skip
    return sorted(found, key=lambda view: (not view.mine, fold(view.name), view.id))


def save(
    ws: Workspace, page: str, name: str, definition: Definition, *, shared: bool = False, said: Said | None = None
) -> int:
    """Keeps what a page shows under a name that none of one's other views of the page has; returns the id. ``said``: what the
    action is called, where it is something else to whoever does it.

    Raises InvalidInput.
    """
    with ws.unit("view", said or _said("save", page, name.strip())) as uow:
        name = checked_name(name, _others(ws, uow, page, 0))
        return uow.insert(
            TABLE,
            {"page": page, "name": name, "owner_id": ws.actor_id or None, "shared": shared,
             "definition": _written(definition)},
        )  # fmt: skip


def update(ws: Workspace, view_id: int, definition: Definition, *, said: Said | None = None) -> ChangeSet | None:
    """Makes a view of one's own what the page shows now; ``said`` as in ``save``. Raises NotFound, or UserError for somebody
    else's."""
    with ws.unit("view", []) as uow:
        row = _own(ws, uow, view_id, "update")
        if said is not None:
            uow.call_it(said)
        uow.update(TABLE, row["id"], {"definition": _written(definition)})
    return uow.change_set


def change(ws: Workspace, view_id: int, name: str, definition: Definition, *, shared: bool) -> ChangeSet | None:
    """All of it at once, for a view of one's own. Raises InvalidInput, NotFound, UserError."""
    with ws.unit("view", []) as uow:
        row = _own(ws, uow, view_id, "update")
        name = checked_name(name, _others(ws, uow, row["page"], view_id))
        uow.update(TABLE, view_id, {"name": name, "definition": _written(definition), "shared": shared})
    return uow.change_set


def rename(ws: Workspace, view_id: int, name: str) -> ChangeSet | None:
    """Gives a view of one's own another name. Raises InvalidInput, NotFound, UserError."""
    with ws.unit("view", []) as uow:
        row = _own(ws, uow, view_id, "rename")
        uow.update(TABLE, view_id, {"name": checked_name(name, _others(ws, uow, row["page"], view_id))})
    return uow.change_set


def share(ws: Workspace, view_id: int, shared: bool) -> ChangeSet | None:
    """Shows a view of one's own to everybody, or no longer. Raises NotFound, UserError."""
    with ws.unit("view", []) as uow:
        _own(ws, uow, view_id, "share" if shared else "keep")
        uow.update(TABLE, view_id, {"shared": shared})
    return uow.change_set


def delete(ws: Workspace, view_id: int) -> ChangeSet | None:
    """Takes a view of one's own away; undo brings it back. Raises NotFound, UserError."""
    with ws.unit("view", []) as uow:
        _own(ws, uow, view_id, "delete")
        uow.delete(TABLE, view_id)
    return uow.change_set


def set_default(ws: Workspace, page: str, view_id: int | None) -> ChangeSet | None:
    """One's page opens with this view, own or shared; None: as it was left. Raises NotFound."""
    with ws.unit("view", []) as uow:
        rows = storage.children.rows(uow.connection, TABLE, {"page": page})
        chosen = next((row for row in rows if row["id"] == view_id), None)
        if view_id is not None and (chosen is None or not (chosen["shared"] or chosen["owner_id"] == ws.actor_id)):
            raise _gone()
        name = chosen["name"] if chosen else ""
        uow.call_it([N_("Open with the view “{name}”") if chosen else N_("Open with no view"), {"name": name}])
        for row in rows:
            people = _people(row) - {ws.actor_id}
            if row["id"] == view_id:
                people |= {ws.actor_id}
            uow.update(TABLE, row["id"], {"default_for": json.dumps(sorted(people))})
    return uow.change_set


def _said(action: str, page: str, name: str) -> Said:
    texts = _SAID[action]
    return [texts.get(page, texts[""]), {"name": name}]


def _own(ws: Workspace, uow: UnitOfWork, view_id: int, action: str) -> dict[str, Any]:
    """A view that the person may change, after which the action (one of _SAID) is called."""
    row = uow.find(TABLE, view_id)
    if row is None:
        raise _gone()
    if row["owner_id"] != ws.actor_id:
        owner = storage.reference.name_of(uow.connection, "person", row["owner_id"])
        raise UserError(
            tr("“{name}” belongs to {who}.").format(name=row["name"], who=owner or tr("somebody")),
            tr("Save it under a name of your own instead."),
        )
    uow.call_it(_said(action, row["page"], row["name"]))
    return row


def _gone() -> NotFound:
    return NotFound(tr("This view does not exist any more."), tr("Nothing was changed."))


def _others(ws: Workspace, uow: UnitOfWork, page: str, view_id: int) -> list[str]:
    """Names that one's other views of a page have."""
    rows = storage.children.rows(uow.connection, TABLE, {"page": page, "owner_id": ws.actor_id or None})
    return [row["name"] for row in rows if row["id"] != view_id]


def _written(definition: Definition) -> str:
    text = json.dumps(dict(definition), ensure_ascii=False, sort_keys=True)
    if len(text) > LARGEST:
        raise InvalidInput("definition", tr("This view is too large to be kept."), tr("Ask for fewer conditions."))
    return text


def _definition(text: str) -> dict[str, Any]:
    found = _read(text)
    return found if isinstance(found, dict) else {}


def _people(row: Mapping[str, Any]) -> set[int]:
    found = _read(row["default_for"])
    return {each for each in found if isinstance(each, int)} if isinstance(found, list) else set()


def _read(text: str) -> Any:
    """What JSON says; None for what is none, or nested too deeply to be anybody's."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
