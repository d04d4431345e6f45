"""The first screen of a workspace in a file, read with Python's own sqlite3: a window must not wait for SQLAlchemy.

The same answers as the modules under ``queries`` give; the tests hold the two together.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import Any

from ..domain.filters import Sort
from ..domain.opportunities import Card
from ..domain.stages import Category, Stage, StageKind
from .values import Figure, Named, card_of

_PIPELINES = "SELECT id, name, active FROM pipeline ORDER BY active DESC, position, id"
_STAGES = """
SELECT id, pipeline_id, name, kind, position, probability, stale_days, category, colour FROM stage
ORDER BY pipeline_id, position, id
"""
_FIGURES = "SELECT stage_id, currency, count, value, weighted, no_value FROM stage_total WHERE count <> 0"
_CARDS = """
SELECT o.id, o.version, o.name, o.stage_id, stage.kind, o.value, o.currency, o.probability, o.probability_set,
       o.expected_close, o.closed_on, o.stage_since, o.owner_id, person.name, o.company_id, company.name, contact.name,
       product.name, o.priority, o.next_activity_on, o.rank, stage.stale_days,
       o.checks_done, o.checks_total, o.custom, o.tags, o.source_id, source.name, o.touched_on, o.hold_until
FROM opportunity AS o JOIN stage ON stage.id = o.stage_id
LEFT JOIN person ON person.id = o.owner_id LEFT JOIN company ON company.id = o.company_id
LEFT JOIN contact ON contact.id = o.contact_id LEFT JOIN product ON product.id = o.product_id
LEFT JOIN source ON source.id = o.source_id
WHERE o.stage_id = ? AND o.deleted_at IS NULL AND o.hold_until IS NULL AND {key} {there} ORDER BY {order}, o.id LIMIT ?
"""
_DATES = (9, 10, 11, 19, 28, 29)
_KEYS = {
    Sort.MANUAL: ("o.rank", ""), Sort.VALUE: ("o.value", " DESC"), Sort.CLOSE: ("o.day", ""),
    Sort.STALE: ("o.touched_on", ""), Sort.ACTIVITY: ("o.next_activity_on", ""), Sort.CLOSED: ("o.day", " DESC"),
}  # fmt: skip


def settings(file: sqlite3.Connection) -> dict[str, Any]:
    """Every setting of the workspace by name."""
    return {name: json.loads(value) for name, value in file.execute("SELECT name, value FROM setting")}


def last_seq(file: sqlite3.Connection) -> int:
    """Number of the newest commit, 0 when there is none."""
    return file.execute("SELECT max(seq) FROM change_log").fetchone()[0] or 0


def pipelines(file: sqlite3.Connection) -> list[Named]:
    """Pipelines in their order, those out of use last."""
    return [Named(r[0], r[1], bool(r[2])) for r in file.execute(_PIPELINES)]


def stages(file: sqlite3.Connection) -> list[Stage]:
    """Every stage, in the order of its pipeline."""
    return [
        Stage(r[0], r[1], r[2], StageKind(r[3]), r[4], r[5], r[6], Category(r[7]), r[8]) for r in file.execute(_STAGES)
    ]


def figures(file: sqlite3.Connection) -> list[Figure]:
    """Figures of all deals, per stage and currency."""
    return [Figure(*r) for r in file.execute(_FIGURES)]


def person(file: sqlite3.Connection, person_id: int) -> tuple[str, str, int, int]:
    """Name, team, points and unread notifications of a person."""
    name, team = file.execute(
        "SELECT person.name, team.name FROM person LEFT JOIN team ON team.id = person.team_id WHERE person.id = ?",
        (person_id,),
    ).fetchone() or ("", "")
    points = file.execute("SELECT coalesce(sum(points), 0) FROM points WHERE person_id = ?", (person_id,)).fetchone()
    unread = file.execute(
        "SELECT count(*) FROM notification WHERE person_id = ? AND read_at IS NULL", (person_id,)
    ).fetchone()
    return name, team or "", points[0], unread[0]


def first_cards(file: sqlite3.Connection, stage_id: int, sort: Sort, limit: int) -> list[Card]:
    """The first cards of a stage in an order, of all deals."""
    key, direction = _KEYS[sort]
    found: list[Card] = []
    # Those that have the key along its index, then those without.
    for there, order in (("IS NOT NULL", key + direction), ("IS NULL", "o.id")):
        statement = _CARDS.format(key=key, there=there, order=order)
        if len(found) < limit:
            found += [card_of(_dated(r)) for r in file.execute(statement, (stage_id, limit - len(found)))]
    return found


def _dated(row: tuple[Any, ...]) -> list[Any]:
    values = list(row)
    for place in _DATES:
        if values[place] is not None:
            values[place] = date.fromisoformat(values[place])
    values[8] = bool(values[8])
    return values
