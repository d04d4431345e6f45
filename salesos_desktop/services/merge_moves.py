"""What a merge would move over, in numbers, for the person to see before."""

from __future__ import annotations

from collections.abc import Iterable

from .. import storage
from .merging import LINKS, lines_come_along
from .workspace import Workspace

_ROLES = {
    "contact": (("opportunity_contact", "contact_id"), ("employment", "contact_id")),
    "company": (("employment", "company_id"),),
    "opportunity": (("opportunity_contact", "opportunity_id"),),
}
_HANGING = ("note", "activity", "attachment")


def what_moves(ws: Workspace, kind: str, keep_id: int, other_id: int) -> dict[str, int]:
    """Table → how many of its rows would go from the other lead, contact, company or opportunity to the one that stays."""
    with ws.store.read() as connection:
        found: dict[str, set[int]] = {}
        for table in (*_HANGING, *(("contact_point",) if kind in ("contact", "company") else ())):
            where = {"subject_table": kind, "subject_id": other_id}
            found[table] = {
                row["id"] for row in storage.children.rows(connection, table, where) if row.get("deleted_at") is None
            }
        for table, column in (*LINKS[kind], *_ROLES.get(kind, ())):
            rows = storage.children.rows(connection, table, {column: other_id})
            target = "opportunity" if (kind, table) == ("contact", "opportunity_contact") else table
            name = "opportunity_id" if target != table else "id"
            found.setdefault(target, set()).update(row[name] for row in rows if row.get("deleted_at") is None)
        if kind == "opportunity":
            deals = storage.cards.cards(connection, [keep_id, other_id])
            if not lines_come_along(deals[keep_id].kind, deals[other_id].kind):
                found.pop("opportunity_line")
    return {table: len(ids) for table, ids in found.items() if ids}


def names(ws: Workspace, kind: str, ids: Iterable[int]) -> dict[int | None, str]:
    """What rows are called, by id."""
    with ws.store.read() as connection:
        return storage.children.names(connection, kind, ids)
