"""What people have scored between two instants or days: points along their index, deals out of the kept totals.

On a server, where nobody sees the rows of all, the database sums them (server/figures.sql).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, select, text

from ...domain.leads import StatusKind
from ...domain.stages import StageKind
from ..prepared import Prepared
from ..schema.activities import activity
from ..schema.people import person, team
from ..schema.pipelines import lead_status, stage
from ..schema.play import badge, badge_award, points
from ..schema.sales import lead, opportunity, total

Won = tuple[int, date | None, str, int, int]
"""Person, closing day, currency, number of deals, minor units."""


def people(connection: Connection) -> list[tuple[int, str, int | None, bool]]:
    """(id, name, team, whether active) of everybody."""
    statement = select(person.c.id, person.c.name, person.c.team_id, person.c.active).order_by(person.c.id)
    return [(r[0], r[1], r[2], bool(r[3])) for r in connection.execute(statement)]


def teams(connection: Connection) -> list[tuple[int, str, int | None]]:
    """(id, name, the one above) of every team."""
    statement = select(team.c.id, team.c.name, team.c.parent_id).order_by(team.c.id)
    return [(r[0], r[1], r[2]) for r in connection.execute(statement)]


def points_of_all(connection: Connection, since: datetime | None, until: datetime | None) -> dict[int, int]:
    """Person → points from one instant until before another, of whoever has any; None on both sides for all time."""
    if connection.dialect.name != "sqlite":
        rows: Any = connection.execute(_EARNED_THERE, {"since": since, "until": until})
    elif since is None or until is None:
        statement = select(points.c.person_id, func.sum(points.c.points)).group_by(points.c.person_id)
        rows = connection.execute(statement)
    else:
        rows = connection.execute(_EARNED, {"since": since, "until": until})
    return {r[0]: int(r[1]) for r in rows if r[1]}


def points_in(connection: Connection, person_id: int, spans: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """Points of a person in each of some spans of instants."""
    values = [{"person": person_id, "since": since, "until": until} for since, until in spans]
    return [int(connection.execute(_EARNED_BY, each).scalar_one()) for each in values]


def won(connection: Connection, first: date | None, after: date | None) -> list[Won]:
    """Won deals by owner, closing day and currency, each maybe in several parts; None on both sides for all time, those
    without a day included."""
    bounds = (0, _EVER) if first is None or after is None else (first.toordinal(), after.toordinal())
    values = {"won": StageKind.WON.value, "first": bounds[0], "after": bounds[1]}
    days: dict[int, date | None] = {0: None}
    found = []
    here = connection.dialect.name == "sqlite"
    for owner_id, day, currency, count, value in (_WON if here else _WON_THERE).rows(connection, values):
        if day not in days:
            days[day] = date.fromordinal(day)
        found.append((owner_id, days[day], currency, count, value))
    return found


def leads(
    connection: Connection, since: datetime | None, until: datetime | None, person_id: int | None = None
) -> dict[int, tuple[int, int, int]]:
    """Owner → leads made between two instants, those of them that are qualified or converted, and that became won deals."""
    if connection.dialect.name != "sqlite":
        values = {"since": since, "until": until, "person": person_id}
        return {r[0]: (r[1], r[2], r[3]) for r in connection.execute(_LEADS_THERE, values)}
    won_deal = and_(
        opportunity.c.id == lead.c.opportunity_id, opportunity.c.deleted_at.is_(None),
        opportunity.c.stage_id.in_(select(stage.c.id).where(stage.c.kind == StageKind.WON.value)),
    )  # fmt: skip
    good = select(lead_status.c.code).where(
        lead_status.c.kind.in_((StatusKind.QUALIFIED.value, StatusKind.CONVERTED.value))
    )
    statement = (
        select(
            lead.c.owner_id, func.count(), func.sum(case((lead.c.status.in_(good), 1), else_=0)),
            func.count(opportunity.c.id),
        )
        .select_from(lead)
        .outerjoin(opportunity, won_deal)
        .where(lead.c.deleted_at.is_(None), lead.c.owner_id.isnot(None), *_between(lead.c.created_at, since, until))
        .group_by(lead.c.owner_id)
    )  # fmt: skip
    if person_id is not None:
        statement = statement.where(lead.c.owner_id == person_id)
    return {r[0]: (int(r[1]), int(r[2]), int(r[3])) for r in connection.execute(statement)}


def activities(
    connection: Connection, since: datetime | None, until: datetime | None, person_id: int | None = None
) -> dict[int, int]:
    """Person → activities they have done between two instants."""
    if connection.dialect.name != "sqlite":
        values = {"since": since, "until": until, "person": person_id}
        return {r[0]: r[1] for r in connection.execute(_ACTIVITIES_THERE, values)}
    statement = (
        select(activity.c.assignee_id, func.count())
        .where(
            activity.c.done_at.isnot(None), activity.c.deleted_at.is_(None), activity.c.assignee_id.isnot(None),
            *_between(activity.c.done_at, since, until),
        )
        .group_by(activity.c.assignee_id)
    )  # fmt: skip
    if person_id is not None:
        statement = statement.where(activity.c.assignee_id == person_id)
    return {r[0]: int(r[1]) for r in connection.execute(statement)}


def won_by(connection: Connection, person_id: int) -> list[tuple[date | None, str, int, int, int]]:
    """(closing day, currency, number, sum, largest) of the won deals of a person, as the rows say it in mid-transaction."""
    here = connection.dialect.name == "sqlite"
    rows = (_WON_BY if here else _WON_BY_THERE).rows(connection, {"person": person_id, "won": StageKind.WON.value})
    return [(r[0], r[1], int(r[2]), int(r[3] or 0), int(r[4] or 0)) for r in rows]


def badges(connection: Connection) -> list[Any]:
    """Every badge, in the order they were made."""
    return list(connection.execute(select(badge).order_by(badge.c.id)))


def held(connection: Connection, person_id: int) -> dict[int, datetime]:
    """Badge → when the person earned it."""
    return {r[0]: r[1] for r in _HELD.rows(connection, {"person": person_id})}


def holders(connection: Connection) -> dict[int, list[int]]:
    """Badge → the active people who hold it."""
    found: dict[int, list[int]] = {}
    statement = (
        select(badge_award.c.badge_id, badge_award.c.person_id)
        .join(person, person.c.id == badge_award.c.person_id)
        .where(person.c.active)
        .order_by(badge_award.c.id)
    )
    for badge_id, person_id in connection.execute(statement):
        found.setdefault(badge_id, []).append(person_id)
    return found


def _between(column: Any, since: datetime | None, until: datetime | None) -> list[Any]:
    return [] if since is None or until is None else [column >= since, column < until]


_EVER = date.max.toordinal() + 1
_WON = Prepared(
    select(*(total.c[name] for name in ("owner_id", "day", "currency", "count", "value"))).where(
        total.c.stage_id.in_(select(stage.c.id).where(stage.c.kind == bindparam("won"))), total.c.count != 0,
        total.c.day >= bindparam("first"), total.c.day < bindparam("after"),
    )
)  # fmt: skip
_IN_SPAN = (points.c.at >= bindparam("since"), points.c.at < bindparam("until"))
_SUM = select(func.coalesce(func.sum(points.c.points), 0))
_EARNED = select(person.c.id, _SUM.where(points.c.person_id == person.c.id, *_IN_SPAN).scalar_subquery())
_EARNED_BY = _SUM.where(points.c.person_id == bindparam("person"), *_IN_SPAN)
_HELD = Prepared(select(badge_award.c.badge_id, badge_award.c.at).where(badge_award.c.person_id == bindparam("person")))
_WON_BY = Prepared(
    select(
        opportunity.c.day, opportunity.c.currency, func.count(), func.sum(opportunity.c.value),
        func.max(opportunity.c.value),
    )
    .where(
        opportunity.c.owner_id == bindparam("person"), opportunity.c.deleted_at.is_(None),
        opportunity.c.stage_id.in_(select(stage.c.id).where(stage.c.kind == bindparam("won"))),
    )
    .group_by(opportunity.c.day, opportunity.c.currency)
)  # fmt: skip
_SPAN = "CAST(:since AS timestamptz), CAST(:until AS timestamptz)"
_EARNED_THERE = text(f"SELECT person_id, points FROM salesos.points_of_all({_SPAN})")
_LEADS_THERE = text(f"SELECT owner_id, made, good, won FROM salesos.leads_of_all({_SPAN}, CAST(:person AS integer))")
_ACTIVITIES_THERE = text(f"SELECT person_id, count FROM salesos.activities_of_all({_SPAN}, CAST(:person AS integer))")
_WON_THERE = Prepared(text("SELECT owner_id, day, currency, count, value FROM salesos.won_by_all(:first, :after)"))
_WON_BY_THERE = Prepared(text("SELECT day, currency, count, value, largest FROM salesos.won_by(:person)"))
