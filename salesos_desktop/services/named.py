"""Changes in which another record is meant by the name that somebody has typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.changes import ChangeSet
from ..domain.contacts import BuyingRole
from ..domain.text import fold
from ..errors import InvalidInput
from ..i18n import tr
from . import board, companies, contacts, deal_contacts
from .workspace import Workspace


def resolve(ws: Workspace, table: str, text: str, known_id: int | None, field: str) -> int:
    """Id of the one that is meant: the chosen one, else the only one of this name. Raises InvalidInput on ``field``."""
    if known_id is not None:
        return known_id
    like = fold(text)
    found = [item.id for item in board.names(ws, table, like=like, limit=50) if fold(item.name) == like] if like else []
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidInput(
            field, tr("Several are called “{text}”.").format(text=text[:60]), tr("Choose one of those offered.")
        )
    raise InvalidInput(
        field,
        tr("Nobody and nothing here is called “{text}”.").format(text=text[:60]),
        tr("Choose one of those offered."),
    )


def put_contact(
    ws: Workspace, deal_id: int, text: str, known_id: int | None, role: BuyingRole | None
) -> ChangeSet | None:
    """Puts a contact on a deal. Raises like ``resolve`` and ``deal_contacts.add``."""
    return deal_contacts.add(ws, deal_id, resolve(ws, "contact", text, known_id, "contact"), role)


def add_employment(ws: Workspace, contact_id: int, text: str, known_id: int | None, position: str) -> int:
    """A further company of a contact. Raises like ``resolve`` and ``contacts.add_employment``."""
    return contacts.add_employment(ws, contact_id, resolve(ws, "company", text, known_id, "company"), position)


def edit_company(ws: Workspace, company_id: int, values: Mapping[str, Any], **more: Any) -> ChangeSet | None:
    """``companies.edit`` where the parent may be a name and, if one was chosen, its id. Raises like both."""
    named = values.get("parent_id")
    if "parent_id" in values and not isinstance(named, int):
        values = {**values, "parent_id": resolve(ws, "company", named[0], named[1], "parent_id") if named else None}
    return companies.edit(ws, company_id, dict(values), **more)
