"""The ranking: who has scored what in a period, in which position, and how that was the period before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.ranking import Period, Score, Span, Standing, by_team, earlier, positions, span, span_before, standings
from ..domain.rates import SCALE, Rates
from ..errors import InvalidInput, NotFound
from ..i18n import N_, number, tr
from . import forecast, roles
from .setup import MAX_POINTS
from .workspace import Workspace

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Record:
    """The best of one's earlier periods: its first day, and the points."""

    first: date
    points: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """People and teams of a period, by position. ``me``: the local person, None where they are nobody; ``record`` their best
    earlier period; ``left_out``: currency → minor units of won deals that have no rate; ``teams`` have their sub-teams in."""

    period: Period
    span: Span
    people: tuple[Standing, ...]
    teams: tuple[Standing, ...]
    me: int
    record: Record | None
    left_out: dict[str, int]

    @property
    def mine(self) -> Standing | None:
        """The local person's place."""
        return next((each for each in self.people if each.id == self.me), None)

    @property
    def ahead(self) -> Standing | None:
        """Whoever has to be caught up with next, None for who is first."""
        mine = self.mine
        before = [each for each in self.people if mine is not None and each.score.points > mine.score.points]
        return before[-1] if before else None


def load(ws: Workspace, period: Period = Period.MONTH) -> Ranking:
    """The ranking of the period that today is in: everybody active, and whoever else has scored in it."""
    today = ws.clock.today()
    during, past = span(period, today), span_before(period, today)
    with ws.store.read() as connection:
        everybody = storage.leaderboard.people(connection)
        teams = storage.leaderboard.teams(connection)
        scores, left_out = _scores(ws, connection, during)
        before = None if past is None else storage.leaderboard.points_of_all(connection, *instants(ws, past))
        record = _record(ws, connection, period)
    names = {row[0]: row[1] for row in everybody if row[3] or scores.get(row[0], Score()) != Score()}
    of_person, parents = {row[0]: row[2] for row in everybody}, {row[0]: row[2] for row in teams}
    team_before = None
    if before is not None:
        summed = by_team({key: Score(points=each) for key, each in before.items()}, of_person, parents)
        team_before = {key: score.points for key, score in summed.items()}
    return Ranking(
        period, during, tuple(standings(names, scores, before)),
        tuple(standings({row[0]: row[1] for row in teams}, by_team(scores, of_person, parents), team_before)),
        ws.actor_id, record, left_out,
    )  # fmt: skip


def instants(ws: Workspace, days: Span) -> tuple[datetime | None, datetime | None]:
    """The instants at which days begin where the person is."""
    first, after = days
    zone = ws.clock.zone()
    if first is None or after is None:
        return None, None
    begin, end = (
        (datetime.combine(day, time(), zone) if zone is not None else datetime.combine(day, time()).astimezone())
        for day in (first, after)
    )
    return begin.astimezone(UTC), end.astimezone(UTC)


def position(ws: Workspace, connection: Any, period: Period) -> tuple[int, int]:
    """The local person's position in a period and how many of the active people have points in it."""
    active = {row[0] for row in storage.leaderboard.people(connection) if row[3]}
    points = storage.leaderboard.points_of_all(connection, *instants(ws, span(period, ws.clock.today())))
    placed = positions({key: points.get(key, 0) for key in active})
    return placed.get(ws.actor_id, 0), len(active & points.keys())


def revenue(
    rates: Rates, rows: Iterable[tuple[int, date | None, str, int, int]]
) -> tuple[dict[int, tuple[int, int]], dict[str, int]]:
    """Person → (won deals, minor units of the base at the rates of their days), and what has no rate by currency."""
    counts: dict[int, int] = {}
    parts: dict[int, int] = {}
    left_out: dict[str, int] = {}
    for person_id, day, currency, deals, value in rows:
        counts[person_id] = counts.get(person_id, 0) + deals
        factor = rates.factor(currency, day or date.min)
        if factor is not None:
            parts[person_id] = parts.get(person_id, 0) + value * factor
        elif value:
            left_out[currency] = left_out.get(currency, 0) + value
    return {key: (deals, (parts.get(key, 0) + SCALE // 2) // SCALE) for key, deals in counts.items()}, left_out


def _scores(ws: Workspace, connection: Any, during: Span) -> tuple[dict[int, Score], dict[str, int]]:
    moments = instants(ws, during)
    points = storage.leaderboard.points_of_all(connection, *moments)
    won, left_out = revenue(forecast.rates_of(ws, connection), storage.leaderboard.won(connection, *during))
    leads = storage.leaderboard.leads(connection, *moments)
    found = {}
    for key in points.keys() | won.keys() | leads.keys():
        deals, value = won.get(key, (0, 0))
        made, _, converted = leads.get(key, (0, 0, 0))
        found[key] = Score(points.get(key, 0), deals, value, made, converted)
    return found, left_out


def _record(ws: Workspace, connection: Any, period: Period) -> Record | None:
    """The best of the earlier periods, the latest of equal ones; None without points in any."""
    spans = earlier(period, ws.clock.today())
    moments = [instants(ws, each) for each in spans]
    points = storage.leaderboard.points_in(
        connection, ws.actor_id, [(a, b) for a, b in moments if a is not None and b is not None]
    )
    best = max(zip(points, (-n for n in range(len(points))), spans, strict=True), default=None)
    if best is None or best[0] <= 0 or best[2][0] is None:
        return None
    return Record(best[2][0], best[0])


def correct(ws: Workspace, person_id: int, points: int, reason: str) -> ChangeSet | None:
    """Gives or takes points by an entry of its own in the ledger, for a reason that the history keeps; undo takes it back.

    Raises InvalidInput, NotFound, UserError for who is no administrator.
    """
    text = " ".join(reason.split())
    if not text:
        raise InvalidInput("reason", tr("Say why the points are corrected."), tr("Fill it in."))
    if len(text) > _LONGEST:
        raise InvalidInput("reason", tr("This text is too long."), tr("Shorten it."))
    if not points or abs(points) > MAX_POINTS:
        raise InvalidInput(
            "points", tr("Points are whole numbers other than 0, up to {most}.").format(most=number(MAX_POINTS)),
            tr("Correct it."),
        )  # fmt: skip
    with ws.unit("points", []) as uow:
        roles.need(ws, uow, roles.ADMINISTER)
        row = uow.find("person", person_id)
        if row is None:
            raise NotFound(tr("This person does not exist."), tr("Choose one of the list."))
        said = {"name": row["name"], "points": f"{points:+d}", "reason": text}
        uow.call_it([N_("Correct the points of {name} by {points}: {reason}"), said])
        uow.award(person_id, "correction", points, person_id, table="person")
        uow.touch()
    return uow.change_set
