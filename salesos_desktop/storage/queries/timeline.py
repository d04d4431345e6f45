"""Notifications of a person, and points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, func, not_, select, update

from ...domain.changes import Notice
from ..prepared import Prepared
from ..schema.play import points
from ..schema.stream import change_log, notification


def notices_of(connection: Connection, person_id: int, limit: int) -> list[Notice]:
    """The newest notifications of a person, newest first."""
    rows = connection.execute(
        select(notification)
        .where(notification.c.person_id == person_id)
        .order_by(notification.c.id.desc())
        .limit(limit)
    )
    return [
        Notice(
            r.id, r.person_id, r.at, r.kind, r.title, r.body, r.subject_table, r.subject_id, r.change_seq,
            r.read_at is not None,
        )
        for r in rows
    ]  # fmt: skip


def held_back(connection: Connection, person_id: int, first: datetime, last: datetime) -> list[Notice]:
    """Unread notifications of a person from ``first`` until before ``last``, the oldest first, without those of what they
    have done themselves and could undo.
    """
    own = and_(change_log.c.actor_id == person_id, change_log.c.undoable)
    rows = connection.execute(
        select(notification)
        .outerjoin(change_log, change_log.c.seq == notification.c.change_seq)
        .where(
            notification.c.person_id == person_id, notification.c.read_at.is_(None), notification.c.at >= first,
            notification.c.at < last, not_(func.coalesce(own, false())),
        )
        .order_by(notification.c.id)
    )  # fmt: skip
    return [
        Notice(r.id, r.person_id, r.at, r.kind, r.title, r.body, r.subject_table, r.subject_id, r.change_seq)
        for r in rows
    ]


def unread_count(connection: Connection, person_id: int) -> int:
    """How many notifications a person has not read."""
    return connection.execute(
        select(func.count()).where(notification.c.person_id == person_id, notification.c.read_at.is_(None))
    ).scalar_one()


def mark_read(connection: Connection, ids: Iterable[int], at: datetime) -> None:
    """Marks notifications as read."""
    connection.execute(
        update(notification)
        .where(notification.c.id.in_(list(ids)), notification.c.read_at.is_(None))
        .values(read_at=at)
    )


def mark_all_read(connection: Connection, person_id: int, at: datetime) -> None:
    """Marks every notification of a person as read."""
    unread = (notification.c.person_id == person_id, notification.c.read_at.is_(None))
    connection.execute(update(notification).where(*unread).values(read_at=at))


def points_of(connection: Connection, person_id: int) -> int:
    """All points of a person."""
    return int(
        connection.execute(
            select(func.coalesce(func.sum(points.c.points), 0)).where(points.c.person_id == person_id)
        ).scalar_one()
    )


def points_earned(
    connection: Connection, subject_id: int, table: str = "opportunity"
) -> list[tuple[int, str, int | None, int]]:
    """Net points that a deal or a lead has given: (person, reason, stage or None, points)."""
    rows = _POINTS_EARNED.rows(connection, {"subject": subject_id, "table": table})
    return [(r[0], r[1], r[2], int(r[3])) for r in rows]


def rewarded(connection: Connection, table: str, ids: Sequence[int]) -> set[int]:
    """Those of some rows that have given points which nobody has taken back."""
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        found.update(r[0] for r in _REWARDED.rows(connection, {"table": table, "ids": part}))
    return found


_REWARDED = Prepared(
    select(points.c.subject_id)
    .where(points.c.subject_table == bindparam("table"), points.c.subject_id.in_(bindparam("ids", expanding=True)))
    .group_by(points.c.subject_id, points.c.person_id, points.c.reason, points.c.stage_id)
    .having(func.sum(points.c.points) > 0)
)
_POINTS_EARNED = Prepared(
    select(points.c.person_id, points.c.reason, points.c.stage_id, func.sum(points.c.points))
    .where(points.c.subject_table == bindparam("table"), points.c.subject_id == bindparam("subject"))
    .group_by(points.c.person_id, points.c.reason, points.c.stage_id)
)


def last_points(connection: Connection, table: str, subject_id: int) -> list[Any]:
    """The entries that the newest commit with points about a row wrote."""
    about = (points.c.subject_table == table, points.c.subject_id == subject_id)
    newest = select(func.max(points.c.change_seq)).where(*about).scalar_subquery()
    return list(connection.execute(select(points).where(*about, points.c.change_seq == newest)))


def points_of_change(connection: Connection, seq: int) -> list[Any]:
    """Points that one commit gave."""
    return list(connection.execute(select(points).where(points.c.change_seq == seq)))
