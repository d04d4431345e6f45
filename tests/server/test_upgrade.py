"""A shared server is brought up to date by one at a time, whole or not at all, and never by an older program."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest

from salesos_desktop.domain.teams import parse
from salesos_desktop.errors import WorkspaceError
from salesos_desktop.storage import migrate, search
from salesos_desktop.storage.server import install
from salesos_desktop.storage.store import Store

from ..conftest import _fresh_database
from .conftest import Team


def test_two_at_once_upgrade_it_once(server: str) -> None:
    url = _fresh_database(server, "raced")
    steps: dict[str, list[str]] = {"first": [], "second": []}
    opened: list[Store] = []
    inside, done = threading.Event(), threading.Event()

    def upgrade(who: str) -> None:
        store = Store(url=url)
        opened.append(store)

        def told(step: str, _done: int, every: int) -> None:
            steps[who].append(f"{step} {every}")
            if who == "first" and not inside.is_set():
                inside.set()
                done.wait(20)

        migrate._upgrade(store.engine, None, told)

    threads = [threading.Thread(target=upgrade, args=[who], name=who) for who in steps]
    threads[0].start()
    assert inside.wait(20)
    threads[1].start()
    with psycopg.connect(server) as connection:
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        for _ in range(1000):
            if connection.execute(waits).fetchone() == (1,):
                break
            time.sleep(0.01)
        else:
            pytest.fail("the second does not wait")
    assert steps["second"] == []
    done.set()
    for thread in threads:
        thread.join(60)
    layout = f"Bringing the workspace to the layout of this version… {len(migrate.known())}"
    assert layout in steps["first"]
    assert not [step for step in steps["second"] if step.startswith("Bringing") and not step.endswith(" 0")]
    assert migrate.revision(opened[0].engine) == migrate.HEAD
    for store in opened:
        store.close()


def test_what_fails_half_way_leaves_nothing(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _fresh_database(server, "halfway")
    monkeypatch.setattr(search, "fill", lambda *_: (_ for _ in ()).throw(RuntimeError("the power fails")))
    with pytest.raises(RuntimeError):
        Store.open_server(url)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        left = connection.execute(
            "SELECT (SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'salesos')), "
            "(SELECT count(*) FROM pg_namespace WHERE nspname = 'salesos'), (SELECT count(*) FROM pg_roles WHERE rolname LIKE "
            "'salesos\\_' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '\\_%')"
        ).fetchone()
    assert left == (0, 0, 0)


def test_an_older_program_is_told_to_update_and_touches_nothing(team: Team) -> None:
    with team.raw() as own:
        own.execute("UPDATE alembic_version SET version_num = '9999'")
        before = own.execute("SELECT count(*), max(oid::bigint) FROM pg_policy").fetchone()
        address = parse(team.address("ana").replace("+psycopg", ""))[0]
        looks: list[tuple[Any, str]] = [
            (lambda: Store.open_team(address, "correct horse"), "The team's workspace is newer than this program."),
            (lambda: Store.open_server(team.url), "made by a newer version"),
        ]
        for look, said in looks:
            with pytest.raises(WorkspaceError, match=said) as told:
                look()
            assert "Update the program" in told.value.message
        assert own.execute("SELECT count(*), max(oid::bigint) FROM pg_policy").fetchone() == before
        assert own.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_functions_of_an_earlier_program_of_the_same_layout_are_brought_up_to_date(team: Team) -> None:
    address = parse(team.address("ana").replace("+psycopg", ""))[0]
    with team.raw() as own:
        own.execute("DROP FUNCTION salesos.news")
        with pytest.raises(WorkspaceError, match="older than this program") as told:
            Store.open_team(address, "correct horse")
        assert "server upgrade" in told.value.message
        migrate.set_right(team.owner().store.engine)
        assert own.execute("SELECT to_regprocedure('salesos.news(text, integer)') IS NOT NULL").fetchone() == (True,)


def test_who_reads_makes_an_upgrade_wait_and_who_only_holds_a_lock_stops_none(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "_TRIES", 1)
    engine = team.owner().store.engine
    ana, bea = team.raw("ana"), team.raw("bea")
    bea.execute("SELECT pg_advisory_lock(hashtext('salesos upgrade'))")
    ana.execute("SET idle_in_transaction_session_timeout = 0")
    ana.execute("BEGIN")
    ana.execute("SELECT count(*) FROM opportunity")
    with pytest.raises(WorkspaceError, match="without a pause: ana"):
        migrate.set_right(engine)
    ana.execute("SELECT count(*) FROM person")
    monkeypatch.setattr(install, "_TRIES", 12)
    monkeypatch.setattr(install, "_END_IDLE", install._END_IDLE.replace("2 s", "0 s"))
    migrate.set_right(engine)
    with pytest.raises(psycopg.OperationalError):
        ana.execute("SELECT 1")
    assert bea.execute("SELECT 1").fetchone() == (1,)
