"""What changed between two days: the waterfall of the expected amount, and the deals behind each of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ... import storage
from ...domain.outlook import Deal, Period, Scope
from ...domain.stages import Stage, StageKind
from ...domain.waterfall import Look, Step, Waterfall, waterfall
from ...errors import InvalidInput
from ...i18n import tr
from .. import forecast
from ..workspace import Workspace
from . import deals

_ALL = Scope()


@dataclass(frozen=True, slots=True)
class Explained:
    """The waterfall with the deals of its steps as they were on both days; ``known``: whether there were any deals at all on
    the first."""

    waterfall: Waterfall
    before: Mapping[int, Deal]
    after: Mapping[int, Deal]
    stages: Mapping[int, Stage]
    known: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """A deal behind a step: as it was on both days (None: it did not count), whose it is, empty for nobody's, and what it
    ``added`` in minor units of the workspace's currency. ``name`` is empty for one that was deleted for good."""

    id: int
    name: str
    owner: str
    before: Deal | None
    after: Deal | None
    added: int


def between(ws: Workspace, start: date, end: date, *, period: Period | None = None, scope: Scope = _ALL) -> Waterfall:
    """From the end of one day to the end of another (today: as it is now), of what closes in a period (None: of all) in the
    workspace's currency. Raises InvalidInput when it begins after it ends or ends in the future."""
    return explained(ws, start, end, period=period, scope=scope).waterfall


def explained(ws: Workspace, start: date, end: date, *, period: Period | None = None, scope: Scope = _ALL) -> Explained:
    """The same with the deals behind it."""
    from . import columns

    if start > end:
        raise InvalidInput("start", tr("The range ends before it begins."), tr("Swap the two days."))
    if end > ws.clock.today():
        raise InvalidInput("end", tr("That day has not come yet."), tr("Choose today or an earlier day."))
    with ws.store.read() as connection:
        stages = deals.stages_of(connection)
        rates = forecast.rates_of(ws, connection)
        found = dict(deals.rewound(ws, connection, stages, {start, end}))

    def then(deal: Deal, kind: StageKind) -> int | None:
        return deals.factor_on(rates, deal, kind, start)

    def now(deal: Deal, kind: StageKind) -> int | None:
        return deals.factor_on(rates, deal, kind, end)

    look = Look(stages, scope, period)
    old, new, same = columns.parted(found[start], found[end], rates, stages, (start, end))
    before, after = ({deal.id: deal for deal in each.deals()} for each in (old, new))
    made = waterfall(before, after, look, then, now, steady=columns.expected(same, look, rates, start))
    moved = {deal_id for part in made.steps.values() for deal_id in part.deals}
    before, after = ({i: each[i] for i in moved if i in each} for each in (before, after))
    return Explained(made, before, after, stages, len(found[start]) > 0)


def behind(ws: Workspace, told: Explained, step: Step, *, limit: int) -> list[Behind]:
    """The deals of a step that moved it most, at most ``limit``."""
    part = told.waterfall.steps[step]
    most = sorted(zip(part.deals, part.added, strict=True), key=lambda each: (-abs(each[1]), each[0]))[:limit]
    with ws.store.read() as connection:
        names = storage.outlook.deal_names(connection, [deal_id for deal_id, _ in most])
        people = {person.id: person.name for person in storage.reference.named(connection, "person")}
    listed = []
    for deal_id, added in most:
        before, after = told.before.get(deal_id), told.after.get(deal_id)
        owner = next((deal.owner_id for deal in (after, before) if deal is not None), None)
        listed.append(Behind(deal_id, names.get(deal_id, ""), people.get(owner or 0, ""), before, after, added))
    return listed
