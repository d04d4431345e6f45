"""Deals as they are and as they stood at past moments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ... import storage
from ...domain.changes import Row
from ...domain.forecast import Cube, Sums
from ...domain.outlook import Deal, Period
from ...domain.rates import Rates
from ...domain.stages import Stage, StageKind
from ...errors import InvalidInput
from ...i18n import tr
from .. import forecast, past
from ..workspace import Workspace

if TYPE_CHECKING:
    from .columns import Columns


@dataclass(frozen=True, slots=True)
class State:
    """Deals that counted at the end of ``day``: in no bin, not on hold, in a stage that still exists."""

    day: date
    deals: Mapping[int, Deal]


def states(ws: Workspace, days: Iterable[date]) -> dict[date, State]:
    """The deals at the end of each day where the person is; today is as it is now."""
    with ws.store.read() as connection:
        found = rewound(ws, connection, stages_of(connection), days)
        return {day: State(day, {deal.id: deal for deal in columns.deals()}) for day, columns in found}


def rewound(
    ws: Workspace, connection: Any, stages: Mapping[int, Stage], days: Iterable[date]
) -> Iterator[tuple[date, Columns]]:
    """Days and the deals at the end of each, the latest first."""
    from .rewound import rewound as rewound_columns

    ends = {past.end_of(ws, day): day for day in days}
    for moment, _, found in rewound_columns(connection, stages, list(ends)):
        yield ends[moment], found


def current(connection: Any, stages: Mapping[int, Stage], period: Period) -> list[Deal]:
    """Open deals as they are now, and those closed in a period."""
    from .rewound import current as current_columns

    return current_columns(connection, stages, period.first, period.after).deals()


def stages_of(connection: Any) -> dict[int, Stage]:
    """Every stage by its id."""
    return {stage.id: stage for stage in storage.reference.stages(connection)}


def of_row(row: Row, stages: Mapping[int, Stage]) -> Deal | None:
    """The deal of a row of a change set; None for one in the bin, on hold or in a stage that is no more."""
    stage = stages.get(row["stage_id"])
    if stage is None or row["deleted_at"] is not None or row["hold_until"] is not None:
        return None
    day = row["expected_close"] if stage.kind is StageKind.OPEN else row["closed_on"]
    return Deal(
        row["id"], stage.id, row["value"], row["currency"], day, row["probability"] or 0, row["owner_id"],
        row["product_id"], row["source_id"], row["category"],
    )  # fmt: skip


def as_of(
    ws: Workspace, day: date, *, by: str = "owner_id", converted: bool = False,
    chances: Mapping[int, float] | None = None,
) -> Cube:  # fmt: skip
    """The forecast as it stood at the end of a past day (today: as it is now), with the stages as they are now.

    ``chances``: open stage → probability, 0 to 1, in place of the set one where nobody has set it by hand; those count to a
    millionth, the others exactly.
    """
    if day > ws.clock.today():
        raise InvalidInput("day", tr("That day has not come yet."), tr("Choose today or an earlier day."))
    with ws.store.read() as connection:
        stages = stages_of(connection)
        rates = forecast.rates_of(ws, connection) if converted else None
        ((_, found),) = rewound(ws, connection, stages, [day])
    return forecast.filled(Cube(stages.values(), day, by=by, rates=rates), found.sums(stages, by, chances))


def sums_of(deal: Deal) -> Sums:
    """Sums of one deal."""
    value = deal.value or 0
    return Sums(1, value, value * deal.probability, int(deal.value is None))


def factor_on(rates: Rates, deal: Deal, kind: StageKind, day: date) -> int | None:
    """The factor of a deal's currency on a day: a closed deal keeps the rate of its own."""
    return rates.factor(deal.currency, deal.day if kind is not StageKind.OPEN and deal.day is not None else day)
