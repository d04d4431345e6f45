"""Every deal as it stood at past moments, by taking its history back entry by entry from what it is now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, select

from .encoding import plain
from .schema.sales import opportunity
from .schema.stream import history

_WHOLE = frozenset({"stage_id", "value", "probability", "owner_id", "product_id", "source_id"})
_DAYS = frozenset({"expected_close", "closed_on", "hold_until"})
FIELDS = (
    "stage_id", "value", "currency", "expected_close", "closed_on", "probability", "owner_id", "product_id", "source_id",
    "category", "deleted_at", "hold_until",
)  # fmt: skip
"""What is known of each deal; ``deleted_at`` only as whether there is one."""
_AT = {name: place for place, name in enumerate(FIELDS)}
_PAGE = 20_000

Known = list[Any]
"""The FIELDS of one deal."""


def rewind(connection: Connection, moments: Sequence[datetime]) -> Iterator[tuple[datetime, dict[int, Known]]]:
    """(moment, id → what was known before it) for each moment, the latest first.

    Deals that did not exist are not in it; those in the bin are, with their ``deleted_at``. The dictionary is the same one
    each time and is taken back further by the next step: use it before asking for the next.
    """
    states = _now(connection)
    waiting = sorted(moments, reverse=True)
    for subject_id, at, kind, field, before in _entries(connection):
        while waiting and at < waiting[0]:
            yield waiting.pop(0), states
        if not waiting:
            return
        if kind == "created":
            states.pop(subject_id, None)
        elif kind == "removed":
            values = {name: plain(value) for name, value in json.loads(before or "{}").items()}
            states[subject_id] = [_value(name, values.get(name)) for name in FIELDS]
        elif subject_id in states and field in _AT:
            states[subject_id][_AT[field]] = _value(field, before)
    for moment in waiting:
        yield moment, states


def _now(connection: Connection) -> dict[int, Known]:
    statement = select(opportunity.c.id, *(opportunity.c[name] for name in FIELDS))
    gone = _AT["deleted_at"]
    found: dict[int, Known] = {}
    for row in connection.execute(statement):
        known = list(row[1:])
        known[gone] = known[gone] is not None
        found[row[0]] = known
    return found


def _entries(connection: Connection) -> Iterator[tuple[int, datetime, str, str, str | None]]:
    """What happened to deals, the newest first, a page at a time."""
    statement = (
        select(history.c.id, history.c.subject_id, history.c.at, history.c.kind, history.c.field, history.c.before)
        .where(history.c.subject_table == "opportunity", history.c.field.in_(("", *FIELDS)))
        .order_by(history.c.id.desc())
        .limit(_PAGE)
    )
    last = None
    while True:
        page = connection.execute(statement if last is None else statement.where(history.c.id < last)).all()
        for row in page:
            yield row[1], row[2].astimezone(UTC), row[3], row[4], row[5]
        if len(page) < _PAGE:
            return
        last = page[-1][0]


def _value(name: str, text: str | None) -> Any:
    if name == "deleted_at":
        return text not in (None, "")
    if text in (None, ""):
        return "" if name in ("category", "currency") else None
    assert text is not None
    if name in _WHOLE:
        return int(text)
    return date.fromisoformat(text) if name in _DAYS else text
