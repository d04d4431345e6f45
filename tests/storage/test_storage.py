"""The same promises on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from salesos_desktop.domain.conditions import AnyOf, Not, Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.filters import DealFilter, Sort, sort_key
from salesos_desktop.domain.slots import Place
from salesos_desktop.errors import Conflict
from salesos_desktop.services import board, checks, demo, forecast, leads, moves, opportunities, undo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import change_log, consistency, totals
from salesos_desktop.storage.queries import cards
from salesos_desktop.storage.store import Store
from tests.conftest import make_deals, stage_named


def whole(ws: Workspace) -> None:
    """Totals, history, days and points agree with the rows."""
    with ws.store.read() as connection:
        assert totals.differences(connection) == []
        assert list(consistency.history_differences(connection)) == []
        assert consistency.wrong_days(connection) == []
        assert consistency.wrong_points(connection) == []


def test_every_way_of_changing_leaves_the_workspace_whole(any_ws: Workspace) -> None:
    first, second, third = make_deals(any_ws, 3)
    moves.move(any_ws, [first, second], stage_named(any_ws, "Proposal").id)
    moves.win(any_ws, [first], value=150_000, closed_on=date(2026, 11, 20))
    moves.lose(any_ws, [second], reason_id=board.names(any_ws, "loss_reason")[0].id, competitor="LoyalPro")
    opportunities.edit(any_ws, third, {"value": None, "tags": ["a", "b"], "company": "Another"})
    moves.reopen(any_ws, [first], stage_named(any_ws, "Negotiation").id)
    opportunities.delete(any_ws, [third])
    whole(any_ws)
    while undo.possible(any_ws).undo:
        undo.undo(any_ws)
    whole(any_ws)
    assert board.stage_figures(any_ws, DealFilter()) == []
    while undo.possible(any_ws).redo:
        undo.redo(any_ws)
    whole(any_ws)
    card = opportunities.get(any_ws, first).card
    assert (card.value, card.closed_on, card.kind.value) == (150_000, None, "open")


def test_sample_data_is_whole_and_the_forecast_agrees(any_ws: Workspace) -> None:
    demo.fill(any_ws, 80)
    whole(any_ws)
    assert forecast.load(any_ws).cells == forecast.recount(any_ws).cells


def test_a_column_is_ordered_as_each_rule_says(any_ws: Workspace) -> None:
    demo.fill(any_ws, 60)
    stage = stage_named(any_ws, "Prospecting")
    for sort in Sort:
        with any_ws.store.read() as connection:
            ids, keys = cards.column_order(connection, Place.of_stage(stage.id), DealFilter(), sort)
            rows = [cards.row(connection, deal_id) for deal_id in ids]
        assert len(ids) > 3
        assert list(keys) == [sort_key(sort, row) for row in rows], sort
        assert list(zip(keys, ids, strict=True)) == sorted(zip(keys, ids, strict=True)), sort


_FILTERS = [
    DealFilter(text="a"), DealFilter(value_from=3_000_000), DealFilter(value_to=3_000_000), DealFilter(undated=True),
    DealFilter(close_from=date(2026, 12, 1), close_before=date(2027, 1, 1)), DealFilter(owner_id=1),
    DealFilter(condition=Ask("priority", Operator.EQUALS, "high")),
    DealFilter(
        text="a",
        condition=AnyOf((
            Ask("custom.sector", Operator.EQUALS, "Public"),
            Ask("created_on", Operator.AFTER, date(2020, 1, 1)),
            Not(Ask("tags", Operator.HAS_ANY, ("new",))),
        )),
    ),
]  # fmt: skip


def test_filters_mean_the_same_in_memory_as_in_the_database(any_ws: Workspace) -> None:
    demo.fill(any_ws, 90)
    stages = [stage.id for stage in board.stages(any_ws)]
    for where in _FILTERS:
        with any_ws.store.read() as connection:
            everything = [
                cards.row(connection, card.id) for card in cards.listed(connection, DealFilter(), stages, None)
            ]
            found = {card.id for card in cards.listed(connection, where, stages, None)}
        assert found == {row["id"] for row in everything if where.matches(row)}, where
        assert sum(figure.count for figure in board.stage_figures(any_ws, where)) == len(found), where


def test_what_another_window_commits_arrives_in_full(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    other = Workspace(any_ws.store, any_ws.clock)
    other.load()
    seen = []
    other.bus.subscribe(seen.append)
    moves.move(any_ws, [deal], stage_named(any_ws, "Proposal").id)
    opportunities.edit(any_ws, deal, {"name": "Renamed"})
    other.catch_up()
    assert [changes.verb for changes in seen] == ["move", "edit"]
    (moved,) = seen[0].of("opportunity")
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before["probability"], moved.after["probability"], moved.after["name"]) == (10, 50, "Deal 0")
    other.catch_up()
    assert len(seen) == 2


def test_undo_refuses_what_somebody_else_has_changed_since(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    opportunities.edit(any_ws, deal, {"name": "Mine"})
    other = Workspace(any_ws.store, any_ws.clock)
    other.load()
    with any_ws.store.unit(actor_id=0, origin="other", verb="edit", label=["x", {}], at=any_ws.clock.now()) as uow:
        uow.update("opportunity", deal, {"name": "Theirs"})
        uow.finish()
    with pytest.raises(Conflict, match="has changed “Mine” since"):
        undo.undo(any_ws)
    assert opportunities.get(any_ws, deal).card.name == "Theirs"


def test_ids_are_never_used_twice(any_ws: Workspace) -> None:
    first = make_deals(any_ws, 1)[0]
    undo.undo(any_ws)
    second = make_deals(any_ws, 1)[0]
    assert second > first


def test_the_check_finds_what_is_wrong(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    assert checks.problems(any_ws) == []
    with any_ws.store.write() as connection:
        if connection.dialect.name == "postgresql":
            # What a broken server would have done: its own triggers write history at each change.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(f"UPDATE opportunity SET value = 5, day = '2020-01-01' WHERE id = {deal}")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE lead ADD CONSTRAINT unproven CHECK (id > 0) NOT VALID")
        else:
            connection.exec_driver_sql("CREATE TABLE stray (id INTEGER REFERENCES lead(id))")
    if any_ws.store.path is not None:
        with sqlite3.connect(any_ws.store.path) as file:
            file.execute("INSERT INTO stray VALUES (77)")
        file.close()
    found = " ".join(checks.problems(any_ws))
    assert "The file: foreign key" in found or "constraint: unproven" in found
    assert "history and row differ in value" in found
    assert "Total" in found
    assert "its day" in found


def test_the_check_finds_names_of_rows_that_are_gone_and_numbers_that_two_have(any_ws: Workspace) -> None:
    first, second, third = make_deals(any_ws, 3)
    people = [leads.create(any_ws, {"name": f"L{n}", "email": f"l{n}@example.com"}) for n in range(2)]
    with any_ws.unit("x", ["x", {}]) as uow:
        for deal in (first, second, third):
            uow.update("opportunity", deal, {"external_id": "A-1"})
        uow.update("opportunity", third, {"deleted_at": any_ws.clock.now()})
        uow.update("opportunity", first, {"lead_id": people[0]})
        uow.update("lead", people[0], {"opportunity_id": first})
    assert checks.problems(any_ws) == [f"Opportunities {first} and {second}: both have the number A-1"]
    with any_ws.unit("x", ["x", {}]) as uow:
        uow.update("opportunity", second, {"external_id": None, "merged_into_id": 901})
        uow.update("lead", people[0], {"opportunity_id": 902})
        uow.update("lead", people[1], {"merged_into_id": 903})
    assert checks.problems(any_ws) == [
        f"Lead {people[0]}: opportunity 902, which it became, is gone",
        f"Opportunity {second}: opportunity 901, which it was merged into, is gone",
        f"Lead {people[1]}: lead 903, which it was merged into, is gone",
    ]


def test_the_log_knows_the_newest_commit_before_an_instant(any_ws: Workspace) -> None:
    before = any_ws.clock.now()
    make_deals(any_ws, 1)
    with any_ws.store.read() as connection:
        assert change_log.last_seq_before(connection, before) == change_log.last_seq(connection) - 1


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql+psycopg://ana:secret@db.example.com:5433/sales?sslmode=require", "db.example.com:5433/sales"),
        ("postgresql+psycopg://db.example.com/sales", "db.example.com/sales"),
        ("postgresql+psycopg:///sales?host=/run/pg&user=ana&password=secret", "/run/pg/sales"),
    ],
)  # fmt: skip
def test_a_workspace_on_a_server_has_a_name_without_a_password(url: str, name: str) -> None:
    assert Store(url=url).name == name
    assert Store(Path("x") / "y.salesos").name == str(Path("x") / "y.salesos")
