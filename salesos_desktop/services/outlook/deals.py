"""Deals as they are and as they stood at past moments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
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
    from ...storage.rewinding import Known


@dataclass(frozen=True, slots=True)
class State:
    """Deals that counted at the end of ``day``: in no bin, not on hold, in a stage that still exists."""

    day: date
    deals: Mapping[int, Deal]


def states(ws: Workspace, days: Iterable[date]) -> dict[date, State]:
    """The deals at the end of each day where the person is; today is as it is now."""
    with ws.store.read() as connection:
        stages = stages_of(connection)
        return {state.day: state for state in rewound(ws, connection, stages, days)}


def rewound(ws: Workspace, connection: Any, stages: Mapping[int, Stage], days: Iterable[date]) -> Iterator[State]:
    """The states of some days, the latest first."""
    ends: dict[datetime, list[date]] = {}
    for day in sorted(set(days), reverse=True):
        ends.setdefault(past.end_of(ws, day), []).append(day)
    deals: dict[int, Deal] = {}
    for moment, known, touched in storage.rewinding.rewind(connection, list(ends)):
        for deal_id in known if touched is None else touched:
            deal = _counted(deal_id, known.get(deal_id), stages)
            if deal is not None:
                deals[deal_id] = deal
            else:
                deals.pop(deal_id, None)
        for day in ends[moment]:
            yield State(day, dict(deals))


def current(connection: Any, stages: Mapping[int, Stage], period: Period) -> list[Deal]:
    """Open deals as they are now, and those closed in a period."""
    opened = [stage.id for stage in stages.values() if stage.kind is StageKind.OPEN]
    known = storage.rewinding.now(connection, opened, period.first, period.after)
    found = (_counted(deal_id, each, stages) for deal_id, each in known.items())
    return [deal for deal in found if deal is not None]


def stages_of(connection: Any) -> dict[int, Stage]:
    """Every stage by its id."""
    return {stage.id: stage for stage in storage.reference.stages(connection)}


def of_row(row: Row, stages: Mapping[int, Stage]) -> Deal | None:
    """The deal of a row of a change set; None for one that does not count."""
    return _counted(row["id"], [row[name] for name in storage.rewinding.FIELDS], stages)


def _counted(deal_id: int, known: Known | None, stages: Mapping[int, Stage]) -> Deal | None:
    """A deal that counts; None for one in the bin, on hold or in a stage that is no more."""
    if known is None:
        return None
    stage_id, value, currency, close, closed, percent, owner, product, source, said, gone, held = known
    stage = stages.get(stage_id)
    if stage is None or gone or held is not None:
        return None
    day = close if stage.kind is StageKind.OPEN else closed
    return Deal(deal_id, stage_id, value, currency, day, percent or 0, owner, product, source, said)


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
        (state,) = rewound(ws, connection, stages, [day])
    cube = Cube(stages.values(), day, by=by, rates=rates)
    for deal in state.deals.values():
        sums = sums_of(deal)
        if chances is not None and deal.probability == stages[deal.stage_id].probability:
            sums.weighted_percent = round(sums.value * 100 * round(chances.get(deal.stage_id, 1.0), 6))
        cube.add(deal.stage_id, getattr(deal, by), deal.day, deal.currency, sums, category=deal.category)
    return cube


def sums_of(deal: Deal) -> Sums:
    """Sums of one deal."""
    value = deal.value or 0
    return Sums(1, value, value * deal.probability, int(deal.value is None))


def factor_on(rates: Rates, deal: Deal, kind: StageKind, day: date) -> int | None:
    """The factor of a deal's currency on a day: a closed deal keeps the rate of its own."""
    return rates.factor(deal.currency, deal.day if kind is not StageKind.OPEN and deal.day is not None else day)
