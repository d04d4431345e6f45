"""Rules of conditions: what a test means, what is missing, days that move, JSON, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from salesos_desktop.domain import conditions as c
from salesos_desktop.domain.condition_fields import FieldKind, check, known_fields, operators_of
from salesos_desktop.domain.condition_json import from_json, to_json
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.relative_days import FIRST_DAY, LAST_DAY, Range, RangeName, Relative, Unit

TODAY = date(2026, 11, 24)  # a Tuesday
ROW: dict[str, Any] = {
    "name": "Ferretería  Andina",
    "value": 150_000,
    "expected_close": date(2026, 11, 30),
    "competitor": "",
    "closed_on": None,
    "probability_set": False,
    "tags": '["VIP", "Norte"]',
    "owner.name": "Marta Ríos",
    "company.sector": None,
    "created_at": datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
    "custom": '{"budget": 5000, "rate":2.5, "signed": false, "due": "2026-12-01", "area": "Sur", "channels": ["Web"], "x":null}',
}


def holds(field: str, operator: str, value: Any = None, **row: Any) -> bool:
    return c.matches(c.Test(field, Operator(operator), value), ROW | row, TODAY)


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("name", "equals", "FERRETERIA andina"),
        ("name", "contains", "ría a"),
        ("name", "starts_with", "ferre"),
        ("name", "not_contains", "norte"),
        ("name", "one_of", ("x", "ferretería andina")),
        ("name", "none_of", ("x",)),
        ("owner.name", "equals", "marta rios"),
        ("value", "greater", 149_999),
        ("value", "at_least", 150_000),
        ("value", "less", 150_001),
        ("value", "at_most", 150_000),
        ("value", "between", (150_000, 150_000)),
        ("value", "one_of", (1, 150_000)),
        ("value", "not_equals", 1),
        ("probability_set", "equals", False),
        ("expected_close", "equals", date(2026, 11, 30)),
        ("expected_close", "before", date(2026, 12, 1)),
        ("expected_close", "after", date(2026, 11, 29)),
        ("expected_close", "at_most", Relative(Unit.DAYS, 6)),
        ("expected_close", "between", (Relative(Unit.DAYS, 6), date(2026, 11, 30))),
        ("expected_close", "within", Range(RangeName.NEXT_WEEK)),
        ("expected_close", "within", Range(RangeName.NEXT_DAYS, 7)),
        ("created_at", "equals", TODAY),
        ("tags", "has_any", ("sur", "nórte")),
        ("tags", "has_none", ("sur",)),
        ("custom.budget", "greater", 4999),
        ("custom.rate", "between", (2, 3)),
        ("custom.signed", "equals", False),
        ("custom.due", "after", date(2026, 11, 30)),
        ("custom.area", "equals", "sur"),
        ("custom.channels", "has_any", ("wéb",)),
    ],
)
def test_what_holds_and_its_opposite(field: str, operator: str, value: Any) -> None:
    test = c.Test(field, Operator(operator), value)
    assert c.matches(test, ROW, TODAY)
    assert not c.matches(c.Not(test), ROW, TODAY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("competitor", "x"),
        ("company.sector", "x"),
        ("custom.none", "x"),
        ("custom.x", "x"),
        ("custom.budget", "5000"),
        ("value", "150000"),
        ("closed_on", TODAY),
        ("custom.area", TODAY),
        ("name", 1),
        ("custom.area", 1),
        ("probability_set", 0),
        ("custom.signed", 0),
        ("custom.budget", False),
        ("closed_on", 1),
        ("expected_close", "2026-11-30"),
    ],
)
def test_a_missing_value_fails_all_but_the_opposites(field: str, value: Any) -> None:
    reads = c.Test(field, Operator.EQUALS, value).reads
    passed = {Operator.NOT_EQUALS, Operator.NOT_CONTAINS, Operator.NONE_OF, Operator.HAS_NONE}
    for operator in c.OPERATORS[reads] - {Operator.WITHIN}:
        listed = {Operator.ONE_OF: (value,), Operator.NONE_OF: (value,), Operator.BETWEEN: (value, value)}
        assert holds(field, operator, listed.get(operator, value)) is (operator in passed), operator
    assert not holds(field, "has_any", ("x",))
    assert holds(field, "has_none", ("x",))


@pytest.mark.parametrize("value", [None, "", " ", "\u00a0"])
def test_empty_is_nothing_or_blank(value: Any) -> None:
    assert holds("name", "empty", name=value)
    assert not holds("name", "not_empty", name=value)
    assert holds("custom.area", "empty", custom=json.dumps({"area": value}))


def test_empty_of_lists_documents_and_values_of_other_types() -> None:
    assert holds("tags", "empty", tags="[]")
    assert holds("tags", "empty", tags="not json")
    assert holds("custom.channels", "empty", custom='{"channels": [1]}')
    assert holds("custom.channels", "empty", custom="")
    assert holds("custom.channels", "empty", custom="[]")
    assert not holds("custom.area", "empty", custom='{"area": 0}')
    assert not c.matches(c.Test("value", Operator.EMPTY), {"value": 0}, TODAY)


def test_groups() -> None:
    yes, no = c.Test("value", Operator.GREATER, 1), c.Test("value", Operator.LESS, 1)
    for tree, expected in [
        (c.All(), True),
        (c.AnyOf(), False),
        (c.All((yes, no)), False),
        (c.AnyOf((no, yes)), True),
        (c.Not(no), True),
        (c.All((yes, c.AnyOf((no, c.Not(no))))), True),
        (c.Not(c.Test("closed_on", Operator.LESS, TODAY)), True),
    ]:
        assert c.matches(tree, ROW, TODAY) is expected


def test_an_instant_falls_on_a_day_of_the_zone() -> None:
    mexico = timezone(timedelta(hours=-6))
    today = c.Test("created_at", Operator.WITHIN, Range(RangeName.TODAY))
    yesterday = c.Test("created_at", Operator.WITHIN, Range(RangeName.YESTERDAY))
    assert (c.matches(today, ROW, TODAY), c.matches(yesterday, ROW, TODAY)) == (True, False)
    assert (c.matches(today, ROW, TODAY, mexico), c.matches(yesterday, ROW, TODAY, mexico)) == (False, True)
    assert c.matches(c.Test("created_at", Operator.AFTER, FIRST_DAY), ROW, TODAY, None)
    assert c.matches(c.Test("created_at", Operator.BEFORE, LAST_DAY), ROW, TODAY, None)


def test_a_path_that_the_row_lacks_is_a_mistake() -> None:
    with pytest.raises(KeyError, match=r"stage\.kind"):
        holds("stage.kind", "equals", "open")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-24", "2026-11-24"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("tomorrow", "2026-11-25", "2026-11-25"),
        ("this_week", "2026-11-23", "2026-11-29"),
        ("last_week", "2026-11-16", "2026-11-22"),
        ("next_week", "2026-11-30", "2026-12-06"),
        ("this_month", "2026-11-01", "2026-11-30"),
        ("next_month", "2026-12-01", "2026-12-31"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("this_quarter", "2026-10-01", "2026-12-31"),
        ("next_quarter", "2027-01-01", "2027-03-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("this_year", "2026-01-01", "2026-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("next_year", "2027-01-01", "2027-12-31"),
    ],
)
def test_named_ranges(name: str, first: str, last: str) -> None:
    assert [str(day) for day in Range(RangeName(name)).ends(TODAY)] == [first, last]


def test_counted_days_include_today_and_months_end_where_they_end() -> None:
    assert Range(RangeName.LAST_DAYS, 7).ends(TODAY) == (date(2026, 11, 18), TODAY)
    assert Range(RangeName.NEXT_DAYS, 1).ends(TODAY) == (TODAY, TODAY)
    assert Relative(Unit.MONTHS, 1).day(date(2027, 1, 31)) == date(2027, 2, 28)
    assert Relative(Unit.YEARS, -1).day(date(2028, 2, 29)) == date(2027, 2, 28)
    assert Relative(Unit.QUARTERS, -1).day(date(2026, 5, 31)) == date(2026, 2, 28)
    assert Relative(Unit.WEEKS, 2).day(TODAY) == date(2026, 12, 8)
    assert (Relative(Unit.YEARS, 9999).day(TODAY), Relative(Unit.YEARS, -9999).day(TODAY)) == (LAST_DAY, FIRST_DAY)


def test_resolved_conditions_hold_plain_days() -> None:
    tree = c.Not(
        c.AnyOf(
            (
                c.Test("expected_close", Operator.WITHIN, Range(RangeName.TODAY)),
                c.All((c.Test("closed_on", Operator.BEFORE, Relative(Unit.DAYS, -1)),)),
                c.Test("closed_on", Operator.BETWEEN, (date(2026, 1, 1), Relative(Unit.DAYS, 1))),
                c.Test("value", Operator.BETWEEN, (1, 2)),
            )
        )
    )
    tests = list(c.each_test(c.resolve(tree, TODAY)))
    assert [test.value for test in tests] == [
        (TODAY, TODAY),
        date(2026, 11, 23),
        (date(2026, 1, 1), date(2026, 11, 25)),
        (1, 2),
    ]
    assert tests[0].operator is Operator.BETWEEN
    assert c.fields(tree) == {"expected_close", "closed_on", "value"}


def test_json_there_and_back() -> None:
    tree = c.All(
        (
            c.AnyOf((c.Test("name", Operator.ONE_OF, ("a", "b")), c.Not(c.Test("value", Operator.EMPTY)))),
            c.Test("probability_set", Operator.EQUALS, True),
            c.Test("value", Operator.BETWEEN, (-5, 2**63 - 1)),
            c.Test("expected_close", Operator.AFTER, date(2026, 1, 31)),
            c.Test("expected_close", Operator.BETWEEN, (Relative(Unit.MONTHS, -3), date(2026, 1, 31))),
            c.Test("closed_on", Operator.WITHIN, Range(RangeName.LAST_DAYS, 30)),
            c.Test("closed_on", Operator.WITHIN, Range(RangeName.THIS_YEAR)),
            c.All(),
        )
    )
    assert from_json(json.loads(json.dumps(to_json(tree)))) == tree
    assert to_json(c.Test("value", Operator.AT_LEAST, 5)) == {"field": "value", "operator": "at_least", "value": 5}


def nested(levels: int) -> dict[str, Any]:
    data: dict[str, Any] = {"all": []}
    for _ in range(levels - 1):
        data = {"not": data}
    return data


ONE = {"field": "value", "operator": "equals", "value": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "Not a condition"),
        ([], "Not a condition"),
        ({}, "Not a condition"),
        ({"all": 1}, "Not a list"),
        ({"all": [], "any": []}, "Not a condition"),
        ({"not": None}, "Not a condition"),
        (ONE | {"more": 1}, "Not a condition"),
        (ONE | {"operator": "sounds_like"}, "sounds_like"),
        (ONE | {"operator": []}, "not a valid"),
        (ONE | {"field": 3}, "No field: 3"),
        (ONE | {"field": "Value"}, "No field"),
        (ONE | {"field": "custom"}, "No field"),
        (ONE | {"field": "custom.a b"}, "No field"),
        (ONE | {"value": None}, "value: equals does not take None"),
        (ONE | {"value": 1.5}, "does not take 1.5"),
        (ONE | {"value": 2**63}, "does not take"),
        (ONE | {"value": " "}, "does not take"),
        (ONE | {"value": "a\0"}, "does not take"),
        (ONE | {"value": "\ud800"}, "does not take"),
        (ONE | {"value": [1]}, "does not take"),
        (ONE | {"value": {"day": 1}}, "Not a value"),
        (ONE | {"value": {"date": "2026-13-01"}}, "month must be in"),
        (ONE | {"value": {"date": "0999-01-01"}}, "does not take"),
        (ONE | {"value": {"relative": "ages", "amount": 1}}, "ages"),
        (ONE | {"value": {"relative": "days", "amount": "1"}}, "Bad amount"),
        (ONE | {"value": {"range": "today"}}, "does not take"),
        (ONE | {"operator": "within"}, "does not take"),
        (ONE | {"value": {"range": "last_days"}}, "Bad number of days"),
        (ONE | {"value": {"range": "today", "days": 1}}, "Bad number"),
        (ONE | {"operator": "empty"}, "does not take"),
        (ONE | {"operator": "contains"}, "does not take"),
        (ONE | {"operator": "one_of"}, "does not take"),
        (ONE | {"operator": "one_of", "value": []}, "does not take"),
        (ONE | {"operator": "one_of", "value": [1, "a"]}, "does not take"),
        (ONE | {"operator": "one_of", "value": [[1]]}, "does not take"),
        (ONE | {"operator": "between", "value": [1, 2, 3]}, "does not take"),
        (ONE | {"operator": "has_any", "value": [1]}, "does not take"),
        (ONE | {"operator": "greater", "value": "a"}, "does not take"),
        (ONE | {"operator": "greater", "value": True}, "does not take"),
        (ONE | {"operator": "between", "value": [{"range": "today"}, {"range": "today"}]}, "does not take"),
        (nested(21), "More than 20 levels"),
        ({"all": [{"all": [ONE] * 101}, {"any": [ONE] * 100}]}, "More than 200 tests"),
        ({"all": [ONE] * 201}, "up to 200 parts"),
    ],
)
def test_nonsense_is_refused_and_named(data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(data)


def test_the_limits_themselves_are_allowed() -> None:
    assert from_json(nested(20))
    assert len(list(c.each_test(from_json({"all": [ONE] * 200})))) == 200


def test_fields_and_operators_are_checked_against_their_kinds() -> None:
    kinds = {**known_fields("lead"), "custom.budget": FieldKind.MONEY}
    good = (
        c.Test("custom.budget", Operator.AT_LEAST, 5),
        c.Test("status", Operator.ONE_OF, ("new", "contacted")),
        c.Test("source_id", Operator.EQUALS, 2),
        c.Test("created_at", Operator.WITHIN, Range(RangeName.THIS_WEEK)),
        c.Test("tags", Operator.EMPTY),
    )
    check(c.Not(c.AnyOf(good)), kinds)
    for test, message in [
        (c.Test("custom.age", Operator.EQUALS, 5), r"custom\.age: there is no such field"),
        (c.Test("status", Operator.CONTAINS, "n"), "status: contains does not fit a field of kind choice"),
        (c.Test("source_id", Operator.GREATER, 1), "source_id: greater does not fit a field of kind ref"),
        (c.Test("name", Operator.EQUALS, 5), "name: equals 5 does not fit a field of kind text"),
        (c.Test("tags", Operator.CONTAINS, "a"), "tags: contains does not fit a field of kind tags"),
    ]:
        with pytest.raises(ValueError, match=message):
            check(c.All((c.All(good), test)), kinds)


def test_operators_are_offered_in_one_order() -> None:
    assert operators_of(FieldKind.FLAG) == (Operator.EQUALS, Operator.NOT_EQUALS, Operator.EMPTY, Operator.NOT_EMPTY)
    assert operators_of(FieldKind.TAGS) == (Operator.EMPTY, Operator.NOT_EMPTY, Operator.HAS_ANY, Operator.HAS_NONE)
    assert Operator.WITHIN in operators_of(FieldKind.INSTANT)
    with pytest.raises(KeyError):
        known_fields("planet")
