"""What changed between two days: the waterfall of the expected amount."""

from __future__ import annotations

from datetime import date

from ...domain.outlook import Deal, Period, Scope
from ...domain.stages import StageKind
from ...domain.waterfall import Look, Waterfall, waterfall
from ...errors import InvalidInput
from ...i18n import tr
from .. import forecast
from ..workspace import Workspace
from . import deals

_ALL = Scope()


def between(ws: Workspace, start: date, end: date, *, period: Period | None = None, scope: Scope = _ALL) -> Waterfall:
    """From the end of one day to the end of another (today: as it is now), of what closes in a period (None: of all) in the
    workspace's currency. Raises InvalidInput when it begins after it ends or ends in the future."""
    if start > end:
        raise InvalidInput("start", tr("The range ends before it begins."), tr("Swap the two days."))
    if end > ws.clock.today():
        raise InvalidInput("end", tr("That day has not come yet."), tr("Choose today or an earlier day."))
    with ws.store.read() as connection:
        stages = deals.stages_of(connection)
        rates = forecast.rates_of(ws, connection)
        found = {state.day: state.deals for state in deals.rewound(ws, connection, stages, (start, end))}

    def then(deal: Deal, kind: StageKind) -> int | None:
        return deals.factor_on(rates, deal, kind, start)

    def now(deal: Deal, kind: StageKind) -> int | None:
        return deals.factor_on(rates, deal, kind, end)

    return waterfall(found[start], found[end], Look(stages, scope, period), then, now)
