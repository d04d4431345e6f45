"""A period as its people see it: targets, calls and adjustments beside what is computed, for everybody, teams and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ... import storage
from ...domain.forecast import Keys, Totals
from ...domain.outlook import Period, period
from ...domain.periods import add_months, month_of, months_between
from .. import deal_lists, forecast
from ..workspace import Workspace
from .targets import EVERYBODY, Call, Said, Whose, adjustments, calls, targets


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a period in minor units of the workspace's currency: the target, what is ``computed``, the person's call,
    and what managers adjusted, the newest first. None for what there is none of."""

    whose: Whose
    name: str
    target: int | None
    computed: Totals
    call: Call | None
    adjusted: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everybody first, then the teams with their sub-teams, then the people; ``unconverted``: open and won deals of the
    period whose currency has no rate and that are in no figure."""

    period: Period
    lines: Sequence[Line]
    unconverted: int


@dataclass(frozen=True, slots=True)
class Goal:
    """Targets by month (``YYYY-MM``), and that of all months shown, None where there is none."""

    by_month: Mapping[str, int]
    whole: int | None


def sheet(ws: Workspace, code: str) -> Sheet:
    """The sheet of a month, quarter or year. Who no longer works here has a line while something was said of them."""
    lists, cube = deal_lists.read(ws), forecast.load(ws, converted=True)
    aims, said, adjusted = targets(ws, code), calls(ws, code), adjustments(ws, code)
    whole = period(code)
    months = months_of(whole)

    def line(whose: Whose, name: str, keys: Keys) -> Line:
        return Line(
            whose, name, aims.get(whose), cube.totals(ws.currency, months, keys), said.get(whose.person_id or 0),
            adjusted.get(whose, ()),
        )  # fmt: skip

    lines = [line(EVERYBODY, "", None)]
    for team in lists.teams:
        lines.append(line(Whose(None, team.id), team.name, frozenset(lists.members[team.id])))
    for person in lists.people:
        made = line(Whose(person.id), person.name, person.id)
        if person.active or made.target is not None or made.call or made.adjusted:
            lines.append(made)
    left_out = sum(
        sums.count for cell, sums in cube.everybody.items() if cell.bucket in months and cell.currency != ws.currency
    )
    return Sheet(whole, lines, left_out)


def goal(ws: Workspace, whose: Whose, months: Sequence[str], code: str = "") -> Goal:
    """Targets of months, and that of the period ``code``; without one the sum of the months', where each has one."""
    with ws.store.read() as connection:
        rows = storage.outlook.quotas(connection)
    mine = (whose.person_id, whose.team_id)
    kept = {
        r["period"]: int(r["amount"])
        for r in rows
        if (r["person_id"], r["team_id"]) == mine and r["currency"] == ws.currency
    }
    by_month = {month: kept[month] for month in months if month in kept}
    if code:
        return Goal(by_month, targets(ws, code).get(whose))
    return Goal(by_month, sum(by_month.values()) if len(by_month) == len(months) > 0 else None)


def months_of(whole: Period) -> list[str]:
    """Months of a period, ``YYYY-MM``."""
    return months_between(month_of(whole.first), add_months(month_of(whole.after), -1))
