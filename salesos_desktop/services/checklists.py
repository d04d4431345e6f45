"""The check list of a deal; how much of it is done stands on the deal itself, so that a card can show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..errors import InvalidInput
from ..i18n import N_, tr
from .contacts import short_text
from .opportunities import live
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One thing to do before the deal goes on."""

    id: int
    text: str
    done: bool


def of(ws: Workspace, deal_id: int) -> list[CheckItem]:
    """The list of a deal in its order."""
    with ws.store.read() as connection:
        return [CheckItem(row["id"], row["text"], row["done"]) for row in _rows(connection, deal_id)]


def add(ws: Workspace, deal_id: int, text: str) -> int:
    """Adds an item at the end and returns its id. Raises InvalidInput, NotFound."""
    with ws.unit("checks", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        uow.call_it([N_("Check list of “{name}”"), {"name": deal["name"]}])
        known = _rows(uow.connection, deal_id)
        position = known[-1]["position"] + 1 if known else 0
        item_id = uow.insert("check_item", {"opportunity_id": deal_id, "text": _checked(text), "position": position})
        recount(uow, deal_id)
        return item_id


def rename(ws: Workspace, item_id: int, text: str) -> ChangeSet | None:
    """Another text for an item. Raises InvalidInput, NotFound."""
    with ws.unit("checks", []) as uow:
        _item(uow, item_id)
        uow.update("check_item", item_id, {"text": _checked(text)})
    return uow.change_set


def tick(ws: Workspace, item_id: int, done: bool = True) -> ChangeSet | None:
    """Marks an item as done or not done. Raises NotFound."""
    with ws.unit("checks", []) as uow:
        item = _item(uow, item_id)
        uow.call_it([N_("Tick “{text}”") if done else N_("Untick “{text}”"), {"text": item["text"]}])
        uow.update("check_item", item_id, {"done": done})
        recount(uow, item["opportunity_id"])
    return uow.change_set


def reorder(ws: Workspace, deal_id: int, item_ids: Sequence[int]) -> ChangeSet | None:
    """Puts these items first, in this order."""
    with ws.unit("checks", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        uow.call_it([N_("Check list of “{name}”"), {"name": deal["name"]}])
        places = {item_id: place for place, item_id in enumerate(item_ids)}
        rows = _rows(uow.connection, deal_id)
        for position, row in enumerate(sorted(rows, key=lambda row: places.get(row["id"], len(places)))):
            uow.update("check_item", row["id"], {"position": position})
    return uow.change_set


def remove(ws: Workspace, item_id: int) -> ChangeSet | None:
    """Takes an item away; undo brings it back. Raises NotFound."""
    with ws.unit("checks", []) as uow:
        item = _item(uow, item_id)
        uow.call_it([N_("Remove “{name}”"), {"name": item["text"]}])
        uow.delete("check_item", item_id)
        recount(uow, item["opportunity_id"])
    return uow.change_set


def recount(uow: UnitOfWork, deal_id: int) -> None:
    """Writes on the deal how many of its items are done and how many there are."""
    uow.flush()
    rows = _rows(uow.connection, deal_id)
    done = sum(row["done"] for row in rows)
    uow.update("opportunity", deal_id, {"checks_done": done, "checks_total": len(rows)})


def _rows(connection: Any, deal_id: int) -> list[dict[str, Any]]:
    return storage.children.rows(connection, "check_item", {"opportunity_id": deal_id}, ("position", "id"))


def _item(uow: UnitOfWork, item_id: int) -> dict[str, Any]:
    item = uow.get("check_item", item_id)
    deal = live(uow.find("opportunity", item["opportunity_id"]), item["opportunity_id"])
    uow.call_it([N_("Check list of “{name}”"), {"name": deal["name"]}])
    return item


def _checked(text: str) -> str:
    found = short_text("text", text)
    if not found:
        raise InvalidInput("text", tr("There is nothing written."), tr("Fill it in, or remove it."))
    return found
