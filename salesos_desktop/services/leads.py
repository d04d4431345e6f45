"""Leads: made, changed, discarded, taken from the pool, and read for lists and the pane."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.leads import LeadFilter, LeadRow, LeadSort, LeadStatus, OwnSort, StatusKind
from ..domain.opportunities import NAME_LIMIT, NOTE_LIMIT
from ..domain.reach import email_key, phone_key
from ..domain.text import fold, mended, one_line
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from . import conflicts, custom_values, reach, rewards
from .assigner import Assigner, notify
from .conflicts import Shown
from .opportunities import check_value, tags_of
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

EDITABLE = frozenset(
    {
        "name", "email", "phone", "company", "position", "status", "source_id", "owner_id", "tags", "note", "value", "place",
        "custom",
    }
)  # fmt: skip
"""Fields that ``create`` and ``edit`` take; ``tags`` a list of words, ``value`` minor units, ``status`` a code, ``custom``
own fields by their keys."""

FIRST = 80
"""Rows of a list that are read before the whole of it: more than a tall window shows."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Everything of one lead for the pane and the command line; ``row`` holds the columns of the table."""

    row: dict[str, Any]
    status: LeadStatus
    source: str
    owner: str
    discard_reason: str


@dataclass(frozen=True, slots=True)
class Order:
    """Ids of all leads that match, in order, as commit ``seq`` left them."""

    ids: array[int]
    seq: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first leads of a list with their rows, for the first paint; ``whole`` when there are no more."""

    ids: array[int]
    rows: dict[int, LeadRow]
    whole: bool


def beginning(
    ws: Workspace, where: LeadFilter, sort: LeadSort | OwnSort, *, descending: bool = False, limit: int = FIRST
) -> Beginning:
    """What stands at the top of ``listing``, read in a fraction of its time."""
    today, zone = ws.clock.today(), ws.clock.zone()
    with ws.store.read() as connection:
        ids = storage.leads.beginning(connection, where, sort, limit, today, zone, descending=descending)
        return Beginning(ids, storage.leads.rows(connection, ids), len(ids) < limit)


def listing(ws: Workspace, where: LeadFilter, sort: LeadSort | OwnSort, *, descending: bool = False) -> Order:
    """The order of the whole list; ``fetch`` gives the rows that are looked at.

    Raises ValueError for a condition on a column that leads do not have.
    """
    today, zone = ws.clock.today(), ws.clock.zone()
    with ws.store.read() as connection:
        ids = storage.leads.order(connection, where, sort, today, zone, descending=descending)
        return Order(ids, storage.change_log.last_seq(connection))


def fetch(ws: Workspace, ids: Iterable[int]) -> dict[int, LeadRow]:
    """Rows by id."""
    with ws.store.read() as connection:
        return storage.leads.rows(connection, ids)


def statuses(ws: Workspace) -> list[LeadStatus]:
    """Every status in its order, also those that are no longer offered."""
    with ws.store.read() as connection:
        return storage.leads.statuses(connection)


def get(ws: Workspace, lead_id: int) -> Lead:
    """One lead. Raises NotFound."""
    with ws.store.read() as connection:
        row = storage.leads.row(connection, lead_id)
        if row is None:
            raise _gone(lead_id)
        name_of = storage.reference.name_of
        return Lead(
            row,
            _status(storage.leads.statuses(connection), row["status"]),
            name_of(connection, "source", row["source_id"]),
            name_of(connection, "person", row["owner_id"]),
            name_of(connection, "discard_reason", row["discard_reason_id"]),
        )


def create(ws: Workspace, values: dict[str, Any]) -> int:
    """Makes a lead and returns its id; needs a name and an email or a phone. Raises InvalidInput and writes nothing.

    Points go to its owner, or to whoever made it. Without ``owner_id`` it goes where assignment says, and belongs to
    whoever made it where that says nothing; ``owner_id`` None leaves it without an owner.
    """
    with ws.unit("create", [N_("Create lead “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        return insert(ws, uow, values)


def insert(ws: Workspace, uow: UnitOfWork, values: dict[str, Any], assigner: Assigner | None = None) -> int:
    """``create`` inside a unit of work that does more.

    Whoever makes several hands in one ``assigner`` and closes it at the end, so that each person is told once.
    """
    clean = checked(ws, uow, values)
    _need_reach(clean)
    own = clean.pop("custom", {})
    row = {
        "status": "new", "owner_id": ws.actor_id or None, "tags": "[]", "custom": "{}", "created_at": uow.at, **clean,
    }  # fmt: skip
    row["custom"] = custom_values.written(ws, uow, "lead", row, own, new=True)
    status = _status(storage.leads.statuses(uow.connection), row["status"])
    if status.kind in (StatusKind.DISCARDED, StatusKind.CONVERTED):
        raise InvalidInput("status", tr("A new lead cannot be in this status."), tr("Choose another."))
    turns = assigner or Assigner(ws, uow)
    assigned = {} if "owner_id" in clean else turns.assign(row)
    row |= assigned
    lead_id = uow.insert("lead", {**row, **derived(row)})
    if assigned or row["owner_id"] != uow.actor_id:
        turns.tell(row["owner_id"], {**row, "id": lead_id})
    if assigner is None:
        turns.close()
    rewards.award_lead(uow, {**row, "id": lead_id}, "lead_created", ws.point_rules)
    if status.kind is StatusKind.QUALIFIED:
        rewards.award_lead(uow, {**row, "id": lead_id}, "lead_qualified", ws.point_rules)
    return lead_id


def edit(ws: Workspace, lead_id: int, values: dict[str, Any], *, expect: Shown | None = None) -> ChangeSet | None:
    """Changes EDITABLE fields of a lead in one transaction; None when nothing differs.

    Discarding has its own function, which asks the reason. Raises InvalidInput, NotFound, or Conflict where one of the
    fields is no longer as ``expect`` says that it was shown; nothing is written then.
    """
    return edit_many(ws, [lead_id], values, expect=expect)


def edit_many(
    ws: Workspace, ids: Sequence[int], values: dict[str, Any], *, expect: Shown | None = None
) -> ChangeSet | None:
    """The same fields for several leads at once: one transaction, one undo."""
    with ws.unit("edit", []) as uow:
        clean = checked(ws, uow, values)
        own = clean.pop("custom", None)
        leads = [live(uow, lead_id) for lead_id in ids]
        uow.call_it(
            _label(N_("Edit “{name}”"), [N_("Edit {count} lead"), N_("Edit {count} leads"), len(leads), {}], leads)
        )
        known = storage.leads.statuses(uow.connection)
        for lead in leads:
            after = {**lead, **clean}
            _need_reach(after)
            more = _entered(uow, ws, lead, after, known)
            if own is not None:
                more["custom"] = custom_values.written(ws, uow, "lead", after, own, new=False)
            conflicts.refuse(ws, uow, "lead", lead, {**clean, **more}, values, expect)
            uow.update("lead", lead["id"], {**clean, **derived(after), **more})
        given = [lead for lead in leads if clean.get("owner_id") not in (None, lead["owner_id"], uow.actor_id)]
        if given:
            notify(uow, clean["owner_id"], given)
    return uow.change_set


def discard(ws: Workspace, ids: Sequence[int], *, reason_id: int | None, note: str = "") -> ChangeSet | None:
    """Archives leads for a reason, which is compulsory."""
    with ws.unit("discard", []) as uow:
        names = {row.id: row.name for row in storage.reference.named(uow.connection, "discard_reason")}
        if reason_id not in names:
            raise InvalidInput("reason", tr("Say why the lead is discarded."), tr("Choose a reason of the list."))
        status = _of_kind(storage.leads.statuses(uow.connection), StatusKind.DISCARDED)
        leads = [live(uow, lead_id) for lead_id in ids]
        uow.call_it(
            _label(
                N_("Discard “{name}”"), [N_("Discard {count} lead"), N_("Discard {count} leads"), len(leads), {}], leads
            )
        )
        for lead in leads:
            if lead["opportunity_id"] is not None:
                raise UserError(
                    tr("“{name}” has become an opportunity.").format(name=lead["name"]),
                    tr("Nothing was changed. Close the opportunity as lost instead."),
                )
            values = {"status": status.code, "discard_reason_id": reason_id, "discard_note": note.strip()[:NOTE_LIMIT]}
            uow.update("lead", lead["id"], values)
    return uow.change_set


def delete(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Puts leads in the bin; undo brings them back."""
    with ws.unit("delete", []) as uow:
        leads = [live(uow, lead_id) for lead_id in ids]
        uow.call_it(
            _label(
                N_("Delete “{name}”"), [N_("Delete {count} lead"), N_("Delete {count} leads"), len(leads), {}], leads
            )
        )
        for lead in leads:
            uow.update("lead", lead["id"], {"deleted_at": ws.clock.now()})
    return uow.change_set


def claim(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Takes leads that nobody has from the pool. Raises UserError when somebody was faster; nothing is written then."""
    with ws.unit("claim", []) as uow:
        leads = [live(uow, lead_id) for lead_id in ids]
        uow.call_it(
            _label(N_("Take “{name}”"), [N_("Take {count} lead"), N_("Take {count} leads"), len(leads), {}], leads)
        )
        for lead in leads:
            if lead["owner_id"] not in (None, ws.actor_id):
                owner = storage.reference.name_of(uow.connection, "person", lead["owner_id"])
                raise UserError(
                    tr("{who} has already taken “{name}”.").format(who=owner, name=lead["name"]),
                    tr("Nothing was changed."),
                )
            uow.update("lead", lead["id"], {"owner_id": ws.actor_id})
    return uow.change_set


# Shared with import, assignment and conversion -----------------------------------------------------------------------


def checked(ws: Workspace, uow: UnitOfWork, values: dict[str, Any]) -> dict[str, Any]:
    """Checks and tidies what was entered, field by field; raises InvalidInput."""
    clean = dict(values)
    for name in clean.keys() - EDITABLE:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    for name in ("name", "company", "position", "place"):
        if name in clean:
            clean[name] = one_line(clean[name])
            if len(clean[name]) > NAME_LIMIT:
                raise InvalidInput(
                    name, tr("The text has more than {limit} characters.").format(limit=NAME_LIMIT), tr("Shorten it.")
                )
    if not clean.get("name", "there"):
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    if "email" in clean:
        clean["email"] = reach.clean_email(clean["email"] or "")
    if "phone" in clean:
        clean["phone"] = reach.clean_phone(clean["phone"] or "", reach.region(ws))
    if clean.get("note"):
        clean["note"] = mended(clean["note"])
    if len(clean.get("note") or "") > NOTE_LIMIT:
        raise InvalidInput("note", tr("The note is too long."), tr("Shorten it."))
    check_value(clean.get("value"))
    if "tags" in clean:
        clean["tags"] = tags_of(clean["tags"])
    if "status" in clean:
        _status(storage.leads.statuses(uow.connection), clean["status"])
    return clean


def derived(row: dict[str, Any]) -> dict[str, Any]:
    """What a lead is ordered, found and compared by."""
    found = (row["name"], row.get("company"), row.get("email"))
    return {
        "folded": fold(row["name"]), "company_folded": fold(row.get("company") or ""),
        "email_key": email_key(row.get("email") or ""), "phone_key": phone_key(row.get("phone") or ""),
        "search_text": "\n".join(fold(part) for part in found if part),
    }  # fmt: skip


def live(uow: UnitOfWork, lead_id: int) -> dict[str, Any]:
    """The row, if it is there and not in the bin. Raises NotFound."""
    row = uow.find("lead", lead_id)
    if row is None or row["deleted_at"] is not None:
        raise _gone(lead_id)
    return row


def _entered(
    uow: UnitOfWork, ws: Workspace, before: dict[str, Any], after: dict[str, Any], known: list[LeadStatus]
) -> dict[str, Any]:
    """What entering another status brings with it: points once, and no reason of discarding left behind."""
    if after["status"] == before["status"]:
        return {}
    was, status = _status(known, before["status"]), _status(known, after["status"])
    if was.kind is StatusKind.CONVERTED or status.kind is StatusKind.CONVERTED:
        raise InvalidInput(
            "status",
            tr("“{name}” cannot be changed by its status alone.").format(name=before["name"]),
            tr("A lead becomes {status} by converting it.").format(status=_of_kind(known, StatusKind.CONVERTED).name),
        )
    if status.kind is StatusKind.DISCARDED:
        raise InvalidInput("status", tr("Say why the lead is discarded."), tr("Choose a reason of the list."))
    if status.kind is StatusKind.QUALIFIED:
        rewards.award_lead(uow, after, "lead_qualified", ws.point_rules)
    return {"discard_reason_id": None, "discard_note": ""}


def _need_reach(row: dict[str, Any]) -> None:
    if not row.get("name"):
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    if not row.get("email") and not row.get("phone"):
        raise InvalidInput("email", tr("A lead needs an email or a phone."), tr("Fill one in."))


def _status(known: list[LeadStatus], code: str) -> LeadStatus:
    for status in known:
        if status.code == code:
            return status
    raise InvalidInput(
        "status", tr("“{text}” is no status of a lead.").format(text=code[:40]), tr("Choose one of the list.")
    )


def _of_kind(known: list[LeadStatus], kind: StatusKind) -> LeadStatus:
    return next(status for status in known if status.kind is kind)


def _gone(lead_id: int) -> NotFound:
    return NotFound(tr("Lead {id} does not exist.").format(id=lead_id), tr("It may have been deleted."))


def _label(one: str, many: list[Any], leads: Sequence[dict[str, Any]]) -> list[Any]:
    return [one, {"name": leads[0]["name"]}] if len(leads) == 1 else many


def tags_in(row: dict[str, Any]) -> list[str]:
    """The tags of a row as a list."""
    found: list[str] = json.loads(row["tags"])
    return found
