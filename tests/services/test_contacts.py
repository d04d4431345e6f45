"""Contacts: what they need, how they are reached, where they work, their deals; on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from salesos_desktop.domain.contacts import ContactFilter, ContactPoint, ContactSort, PointKind
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.errors import Conflict, InvalidInput, NotFound
from salesos_desktop.services import board, companies, contact_points, contacts, deal_contacts, moves, timeline, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named

EMAIL, PHONE, ADDRESS = PointKind


def reach(ws: Workspace, contact: int) -> list[tuple[str, str, str]]:
    return [(p.kind.value, p.value, p.label) for p in contact_points.of(ws, "contact", contact)]


def columns(ws: Workspace, contact: int) -> tuple[str, str]:
    row = contacts.get(ws, contact).row
    return row["email"], row["phone"]


def test_a_contact_is_made_listed_changed_and_taken_back(any_ws: Workspace) -> None:
    values = {
        "name": "  Íñigo  Peña",
        "company": "Café Ñandú",
        "email": "I@Example.COM",
        "tags": ["vip"],
        "position": "CEO",
    }
    contact = contacts.create(any_ws, values)
    found = contacts.get(any_ws, contact)
    assert (found.row["name"], found.company, found.owner) == ("Íñigo Peña", "Café Ñandú", "Marta Ríos")
    assert reach(any_ws, contact) == [("email", "I@example.com", "")]
    for text in ("inigo", "CAFE nandu", "example.com"):
        assert list(contacts.listing(any_ws, ContactFilter(text=text), ContactSort.NAME).ids) == [contact]
    assert not contacts.listing(any_ws, ContactFilter(text="peru"), ContactSort.NAME).ids
    assert list(contacts.listing(any_ws, ContactFilter(tag="vip", owner_id=1), ContactSort.NAME).ids) == [contact]
    contacts.edit(any_ws, contact, {"position": "CTO"}, expect=found.row)
    with pytest.raises(Conflict):
        contacts.edit(any_ws, contact, {"position": "CFO"}, expect=found.row)
    assert [e.after for e in timeline.entries(any_ws, contact, "contact") if e.field == "position"] == ["CTO"]
    contacts.delete(any_ws, [contact])
    with pytest.raises(NotFound):
        contacts.get(any_ws, contact)
    for _ in range(3):
        undo.undo(any_ws)
    with pytest.raises(NotFound):
        contacts.get(any_ws, contact)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "a@example.com"}, "name"), ({"name": " "}, "name"), ({"name": "A", "email": "a@"}, "email"),
        ({"name": "A", "phone": "12"}, "phone"), ({"name": "A", "colour": "red"}, "colour"),
        ({"name": "A", "company_id": 77}, "company"), ({"name": "x" * 501}, "name"),
        ({"name": "A", "points": [ContactPoint(EMAIL, "a@x.es"), ContactPoint(EMAIL, "A@X.es")]}, "email"),
        ({"name": "A", "points": [ContactPoint(ADDRESS, " ")]}, "address"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_contact_is_refused_by_its_field(ws: Workspace, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        contacts.create(ws, values)
    assert caught.value.field == field
    assert not contacts.listing(ws, ContactFilter(), ContactSort.NAME).ids


def test_a_list_is_ordered_by_each_column_and_what_has_none_comes_last(any_ws: Workspace) -> None:
    contacts.create(any_ws, {"name": "Zoe", "company": "Álamo", "email": "z@x.es", "position": "CEO"})
    contacts.create(any_ws, {"name": "Ana", "owner_id": None})
    contacts.create(any_ws, {"name": "Íñigo", "company": "Beta", "phone": "+34 600 12 34 57", "email": "B@x.es"})
    for sort in ContactSort:
        for descending in (False, True):
            found = contacts.listing(any_ws, ContactFilter(), sort, descending=descending)
            rows = [contacts.fetch(any_ws, found.ids)[i] for i in found.ids]
            values = [getattr(row, {ContactSort.CREATED: "created_at"}.get(sort, sort.value)) for row in rows]
            empty = [value in (None, "") for value in values]
            assert len(rows) == 3
            assert empty == sorted(empty), sort
            if sort is ContactSort.NAME:
                assert [name[0] for name in values] == (["Z", "Í", "A"] if descending else ["A", "Í", "Z"])
            if sort is ContactSort.EMAIL:
                assert [email[:1] for email in values] == (["z", "B", ""] if descending else ["B", "z", ""])


def test_the_first_email_and_phone_stand_on_the_row_whatever_is_done_to_the_points(any_ws: Workspace) -> None:
    ana = contacts.create(any_ws, {"name": "Ana", "email": "a@x.es", "phone": "+34 600 11 22 33"})
    contact_points.add(any_ws, "contact", ana, ContactPoint(EMAIL, "B@Y.es", "home"))
    contact_points.add(any_ws, "contact", ana, ContactPoint(ADDRESS, "Calle  Mayor 1\n Madrid", "work"))
    assert reach(any_ws, ana) == [
        ("email", "a@x.es", ""), ("email", "B@y.es", "home"), ("phone", "+34 600 11 22 33", ""),
        ("address", "Calle Mayor 1\nMadrid", "work"),
    ]  # fmt: skip
    points = contact_points.of(any_ws, "contact", ana)
    before = contacts.get(any_ws, ana).row["version"]
    contact_points.reorder(any_ws, "contact", ana, [points[1]])
    assert columns(any_ws, ana) == ("B@y.es", "+34 600 11 22 33")
    contact_points.edit(any_ws, "contact", ana, points[1], value="c@z.es")
    assert columns(any_ws, ana)[0] == "c@z.es"
    contacts.edit(any_ws, ana, {"email": "d@z.es", "phone": ""})
    assert columns(any_ws, ana) == ("d@z.es", "")
    assert reach(any_ws, ana)[:2] == [("email", "d@z.es", "home"), ("email", "a@x.es", "")]
    contact_points.remove(any_ws, "contact", ana, contact_points.of(any_ws, "contact", ana)[0])
    assert columns(any_ws, ana) == ("a@x.es", "")
    for _ in range(4):
        undo.undo(any_ws)
    assert contact_points.of(any_ws, "contact", ana) == points
    assert columns(any_ws, ana) == ("a@x.es", "+34 600 11 22 33")
    assert contacts.get(any_ws, ana).row["version"] > before


def test_a_change_of_points_alone_makes_an_open_form_stale(ws: Workspace) -> None:
    ana = contacts.create(ws, {"name": "Ana", "email": "a@x.es"})
    shown = contacts.get(ws, ana).row
    contact_points.add(ws, "contact", ana, ContactPoint(EMAIL, "b@x.es"))
    with pytest.raises(Conflict):
        contacts.edit(ws, ana, {"points": []}, expect=shown)
    assert len(reach(ws, ana)) == 2


def test_what_an_import_wrote_on_the_row_alone_counts_as_the_first(ws: Workspace) -> None:
    with ws.unit("x", ["x", {}]) as uow:
        ana = uow.insert("contact", {"name": "Ana", "folded": "ana", "email": "not checked", "phone": "600112233"})
    assert reach(ws, ana) == [("email", "not checked", ""), ("phone", "600112233", "")]
    contact_points.add(ws, "contact", ana, ContactPoint(PHONE, "+34 600 99 88 77", "mobile"))
    with ws.unit("x", ["x", {}]) as uow:
        uow.update("contact", ana, {"email": "later@x.es"})
    assert reach(ws, ana) == [
        ("email", "later@x.es", ""), ("phone", "600112233", ""), ("phone", "+34 600 99 88 77", "mobile"),
    ]  # fmt: skip
    assert columns(ws, ana) == ("later@x.es", "600112233")


def test_further_companies_of_a_person(any_ws: Workspace) -> None:
    ana = contacts.create(any_ws, {"name": "Ana", "company": "Alfa", "position": "CEO"})
    beta = companies.create(any_ws, {"name": "Beta"})
    job = contacts.add_employment(any_ws, ana, beta, "Adviser")
    contacts.edit_employment(any_ws, job, "Partner")
    assert [(e.company, e.position) for e in contacts.get(any_ws, ana).employments] == [("Beta", "Partner")]
    for taken in (beta, contacts.get(any_ws, ana).row["company_id"]):
        with pytest.raises(InvalidInput):
            contacts.add_employment(any_ws, ana, taken)
    assert list(contacts.listing(any_ws, ContactFilter(company_id=beta), ContactSort.NAME).ids) == [ana]
    people = companies.get(any_ws, beta).people
    assert [(p.name, p.position, p.main) for p in people] == [("Ana", "Partner", False)]
    contacts.remove_employment(any_ws, job)
    assert contacts.get(any_ws, ana).employments == []
    undo.undo(any_ws)
    assert contacts.get(any_ws, ana).employments[0].position == "Partner"


def test_deals_of_a_contact_open_first_and_counted_on_its_row(any_ws: Workspace) -> None:
    deals = make_deals(any_ws, 4, contact="Ana")
    (other,) = make_deals(any_ws, 1, contact="Bea", currency="EUR")
    ana = contacts.listing(any_ws, ContactFilter(text="ana"), ContactSort.NAME).ids[0]
    deal_contacts.add(any_ws, other, ana)
    moves.win(any_ws, [deals[0]])
    moves.move(any_ws, [deals[1]], stage_named(any_ws, "Negotiation").id)
    found = [card.id for card in contacts.deals_of(any_ws, "contact", ana)]
    assert (set(found[:4]), found[4:]) == ({*deals[1:], other}, [deals[0]])
    row = contacts.fetch(any_ws, [ana])[ana]
    assert (row.deals.count, row.deals.value) == (4, {any_ws.currency: 300_000, "EUR": 100_000})


def test_deals_are_found_by_the_new_name_of_their_contact_and_no_longer_by_the_old(any_ws: Workspace) -> None:
    deals = make_deals(any_ws, 2, contact="Ana")
    ana = contacts.listing(any_ws, ContactFilter(), ContactSort.NAME).ids[0]
    contacts.edit(any_ws, ana, {"name": "Zulema"})

    def found(text: str) -> list[int]:
        return sorted(card.id for card in board.listed(any_ws, DealFilter(text=text)))

    assert (found("zulema"), found("ana")) == (deals, [])
    undo.undo(any_ws)
    assert (found("zulema"), found("ana")) == ([], deals)
