"""Badges and challenges: earned and told once, in the commit that reaches them, and taken along by undo."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from salesos_desktop.domain.badges import DEFAULT_BADGES, Criteria, Measure, Rarity
from salesos_desktop.domain.challenges import Figure, Metric, Phase, Prize
from salesos_desktop.errors import InvalidInput, UserError
from salesos_desktop.i18n import in_every_language, set_language
from salesos_desktop.services import (
    badges,
    challenges,
    leads,
    moves,
    opportunities,
    telling,
    undo,
)
from salesos_desktop.services.messages import render
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals, stage_named
from tests.services.play import as_person, colleague, ledger, told

FIRST_BLOOD = DEFAULT_BADGES[0].points


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


def test_default_badges_are_read_in_the_language_of_whoever_looks_until_they_are_worded_anew(ws: Workspace) -> None:
    assert {each.name: each.description[1] for each in DEFAULT_BADGES} == badges.SAID
    moves.win(ws, make_deals(ws, 1))
    first, second = badges.listing(ws)[:2]
    badges.edit(ws, second.id, {"name": "Regular", "description": "Ten of them."})
    set_language("es")
    for each in DEFAULT_BADGES:
        assert in_every_language(each.description[1]) == (each.description[1], each.description[0])
    spanish = badges.listing(ws)[:2]
    assert [(each.name, each.description) for each in spanish] == [
        ("Primera venta", "Tu primera oportunidad ganada."), ("Regular", "Ten of them."),
    ]  # fmt: skip
    assert [*map(render, told(ws, "badge"))] == ["Insignia conseguida: Primera venta"]
    with pytest.raises(InvalidInput):
        badges.add(ws, {"name": "primera venta", "measure": Measure.WON, "threshold": 1})
    badges.edit(ws, first.id, {"name": spanish[0].name, "description": spanish[0].description, "points": 30})
    set_language("en")
    again = badges.listing(ws)[0]
    assert (again.name, again.description, again.points) == (first.name, first.description, 30), "only points changed"


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
