"""Emails, phones and addresses of contacts and companies, in order; the first email and phone stand on the row itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.contacts import ContactPoint, PointKind
from ..domain.opportunities import NAME_LIMIT
from ..domain.text import one_line
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from . import reach
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

LABELS = {
    "work": N_("Work"), "home": N_("Personal"), "mobile": N_("Mobile"), "billing": N_("Billing"), "other": N_("Other"),
}  # fmt: skip
"""What the labels are called that everybody has; any other word stands for itself."""
LABEL_LIMIT = 60
_ON_ROW = (PointKind.EMAIL, PointKind.PHONE)


def of(ws: Workspace, table: str, row_id: int) -> list[ContactPoint]:
    """Points of a ``contact`` or ``company``: emails, phones, addresses, each kind in its order. Raises NotFound."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, table, {"id": row_id, "deleted_at": None})
        if not rows:
            raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
        return current(connection, table, rows[0])


def add(ws: Workspace, table: str, row_id: int, point: ContactPoint) -> ChangeSet | None:
    """Adds a point behind those of its kind. Raises InvalidInput on its kind, NotFound; nothing is written then."""
    return _changed(ws, table, row_id, N_("Add {value} to “{name}”"), point.value, lambda known: [*known, point])


def edit(
    ws: Workspace, table: str, row_id: int, known: ContactPoint, *, value: str | None = None, label: str | None = None
) -> ChangeSet | None:
    """Another value or label for one that ``of`` gave. Raises InvalidInput, NotFound when it is no longer there."""
    changed = replace(
        known, value=known.value if value is None else value, label=known.label if label is None else label
    )
    return _changed(
        ws, table, row_id, N_("Change {value} of “{name}”"), known.value,
        lambda points: [changed if _place(points, known) == n else point for n, point in enumerate(points)],
    )  # fmt: skip


def remove(ws: Workspace, table: str, row_id: int, known: ContactPoint) -> ChangeSet | None:
    """Takes away one that ``of`` gave; undo brings it back. Raises NotFound when it is no longer there."""
    return _changed(
        ws, table, row_id, N_("Remove {value} from “{name}”"), known.value,
        lambda points: [point for n, point in enumerate(points) if n != _place(points, known)],
    )  # fmt: skip


def put_back(ws: Workspace, table: str, row_id: int, known: ContactPoint, value: str) -> ChangeSet | None:
    """Gives a point its earlier value again, one that was removed behind those of its kind; None when it has it.

    Raises InvalidInput when another has it by now, NotFound.
    """

    def change(points: list[ContactPoint]) -> list[ContactPoint]:
        if any(point.id == known.id for point in points):
            return [replace(point, value=value) if point.id == known.id else point for point in points]
        return [*points, replace(known, value=value, id=None)]

    return _changed(ws, table, row_id, N_("Put back {value} of “{name}”"), value, change)


def reorder(ws: Workspace, table: str, row_id: int, in_order: Sequence[ContactPoint]) -> ChangeSet | None:
    """Puts these first, in this order; the first of a kind is the one that lists show. Raises NotFound."""

    def sort(points: list[ContactPoint]) -> list[ContactPoint]:
        places = [_place(points, point) for point in in_order]
        return [points[n] for n in places] + [point for n, point in enumerate(points) if n not in places]

    return _changed(ws, table, row_id, N_("Reorder how to reach “{name}”"), "", sort)


# Shared with contacts, companies, conversion and merging --------------------------------------------------------------


def current(connection: Any, table: str, row: Mapping[str, Any]) -> list[ContactPoint]:
    """Points of a row as it is."""
    where = {"subject_table": table, "subject_id": row["id"]}
    return put_together(row, storage.children.rows(connection, "contact_point", where, ("position", "id")))


def put_together(row: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[ContactPoint]:
    """Points of a row out of its rows of ``contact_point`` in their order.

    An import may have written the columns alone, and then they say what comes first.
    """
    kept = [ContactPoint(PointKind(r["kind"]), r["value"], r["label"], r["id"]) for r in rows]
    for kind in _ON_ROW:
        if row[kind.value] and row[kind.value] != columns(kept)[kind.value]:
            kept = with_first(kept, kind, row[kind.value])
    return in_kinds(kept)


def planned(ws: Workspace, known: list[ContactPoint], values: dict[str, Any]) -> list[ContactPoint]:
    """How somebody is reached after ``points``, ``email`` and ``phone`` of ``values``, which are taken out of them.

    ``points`` is the whole new list; ``email`` and ``phone`` replace the first of their kind, or remove it when empty.
    Raises InvalidInput on the kind of what cannot be taken.
    """
    wanted = [cleaned(ws, point, known) for point in values.pop("points", known)]
    for n, point in enumerate(wanted):
        if any(same(point, other) for other in wanted[:n]):
            raise InvalidInput(
                point.kind.value,
                tr("“{text}” is there twice.").format(text=point.value[:60]),
                tr("Remove one of them."),
            )
    for kind in _ON_ROW:
        if kind.value in values:
            given = ContactPoint(kind, values.pop(kind.value) or "")
            wanted = with_first(wanted, kind, cleaned(ws, given, known).value if given.value.strip() else "")
    return in_kinds(wanted)


def columns(points: Iterable[ContactPoint]) -> dict[str, str]:
    """The columns ``email`` and ``phone`` of a row that is reached by these points."""
    found = {kind.value: "" for kind in _ON_ROW}
    for point in points:
        if point.kind in _ON_ROW:
            found[point.kind.value] = found[point.kind.value] or point.value
    return found


def save(uow: UnitOfWork, table: str, row_id: int, wanted: Sequence[ContactPoint]) -> None:
    """Makes these the points of a row and writes the columns that follow; what stays as it is is not written."""
    written = write(uow, table, row_id, wanted)
    if uow.update(table, row_id, columns(wanted)) is None and written:
        # Whoever has the row open is told that it is another one now.
        uow.update(table, row_id, {"version": uow.get(table, row_id)["version"] + 1})


def write(uow: UnitOfWork, table: str, row_id: int, wanted: Iterable[ContactPoint]) -> bool:
    """``save`` without the columns of the row; whether something was written."""
    uow.flush()
    before = uow.changed_rows
    where = {"subject_table": table, "subject_id": row_id}
    kept = {r["id"]: r for r in storage.children.rows(uow.connection, "contact_point", where)}
    positions = dict.fromkeys(PointKind, 0)
    for point in wanted:
        values = {
            "kind": point.kind.value, "label": point.label, "value": point.value, "key": point.key,
            "position": positions[point.kind],
        }  # fmt: skip
        positions[point.kind] += 1
        if point.id is not None and kept.pop(point.id, None) is not None:
            uow.update("contact_point", point.id, values)
        else:
            uow.insert("contact_point", {**where, **values})
    for point_id in kept:
        uow.delete("contact_point", point_id)
    return uow.changed_rows > before


def same(one: ContactPoint, other: ContactPoint) -> bool:
    """Whether two spellings mean the same email, phone or address."""
    if one.kind is not other.kind or one.key != other.key:
        return False
    return one.kind is not PointKind.PHONE or one.value == other.value or reach.same_phone(one.value, other.value)


def with_first(points: list[ContactPoint], kind: PointKind, value: str) -> list[ContactPoint]:
    """The list with another first of a kind; one that is further down already moves up, an empty value removes the first."""
    given = ContactPoint(kind, value)
    mine = [point for point in points if point.kind is kind]
    others = [point for point in points if point.kind is not kind]
    there = next((point for point in mine if same(point, given)), None) if value else None
    if there is not None:
        first = [replace(there, value=value)]
        rest = [point for point in mine if point is not there]
    else:
        first = [replace(mine[0] if mine else given, value=value)] if value else []
        rest = mine[1:]
    return [*first, *rest, *others]


def cleaned(ws: Workspace, point: ContactPoint, known: Iterable[ContactPoint] = ()) -> ContactPoint:
    """A point in its usual spelling; a value that is ``known`` is not looked at again. Raises InvalidInput on its kind."""
    label = one_line(point.label)[:LABEL_LIMIT]
    if any(point.kind is other.kind and point.value == other.value for other in known):
        return replace(point, label=label)
    if point.kind is PointKind.EMAIL:
        value = reach.clean_email(point.value)
    elif point.kind is PointKind.PHONE:
        value = reach.clean_phone(point.value, reach.region(ws))
    else:
        value = "\n".join(one_line(line) for line in point.value.strip().splitlines())[:NAME_LIMIT]
    if not value:
        raise InvalidInput(point.kind.value, tr("There is nothing written."), tr("Fill it in, or remove it."))
    return replace(point, value=value, label=label)


def in_kinds(points: list[ContactPoint]) -> list[ContactPoint]:
    """Emails, then phones, then addresses, each kind in the order it has."""
    order = list(PointKind)
    return sorted(points, key=lambda point: order.index(point.kind))


def _changed(ws: Workspace, table: str, row_id: int, text: str, value: str, change: Any) -> ChangeSet | None:
    with ws.unit("edit", []) as uow:
        row = uow.get(table, row_id)
        if row["deleted_at"] is not None:
            raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
        uow.call_it([text, {"name": row["name"], "value": value}])
        known = current(uow.connection, table, row)
        wanted = planned(ws, known, {"points": change(known)})
        save(uow, table, row_id, wanted)
    return uow.change_set


def _place(points: list[ContactPoint], wanted: ContactPoint) -> int:
    for n, point in enumerate(points):
        if point.kind is wanted.kind and point.value == wanted.value:
            return n
    raise NotFound(
        tr("“{text}” is no longer there.").format(text=wanted.value[:60]), tr("Somebody has changed it meanwhile.")
    )
