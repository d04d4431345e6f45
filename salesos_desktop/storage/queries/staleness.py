"""Open deals of a person that are in danger, and leads that nobody deals with: along indexes, with a limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from ...domain.staleness import Reason, Standing
from ..schema.activities import activity
from ..schema.pipelines import lead_status
from ..schema.sales import lead, opportunity

_deal = opportunity.c
_STANDING = select(_deal.id, _deal.stage_id, _deal.expected_close, _deal.touched_on, _deal.next_activity_on)


def in_danger(
    connection: Connection, person_id: int, stages: Mapping[int, date | None], today: date, near: date, limit: int
) -> dict[Reason, list[Standing]]:
    """Up to ``limit`` deals of a person per reason and stage, the worst of each first.

    ``stages`` has for each open stage the day that is stale when it, or an earlier one, was that of the last touch.
    """
    found: dict[Reason, list[Standing]] = {reason: [] for reason in Reason}
    for stage_id, stale in stages.items():
        for reason, (column, condition) in _conditions(stale, today, near).items():
            statement = (
                _STANDING.where(_deal.stage_id == stage_id, *_mine(person_id), condition)
                .order_by(column, _deal.id)
                .limit(limit)
            )
            found[reason] += [Standing(*r) for r in connection.execute(statement)]
    return found


def untouched_leads(connection: Connection, person_id: int, before: datetime, limit: int) -> list[tuple[int, datetime]]:
    """Leads of a person that still wait and with which nobody has dealt since an instant, the longest first, with the
    instant of the last touch, or of their making.
    """
    closed = select(lead_status.c.code).where(lead_status.c.kind.in_(("discarded", "converted")))
    last = func.coalesce(lead.c.last_activity_at, lead.c.created_at, type_=lead.c.created_at.type)
    statement = (
        select(lead.c.id, last)
        .where(
            lead.c.owner_id == person_id, lead.c.deleted_at.is_(None), lead.c.status.not_in(closed),
            case((lead.c.last_activity_at.is_(None), lead.c.created_at), else_=lead.c.last_activity_at) < before,
        )
        .order_by(last, lead.c.id)
        .limit(limit)
    )  # fmt: skip
    return [(r[0], r[1]) for r in connection.execute(statement)]


def due_counts(connection: Connection, person_id: int, today: date) -> tuple[int, int]:
    """How many open activities of a person are of today, and how many of an earlier day."""
    due = activity.c.due_on
    counted = select(func.count(case((due == today, 1))), func.count(case((due < today, 1)))).where(
        due <= today, activity.c.assignee_id == person_id, activity.c.done_at.is_(None), activity.c.deleted_at.is_(None)
    )
    found = connection.execute(counted).one()
    return int(found[0]), int(found[1])


def _mine(person_id: int) -> list[ColumnElement[bool]]:
    return [_deal.owner_id == person_id, _deal.deleted_at.is_(None), _deal.hold_until.is_(None)]


def _conditions(
    stale: date | None, today: date, near: date
) -> dict[Reason, tuple[ColumnElement[Any], ColumnElement[bool]]]:
    """For each reason the column whose index leads to it, and what must hold."""
    found: dict[Reason, tuple[ColumnElement[Any], ColumnElement[bool]]] = {
        Reason.PAST_CLOSE: (_deal.day, _deal.day < today),
        Reason.CLOSING: (_deal.day, and_(_deal.day >= today, _deal.day <= near)),
        Reason.NO_ACTIVITY: (_deal.next_activity_on, _deal.next_activity_on.is_(None)),
    }
    return found if stale is None else {**found, Reason.STALE: (_deal.touched_on, _deal.touched_on <= stale)}
