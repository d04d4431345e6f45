"""Companies: made, changed, deleted, which belongs to which, their people, and read for lists and the pane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.contacts import CompanyFilter, CompanyRow, CompanySort, ContactPoint
from ..domain.money import MAX_MINOR
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from ..storage.values import Named
from . import contact_points
from .conflicts import Shown
from .contacts import Order, insert_row, tidy, update_row
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

EDITABLE = frozenset(
    {
        "name", "sector", "location", "website", "year_established", "employees", "revenue", "parent_id", "owner_id",
        "email", "phone", "points", "tags", "note", "custom",
    }
)  # fmt: skip
"""Fields that ``create`` and ``edit`` take. ``points`` is the whole list of ContactPoint, ``email`` and ``phone`` the first
of their kind; ``revenue`` a year's, in whole units of the workspace's currency; ``custom`` own fields by their keys."""
_SHORT = ("name", "sector", "location", "website")


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works at a company; ``main`` tells whether it is their main one."""

    contact_id: int
    name: str
    position: str
    email: str
    phone: str
    main: bool


@dataclass(frozen=True, slots=True)
class Company:
    """Everything of one company for the pane and the command line; ``row`` holds the columns of the table."""

    row: dict[str, Any]
    parent: str
    owner: str
    points: list[ContactPoint]
    people: list[Worker]
    subsidiaries: list[Named]


def listing(ws: Workspace, where: CompanyFilter, sort: CompanySort, *, descending: bool = False) -> Order:
    """The order of the whole list; ``fetch`` gives the rows that are looked at."""
    with ws.store.read() as connection:
        ids = storage.companies.order(connection, where, sort, descending=descending)
        return Order(ids, storage.change_log.last_seq(connection))


def fetch(ws: Workspace, ids: Iterable[int]) -> dict[int, CompanyRow]:
    """Rows by id, with their people and open deals counted."""
    with ws.store.read() as connection:
        return storage.companies.rows(connection, ids)


def sectors(ws: Workspace) -> list[str]:
    """Every sector that some company has, by name: what the filter offers."""
    with ws.store.read() as connection:
        return storage.companies.sectors(connection)


def get(ws: Workspace, company_id: int) -> Company:
    """One company with its people and what belongs to it. Raises NotFound."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "company", {"id": company_id, "deleted_at": None})
        if not rows:
            raise _gone(company_id)
        return Company(
            rows[0],
            storage.reference.name_of(connection, "company", rows[0]["parent_id"]),
            storage.reference.name_of(connection, "person", rows[0]["owner_id"]),
            contact_points.current(connection, "company", rows[0]),
            [Worker(*found) for found in storage.companies.people(connection, company_id)],
            storage.companies.subsidiaries(connection, company_id),
        )


def create(ws: Workspace, values: dict[str, Any]) -> int:
    """Makes a company and returns its id; needs a name. Raises InvalidInput and writes nothing.

    Without ``owner_id`` it belongs to whoever made it.
    """
    with ws.unit("create", [N_("Create company “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        return insert(ws, uow, values)


def insert(ws: Workspace, uow: UnitOfWork, values: dict[str, Any]) -> int:
    """``create`` inside a unit of work that does more."""
    clean = checked(ws, {"name": "", **values})
    _check_parent(uow, None, clean.get("parent_id"))
    return insert_row(ws, uow, "company", clean)


def edit(ws: Workspace, company_id: int, values: dict[str, Any], *, expect: Shown | None = None) -> ChangeSet | None:
    """Changes EDITABLE fields of a company in one transaction; None when nothing differs.

    Raises InvalidInput (also for a parent that belongs to it), NotFound, or Conflict where one of the fields is
    no longer as ``expect`` says that it was shown; nothing is written then. ``points`` expect the same ``version``.
    """
    return edit_many(ws, [company_id], values, expect=expect)


def edit_many(
    ws: Workspace, ids: Sequence[int], values: dict[str, Any], *, expect: Shown | None = None
) -> ChangeSet | None:
    """The same fields for several companies at once: one transaction, one undo."""
    with ws.unit("edit", []) as uow:
        rows = [live(uow, company_id) for company_id in ids]
        many = [N_("Edit {count} company"), N_("Edit {count} companies"), len(rows), {}]
        uow.call_it(many if len(rows) != 1 else [N_("Edit “{name}”"), {"name": rows[0]["name"]}])
        clean = checked(ws, values)
        for row in rows:
            _check_parent(uow, row["id"], clean.get("parent_id"))
            update_row(ws, uow, "company", row, clean, expect)
    return uow.change_set


def delete(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Puts companies in the bin; undo brings them back. Their people and deals go on naming them."""
    with ws.unit("delete", []) as uow:
        rows = [live(uow, company_id) for company_id in ids]
        many = [N_("Delete {count} company"), N_("Delete {count} companies"), len(rows), {}]
        uow.call_it(many if len(rows) != 1 else [N_("Delete “{name}”"), {"name": rows[0]["name"]}])
        for row in rows:
            uow.update("company", row["id"], {"deleted_at": ws.clock.now()})
    return uow.change_set


def live(uow: UnitOfWork, company_id: int) -> dict[str, Any]:
    """The row, if it is there and not in the bin. Raises NotFound."""
    row = uow.find("company", company_id)
    if row is None or row["deleted_at"] is not None:
        raise _gone(company_id)
    return row


def chain(uow: UnitOfWork, company_id: int | None) -> list[int]:
    """A company, its parent, the parent's parent and so on."""
    found: list[int] = []
    while company_id is not None and company_id not in found:
        found.append(company_id)
        row = uow.find("company", company_id)
        company_id = row["parent_id"] if row else None
    return found


def checked(ws: Workspace, values: dict[str, Any]) -> dict[str, Any]:
    """What was entered for a company, checked and tidied. Raises InvalidInput."""
    clean = tidy(values, EDITABLE, _SHORT)
    this_year = ws.clock.today().year
    for field, low, high in (
        ("year_established", 1, this_year), ("employees", 0, 10**9), ("revenue", 0, MAX_MINOR),
    ):  # fmt: skip
        if clean.get(field) is not None and not low <= clean[field] <= high:
            raise InvalidInput(
                field, tr("It must be between {low} and {high}.").format(low=low, high=high), tr("Correct it.")
            )
    return clean


def _check_parent(uow: UnitOfWork, company_id: int | None, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parent = uow.find("company", parent_id)
    if parent is None or parent["deleted_at"] is not None:
        raise InvalidInput("parent_id", tr("This company does not exist."), tr("Choose another."))
    if company_id is not None and company_id in chain(uow, parent_id):
        raise InvalidInput(
            "parent_id",
            tr("“{name}” is this company or belongs to it.").format(name=parent["name"]),
            tr("Choose a company that does not."),
        )


def _gone(company_id: int) -> NotFound:
    return NotFound(tr("Company {id} does not exist.").format(id=company_id), tr("It may have been deleted."))
