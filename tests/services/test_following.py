"""Others' commits on a server: each is told once, whatever order they end in, and soon."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from salesos_desktop import bootstrap
from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.services import opportunities
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.server import listening
from tests import team as teams
from tests.conftest import StillClock, make_deals
from tests.following import another, followed, on_a_server, told_to, until, url_of
from tests.proxy import Cable, cable_to

RAW = text(
    "INSERT INTO change_log (at, origin, verb, label, undoable, state, rows, points, tables, xid)"
    " VALUES (now(), :origin, 'raw', '[]', false, 'done', 0, 0, '', pg_current_xact_id()::text::bigint)"
)


@on_a_server
def test_under_eight_writers_nothing_is_missed_and_nothing_told_twice(any_ws: Workspace, clock: StillClock) -> None:
    deals = make_deals(any_ws, 8)
    url, start = url_of(any_ws), threading.Barrier(9)

    def write(number: int) -> None:
        with another(url, clock) as mine:
            start.wait()
            for turn in range(12):
                if number % 2:
                    opportunities.edit(mine, deals[number], {"value": turn + 1})
                    continue
                # Past the turn: these end in another order than they have their numbers in.
                with mine.store.engine.begin() as connection:
                    connection.execute(RAW, {"origin": mine.origin})
                    time.sleep(0.003 * (number + turn % 3))

    with another(url, clock) as reader, ThreadPoolExecutor(8) as writers, followed(reader):
        told = told_to(reader)
        begun = reader.seen_seq
        writing = [writers.submit(write, number) for number in range(8)]
        start.wait()
        for each in writing:
            each.result(30)
        with reader.store.read() as connection:
            everything = text("SELECT seq FROM change_log WHERE seq > :begun ORDER BY seq")
            logged = list(connection.execute(everything, {"begun": begun}).scalars())
        until(lambda: len(told) >= len(logged))
        reader.catch_up()
    assert len(logged) == 8 * 12
    assert sorted(changes.seq for changes in told) == logged
    units = [changes.seq for changes in told if changes.verb != "raw"]
    assert units == sorted(units)
    last = {change.row_id: change.after for changes in told for change in changes.of("opportunity")}
    assert {row["value"] for row in last.values()} == {12}


@on_a_server
def test_a_long_transaction_that_ends_late_is_told_late(any_ws: Workspace, clock: StillClock) -> None:
    with another(url_of(any_ws), clock) as other, other.store.engine.connect() as slow:
        told = told_to(any_ws)
        slow.execute(RAW, {"origin": "slow"})
        make_deals(other, 1)
        any_ws.catch_up()
        assert [changes.verb for changes in told] == ["create"]
        make_deals(any_ws, 1)
        slow.commit()
        make_deals(any_ws, 1)
        any_ws.catch_up()
        any_ws.catch_up()
    assert [changes.origin for changes in told] == [other.origin, any_ws.origin, any_ws.origin, "slow"]


@on_a_server
def test_a_commit_is_told_at_once_and_not_only_when_asked_for(any_ws: Workspace, clock: StillClock) -> None:
    (deal,) = make_deals(any_ws, 1)
    with another(url_of(any_ws), clock) as other, followed(other):
        told_at: dict[int, float] = {}
        other.bus.subscribe(lambda changes: told_at.setdefault(changes.seq, time.perf_counter()))
        waits = []
        for turn in range(20):
            changes = opportunities.edit(any_ws, deal, {"value": turn + 1})
            committed = time.perf_counter()
            assert changes is not None
            until(lambda seq=changes.seq: seq in told_at)
            waits.append(told_at[changes.seq] - committed)
    assert sorted(waits)[10] < listening.ASKING / 20


@on_a_server
def test_a_flood_of_notifications_wakes_nobody_all_the_time(any_ws: Workspace, clock: StillClock) -> None:
    """Anybody may send them, and 200 windows would ask each time; what is told meanwhile is not lost."""
    woken: list[float] = []
    told = told_to(any_ws)
    follower = listening.Follower(any_ws.store, lambda: woken.append(time.perf_counter()), lambda _lost: None)
    with another(url_of(any_ws), clock) as other, other.store.engine.connect() as line:
        line.execution_options(isolation_level="AUTOCOMMIT")
        until(lambda: follower.told)
        woken.clear()
        begun = time.perf_counter()
        for _ in range(600):
            line.exec_driver_sql("NOTIFY salesos, '1'")
        ended = time.perf_counter()
        assert 0 < len(woken) < 80 + listening.FLOOD * (ended - begun)
        make_deals(other, 1)
        until(lambda: woken[-1] > ended)
        any_ws.catch_up()
    follower.close()
    assert told


@on_a_server
def test_a_listener_that_is_thrown_out_comes_back_and_has_missed_nothing(any_ws: Workspace, clock: StillClock) -> None:
    with another(url_of(any_ws), clock) as other, followed(other) as line:
        told = told_to(other)
        thrown_out = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND query ILIKE 'LISTEN%'"
        )
        with any_ws.store.engine.begin() as connection:
            assert connection.execute(thrown_out).all()
        until(lambda: True in line)
        make_deals(any_ws, 1)
        until(lambda: told)
    assert line == [False, True, False]
    assert len(told) == 1


@pytest.fixture
def cable(any_ws: Workspace) -> Iterator[tuple[Cable, str]]:
    made, url = cable_to(url_of(any_ws))
    yield made, url
    made.close()


@on_a_server
def test_where_notifications_are_lost_it_is_asked_each_second(
    any_ws: Workspace, clock: StillClock, cable: tuple[Cable, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "ASKING", 0.05)
    cable[0].deaf = True
    with another(cable[1], clock) as other:
        told = told_to(other)
        follower = listening.Follower(other.store, other.catch_up, lambda _lost: None)
        make_deals(any_ws, 1)
        until(lambda: told)
        assert not follower.told
        follower.close()


@pytest.fixture
def rep(any_ws: Workspace, clock: StillClock) -> Iterator[Workspace]:
    """The program of the first person, who is a rep."""
    with any_ws.unit("x", ["x", {}]) as uow:
        uow.insert("person", {"name": "Luis Mar", "folded": "luis mar", "role": "admin"}, 77)
    any_ws.actor_id = 77
    team = teams.made(url_of(any_ws), "t_rep")
    team.run("UPDATE person SET role = 'rep' WHERE id = 1", "SELECT salesos.group_login('t_rep', 'rep')")
    made = bootstrap.open_team(team.address, clock=clock)
    yield made
    made.store.close()
    teams.gone(team)


@on_a_server
def test_a_rep_is_told_what_they_see_and_reads_afresh_what_changes_hands(any_ws: Workspace, rep: Workspace) -> None:
    told = told_to(rep)

    def news(values: dict[str, Any]) -> list[ChangeSet]:
        told.clear()
        opportunities.edit(any_ws, deal, values)
        rep.catch_up()
        return list(told)

    (deal,) = make_deals(any_ws, 1, owner_id=77)
    rep.catch_up()
    assert not [row for changes in told for row in changes.of("opportunity")]
    assert not news({"value": 1})
    (given,) = news({"owner_id": 1})
    assert given.bulk
    assert given.touches("opportunity")
    (changed,) = news({"value": 2})
    (row,) = changed.of("opportunity")
    assert row.before is not None
    assert row.after is not None
    assert (row.before["value"], row.after["value"], row.after["name"]) == (1, 2, "Deal 0")
    (taken,) = news({"owner_id": 77})
    assert taken.bulk
    assert not news({"value": 3})
