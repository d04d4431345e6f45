"""The people of a deal and their part in the decision; on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from salesos_desktop.domain.contacts import BuyingRole
from salesos_desktop.errors import InvalidInput, NotFound
from salesos_desktop.services import checks, contacts, deal_contacts, moves, opportunities, timeline, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named


def people(ws: Workspace, deal: int) -> list[tuple[str, BuyingRole | None, bool]]:
    return [(p.name, p.role, p.main) for p in deal_contacts.of(ws, deal)]


def test_people_come_onto_a_deal_take_a_part_and_leave_it(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    ana, bea = (contacts.create(any_ws, {"name": name}) for name in ("Ana", "Bea"))
    deal_contacts.add(any_ws, deal, ana)
    deal_contacts.add(any_ws, deal, bea, BuyingRole.DECIDES)
    assert people(any_ws, deal) == [("Ana", None, True), ("Bea", BuyingRole.DECIDES, False)]
    for somebody in (ana, bea):
        with pytest.raises(InvalidInput):
            deal_contacts.add(any_ws, deal, somebody)
    deal_contacts.set_role(any_ws, deal, ana, BuyingRole.USES)
    deal_contacts.make_main(any_ws, deal, bea)
    assert people(any_ws, deal) == [("Bea", BuyingRole.DECIDES, True), ("Ana", BuyingRole.USES, False)]
    deal_contacts.remove(any_ws, deal, bea)
    assert people(any_ws, deal) == [("Ana", BuyingRole.USES, False)]
    with pytest.raises(NotFound):
        deal_contacts.set_role(any_ws, deal, bea, BuyingRole.BUYS)
    undo.undo(any_ws)
    assert people(any_ws, deal) == [("Bea", BuyingRole.DECIDES, True), ("Ana", BuyingRole.USES, False)]
    said = [(e.before, e.after) for e in timeline.entries(any_ws, deal) if e.field == "opportunity_contact"]
    assert said == [
        (None, "Bea (decides)"), (None, "Ana (uses)"), ("Bea (decides)", None), (None, "Bea (decides)"),
    ]  # fmt: skip
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


def test_the_main_contact_of_before_stays_on_the_deal(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1, contact="Ana")
    bea = contacts.create(ws, {"name": "Bea"})
    deal_contacts.add(ws, deal, bea)
    deal_contacts.make_main(ws, deal, bea)
    assert people(ws, deal) == [("Bea", None, True), ("Ana", None, False)]


def test_deals_that_have_reached_a_proposal_need_somebody_who_decides(any_ws: Workspace) -> None:
    early, proposed, decided, won = make_deals(any_ws, 4, contact="Ana")
    ana = deal_contacts.of(any_ws, early)[0].contact_id
    moves.move(any_ws, [proposed, decided], stage_named(any_ws, "Proposal").id)
    moves.win(any_ws, [won])
    deal_contacts.set_role(any_ws, proposed, ana, BuyingRole.USES)
    deal_contacts.set_role(any_ws, decided, ana, BuyingRole.DECIDES)
    assert deal_contacts.nobody_decides(any_ws, [early, proposed, decided, won]) == {proposed}
    assert deal_contacts.nobody_decides(any_ws, []) == set()


def test_somebody_new_comes_onto_a_deal_in_one_step(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    ana = deal_contacts.create(ws, deal, {"name": "Ana", "company": "Nueva SA"})
    deal_contacts.create(ws, deal, {"name": "Bea"}, BuyingRole.DECIDES)
    assert people(ws, deal) == [("Ana", None, True), ("Bea", BuyingRole.DECIDES, False)]
    assert contacts.get(ws, ana).company == "Nueva SA"
    with pytest.raises(InvalidInput):
        deal_contacts.create(ws, deal, {"name": "Cleo", "email": "no address"})
    undo.undo(ws)
    undo.undo(ws)
    assert people(ws, deal) == []
    with pytest.raises(NotFound):
        contacts.get(ws, ana)


def test_of_two_people_with_one_name_a_deal_has_the_one_of_its_company(any_ws: Workspace) -> None:
    first, second = (contacts.create(any_ws, {"name": "Juan Pérez", "company": c}) for c in ("Alpha", "Beta"))
    values = {"name": "Deal", "value": 100, "expected_close": any_ws.clock.today()}
    there = opportunities.create(any_ws, {**values, "company": "Beta", "contact": "juan perez"})
    assert opportunities.get(any_ws, there).row["contact_id"] == second
    opportunities.edit(any_ws, there, {"name": "Renamed", "company": "Gamma", "contact": "Juan Pérez"})
    assert opportunities.get(any_ws, there).row["contact_id"] == second, "who is there stays"
    opportunities.edit(any_ws, there, {"contact": "Somebody New"})
    new = opportunities.get(any_ws, there).row
    assert contacts.get(any_ws, new["contact_id"]).row["company_id"] == new["company_id"]
    opportunities.edit(any_ws, there, {"contact": ""})
    opportunities.edit(any_ws, there, {"contact": "Juan Pérez"})
    assert opportunities.get(any_ws, there).row["contact_id"] == first
