"""Ranks of a column's cards around one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from ..prepared import Prepared
from ..schema.sales import opportunity

_rank, _id = opportunity.c.rank, opportunity.c.id


def rank_of(connection: Connection, stage_id: int, deal_id: int) -> int | None:
    """Rank of a card that is in the column, None when it is not there."""
    return _whole(_RANK_OF.value(connection, {"stage": stage_id, "deal": deal_id}))


def rank_after(
    connection: Connection, stage_id: int, low: int | None, after_id: int, without: Sequence[int]
) -> int | None:
    """Rank of the first card behind ``(low, after_id)`` that is not one of ``without``; None at the end.

    ``low`` None asks for the first card of the column.
    """
    values = {"stage": stage_id, "without": list(without)}
    if low is None:
        return _whole(_FIRST_RANK.value(connection, values))
    return _whole(_NEXT_RANK.value(connection, values | {"low": low, "after": after_id}))


def last_rank(connection: Connection, stage_id: int) -> int | None:
    """Rank of the last card of a column, None when it is empty."""
    return _whole(_LAST_RANK.value(connection, {"stage": stage_id}))


def run_around(
    connection: Connection, stage_id: int, low: int, after_id: int, count: int
) -> tuple[list[int], int | None, int | None]:
    """Ids of up to ``count`` cards on each side of a place, in order, and the ranks just outside (None: no card)."""
    upto = _live(stage_id).where(_rank <= low, or_(_rank < low, _id <= after_id))
    left = connection.execute(upto.order_by(_rank.desc(), _id.desc()).limit(count + 1)).all()
    right = connection.execute(
        _live(stage_id).where(_behind(low, after_id)).order_by(_rank, _id).limit(count + 1)
    ).all()
    floor = left[count][1] if len(left) > count else None
    ceiling = right[count][1] if len(right) > count else None
    return [r[0] for r in left[:count]][::-1] + [r[0] for r in right[:count]], floor, ceiling


def _whole(rank: Any) -> int | None:
    return None if rank is None else int(rank)


def _live(stage_id: Any) -> Select[Any]:
    return select(_id, _rank).where(opportunity.c.stage_id == stage_id, opportunity.c.deleted_at.is_(None))


def _behind(low: Any, after_id: Any) -> Any:
    return and_(_rank >= low, or_(_rank > low, _id > after_id))


_RANKS = _live(bindparam("stage")).with_only_columns(_rank)
_REST = _RANKS.where(_id.not_in(bindparam("without", expanding=True))).order_by(_rank, _id).limit(1)
_RANK_OF = Prepared(_RANKS.where(_id == bindparam("deal")))
_FIRST_RANK = Prepared(_REST)
_NEXT_RANK = Prepared(_REST.where(_behind(bindparam("low"), bindparam("after"))))
_LAST_RANK = Prepared(_RANKS.order_by(_rank.desc(), _id.desc()).limit(1))
