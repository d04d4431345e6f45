"""What a window shows and what the database says, in one form, so that the two can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.forecast import Cube, Sums
from salesos_desktop.domain.opportunities import Card
from salesos_desktop.domain.stages import Stage
from salesos_desktop.services import board, forecast, leaderboard
from salesos_desktop.services.leaderboard import Ranking
from salesos_desktop.services.workspace import Workspace


def board_of(
    stages: Iterable[Stage], ids: Mapping[Any, Sequence[int]], sums: Mapping[int, Mapping[str, Sums]],
    card: Callable[[int], Card | None],
) -> dict[str, Any]:  # fmt: skip
    """Stage → its cards in order (id, name, value, probability; None for one that is being read) and its sums."""
    found = {}
    for stage in stages:
        cards = [[deal_id, card(deal_id)] for deal_id in ids[stage.id]]
        found[stage.name] = {
            "cards": [[i, each and [each.name, each.value, each.probability]] for i, each in cards],
            "sums": _figures(sums.get(stage.id, {})),
        }
    return found


def forecast_of(cube: Cube) -> list[str]:
    """The sums of each cell."""
    return sorted(f"{tuple(cell)}: {sums}" for cell, sums in cube.cells.items() if sums.count)


def ranking_of(found: Ranking | None) -> list[str]:
    """The places of people and teams."""
    return [] if found is None else [repr(each) for each in (*found.people, *found.teams)]


def asked(ws: Workspace) -> dict[str, Any]:
    """The same questions of the database, with the rights of who has it open."""
    stages = board.stages(ws)
    sums: dict[int, dict[str, Sums]] = {}
    for each in board.snapshot(ws, DealFilter(), Sort.MANUAL).figures:
        sums.setdefault(each.stage_id, {})[each.currency] = Sums(each.count, each.value, each.weighted, each.no_value)
    ids = {stage.id: list(board.column(ws, stage, DealFilter(), Sort.MANUAL).ids) for stage in stages}
    cards = board.fetch(ws, [each for column in ids.values() for each in column])
    return {
        "board": board_of(stages, ids, sums, cards.get), "forecast": forecast_of(forecast.load(ws)),
        "ranking": ranking_of(leaderboard.load(ws)),
    }  # fmt: skip


def _figures(sums: Mapping[str, Sums]) -> dict[str, list[int]]:
    return {
        currency: [each.count, each.value, each.weighted_percent, each.no_value]
        for currency, each in sorted(sums.items()) if each.count
    }  # fmt: skip
