"""Contacts: made, changed, deleted, where they work, their deals, and read for lists and the pane."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.contacts import ContactFilter, ContactPoint, ContactRow, ContactSort
from ..domain.opportunities import NAME_LIMIT, NOTE_LIMIT, Card
from ..domain.text import fold, mended, one_line
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from . import conflicts, contact_points, custom_values, derived
from .conflicts import Shown
from .opportunities import find_or_make, tags_of
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

EDITABLE = frozenset(
    {"name", "position", "company", "company_id", "owner_id", "email", "phone", "points", "tags", "note", "custom"}
)
"""Fields that ``create`` and ``edit`` take. ``company`` is a name, made when new, ``company_id`` one that is there;
``points`` the whole list of ContactPoint, ``email`` and ``phone`` the first of their kind; ``tags`` a list of words; ``custom``
own fields by their keys."""
REACH = frozenset({"points", "email", "phone"})


@dataclass(frozen=True, slots=True)
class Employment:
    """A further company of a contact and what they do there."""

    id: int
    company_id: int
    company: str
    position: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Everything of one contact for the pane and the command line; ``row`` holds the columns of the table."""

    row: dict[str, Any]
    company: str
    owner: str
    points: list[ContactPoint]
    employments: list[Employment]


@dataclass(frozen=True, slots=True)
class Order:
    """Ids of all rows that match, in order, as commit ``seq`` left them."""

    ids: array[int]
    seq: int


def listing(ws: Workspace, where: ContactFilter, sort: ContactSort, *, descending: bool = False) -> Order:
    """The order of the whole list; ``fetch`` gives the rows that are looked at."""
    with ws.store.read() as connection:
        ids = storage.contacts.order(connection, where, sort, descending=descending)
        return Order(ids, storage.change_log.last_seq(connection))


def fetch(ws: Workspace, ids: Iterable[int]) -> dict[int, ContactRow]:
    """Rows by id, with their open deals counted."""
    with ws.store.read() as connection:
        return storage.contacts.rows(connection, ids)


def get(ws: Workspace, contact_id: int) -> Contact:
    """One contact with how they are reached and where else they work. Raises NotFound."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "contact", {"id": contact_id, "deleted_at": None})
        if not rows:
            raise _gone(contact_id)
        name_of = storage.reference.name_of
        return Contact(
            rows[0],
            name_of(connection, "company", rows[0]["company_id"]),
            name_of(connection, "person", rows[0]["owner_id"]),
            contact_points.current(connection, "contact", rows[0]),
            [Employment(*found) for found in storage.contacts.employments(connection, contact_id)],
        )


def deals_of(ws: Workspace, table: str, row_id: int) -> list[Card]:
    """Deals of a ``contact`` (as main or further one) or a ``company``: open ones by date, then the newest closed first."""
    with ws.store.read() as connection:
        ids = storage.contacts.deals(connection, table, row_id)
        cards = storage.cards.cards(connection, ids)
        return [cards[deal_id] for deal_id in ids]


def create(ws: Workspace, values: dict[str, Any]) -> int:
    """Makes a contact and returns its id; needs a name. Raises InvalidInput and writes nothing.

    Without ``owner_id`` it belongs to whoever made it.
    """
    with ws.unit("create", [N_("Create contact “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        return insert(ws, uow, values)


def insert(ws: Workspace, uow: UnitOfWork, values: dict[str, Any]) -> int:
    """``create`` inside a unit of work that does more."""
    clean = tidy({"name": "", **values}, EDITABLE, ("name", "position", "company"))
    return insert_row(ws, uow, "contact", _linked(ws, uow, clean))


def edit(ws: Workspace, contact_id: int, values: dict[str, Any], *, expect: Shown | None = None) -> ChangeSet | None:
    """Changes EDITABLE fields of a contact in one transaction; None when nothing differs.

    Raises InvalidInput, NotFound, or Conflict where one of the fields is no longer as ``expect`` says that it was shown;
    nothing is written then. A whole list of ``points`` expects the same ``version``.
    """
    return edit_many(ws, [contact_id], values, expect=expect)


def edit_many(
    ws: Workspace, ids: Sequence[int], values: dict[str, Any], *, expect: Shown | None = None
) -> ChangeSet | None:
    """The same fields for several contacts at once: one transaction, one undo."""
    with ws.unit("edit", []) as uow:
        rows = [live(uow, contact_id) for contact_id in ids]
        many = [N_("Edit {count} contact"), N_("Edit {count} contacts"), len(rows), {}]
        uow.call_it(many if len(rows) != 1 else [N_("Edit “{name}”"), {"name": rows[0]["name"]}])
        clean = _linked(ws, uow, tidy(values, EDITABLE, ("name", "position", "company")))
        for row in rows:
            update_row(ws, uow, "contact", row, clean, expect)
    return uow.change_set


def delete(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Puts contacts in the bin; undo brings them back. Deals go on naming them."""
    with ws.unit("delete", []) as uow:
        rows = [live(uow, contact_id) for contact_id in ids]
        many = [N_("Delete {count} contact"), N_("Delete {count} contacts"), len(rows), {}]
        uow.call_it(many if len(rows) != 1 else [N_("Delete “{name}”"), {"name": rows[0]["name"]}])
        for row in rows:
            uow.update("contact", row["id"], {"deleted_at": ws.clock.now()})
    return uow.change_set


# Where else they work -------------------------------------------------------------------------------------------------


def add_employment(ws: Workspace, contact_id: int, company_id: int, position: str = "") -> int:
    """A further company of a contact; returns the employment's id. Raises InvalidInput when they are there already."""
    with ws.unit("edit", []) as uow:
        contact, company = live(uow, contact_id), uow.get("company", company_id)
        uow.call_it([N_("“{name}” also works at {company}"), {"name": contact["name"], "company": company["name"]}])
        there = storage.children.rows(
            uow.connection, "employment", {"contact_id": contact_id, "company_id": company_id}
        )
        if there or contact["company_id"] == company_id or company["deleted_at"] is not None:
            raise InvalidInput(
                "company",
                tr("“{name}” is no further company of this person.").format(name=company["name"]),
                tr("Choose one that is not theirs yet."),
            )
        return uow.insert(
            "employment",
            {"contact_id": contact_id, "company_id": company_id, "position": short_text("position", position)},
        )


def edit_employment(ws: Workspace, employment_id: int, position: str) -> ChangeSet | None:
    """What a person does at a further company. Raises NotFound."""
    with ws.unit("edit", [N_("Change a position"), {}]) as uow:
        uow.update("employment", employment_id, {"position": short_text("position", position)})
    return uow.change_set


def remove_employment(ws: Workspace, employment_id: int) -> ChangeSet | None:
    """A person no longer works at a further company; undo brings it back. Raises NotFound."""
    with ws.unit("edit", [N_("Remove a further company"), {}]) as uow:
        uow.delete("employment", employment_id)
    return uow.change_set


# Shared with companies, conversion and merging ------------------------------------------------------------------------


def live(uow: UnitOfWork, contact_id: int) -> dict[str, Any]:
    """The row, if it is there and not in the bin. Raises NotFound."""
    row = uow.find("contact", contact_id)
    if row is None or row["deleted_at"] is not None:
        raise _gone(contact_id)
    return row


def tidy(values: Mapping[str, Any], known: Iterable[str], short: Iterable[str]) -> dict[str, Any]:
    """What was entered for a contact or a company, checked; ``short`` names one-line texts. Raises InvalidInput."""
    clean = dict(values)
    for name in clean.keys() - known:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    for name in short:
        if name in clean:
            clean[name] = short_text(name, clean[name])
    if "name" in clean:
        if not clean["name"]:
            raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
        clean["folded"] = fold(clean["name"])
    if clean.get("note"):
        clean["note"] = mended(clean["note"])
    if len(clean.get("note") or "") > NOTE_LIMIT:
        raise InvalidInput("note", tr("The note is too long."), tr("Shorten it."))
    if "tags" in clean:
        clean["tags"] = tags_of(clean["tags"])
    return clean


def short_text(field: str, text: str | None) -> str:
    """A text of one line. Raises InvalidInput on ``field`` when it is too long."""
    found = one_line(text)
    if len(found) > NAME_LIMIT:
        raise InvalidInput(
            field, tr("The text has more than {limit} characters.").format(limit=NAME_LIMIT), tr("Shorten it.")
        )
    return found


def insert_row(ws: Workspace, uow: UnitOfWork, table: str, clean: dict[str, Any]) -> int:
    """Adds a contact or company of tidied values together with how it is reached and its own fields."""
    points = contact_points.planned(ws, [], clean)
    own = clean.pop("custom", {})
    row = {"owner_id": ws.actor_id or None, "created_at": uow.at, **clean, **contact_points.columns(points)}
    row["custom"] = custom_values.written(ws, uow, table, row, own, new=True)
    row_id = uow.insert(table, row)
    contact_points.write(uow, table, row_id, points)
    return row_id


def update_row(
    ws: Workspace, uow: UnitOfWork, table: str, row: dict[str, Any], clean: dict[str, Any], expect: Shown | None
) -> None:
    """Writes tidied values to a contact or company: its points and what its deals are found by follow."""
    values = dict(clean)
    if "custom" in values:
        values["custom"] = custom_values.written(ws, uow, table, {**row, **values}, values["custom"], new=False)
    points = None
    if REACH & values.keys():
        points = contact_points.planned(ws, contact_points.current(uow.connection, table, row), values)
    conflicts.refuse(
        ws, uow, table, row, {**values, **(contact_points.columns(points) if points else {})}, clean, expect
    )
    version = (expect or {}).get("version") if "points" in clean else None
    uow.update(table, row["id"], values, expect_version=version)
    if points is not None:
        contact_points.save(uow, table, row["id"], points)
    if values.get("name", row["name"]) != row["name"]:
        found_by_name(uow, table, row["id"])


def found_by_name(uow: UnitOfWork, table: str, row_id: int) -> None:
    """Deals are found by the names of their contact and company: rewrites the text of those that name this row."""
    uow.flush()
    deals = storage.children.rows(uow.connection, "opportunity", {f"{table}_id": row_id})
    tables = {"company_id": "company", "contact_id": "contact", "product_id": "product", "owner_id": "person"}
    names = {
        field: storage.children.names(uow.connection, other, {deal[field] for deal in deals})
        for field, other in tables.items()
    }
    for deal in deals:
        text = derived.search_text(deal, {field: names[field].get(deal[field], "") for field in tables})
        uow.update("opportunity", deal["id"], {"search_text": text})


def _linked(ws: Workspace, uow: UnitOfWork, clean: dict[str, Any]) -> dict[str, Any]:
    if "company" in clean:
        clean["company_id"] = find_or_make(ws, uow, "company", clean.pop("company"))
    elif clean.get("company_id") is not None:
        company = uow.find("company", clean["company_id"])
        if company is None or company["deleted_at"] is not None:
            raise InvalidInput("company", tr("This company does not exist."), tr("Choose another."))
    return clean


def _gone(contact_id: int) -> NotFound:
    return NotFound(tr("Contact {id} does not exist.").format(id=contact_id), tr("It may have been deleted."))
