"""The start page: figures against a count from scratch, what is due, new and told, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.domain.work_list import Handled, Own, Why, WorkRun
from salesos_desktop.services import (
    activities,
    board,
    bulk,
    demo,
    home,
    leads,
    moves,
    notes,
    opportunities,
    undo,
    work_list,
)
from salesos_desktop.services.messages import render
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.schema.play import points
from tests.conftest import TODAY, StillClock, make_deals

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def person(ws: Workspace, name: str) -> int:
    with ws.unit("edit", []) as uow:
        return uow.insert("person", {"name": name, "folded": name.lower(), "created_at": uow.at})


@contextmanager
def by(ws: Workspace, person_id: int) -> Iterator[None]:
    """Somebody else at their own window."""
    me, origin = ws.actor_id, ws.origin
    ws.actor_id, ws.origin = person_id, "elsewhere"
    yield
    ws.actor_id, ws.origin = me, origin


def test_own_figures_are_those_of_a_count_from_scratch(any_ws: Workspace) -> None:
    demo.fill(any_ws, 16)
    me = any_ws.actor_id
    make_deals(any_ws, 3, probability=33)
    make_deals(any_ws, 2, currency="EUR")
    moves.win(any_ws, make_deals(any_ws, 1), value=123_456, closed_on=TODAY.replace(day=1))
    moves.win(any_ws, make_deals(any_ws, 1), value=5, closed_on=TODAY.replace(day=1) - timedelta(days=1))
    found = home.beginning(any_ws).figures
    cards = [card for card in board.listed(any_ws, DealFilter()) if card.owner_id == me]
    running = [card for card in cards if card.kind is StageKind.OPEN and card.hold_until is None]
    assert found.deals == len(running) >= 5
    for sums in found.sums:
        mine = [card for card in running if card.currency == sums.currency]
        won = [card for card in cards if card.kind is StageKind.WON and card.currency == sums.currency]
        assert sums.open == sum(card.value or 0 for card in mine)
        assert sums.weighted == (sum((card.value or 0) * card.probability for card in mine) + 50) // 100
        assert sums.won == sum(
            card.value or 0 for card in won if card.closed_on and card.closed_on >= TODAY.replace(day=1)
        )
    assert {sums.currency for sums in found.sums} == {"USD", "EUR"}
    with any_ws.store.read() as connection:
        ledger = connection.execute(select(points.c.person_id, points.c.points, points.c.at)).all()
    month = datetime(TODAY.year, TODAY.month, 1, tzinfo=UTC)
    earned = {
        r.person_id: sum(e.points for e in ledger if e.person_id == r.person_id and e.at >= month) for r in ledger
    }
    assert found.points == sum(r.points for r in ledger if r.person_id == me)
    assert found.month_points == earned[me] > 0
    assert found.rank == 1 + sum(each > earned[me] for each in earned.values())
    assert found.people == len(board.names(any_ws, "person"))


class Elsewhere(StillClock):
    """The same instants seen from Tokyo, where it is 21:00."""

    def zone(self) -> tzinfo | None:
        return ZoneInfo("Asia/Tokyo")


def test_what_is_due_goes_by_the_day_of_who_looks(any_ws: Workspace) -> None:
    any_ws.clock = Elsewhere()
    for name, values in {
        "last evening": {"due_on": YESTERDAY, "starts": "23:00", "time_zone": "America/New_York"},
        "this noon": {"due_on": TODAY, "starts": "10:30", "time_zone": "America/New_York"},
        "their afternoon": {"due_on": TODAY, "starts": "12:00", "time_zone": "America/New_York"},
        "whole day": {"due_on": TODAY}, "long ago": {"due_on": TODAY - timedelta(days=40)}, "no day": {},
        "tomorrow": {"due_on": TOMORROW}, "begun": {"due_on": TODAY, "starts": "20:50", "minutes": 30},
    }.items():  # fmt: skip
        activities.plan(any_ws, {"subject": name, **values})
    overdue, today = home.beginning(any_ws).due.split(any_ws.clock.now(), any_ws.clock.zone())
    assert [each.subject for each in overdue] == ["long ago", "last evening"]
    assert [each.subject for each in today] == ["whole day", "begun"], (
        "10:30 in New York is half past midnight in Tokyo"
    )


def test_a_lead_is_new_until_somebody_deals_with_it(any_ws: Workspace) -> None:
    ana, tea, eva = (
        leads.create(any_ws, {"name": name, "email": f"{name}@example.com"}) for name in ("Ana", "Tea", "Eva")
    )
    assert [each.id for each in home.fresh(any_ws)] == [eva, tea, ana], "the newest is worth most"
    notes.add(any_ws, "lead", ana, "Called")
    activities.plan(any_ws, {"due_on": TOMORROW}, ("lead", tea))
    assert [(each.table, each.id) for each in home.fresh(any_ws)] == [("lead", eva)]
    leads.edit(any_ws, eva, {"owner_id": person(any_ws, "Luis")})
    assert home.fresh(any_ws) == []


def test_a_deal_that_others_assign_is_new_and_told_since_the_last_visit(any_ws: Workspace, clock: StillClock) -> None:
    me, luis = any_ws.actor_id, person(any_ws, "Luis Paz")
    mine, theirs, moved = make_deals(any_ws, 3)
    for deal in (mine, theirs):
        opportunities.edit(any_ws, deal, {"owner_id": luis})
    with by(any_ws, luis):
        bulk.assign(any_ws, [mine], me)
        bulk.assign(any_ws, [theirs], me)
        moves.win(any_ws, [moved], value=700)
    assert [(each.id, each.source) for each in home.fresh(any_ws)] == [(theirs, "Luis Paz"), (mine, "Luis Paz")]
    notes.add(any_ws, "opportunity", mine, "Hello")
    activities.plan(any_ws, {"due_on": TOMORROW}, ("opportunity", theirs))
    assert home.fresh(any_ws) == []
    told = home.rest(any_ws, None).news
    assert [(each.kind, each.by, each.subject_id) for each in told] == [
        ("badge", "Luis Paz", 1), ("won", "Luis Paz", moved), ("deal_assigned", "Luis Paz", theirs),
        ("deal_assigned", "Luis Paz", mine),
    ]  # fmt: skip
    assert render(told[1].title) == "Won: Deal 2"
    seen, last = undo.possible(any_ws), any_ws.seen_seq
    home.visit(any_ws)
    seen_at = home.beginning(any_ws).seen_at
    assert seen_at is not None
    assert home.news(any_ws, seen_at) == []
    assert (undo.possible(any_ws), any_ws.seen_seq) == (seen, last), "a visit is nothing that can be undone"
    clock.day = TOMORROW
    with by(any_ws, luis):
        notes.add(any_ws, "opportunity", theirs, "@Marta Ríos look")
    assert [each.kind for each in home.news(any_ws, seen_at)] == ["mention"]


def test_the_queue_is_emptied_by_what_is_done(any_ws: Workspace, clock: StillClock) -> None:
    clock.day = YESTERDAY
    (deal, other), lead = make_deals(any_ws, 2), leads.create(any_ws, {"name": "Ana", "email": "a@b.example"})
    call = activities.plan(any_ws, {"kind": "call", "subject": "Call", "due_on": YESTERDAY}, ("opportunity", other))
    assert len(work_list.queue(any_ws)) == 2, "who has just made a deal need not be reminded of it"
    clock.day = TODAY
    own = Own()
    any_ws.bus.subscribe(lambda changes: own.add(changes))
    run = WorkRun(work_list.queue(any_ws))
    assert [(each.why, each.key) for each in run.items] == [
        (Why.OVERDUE, ("activity", call)), (Why.DANGER, ("opportunity", deal)), (Why.NEW_LEAD, ("lead", lead)),
    ]  # fmt: skip
    activities.finish(any_ws, [call], outcome="Agreed")
    made = work_list.log(any_ws, ("opportunity", deal), "call", "Spoke to them")
    assert activities.get(any_ws, made).done
    assert opportunities.get(any_ws, deal).card.touched_on == TODAY
    work_list.follow_up(any_ws, run.items[2].about, run.items[2].title, TOMORROW)
    run.follow(work_list.queue(any_ws), own)
    assert run.current is None
    assert list(run.handled.values()) == [Handled.DONE, Handled.DONE, Handled.LATER]
    assert [each.subject for each in activities.of(any_ws, "lead", lead)] == ["Take up “Ana” again"]
    undo.undo(any_ws)
    run.follow(work_list.queue(any_ws), Own())
    assert [each.key for each in run.left] == [("lead", lead)]


def test_the_card_says_all_that_is_needed(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1, contact="Rosa Vega")
    notes.add(any_ws, "opportunity", deal, "They like it")
    card = opportunities.get(any_ws, deal).row
    with any_ws.unit("edit", []) as uow:
        uow.update("contact", card["contact_id"], {"phone": "+34 600 000 001"})
        uow.update("company", card["company_id"], {"email": "info@company.example", "phone": "+34 600 000 002"})
    first = activities.plan(any_ws, {"subject": "First", "due_on": YESTERDAY}, ("opportunity", deal))
    activities.plan(any_ws, {"subject": "Second", "due_on": TOMORROW}, ("opportunity", deal))
    (item,) = work_list.queue(any_ws)
    found: Any = work_list.details(any_ws, item)
    assert item.key == ("activity", first)
    assert (found.person, found.phone, found.email) == ("Rosa Vega", "+34 600 000 001", "info@company.example")
    assert (found.stage, found.value, found.currency, found.last) == ("Prospecting", 100_000, "USD", TODAY)
    assert (found.next.subject, [note.body for note in found.notes]) == ("Second", ["They like it"])


def test_few_statements_each_along_an_index(ws: Workspace) -> None:
    demo.fill(ws, 60)
    said: list[str] = []
    with ws.store.read() as connection:
        file: Any = connection.connection.dbapi_connection
    file.set_trace_callback(said.append)
    home.beginning(ws)
    home.rest(ws, None)
    file.set_trace_callback(None)
    statements = [each for each in said if each.lstrip().startswith("SELECT")]
    assert 8 < len(statements) < 40
    # The history is read backwards from its end, as far as the page looks back.
    large = {"opportunity", "activity", "lead", "points", "total", "change_log", "change_row", "notification"}
    for statement in statements:
        for row in file.execute("EXPLAIN QUERY PLAN " + statement):
            scanned = row[3].removeprefix("SCAN ") if "USING" not in row[3] else ""
            assert scanned not in large, (row[3], statement)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_visit_never_goes_back(ws: Workspace, hours: int) -> None:
    home.visit(ws)
    first = home.beginning(ws).seen_at
    moment = ws.clock.now() + timedelta(hours=hours)
    ws.clock.now = lambda: moment  # type: ignore[method-assign]
    home.visit(ws)
    assert home.beginning(ws).seen_at == (moment if hours > 0 else first)
