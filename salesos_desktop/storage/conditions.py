"""Conditions (domain/conditions.py) in SQL, with the same answers on SQLite, on PostgreSQL and in Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, tzinfo
from operator import eq, ge, gt, le, lt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from ..domain.conditions import All, AnyOf, Condition, Not, Operator, Reads, Test, day_bounds, day_start, resolve
from ..domain.text import fold
from . import portable
from .schema import TABLES
from .schema.base import Utc

# Name of a relation → table that its column (name + "_id") points to.
_RELATED = {
    "owner": "person",
    "company": "company",
    "contact": "contact",
    "stage": "stage",
    "source": "source",
    "product": "product",
    "lead": "lead",
    "loss_reason": "loss_reason",
    "team": "team",
}
_COMPARE: dict[Operator, Callable[[Any, Any], _Answer]] = {
    Operator.EQUALS: eq,
    Operator.GREATER: gt,
    Operator.AT_LEAST: ge,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
}
_Clause = ColumnElement[Any]
_Answer = ColumnElement[bool]


def where(condition: Condition, table_name: str, today: date, zone: tzinfo | None = UTC) -> _Answer:
    """The condition as one expression over the columns of a table, without joins, for a WHERE.

    ``zone``: as in ``matches``. The value of a test says how a custom field is read, so that their kinds are not needed.
    A row passes when the expression is true; when it does not, it is false or NULL. "custom" and "tags" must be JSON or
    blank, as all services write them: PostgreSQL refuses to read anything else, where SQLite and Python find nothing.
    Raises ValueError for a field that the table does not have.
    """
    return _expression(resolve(condition, today), TABLES[table_name], zone)


def _expression(condition: Condition, table: FromClause, zone: tzinfo | None) -> _Answer:
    if isinstance(condition, All):
        return and_(true(), *(_expression(part, table, zone) for part in condition.parts))
    if isinstance(condition, AnyOf):
        return or_(false(), *(_expression(part, table, zone) for part in condition.parts))
    if isinstance(condition, Not):
        return _no(_expression(condition.part, table, zone))
    operator, turned = condition.asked
    answer = _asked(condition, operator, table, zone)
    return _no(answer) if turned else answer


def _no(answer: _Answer) -> _Answer:
    return not_(func.coalesce(answer, false()))


def _asked(test: Test, operator: Operator, table: FromClause, zone: tzinfo | None) -> _Answer:
    head, dot, last = test.field.partition(".")
    if not dot:
        return _plain(test, operator, table, head, zone)
    if head == "custom":
        return _custom(test, operator, _column(table, "custom", test.field), last)
    if head not in _RELATED:
        raise ValueError(f"There is no field {test.field}")
    # Asked once per related record, not once per row; on its own, for the statement may join the same table.
    target = TABLES[_RELATED[head]]
    ids = select(target.c.id).correlate(None)
    reference = _column(table, f"{head}_id", test.field)
    answer = _plain(test, operator, target, last, zone)
    if operator is Operator.EMPTY:
        return _no(reference.in_(ids.where(_no(answer))))
    return reference.in_(ids.where(answer))


def _column(table: FromClause, name: str, field: str) -> _Clause:
    if name not in table.c:
        raise ValueError(f"There is no field {field}")
    return table.c[name]


def _plain(test: Test, operator: Operator, table: FromClause, name: str, zone: tzinfo | None) -> _Answer:
    column = _column(table, name, test.field)
    if name == "tags":
        listed = portable.json_list(column)
        if operator is Operator.EMPTY:
            return not_(portable.has_text(listed))
        return _listed(listed, test) if test.reads is Reads.LIST else false()
    kind = _kind(column)
    if operator is Operator.EMPTY:
        return func.coalesce(_folded(table, name), "") == "" if kind is Reads.TEXT else column.is_(None)
    if kind is not test.reads:
        return false()
    if kind is Reads.TEXT:
        return _text(_folded(table, name), operator, test.value)
    if kind is Reads.NUMBER:
        return _number(column, operator, test.value)
    if kind is Reads.FLAG:
        return column.is_(test.value)
    return _day(column, test, zone)


def _kind(column: _Clause) -> Reads:
    if isinstance(column.type, Utc | Date):
        return Reads.DAY
    if isinstance(column.type, Boolean):
        return Reads.FLAG
    return Reads.NUMBER if isinstance(column.type, Integer) else Reads.TEXT


def _folded(table: FromClause, name: str) -> _Clause:
    """A text column as domain.text.fold gives it; kept next to the name in some tables, with an index."""
    kept = "folded" if name == "name" else f"{name}_folded"
    return table.c[kept] if kept in table.c else portable.folded(table.c[name])


def _custom(test: Test, operator: Operator, document: _Clause, key: str) -> _Answer:
    if operator is Operator.EMPTY:
        listed = portable.json_list(document, key)
        return or_(
            portable.json_nothing(document, key),
            portable.folded(portable.json_text(document, key)) == "",
            and_(listed.isnot(None), not_(portable.has_text(listed))),
        )
    match test.reads:
        case Reads.TEXT:
            return _text(portable.folded(portable.json_text(document, key)), operator, test.value)
        case Reads.NUMBER:
            return _number(portable.json_number(document, key), operator, test.value)
        case Reads.FLAG:
            return portable.json_flag(document, key).is_(test.value)
        case Reads.LIST:
            return _listed(portable.json_list(document, key), test)
    return _between(portable.json_day(document, key), *(day and literal(day.isoformat()) for day in day_bounds(test)))


def _listed(listed: _Clause, test: Test) -> _Answer:
    wanted: Any = test.value
    return portable.has_text(listed, [fold(text) for text in wanted])


def _text(found: _Clause, operator: Operator, wanted: Any) -> _Answer:
    if operator is Operator.ONE_OF:
        return found.in_([fold(text) for text in wanted])
    part = literal(fold(wanted))
    if operator is Operator.CONTAINS:
        return portable.position(found, part) > 0
    if operator is Operator.STARTS_WITH:
        found = func.substr(found, 1, len(fold(wanted)))
    return found == part


def _number(found: _Clause, operator: Operator, wanted: Any) -> _Answer:
    if operator is Operator.ONE_OF:
        return found.in_([literal(number, BigInteger()) for number in wanted])
    if operator is Operator.BETWEEN:
        return _number(found, Operator.AT_LEAST, wanted[0]) & _number(found, Operator.AT_MOST, wanted[1])
    # References are 32 bits wide, a condition's numbers 64.
    return _COMPARE[operator](found, literal(wanted, BigInteger()))


def _day(column: _Clause, test: Test, zone: tzinfo | None) -> _Answer:
    low, high = day_bounds(test)
    if isinstance(column.type, Utc):
        return _between(column, low and day_start(low, zone), high and day_start(high, zone))
    return _between(column, low, high)


def _between(found: _Clause, low: Any, high: Any) -> _Answer:
    limits = [] if low is None else [found >= low]
    return and_(*limits, *([] if high is None else [found < high]))
