"""Where a card goes within its column: ranks between its neighbours, respaced when there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import storage
from ..domain.ranks import NEIGHBOURS, between

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

TOP = 0
"""Place of a card that is moved without saying where: first of its column."""


def ranks_after(uow: UnitOfWork, stage_id: int, after_id: int, moving: list[int]) -> list[int]:
    """Ascending ranks for ``moving`` right after card ``after_id`` (TOP: before the first) of a column.

    When the neighbour is gone or elsewhere meanwhile, the cards go to the top.
    """
    low = storage.order.rank_of(uow.connection, stage_id, after_id) if after_id else None
    high = storage.order.rank_after(uow.connection, stage_id, low, after_id, moving)
    found = between(low, high, len(moving))
    if found is None:
        assert low is not None
        _respace(uow, stage_id, low, after_id, moving)
        return ranks_after(uow, stage_id, after_id, moving)
    return found


def _respace(uow: UnitOfWork, stage_id: int, low: int, after_id: int, moving: list[int]) -> None:
    """Spreads the cards around a crowded place; widens until they fit."""
    count = NEIGHBOURS + len(moving)
    while True:
        run, floor, ceiling = storage.order.run_around(uow.connection, stage_id, low, after_id, count)
        found = between(floor, ceiling, len(run))
        room = found is None or len(found) < 2 or found[1] - found[0] > len(moving) + 1
        if found is not None and room:
            break
        count *= 4
    for deal_id, rank in zip(run, found, strict=True):
        uow.update("opportunity", deal_id, {"rank": rank})
