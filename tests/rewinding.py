"""Every deal as it stood at past moments, by taking its history back entry by entry from what it is now: what the columns of
services/outlook/rewound.py are held to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, String, bindparam, func, literal, select, type_coerce

from salesos_desktop.domain.outlook import Deal
from salesos_desktop.domain.stages import Stage
from salesos_desktop.services.outlook import deals
from salesos_desktop.services.past import end_of
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.encoding import plain
from salesos_desktop.storage.history_order import DAYS, FIELDS, WHOLE, as_kept
from salesos_desktop.storage.prepared import Prepared
from salesos_desktop.storage.schema.sales import opportunity
from salesos_desktop.storage.schema.stream import history

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
    waiting = sorted(((as_kept(connection, moment), moment) for moment in moments), reverse=True)
    for subject_id, at, kind, field, before in _entries(connection) if waiting else ():
        while waiting and at < waiting[0][0]:
            yield waiting.pop(0)[1], states
        if not waiting:
            return
        if kind == "created":
            states.pop(subject_id, None)
        elif kind == "removed":
            values = {name: plain(value) for name, value in json.loads(before or "{}").items()}
            states[subject_id] = [_value(name, values.get(name)) for name in FIELDS]
        elif subject_id in states:
            states[subject_id][_AT[field]] = _value(field, before)
    for _, moment in waiting:
        yield moment, states


def counted(known: dict[int, Known], stages: Mapping[int, Stage]) -> dict[int, Deal]:
    """The deals of ``rewind`` that counted: in no bin, not on hold, in a stage that still exists."""
    found = {}
    for deal_id, values in known.items():
        row = dict(zip(FIELDS, values, strict=True), id=deal_id)
        row["deleted_at"] = row["deleted_at"] or None
        deal = deals.of_row(row, stages)
        if deal is not None:
            found[deal_id] = deal
    return found


def states(ws: Workspace, days: Sequence[date]) -> dict[date, dict[int, Deal]]:
    """The deals that counted at the end of each day."""
    with ws.store.read() as connection:
        stages = deals.stages_of(connection)
        ends = {end_of(ws, day): day for day in days}
        return {ends[moment]: counted(known, stages) for moment, known in rewind(connection, list(ends))}


def _now(connection: Connection) -> dict[int, Known]:
    gone = _AT["deleted_at"]
    found: dict[int, Known] = {}
    for row in _NOW.rows(connection):
        known = list(row[1:])
        known[gone] = known[gone] is not None
        found[row[0]] = known
    return found


def _entries(connection: Connection) -> Iterator[Sequence[Any]]:
    """What happened to deals, the newest first, a page at a time: deal, instant as it is kept, kind, field, before."""
    last = 2**62
    while True:
        page = _ENTRIES.rows(connection, {"last": last, "page": _PAGE, "fields": ["", *FIELDS]})
        for row in page:
            yield row[1:]
        if len(page) < _PAGE:
            return
        last = page[-1][0]


def _value(name: str, text: str | None) -> Any:
    if name == "deleted_at":
        return text not in (None, "")
    if text in (None, ""):
        return "" if name in ("category", "currency") else None
    assert text is not None
    if name in WHOLE:
        return int(text)
    return date.fromisoformat(text) if name in DAYS else text


# A table that is no plain column: along the key, and not along the index by subject with a sort of everything.
_ENTRIES = Prepared(
    select(
        history.c.id, history.c.subject_id, type_coerce(history.c.at, String), history.c.kind, history.c.field,
        history.c.before,
    )
    .where(
        history.c.id < bindparam("last", type_=BigInteger), func.coalesce(history.c.subject_table, "") == literal("opportunity"),
        history.c.field.in_(bindparam("fields", expanding=True)),
    )
    .order_by(history.c.id.desc())
    .limit(bindparam("page", type_=BigInteger))
)  # fmt: skip
_NOW = Prepared(select(opportunity.c.id, *(opportunity.c[name] for name in FIELDS)))
