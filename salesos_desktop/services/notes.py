"""Notes on deals, leads, contacts and companies: Markdown as it was typed, with author and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.mentions import mentioned
from ..domain.notices import Kind
from ..domain.opportunities import NOTE_LIMIT
from ..domain.text import mended
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from . import conflicts, deal_notices
from .conflicts import Shown
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

SUBJECTS = frozenset({"opportunity", "lead", "contact", "company"})


@dataclass(frozen=True, slots=True)
class Note:
    """A note; ``edited_at`` is None while it is as it was first written."""

    id: int
    version: int
    body: str
    pinned: bool
    author_id: int | None
    author: str
    created_at: datetime
    edited_at: datetime | None


def of(ws: Workspace, table: str, row_id: int) -> list[Note]:
    """Notes of a row: the pinned one first, then the newest first."""
    with ws.store.read() as connection:
        where = {"subject_table": table, "subject_id": row_id, "deleted_at": None}
        rows = storage.children.rows(connection, "note", where)
        authors = storage.children.names(connection, "person", {row["author_id"] for row in rows})
    rows.sort(key=lambda row: (row["pinned"], row["created_at"], row["id"]), reverse=True)
    return [
        Note(
            row["id"], row["version"], row["body"], row["pinned"], row["author_id"],
            authors.get(row["author_id"], ""), row["created_at"], row["edited_at"],
        )
        for row in rows
    ]  # fmt: skip


def add(ws: Workspace, table: str, row_id: int, body: str) -> int:
    """Writes a note and returns its id; gives points. Raises InvalidInput for an empty one, NotFound."""
    with ws.unit("note", []) as uow:
        subject = _subject(uow, table, row_id)
        uow.call_it([N_("Note on “{name}”"), {"name": subject["name"]}])
        return insert(ws, uow, table, row_id, body)


def add_to_all(ws: Workspace, subjects: Sequence[tuple[str, int]], body: str) -> list[int]:
    """Writes the same note on several rows, given as (table, id), in one step; only the first gives points. Returns the ids.

    Raises like ``add``, and writes nothing then.
    """
    with ws.unit("note", []) as uow:
        rows = [_subject(uow, *subject) for subject in subjects]
        uow.call_it([N_("Note on “{name}”"), {"name": rows[0]["name"]}])
        return [insert(ws, uow, *subject, body, again=n > 0) for n, subject in enumerate(subjects)]


def insert(ws: Workspace, uow: UnitOfWork, table: str, row_id: int, body: str, *, again: bool = False) -> int:
    """``add`` inside a unit of work that does more; the row is known to be there.

    ``again``: the same note stands on another row already, which gave the points and told whom it mentions.
    """
    clean = _checked(body)
    values = {
        "subject_table": table, "subject_id": row_id, "body": clean, "author_id": ws.actor_id or None,
        "created_at": uow.at,
    }  # fmt: skip
    note_id = uow.insert("note", values)
    if not again and ws.actor_id:
        uow.award(ws.actor_id, "note_logged", ws.point_rules["note_logged"], note_id, table="note")
    touched(uow, table, row_id)
    told = _tell_mentioned(uow, table, row_id, clean, clean if again else "")
    if table == "opportunity":
        deal_notices.noted(uow, row_id, clean, told)
    return note_id


def _tell_mentioned(uow: UnitOfWork, table: str, row_id: int, body: str, before: str = "") -> set[int]:
    """Tells the people whom a note names and did not name ``before``; returns those whom it names."""
    if "@" not in body:
        return set()
    people = {person.id: person.name for person in storage.reference.named(uow.connection, "person") if person.active}
    found = mentioned(body, people)
    me, name = (
        storage.reference.name_of(uow.connection, *each) for each in (("person", uow.actor_id), (table, row_id))
    )
    title = [N_("{who} mentions you: {name}"), {"who": me, "name": name}]
    for person_id in sorted(found - mentioned(before, people) - {uow.actor_id}):
        uow.notify(person_id, Kind.MENTION, title, deal_notices.excerpt(body), row_id, table)
    return found


def touched(uow: UnitOfWork, table: str, row_id: int) -> None:
    """Somebody has dealt with it: a lead's last activity, the day that a deal's staleness counts from."""
    if table == "lead":
        uow.update("lead", row_id, {"last_activity_at": uow.at})
    elif table == "opportunity":
        uow.update("opportunity", row_id, {"touched_on": uow.today})


def edit(ws: Workspace, note_id: int, body: str, *, expect: Shown | None = None) -> ChangeSet | None:
    """Another text; its author stays. Raises InvalidInput, NotFound, or Conflict when its ``body`` is not as expected."""
    with ws.unit("note", []) as uow:
        note = _live(uow, note_id, N_("Edit a note on “{name}”"))
        clean = _checked(body)
        if clean != note["body"]:
            conflicts.refuse(ws, uow, "note", note, {"body": clean}, {"body": clean}, expect)
            uow.update("note", note_id, {"body": clean, "edited_at": uow.at})
            _tell_mentioned(uow, note["subject_table"], note["subject_id"], clean, note["body"])
    return uow.change_set


def put_back(ws: Workspace, note_id: int, body: str) -> ChangeSet | None:
    """An earlier text again, out of the bin too; None when it has it. Raises NotFound."""
    with ws.unit("note", []) as uow:
        note = uow.get("note", note_id)
        subject = _subject(uow, note["subject_table"], note["subject_id"])
        uow.call_it([N_("Put back a note on “{name}”"), {"name": subject["name"]}])
        values: dict[str, Any] = {} if body == note["body"] else {"body": body, "edited_at": uow.at}
        if note["deleted_at"] is not None:
            values["deleted_at"] = None
            give_back(uow, note_id)
        if values:
            uow.update("note", note_id, values)
    return uow.change_set


def pin(ws: Workspace, note_id: int, pinned: bool = True) -> ChangeSet | None:
    """Keeps a note above the others, instead of the one that was pinned before. Raises NotFound."""
    with ws.unit("note", []) as uow:
        note = _live(uow, note_id, N_("Pin a note on “{name}”") if pinned else N_("Unpin a note on “{name}”"))
        if pinned:
            where = {name: note[name] for name in ("subject_table", "subject_id")} | {"pinned": True}
            for other in storage.children.rows(uow.connection, "note", where):
                if other["id"] != note_id:
                    uow.update("note", other["id"], {"pinned": False})
        uow.update("note", note_id, {"pinned": pinned})
    return uow.change_set


def delete(ws: Workspace, note_id: int) -> ChangeSet | None:
    """Puts a note in the bin; the points it gave go back, so that writing and deleting earns nothing. Raises NotFound."""
    with ws.unit("delete", []) as uow:
        _live(uow, note_id, N_("Delete a note on “{name}”"))
        uow.update("note", note_id, {"deleted_at": ws.clock.now(), "pinned": False})
        for person_id, reason, _, net in storage.timeline.points_earned(uow.connection, note_id, "note"):
            if net:
                uow.award(person_id, reason, -net, note_id, table="note")
    return uow.change_set


def give_back(uow: UnitOfWork, note_id: int) -> None:
    """Gives the points that deleting a note took, when it comes out of the bin."""
    for row in storage.timeline.last_points(uow.connection, "note", note_id):
        if row.points < 0:
            uow.award(row.person_id, row.reason, -row.points, note_id, table="note")


def _live(uow: UnitOfWork, note_id: int, label: str) -> dict[str, Any]:
    note = uow.find("note", note_id)
    if note is None or note["deleted_at"] is not None:
        raise NotFound(tr("This note does not exist."), tr("It may have been deleted."))
    name = storage.reference.name_of(uow.connection, note["subject_table"], note["subject_id"])
    uow.call_it([label, {"name": name}])
    return note


def _subject(uow: UnitOfWork, table: str, row_id: int) -> dict[str, Any]:
    if table not in SUBJECTS:
        raise ValueError(table)
    row = uow.get(table, row_id)
    if row["deleted_at"] is not None:
        raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
    return row


def _checked(body: str) -> str:
    clean = mended(body).strip("\n").rstrip()
    if not clean.strip():
        raise InvalidInput("body", tr("The note is empty."), tr("Write something."))
    if len(clean) > NOTE_LIMIT:
        raise InvalidInput("body", tr("The note is too long."), tr("Shorten it."))
    return clean
