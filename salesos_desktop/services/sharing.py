"""Deals that are shared with colleagues, to be seen or to be edited; on a team's server the database itself knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.notices import Kind
from ..errors import InvalidInput
from ..i18n import N_, tr
from .opportunities import live
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sharer:
    """A colleague whom a deal is shared with."""

    id: int
    name: str
    may_edit: bool


def of(ws: Workspace, deal_id: int) -> list[Sharer]:
    """Whom a deal is shared with, in the order in which it was."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "share", {"opportunity_id": deal_id})
        names = storage.children.names(connection, "person", [row["person_id"] for row in rows])
    return [Sharer(row["person_id"], names.get(row["person_id"], ""), row["may_edit"]) for row in rows]


def share(ws: Workspace, deal_id: int, person_id: int, *, may_edit: bool = False) -> ChangeSet | None:
    """Lets a colleague see a deal, or edit it; they are told. None when it is so already.

    Raises NotFound, Denied, and InvalidInput for its owner and for somebody who no longer works here.
    """
    with ws.unit("share", []) as uow:
        deal, person = live(uow.find("opportunity", deal_id), deal_id), uow.get("person", person_id)
        if not person["active"]:
            raise InvalidInput("person_id", tr("This person does not work here."), tr("Choose another one."))
        if deal["owner_id"] == person_id:
            raise InvalidInput("person_id", tr("It is theirs already."), tr("Choose another one."))
        text = N_("Share “{name}” with {who}, to edit") if may_edit else N_("Share “{name}” with {who}, to look at")
        uow.call_it([text, {"name": deal["name"], "who": person["name"]}])
        there = {"opportunity_id": deal_id, "person_id": person_id}
        known = storage.children.rows(uow.connection, "share", there)
        if known and bool(known[0]["may_edit"]) is may_edit:
            return None
        if known:
            uow.update("share", known[0]["id"], {"may_edit": may_edit})
        else:
            uow.insert("share", {**there, "may_edit": may_edit})
        title = N_("{who} lets you edit {name}") if may_edit else N_("{who} shows you {name}")
        _tell(ws, uow, person_id, title, deal, deal_id)
    return uow.change_set


def stop(ws: Workspace, deal_id: int, person_id: int) -> ChangeSet | None:
    """Ends it; the colleague is told, and a window of theirs shows the deal no longer. None when it was not shared."""
    with ws.unit("share", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        who = storage.reference.name_of(uow.connection, "person", person_id)
        uow.call_it([N_("No longer share “{name}” with {who}"), {"name": deal["name"], "who": who}])
        for row in storage.children.rows(uow.connection, "share", {"opportunity_id": deal_id, "person_id": person_id}):
            uow.delete("share", row["id"])
            _tell(ws, uow, person_id, N_("{who} no longer shares {name} with you"), deal, None)
    return uow.change_set


def _tell(
    ws: Workspace, uow: UnitOfWork, person_id: int, title: str, deal: dict[str, Any], deal_id: int | None
) -> None:
    if person_id != ws.actor_id:
        me = storage.reference.name_of(uow.connection, "person", ws.actor_id)
        uow.notify(person_id, Kind.SHARED, [title, {"who": me, "name": deal["name"]}], ["", {}], deal_id)
