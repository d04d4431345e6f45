"""Open deals that are in danger, of a person along indexes with a limit or all of them flagged; leads that nobody deals with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)

from ...domain.contacts import BuyingRole
from ...domain.outlook import Scope
from ...domain.staleness import RISKS, Reason, Standing, Told
from ..prepared import Prepared
from ..schema.activities import activity
from ..schema.pipelines import lead_status
from ..schema.sales import lead, opportunity, opportunity_contact
from ..schema.stream import history

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


FLAGS = {reason: 1 << place for place, reason in enumerate(RISKS)}
"""A bit for each of RISKS: the gravest has the lowest."""


def flagged(
    connection: Connection, scope: Scope, stage_id: int, stale: date | None, today: date
) -> list[Sequence[Any]]:  # fmt: skip
    """(id, flags, currency, value, value × percent) of every open deal of a scope in a stage, but for those on hold.

    Flags are those of FLAGS without POSTPONED and UNDECIDED; ``stale`` as in ``in_danger``.
    """
    values = {
        "stage": stage_id, "stale": stale, "today": today, "product": scope.product_id, "source": scope.source_id,
    }  # fmt: skip
    if scope.owners is None:
        return list(_FLAGGED.rows(connection, values))
    known = sorted(owner for owner in scope.owners if owner is not None)
    found: list[Sequence[Any]] = []
    for start in range(0, len(known), _PART):
        found += _FLAGGED_OF.rows(connection, values | {"owners": known[start : start + _PART]})
    return [*found, *_FLAGGED_OF_NOBODY.rows(connection, values)] if None in scope.owners else found


def decided(connection: Connection) -> set[int]:
    """Deals on which somebody decides."""
    return {row[0] for row in _DECIDED.rows(connection)}


def often_moved(connection: Connection, times: int) -> set[int]:
    """Deals whose close date history has put later, or set, at least so many times: those that may have been postponed so
    often, whatever of it was undone."""
    return {row[0] for row in _OFTEN_MOVED.rows(connection, {"times": times})}


def moves_of(connection: Connection, ids: Collection[int]) -> dict[int, list[Told]]:
    """What history tells of the close dates of deals, and of when they were closed and reopened, each in order."""
    found: dict[int, list[Told]] = {deal_id: [] for deal_id in ids}
    wanted = sorted(found)
    for start in range(0, len(wanted), _PART):
        part = {"ids": wanted[start : start + _PART]}
        for deal_id, _, kind, field, before, after in sorted(
            (*_DATES.rows(connection, part), *_CLOSINGS.rows(connection, part)), key=itemgetter(0, 1)
        ):
            found[deal_id].append((kind, field, before, after))
    return found


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


_PART = 500
_HOLDS = {
    Reason.PAST_CLOSE: _deal.expected_close < bindparam("today", type_=Date),
    Reason.STALE: _deal.touched_on <= bindparam("stale", type_=Date),
    Reason.NO_ACTIVITY: _deal.next_activity_on.is_(None),
}
_flags: ColumnElement[int] = sum(
    (case((holds, FLAGS[reason]), else_=0) for reason, holds in _HOLDS.items()), literal_column("0", Integer)
)
_OF_STAGE = select(_deal.id, _flags, _deal.currency, _deal.value, _deal.value * _deal.probability).where(
    _deal.stage_id == bindparam("stage"), _deal.deleted_at.is_(None), _deal.hold_until.is_(None),
    *(
        or_(bindparam(name, type_=Integer).is_(None), column == bindparam(name, type_=Integer))
        for name, column in (("product", _deal.product_id), ("source", _deal.source_id))
    ),
)  # fmt: skip
_FLAGGED = Prepared(_OF_STAGE)
_FLAGGED_OF = Prepared(_OF_STAGE.where(_deal.owner_id.in_(bindparam("owners", expanding=True))))
_FLAGGED_OF_NOBODY = Prepared(_OF_STAGE.where(_deal.owner_id.is_(None)))
_DECIDED = Prepared(
    select(opportunity_contact.c.opportunity_id).where(opportunity_contact.c.buying_role == BuyingRole.DECIDES.value)
)
# Written out, so that SQLite sees that the index of these entries alone will do.
_of_a_date = history.c.field == literal_column("'expected_close'")
_of_a_stage = history.c.field == literal_column("'stage_id'")
_OFTEN_MOVED = Prepared(
    select(history.c.subject_id)
    .where(_of_a_date, history.c.after > func.coalesce(history.c.before, ""))
    .group_by(history.c.subject_id)
    .having(func.count() >= bindparam("times", type_=Integer))
)
_these = history.c.subject_id.in_(bindparam("ids", expanding=True))
_DATES = Prepared(
    select(
        history.c.subject_id, history.c.id, literal_column("'changed'"), history.c.field, history.c.before,
        history.c.after,
    ).where(_of_a_date, _these)
)  # fmt: skip
_CLOSINGS = Prepared(
    select(
        history.c.subject_id, history.c.id, history.c.kind, history.c.field, history.c.before, history.c.after
    ).where(_of_a_stage, _these, or_(*(history.c.kind == kind for kind in ("won", "lost", "reopened"))))
)
