"""The start page of one person: few statements, each along an index, whatever the size of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, literal, or_, select, update

from ...domain.home import Due, Endangered, Figures, Fresh, News, by_time, figures_of
from ...domain.stages import Category, StageKind
from ..schema.activities import activity
from ..schema.people import company, person
from ..schema.pipelines import source, stage
from ..schema.play import points
from ..schema.sales import lead, opportunity, total
from ..schema.stream import change_log, history, notification
from . import activities, leaderboard

_mine_open = and_(
    activity.c.assignee_id == bindparam("me"), activity.c.done_at.is_(None), activity.c.deleted_at.is_(None),
    activities.here(),
)  # fmt: skip
_COUNT_DUE = select(func.count()).select_from(activity).where(_mine_open, activity.c.due_on <= bindparam("last"))
_LATEST_DUE = (
    select(activity.c.id)
    .where(_mine_open, activity.c.due_on <= bindparam("last"))
    .order_by(activity.c.due_on.desc(), activity.c.id.desc())
    .limit(bindparam("limit"))
)


def due(connection: Connection, person_id: int, last: date, limit: int) -> Due:
    """Open activities of a person with a day up to ``last``: the latest ``limit`` of them, in order of time."""
    values = {"me": person_id, "last": last, "limit": limit}
    ids = [r[0] for r in connection.execute(_LATEST_DUE, values)]
    found = activities.by_ids(connection, ids)
    count = len(ids) if len(ids) < limit else connection.execute(_COUNT_DUE, values).scalar_one()
    return Due(tuple(sorted(found.values(), key=by_time)), count - len(ids))


def person_row(connection: Connection, person_id: int) -> tuple[str, datetime | None]:
    """Name, and when the start page was looked at last."""
    found = connection.execute(select(person.c.name, person.c.visited_at).where(person.c.id == person_id)).first()
    return (found[0], found[1]) if found is not None else ("", None)


_COUNTED = (
    case(
        (total.c.category != "", total.c.category),
        else_=select(stage.c.category).where(stage.c.id == total.c.stage_id).scalar_subquery(),
    )
    != Category.OMITTED.value,
)
"""Deals that are left out of the forecast are in none of its figures."""


def _sums(kind: StageKind) -> Select[Any]:
    stages = select(stage.c.id).where(stage.c.kind == kind.value)
    sums = (func.sum(total.c[name]) for name in ("count", "value", "weighted"))
    statement = select(literal(kind.value), total.c.currency, *sums).group_by(total.c.currency)
    return statement.where(total.c.owner_id == bindparam("me"), total.c.stage_id.in_(stages), *_COUNTED)


_OPEN = _sums(StageKind.OPEN)
_WON = _sums(StageKind.WON).where(total.c.day >= bindparam("first"), total.c.day < bindparam("after"))
_EARNED = select(
    person.c.id,
    select(func.coalesce(func.sum(points.c.points), 0))
    .where(points.c.person_id == person.c.id, points.c.at >= bindparam("since"))
    .scalar_subquery(),
).where(or_(person.c.active, person.c.id == bindparam("me")))
_COUNTING = select(person.c.id).where(or_(person.c.active, person.c.id == bindparam("me")))
_ALL_POINTS = select(func.coalesce(func.sum(points.c.points), 0)).where(points.c.person_id == bindparam("me"))


def figures(
    connection: Connection, person_id: int, first: date, after: date, since: datetime, until: datetime
) -> Figures:
    """Own figures: won from ``first`` until before ``after``, points of the month from one instant until before another; on a
    server, where nobody sees the rows of all, the database sums these.
    """
    values = {"me": person_id, "first": first.toordinal(), "after": after.toordinal(), "since": since}
    sums = [
        (r[0], r[1], int(r[2]), int(r[3]), int(r[4]))
        for statement in (_OPEN, _WON)
        for r in connection.execute(statement, values)
    ]
    if connection.dialect.name == "sqlite":
        earned = {r[0]: int(r[1]) for r in connection.execute(_EARNED, values)}
    else:
        points_of = leaderboard.points_of_all(connection, since, until)
        earned = {r[0]: points_of.get(r[0], 0) for r in connection.execute(_COUNTING, values)}
    return figures_of(person_id, sums, int(connection.execute(_ALL_POINTS, values).scalar_one()), earned)


def fresh_leads(connection: Connection, person_id: int, limit: int) -> list[Fresh]:
    """New leads of a person that nobody has contacted and nothing is planned for, the newest first."""
    planned = select(activity.c.id).where(
        activity.c.subject_table == "lead", activity.c.subject_id == lead.c.id, activity.c.done_at.is_(None),
        activity.c.deleted_at.is_(None),
    )  # fmt: skip
    statement = (
        select(lead.c.id, lead.c.name, lead.c.company, func.coalesce(source.c.name, ""), lead.c.created_at, lead.c.value)
        .outerjoin(source, source.c.id == lead.c.source_id)
        .where(
            lead.c.owner_id == person_id, lead.c.status == "new", lead.c.deleted_at.is_(None),
            lead.c.last_activity_at.is_(None), ~planned.exists(),
        )
        .order_by(lead.c.created_at.desc(), lead.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [Fresh("lead", r[0], r[1], r[2], r[3], r[4], r[5]) for r in connection.execute(statement)]


def fresh_deals(connection: Connection, person_id: int, since: datetime, limit: int) -> list[Fresh]:
    """Open deals that others have given to a person since an instant, with nothing planned and nothing done by them yet,
    the newest first.
    """
    earlier = select(history.c.id).where(history.c.at < since).order_by(history.c.id.desc()).limit(1).scalar_subquery()
    later = history.alias()
    done = select(later.c.id).where(
        later.c.subject_table == "opportunity", later.c.subject_id == opportunity.c.id, later.c.id > history.c.id,
        later.c.actor_id == person_id,
    )  # fmt: skip
    statement = (
        select(
            opportunity.c.id, opportunity.c.name, func.coalesce(company.c.name, ""), func.coalesce(person.c.name, ""),
            history.c.at, opportunity.c.value, opportunity.c.currency,
        )
        .select_from(history)
        .join(opportunity, opportunity.c.id == history.c.subject_id)
        .join(stage, stage.c.id == opportunity.c.stage_id)
        .outerjoin(company, company.c.id == opportunity.c.company_id)
        .outerjoin(person, person.c.id == history.c.actor_id)
        .where(
            history.c.id > func.coalesce(earlier, 0), history.c.at >= since, history.c.subject_table == "opportunity",
            history.c.field == "owner_id", history.c.after == str(person_id), history.c.actor_id != person_id,
            opportunity.c.owner_id == person_id, opportunity.c.deleted_at.is_(None),
            opportunity.c.next_activity_on.is_(None), stage.c.kind == StageKind.OPEN.value, ~done.exists(),
        )
        .order_by(history.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    newest: dict[int, Fresh] = {}
    for r in connection.execute(statement):
        newest.setdefault(r[0], Fresh("opportunity", *r))
    return list(newest.values())


def news(connection: Connection, person_id: int, since: datetime, limit: int) -> list[News]:
    """What a person was told of what others did since an instant, the newest first."""
    statement = (
        select(notification, person.c.name.label("actor"))
        .join(change_log, change_log.c.seq == notification.c.change_seq)
        .outerjoin(person, person.c.id == change_log.c.actor_id)
        .where(
            notification.c.person_id == person_id, notification.c.at >= since,
            or_(change_log.c.actor_id != person_id, change_log.c.actor_id.is_(None)),
        )
        .order_by(notification.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        News(r.id, r.at, r.kind, r.title, r.body, r.actor or "", r.subject_table, r.subject_id)
        for r in connection.execute(statement)
    ]


def endangered(connection: Connection, ids: Sequence[int]) -> dict[int, Endangered]:
    """What the page says of deals, without the reasons."""
    statement = (
        select(
            opportunity.c.id, opportunity.c.name, func.coalesce(company.c.name, ""), stage.c.name, opportunity.c.value,
            opportunity.c.currency, opportunity.c.expected_close, opportunity.c.touched_on,
            opportunity.c.next_activity_on,
        )
        .join(stage, stage.c.id == opportunity.c.stage_id)
        .outerjoin(company, company.c.id == opportunity.c.company_id)
        .where(opportunity.c.id.in_(list(ids)))
    )  # fmt: skip
    return {r[0]: Endangered(*r) for r in connection.execute(statement)}


def visited(connection: Connection, person_id: int, at: datetime) -> None:
    """Marks when the start page was looked at."""
    later = case((person.c.visited_at > at, person.c.visited_at), else_=at)
    connection.execute(update(person).where(person.c.id == person_id).values(visited_at=later))
