"""Activities with the names of what they are about, who does them and who takes part; kinds; what is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, exists, func, or_, select, true

from ...domain.activities import Activity, ActivityKind, Participant
from ..prepared import Prepared
from ..schema.activities import activity, activity_kind, activity_participant, activity_plan_step
from ..schema.people import company, contact, person
from ..schema.pipelines import lead_status, stage
from ..schema.sales import lead, opportunity

_ABOUT = {"opportunity": opportunity, "lead": lead, "contact": contact, "company": company}
_BATCH = 500
_FIELDS = tuple(each.name for each in fields(Activity) if each.name != "participants")
"""What is read of an activity, in the order of its fields: columns, and the names of what it is about and of who does it."""


def kinds(connection: Connection) -> list[ActivityKind]:
    """Every kind in its order, also those that are no longer offered."""
    rows = connection.execute(select(activity_kind).order_by(activity_kind.c.position, activity_kind.c.id))
    return [ActivityKind(r.id, r.code, r.name, r.icon, r.minutes, r.active, r.version) for r in rows]


def uses(connection: Connection, code: str) -> int:
    """How many activities, those in the bin included, and steps of plans are of a kind."""
    counts = (
        select(func.count()).select_from(table).where(table.c.kind == code) for table in (activity, activity_plan_step)
    )
    return sum(int(connection.execute(counted).scalar_one()) for counted in counts)


def by_ids(connection: Connection, ids: Iterable[int]) -> dict[int, Activity]:
    """Activities by id; deleted ones are left out."""
    wanted = list(ids)
    found: dict[int, Activity] = {}
    for start in range(0, len(wanted), _BATCH):
        statement = _all().where(activity.c.id.in_(wanted[start : start + _BATCH]))
        found.update((each.id, each) for each in _read(connection, statement))
    return found


def of(connection: Connection, table: str, row_id: int) -> list[Activity]:
    """Activities about a row, those that a contact takes part in included: open ones by day, then the newest done."""
    about = and_(activity.c.subject_table == table, activity.c.subject_id == row_id)
    if table == "contact":
        taking_part = select(activity_participant.c.activity_id).where(activity_participant.c.contact_id == row_id)
        about = or_(about, activity.c.id.in_(taking_part))
    found = _read(connection, _all().where(about))
    waiting = sorted((a for a in found if not a.done), key=_by_day)
    return waiting + sorted((a for a in found if a.done), key=lambda a: (a.done_at, a.id), reverse=True)


def _by_day(each: Activity) -> tuple[Any, ...]:
    at = each.due_at
    return (each.due_on is None, each.due_on or date.max, at is not None, at.timestamp() if at else 0, each.id)


def within(
    connection: Connection, first: date, last: date, assignee_id: int | None, *, done: bool = True
) -> list[Activity]:
    """Activities with a day from ``first`` to ``last``, both included, of one person or of all, in order of time.

    The day is that of the zone in which each was planned: ask for a day more on both sides where that matters.
    """
    statement = _all().where(activity.c.due_on >= first, activity.c.due_on <= last, *_whose(assignee_id, done))
    return _read(connection, statement.order_by(activity.c.due_on, activity.c.due_at, activity.c.id))


def lasting(connection: Connection, first: date, before: date, assignee_id: int | None) -> list[Activity]:
    """Activities longer than a day that begin from ``first`` on and before ``before``."""
    statement = _all().where(
        activity.c.due_on >= first, activity.c.due_on < before, activity.c.minutes > 24 * 60, *_whose(assignee_id, True)
    )
    return _read(connection, statement)


def waiting(connection: Connection) -> list[Activity]:
    """Every open activity in order of time, those without a day last."""
    statement = _all().where(*_whose(None, False))
    order = (activity.c.due_on.is_(None), activity.c.due_on, activity.c.due_at, activity.c.id)
    return _read(connection, statement.order_by(*order))


def waiting_before(connection: Connection, day: date, assignee_id: int | None, limit: int) -> list[Activity]:
    """Open activities whose day is before ``day``, the oldest first."""
    statement = _all().where(activity.c.due_on < day, *_whose(assignee_id, False))
    return _read(connection, statement.order_by(activity.c.due_on, activity.c.due_at, activity.c.id).limit(limit))


def undated(connection: Connection, assignee_id: int | None, limit: int) -> list[Activity]:
    """Open activities without a day, the newest first."""
    statement = _all().where(activity.c.due_on.is_(None), *_whose(assignee_id, False))
    return _read(connection, statement.order_by(activity.c.id.desc()).limit(limit))


def recurring(connection: Connection, assignee_id: int | None) -> list[Activity]:
    """Open activities that come again."""
    return _read(connection, _all().where(activity.c.recurrence != "", *_whose(assignee_id, False)))


def to_remind(connection: Connection, now: datetime, assignee_id: int) -> list[Activity]:
    """Open activities of a person whose reminder is due, the one that is longest due first."""
    statement = _all().where(activity.c.remind_at <= now, *_whose(assignee_id, False))
    return _read(connection, statement.order_by(activity.c.remind_at, activity.c.id).limit(200))


def next_reminder(connection: Connection, assignee_id: int) -> datetime | None:
    """When the next reminder of a person is due."""
    waits = _all().where(activity.c.remind_at.isnot(None), *_whose(assignee_id, False))
    moment: datetime | None = connection.execute(waits.with_only_columns(func.min(activity.c.remind_at))).scalar()
    return moment


def next_days(connection: Connection, deal_ids: Sequence[int]) -> dict[int, date]:
    """Deal → day of the first open activity about it, for those of at most some hundred that have one with a day."""
    return {r[0]: r[1] for r in _NEXT_DAYS.rows(connection, {"deals": list(deal_ids)}) if r[1] is not None}


def of_plans(connection: Connection, deal_ids: Sequence[int]) -> list[int]:
    """Ids of open activities that plans have made for deals."""
    found: list[int] = []
    for start in range(0, len(deal_ids), _BATCH):
        statement = select(activity.c.id).where(
            activity.c.subject_table == "opportunity", activity.c.subject_id.in_(deal_ids[start : start + _BATCH]),
            activity.c.plan_id.isnot(None), *_whose(None, False),
        )  # fmt: skip
        found += [r[0] for r in connection.execute(statement.order_by(activity.c.id))]
    return found


def idle(connection: Connection, subjects: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those deals, leads and contacts, given by table and id, that go on and have no open activity; in this order."""
    resting = select(stage.c.id).where(stage.c.kind != "open")
    gone = select(lead_status.c.code).where(lead_status.c.kind.in_(("discarded", "converted")))
    goes_on = {
        "opportunity": opportunity.c.stage_id.not_in(resting),
        "lead": lead.c.status.not_in(gone),
        "contact": true(),
    }
    left: set[tuple[str, int]] = set()
    for name, condition in goes_on.items():
        table, ids = _ABOUT[name], [row_id for each, row_id in subjects if each == name]
        planned = exists().where(
            activity.c.subject_table == name, activity.c.subject_id == table.c.id, *_whose(None, False)
        )
        for start in range(0, len(ids), _BATCH):
            found = select(table.c.id).where(
                table.c.id.in_(ids[start : start + _BATCH]), table.c.deleted_at.is_(None), condition, ~planned
            )
            left.update((name, r[0]) for r in connection.execute(found))
    return [each for each in subjects if each in left]


def here() -> ColumnElement[bool]:
    """Whether what an activity is about is not in the bin, by looking at that row alone."""
    gone = [
        and_(
            activity.c.subject_table == name,
            exists().where(table.c.id == activity.c.subject_id, table.c.deleted_at.isnot(None)),
        )
        for name, table in _ABOUT.items()
    ]
    return ~or_(*gone)


def _whose(assignee_id: int | None, done: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [activity.c.deleted_at.is_(None)]
    if assignee_id is not None:
        found.append(activity.c.assignee_id == assignee_id)
    if not done:
        found.append(activity.c.done_at.is_(None))
    return found


def _all() -> Select[Any]:
    """_FIELDS of those that are not in the bin, nor is what they are about."""
    about = case(*((activity.c.subject_table == name, table.c.name) for name, table in _ABOUT.items()), else_="")
    named = {"about": func.coalesce(about, ""), "assignee": func.coalesce(person.c.name, "")}
    statement = select(*(named[f] if f in named else activity.c[f] for f in _FIELDS))
    statement = statement.outerjoin(person, person.c.id == activity.c.assignee_id)
    for name, table in _ABOUT.items():
        statement = statement.outerjoin(
            table, and_(activity.c.subject_table == name, table.c.id == activity.c.subject_id)
        )
    return statement.where(
        activity.c.deleted_at.is_(None), *(table.c.deleted_at.is_(None) for table in _ABOUT.values())
    )


def _read(connection: Connection, statement: Select[Any]) -> list[Activity]:
    # By their places: by name it would take twice as long for thousands.
    rows = connection.execute(statement).all()
    taking_part = _participants(connection, [r[0] for r in rows])
    return [Activity(*(*r, tuple(taking_part.get(r[0], ())))) for r in rows]


def _participants(connection: Connection, ids: Sequence[int]) -> dict[int, list[Participant]]:
    found: dict[int, list[Participant]] = {}
    for start in range(0, len(ids), _BATCH):
        for r in connection.execute(_TAKING_PART, {"ids": ids[start : start + _BATCH]}):
            found.setdefault(r[0], []).append(Participant(r[1], r[2], r[3]))
    return found


_NEXT_DAYS = Prepared(
    select(activity.c.subject_id, func.min(activity.c.due_on))
    .where(
        activity.c.subject_table == "opportunity", activity.c.subject_id.in_(bindparam("deals", expanding=True)),
        *_whose(None, False),
    )
    .group_by(activity.c.subject_id)
)  # fmt: skip
_TAKING_PART = (
    select(
        activity_participant.c.activity_id, activity_participant.c.contact_id, activity_participant.c.person_id,
        func.coalesce(contact.c.name, person.c.name, activity_participant.c.name),
    )
    .outerjoin(contact, contact.c.id == activity_participant.c.contact_id)
    .outerjoin(person, person.c.id == activity_participant.c.person_id)
    .where(activity_participant.c.activity_id.in_(bindparam("ids", expanding=True)))
    .order_by(activity_participant.c.id)
)  # fmt: skip
