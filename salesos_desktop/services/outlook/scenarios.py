"""What if: the open deals of a period as they are and as a scenario makes them, and the scenarios that are kept."""

from __future__ import annotations

import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ... import storage
from ...domain.changes import ChangeSet, Row
from ...domain.forecast import NO_DATE, OVERDUE, Cube, Sums, Totals
from ...domain.outlook import Deal, Period, Scope, counts_in_forecast, period
from ...domain.rates import Rates
from ...domain.scenario import Scenario, from_json, to_json
from ...domain.stages import Category, Stage, StageKind
from ...errors import InvalidInput
from ...i18n import tr
from .. import forecast, views
from ..workspace import SETTINGS, Workspace
from . import deals, ranges, sheet, targets
from .targets import EVERYBODY, Whose

if TYPE_CHECKING:
    from .columns import Columns

PAGE = "scenario"
"""Saved views of this page are scenarios."""
MOST_LISTED = 2_000
_AFRESH = frozenset({"stage", "pipeline", "person", "exchange_rate", "quota"})
_EVERYTHING, _NONE = Scope(), Sums()


class Standing(StrEnum):
    """What a deal of a scenario is by now: still open and among those chosen, or why it is in no figure."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    HELD = "held"
    BINNED = "binned"
    GONE = "gone"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario that is kept; ``owner`` is empty for one's own."""

    id: int
    name: str
    owner: str
    shared: bool
    scenario: Scenario

    @property
    def mine(self) -> bool:
        """Whether it is the person's own to change."""
        return not self.owner


class Sandbox:
    """Deals of a scope as they are and as ``scenario`` makes them; it only counts and never writes.

    ``now`` and ``then`` hold the figures of both in the workspace's currency and follow each change of a deal. ``people``:
    names by id; ``names``: of deals that are listed or changed; ``target`` of the period in minor units, None without one;
    ``seq`` the commit that it stands for.
    """

    def __init__(
        self, found: Columns, stages: Mapping[int, Stage], rates: Rates, whole: Period, scope: Scope, today: date
    ) -> None:
        self.stages, self.rates, self.period, self.scope, self.today = stages, rates, whole, scope, today
        self.deals: dict[int, Deal] = {deal.id: deal for deal in found.deals()}
        timely = (found.day >= whole.first.toordinal()) & (found.day < whole.after.toordinal())
        if whole.first <= today:
            timely |= found.day < today.toordinal()
        self._near = set(found.id[timely & found.of_kind(stages, StageKind.OPEN)].tolist())
        self.changed: dict[int, Deal] = {}
        self.scenario = Scenario()
        self.people: Mapping[int, str] = {}
        self.names: dict[int, str] = {}
        self.standings: dict[int, Standing] = {}
        self.target: int | None = None
        self.seq = self.unlisted = 0
        sums = list(found.sums(stages, "owner_id"))
        self.now, self.then = (
            forecast.filled(Cube(stages.values(), today, rates=rates), sums) for _ in range(2)
        )  # fmt: skip
        self._figures: tuple[Totals, Totals] | None = None
        self._by_month: dict[str, tuple[int, int]] | None = None

    @property
    def currency(self) -> str:
        """Of the figures."""
        return self.rates.base

    # Playing ------------------------------------------------------------------------------------------------------

    def play(self, scenario: Scenario) -> set[int]:
        """Another scenario; only what it changes otherwise is counted anew. Returns the deals of that."""
        before, self.scenario = self.scenario.changes, scenario
        moved = {
            each for each in before.keys() | scenario.changes.keys() if before.get(each) != scenario.changes.get(each)
        }
        for deal_id in moved:
            self._put(deal_id, self.deals.get(deal_id))
        return moved

    def made(self, deal_id: int) -> Deal | None:
        """A deal as the scenario makes it; None for one that is not among those chosen."""
        return self.changed.get(deal_id) or self.deals.get(deal_id)

    def counts(self, deal: Deal) -> bool:
        """Whether a deal is in the forecast."""
        return counts_in_forecast(deal, self.stages[deal.stage_id])

    def standing(self, deal_id: int) -> Standing:
        """What became of a deal."""
        deal = self.deals.get(deal_id)
        if deal is None:
            return self.standings.get(deal_id, Standing.GONE)
        return _closed(self.stages[deal.stage_id]) or Standing.OPEN

    def lists(self, deal_id: int) -> bool:
        """Whether a deal is one to list: open and closing in the period, really or as played; its date past or missing, unless
        the period is still to come; or changed by the scenario."""
        return deal_id in self._near or deal_id in self.scenario.changes

    def listed(self) -> list[int]:
        """Deals to list: those that are changed, then the largest, no more than MOST_LISTED; as many as there are beyond are
        ``unlisted``."""
        changed = sorted(self.scenario.changes)
        others, room = self._near - self.scenario.changes.keys(), max(0, MOST_LISTED - len(changed))
        self.unlisted = max(0, len(others) - room)
        return [*changed, *heapq.nlargest(room, others, key=self._size)]

    def _size(self, deal_id: int) -> tuple[int, int]:
        deal = self.deals[deal_id]
        return (deal.value or 0) * (self.rates.factor(deal.currency, self.today) or 0), -deal_id

    def _is_near(self, deal: Deal) -> bool:
        if self.stages[deal.stage_id].kind is not StageKind.OPEN:
            return False
        waiting = self.period.first <= self.today and (deal.day is None or deal.day < self.today)
        return waiting or self.period.has(deal.day)

    # Figures ------------------------------------------------------------------------------------------------------

    def by_month(self) -> dict[str, tuple[int, int]]:
        """What is expected of each month of the period, as it is and as played; and of other months that the scenario moves."""
        if self._by_month is None:
            own = sheet.months_of(self.period)
            now, then = (_expected(cube, self.currency) for cube in (self.now, self.then))
            moved = {month for month in now.keys() | then.keys() if now.get(month, 0) != then.get(month, 0)}
            self._by_month = {each: (now.get(each, 0), then.get(each, 0)) for each in sorted({*own, *moved})}
        return self._by_month

    def figures(self) -> tuple[Totals, Totals]:
        """The documented figures of the period, as it is and as played."""
        if self._figures is None:
            own = sheet.months_of(self.period)
            self._figures = (self.now.totals(self.currency, own), self.then.totals(self.currency, own))
        return self._figures

    # Following ----------------------------------------------------------------------------------------------------

    def follow(self, changes: ChangeSet) -> bool:
        """Moves along with a commit; False when it must be opened afresh."""
        if changes.seq <= self.seq:
            return True
        if changes.verb == SETTINGS or changes.tables & _AFRESH or (changes.bulk and changes.touches("opportunity")):
            return False
        self.seq = changes.seq
        for change in changes.of("opportunity"):
            self._follow(change.row_id, change.after)
        return True

    def _follow(self, deal_id: int, row: Row | None) -> None:
        deal = deals.of_row(row, self.stages) if row is not None else None
        self._put(deal_id, deal if deal is not None and self._takes(deal) else None)
        if row is None:
            self.standings.pop(deal_id, None)
        else:
            self.names[deal_id] = row["name"]
            stage = self.stages.get(row["stage_id"])
            self.standings[deal_id] = _standing(stage, row["deleted_at"] is not None, row["hold_until"] is not None)

    def _takes(self, deal: Deal) -> bool:
        stage = self.stages[deal.stage_id]
        return self.scope.takes(deal, stage) and (stage.kind is StageKind.OPEN or self.period.has(deal.day))

    def _put(self, deal_id: int, deal: Deal | None) -> None:
        """Takes a deal out of both figures and counts it again as it is now."""
        self._figures = self._by_month = None
        before = self.deals.get(deal_id)
        if before is not None:
            _count(self.now, before, -1)
            _count(self.then, self.changed.pop(deal_id, before), -1)
        self._near.discard(deal_id)
        if deal is None:
            self.deals.pop(deal_id, None)
            return
        played = self.scenario.applied(deal, self.stages[deal.stage_id])
        self.deals[deal_id] = deal
        if played != deal:
            self.changed[deal_id] = played
        if self._is_near(deal):
            self._near.add(deal_id)
        _count(self.now, deal, 1)
        _count(self.then, played, 1)


def opened(
    ws: Workspace, code: str, scenario: Scenario, *, scope: Scope = _EVERYTHING, whose: Whose | None = EVERYBODY
) -> Sandbox:  # fmt: skip
    """A sandbox of a period (PERIOD has the codes) that is not over, with a scenario; ``whose`` target it has (None: none)."""
    from . import rewound

    whole = period(code)
    with ws.store.read() as connection:
        stages, rates = deals.stages_of(connection), forecast.rates_of(ws, connection)
        found = rewound.current(connection, stages, whole.first, whole.after)
        made = Sandbox(found.take(found.taken(scope, stages)), stages, rates, whole, scope, ws.clock.today())
        made.play(scenario)
        made.seq = storage.change_log.last_seq(connection)
        made.people = {person.id: person.name for person in storage.reference.named(connection, "person")}
        for deal_id, known in storage.outlook.standing(connection, made.listed()).items():
            name, stage_id, binned, held = known
            made.names[deal_id] = name
            made.standings[deal_id] = _standing(stages.get(stage_id), binned, held)
    if whose is not None:
        made.target = targets.targets(ws, code).get(whose)
    return made


def outlooks(
    ws: Workspace, found: Mapping[int, Deal], changed: Mapping[int, Deal], stages: Mapping[int, Stage], rates: Rates,
    whole: Period, target: int | None, now: ranges.Outlook | None = None, *, scope: Scope = _EVERYTHING,
) -> tuple[ranges.Outlook, ranges.Outlook]:  # fmt: skip
    """The outlook of deals of a scope as they are (``now`` where it is known) and with those that are ``changed``; with what
    is known of the past, where a look back would take long."""
    if now is None or now.learning:
        now = ranges.played(ws, found.values(), stages, rates, whole, target, scope=scope, wait=False)
    if not changed:
        return now, now
    both = {**found, **changed}
    then = ranges.played(ws, both.values(), stages, rates, whole, target, scope=scope, wait=False)
    return now, then


# Kept scenarios ---------------------------------------------------------------------------------------------------


def listing(ws: Workspace) -> list[Saved]:
    """One's own scenarios, then those that others share; what cannot be read of one is left out of it."""
    return [
        Saved(view.id, view.name, view.owner, view.shared, from_json(view.definition))
        for view in views.listing(ws, PAGE)
    ]


def save(ws: Workspace, name: str, scenario: Scenario, *, shared: bool = False) -> int:
    """Keeps a scenario under a name; returns its id. Raises InvalidInput. Renamed, shared and deleted it is as a view."""
    return views.save(ws, PAGE, name, _checked(scenario), shared=shared)


def update(ws: Workspace, scenario_id: int, scenario: Scenario) -> ChangeSet | None:
    """Keeps other changes under a name of one's own. Raises InvalidInput, NotFound, UserError."""
    return views.update(ws, scenario_id, _checked(scenario))


def _checked(scenario: Scenario) -> dict[str, Any]:
    values = to_json(scenario)
    if len(json.dumps(values)) > views.LARGEST:
        raise InvalidInput("name", tr("This scenario changes too many deals to be kept."), tr("Put some of them back."))
    return values


def _count(cube: Cube, deal: Deal, sign: int) -> None:
    cube.add(deal.stage_id, deal.owner_id, deal.day, deal.currency, deals.sums_of(deal), sign, deal.category)


def _expected(cube: Cube, currency: str) -> dict[str, int]:
    """Month → won and weighted together."""
    open_: dict[str, Sums] = {}
    won: dict[str, Sums] = {}
    for cell, sums in cube.of(currency):
        if cell.bucket not in (OVERDUE, NO_DATE):
            closed = cube.stages[cell.stage_id].kind is StageKind.WON
            if closed or cell.category is not Category.OMITTED:
                (won if closed else open_).setdefault(cell.bucket, Sums()).add(sums)
    return {
        month: open_.get(month, _NONE).over(cube.unit).weighted + won.get(month, _NONE).over(cube.unit).value
        for month in open_.keys() | won.keys()
    }


def _closed(stage: Stage) -> Standing | None:
    return {StageKind.WON: Standing.WON, StageKind.LOST: Standing.LOST}.get(stage.kind)


def _standing(stage: Stage | None, binned: bool, held: bool) -> Standing:
    """Of a deal that is not among those chosen."""
    if binned or stage is None:
        return Standing.BINNED
    return _closed(stage) or (Standing.HELD if held else Standing.ELSEWHERE)
