"""The board by month, owner, priority, source and in rows: what SQL counts and lists is what the axes say of the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.domain.slots import LATER, NOTHING, OTHERS, OVERDUE, Axis, By, Layout, Slot, month_slots, same_day
from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import board, board_layout, bulk, holds, moves, opportunities, regrouping, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, make_deals, stage_named

LAYOUTS = [
    Layout(By.MONTH), Layout(By.OWNER), Layout(By.PRIORITY), Layout(By.SOURCE), Layout(By.STAGE, By.OWNER),
    Layout(By.STAGE, By.COMPANY), Layout(By.MONTH, By.PRIORITY), Layout(By.OWNER, By.PIPELINE),
]  # fmt: skip


@pytest.fixture
def people(any_ws: Workspace) -> list[int]:
    """Thirty people: more than have a column."""
    with any_ws.unit("test", [""]) as uow:
        return [uow.insert("person", {"name": f"P {n:02}", "folded": f"p {n:02}"}) for n in range(30)]


def fill(ws: Workspace, people: list[int]) -> list[int]:
    """Deals in every kind of place: overdue, of this and later months, without a date; closed, waiting, in the bin."""
    ids = make_deals(ws, 44)
    days = [date(2026, 11, 1), TODAY, date(2026, 12, 31), date(2027, 2, 3), date(2028, 1, 1), None]
    sources = [None, *(each.id for each in board.names(ws, "source")[:2])]
    stages, changes = board.stages(ws), {}
    for n, deal in enumerate(ids):
        owner = None if n % 9 == 0 else people[n % len(people)]
        values = {"expected_close": days[n % 6], "owner_id": owner, "source_id": sources[n % 3], "value": n * 100}
        changes[deal] = {**values, "priority": list(Priority)[n % 3]}
    bulk.set_each(ws, changes)
    for n in (1, 2, 3):
        moves.move(ws, ids[n::4], stages[n].id)
    opportunities.edit(ws, ids[5], {"currency": "EUR"})
    moves.win(ws, ids[30:32])
    holds.hold(ws, ids[32:34], date(2027, 1, 1))
    opportunities.delete(ws, ids[34:36])
    return ids


def test_every_cell_counts_and_lists_just_the_deals_that_stand_in_it(any_ws: Workspace, people: list[int]) -> None:
    ids = fill(any_ws, people)
    rows = {each: opportunities.get(any_ws, each).row for each in ids if each not in ids[34:36]}
    wheres = (DealFilter(), DealFilter(value_from=500), DealFilter(close_from=TODAY))
    for layout, where in product(LAYOUTS, wheres):
        found = board.snapshot(any_ws, where, Sort.MANUAL, layout=layout)
        assert found.columns is not None
        expected: dict[Any, dict[int, int]] = {}
        for deal, row in rows.items():
            cell = standing(found, row)
            if where.matches(row) and cell is not None:
                expected.setdefault(cell, {})[deal] = row["value"] or 0
        counted = {cell: sum(s[0] for s in by.values()) for cell, by in found.cells.items()}
        assert counted == {cell: len(deals) for cell, deals in expected.items()}
        sums = {cell: sum(s[1] for s in by.values()) for cell, by in found.cells.items()}
        assert sums == {cell: sum(deals.values()) for cell, deals in expected.items()}
        every = [] if found.rows is None else [slot.key for slot in found.rows.slots]
        for cell, slot, place in board_layout.places(found, every):
            by = board.slot_sort(slot, Sort.MANUAL)
            order = board.order(any_ws, place, where, by)
            assert set(order.ids) == set(expected.get(cell, {})), (layout, cell)
            if cell in found.first:
                assert [card.id for card in found.first[cell]] == list(order.ids)[: board.FIRST_CARDS]


def standing(found: board.Snapshot, row: Any) -> Any:
    """The cell that the axes give a row."""
    columns, rows = found.columns, found.rows
    assert columns is not None
    stage = next(each for each in found.stages if each.id == row["stage_id"])
    if stage.kind is not board.StageKind.OPEN:
        return stage.id if rows is not None or any(slot.key == stage.id for slot in columns.slots) else None
    column = columns.key_of(row)
    return column if rows is None or column is None else (rows.key_of(row), column)


def slot(ws: Workspace, layout: Layout, key: Callable[[Slot], bool]) -> Slot:
    found = board.snapshot(ws, DealFilter(), Sort.MANUAL, layout=layout)
    axis = found.columns if layout.lanes is None else found.rows
    assert axis is not None
    return next(each for each in axis.slots if key(each))


def test_a_month_keeps_the_day_as_far_as_it_has_one(ws: Workspace) -> None:
    one, two = make_deals(ws, 2)
    opportunities.edit(ws, one, {"expected_close": date(2026, 12, 31)})
    february = slot(ws, Layout(By.MONTH), lambda each: each.key == "2027-02")
    before = opportunities.get(ws, one).card.stage_id
    regrouping.regroup(ws, [one, two], [february])
    days = [opportunities.get(ws, each).card.expected_close for each in (one, two)]
    assert days == [date(2027, 2, 28), date(2027, 2, 15)]
    assert opportunities.get(ws, one).card.stage_id == before
    undo.undo(ws)
    assert opportunities.get(ws, one).card.expected_close == date(2026, 12, 31)
    nothing = slot(ws, Layout(By.MONTH), lambda each: each.key == NOTHING)
    regrouping.regroup(ws, [one], [nothing])
    assert opportunities.get(ws, one).card.expected_close is None


def test_the_days_of_a_month() -> None:
    slots = {each.key: each for each in month_slots([date(2026, 1, 1), date(2028, 5, 5), None], TODAY)}
    assert next(iter(slots)) == OVERDUE
    assert list(slots)[-2:] == [LATER, NOTHING]
    assert not slots[OVERDUE].takes
    # This month never takes a day that is past, and "later" begins where the months end.
    assert same_day(date(2027, 3, 2), TODAY, slots["2026-11"]) == TODAY
    assert same_day(date(2026, 11, 30), TODAY, slots["2026-12"]) == date(2026, 12, 30)
    assert same_day(None, TODAY, slots["2027-01"]) == date(2027, 1, 1)
    assert same_day(date(2026, 11, 30), TODAY, slots[LATER]) == date(2027, 11, 30)
    axis = Axis(By.MONTH, tuple(slots.values()), TODAY)
    assert [axis.key_for(day) for day in (None, TODAY, date(2027, 10, 31), date(2027, 11, 1))] == [
        NOTHING, "2026-11", "2027-10", LATER,
    ]  # fmt: skip


def test_a_drop_across_rows_and_stages_is_one_step_and_tells_the_new_owner(
    any_ws: Workspace, people: list[int]
) -> None:
    (one,) = make_deals(any_ws, 1)
    bulk.assign(any_ws, [one], people[3])
    row = slot(any_ws, Layout(By.STAGE, By.OWNER), lambda each: each.value == any_ws.actor_id)
    proposal = stage_named(any_ws, "Proposal").id
    regrouping.move(any_ws, [one], proposal, [row])
    card = opportunities.get(any_ws, one).card
    assert (card.stage_id, card.owner_id) == (proposal, any_ws.actor_id)
    undo.undo(any_ws)
    card = opportunities.get(any_ws, one).card
    assert (card.stage_id, card.owner_id) == (stage_named(any_ws, "Prospecting").id, people[3])


def test_priority_source_and_company_are_set_and_others_takes_nothing(any_ws: Workspace, people: list[int]) -> None:
    fill(any_ws, people)
    (one,) = make_deals(any_ws, 1)
    source = slot(any_ws, Layout(By.SOURCE), lambda each: each.value is not None)
    high = slot(any_ws, Layout(By.PRIORITY), lambda each: each.value == "high")
    company = slot(any_ws, Layout(By.STAGE, By.COMPANY), lambda each: each.name == "Company 2")
    for each in (source, high, company):
        regrouping.regroup(any_ws, [one], [each])
    card = opportunities.get(any_ws, one).card
    assert (card.source_id, card.priority, card.company) == (source.value, Priority.HIGH, "Company 2")
    others = slot(any_ws, Layout(By.OWNER), lambda each: each.key == OTHERS)
    with pytest.raises(InvalidInput):
        regrouping.regroup(any_ws, [one], [others])
