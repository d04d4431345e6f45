"""The lists an administrator keeps, points and exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.services import board, leads, lists, moves, opportunities, people, rates, setup, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals, stage_named


def names(ws: Workspace, table: str) -> list[str]:
    return [entry.name for entry in lists.entries(ws, table)]


@pytest.mark.parametrize("table", lists.LISTS)
def test_an_entry_is_added_renamed_and_deleted_and_undo_takes_each_back(any_ws: Workspace, table: str) -> None:
    start = names(any_ws, table)
    new = lists.add(any_ws, table, {"name": "  Trade   fair "})
    assert "Trade fair" in names(any_ws, table)
    for double in ("trade FAIR", "Tráde fair"):
        with pytest.raises(InvalidInput) as caught:
            lists.add(any_ws, table, {"name": double})
        assert caught.value.field == "name"
    lists.edit(any_ws, table, new, {"name": "TRADE Fair"})
    assert "TRADE Fair" in names(any_ws, table), "another spelling of its own name is no double"
    lists.delete(any_ws, table, new)
    assert names(any_ws, table) == start
    for expected in ("TRADE Fair", "Trade fair"):
        undo.undo(any_ws)
        assert expected in names(any_ws, table)
    undo.undo(any_ws)
    assert names(any_ws, table) == start


def test_uses_are_counted_and_what_is_used_is_switched_off_but_not_deleted(any_ws: Workspace) -> None:
    source, reason = lists.entries(any_ws, "source")[0], lists.entries(any_ws, "loss_reason")[0]
    leads.create(any_ws, {"name": "Ana", "email": "a@example.com", "source_id": source.id})
    (deal,) = make_deals(any_ws, 1, source_id=source.id)
    moves.lose(any_ws, [deal], reason_id=reason.id)
    assert [e.uses for e in lists.entries(any_ws, "source") if e.id == source.id] == [2]
    for table, entry in (("source", source), ("loss_reason", reason)):
        with pytest.raises(UserError, match="in use"):
            lists.delete(any_ws, table, entry.id)
        lists.set_active(any_ws, table, entry.id, False)
        assert [n.active for n in board.names(any_ws, table) if n.id == entry.id] == [False]
    assert opportunities.get(any_ws, deal).loss_reason == reason.name


def test_a_list_keeps_the_order_it_is_put_in(any_ws: Workspace) -> None:
    ids = [entry.id for entry in lists.entries(any_ws, "loss_reason")]
    lists.place(any_ws, "loss_reason", ids[::-1])
    assert [n.id for n in board.names(any_ws, "loss_reason")] == ids[::-1], "dialogs offer it in that order"
    undo.undo(any_ws)
    assert [entry.id for entry in lists.entries(any_ws, "loss_reason")] == ids
    with pytest.raises(NotFound):
        lists.place(any_ws, "loss_reason", ids[1:])


def test_a_status_gets_a_code_and_those_the_program_needs_stay(ws: Workspace) -> None:
    with pytest.raises(InvalidInput):
        lists.add(ws, "lead_status", {"name": "Gone", "kind": "converted"})
    lists.add(ws, "lead_status", {"name": "En espera", "help": "Waits.", "kind": "open"})
    lists.add(ws, "lead_status", {"name": "¡New!"})
    found = {entry.name: entry for entry in lists.entries(ws, "lead_status")}
    assert (found["En espera"].code, found["¡New!"].code) == ("en_espera", "new_2")
    lead = leads.create(ws, {"name": "Ana", "email": "a@example.com", "status": "en_espera"})
    lists.edit(ws, "lead_status", found["En espera"].id, {"name": "On hold"})
    assert leads.get(ws, lead).status.name == "On hold"
    for name in ("New", "Discarded", "Converted"):
        entry = found[name]
        with pytest.raises(UserError):
            lists.set_active(ws, "lead_status", entry.id, False)
        with pytest.raises(UserError):
            lists.delete(ws, "lead_status", entry.id)


def test_a_reason_may_belong_to_one_pipeline(ws: Workspace) -> None:
    first = stage_named(ws, "Won").pipeline_id
    with ws.unit("x", ["x", {}]) as uow:
        other = uow.insert("pipeline", {"name": "Renewals", "position": 2})
    lists.add(ws, "loss_reason", {"name": "Not renewed", "pipeline_id": other})
    assert "Not renewed" in [entry.name for entry in lists.loss_reasons(ws, other)]
    assert "Not renewed" not in [entry.name for entry in lists.loss_reasons(ws, first)]
    assert "Price" in [entry.name for entry in lists.loss_reasons(ws, first)]


def test_a_renamed_tag_is_renamed_wherever_it_is_carried(any_ws: Workspace) -> None:
    deals = make_deals(any_ws, 2, tags=["Café", "big"])
    lead = leads.create(any_ws, {"name": "Ana", "email": "a@example.com", "tags": ["café"]})
    used = {entry.name.casefold(): entry for entry in lists.entries(any_ws, "tag")}
    assert (used["café"].uses, used["café"].id, used["big"].uses) == (3, 0, 2)
    with pytest.raises(InvalidInput):
        lists.edit(any_ws, "tag", 0, {"was": "big", "name": "CAFE"})
    changes = lists.edit(any_ws, "tag", 0, {"was": "cafe", "name": "coffee"})
    assert changes is not None
    assert opportunities.get(any_ws, deals[0]).row["tags"] == '["coffee", "big"]'
    assert leads.tags_in(leads.get(any_ws, lead).row) == ["coffee"]
    undo.undo(any_ws)
    assert opportunities.get(any_ws, deals[1]).row["tags"] == '["Café", "big"]'


def test_points_count_from_when_they_are_set_and_every_window_learns_of_it(ws: Workspace) -> None:
    assert ws.store.path is not None
    other = bootstrap.open_workspace(ws.store.path, clock=ws.clock)
    make_lead = {"name": "Ana", "email": "a@example.com"}
    leads.create(ws, make_lead)
    for wrong in ({"lead_created": -1}, {"won": 10**7}, {"charm": 3}):
        with pytest.raises(InvalidInput) as caught:
            setup.change_points(ws, wrong)
        assert caught.value.field == next(iter(wrong))
    setup.change_points(ws, {"lead_created": 7})
    assert people.me(ws).points == 5
    assert other.point_rules["lead_created"] == 5
    other.catch_up()
    assert other.point_rules["lead_created"] == 7
    leads.create(other, {**make_lead, "name": "Bea"})
    assert people.me(ws).points == 12
    setup.change_currency(other, "EUR")
    ws.catch_up()
    assert ws.currency == "EUR"
    other.store.close()


def test_a_rate_is_the_latest_not_after_the_day_or_none(any_ws: Workspace) -> None:
    def at(source: str, target: str, day: date) -> Decimal | None:
        return rates.rate_on(any_ws, source, target, day)

    def pair(day: date, rate: Any, source: str = "EUR", target: str = "USD") -> dict[str, Any]:
        return {"from_currency": source, "to_currency": target, "day": day, "rate": rate}

    first = rates.add(any_ws, pair(date(2026, 1, 1), "1,05"))
    rates.add(any_ws, pair(date(2026, 6, 1), "1.10"))
    assert at("EUR", "USD", date(2025, 12, 31)) is None
    assert at("EUR", "USD", date(2026, 5, 31)) == Decimal("1.05")
    assert at("EUR", "USD", date(2026, 6, 1)) == Decimal("1.10")
    assert at("USD", "EUR", date(2026, 6, 1)) == 1 / Decimal("1.10")
    assert at("USD", "USD", date(2000, 1, 1)) == 1
    assert at("USD", "GBP", date(2026, 6, 1)) is None
    rates.add(any_ws, pair(date(2026, 7, 1), "0.8", "USD", "EUR"))
    assert at("EUR", "USD", date(2026, 7, 2)) == Decimal("1.25"), "the newer one, whatever its direction"
    rates.edit(any_ws, first, {"rate": "1.06"})
    assert at("EUR", "USD", date(2026, 2, 1)) == Decimal("1.06")
    rates.delete(any_ws, first)
    assert at("EUR", "USD", date(2026, 2, 1)) is None
    undo.undo(any_ws)
    assert at("EUR", "USD", date(2026, 2, 1)) == Decimal("1.06")
    for values, field in (
        (pair(date(2026, 6, 1), "2"), "day"), (pair(date(2026, 8, 1), "0"), "rate"), (pair(date(2026, 8, 1), "x"), "rate"),
        (pair(date(2026, 8, 1), "1", "USD"), "to_currency"), (pair(date(2026, 8, 1), "1", "euro"), "from_currency"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            rates.add(any_ws, values)
        assert caught.value.field == field
