"""Conditions as plain values for JSON, in settings, rules and saved views, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from .conditions import All, AnyOf, Condition, Not, Operator, Test, Value, each_test
from .relative_days import Range, RangeName, Relative, Unit

MAX_DEPTH = 20
MAX_TESTS = 200


def to_json(condition: Condition) -> dict[str, Any]:
    """As plain values for ``json.dumps``: {"all": […]}, {"any": […]}, {"not": …} or {"field", "operator", "value"}.
    A day is {"date": "2026-12-31"}, a Relative {"relative": "days", "amount": -3}, a Range {"range": "last_days", "days": 7}.
    """
    if isinstance(condition, Test):
        told: dict[str, Any] = {"field": condition.field, "operator": str(condition.operator)}
        return told if condition.value is None else told | {"value": _plain(condition.value)}
    if isinstance(condition, Not):
        return {"not": to_json(condition.part)}
    return {"all" if isinstance(condition, All) else "any": [to_json(part) for part in condition.parts]}


def from_json(data: Any) -> Condition:
    """What ``to_json`` gave, as a condition.

    Raises ValueError for anything else, for more than 20 levels, 200 tests or 200 parts of one group."""
    condition = _read(data, 1)
    _require(sum(1 for _ in each_test(condition)) <= MAX_TESTS, f"More than {MAX_TESTS} tests in one condition")
    return condition


def _read(data: Any, depth: int) -> Condition:
    _require(depth <= MAX_DEPTH, f"More than {MAX_DEPTH} levels in one condition")
    _require(isinstance(data, dict), f"Not a condition: {data!r:.80}")
    if data.keys() == {"not"}:
        return Not(_read(data["not"], depth + 1))
    if data.keys() in ({"all"}, {"any"}):
        ((name, parts),) = data.items()
        _require(isinstance(parts, list) and len(parts) <= MAX_TESTS, f"Not a list of up to {MAX_TESTS} parts: {name}")
        read = tuple(_read(part, depth + 1) for part in parts)
        return All(read) if name == "all" else AnyOf(read)
    _require({"field", "operator"} <= data.keys() <= {"field", "operator", "value"}, f"Not a condition: {data!r:.80}")
    _require(isinstance(data["field"], str), f"No field: {data['field']!r:.80}")
    value = data.get("value")
    read_value = tuple(_read_one(v) for v in value) if isinstance(value, list) else _read_one(value)
    return Test(data["field"], Operator(data["operator"]), read_value)


def _read_one(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value.keys() == {"date"} and isinstance(value["date"], str):
        return date.fromisoformat(value["date"])
    if value.keys() == {"relative", "amount"}:
        return Relative(Unit(value["relative"]), value["amount"])
    if value.keys() in ({"range"}, {"range", "days"}):
        return Range(RangeName(value["range"]), value.get("days", 0))
    raise ValueError(f"Not a value: {value!r:.80}")


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Relative):
        return {"relative": str(value.unit), "amount": value.amount}
    if isinstance(value, Range):
        return {"range": str(value.name)} | ({"days": value.days} if value.days else {})
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
