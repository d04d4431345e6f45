"""The table of opportunities against plain Python over the same rows: order by several keys, groups, subtotals, sums."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import pytest

from salesos_desktop.domain.condition_fields import FieldKind
from salesos_desktop.domain.conditions import All, Not, Operator
from salesos_desktop.domain.conditions import Test as Condition
from salesos_desktop.domain.deal_rows import DealQuery, DealSort, GroupBy, Grouping, Order, counted, whole_weighted
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.leads import OwnSort
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.services import bulk, custom_fields, deal_table, moves, opportunities, pasting
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, stage_named

EVERY = DealFilter(held=None)
SIZE = OwnSort("size", FieldKind.CHOICE)
PARTS = OwnSort("parts", FieldKind.TAGS)
WITHOUT: dict[Grouping, str] = {
    GroupBy.MONTH: "No date", GroupBy.OWNER: "Nobody", GroupBy.TEAM: "No team", GroupBy.COMPANY: "No company",
    GroupBy.SOURCE: "No source", GroupBy.PRODUCT: "No product", GroupBy.TAG: "No tags",
}  # fmt: skip


@pytest.fixture
def deals(any_ws: Workspace) -> list[int]:
    """Deals that differ in everything the table looks at, some without."""
    for label, form, options in (("Size", "choice", ["Big", "Small"]), ("Parts", "choices", ["Ñandú", "b", "c"])):
        custom_fields.save(
            any_ws, {"label": label, "form": form, "subject": "opportunity", "options": options}
        )  # fmt: skip
    made = []
    for n in range(24):
        values: dict[str, Any] = {
            "name": f"{'ÁbcZ'[n % 4]} {n % 5}", "value": None if n % 6 == 5 else 1001 * (n % 7),
            "currency": "EUR" if n % 3 == 0 else "USD", "expected_close": TODAY + timedelta(days=23 * (n % 8)),
            "company": "" if n % 5 == 0 else f"Company {n % 3}", "priority": list(Priority)[n % 3].value,
            "tags": [["Año"], [], ["año", "b"], ["b"]][n % 4],
            "custom": {"size": [None, "Big", "Small"][n % 3], "parts": [[], ["Ñandú", "c"]][n % 2]},
        }  # fmt: skip
        made.append(opportunities.create(any_ws, values))
    moves.move(any_ws, made[::5], stage_named(any_ws, "Proposal").id)
    moves.win(any_ws, made[1::9])
    bulk.assign(any_ws, made[::7], None)
    opportunities.delete(any_ws, made[-1:])
    return made[:-1]


def rows(ws: Workspace) -> dict[int, dict[str, Any]]:
    with ws.store.read() as connection:
        found = connection.exec_driver_sql("SELECT id FROM opportunity WHERE deleted_at IS NULL").all()
    return {each[0]: opportunities.get(ws, each[0]).row for each in found}


def test_rows_come_by_several_keys_those_without_last_and_ties_by_number(any_ws: Workspace, deals: list[int]) -> None:
    found = rows(any_ws)
    assert sorted(found) == deals
    orders: list[tuple[Order, Any]] = [
        (((DealSort.VALUE, True),), lambda r: (r["value"] is None, -(r["value"] or 0))),
        (((DealSort.CLOSE, False),), lambda r: (r["day"] is None, r["day"] or date.min)),
        (((DealSort.PRIORITY, True), (DealSort.VALUE, False)),
         lambda r: (list(Priority).index(r["priority"]), r["value"] is None, r["value"] or 0)),
        (((SIZE, False), (DealSort.NUMBER, True)),
         lambda r: ("size" not in json.loads(r["custom"]), json.loads(r["custom"]).get("size", ""), -r["id"])),
    ]  # fmt: skip
    for order, key in orders:
        wanted = sorted(found, key=lambda i, key=key: (*key(found[i]), i))
        assert list(deal_table.listing(any_ws, DealQuery(EVERY), order).ids) == wanted
        assert list(deal_table.beginning(any_ws, DealQuery(EVERY), order).ids) == wanted
    by_stage = deal_table.listing(any_ws, DealQuery(EVERY), ((DealSort.STAGE, False), (DealSort.OWNER, False)))
    shown = deal_table.fetch(any_ws, by_stage.ids)
    assert [name for name, _ in groupby(shown[i].stage for i in by_stage.ids)] == ["Prospecting", "Proposal", "Won"]
    assert shown[deals[2]].tags == ("año", "b")


def check_groups(ws: Workspace, by: Grouping) -> None:
    found = rows(ws)
    where = DealFilter(held=None, condition=All((Not(Condition("priority", Operator.EQUALS, "low")),)))
    wanted: dict[Any, dict[str, list[int]]] = {}
    for row in found.values():
        if row["priority"] == "low":
            continue
        for key in keys_of(row, by):
            sums = wanted.setdefault(key, {}).setdefault(row["currency"], [0, 0, 0, 0])
            for n, part in enumerate((1, row["value"] or 0, (row["value"] or 0) * row["probability"],
                                      row["value"] is None)):  # fmt: skip
                sums[n] += part
    groups = deal_table.groups(ws, where, by)
    assert {
        g.key: {s.currency: [s.count, s.value, s.weighted, s.no_value] for s in g.sums} for g in groups
    } == wanted  # fmt: skip
    order: Order = ((DealSort.VALUE, False),)
    inside = deal_table.members(ws, where, by, list(wanted), order)
    assert {key: len(ids) for key, ids in inside.items()} == {g.key: g.count for g in groups}
    whole = list(deal_table.listing(ws, DealQuery(where), order).ids)
    for key, ids in inside.items():
        assert list(ids) == [i for i in whole if key in keys_of(found[i], by)]
    assert groups[-1].key is None or None not in wanted
    assert {g.title for g in groups if g.key is None} <= {WITHOUT.get(by, "None")}
    assert all(g.title for g in groups)


def keys_of(row: dict[str, Any], by: Grouping) -> list[Any]:
    custom = json.loads(row["custom"])
    if by is SIZE:
        return [custom.get("size")]
    if by is PARTS:
        return [{"Ñandú": "nandu"}.get(part, part) for part in custom.get("parts", [])] or [None]
    if by is GroupBy.TAG:
        return [tag.lower().replace("ñ", "n") for tag in json.loads(row["tags"])] or [None]
    if by is GroupBy.MONTH:
        return [f"{row['day']:%Y-%m}" if row["day"] else None]
    if by is GroupBy.TEAM:
        return [None]
    assert isinstance(by, GroupBy)
    return [row["priority" if by is GroupBy.PRIORITY else f"{by.value}_id"]]


def test_a_quote_that_nothing_closes_takes_the_whole_rest_of_what_is_pasted() -> None:
    assert pasting.block_of('"' + "x\t" * 100_000) == [["x\t" * 100_000]]


def test_sums_never_mix_currencies_and_cover_every_row(any_ws: Workspace, deals: list[int]) -> None:
    every = deal_table.totals(any_ws, EVERY)
    assert [each.currency for each in every] == ["EUR", "USD"]
    assert counted(every) == len(deals)
    assert deal_table.totals_of(any_ws, deals) == every
    one = deal_table.totals_of(any_ws, deals[1:2])[0]
    assert (one.currency, one.count, one.value, whole_weighted(one)) == ("USD", 1, 1001, 1001)
    assert deal_table.totals(any_ws, DealFilter(text="nobody at all")) == []


@pytest.mark.usefixtures("deals")
def test_groups_have_all_their_deals_and_exact_sums_per_currency(any_ws: Workspace) -> None:
    for by in (*GroupBy, SIZE, PARTS):
        check_groups(any_ws, by)
    titles = [g.title for g in deal_table.groups(any_ws, EVERY, GroupBy.MONTH)]
    assert titles[0] == "November 2026"
    asked = DealQuery(EVERY, GroupBy.STAGE, frozenset({stage_named(any_ws, "Proposal").id}))
    shown = deal_table.beginning(any_ws, asked, ((DealSort.NAME, False),))
    assert [g.title for g in shown.groups] == ["Prospecting", "Proposal", "Won"]
    assert {key: len(ids) for key, ids in shown.members.items()} == {stage_named(any_ws, "Proposal").id: 4}
