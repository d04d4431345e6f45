"""A clone has what a deal is about, nothing of what has happened to it, and one undo."""

from __future__ import annotations

from datetime import date

import pytest

from salesos_desktop.domain.contacts import BuyingRole
from salesos_desktop.domain.products import Line
from salesos_desktop.errors import NotFound
from salesos_desktop.services import (
    checklists,
    checks,
    cloning,
    contacts,
    custom_fields,
    deal_contacts,
    holds,
    lines,
    moves,
    opportunities,
    products,
    timeline,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import totals
from tests.conftest import make_deals, stage_named


def test_a_clone_has_everything_but_the_past(any_ws: Workspace) -> None:
    ws = any_ws
    field = custom_fields.save(ws, {"label": "Size", "form": "text", "subject": "opportunity"})
    key = next(each.key for each in custom_fields.fields(ws, "opportunity") if each.id == field)
    (deal,) = make_deals(ws, 1, tags=["big"], contact="Ana")
    opportunities.edit(ws, deal, {"custom": {key: "XL"}, "note": "Call", "probability": 33})
    product = products.create(ws, {"name": "Board", "price": 500, "currency": "USD"})
    lines.set_lines(ws, deal, [Line(product, "", 2000, 500)], True)
    deal_contacts.add(ws, deal, contacts.create(ws, {"name": "Eva"}), BuyingRole.DECIDES)
    item = checklists.add(ws, deal, "Sign")
    checklists.tick(ws, item)
    moves.move(ws, [deal], stage_named(ws, "Proposal").id)
    holds.hold(ws, [deal], date(2027, 1, 1))
    made = cloning.clone(ws, deal)
    was, now = opportunities.get(ws, deal), opportunities.get(ws, made)
    assert now.card.name == "Deal 0 (copy)"
    same = ("value", "currency", "expected_close", "owner_id", "company_id", "contact_id", "tags", "custom", "note",
            "stage_id", "probability", "probability_set", "value_follows")  # fmt: skip
    assert {name: now.row[name] for name in same} == {name: was.row[name] for name in same}
    assert (now.row["external_id"], now.row["hold_until"], now.row["stage_since"]) == (None, None, ws.clock.today())
    assert lines.lines_of(ws, made).lines == lines.lines_of(ws, deal).lines
    roles = [[(each.name, each.role) for each in deal_contacts.of(ws, each)] for each in (deal, made)]
    assert roles[0] == roles[1]
    assert [(each.text, each.done) for each in checklists.of(ws, made)] == [("Sign", False)]
    assert (now.card.checks_done, now.card.checks_total) == (0, 1)
    assert "stage" not in {entry.kind for entry in timeline.entries(ws, made)}
    with ws.store.read() as connection:
        assert totals.differences(connection) == []
    assert checks.problems(ws) == []
    undo.undo(ws)
    with pytest.raises(NotFound):
        opportunities.get(ws, made)
    assert opportunities.get(ws, deal).row["version"] == was.row["version"]


def test_a_closed_deal_is_cloned_open(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    moves.win(ws, [deal])
    made = opportunities.get(ws, cloning.clone(ws, deal)).card
    assert (made.stage_id, made.probability, made.closed_on) == (stage_named(ws, "Prospecting").id, 10, None)
