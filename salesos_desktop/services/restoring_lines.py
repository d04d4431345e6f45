"""What hangs on a record back to an earlier text: notes, emails, phones and addresses, each as one step."""

from __future__ import annotations

from typing import Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.contacts import ContactPoint, PointKind
from ..errors import UserError
from ..i18n import tr
from . import contact_points, notes
from .workspace import Workspace

FIELDS = {"note_row": "note", "contact_point": "contact_point"}
"""Field of history → the table whose rows can go back to what they said."""
_TEXTS = {"note": "body", "contact_point": "value"}


def path(field: str, seq: int) -> str:
    """How an entry's place is written: the field and the commit, which knows which row it was; the field alone elsewhere."""
    return f"{field}@{seq}" if field in FIELDS else field


def possible(where: str) -> bool:
    """Whether a ``path`` is of a line that can go back."""
    field, sign, _ = where.partition("@")
    return bool(sign) and field in FIELDS


def restore(ws: Workspace, table: str, row_id: int, where: str, kept: str | None) -> ChangeSet | None:
    """Gives a line its earlier text again, also one that was deleted; None when it has it.

    ``where`` is a ``path``, ``kept`` the text. Raises UserError for nothing, InvalidInput, NotFound; nothing is written then.
    """
    field, _, seq = where.partition("@")
    child = FIELDS[field]
    if kept is None:
        raise UserError(tr("There was nothing yet."), tr("Delete it by hand."))
    with ws.store.read() as connection:
        line_id = _which(connection, (table, row_id), child, int(seq), kept)
        if child == "contact_point":
            point = _point(connection, (table, row_id), line_id)
    if child == "note":
        return notes.put_back(ws, line_id, kept)
    return contact_points.put_back(ws, table, row_id, point, kept)


def _which(connection: Any, subject: tuple[str, int], child: str, seq: int, kept: str) -> int:
    """The row that a commit changed on a record: the one that had the text before or after it, else the only one."""
    changed = storage.change_log.rows_in(connection, seq, child)
    there = {row["id"]: row for row in storage.children.rows(connection, child, {"id": [c.row_id for c in changed]})}
    mine = []
    for change in changed:
        row = {**(change.before or {}), **(change.after or {})}
        row = {**there.get(change.row_id, {}), **row}
        if (row.get("subject_table"), row.get("subject_id")) in (subject, (None, None)):
            texts = [side[_TEXTS[child]] for side in (change.before, change.after) if side and _TEXTS[child] in side]
            mine.append((kept not in (texts or [row.get(_TEXTS[child])]), change.row_id))
    if not mine:
        raise UserError(tr("This cannot be put back."), tr("It is no longer known what it was."))
    return min(mine)[1]


def _point(connection: Any, subject: tuple[str, int], point_id: int) -> ContactPoint:
    """A point as it is, or as it was when it was removed."""
    rows = storage.children.rows(connection, "contact_point", {"id": point_id})
    row = rows[0] if rows else storage.change_log.removed_row(connection, subject, "contact_point", point_id)
    if row is None:
        raise UserError(tr("This cannot be put back."), tr("It is no longer known what it was."))
    return ContactPoint(PointKind(row["kind"]), row["value"], row["label"], point_id)
