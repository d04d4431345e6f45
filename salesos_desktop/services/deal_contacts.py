"""The people of a deal: the main contact and further ones, each with the part they take in the decision to buy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.contacts import BuyingRole, DealContact
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from . import contacts, derived
from .opportunities import live
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

ROLES = {
    BuyingRole.DECIDES: N_("Decides"), BuyingRole.INFLUENCES: N_("Influences"), BuyingRole.USES: N_("Uses"),
    BuyingRole.BUYS: N_("Buys"), BuyingRole.BLOCKS: N_("Blocks"),
}  # fmt: skip
"""What the roles are called where one is chosen."""
PROPOSED_FROM = 50
"""Probability of a stage, in percent, from which a deal has reached Propuesta: somebody should decide by then."""


def of(ws: Workspace, deal_id: int) -> list[DealContact]:
    """The people of a deal, the main contact first."""
    with ws.store.read() as connection:
        return storage.contacts.of_deal(connection, deal_id)


def nobody_decides(ws: Workspace, deal_ids: Sequence[int]) -> set[int]:
    """Open deals among these that have reached Propuesta (a stage of PROPOSED_FROM or more) without anybody who decides."""
    with ws.store.read() as connection:
        return storage.contacts.undecided(connection, deal_ids, PROPOSED_FROM)


def add(ws: Workspace, deal_id: int, contact_id: int, role: BuyingRole | None = None) -> ChangeSet | None:
    """Puts a person on a deal, as its main contact when it has none. Raises InvalidInput when they are on it, NotFound."""
    with ws.unit("contacts", []) as uow:
        deal, contact = live(uow.find("opportunity", deal_id), deal_id), contacts.live(uow, contact_id)
        uow.call_it([N_("Add {who} to “{name}”"), {"who": contact["name"], "name": deal["name"]}])
        if deal["contact_id"] == contact_id or _link(uow, deal_id, contact_id) is not None:
            raise InvalidInput(
                "contact",
                tr("{who} is on “{name}” already.").format(who=contact["name"], name=deal["name"]),
                tr("Choose somebody else."),
            )
        _put(uow, deal, contact_id, role)
    return uow.change_set


def create(ws: Workspace, deal_id: int, values: dict[str, Any], role: BuyingRole | None = None) -> int:
    """Makes a contact of these values (see ``contacts.EDITABLE``) and puts it on a deal in the same step; returns its id.

    Raises InvalidInput or NotFound and writes nothing.
    """
    with ws.unit("contacts", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        uow.call_it([N_("Add {who} to “{name}”"), {"who": str(values.get("name") or ""), "name": deal["name"]}])
        contact_id = contacts.insert(ws, uow, values)
        _put(uow, deal, contact_id, role)
        return contact_id


def set_role(ws: Workspace, deal_id: int, contact_id: int, role: BuyingRole | None) -> ChangeSet | None:
    """Says what part somebody on a deal takes, the main contact included; None when it is not known. Raises NotFound."""
    with ws.unit("contacts", []) as uow:
        deal, name = _on(uow, deal_id, contact_id)
        uow.call_it([N_("Role of {who} in “{name}”"), {"who": name, "name": deal["name"]}])
        there = _link(uow, deal_id, contact_id)
        if there is not None:
            uow.update("opportunity_contact", there["id"], {"buying_role": role.value if role else ""})
        elif role is not None:
            _insert(uow, deal_id, contact_id, role)
    return uow.change_set


def remove(ws: Workspace, deal_id: int, contact_id: int) -> ChangeSet | None:
    """Takes a person off a deal; without its main contact a deal has none until one is chosen. Raises NotFound."""
    with ws.unit("contacts", []) as uow:
        deal, name = _on(uow, deal_id, contact_id)
        uow.call_it([N_("Take {who} off “{name}”"), {"who": name, "name": deal["name"]}])
        there = _link(uow, deal_id, contact_id)
        if there is not None:
            uow.delete("opportunity_contact", there["id"])
        if deal["contact_id"] == contact_id:
            derived.apply(uow, deal, {"contact_id": None})
    return uow.change_set


def make_main(ws: Workspace, deal_id: int, contact_id: int) -> ChangeSet | None:
    """Makes somebody on a deal its main contact; the one before stays on it with the role they have. Raises NotFound."""
    with ws.unit("contacts", []) as uow:
        deal, name = _on(uow, deal_id, contact_id)
        uow.call_it([N_("{who} is the main contact of “{name}”"), {"who": name, "name": deal["name"]}])
        before = deal["contact_id"]
        if before is not None and before != contact_id and _link(uow, deal_id, before) is None:
            _insert(uow, deal_id, before, None)
        derived.apply(uow, deal, {"contact_id": contact_id})
    return uow.change_set


def _on(uow: UnitOfWork, deal_id: int, contact_id: int) -> tuple[dict[str, Any], str]:
    """A deal and the name of somebody who is on it."""
    deal = live(uow.find("opportunity", deal_id), deal_id)
    name = storage.reference.name_of(uow.connection, "contact", contact_id)
    if deal["contact_id"] != contact_id and _link(uow, deal_id, contact_id) is None:
        raise NotFound(
            tr("{who} is not on “{name}”.").format(who=name or contact_id, name=deal["name"]),
            tr("Nothing was changed."),
        )
    return deal, name


def _link(uow: UnitOfWork, deal_id: int, contact_id: int) -> dict[str, Any] | None:
    where = {"opportunity_id": deal_id, "contact_id": contact_id}
    return next(iter(storage.children.rows(uow.connection, "opportunity_contact", where)), None)


def _put(uow: UnitOfWork, deal: dict[str, Any], contact_id: int, role: BuyingRole | None) -> None:
    """Somebody who is not on the deal yet; the main contact when it has none."""
    first = deal["contact_id"] is None
    if first:
        derived.apply(uow, deal, {"contact_id": contact_id})
    if not first or role is not None:
        _insert(uow, deal["id"], contact_id, role)


def _insert(uow: UnitOfWork, deal_id: int, contact_id: int, role: BuyingRole | None) -> None:
    values = {"opportunity_id": deal_id, "contact_id": contact_id, "buying_role": role.value if role else ""}
    uow.insert("opportunity_contact", values)
