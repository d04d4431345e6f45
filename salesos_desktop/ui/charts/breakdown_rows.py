"""The forecast parted by whatever is chosen, from the cells of a cube, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...domain.forecast import NO_DATE, OVERDUE, Cell, Cube, Sums, Totals
from ...domain.stages import Category
from ...i18n import N_, tr
from ..deal_lists import KeptDealLists
from . import figures

BY = {
    "owner": N_("By owner"), "team": N_("By team"), "pipeline": N_("By pipeline"), "product": N_("By product"),
    "source": N_("By source"), "month": N_("By month"), "quarter": N_("By quarter"),
}  # fmt: skip
COLUMNS = {"product": "product_id", "source": "source_id"}
"""What has a cube of its own, by this column; the others are parts of that by owner."""
_NONE = {
    "owner": N_("Nobody"), "team": N_("No team"), "pipeline": N_("No pipeline"), "product": N_("No product"),
    "source": N_("No source"),
}  # fmt: skip
_MOST = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One row: the documented figures and, worked out when they are asked for, the sums by category, in minor units."""

    key: Any
    name: str
    totals: Totals
    _cube: Cube
    _currency: str

    @property
    def categories(self) -> Mapping[Category, Sums]:
        """Sums by forecast category."""
        return self._cube.by_category(self._currency)


def parts(by: str, cube: Cube, view: figures.View, shown: list[str], lists: KeptDealLists, today: date) -> list[Part]:
    """The parts of the months shown, the largest first, months and quarters in their order. A deal of a sub-team is in
    every team above it."""
    wanted = frozenset(shown)
    found = _split(cube, view, wanted, _keys_of(by, cube, lists))
    made = []
    for key, part in found.items():
        totals = part.totals(view.currency)
        made.append(Part(key, _name(by, key, lists, today), totals, part, view.currency))
    if by in ("month", "quarter"):
        return sorted(made, key=lambda part: str(part.key))
    return sorted(made, key=lambda part: (-part.totals.expected, part.name))[:_MOST]


def _split(
    cube: Cube, view: figures.View, shown: frozenset[str], keys_of: Callable[[Cell], Iterable[Any]]
) -> dict[Any, Cube]:  # fmt: skip
    """Key → a cube of its cells alone."""
    found: dict[Any, Cube] = {}
    mine = view.scope.owners if cube.by == "owner_id" else None
    stages = {stage.id for stage in cube.stages.values() if view.shows(stage)}
    for cell, sums in cube.cells.items():
        if cell.bucket not in shown or cell.currency != view.currency or cell.stage_id not in stages:
            continue
        if mine is None or cell.key in mine:
            for key in keys_of(cell):
                part = found.get(key)
                if part is None:
                    part = found[key] = Cube(cube.stages.values(), cube.today, by=cube.by, rates=cube.rates)
                part.everybody[cell] = sums
    return found


def _keys_of(by: str, cube: Cube, lists: KeptDealLists) -> Callable[[Cell], Iterable[Any]]:
    if by == "team":
        teams: dict[int, list[int | None]] = {}
        for team_id, members in lists.members.items():
            for person_id in members:
                teams.setdefault(person_id, []).append(team_id)
        return lambda cell: teams.get(cell.key or 0, (None,))
    if by == "pipeline":
        return lambda cell: (cube.stages[cell.stage_id].pipeline_id,)
    if by in ("month", "quarter"):
        return lambda cell: (cell.bucket if by == "month" else _quarter(cell.bucket),)
    return lambda cell: (cell.key,)


def _quarter(bucket: str) -> str:
    if bucket in (OVERDUE, NO_DATE):
        return bucket
    return f"{bucket[:4]}-Q{(int(bucket[5:7]) + 2) // 3}"


def _name(by: str, key: Any, lists: KeptDealLists, today: date) -> str:
    if by == "month":
        return figures.bucket_name(key, today, full=True)
    if by == "quarter":
        return figures.period_name(key)
    if key is None:
        return tr(_NONE[by])
    listed = {"owner": lists.people, "team": lists.teams, "pipeline": lists.pipelines, "product": lists.products,
              "source": lists.sources}[by]  # fmt: skip
    return next((each.name for each in listed if each.id == key), "…")
