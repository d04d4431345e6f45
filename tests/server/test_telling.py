"""What is to be told, and who gives what is won, with nothing but the rights of whoever's program looks."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest

from salesos_desktop import storage
from salesos_desktop.domain.challenges import Prize
from salesos_desktop.domain.notices import Channel, Kind, NoticeSettings
from salesos_desktop.errors import Denied
from salesos_desktop.services import (
    activities,
    challenges,
    holds,
    home,
    leads,
    moves,
    notice_settings,
    opportunities,
    people,
    teams,
    telling,
    undo,
)
from salesos_desktop.services import team as services_team

from ..conftest import TODAY, make_deals, stage_named
from .conftest import Team
from .test_pages import filled


@pytest.mark.parametrize("login", ["ana", "max", "vera", "marta"])
def test_what_is_to_be_told_is_told_in_every_role(team: Team, login: str) -> None:
    """Reminders, quiet hours, the morning, deals that come back from hold, badges, challenges: all of it, each time."""
    ana, marta = team.as_("ana"), team.as_("marta")
    filled(ana)
    (held_one,) = make_deals(ana, 1)
    holds.hold(ana, [held_one], TODAY + timedelta(days=1))
    activities.plan(ana, {"subject": "Call", "due_on": TODAY}, ("opportunity", held_one))
    challenges.add(marta, {
        "name": "Two leads", "metric": "leads", "goal": 1, "ends_on": TODAY + timedelta(days=2),
        "prize": Prize(points=30, words="Dinner"),
    })  # fmt: skip
    team.clock.day = TODAY + timedelta(days=1)
    ws = team.as_(login)
    telling.look(ws)
    home.visit(ws)
    people.mark_all_read(ws)
    team.clock.day = TODAY + timedelta(days=3)
    telling.look(ws)
    assert (holds.held_count(ana) == 0) is (login != "vera")


def test_what_another_program_moves_is_told_of_each_deal_to_everybody_who_hears_it(team: Team) -> None:
    """Also where the mover has told themself something first, or says that a commit is taken back; points are given once."""
    ana, mine, hers, his = team.as_("ana"), *(team.ids[name] for name in ("ana", "bea", "max"))
    first, second, third = make_deals(ana, 3)
    notice_settings.change(team.as_("max"), NoticeSettings().with_channel(Kind.WON, Channel.IN_APP, False))
    won = stage_named(ana, "Won").id
    (commit,) = (change.seq for change in [opportunities.edit(ana, third, {"value": 5})] if change)
    line = team.raw("ana")
    with line.transaction():
        line.execute("SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, NULL, NULL)")
        line.execute("SELECT salesos.tell(%s, 'won', '[]', '[]', 'opportunity', NULL)", (mine,))
        line.execute("UPDATE opportunity SET stage_id = %s WHERE id = ANY (%s)", (won, [first, second]))
    with line.transaction():
        line.execute("SELECT salesos.open_unit('x', 'undo', '[]', false, %s, NULL, NULL)", (commit,))
        line.execute("UPDATE opportunity SET stage_id = %s WHERE id = %s", (won, third))
    line.execute("UPDATE opportunity SET stage_id = 1 WHERE id = %s", (first,))
    line.execute("UPDATE opportunity SET stage_id = %s WHERE id = %s", (won, first))
    with team.owner().store.read() as connection:
        told = connection.exec_driver_sql(
            f"SELECT person_id, subject_id FROM notification WHERE kind = 'won' AND person_id IN ({hers}, {his}) ORDER BY id"
        ).all()
        points = (
            connection.exec_driver_sql(
                f"SELECT subject_id FROM points WHERE reason = 'won' AND person_id = {mine} ORDER BY id"
            )
            .scalars()
            .all()
        )
    assert told == [(hers, first), (hers, second), (hers, third), (hers, first)]
    assert points == [first, second, third]


def test_a_win_is_heard_by_the_team_those_below_and_whoever_looks_after_it(team: Team) -> None:
    """Through the window and through another program; the rule of a file and that of the database are one."""
    ids, ana, carla = team.ids, team.as_("ana"), team.as_("carla")
    everybody = team.as_("marta")
    top = teams.add(everybody, {"name": "Top", "leader_id": ids["carla"]})
    by_name = {each.name: each.id for each in teams.listing(everybody)}
    teams.edit(everybody, by_name["North"], {"name": "North", "parent_id": top})
    below = teams.add(everybody, {"name": "Below", "parent_id": by_name["North"]})
    for name, where in (("max", top), ("bea", below), ("carla", None)):
        services_team.edit(everybody, ids[name], {"team_id": where})
    heard = {
        "ana": {"ana", "bea", "max", "carla", "marta", "vera"}, "bea": {"bea", "max", "carla", "marta", "vera"},
        "max": set(ids), "carla": {"carla", "marta", "vera"},
    }  # fmt: skip
    with team.owner().store.read() as connection:
        for seller, people_ in heard.items():
            told = connection.exec_driver_sql(f"SELECT salesos.hears_of_win({ids[seller]})").scalars().all()
            assert set(told) == {ids[each] for each in people_}, seller
            assert storage.people.who_follows(connection, {ids[seller]}, True) == set(told)
    (hers,), (mine,) = make_deals(carla, 1), make_deals(ana, 1)
    moves.win(ana, [mine])
    won = stage_named(ana, "Won").id
    team.raw("carla").execute(f"UPDATE opportunity SET stage_id = {won} WHERE id = {hers}")
    with team.owner().store.read() as connection:
        notices = connection.exec_driver_sql("SELECT subject_id, person_id FROM notification WHERE kind = 'won'").all()
    assert sorted(tuple(each) for each in notices) == sorted(
        (deal, ids[each]) for deal, seller in ((hers, "carla"), (mine, "ana")) for each in heard[seller]
    )


def test_work_that_is_handed_over_is_told_whatever_it_is(team: Team) -> None:
    leads.create(team.as_("ana"), {"name": "Otto Paz", "email": "otto@example.com"})
    services_team.hand_over(team.as_("marta"), team.ids["ana"], team.ids["bea"])
    assert [notice.kind for notice in people.notices(team.as_("bea"))] == ["deal_assigned"]


def test_a_rep_s_program_tells_of_challenges_and_gives_what_is_won_and_nothing_else(team: Team) -> None:
    """Levels, ends and prizes are found out by the database; joined is for oneself, and one's own has no prize."""
    ana, bea, marta = team.as_("ana"), team.as_("bea"), team.as_("marta")
    past = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 1, 31)}
    over = challenges.add(marta, {
        "name": "One sale", "metric": "won", "goal": 1, **past, "prize": Prize(points=30, badge_id=3, words="Dinner"),
    })  # fmt: skip
    on = challenges.add(marta, {"name": "Two sales", "metric": "won", "goal": 2, "ends_on": date(2028, 11, 1)})
    open_one = challenges.add(marta, {
        "name": "Joined", "metric": "won", "goal": 2, "ends_on": date(2028, 11, 1), "automatic": False,
    })  # fmt: skip
    first, second = make_deals(ana, 2)
    moves.win(ana, [first], closed_on=date(2020, 1, 15))
    moves.win(ana, [second])
    challenges.join(ana, open_one)
    mine, hers, other = (team.ids[name] for name in ("ana", "bea", "carla"))
    line = team.raw("bea")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="ends with its prize"):
        line.execute(f"UPDATE challenge SET state = '{{\"ended\": true}}' WHERE id = {over}")
    telling.look(bea)
    telling.look(ana)
    with team.owner().store.read() as connection:
        told = connection.exec_driver_sql(
            f"SELECT kind, person_id FROM notification WHERE kind LIKE 'challenge_%%' AND kind <> 'challenge_new' "
            f"AND person_id IN ({team.ids['ana']}, {team.ids['bea']}) ORDER BY kind, person_id"
        ).all()
        prizes = connection.exec_driver_sql("SELECT person_id, points FROM points WHERE reason = 'challenge'").all()
        holders = connection.exec_driver_sql("SELECT person_id FROM badge_award WHERE badge_id = 3").all()
    assert told == [
        ("challenge_progress", mine), ("challenge_progress", mine), ("challenge_results", mine), ("challenge_results", hers)
    ]  # fmt: skip
    assert (prizes, holders) == ([(mine, 30)], [(mine,)])
    for forged in (
        f"UPDATE challenge SET state = '{{\"ended\": true}}' WHERE id = {on}",
        f"UPDATE challenge SET state = '{{\"joined\": [{mine}]}}' WHERE id = {open_one}",
        *(
            f"UPDATE challenge SET state = (state::jsonb || '{more}')::text WHERE id = {open_one}"
            for more in (f'{{"joined": [{mine}, {other}, {other}]}}', '{"joined": []}', '{"more": 1}')
        ),
        f'UPDATE challenge SET state = \'{{"joined": [{mine}], "told": {{"{hers}": 50}}}}\' WHERE id = {open_one}',
        f"UPDATE challenge SET state = '{{}}' WHERE id = {over}",
        f"UPDATE challenge SET goal = 1 WHERE id = {on}",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            line.execute(forged)
    own = {"name": "Mine", "metric": "won", "goal": 1, "ends_on": date(2028, 11, 1), "personal": True}
    challenges.add(bea, own)
    with pytest.raises(Denied):
        challenges.add(bea, {**own, "prize": Prize(points=1000)})
    with pytest.raises(Denied), bea.unit("challenge", ["", {}]) as uow:
        uow.insert("challenge", {
            "name": "For all", "metric": "won", "goal": 1, "starts_on": TODAY, "ends_on": TODAY, "created_by": hers,
        })  # fmt: skip


def test_a_challenge_that_is_brought_back_is_the_one_that_was_taken_away(team: Team) -> None:
    ana, max_ = team.as_("ana"), team.as_("max")
    made = challenges.add(max_, {
        "name": "Joined", "metric": "won", "goal": 2, "ends_on": date(2028, 11, 1), "automatic": False,
    })  # fmt: skip
    challenges.join(ana, made)
    gone = challenges.delete(max_, made)
    assert gone is not None
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        team.raw("max").execute(
            f"SELECT salesos.open_unit('x', 'undo', '[]', false, {gone.seq}, now(), NULL); "
            "INSERT INTO challenge (id, name, metric, goal, starts_on, ends_on, created_by, state) VALUES "
            f"({made}, 'Joined', 'won', 2, '2026-11-01', '2028-11-01', {max_.actor_id}, "
            f"'{{\"joined\": [{team.ids['carla']}]}}')"
        )
    undo.undo(max_)
    (again,) = challenges.listing(max_)
    assert again.state.joined == {ana.actor_id}
