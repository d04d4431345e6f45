"""Forks a worker that changes a workspace, kills it at a random instant, and checks what is left; run by test_kill.py."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from salesos_desktop import bootstrap
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.stages import Stage
from salesos_desktop.services import board, checks, moves, opportunities, undo
from salesos_desktop.services.transfer import importing
from salesos_desktop.storage import change_log
from tests import statements


def work(path: Path, acknowledged: int, seed: int, stages: Sequence[Stage], reason: int, plan: importing.Plan) -> None:
    """Changes without end; an empty line says that it begins, then each commit's number goes down the pipe
    once the service has returned."""
    chance = random.Random(seed)
    ws = bootstrap.open_workspace(path)
    os.write(acknowledged, b"\n")
    while True:
        deals = [card.id for card in board.listed(ws, DealFilter(), limit=60)]
        deal, kind = chance.choice(deals), chance.random()
        before = ws.seen_seq
        try:
            if kind < 0.35:
                moves.move(ws, chance.sample(deals, 3), chance.choice(stages[:4]).id)
            elif kind < 0.5:
                moves.win(ws, [deal], value=chance.randrange(10**7))
            elif kind < 0.6:
                moves.lose(ws, [deal], reason_id=reason)
            elif kind < 0.7:
                opportunities.create(ws, {"name": "New", "value": 5, "expected_close": date(2027, 1, 1)})
            elif kind < 0.85:
                undo.undo(ws)
            else:
                importing.run(ws, [plan])
        except Exception:
            continue
        if ws.seen_seq != before:
            os.write(acknowledged, f"{ws.seen_seq}\n".encode())


def main(folder: Path, times: int) -> None:
    """``times`` kills; prints ``ok`` and how many commits were acknowledged, or fails with what was wrong."""
    statements.share()
    path = folder / "killed.salesos"
    rows = "".join(f"N{n},Imported {n},{n}.50,2027-02-01,Company {n % 7}\n" for n in range(60))
    (folder / "deals.csv").write_text("id,name,value,close date,company\n" + rows, encoding="utf-8")
    ws = bootstrap.open_workspace(path)
    bootstrap.prepare(ws)
    for n in range(12):
        opportunities.create(ws, {"name": f"Deal {n}", "value": 1000, "expected_close": date(2027, 1, 1)})
    stages, reason = board.stages(ws), board.names(ws, "loss_reason")[0].id
    ws.store.close()
    plan = importing.plan(folder / "deals.csv")
    importing.analyse(plan)
    chance, total = random.Random(11), 0
    for time_number in range(times):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            try:
                work(path, writer, time_number, stages, reason, plan)
            finally:
                os._exit(3)
        os.close(writer)
        said = b""
        # Four of five hit the writing and not the opening, after up to three commits, however busy the machine is.
        lines = 1 + chance.randrange(4) if time_number % 5 else 0
        while said.count(b"\n") < lines and (part := os.read(reader, 65536)):
            said += part
        time.sleep(0.01 + chance.random() * 0.1)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"the worker ended by itself: {status}"
        while part := os.read(reader, 65536):
            said += part
        os.close(reader)
        numbers = [int(line) for line in said.decode().split("\n") if line]
        total += len(numbers)
        ws = bootstrap.open_workspace(path)
        with ws.store.read() as connection:
            last = change_log.last_seq(connection)
        assert not numbers or last >= numbers[-1], f"acknowledged {numbers[-1]}, kept {last}"
        assert last <= (numbers[-1] if numbers else last) + 1
        problems = checks.problems(ws)
        assert problems == [], problems
        ws.store.close()
    print("ok", total)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
