"""What the dashboard counts: closed deals, deals worked and made, their ways through the stages, activities done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, Select, and_, bindparam, case, cast, func, or_, select

from ...domain.outlook import Scope
from ..history_order import last_before
from ..joined import join
from ..schema.activities import activity
from ..schema.sales import opportunity
from ..schema.stream import change_log, history

_deal = opportunity.c
_LIVE = (_deal.deleted_at.is_(None), _deal.hold_until.is_(None))
_MANY = 500
_APART = "\x1f"


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
    for stage_id, currency, day, reason, lost_to, count, value, valued in _texts(connection, statement):
        loss = (int(reason) if reason else None, lost_to)
        yield int(stage_id), currency, date.fromisoformat(day), int(count), int(value), int(valued), loss


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
    for took, count in _texts(connection, statement.where(_deal.created_on.isnot(None)).group_by(days)):
        yield max(0, int(took)), int(count)


def deals(
    connection: Connection, scope: Scope, stages: Sequence[int], ids: Sequence[int] | None = None
) -> Iterator[Sequence[str]]:
    """(ids, the stages they are in, the days they were made on, the days they go for) of the deals of a scope in some stages,
    each column joined by commas; ``ids`` limits it to some, a part at a time."""
    # The table as it lies, once: nearly every row counts, and along an index each would be looked up.
    mine = case((and_(*_LIVE, *_in_scope(scope, stages)), 1), else_=0) == 1
    statement = select(join(_deal.id), join(_deal.stage_id), join(_deal.created_on), join(_deal.day)).where(mine)
    for part in _parts(ids):
        limited = statement if part is None else statement.where(_deal.id.in_(part))
        yield [text or "" for text in connection.execute(limited).one()]


def moves(connection: Connection, first: datetime, ids: Sequence[int] | None = None) -> Iterator[Sequence[str]]:
    """(entries, deals, commits, stages that were left, stages that were come to, instants, days) of every change of stage since
    an instant, each column joined by commas; ``ids`` limits it to some deals, a part at a time.

    What says since when a deal had been in the stage that it left is an entry of its own, of the same deal, instant and commit:
    it has 0 for the stages and that day (the empty text: not known). There is one where that was not the day on which it left.
    """
    values = {"first": first} if ids is not None else {"first": first, "entry": last_before(connection, first)}
    statement = _moves(connection.dialect.name, ids is not None)
    for part in _parts(ids):
        row = connection.execute(statement, values if part is None else {**values, "ids": part}).one()
        yield [text or "" for text in row]


@cache
def _moves(dialect: str, of_some: bool) -> Select[Any]:
    # No plain columns: along the key, and not along the index by subject.
    table, field = func.coalesce(history.c.subject_table, ""), func.coalesce(history.c.field, "")
    moved = field == "stage_id"
    left, to = (case((moved, column), else_="0") for column in (history.c.before, history.c.after))
    at: Any = history.c.at
    if dialect != "sqlite":
        at = func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24:MI:SS.US")
    since = case((moved, ""), else_=history.c.before)
    columns = (history.c.id, history.c.subject_id, history.c.change_seq, left, to, at, since)
    statement = select(*map(join, columns)).where(
        table == "opportunity", field.in_(("stage_id", "stage_since")), history.c.at >= bindparam("first")
    )
    if not of_some:
        return statement.where(history.c.id > bindparam("entry", type_=BigInteger))
    # Of some deals, along that index after all.
    mine = history.c.subject_id.in_(bindparam("ids", expanding=True))
    return statement.where(history.c.subject_table == "opportunity", mine)


def void(connection: Connection, since: int) -> set[int]:
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
    for person_id, kind, count in _texts(connection, statement):
        yield int(person_id) if person_id else None, kind, int(count)


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


def _texts(connection: Connection, statement: Select[Any]) -> Iterator[tuple[str, ...]]:
    """The rows of a statement as texts, the empty one for nothing. They are read as columns: one by one, each would wait for
    Python's lock while a page is built."""
    found = statement.subquery()
    columns = connection.execute(select(*(join(column, _APART) for column in found.c))).one()
    if columns[0] is not None:
        yield from zip(*(column.split(_APART) for column in columns), strict=True)


def _parts(ids: Sequence[int] | None) -> Iterator[Sequence[int] | None]:
    if ids is None:
        yield None
        return
    for start in range(0, len(ids), _MANY):
        yield ids[start : start + _MANY]
