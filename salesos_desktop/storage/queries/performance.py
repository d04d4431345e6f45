"""What the dashboard counts: closed deals, deals worked and made, their ways through the stages, activities done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, case, cast, func, or_, select

from ...domain.outlook import Scope
from ..history_order import last_before
from ..schema.activities import activity
from ..schema.sales import opportunity
from ..schema.stream import change_log, history

_deal = opportunity.c
_LIVE = (_deal.deleted_at.is_(None), _deal.hold_until.is_(None))
_MANY = 500


def closings(
    connection: Connection, scope: Scope, closed: Sequence[int], first: date, after: date
) -> Iterator[tuple[int, str, date, int, int, int, tuple[int | None, str]]]:
    """(stage, currency, day, deals, value, deals with a value, (loss reason, competitor)) of deals in closed stages, closed
    from a day to before another."""
    competitor = func.coalesce(_deal.competitor, "")
    keys = (_deal.stage_id, _deal.currency, _deal.day, _deal.loss_reason_id, competitor)
    statement = _closed_in(
        select(*keys, func.count(), func.coalesce(func.sum(_deal.value), 0), func.count(_deal.value)),
        scope, closed, first, after,
    ).group_by(*keys)  # fmt: skip
    for row in connection.execute(statement):
        yield row[0], row[1], row[2], int(row[5]), int(row[6]), int(row[7]), (row[3], row[4])


def closed_ids(
    connection: Connection, scope: Scope, closed: Sequence[int], first: date, after: date, **where: Any
) -> list[int]:
    """Deals in closed stages, closed from a day to before another, the largest first; ``where``: column → value (of
    ``competitor`` "" also for none)."""
    statement = _closed_in(select(_deal.id), scope, closed, first, after)
    for name, value in where.items():
        column: Any = func.coalesce(_deal.competitor, "") if name == "competitor" else _deal[name]
        statement = statement.where(column.is_(None) if value is None else column == value)
    ordered = statement.order_by(func.coalesce(_deal.value, -1).desc(), _deal.id)
    return [row[0] for row in connection.execute(ordered)]


def cycles(
    connection: Connection, scope: Scope, won: Sequence[int], first: date, after: date
) -> Iterator[tuple[int, int]]:
    """(days from making to winning, deals) of deals won from a day to before another."""
    if connection.dialect.name == "sqlite":
        days: Any = cast(func.julianday(_deal.day) - func.julianday(_deal.created_on), Integer)
    else:
        days = _deal.day - _deal.created_on
    statement = _closed_in(select(days, func.count()), scope, won, first, after)
    for row in connection.execute(statement.where(_deal.created_on.isnot(None)).group_by(days)):
        yield max(0, int(row[0])), int(row[1])


def counted(
    connection: Connection, scope: Scope, opened: Sequence[int], closed: Sequence[int], first: date, after: date
) -> tuple[int, int]:
    """How many deals were open on some day from a day to before another, by what they are now, and how many were made in it."""
    there = or_(_deal.created_on.is_(None), _deal.created_on < after)
    was_open = and_(there, or_(_deal.stage_id.in_(opened), _deal.day >= first))
    made_then = and_(_deal.created_on >= first, _deal.created_on < after)
    mine = and_(*_LIVE, *_in_scope(scope, (*opened, *closed)))
    # The table as it lies, once: nearly every row counts, and along an index each would be looked up.
    sums = (func.coalesce(func.sum(case((and_(mine, each), 1), else_=0)), 0) for each in (was_open, made_then))
    worked, fresh = connection.execute(select(*sums)).one()
    return int(worked), int(fresh)


def made(
    connection: Connection,
    scope: Scope,
    stages: Sequence[int],
    first: date,
    after: date,
    ids: Sequence[int] | None = None,
) -> Iterator[tuple[int, date, int]]:
    """(deal, day, the stage it is in now) of deals made from a day to before another; ``ids`` limits it to some."""
    mine = case((and_(*_LIVE, *_in_scope(scope, stages)), _deal.created_on))
    statement = select(_deal.id, _deal.created_on, _deal.stage_id).where(mine >= first, mine < after)
    days: dict[Any, date] = {}
    for part in _parts(ids):
        limited = statement if part is None else statement.where(_deal.id.in_(part))
        for deal_id, kept, stage_id in _plain(connection, limited):
            day = days.get(kept)
            if day is None:
                day = days[kept] = date.fromisoformat(kept) if isinstance(kept, str) else kept
            yield deal_id, day, stage_id


Move = tuple[int, datetime, int, int, date | None, bool]
"""Deal, when, stage it left, stage it came to, since when it was in the one it left (None: not known), whether that is another
day than the one on which it left."""


def moves(
    connection: Connection, scope: Scope, stages: Sequence[int], first: datetime, ids: Sequence[int] | None = None
) -> Iterator[Move]:
    """Changes of stage since an instant, in order; without those that were undone and their undoing."""
    # No plain columns: along the key, and not along the index by subject.
    table, field = func.coalesce(history.c.subject_table, ""), func.coalesce(history.c.field, "")
    statement = (
        select(
            history.c.subject_id, history.c.at, history.c.change_seq, history.c.field, history.c.before, history.c.after
        )
        .join(opportunity, _deal.id == history.c.subject_id)
        .where(
            table == "opportunity", field.in_(("stage_id", "stage_since")), history.c.at >= first,
            *_LIVE, *_in_scope(scope, stages),
        )
        .order_by(history.c.id)
    )  # fmt: skip
    if ids is None:
        statement = statement.where(history.c.id > last_before(connection, first))
    for part in _parts(ids):
        limited = statement
        if part is not None:
            # Of some deals, along that index after all.
            limited = statement.where(history.c.subject_table == "opportunity", history.c.subject_id.in_(part))
        rows = _plain(connection, limited)
        # An import and the sample write many moves of a deal in one commit, each at an instant of its own.
        since = {(row[0], row[1], row[2]): row[4] for row in rows if row[3] == "stage_since"}
        void = _void(connection, min((row[2] for row in rows), default=0))
        for deal_id, at, seq, name, left, to in rows:
            if name == "stage_id" and seq not in void:
                move = (deal_id, at, seq)
                entered = since.get(move)
                if isinstance(at, str):
                    at = datetime.fromisoformat(at).replace(tzinfo=UTC)
                yield deal_id, at, int(left), int(to), date.fromisoformat(entered) if entered else None, move in since


def _void(connection: Connection, since: int) -> set[int]:
    """Commits from a number on that were undone, that undid, and that brought something back."""
    undone = select(change_log.c.seq).where(change_log.c.seq >= since, change_log.c.state.in_(("undone", "dropped")))
    undoing = select(change_log.c.seq).where(change_log.c.reverts.isnot(None), change_log.c.seq >= since)
    return {row[0] for statement in (undone, undoing) for row in connection.execute(statement)}


def activities_done(connection: Connection, first: datetime, after: datetime) -> Iterator[tuple[int | None, str, int]]:
    """(person, kind, how many) of activities done from an instant to before another."""
    done = activity.c.done_at
    statement = (
        select(activity.c.assignee_id, activity.c.kind, func.count())
        .where(activity.c.deleted_at.is_(None), done >= first, done < after)
        .group_by(activity.c.assignee_id, activity.c.kind)
    )
    for row in connection.execute(statement):
        yield row[0], row[1], int(row[2])


def active_deals(
    connection: Connection, first: datetime, after: datetime, person_id: int | None, kind: str | None
) -> list[int]:
    """Deals on which a person (None: nobody) has done an activity, of a kind or (None) of any, from an instant to before
    another."""
    a = activity.c
    mine = a.assignee_id.is_(None) if person_id is None else a.assignee_id == person_id
    statement = select(a.subject_id).distinct().join(opportunity, _deal.id == a.subject_id)
    statement = statement.where(
        mine, a.subject_table == "opportunity", a.deleted_at.is_(None), a.done_at >= first, a.done_at < after,
        _deal.deleted_at.is_(None),
    )  # fmt: skip
    if kind is not None:
        statement = statement.where(a.kind == kind)
    return [row[0] for row in connection.execute(statement.order_by(a.subject_id))]


def _closed_in(statement: Select[Any], scope: Scope, closed: Sequence[int], first: date, after: date) -> Select[Any]:
    return statement.where(
        *_LIVE, _deal.stage_id.in_(closed), _deal.day >= first, _deal.day < after, *_in_scope(scope, closed)
    )


def _in_scope(scope: Scope, stages: Sequence[int]) -> Iterator[Any]:
    """``stages`` are those of the scope's pipeline."""
    yield _deal.stage_id.in_(stages)
    if scope.owners is not None:
        named = _deal.owner_id.in_([each for each in scope.owners if each is not None])
        yield or_(named, _deal.owner_id.is_(None)) if None in scope.owners else named
    if scope.product_id is not None:
        yield _deal.product_id == scope.product_id
    if scope.source_id is not None:
        yield _deal.source_id == scope.source_id


def _plain(connection: Connection, statement: Select[Any]) -> Sequence[Sequence[Any]]:
    """Rows as the database gives them, days and instants of SQLite as texts: 100,000 of them in a third of the time."""
    if connection.dialect.name != "sqlite":
        return connection.execute(statement).all()
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    file: Any = connection.connection.dbapi_connection
    found: list[Sequence[Any]] = file.execute(str(compiled)).fetchall()
    return found


def _parts(ids: Sequence[int] | None) -> Iterator[Sequence[int] | None]:
    if ids is None:
        yield None
        return
    for start in range(0, len(ids), _MANY):
        yield ids[start : start + _MANY]
