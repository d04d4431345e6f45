"""Companies: what they need, which belongs to which, their lists; on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from salesos_desktop.domain.contacts import CompanyFilter, CompanySort
from salesos_desktop.errors import InvalidInput, NotFound
from salesos_desktop.services import checks, companies, contacts, timeline, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def test_a_company_is_made_listed_and_shows_people_and_deals(any_ws: Workspace) -> None:
    make_deals(any_ws, 3)
    zero = companies.listing(any_ws, CompanyFilter(text="company 0"), CompanySort.NAME).ids[0]
    companies.edit(
        any_ws, zero, {"sector": "Retail", "employees": 12, "email": "hello@zero.es", "phone": "+34 911 23 45 67"}
    )
    contacts.create(any_ws, {"name": "Ana", "company": "Company 0"})
    bea = contacts.create(any_ws, {"name": "Bea", "company": "Company 1"})
    contacts.add_employment(any_ws, bea, zero)
    row = companies.fetch(any_ws, [zero])[zero]
    assert (row.people, row.deals.count, row.deals.value) == (2, 1, {any_ws.currency: 100_000})
    assert (row.email, row.phone, row.sector) == ("hello@zero.es", "+34 911 23 45 67", "Retail")
    assert list(companies.listing(any_ws, CompanyFilter(sector="Retail"), CompanySort.NAME).ids) == [zero]
    assert companies.sectors(any_ws) == ["Retail"]
    assert [card.name for card in contacts.deals_of(any_ws, "company", zero)] == ["Deal 0"]
    assert [p.name for p in companies.get(any_ws, zero).people] == ["Ana", "Bea"]
    assert {e.field for e in timeline.entries(any_ws, zero, "company")} >= {"sector", "employees", "contact_point"}
    companies.delete(any_ws, [zero])
    with pytest.raises(NotFound):
        companies.get(any_ws, zero)
    undo.undo(any_ws)
    assert companies.get(any_ws, zero).points[0].value == "hello@zero.es"
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "name"), ({"name": "A", "email": "x"}, "email"), ({"name": "A", "employees": -1}, "employees"),
        ({"name": "A", "year_established": 2999}, "year_established"), ({"name": "A", "parent_id": 9}, "parent_id"),
        ({"name": "A", "boss": "me"}, "boss"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_company_is_refused_by_its_field(ws: Workspace, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        companies.create(ws, values)
    assert caught.value.field == field


def test_no_company_belongs_to_itself_however_far_around(ws: Workspace) -> None:
    top = companies.create(ws, {"name": "Top"})
    middle = companies.create(ws, {"name": "Middle", "parent_id": top})
    low = companies.create(ws, {"name": "Low", "parent_id": middle})
    for company, parent in ((top, top), (top, low), (middle, low)):
        with pytest.raises(InvalidInput) as caught:
            companies.edit(ws, company, {"parent_id": parent})
        assert caught.value.field == "parent_id"
    assert [s.name for s in companies.get(ws, top).subsidiaries] == ["Middle"]
    assert companies.get(ws, low).parent == "Middle"
    companies.edit(ws, middle, {"parent_id": None})
    companies.edit(ws, top, {"parent_id": low})
    assert companies.get(ws, top).parent == "Low"


def test_a_list_is_ordered_by_each_column_and_what_has_none_comes_last(any_ws: Workspace) -> None:
    companies.create(any_ws, {"name": "Zeta", "sector": "Retail", "location": "Madrid", "employees": 5, "revenue": 10})
    companies.create(any_ws, {"name": "Ábaco", "owner_id": None})
    companies.create(any_ws, {"name": "Beta", "sector": "art", "location": "Lima", "employees": 3, "revenue": 90})
    for sort in CompanySort:
        for descending in (False, True):
            found = companies.listing(any_ws, CompanyFilter(), sort, descending=descending)
            rows = [companies.fetch(any_ws, found.ids)[i] for i in found.ids]
            values = [getattr(row, {CompanySort.CREATED: "created_at"}.get(sort, sort.value)) for row in rows]
            empty = [value in (None, "") for value in values]
            assert len(rows) == 3
            assert empty == sorted(empty), sort
            if sort is CompanySort.EMPLOYEES:
                assert values == ([5, 3, None] if descending else [3, 5, None])
