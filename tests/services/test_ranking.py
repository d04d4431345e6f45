"""Points, the ranking, badges and challenges: what they promise, from scratch and after undo."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.badges import DEFAULT_BADGES, Criteria, Measure, Rarity
from salesos_desktop.domain.challenges import Figure, Metric, Phase, Prize
from salesos_desktop.domain.ranking import Change, Period, Score, by_team, earlier, positions, span, span_before
from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.services import (
    activities,
    badges,
    challenges,
    conversion,
    leaderboard,
    leads,
    moves,
    notes,
    opportunities,
    people,
    rates,
    telling,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, copied, make_deals, stage_named

FIRST_BLOOD = DEFAULT_BADGES[0].points


def colleague(ws: Workspace, name: str = "Zoe", **more: Any) -> int:
    with ws.unit("test", ["", {}], undoable=False) as uow:
        return uow.insert("person", {"name": name, "folded": name.lower(), "created_at": ws.clock.now(), **more})


def as_person(ws: Workspace, person_id: int) -> Workspace:
    return Workspace(ws.store, ws.clock, person_id, settings={**ws.settings})


def ledger(ws: Workspace) -> Counter[int]:
    """Every entry of the ledger added up by hand."""
    found: Counter[int] = Counter()
    with ws.store.read() as connection:
        for person_id, amount in connection.exec_driver_sql("SELECT person_id, points FROM points"):
            found[person_id] += int(amount)
    return found


def sold(ws: Workspace) -> dict[int, tuple[int, int]]:
    """Owner → won deals and their value, counted from the rows."""
    statement = (
        "SELECT owner_id, count(*), sum(value) FROM opportunity WHERE deleted_at IS NULL "
        "AND stage_id IN (SELECT id FROM stage WHERE kind = 'won') GROUP BY owner_id"
    )
    with ws.store.read() as connection:
        return {row[0]: (row[1], int(row[2])) for row in connection.exec_driver_sql(statement)}


def told(ws: Workspace, kind: str) -> list[str]:
    return [str(n.title) for n in people.notices(ws) if n.kind == kind]


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


# Badges -----------------------------------------------------------------------------------------------------------


def test_a_badge_is_earned_once_in_the_commit_that_reaches_it(any_ws: Workspace) -> None:
    ws = any_ws
    zoe = colleague(ws)
    deals = make_deals(ws, 3)
    before = {each.name: each for each in badges.seen(ws)}
    assert set(before) == {each.name for each in DEFAULT_BADGES} - {"Sales Machine"}
    assert before["First Blood"].progress == 0
    won = moves.win(ws, [deals[0]])
    assert won is not None
    assert won.points == 50 + 10 + FIRST_BLOOD
    assert [n.kind for n in won.notices].count("badge") == 1
    found = {each.name: each for each in badges.seen(ws)}
    assert found["First Blood"].earned_at is not None
    assert found["First Blood"].colleagues == 0
    assert (found["Deal Maker"].value, found["Deal Maker"].progress) == (1, 0.1)
    assert {each.name: each for each in badges.seen(ws, zoe)}["First Blood"].colleagues == 1
    undo.undo(ws)
    assert {each.name: each for each in badges.seen(ws)}["First Blood"].earned_at is None
    assert ledger(ws)[ws.actor_id] == 0
    undo.redo(ws)
    again = moves.win(ws, [deals[1]])
    assert again is not None
    assert again.points == 60
    moves.reopen(ws, deals[:2], stage_named(ws, "Proposal").id)
    assert {each.name: each for each in badges.seen(ws)}["First Blood"].earned_at is not None
    big = moves.win(ws, make_deals(ws, 1, value=5_000_000))
    assert big is not None
    assert [n.kind for n in big.notices].count("badge") == 1
    assert {e.name for e in badges.seen(ws) if e.earned_at} == {"First Blood", "Big Fish"}


def test_the_administrator_makes_badges_and_a_hidden_one_is_seen_when_near(ws: Workspace) -> None:
    values = {
        "name": "Scout", "measure": Measure.LEADS, "threshold": 5, "points": 7, "rarity": Rarity.RARE, "hidden": True,
    }  # fmt: skip
    badge_id = badges.add(ws, values)
    for n in range(3):
        leads.create(ws, {"name": f"L{n}", "email": f"l{n}@example.com"})
    assert badge_id not in {each.id for each in badges.seen(ws)}
    leads.create(ws, {"name": "L4", "email": "l4@example.com"})
    assert badge_id in {each.id for each in badges.seen(ws)}
    leads.create(ws, {"name": "L5", "email": "l5@example.com"})
    assert next(each for each in badges.seen(ws) if each.id == badge_id).earned_at is not None
    assert len(told(ws, "badge")) == 1
    with pytest.raises(UserError):
        badges.delete(ws, badge_id)
    badges.edit(ws, badge_id, {"threshold": 50})
    kept = next(each for each in badges.listing(ws) if each.id == badge_id)
    assert (kept.criteria, kept.name, kept.points) == (Criteria(Measure.LEADS, 50), "Scout", 7)
    for wrong in ({"name": ""}, {"name": "closer"}, {"measure": "luck"}, {"threshold": 0}, {"points": -1}):
        with pytest.raises(InvalidInput) as caught:
            badges.add(ws, {**values, "name": "Another", **wrong})
        assert caught.value.field == next(iter(wrong))
    with pytest.raises(UserError):
        badges.add(as_person(ws, colleague(ws, role="manager")), {**values, "name": "Another"})


def test_a_workspace_without_badges_is_given_the_usual_ones_once(ws: Workspace) -> None:
    with ws.unit("settings", ["", {}], undoable=False) as uow:
        for each in badges.listing(ws):
            uow.delete("badge", each.id)
        uow.connection.exec_driver_sql("DELETE FROM setting WHERE name = 'badges_made'")
    telling.look(ws)
    assert [each.name for each in badges.listing(ws)] == [each.name for each in DEFAULT_BADGES]
    for each in badges.listing(ws):
        badges.delete(ws, each.id)
    telling.look(ws)
    assert badges.listing(ws) == []


# Challenges -------------------------------------------------------------------------------------------------------


def challenge(ws: Workspace, **more: Any) -> int:
    values = {"name": "Sprint", "metric": Metric.WON, "goal": 4, "ends_on": TODAY + timedelta(days=6), **more}
    return challenges.add(ws, values)


def the_one(ws: Workspace, challenge_id: int) -> Any:
    return next(each for each in challenges.listing(ws) if each.id == challenge_id)


def test_a_challenge_is_told_at_each_level_and_its_end_gives_the_prize_once(
    any_ws: Workspace, clock: StillClock
) -> None:
    ws = any_ws
    zoe = colleague(ws)
    made = challenge(ws, prize=Prize(points=30, words="Dinner"))
    assert len(told(as_person(ws, zoe), "challenge_new")) == 1
    assert told(ws, "challenge_new") == []
    for won, count in ((1, 0), (1, 1), (1, 2), (1, 3)):
        moves.win(ws, make_deals(ws, won))
        for _ in range(2):
            telling.look(ws)
            telling.look(as_person(ws, zoe))
        assert len(told(ws, "challenge_progress")) == count
    found = the_one(ws, made)
    assert [(each.person_id, each.position, each.amount) for each in found.places] == [(ws.actor_id, 1, 4), (zoe, 2, 0)]
    assert (found.own, found.percent(ws.actor_id), found.days_left(TODAY)) == (4, 100, 7)
    before = ledger(ws)
    clock.day = TODAY + timedelta(days=7)
    for _ in range(2):
        telling.look(as_person(ws, zoe))
        telling.look(ws)
    assert the_one(ws, made).phase(clock.day) is Phase.COMPLETED
    assert len(told(ws, "challenge_results")) == len(told(as_person(ws, zoe), "challenge_results")) == 1
    assert ledger(ws) - before == Counter({ws.actor_id: 30})


def test_a_shared_challenge_counts_all_and_one_that_is_joined_only_those(ws: Workspace) -> None:
    with ws.unit("test", ["", {}], undoable=False) as uow:
        north = uow.insert("team", {"name": "North"})
        city = uow.insert("team", {"name": "City", "parent_id": north})
        uow.update("person", ws.actor_id, {"team_id": north})
    zoe, other = colleague(ws, team_id=city), colleague(ws, "Other")
    shared = challenge(ws, teams=[north], shared=True, metric=Metric.REVENUE, goal=400_000)
    joined = challenge(ws, name="Joined", automatic=False, goal=2)
    moves.win(ws, [*make_deals(ws, 1), *make_deals(ws, 1, owner_id=zoe), *make_deals(ws, 1, owner_id=other)])
    found = the_one(ws, shared)
    assert (found.total, found.percent(zoe), found.open_to) == (200_000, 50, frozenset({ws.actor_id, zoe}))
    assert the_one(ws, joined).places == ()
    assert the_one(ws, joined).own is None
    challenges.join(as_person(ws, zoe), joined)
    assert [each.person_id for each in the_one(ws, joined).places] == [zoe]
    challenges.join(as_person(ws, zoe), joined, joined=False)
    assert the_one(ws, joined).places == ()
    with pytest.raises(UserError):
        challenges.join(ws, shared)
    challenges.edit(ws, shared, {"name": "Other name", "teams": [city]})
    assert (the_one(ws, shared).name, the_one(ws, shared).open_to) == ("Other name", frozenset({zoe}))
    challenges.delete(ws, shared)
    undo.undo(ws)
    assert the_one(ws, shared).open_to == frozenset({zoe})


def test_who_may_make_challenges_and_what_is_refused(ws: Workspace) -> None:
    rep = as_person(ws, colleague(ws, role="rep"))
    with pytest.raises(UserError):
        challenge(rep)
    own = challenge(rep, personal=True)
    assert the_one(rep, own).personal
    assert own not in {each.id for each in challenges.listing(ws)}
    challenge(as_person(ws, colleague(ws, "Boss", role="manager")))
    for wrong in (
        {"name": " "}, {"metric": "luck"}, {"goal": 0}, {"goal": 101, "metric": Metric.CONVERSION},
        {"ends_on": TODAY - timedelta(days=1)}, {"prize": Prize(points=-1)},
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            challenge(ws, **wrong)
        assert caught.value.field == next(iter(wrong))


def test_a_share_is_rounded_down_and_shared_as_one(ws: Workspace) -> None:
    assert Figure(2, 3).amount(Metric.CONVERSION) == 66
    assert Figure(0, 0).amount(Metric.CONVERSION) == 0
    assert (Figure(1, 1) + Figure(0, 2)).amount(Metric.CONVERSION) == 33
    made = challenge(ws, metric=Metric.QUALIFIED, goal=1, personal=True)
    leads.create(ws, {"name": "Ana", "email": "a@example.com", "status": "qualified"})
    assert the_one(ws, made).percent(ws.actor_id) == 100


def test_another_place_in_the_month_is_told_once_a_day(ws: Workspace, clock: StillClock) -> None:
    zoe = colleague(ws)
    moves.win(ws, make_deals(ws, 1))
    moves.win(ws, make_deals(ws, 1, owner_id=zoe, value=10))
    telling.look(ws)
    assert told(ws, "ranking_changed") == []
    moves.win(ws, make_deals(ws, 1, owner_id=zoe, value=90_000_000))
    for _ in range(2):
        telling.look(ws)
    assert len(told(ws, "ranking_changed")) == 1
    opportunities.edit(ws, make_deals(ws, 1)[0], {"name": "x"})
    assert clock.day == TODAY
