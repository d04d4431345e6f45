"""What the table of opportunities shows: the order of all that match, groups with subtotals, sums, rows by id."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import storage
from ..domain.condition_fields import FieldKind
from ..domain.deal_rows import DealQuery, DealRow, Group, GroupBy, Grouping, GroupKey, Order, Sums
from ..domain.filters import DealFilter
from ..domain.leads import OwnSort
from ..domain.opportunities import Priority
from ..domain.text import fold
from ..i18n import N_, month_name, tr
from .workspace import Workspace

FIRST = 80
_TABLES = {
    GroupBy.STAGE: "stage", GroupBy.OWNER: "person", GroupBy.TEAM: "team", GroupBy.COMPANY: "company",
    GroupBy.SOURCE: "source", GroupBy.PRODUCT: "product",
}  # fmt: skip

_WITHOUT = {
    GroupBy.OWNER: N_("Nobody"), GroupBy.TEAM: N_("No team"), GroupBy.MONTH: N_("No date"),
    GroupBy.COMPANY: N_("No company"), GroupBy.SOURCE: N_("No source"), GroupBy.PRODUCT: N_("No product"),
    GroupBy.TAG: N_("No tags"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """Ids in order, or, where they are grouped, groups in order and the ids of those that are open.

    ``rows`` are those of the first ids; ``whole`` says whether these are all.
    """

    ids: array[int]
    rows: dict[int, DealRow]
    whole: bool
    groups: tuple[Group, ...] = ()
    members: dict[GroupKey, array[int]] = field(default_factory=dict)


def beginning(ws: Workspace, asked: DealQuery, order: Order, *, descending: bool = False) -> Listing:  # noqa: ARG001
    """Enough for the first paint: the first FIRST ids with their rows, or every group."""
    with ws.store.read() as connection:
        if asked.by is not None:
            return _grouped(connection, asked, order)
        ids = storage.deals.beginning(connection, asked.where, order, FIRST)
        return Listing(ids, storage.deals.rows(connection, ids), len(ids) < FIRST)


def listing(ws: Workspace, asked: DealQuery, order: Order, *, descending: bool = False) -> Listing:  # noqa: ARG001
    """All of it; without rows."""
    with ws.store.read() as connection:
        if asked.by is not None:
            return _grouped(connection, asked, order)
        return Listing(storage.deals.order(connection, asked.where, order), {}, True)


def fetch(ws: Workspace, ids: Iterable[int]) -> dict[int, DealRow]:
    """Rows by id."""
    with ws.store.read() as connection:
        return storage.deals.rows(connection, ids)


def groups(ws: Workspace, where: DealFilter, by: Grouping) -> tuple[Group, ...]:
    """Every group with sums over all of its deals: stages as on the board, months as they come, the rest by name; the
    deals without come last. A deal with two tags counts in the group of each."""
    with ws.store.read() as connection:
        return _groups(connection, where, by)


def members(
    ws: Workspace, where: DealFilter, by: Grouping, keys: Collection[GroupKey], order: Order
) -> dict[GroupKey, array[int]]:  # fmt: skip
    """Ids of the deals in some groups, each in order."""
    with ws.store.read() as connection:
        return storage.deals.grouped(connection, where, by, keys, order)


def totals(ws: Workspace, where: DealFilter) -> list[Sums]:
    """Sums over all that match, a currency each."""
    with ws.store.read() as connection:
        return storage.deals.totals(connection, where)


def totals_of(ws: Workspace, ids: Sequence[int]) -> list[Sums]:
    """Sums over some deals, a currency each."""
    with ws.store.read() as connection:
        return storage.deals.totals_of(connection, ids)


def _grouped(connection: Any, asked: DealQuery, order: Order) -> Listing:
    assert asked.by is not None
    found = _groups(connection, asked.where, asked.by)
    opened = [group.key for group in found if group.key in asked.opened]
    inside = storage.deals.grouped(connection, asked.where, asked.by, opened, order)
    return Listing(array("q"), {}, True, found, inside)


def _groups(connection: Any, where: DealFilter, by: Grouping) -> tuple[Group, ...]:
    found = storage.deals.groups(connection, where, by)
    titles, places = _described(connection, by, found)
    titles[None] = tr(_WITHOUT[by]) if isinstance(by, GroupBy) and by in _WITHOUT else tr("None")
    made = [
        Group(key, titles.get(key, title), tuple(sorted(sums, key=lambda each: each.currency)))
        for key, (title, sums) in found.items()
    ]
    return tuple(sorted(made, key=lambda g: (g.key is None, places.get(g.key, len(places)), fold(g.title), str(g.key))))


def _described(connection: Any, by: Grouping, found: Collection[GroupKey]) -> tuple[dict[Any, str], dict[Any, int]]:
    """What groups are called where a row names them, and their places where they have some."""
    if by is GroupBy.STAGE:
        pipelines = [each.id for each in storage.reference.pipelines(connection)]
        stages = sorted(storage.reference.stages(connection), key=lambda each: pipelines.index(each.pipeline_id))
        return {each.id: each.name for each in stages}, {each.id: place for place, each in enumerate(stages)}
    if by is GroupBy.MONTH:
        months = sorted(str(key) for key in found if key)
        titles = {key: f"{month_name(int(key[5:]), full=True)} {key[:4]}" for key in months}
        return dict(titles), {key: place for place, key in enumerate(months)}
    if by is GroupBy.PRIORITY:
        names = {Priority.HIGH: tr("High"), Priority.MEDIUM: tr("Medium"), Priority.LOW: tr("Low")}
        return {each.value: name for each, name in names.items()}, {each.value: n for n, each in enumerate(Priority)}
    if isinstance(by, GroupBy) and by in _TABLES:
        return dict(storage.children.names(connection, _TABLES[by], (key for key in found if isinstance(key, int)))), {}
    # The options of a list say themselves what they are; folded members of one are named by the query.
    single = isinstance(by, OwnSort) and by.kind is not FieldKind.TAGS
    return {key: key for key in found if single and isinstance(key, str)}, {}
