"""A hundred programs on one server, and twenty that write to the same deals.

Each client is a workspace with a login of its own that follows the server as a window's session does, without the window: a
connection that is told, and another on which a worker asks. Several of them share a process and its worker.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from .server_tasks import server_of, url_of, workspace_of

COMMITS, RATE = 100, 10
_WRITING, _FOLLOWING = 10, 90
_PROCESSES = 9
WRITERS, MOVES, DEALS = 20, 500, 50
_WRITING_PROCESSES = 4
_PLACES = 400
_QUIET = 5


class _Client:
    """``arrived`` has the instant at which each commit was published to whoever follows, by its number; ``polling``: it asks each
    second and is told of nothing."""

    def __init__(self, address: str, login: str, worker: ThreadPoolExecutor, *, polling: bool = False) -> None:
        from salesos_desktop.services.watcher import Watcher
        from salesos_desktop.services.workspace import Workspace
        from salesos_desktop.storage.store import Store

        self.ws = Workspace(Store(url=url_of(address, "crowd", login)))
        self.ws.load()
        self.arrived: dict[int, float] = {}
        self.ws.bus.subscribe(lambda changes: self.arrived.setdefault(changes.seq, time.monotonic()))
        self._worker = worker
        self._watcher = Watcher(self.ws)
        self._waiting = False
        self._ended = threading.Event()
        if polling:
            threading.Thread(target=self._poll, daemon=True).start()
        else:
            self._watcher.listen(self._woken, lambda _lost: None)

    def close(self) -> None:
        self._ended.set()
        self._watcher.close()

    def _woken(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._worker.submit(self._look)

    def _look(self) -> None:
        self._waiting = False
        self._watcher.poll()

    def _poll(self) -> None:
        self._ended.wait(random.random())
        while not self._ended.wait(1):
            self._woken()


@contextmanager
def _clients(address: str, numbers: range, polling: bool) -> Iterator[list[_Client]]:
    with ThreadPoolExecutor(1) as worker:
        made = [_Client(address, f"crowd_{n}", worker, polling=polling) for n in numbers]
        try:
            yield made
        finally:
            for each in made:
                each.close()
    for each in made:
        each.ws.store.close()


def crowd_follow(address: str, first: str, count: str, polling: str) -> dict[str, Any]:
    """Follows with some clients until the input ends; gives what has arrived at each, by number."""
    numbers = range(int(first), int(first) + int(count))
    with _clients(address, numbers, polling == "True") as clients:
        time.sleep(1)
        print("ready", flush=True)
        sys.stdin.read()
        return {"arrived": [each.arrived for each in clients]}


def server_crowd(folder: str) -> dict[str, float]:
    """Milliseconds from the moment before a commit to its change set on the bus of each of a hundred clients, ten of which write,
    ten commits a second in all: the 99th of a hundred, the middle, and how many did not come; the same where each client asks
    once a second (``polled``)."""
    address = server_of(folder, places=_PLACES)
    own = workspace_of(address, "crowd")
    _members(own, ["admin"] * _WRITING + ["manager", "manager", "viewer"] * (_FOLLOWING // 3))
    found = _crowd(address, polling=False)
    found["polled"] = _crowd(address, polling=True)["p99"]
    own.store.close()
    return found


def _crowd(address: str, *, polling: bool) -> dict[str, float]:
    each = _FOLLOWING // _PROCESSES
    others = [
        _started("crowd_follow", address, _WRITING + n * each, each, polling) for n in range(_PROCESSES)
    ]  # fmt: skip
    with _clients(address, range(_WRITING), polling) as writing:
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == "ready\n"
        left: dict[int, float] = {}
        threads = [threading.Thread(target=_write, args=(client, n, left)) for n, client in enumerate(writing)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(_QUIET)
        arrived = [client.arrived for client in writing]
    for other in others:
        arrived += [{int(seq): at for seq, at in found.items()} for found in _answer(other)["arrived"]]
    took = sorted((there[seq] - at) * 1000 for there in arrived for seq, at in left.items() if seq in there)
    wanted = len(left) * len(arrived)
    return {
        "p99": took[int(len(took) * 0.99)], "middle": took[len(took) // 2], "longest": took[-1],
        "missed": float(wanted - len(took)), "wanted": float(wanted),
    }  # fmt: skip


def _write(client: _Client, number: int, left: dict[int, float]) -> None:
    """A change each second on the average, at its own times; ``left``: number of the commit → the instant before it."""
    from salesos_desktop.services import opportunities

    chance, unit, at = random.Random(number), client.ws.store.unit, [0.0]

    @contextmanager
    def timed(**header: Any) -> Iterator[Any]:
        with unit(**header) as uow:
            yield uow
            at[0] = time.monotonic()

    client.ws.store.unit = timed  # type: ignore[method-assign]
    client.ws.bus.subscribe(
        lambda changes: left.setdefault(changes.seq, at[0]) if changes.origin == client.ws.origin else None
    )
    due = time.monotonic()
    for n in range(COMMITS // _WRITING):
        due += chance.uniform(0.5, 1.5) * _WRITING / RATE
        time.sleep(max(0.0, due - time.monotonic()))
        opportunities.create(
            client.ws, {"name": f"Deal {number} {n}", "value": n, "expected_close": client.ws.clock.today()}
        )


def crowd_write(address: str, first: str, count: str, ids: str) -> dict[str, Any]:
    """Moves some deals with some clients at once, by random; gives what they were told that they did, and what else they were
    told."""
    from salesos_desktop.services import board, moves

    deals, moved, said = json.loads(ids), Counter[int](), Counter[str]()

    def write(client: _Client, seed: int) -> None:
        chance, stages = random.Random(seed), [stage.id for stage in board.stages(client.ws)][:4]
        for _ in range(MOVES):
            deal = chance.choice(deals)
            try:
                if moves.move(client.ws, [deal], chance.choice(stages)) is not None:
                    moved[deal] += 1
            except Exception as error:
                said[repr(error)] += 1

    with _clients(address, range(int(first), int(first) + int(count)), False) as clients:
        threads = [
            threading.Thread(target=write, args=(client, int(first) + n)) for n, client in enumerate(clients)
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {"moved": moved, "said": said}


def server_same_deals(folder: str) -> dict[str, float]:
    """Twenty writers move the same fifty deals 500 times each: seconds, moves made, moves that history does not have (``lost``),
    what does not add up (``wrong``), refusals that somebody was told (``said``) and deadlocks that nobody was told."""
    from salesos_desktop.services import checks, opportunities

    address = server_of(folder, places=_PLACES)
    own = workspace_of(address, "crowd")
    _members(own, ["admin", "manager"] * (WRITERS // 2))
    values = {"name": "Deal", "value": 100, "expected_close": own.clock.today()}
    with _clients(address, range(1), False) as (maker,):
        # Those of somebody of the team, whose managers may move them.
        ids = [opportunities.create(maker.ws, values) for _ in range(DEALS)]
    begun, each = time.monotonic(), WRITERS // _WRITING_PROCESSES
    others = [
        _started("crowd_write", address, n * each, each, json.dumps(ids)) for n in range(_WRITING_PROCESSES)
    ]  # fmt: skip
    moved, said = Counter[int](), Counter[str]()
    for other in others:
        found = _answer(other)
        moved += Counter({int(deal): count for deal, count in found["moved"].items()})
        said += Counter(found["said"])
    seconds = time.monotonic() - begun
    if said:
        print(said.most_common(5), file=sys.stderr)
    with own.store.read() as connection:
        lost = sum(abs(_steps(connection, deal) - moved[deal]) for deal in ids)
        deadlocks = connection.exec_driver_sql(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).scalar_one()
    problems = checks.problems(own)
    if problems:
        print(problems, file=sys.stderr)
    own.store.close()
    return {
        "seconds": seconds, "moves": float(moved.total()), "lost": float(lost), "wrong": float(len(problems)),
        "said": float(said.total()), "deadlocks": float(deadlocks),
    }  # fmt: skip


def _steps(connection: Any, deal: int) -> int:
    """How often a deal was changed, −1 where a change of stage in its history does not begin where the one before has ended."""
    walk = connection.exec_driver_sql(
        f"SELECT before, after FROM history WHERE subject_id = {deal} AND subject_table = 'opportunity' "
        "AND field = 'stage_id' ORDER BY id"
    ).all()
    if any(later[0] != earlier[1] for earlier, later in pairwise(walk)):
        return -1
    return int(connection.exec_driver_sql(f"SELECT version - 1 FROM opportunity WHERE id = {deal}").scalar_one())


def _members(own: Any, roles: list[str]) -> None:
    """People of one team with these roles, each with a login ``crowd_N``."""
    from salesos_desktop.storage.server import members

    with own.unit("edit", ["People", {}], undoable=False) as uow:
        team = uow.insert("team", {"name": "Team"})
        ids = [
            uow.insert("person", {"name": f"Person {n}", "folded": f"person {n}", "team_id": team})
            for n in range(len(roles))
        ]
    with own.store.write() as connection:
        for n, (person, role) in enumerate(zip(ids, roles, strict=True)):
            members.give_login(connection, person, f"crowd_{n}", "crowd crowd", role)


def _started(task: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.tasks", task, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip


def _answer(other: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = other.communicate()
    if other.returncode:
        raise RuntimeError(out)
    found: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return found
