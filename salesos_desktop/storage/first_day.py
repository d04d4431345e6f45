"""The start page of a workspace in a file, read with Python's own sqlite3 like ``first_look``: the window opens on it.

The same answers as ``queries.home`` gives; the tests hold the two together.
"""

from __future__ import annotations

import sqlite3
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from ..domain.activities import SUBJECTS, Activity, Participant
from ..domain.home import Due, Figures, by_time, figures_of

_GONE = " OR ".join(
    f"(subject_table = '{name}' AND EXISTS (SELECT 1 FROM {name} AS s WHERE s.id = subject_id AND s.deleted_at NOTNULL))"
    for name in SUBJECTS
)
_WAITING = f"assignee_id = ? AND done_at IS NULL AND deleted_at IS NULL AND due_on <= ? AND NOT ({_GONE})"
_COUNT = f"SELECT count(*) FROM activity WHERE {_WAITING}"
_DUE = f"""
SELECT a.id, a.version, a.kind, a.subject, a.subject_table, a.subject_id,
       coalesce(CASE a.subject_table WHEN 'opportunity' THEN o.name WHEN 'lead' THEN l.name WHEN 'contact' THEN c.name
                WHEN 'company' THEN f.name END, ''),
       a.due_on, a.due_at, a.time_zone, a.minutes, a.place, a.assignee_id, coalesce(person.name, ''), a.reminder_minutes,
       a.remind_at, a.recurrence, a.outcome, a.note, a.created_by, a.created_at, a.done_at, a.plan_id,
       a.occurs
FROM activity AS a LEFT JOIN person ON person.id = a.assignee_id
LEFT JOIN opportunity AS o ON a.subject_table = 'opportunity' AND o.id = a.subject_id
LEFT JOIN lead AS l ON a.subject_table = 'lead' AND l.id = a.subject_id
LEFT JOIN contact AS c ON a.subject_table = 'contact' AND c.id = a.subject_id
LEFT JOIN company AS f ON a.subject_table = 'company' AND f.id = a.subject_id
WHERE a.id IN (SELECT id FROM activity WHERE {_WAITING} ORDER BY due_on DESC, id DESC LIMIT ?)
"""
_TAKING_PART = """
SELECT p.activity_id, p.contact_id, p.person_id, coalesce(contact.name, person.name, p.name)
FROM activity_participant AS p LEFT JOIN contact ON contact.id = p.contact_id
LEFT JOIN person ON person.id = p.person_id WHERE p.activity_id IN ({places}) ORDER BY p.id
"""
_SUMS = """
SELECT '{kind}', currency, sum(count), sum(value), sum(weighted) FROM total
WHERE owner_id = ? AND stage_id IN (SELECT id FROM stage WHERE kind = '{kind}')
AND CASE category WHEN '' THEN (SELECT category FROM stage WHERE id = stage_id) ELSE category END <> 'omitted'
{days} GROUP BY currency
"""
_OPEN, _WON = _SUMS.format(kind="open", days=""), _SUMS.format(kind="won", days="AND day >= ? AND day < ?")
_EARNED = """
SELECT person.id, (SELECT coalesce(sum(points), 0) FROM points WHERE person_id = person.id AND at >= ?)
FROM person WHERE active OR id = ?
"""
_POINTS = "SELECT coalesce(sum(points), 0) FROM points WHERE person_id = ?"
_NAMES = tuple(each.name for each in fields(Activity) if each.name != "participants")
_DAY, _INSTANTS = 7, (8, 15, 20, 21)


def due(file: sqlite3.Connection, person_id: int, last: date, limit: int) -> Due:
    """Open activities of a person with a day up to ``last``: the latest ``limit`` of them, in order of time."""
    day = last.isoformat()
    rows = file.execute(_DUE, (person_id, day, limit)).fetchall()
    taking_part = _participants(file, [row[0] for row in rows])
    found = [
        Activity(**dict(zip(_NAMES, _typed(row), strict=True)), participants=tuple(taking_part.get(row[0], ())))
        for row in rows
    ]
    count = len(rows) if len(rows) < limit else file.execute(_COUNT, (person_id, day)).fetchone()[0]
    return Due(tuple(sorted(found, key=by_time)), count - len(rows))


def person_row(file: sqlite3.Connection, person_id: int) -> tuple[str, datetime | None]:
    """Name, and when the start page was looked at last."""
    found = file.execute("SELECT name, visited_at FROM person WHERE id = ?", (person_id,)).fetchone()
    return (found[0], _instant(found[1])) if found else ("", None)


def figures(file: sqlite3.Connection, person_id: int, first: date, after: date, since: datetime) -> Figures:
    """Own figures: won from ``first`` until before ``after``, points of the month since the instant ``since``."""
    sums = [*file.execute(_OPEN, (person_id,)), *file.execute(_WON, (person_id, first.toordinal(), after.toordinal()))]
    earned = dict(file.execute(_EARNED, (f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}", person_id)))
    return figures_of(person_id, sums, file.execute(_POINTS, (person_id,)).fetchone()[0], earned)


def icons(file: sqlite3.Connection) -> dict[str, str]:
    """A picture's name per kind of activity."""
    return dict(file.execute("SELECT code, icon FROM activity_kind ORDER BY position, id"))


def _participants(file: sqlite3.Connection, ids: list[int]) -> dict[int, list[Participant]]:
    found: dict[int, list[Participant]] = {}
    for row in file.execute(_TAKING_PART.format(places=",".join("?" * len(ids))), ids):
        found.setdefault(row[0], []).append(Participant(row[1], row[2], row[3]))
    return found


def _typed(row: tuple[Any, ...]) -> list[Any]:
    values = list(row)
    if values[_DAY] is not None:
        values[_DAY] = date.fromisoformat(values[_DAY])
    for place in _INSTANTS:
        values[place] = _instant(values[place])
    return values


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
