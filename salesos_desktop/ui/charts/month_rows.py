"""The forecast's key figures and its table of months, as texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...domain.forecast import OVERDUE, Cube
from ...i18n import money, ntr, number, percent, tr
from ..board.figure_texts import round_units
from ..key_figures import KeyFigure
from . import figures


def key_figures(cube: Cube, view: figures.View, shown: list[str], target: int | None) -> list[KeyFigure]:
    """What the months shown come to, with their target in minor units, where there is one."""

    def text(minor: int) -> str:
        return _money(minor, view)

    totals, overdue = (
        cube.totals(view.currency, buckets, view.keys, view.pipeline_id) for buckets in (shown, [OVERDUE])
    )
    reached = tr("{share} won").format(share=percent(round(100 * totals.won / target))) if target else ""
    return [
        KeyFigure(tr("Expected (won + weighted)"), text(totals.expected)),
        *([KeyFigure(tr("Target"), text(target), reached)] if target is not None else []),
        KeyFigure(tr("Weighted"), text(totals.weighted)),
        KeyFigure(tr("Best case"), text(totals.best_case)),
        KeyFigure(tr("Committed"), text(totals.committed)),
        KeyFigure(tr("Closed"), text(totals.won)),
        KeyFigure(
            tr("Overdue"), text(overdue.best_case),
            ntr("{count} deal", "{count} deals", overdue.count).format(count=number(overdue.count))
            if overdue.count else "",
            False if overdue.count else None,
        ),
        KeyFigure(tr("Left out"), text(totals.omitted)),
        KeyFigure(tr("Without a value"), number(totals.no_value)),
    ]  # fmt: skip


def month_heads() -> list[str]:
    """The columns of the table of months."""
    return [tr("Month"), tr("Won"), tr("Weighted"), tr("Best case"), tr("Committed"), tr("Target"), tr("Still open")]


def month_rows(
    cube: Cube, view: figures.View, buckets: list[str], targets: Mapping[str, int], today: date
) -> list[tuple[Any, list[str]]]:
    """Bucket and texts of each row; ``targets`` by month, in minor units."""
    rows: list[tuple[Any, list[str]]] = []
    for bucket in buckets:
        totals = cube.totals(view.currency, [bucket], view.keys, view.pipeline_id)
        amounts = [_money(a, view) for a in (totals.won, totals.weighted, totals.best_case, totals.committed)]
        target = targets.get(bucket)
        name = figures.bucket_name(bucket, today, full=True)
        rows.append((bucket, [name, *amounts, "—" if target is None else _money(target, view), number(totals.count)]))
    return rows


def _money(minor: int, view: figures.View) -> str:
    return money(round_units(minor, view.currency), view.currency)
