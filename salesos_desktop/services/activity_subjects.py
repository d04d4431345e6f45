"""What an activity can be about, found by typing; whom it can be with."""

from __future__ import annotations

from dataclasses import dataclass

from .. import storage
from ..domain.filters import DealFilter
from ..domain.text import fold
from ..errors import NotFound
from ..i18n import tr
from . import board, contacts, leads
from .workspace import Workspace

_EACH = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A row of ``table`` (opportunity, lead, contact, company or person) with what tells it from others of its name."""

    table: str
    id: int
    name: str
    detail: str = ""


def suggestions(ws: Workspace, text: str) -> list[Found]:
    """Deals, leads, contacts and companies in which the text occurs, a few of each, by name."""
    like = fold(text)
    if not like:
        return []
    found = [
        Found("opportunity", c.id, c.name, c.company) for c in board.listed(ws, DealFilter(text=text), limit=_EACH)
    ]
    named_leads = board.names(ws, "lead", like=like, limit=_EACH)
    rows = leads.fetch(ws, [lead.id for lead in named_leads])
    found += [Found("lead", each.id, each.name, rows[each.id].company) for each in named_leads if each.id in rows]
    found += _contacts(ws, like)
    return found + [Found("company", c.id, c.name) for c in board.names(ws, "company", like=like, limit=_EACH)]


def people(ws: Workspace, text: str) -> list[Found]:
    """Contacts, then colleagues, in whose name the text occurs; by name."""
    like = fold(text)
    if not like:
        return []
    colleagues = [each for each in board.names(ws, "person") if each.active and like in fold(each.name)]
    return _contacts(ws, like) + [Found("person", each.id, each.name) for each in colleagues[:_EACH]]


def named(ws: Workspace, table: str, row_id: int) -> Found:
    """One row that is there. Raises NotFound."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, table, {"id": row_id, "deleted_at": None})
    if not rows:
        raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
    return Found(table, row_id, rows[0]["name"])


def _contacts(ws: Workspace, like: str) -> list[Found]:
    known = board.names(ws, "contact", like=like, limit=_EACH)
    rows = contacts.fetch(ws, [contact.id for contact in known])
    return [Found("contact", each.id, each.name, rows[each.id].company) for each in known if each.id in rows]
