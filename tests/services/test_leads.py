"""Leads: what they need, their statuses, points, lists, the pool; on SQLite and PostgreSQL."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.services import board, checks, leads, people, timeline, undo
from salesos_desktop.services.workspace import Workspace


def make(ws: Workspace, name: str = "Ana Ruiz", **more: Any) -> int:
    return leads.create(ws, {"name": name, "email": f"{name.split()[0].lower()}@example.com", **more})


def test_a_lead_is_made_with_what_it_is_found_and_compared_by(any_ws: Workspace) -> None:
    lead = make(any_ws, "  Íñigo   Peña ", email="Inigo@Example.COM", phone="+34 600-12-34-56", company="Café Ñandú")
    row = leads.get(any_ws, lead).row
    assert (row["name"], row["email"], row["phone"]) == ("Íñigo Peña", "Inigo@example.com", "+34 600 12 34 56")
    assert (row["folded"], row["email_key"], row["phone_key"]) == ("inigo pena", "inigo@example.com", "00123456")
    assert people.me(any_ws).points == 5
    assert leads.get(any_ws, lead).status.code == "new"
    for text in ("inigo", "CAFE nandu", "example.com"):
        assert list(leads.listing(any_ws, LeadFilter(text=text), LeadSort.NAME).ids) == [lead]
    assert list(leads.listing(any_ws, LeadFilter(text="peru"), LeadSort.NAME).ids) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "Ana"}, "email"),
        ({"name": " ", "email": "a@example.com"}, "name"),
        ({"name": "Ana", "email": "a@"}, "email"),
        ({"name": "Ana", "phone": "12"}, "phone"),
        ({"name": "Ana", "email": "a@example.com", "status": "lost"}, "status"),
        ({"name": "Ana", "email": "a@example.com", "status": "converted"}, "status"),
        ({"name": "Ana", "email": "a@example.com", "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_a_lead_is_refused_by_its_field(ws: Workspace, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        leads.create(ws, values)
    assert caught.value.field == field
    assert not leads.listing(ws, LeadFilter(), LeadSort.NAME).ids


def test_qualifying_gives_points_once_and_undo_takes_them_back(any_ws: Workspace) -> None:
    lead = make(any_ws)
    leads.edit(any_ws, lead, {"status": "qualified"})
    assert people.me(any_ws).points == 15
    leads.edit(any_ws, lead, {"status": "contacted"})
    leads.edit(any_ws, lead, {"status": "qualified"})
    assert people.me(any_ws).points == 15
    for _ in range(3):
        undo.undo(any_ws)
    assert people.me(any_ws).points == 5
    assert leads.get(any_ws, lead).row["status"] == "new"
    assert [entry.field for entry in timeline.entries(any_ws, lead, "lead") if entry.kind == "changed"] == [
        "status"
    ] * 6


def test_discarding_needs_a_reason_and_hides_it_from_the_list(any_ws: Workspace) -> None:
    lead, other = make(any_ws), make(any_ws, "Bea Sol")
    with pytest.raises(InvalidInput):
        leads.discard(any_ws, [lead], reason_id=None)
    with pytest.raises(InvalidInput):
        leads.edit(any_ws, lead, {"status": "discarded"})
    reason = board.names(any_ws, "discard_reason")[0]
    leads.discard(any_ws, [lead], reason_id=reason.id, note="too small")
    assert list(leads.listing(any_ws, LeadFilter(), LeadSort.NAME).ids) == [other]
    assert list(leads.listing(any_ws, LeadFilter(archived=True), LeadSort.NAME).ids) == [lead, other]
    assert list(leads.listing(any_ws, LeadFilter(status="discarded"), LeadSort.NAME).ids) == [lead]
    assert leads.get(any_ws, lead).discard_reason == reason.name
    leads.edit(any_ws, lead, {"status": "contacted"})
    assert leads.get(any_ws, lead).row["discard_reason_id"] is None


@pytest.mark.parametrize("sort", list(LeadSort))
@pytest.mark.parametrize("descending", [False, True])
def test_a_list_is_ordered_by_each_column_and_what_has_none_comes_last(
    any_ws: Workspace, sort: LeadSort, descending: bool
) -> None:
    source = board.names(any_ws, "source")[0].id
    make(any_ws, "Zoe Paz", company="Álamo", source_id=source, phone="+34 600 12 34 56")
    make(any_ws, "Ana Ruiz", company="", owner_id=None, status="contacted")
    make(any_ws, "Íñigo Peña", company="Beta", phone="+34 600 12 34 57", source_id=source + 1)
    found = leads.listing(any_ws, LeadFilter(), sort, descending=descending)
    rows = [leads.fetch(any_ws, found.ids)[i] for i in found.ids]
    assert len(rows) == 3
    key = {
        LeadSort.NAME: "name", LeadSort.COMPANY: "company", LeadSort.EMAIL: "email", LeadSort.PHONE: "phone",
        LeadSort.SOURCE: "source", LeadSort.OWNER: "owner", LeadSort.CREATED: "created_at",
        LeadSort.ACTIVITY: "last_activity_at", LeadSort.STATUS: "status",
    }[sort]  # fmt: skip
    values = [getattr(row, key) for row in rows]
    empty = [value in (None, "") for value in values]
    assert empty == sorted(empty)
    if sort is LeadSort.NAME:
        assert [row.name[0] for row in rows] == (["Z", "Í", "A"] if descending else ["A", "Í", "Z"])


def test_whoever_is_second_is_told_who_took_the_lead(any_ws: Workspace) -> None:
    lead = make(any_ws, owner_id=None)
    with any_ws.unit("x", ["x", {}]) as uow:
        rival = uow.insert("person", {"name": "Luis Mar", "folded": "luis mar"})
    leads.claim(any_ws, [lead])
    assert leads.get(any_ws, lead).owner == "Marta Ríos"
    leads.edit(any_ws, lead, {"owner_id": rival})
    with pytest.raises(UserError, match="Luis Mar"):
        leads.claim(any_ws, [lead])


def test_several_are_deleted_and_edited_in_one_step(any_ws: Workspace) -> None:
    ids = [make(any_ws, f"N{n} Paz") for n in range(3)]
    leads.edit_many(any_ws, ids, {"tags": ["vip"]})
    assert list(leads.listing(any_ws, LeadFilter(tag="vip"), LeadSort.NAME).ids) == ids
    leads.delete(any_ws, ids)
    assert not leads.listing(any_ws, LeadFilter(), LeadSort.NAME).ids
    with pytest.raises(NotFound):
        leads.get(any_ws, ids[0])
    undo.undo(any_ws)
    assert len(leads.listing(any_ws, LeadFilter(), LeadSort.NAME).ids) == 3
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


@pytest.mark.parametrize("sort", list(LeadSort))
def test_the_beginning_of_a_list_is_the_beginning_of_its_order(any_ws: Workspace, sort: LeadSort) -> None:
    for n, name in enumerate(("Zoe Paz", "Ana Ruiz", "Íñigo Peña", "Bea Sol")):
        make(any_ws, name, company="" if n % 2 else f"Company {n}", owner_id=None if n == 1 else any_ws.actor_id)
    for descending, where in product((False, True), (LeadFilter(), LeadFilter(text="example"))):
        ids = leads.listing(any_ws, where, sort, descending=descending).ids
        found = leads.beginning(any_ws, where, sort, descending=descending, limit=3)
        assert (found.ids, found.whole, sorted(found.rows)) == (ids[:3], False, sorted(ids[:3]))
        assert leads.beginning(any_ws, where, sort, descending=descending).whole
