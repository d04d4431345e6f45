"""Own fields in the list of leads: carried by its rows, ordered by, and asked for by conditions."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from salesos_desktop.domain.condition_fields import FieldKind
from salesos_desktop.domain.conditions import All, AnyOf, Not, Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.leads import LeadFilter, LeadSort, OwnSort
from salesos_desktop.domain.relative_days import Range, RangeName
from salesos_desktop.services import custom_fields, leads
from salesos_desktop.services.workspace import Workspace

FIELDS = {
    "size": ("number", [9, 100, None, 10.5]),
    "budget": ("currency", [90_000, 1_000_000, None, 100_000]),
    "visit": ("date", ["2026-11-30", "2027-01-02", None, "2026-12-01"]),
    "agreed": ("checkbox", [False, True, None, True]),
    "town": ("text", ["álamo", "Zafra", None, "Badajoz"]),
    "areas": ("choices", [["A"], ["B"], None, ["A", "B"]]),
}
KINDS = {
    "size": FieldKind.NUMBER, "budget": FieldKind.MONEY, "visit": FieldKind.DATE, "agreed": FieldKind.FLAG,
    "town": FieldKind.TEXT, "areas": FieldKind.TAGS,
}  # fmt: skip
ORDERS = {
    "size": ([0, 3, 1, 2], [1, 3, 0, 2]), "budget": ([0, 3, 1, 2], [1, 3, 0, 2]), "visit": ([0, 3, 1, 2], [1, 3, 0, 2]),
    "agreed": ([0, 2, 1, 3], [1, 3, 0, 2]), "town": ([0, 3, 1, 2], [1, 3, 0, 2]), "areas": ([3, 0, 1, 2], [1, 0, 3, 2]),
}  # fmt: skip


def four(ws: Workspace) -> list[int]:
    """Leads with low, high, no and middle values."""
    for key, (form, _) in FIELDS.items():
        custom_fields.save(ws, {"label": key, "form": form, "subject": "lead", "options": ["A", "B"]})
    return [
        leads.create(
            ws,
            {
                "name": f"Lead {n}",
                "email": f"l{n}@example.com",
                "custom": {key: values[n] for key, (_, values) in FIELDS.items() if values[n] is not None},
            },
        )
        for n in range(4)
    ]


def test_the_list_is_ordered_by_own_fields_as_what_they_are(any_ws: Workspace) -> None:
    made = four(any_ws)
    for key, orders in ORDERS.items():
        for descending, wanted in zip((False, True), orders, strict=True):
            sort = OwnSort(key, KINDS[key])
            found = leads.listing(any_ws, LeadFilter(), sort, descending=descending)
            assert [made.index(i) for i in found.ids] == wanted, (key, descending)
            first = leads.beginning(any_ws, LeadFilter(), sort, descending=descending, limit=2)
            assert list(first.ids) == list(found.ids[:2])
    assert json.loads(leads.fetch(any_ws, made)[made[1]].custom)["visit"] == "2027-01-02"


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (Ask("custom.size", Operator.GREATER, 10), [1, 3]),
        (All((Ask("custom.agreed", Operator.EQUALS, True), Ask("custom.town", Operator.STARTS_WITH, "ZA"))), [1]),
        (AnyOf((Ask("custom.areas", Operator.HAS_ANY, ("b",)), Ask("name", Operator.EQUALS, "lead 2"))), [1, 2, 3]),
        (Not(Ask("custom.visit", Operator.NOT_EMPTY)), [2]),
        (Ask("custom.visit", Operator.WITHIN, Range(RangeName.NEXT_MONTH)), [3]),
        (Ask("created_at", Operator.WITHIN, Range(RangeName.TODAY)), [0, 1, 2, 3]),
        (Ask("owner.name", Operator.EQUALS, "nobody"), []),
    ],
)
def test_a_condition_narrows_the_list_and_its_beginning(any_ws: Workspace, condition: Any, wanted: list[int]) -> None:
    made = four(any_ws)
    where = LeadFilter(condition=condition)
    assert not where.empty
    for sort in (LeadSort.NAME, LeadSort.OWNER, OwnSort("size", FieldKind.NUMBER)):
        ids = leads.listing(any_ws, where, sort).ids
        assert sorted(made.index(i) for i in ids) == wanted
        assert leads.beginning(any_ws, where, sort, limit=80).ids == ids
        assert leads.beginning(any_ws, where, sort, limit=1).ids == ids[:1]
    both = LeadFilter(condition=condition, text="lead 1")
    assert [made.index(i) for i in leads.listing(any_ws, both, LeadSort.NAME).ids] == [n for n in wanted if n == 1]


def test_the_day_of_a_condition_is_the_persons(ws: Workspace) -> None:
    four(ws)
    where = LeadFilter(condition=Ask("created_at", Operator.WITHIN, Range(RangeName.TODAY)))
    ws.clock.day = date(2026, 11, 25)  # type: ignore[attr-defined]
    assert not leads.listing(ws, where, LeadSort.NAME).ids
