"""The bin: what is in it, what comes back, and what goes for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from salesos_desktop import storage
from salesos_desktop.errors import NotFound, UserError
from salesos_desktop.services import bin as waste
from salesos_desktop.services import (
    board,
    checks,
    conversion,
    leads,
    merging,
    notes,
    opportunities,
    people,
    timeline,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import StillClock, make_deals


def note_on(ws: Workspace, deal: int, *, deleted: bool = True) -> int:
    with ws.unit("x", ["x", {}]) as uow:
        made = uow.insert("note", {"subject_table": "opportunity", "subject_id": deal, "body": "Call again"})
    if deleted:
        with ws.unit("x", ["x", {}]) as uow:
            uow.update("note", made, {"deleted_at": ws.clock.now()})
    return made


def test_everything_deleted_is_listed_with_who_and_when_and_comes_back(any_ws: Workspace, clock: StillClock) -> None:
    first, second = make_deals(any_ws, 2)
    lead = leads.create(any_ws, {"name": "Ana", "email": "a@example.com"})
    note = note_on(any_ws, second)
    opportunities.delete(any_ws, [first])
    clock.day += timedelta(days=3)
    leads.delete(any_ws, [lead])
    found = waste.listing(any_ws).things
    assert [(d.table, d.id) for d in found] == [("lead", lead), ("opportunity", first), ("note", note)]
    assert [(d.name, d.deleted_by, d.days_left) for d in found] == [
        ("Ana", "Marta Ríos", 30), ("Deal 0", "Marta Ríos", 27), ("Call again", "Marta Ríos", 27),
    ]  # fmt: skip
    waste.restore(any_ws, "opportunity", [first])
    waste.restore_all(any_ws, [("note", note), ("lead", lead)])
    assert waste.listing(any_ws).things == []
    assert opportunities.get(any_ws, first).card.name == "Deal 0"
    with pytest.raises(NotFound):
        waste.restore(any_ws, "opportunity", [first])
    undo.undo(any_ws)
    assert {d.table for d in waste.listing(any_ws).things} == {"lead", "note"}
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


def test_the_newest_are_listed_and_the_rest_is_counted(any_ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = make_deals(any_ws, 5)
    with any_ws.unit("x", ["x", {}]) as uow:
        luis = uow.insert("person", {"name": "Luis Gil", "folded": "luis gil"})
    opportunities.delete(any_ws, deals)
    waste.restore(any_ws, "opportunity", deals[:1])
    any_ws.actor_id = luis
    opportunities.delete(any_ws, deals[:1])
    lead = leads.create(any_ws, {"name": "Ana", "email": "a@example.com"})
    leads.delete(any_ws, [lead])
    monkeypatch.setattr(waste, "LISTED", 3)
    found = waste.listing(any_ws)
    assert [(d.table, d.id, d.deleted_by) for d in found.things] == [
        ("lead", lead, "Luis Gil"), ("opportunity", deals[0], "Luis Gil"), ("opportunity", deals[4], "Marta Ríos"),
    ]  # fmt: skip
    assert found.rest == 3


def test_a_note_waits_for_what_it_hangs_on(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    note = note_on(ws, deal)
    opportunities.delete(ws, [deal])
    with pytest.raises(UserError, match="Deal 0"):
        waste.restore(ws, "note", [note])
    waste.restore_all(ws, [("note", note), ("opportunity", deal)])
    assert waste.listing(ws).things == []


def test_after_thirty_days_it_goes_for_good_with_its_parts_but_not_its_history(
    any_ws: Workspace, clock: StillClock
) -> None:
    gone, kept = make_deals(any_ws, 2, company="Andes")
    note_on(any_ws, gone, deleted=False)
    with any_ws.unit("x", ["x", {}]) as uow:
        uow.insert("opportunity_line", {"opportunity_id": gone, "description": "x", "unit_price": 5})
        company = next(n.id for n in board.names(any_ws, "company") if n.name == "Andes")
        uow.update("company", company, {"deleted_at": uow.at})
    points = people.me(any_ws).points
    opportunities.delete(any_ws, [gone])
    clock.day += timedelta(days=29)
    assert waste.purge(any_ws) == 0
    clock.day += timedelta(days=2)
    assert waste.listing(any_ws).things == []
    candidate = undo.possible(any_ws).undo
    assert waste.purge(any_ws) == 1, "the company is referred to and stays"
    assert waste.purge(any_ws) == 0
    assert undo.possible(any_ws).undo == candidate, "it cannot be undone"
    assert [e.kind for e in timeline.entries(any_ws, gone)][-1] == "removed"
    assert people.me(any_ws).points == points
    assert opportunities.get(any_ws, kept).card.company == "Andes"
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []
    opportunities.delete(any_ws, [kept])
    clock.day += timedelta(days=31)
    assert waste.purge(any_ws) == 2, "the deal, and the company that nothing refers to any more"


def test_many_are_purged_in_parts(ws: Workspace) -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    with ws.unit("x", ["x", {}]) as uow:
        for n in range(5):
            uow.insert("contact", {"name": f"C{n}", "folded": f"c{n}", "deleted_at": old})
    assert [waste.purge(ws, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_what_was_merged_into_another_goes_for_good_too(ws: Workspace, clock: StillClock) -> None:
    kept, other = (leads.create(ws, {"name": name, "email": f"{name}@example.com"}) for name in ("ana", "ann"))
    merging.merge(ws, "lead", kept, other)
    clock.day += timedelta(days=31)
    assert waste.purge(ws) == 1
    assert leads.get(ws, kept).row["name"] == "ana"
    leads.delete(ws, [kept])
    clock.day += timedelta(days=31)
    assert waste.purge(ws) == 1
    with ws.store.read() as connection:
        assert storage.children.rows(connection, "lead", {}) == []


def test_what_is_gone_for_good_does_not_stand_in_the_way_of_undo(ws: Workspace, clock: StillClock) -> None:
    first, second = make_deals(ws, 2)
    opportunities.edit(ws, first, {"name": "Earlier"})
    opportunities.edit(ws, second, {"name": "Gone"})
    opportunities.delete(ws, [second])
    clock.day += timedelta(days=31)
    assert waste.purge(ws) == 1
    assert undo.possible(ws).undo is None
    opportunities.edit(ws, first, {"name": "Later"})
    undo.undo(ws)
    assert opportunities.get(ws, first).card.name == "Earlier"
    with pytest.raises(UserError, match="nothing to undo"):
        undo.undo(ws)


def test_a_deal_whose_number_another_has_meanwhile_stays_in_the_bin(ws: Workspace) -> None:
    first, second = make_deals(ws, 2)
    with ws.unit("x", ["x", {}]) as uow:
        uow.update("opportunity", first, {"external_id": "A1"})
    opportunities.delete(ws, [first])
    with ws.unit("x", ["x", {}]) as uow:
        uow.update("opportunity", second, {"external_id": "A1"})
    with pytest.raises(UserError, match="A1"):
        waste.restore(ws, "opportunity", [first])
    opportunities.delete(ws, [second])
    waste.restore(ws, "opportunity", [first])


def test_the_points_of_a_note_come_back_with_it(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    before = people.me(ws).points
    note = notes.add(ws, "opportunity", deal, "Call again")
    earned = people.me(ws).points
    notes.delete(ws, note)
    assert people.me(ws).points == before
    waste.restore(ws, "note", [note])
    assert people.me(ws).points == earned > before
    undo.undo(ws)
    assert people.me(ws).points == before


def test_tidying_leaves_turns_to_others(ws: Workspace, clock: StillClock) -> None:
    with ws.unit("x", ["x", {}]) as uow:
        for n in range(150):
            uow.insert("contact", {"name": f"C{n}", "folded": f"c{n}", "deleted_at": uow.at})
    clock.day += timedelta(days=31)
    assert [waste.tidy(ws) for _ in range(3)] == [True, True, False]


def test_no_turn_of_emptying_leaves_a_name_of_what_is_gone(ws: Workspace, clock: StillClock) -> None:
    kept, other = (leads.create(ws, {"name": name, "email": f"{name}@example.com"}) for name in ("ana", "ann"))
    merging.merge(ws, "lead", kept, other)
    became = leads.create(ws, {"name": "bea", "email": "bea@example.com"})
    day = ws.clock.today()
    deal = conversion.convert(ws, became, {"name": "Deal", "value": 100, "expected_close": day})
    many = [leads.create(ws, {"name": f"n{n}", "email": f"n{n}@example.com"}) for n in range(6)]
    leads.delete(ws, [kept, became, *many])
    opportunities.delete(ws, [deal])
    clock.day += timedelta(days=31)
    while waste.purge(ws, limit=2):
        assert checks.problems(ws) == []
    assert waste.listing(ws).things == []
    with ws.store.read() as connection:
        assert storage.children.rows(connection, "lead", {}) == []
