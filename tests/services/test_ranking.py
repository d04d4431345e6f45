"""Points and the ranking: what they promise, from scratch and after undo."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.badges import DEFAULT_BADGES
from salesos_desktop.domain.ranking import Change, Period, Score, by_team, earlier, positions, span, span_before
from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.services import (
    activities,
    badges,
    conversion,
    leaderboard,
    leads,
    moves,
    notes,
    rates,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, copied, make_deals, stage_named
from tests.services.play import as_person, colleague, ledger

FIRST_BLOOD = DEFAULT_BADGES[0].points


def sold(ws: Workspace) -> dict[int, tuple[int, int]]:
    """Owner → won deals and their value, counted from the rows."""
    statement = (
        "SELECT owner_id, count(*), sum(value) FROM opportunity WHERE deleted_at IS NULL "
        "AND stage_id IN (SELECT id FROM stage WHERE kind = 'won') GROUP BY owner_id"
    )
    with ws.store.read() as connection:
        return {row[0]: (row[1], int(row[2])) for row in connection.exec_driver_sql(statement)}


# Periods and positions --------------------------------------------------------------------------------------------


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.sampled_from(list(Period)))
def test_periods_follow_each_other_without_a_gap(day: date, period: Period) -> None:
    first, after = span(period, day)
    if first is None or after is None:
        assert (after, span_before(period, day), earlier(period, day)) == (None, None, [])
        return
    assert first <= day < after
    spans = [(first, after), *earlier(period, day, 5)]
    assert all(later[0] == before[1] for later, before in itertools.pairwise(spans))
    assert span(period, first) == span(period, after - timedelta(days=1)) == (first, after)
    assert period is not Period.WEEK or (first.weekday(), (after - first).days) == (0, 7)


@given(st.dictionaries(st.integers(1, 40), st.integers(-5, 5)))
def test_a_position_is_one_more_than_how_many_have_more(points: dict[int, int]) -> None:
    assert positions(points) == {
        key: 1 + sum(other > mine for other in points.values()) for key, mine in points.items()
    }


@given(
    st.dictionaries(st.integers(1, 6), st.one_of(st.none(), st.integers(1, 6))),
    st.dictionaries(st.integers(1, 9), st.integers(0, 50)),
)
def test_teams_have_their_sub_teams_in_whatever_stands_above_whom(
    parents: dict[int, int | None], points: dict[int, int]
) -> None:
    of_person = {key: key % 6 + 1 for key in points}
    summed = by_team({key: Score(points=each) for key, each in points.items()}, of_person, parents)

    def above(team: int) -> set[int]:
        seen: set[int] = set()
        while team in parents and team not in seen:
            seen.add(team)
            team = parents[team] or 0
        return seen

    for team, score in summed.items():
        assert score.points == sum(each for key, each in points.items() if team in above(of_person[key]))


# The leaderboard --------------------------------------------------------------------------------------------------


def test_everything_counts_where_it_belongs(any_ws: Workspace, clock: StillClock) -> None:
    ws = any_ws
    zoe = colleague(ws)
    rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": TODAY, "rate": Decimal("1.5")})
    mine = make_deals(ws, 2)
    hers = make_deals(ws, 1, owner_id=zoe, currency="EUR")[0]
    moves.win(ws, [mine[0]])
    moves.win(ws, [hers])
    moves.win(ws, make_deals(ws, 1, owner_id=zoe, currency="GBP"))
    lead_id = leads.create(ws, {"name": "Ana", "email": "a@example.com"})
    leads.create(ws, {"name": "Bea", "email": "b@example.com"})
    deal_id = conversion.convert(ws, lead_id, {"name": "Ana", "value": 1, "expected_close": TODAY})
    moves.win(ws, [deal_id])
    found = leaderboard.load(ws, Period.TODAY)
    by_id = {each.id: each for each in found.people}
    assert (by_id[zoe].score.won, by_id[zoe].score.revenue) == (2, 150_000)
    assert found.left_out == {"GBP": 100_000}
    own = found.mine
    assert own is not None
    assert (own.score.won, own.score.revenue, own.score.leads, own.score.converted) == (2, 100_001, 2, 1)
    assert own.score.conversion == 0.5
    assert by_id[zoe].score.conversion is None
    assert {key: each.score.points for key, each in by_id.items()} == ledger(ws)
    clock.day += timedelta(days=1)
    moves.win(ws, make_deals(ws, 1, owner_id=zoe))
    now = {each.id: each for each in leaderboard.load(ws, Period.TODAY).people}
    assert (now[zoe].position, now[zoe].before, now[zoe].change) == (1, by_id[zoe].position, Change.UP)
    assert (now[ws.actor_id].position, now[ws.actor_id].change) == (2, Change.DOWN)
    whole = leaderboard.load(ws, Period.ALL)
    assert {each.id: each.score.points for each in whole.people} == ledger(ws)
    assert {each.change for each in whole.people} == {Change.NONE}


def test_teams_records_and_who_has_left(ws: Workspace, clock: StillClock) -> None:
    with ws.unit("test", ["", {}], undoable=False) as uow:
        north = uow.insert("team", {"name": "North"})
        city = uow.insert("team", {"name": "City", "parent_id": north})
        uow.update("person", ws.actor_id, {"team_id": north})
    zoe, gone = colleague(ws, team_id=city), colleague(ws, "Gone", active=False)
    clock.day = TODAY - timedelta(days=40)
    moves.win(ws, make_deals(ws, 1))
    earned = leaderboard.load(ws).mine
    clock.day = TODAY
    moves.win(ws, make_deals(ws, 1, owner_id=zoe))
    found = leaderboard.load(ws)
    assert found.record is not None
    assert earned is not None
    assert (found.record.first, found.record.points) == (date(2026, 10, 1), earned.score.points)
    teams = {each.name: each.score for each in found.teams}
    assert teams["City"].won == teams["North"].won == 1
    assert {each.name: each.score.won for each in leaderboard.load(ws, Period.ALL).teams} == {"North": 2, "City": 1}
    assert gone not in {each.id for each in found.people}
    assert found.ahead is not None
    assert found.ahead.id == zoe


def test_a_correction_is_an_entry_of_its_own_with_its_reason(ws: Workspace) -> None:
    zoe = colleague(ws)
    leaderboard.correct(ws, zoe, -40, "  counted   twice ")
    assert ledger(ws)[zoe] == -40
    with ws.store.read() as connection:
        label = connection.exec_driver_sql("SELECT label FROM change_log ORDER BY seq DESC LIMIT 1").scalar()
    assert "counted twice" in str(label)
    undo.undo(ws)
    assert ledger(ws)[zoe] == 0
    for amount, reason, field in ((0, "x", "points"), (5, " ", "reason")):
        with pytest.raises(InvalidInput) as caught:
            leaderboard.correct(ws, zoe, amount, reason)
        assert caught.value.field == field
    with pytest.raises(UserError):
        leaderboard.correct(as_person(ws, zoe), zoe, 5, "because")
    assert ledger(ws)[zoe] == 0


# Laws -------------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["move", "win", "reopen", "lead", "note", "task", "undo", "redo"]), st.integers(0, 3)),
    max_size=14,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_ranking_is_the_ledger_undo_brings_all_back_and_nothing_is_earned_twice(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path: Path = tmp_path_factory.mktemp("law", numbered=True) / "law.salesos"
    ws = copied(path, StillClock())
    zoe = colleague(ws)
    deals = make_deals(ws, 2) + make_deals(ws, 1, owner_id=zoe)
    stages = [stage_named(ws, name).id for name in ("Prospecting", "Qualification", "Proposal", "Negotiation")]
    for step, n in steps:
        before = (leaderboard.load(ws, Period.ALL).people, badges.listing(ws), ledger(ws))
        seq = ws.seen_seq
        try:
            _step(ws, step, n, deals, stages)
        except UserError:
            continue
        found = leaderboard.load(ws, Period.ALL)
        assert {e.id: e.score.points for e in found.people} == {e.id: ledger(ws)[e.id] for e in found.people}
        assert {e.id: (e.score.won, e.score.revenue) for e in found.people if e.score.won} == sold(ws)
        _once(ws)
        if step in ("undo", "redo") or ws.seen_seq == seq:
            continue
        undo.undo(ws)
        assert (leaderboard.load(ws, Period.ALL).people, badges.listing(ws), +ledger(ws)) == (*before[:2], +before[2])
        undo.redo(ws)
    ws.store.close()


def _step(ws: Workspace, step: str, n: int, deals: list[int], stages: list[int]) -> None:
    if step == "move":
        moves.move(ws, [deals[n % 3]], stages[n])
    elif step == "win":
        moves.win(ws, [deals[n % 3]])
    elif step == "reopen":
        moves.reopen(ws, [deals[n % 3]], stages[n])
    elif step == "lead":
        leads.create(ws, {"name": f"L{n}", "email": f"l{n}{ws.seen_seq}@example.com"})
    elif step == "note":
        notes.add(ws, "opportunity", deals[n % 3], "x")
    elif step == "task":
        activities.plan(ws, {"subject": "x", "done": True})
    else:
        (undo.undo if step == "undo" else undo.redo)(ws)


def _once(ws: Workspace) -> None:
    """No stage of a deal, no win and no badge counts twice."""
    with ws.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT subject_table, subject_id, reason, stage_id, person_id, sum(points), max(points) FROM points "
            "WHERE reason IN ('stage_forward', 'won', 'badge') GROUP BY 1, 2, 3, 4, 5"
        ).all()
        assert all(0 <= row[5] <= row[6] for row in rows)
        held = connection.exec_driver_sql(
            "SELECT count(*) FROM badge_award GROUP BY badge_id, person_id HAVING count(*) > 1"
        )
        assert held.all() == []
