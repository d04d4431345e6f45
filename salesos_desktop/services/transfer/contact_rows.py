"""Writes rows of contacts and companies, with how they are reached, the way they are entered by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ... import storage
from ...domain.contacts import ContactPoint, PointKind
from ...domain.custom_fields import CustomField
from ...domain.text import fold
from ...i18n import tr
from .. import companies, contact_points, contacts, duplicates, leads, reach
from ..opportunities import tags_of
from ..workspace import Workspace
from .links import Links
from .parsing import BadValue
from .writing import CREATE, CREATED, SKIP, SKIPPED, UPDATED, Outcome, RowWriter, Run, Twin, full_name, given

_POINTS = (
    ("email", PointKind.EMAIL, ""), ("email_2", PointKind.EMAIL, ""), ("email_3", PointKind.EMAIL, ""),
    ("phone", PointKind.PHONE, ""), ("phone_2", PointKind.PHONE, ""), ("phone_3", PointKind.PHONE, ""),
    ("mobile", PointKind.PHONE, "mobile"), ("address", PointKind.ADDRESS, ""),
)  # fmt: skip


class Contacts(RowWriter):
    """Contacts; known by an email, else by a phone and a similar name, else by name and company."""

    table = "contact"

    def __init__(self, run: Run, links: Links, own: Sequence[CustomField], on_duplicate: str) -> None:
        super().__init__(run, links, own, on_duplicate)
        self._fresh = _Fresh()

    def prepare(self, chunk: Sequence[Mapping[str, Any]]) -> None:  # noqa: ARG002
        """The contacts of the chunk before are written; those of this one are remembered until then."""
        self._flush()

    def _flush(self) -> None:
        self.uow.flush()
        self._fresh = _Fresh()

    def write(self, values: Mapping[str, Any]) -> Outcome:
        """Makes a contact, or does with the one that is there what was chosen."""
        clean = contacts.tidy(
            {"name": full_name(values)} | given(values, "position", "note", "tags"),
            contacts.EDITABLE,
            ("name", "position"),
        )
        points = _points(self.ws, values)
        twin = self._twin(clean, points, values)
        if twin is not None and self.on_duplicate == SKIP:
            return Outcome("skipped", twin)
        clean |= _owner(self.links, values)
        if values.get("company"):
            clean["company_id"] = self.links.get("company", values["company"])
        self.links.keep()
        if twin is None or self.on_duplicate == CREATE:
            new_id = _insert(self, clean, points)
            self._fresh.add(new_id, clean, points)
            self.run.made("contact", new_id)
            self.links.add("contact", clean["name"], new_id)
            return CREATED if twin is None else Outcome("created", twin)
        changed = _take_over(self, twin.id, clean, points, values)
        self._flush()
        return Outcome("updated" if changed else "skipped", twin)

    def _twin(self, clean: Mapping[str, Any], points: Sequence[ContactPoint], values: Mapping[str, Any]) -> Twin | None:
        connection = self.uow.connection
        for point in points:
            if point.kind is not PointKind.ADDRESS:
                like = duplicates.contact_like(connection, clean["name"], *_email_and_phone(point))
                like = self._fresh.like(clean["name"], point) if like is None else like
                if like is not None:
                    return self._as_twin(like, point.kind.value)
        company = values.get("company") or ""
        company_id = self.links.find("company", company) if company else None
        if company_id is not None:
            found = storage.importing.contact_of(connection, company_id, clean["folded"])
            found = self._fresh.by_company.get((company_id, clean["folded"])) if found is None else found
            return None if found is None else self._as_twin(found, "name")
        if company or points:
            return None
        alone = self.links.find("contact", clean["name"])
        return None if alone is None else self._as_twin(alone, "name")

    def _as_twin(self, contact_id: int, reason: str) -> Twin:
        row = self.uow.get("contact", contact_id)
        company = self.uow.get("company", row["company_id"])["name"] if row["company_id"] is not None else ""
        return Twin(contact_id, row["name"], company, reason, self.run.is_new("contact", contact_id))


class _Fresh:
    """Contacts that wait to be written, a chunk of them, found in the ways in which written ones are found."""

    def __init__(self) -> None:
        self.by_company: dict[tuple[int, str], int] = {}
        self._by_point: dict[tuple[PointKind, str], list[tuple[int, str, str]]] = {}

    def add(self, contact_id: int, row: Mapping[str, Any], points: Sequence[ContactPoint]) -> None:
        """Remembers a contact by its columns and how it is reached."""
        if row.get("company_id") is not None:
            self.by_company.setdefault((row["company_id"], row["folded"]), contact_id)
        for point in points:
            self._by_point.setdefault((point.kind, point.key), []).append((contact_id, row["name"], point.value))

    def like(self, name: str, point: ContactPoint) -> int | None:
        """``duplicates.contact_like`` among them."""
        for contact_id, other, value in self._by_point.get((point.kind, point.key), ()):
            email = point.kind is PointKind.EMAIL
            if email or (reach.same_phone(value, point.value) and duplicates.same_person(other, name)):
                return contact_id
        return None


class Companies(RowWriter):
    """Companies, known by their name; a parent may be named before its own row comes."""

    table = "company"
    _PLAIN = ("sector", "year_established", "revenue", "employees", "location", "website", "note", "tags")

    def __init__(self, run: Run, links: Links, own: Sequence[CustomField], on_duplicate: str) -> None:
        super().__init__(run, links, own, on_duplicate)
        self._parents: set[int] = set()

    def write(self, values: Mapping[str, Any]) -> Outcome:
        """Makes or updates a company."""
        name = values.get("name")
        if not name:
            raise BadValue(-1, tr("The name is missing; fill it in."), "name")
        clean = companies.checked(self.ws, {"name": name} | given(values, *self._PLAIN))
        points, known = _points(self.ws, values), self.links.find("company", name)
        clean |= self._parent(name, known, values.get("parent"))
        clean |= _owner(self.links, values)
        self._parents |= {row_id for table, row_id in self.links.keep() if table == "company"}
        if known is None:
            self.links.add("company", name, _insert(self, clean, points))
            return CREATED
        del clean["name"], clean["folded"]
        changed = _take_over(self, known, clean, points, values)
        if known in self._parents:
            # Another row had named it as its parent; now its own row has come.
            self._parents.discard(known)
            self.links.made["company"] -= 1
            return CREATED
        return UPDATED if changed else SKIPPED

    def _parent(self, name: str, known: int | None, parent: str | None) -> dict[str, Any]:
        if not parent:
            return {}
        if fold(parent) == fold(name):
            raise BadValue(
                -1, tr("“{name}” is this company itself; name another parent.").format(name=parent), "parent"
            )
        parent_id = self.links.get("company", parent)
        if known is not None and known in companies.chain(self.uow, parent_id):
            raise BadValue(
                -1, tr("“{name}” belongs to this company; name another parent.").format(name=parent), "parent"
            )
        return {"parent_id": parent_id}


def _points(ws: Workspace, values: Mapping[str, Any]) -> list[ContactPoint]:
    """Emails, phones and addresses of a row, each once. Raises InvalidInput."""
    found: list[ContactPoint] = []
    for field, kind, label in _POINTS:
        if not values.get(field):
            continue
        point = ContactPoint(kind, values[field], label)
        if kind is PointKind.ADDRESS:
            # Emails and phones were checked when the row was read.
            point = contact_points.cleaned(ws, point)
        if not any(contact_points.same(point, other) for other in found):
            found.append(point)
    return found


def _insert(writer: RowWriter, clean: Mapping[str, Any], points: Sequence[ContactPoint]) -> int:
    """``contacts.insert_row`` of values and points that were checked, which asks the database nothing."""
    ws, uow = writer.ws, writer.uow
    row = {"owner_id": ws.actor_id or None, "created_at": uow.at, **clean, **contact_points.columns(points)}
    row_id = uow.insert(writer.table, row)
    positions = dict.fromkeys(PointKind, 0)
    for point in points:
        values = {
            "subject_table": writer.table, "subject_id": row_id, "kind": point.kind.value, "label": point.label,
            "value": point.value, "key": point.key, "position": positions[point.kind],
        }  # fmt: skip
        positions[point.kind] += 1
        uow.insert("contact_point", values)
    return row_id


def _take_over(
    writer: RowWriter, row_id: int, clean: dict[str, Any], points: Sequence[ContactPoint], values: Mapping[str, Any]
) -> bool:
    """Writes what the file says over a row; empty cells leave what is there, tags and ways to reach it are added."""
    uow, table = writer.uow, writer.table
    uow.flush()
    row = uow.get(table, row_id)
    if values.get("tags"):
        clean["tags"] = tags_of([*leads.tags_in(row), *values["tags"]])
    known = contact_points.current(uow.connection, table, row)
    wanted = []
    for point in points:
        there = next((other for other in known if contact_points.same(point, other)), None)
        wanted.append(point if there is None else replace(there, value=point.value, label=there.label or point.label))
    if wanted:
        rest = [other for other in known if not any(contact_points.same(other, point) for point in wanted)]
        clean["points"] = wanted + rest
    before = uow.changed_rows
    contacts.update_row(writer.ws, uow, table, row, clean, None)
    return uow.changed_rows > before


def _owner(links: Links, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"owner_id": links.get("person", values["owner"])} if values.get("owner") else {}


def _email_and_phone(point: ContactPoint) -> tuple[str, str]:
    return (point.value, "") if point.kind is PointKind.EMAIL else ("", point.value)
