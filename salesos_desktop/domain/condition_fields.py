"""Which fields conditions can look at, of what kind they are, and which operators go with a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from .conditions import OPERATORS, Condition, Not, Operator, Reads, Test, each_test


class FieldKind(StrEnum):
    """What a field holds. MONEY: minor units; CHOICE: one word of a list; TAGS: several texts; REF: the id of a record."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    FLAG = "flag"
    CHOICE = "choice"
    TAGS = "tags"
    REF = "ref"


_K = FieldKind
_READS = {
    _K.TEXT: Reads.TEXT,
    _K.NUMBER: Reads.NUMBER,
    _K.MONEY: Reads.NUMBER,
    _K.DATE: Reads.DAY,
    _K.INSTANT: Reads.DAY,
    _K.FLAG: Reads.FLAG,
    _K.CHOICE: Reads.TEXT,
    _K.TAGS: Reads.LIST,
    _K.REF: Reads.NUMBER,
}
_NAMED = frozenset({Operator.EQUALS, Operator.NOT_EQUALS, Operator.ONE_OF, Operator.NONE_OF})

_OWNER = {
    "owner_id": _K.REF,
    "owner.name": _K.TEXT,
    "owner.email": _K.TEXT,
    "owner.role": _K.CHOICE,
    "owner.team_id": _K.REF,
    "owner.active": _K.FLAG,
}
_SOURCE = {"source_id": _K.REF, "source.name": _K.TEXT}
_COMPANY_OF = {
    "company_id": _K.REF,
    "company.name": _K.TEXT,
    "company.sector": _K.TEXT,
    "company.location": _K.TEXT,
    "company.employees": _K.NUMBER,
    "company.revenue": _K.MONEY,
}
_REACHED = {"email": _K.TEXT, "phone": _K.TEXT}
_TEXTS = {"name": _K.TEXT, "note": _K.TEXT, "tags": _K.TAGS}

_FIELDS: Mapping[str, Mapping[str, FieldKind]] = {
    "lead": {
        **_TEXTS,
        **_REACHED,
        "company": _K.TEXT,
        "position": _K.TEXT,
        "place": _K.TEXT,
        "value": _K.MONEY,
        "status": _K.CHOICE,
        "team_id": _K.REF,
        "created_at": _K.INSTANT,
        "last_activity_at": _K.INSTANT,
        "opportunity_id": _K.REF,
        **_SOURCE,
        **_OWNER,
    },
    "opportunity": {
        **_TEXTS,
        "external_id": _K.TEXT,
        "value": _K.MONEY,
        "currency": _K.CHOICE,
        "expected_close": _K.DATE,
        "closed_on": _K.DATE,
        "day": _K.DATE,
        "probability": _K.NUMBER,
        "probability_set": _K.FLAG,
        "stage_since": _K.DATE,
        "priority": _K.CHOICE,
        "competitor": _K.TEXT,
        "close_note": _K.TEXT,
        "created_on": _K.DATE,
        "next_activity_on": _K.DATE,
        "hold_until": _K.DATE,
        "touched_on": _K.DATE,
        "stage_id": _K.REF,
        "stage.name": _K.TEXT,
        "stage.kind": _K.CHOICE,
        "stage.pipeline_id": _K.REF,
        "stage.probability": _K.NUMBER,
        "stage.committed": _K.FLAG,
        "stage.category": _K.CHOICE,
        "category": _K.CHOICE,
        "contact_id": _K.REF,
        "contact.name": _K.TEXT,
        "contact.email": _K.TEXT,
        "contact.position": _K.TEXT,
        "product_id": _K.REF,
        "product.name": _K.TEXT,
        "product.series": _K.TEXT,
        "lead_id": _K.REF,
        "loss_reason_id": _K.REF,
        "loss_reason.name": _K.TEXT,
        **_COMPANY_OF,
        **_SOURCE,
        **_OWNER,
    },
    "contact": {
        **_TEXTS,
        **_REACHED,
        "position": _K.TEXT,
        "created_at": _K.INSTANT,
        **_COMPANY_OF,
        **_OWNER,
    },
    "company": {
        **_TEXTS,
        **_REACHED,
        "sector": _K.TEXT,
        "location": _K.TEXT,
        "website": _K.TEXT,
        "year_established": _K.NUMBER,
        "revenue": _K.MONEY,
        "employees": _K.NUMBER,
        "parent_id": _K.REF,
        "created_at": _K.INSTANT,
        **_OWNER,
    },
}


def known_fields(table: str) -> Mapping[str, FieldKind]:
    """Paths of "lead", "opportunity", "contact" or "company" → kind; custom fields are the caller's to add.

    Raises KeyError for another table."""
    return MappingProxyType(_FIELDS[table])


def operators_of(kind: FieldKind) -> tuple[Operator, ...]:
    """Operators that go with a kind, in the order of Operator. Choices and references are not searched nor ordered."""
    fitting = OPERATORS[_READS[kind]]
    if kind in (_K.CHOICE, _K.REF):
        fitting &= _NAMED
    fitting |= OPERATORS[Reads.ANYTHING]
    return tuple(operator for operator in Operator if operator in fitting)


def check(condition: Condition, kinds: Mapping[str, FieldKind]) -> None:
    """Raises ValueError that names the first field that is not in ``kinds``, or whose operator or value does not fit.

    ``kinds``: ``known_fields`` and, as "custom.key", the workspace's own fields."""
    for test in each_test(condition):
        kind = kinds.get(test.field)
        if kind is None:
            raise ValueError(f"{test.field}: there is no such field")
        if test.operator not in operators_of(kind):
            raise ValueError(f"{test.field}: {test.operator} does not fit a field of kind {kind}")
        if test.reads not in (_READS[kind], Reads.ANYTHING):
            raise ValueError(f"{test.field}: {test.operator} {test.value!r:.80} does not fit a field of kind {kind}")


def kept(condition: Condition, lasts: Callable[[Test], bool]) -> Condition | None:
    """The condition without the tests that do not last and without groups that hold nothing, None when none is left."""
    if isinstance(condition, Test):
        return condition if lasts(condition) else None
    if isinstance(condition, Not):
        part = kept(condition.part, lasts)
        return None if part is None else Not(part)
    parts = tuple(part for part in (kept(each, lasts) for each in condition.parts) if part is not None)
    return replace(condition, parts=parts) if parts else None
