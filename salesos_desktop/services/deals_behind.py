"""The deals behind a figure: some that are named, or all that match; in any order, with their sums."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import storage
from ..domain.conditions import MAX_LIST, AnyOf, Test
from ..domain.conditions import Operator as Op
from ..domain.deal_rows import Order, Sums
from ..domain.filters import DealFilter
from . import deal_table
from .deal_table import FIRST, Listing
from .workspace import Workspace

_FEW = 5_000
"""More named deals than this are looked for among all of them."""
_EVERY = DealFilter(held=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Those of ``ids``, or (None) those that match ``where`` (None: all of them)."""

    ids: tuple[int, ...] | None = None
    where: DealFilter | None = None


def listing(ws: Workspace, asked: Asked, order: Order, *, descending: bool = False) -> Listing:  # noqa: ARG001
    """All of them in order, without rows; what is deleted is left out."""
    with ws.store.read() as connection:
        return Listing(_ids(connection, asked, order), {}, True)


def beginning(ws: Workspace, asked: Asked, order: Order, *, descending: bool = False) -> Listing:  # noqa: ARG001
    """All of them in order, with the rows of the first."""
    with ws.store.read() as connection:
        ids = _ids(connection, asked, order)
        return Listing(ids, storage.deals.rows(connection, ids[:FIRST]), True)


def totals(ws: Workspace, asked: Asked) -> list[Sums]:
    """Sums over all of them, a currency each."""
    if asked.ids is None:
        return deal_table.totals(ws, asked.where or _EVERY)
    return deal_table.totals_of(ws, asked.ids)


def _ids(connection: Any, asked: Asked, order: Order) -> array[int]:
    if asked.ids is None:
        return storage.deals.order(connection, asked.where or _EVERY, order)
    if len(asked.ids) <= _FEW:
        return storage.deals.order(connection, _named(asked.ids), order)
    wanted = frozenset(asked.ids)
    return array("q", (i for i in storage.deals.order(connection, _EVERY, order) if i in wanted))


def _named(ids: Sequence[int]) -> DealFilter:
    parts = (tuple(ids[n : n + MAX_LIST]) for n in range(0, len(ids), MAX_LIST))
    return DealFilter(condition=AnyOf(tuple(Test("id", Op.ONE_OF, part) for part in parts)), held=None)
