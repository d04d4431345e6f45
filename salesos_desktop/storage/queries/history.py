"""What happened to rows, newest first in windows: of one row, of those whose history belongs with it, of points they gave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Connection, Text, bindparam, func, literal, or_, select

from ..change_log import LABEL
from ..prepared import Prepared
from ..schema import TABLES
from ..schema.activities import activity, activity_participant
from ..schema.people import person
from ..schema.play import points
from ..schema.sales import lead, opportunity
from ..schema.stream import change_log, history

Subject = tuple[str, int]
"""Table and id of a row."""
_MANY = 500


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry: ``before`` and ``after`` as text, ids not yet named; ``verb``, ``origin`` and ``label`` (JSON of a message
    and its values) are those of the commit that wrote it."""

    id: int
    subject: Subject
    at: datetime
    actor_id: int
    actor: str
    kind: str
    field: str
    before: str | None
    after: str | None
    change_seq: int
    verb: str
    origin: str
    label: str


def newest(
    connection: Connection, subjects: Sequence[Subject], limit: int, *, before: int | None = None, after: int = 0
) -> list[int]:
    """Numbers of the newest entries of all these rows, newest first: of those between two numbers, which are left out.

    The first row is read along its index, as many entries as asked for; the others are looked through in bulk.
    """
    first, others = subjects[:1], subjects[1:]
    groups = [(table, [row_id]) for table, row_id in first]
    for name in sorted({table for table, _ in others}):
        ids = [row_id for table, row_id in others if table == name]
        groups += [(name, ids[start : start + _MANY]) for start in range(0, len(ids), _MANY)]
    found: list[int] = []
    bounds = {"upper": 2**62 if before is None else before, "lower": after, "limit": limit}
    for table, ids in groups:
        if len(ids) == 1:
            rows = _OF_ONE.rows(connection, {"subject_table": table, "subject_id": ids[0], **bounds})
        else:
            rows = _OF_MANY.rows(connection, {"subject_table": table, "ids": ids, **bounds})
        found += [row[0] for row in rows]
    return sorted(found, reverse=True)[:limit]


def newest_of_activities(
    connection: Connection, activities: Iterable[tuple[Subject, int]], limit: int, *, before: int | None = None,
    after: int = 0,
) -> list[int]:  # fmt: skip
    """The same of activities, each with the row that it is about: only what happened to the activity itself."""
    bounds = {"upper": 2**62 if before is None else before, "lower": after, "limit": limit}
    found: set[int] = set()
    for (table, row_id), activity_id in activities:
        values = {"subject_table": table, "subject_id": row_id, "end": f"%,{activity_id}]"}
        found.update(row[0] for row in _OF_ACTIVITY.rows(connection, values | bounds))
    return sorted(found, reverse=True)[:limit]


def entries(connection: Connection, numbers: Sequence[int]) -> list[HistoryEntry]:
    """Entries by their numbers, newest first."""
    found = []
    for start in range(0, len(numbers), _MANY):
        for r in _BY_NUMBER.rows(connection, {"numbers": numbers[start : start + _MANY]}):
            found.append(
                HistoryEntry(
                    r[0], (r[1], r[2]), r[3], r[4] or 0, r[5] or "", r[6], r[7], r[8], r[9], r[10], r[11] or "",
                    r[12] or "", r[13] or "[]",
                )
            )  # fmt: skip
    return sorted(found, key=lambda entry: -entry.id)


def told(
    connection: Connection, subject: Subject, moment: datetime
) -> Iterator[tuple[str, str, str | None, str | None, bool]]:
    """(kind, field, before, after, whether it was before a whole second) of every entry of a row, oldest first."""
    # Instants have been written with and without their zone behind them: in a file the shorter text compares with both.
    border = (
        moment if connection.dialect.name != "sqlite" else literal(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}", Text)
    )
    here = (history.c.subject_table == subject[0], history.c.subject_id == subject[1])
    columns = (history.c.kind, history.c.field, history.c.before, history.c.after, history.c.at < border)
    for r in connection.execute(select(*columns).where(*here).order_by(history.c.id)):
        yield r[0], r[1], r[2], r[3], bool(r[4])


def steps(
    connection: Connection, subject: Subject, fields: Sequence[str]
) -> list[tuple[datetime, int, str, str, str | None]]:
    """(instant, commit, kind, field, after) of a row's coming, going and changes of some fields, oldest first."""
    columns = (history.c.at, history.c.change_seq, history.c.kind, history.c.field, history.c.after)
    here = (history.c.subject_table == subject[0], history.c.subject_id == subject[1])
    wanted = or_(history.c.field.in_(fields), history.c.kind.in_(("created", "removed")))
    found = connection.execute(select(*columns).where(*here, wanted).order_by(history.c.id))
    return [(r[0], r[1], r[2], r[3], r[4]) for r in found]


def span(connection: Connection, subject: Subject) -> tuple[datetime, datetime] | None:
    """The instants of a row's first and last entry, None for a row without any."""
    here = (history.c.subject_table == subject[0], history.c.subject_id == subject[1])
    first, last = connection.execute(select(func.min(history.c.at), func.max(history.c.at)).where(*here)).one()
    return None if first is None else (first, last)


def related(connection: Connection, table: str, row_id: int) -> list[tuple[Subject, str]]:
    """Rows whose history goes on in this one, with how: the ``lead`` that a deal was, the ``opportunity`` that a lead
    became, those that were ``merged`` into one of them."""
    found: list[tuple[Subject, str]] = []
    seen, waiting = {(table, row_id)}, [(table, row_id)]
    while waiting:
        here = waiting.pop(0)
        for subject, how in _next_to(connection, *here, root=table):
            if subject not in seen:
                seen.add(subject)
                found.append((subject, how))
                waiting.append(subject)
    return found


def _next_to(connection: Connection, table: str, row_id: int, *, root: str) -> Iterator[tuple[Subject, str]]:
    rows = TABLES[table]
    for (other,) in connection.execute(select(rows.c.id).where(rows.c.merged_into_id == row_id).order_by(rows.c.id)):
        yield (table, other), "merged"
    if table == "opportunity":
        came = select(lead.c.id).where(lead.c.opportunity_id == row_id)
        of = select(opportunity.c.lead_id).where(opportunity.c.id == row_id, opportunity.c.lead_id.isnot(None))
        for (other,) in connection.execute(came.union(of)):
            yield ("lead", other), "lead"
    elif table == "lead" and root == "lead":
        became = select(lead.c.opportunity_id).where(lead.c.id == row_id, lead.c.opportunity_id.isnot(None))
        for (other,) in connection.execute(became):
            yield ("opportunity", other), "opportunity"


def belonging(connection: Connection, company_id: int) -> list[tuple[Subject, str]]:
    """Contacts and deals of a company, the deals as ``deal``."""
    found: list[tuple[Subject, str]] = []
    for table, how in (("contact", "contact"), ("opportunity", "deal")):
        rows = TABLES[table]
        ids = connection.execute(select(rows.c.id).where(rows.c.company_id == company_id).order_by(rows.c.id))
        found += [((table, row[0]), how) for row in ids]
    return found


def taking_part(connection: Connection, contact_id: int) -> list[tuple[Subject, int]]:
    """Activities about something else that a contact takes part in: what each is about, and its id."""
    statement = (
        select(activity.c.subject_table, activity.c.subject_id, activity.c.id)
        .join(activity_participant, activity_participant.c.activity_id == activity.c.id)
        .where(activity_participant.c.contact_id == contact_id, activity.c.subject_id.isnot(None))
        .distinct()
    )
    found = [((r[0], r[1]), r[2]) for r in connection.execute(statement)]
    return [each for each in found if each[0] != ("contact", contact_id)]


def points_of(
    connection: Connection, subjects: Iterable[Subject], seqs: Sequence[int]
) -> dict[tuple[int, datetime], int]:
    """(commit, instant) → points that rows gave in some commits."""
    found: dict[tuple[int, datetime], int] = {}
    by_table: dict[str, list[int]] = {}
    for table, row_id in subjects:
        by_table.setdefault(table, []).append(row_id)
    for table, ids in by_table.items():
        for start in range(0, len(ids), _MANY):
            values = {"subject_table": table, "ids": ids[start : start + _MANY], "seqs": seqs}
            for seq, at, amount in _POINTS.rows(connection, values):
                found[seq, at] = found.get((seq, at), 0) + int(amount)
    return found


def activity_in(text: str | None) -> int | None:
    """The activity that a line of history is of (storage/tracking.py); None for a line that does not tell."""
    parts = json.loads(text) if text else []
    return int(parts[6]) if len(parts) > 6 else None


_HERE = (history.c.subject_table == bindparam("subject_table"), history.c.subject_id == bindparam("subject_id"))
_BETWEEN = (history.c.id < bindparam("upper", type_=BigInteger), history.c.id > bindparam("lower", type_=BigInteger))
_LIMIT = bindparam("limit", type_=BigInteger)
_OF_ONE = Prepared(select(history.c.id).where(*_HERE, *_BETWEEN).order_by(history.c.id.desc()).limit(_LIMIT))
_OF_MANY = Prepared(
    select(history.c.id)
    .where(
        history.c.subject_table == bindparam("subject_table"),
        history.c.subject_id.in_(bindparam("ids", expanding=True)),
        *_BETWEEN,
    )
    .order_by(history.c.id.desc())
    .limit(_LIMIT)
)
_OF_ACTIVITY = Prepared(
    select(history.c.id)
    .where(
        *_HERE, *_BETWEEN, history.c.field == "activity",
        func.coalesce(history.c.after, history.c.before).like(bindparam("end")),
    )
    .order_by(history.c.id.desc())
    .limit(_LIMIT)
)  # fmt: skip
_BY_NUMBER = Prepared(
    select(
        history.c.id, history.c.subject_table, history.c.subject_id, history.c.at, history.c.actor_id, person.c.name,
        history.c.kind, history.c.field, history.c.before, history.c.after, history.c.change_seq, change_log.c.verb,
        change_log.c.origin, LABEL,
    )
    .outerjoin(person, person.c.id == history.c.actor_id)
    .outerjoin(change_log, change_log.c.seq == history.c.change_seq)
    .where(history.c.id.in_(bindparam("numbers", expanding=True)))
)  # fmt: skip
_POINTS = Prepared(
    select(points.c.change_seq, points.c.at, func.sum(points.c.points))
    .where(
        points.c.subject_table == bindparam("subject_table"),
        points.c.subject_id.in_(bindparam("ids", expanding=True)),
        points.c.change_seq.in_(bindparam("seqs", expanding=True)),
    )
    .group_by(points.c.change_seq, points.c.at)
)
