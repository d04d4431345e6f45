"""Workspaces of any size for measuring, written straight into the tables and kept between runs of one machine."""

from __future__ import annotations

import random
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from salesos_desktop import bootstrap
from salesos_desktop.domain.ranks import SPACING
from salesos_desktop.services import board

_TODAY = date.today()


def workspace(folder: Path, deals: int) -> Path:
    """A workspace with ``deals`` open deals over four stages, fifty owners and a year of close dates."""
    path = folder / f"bench-{deals}.salesos"
    if path.exists():
        return path
    ws = bootstrap.open_workspace(path)
    bootstrap.prepare(ws)
    stages = [(s.id, s.probability) for s in board.stages(ws)][:4]
    ws.store.close()
    chance = random.Random(5)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(
            "INSERT INTO person (id, name, folded, version) VALUES (?, ?, ?, 1)",
            [(n, f"Person {n}", f"person {n}") for n in range(2, 51)],
        )
        connection.executemany(
            "INSERT INTO company (id, name, folded, version) VALUES (?, ?, ?, 1)",
            [(n, f"Company {n}", f"company {n}") for n in range(1, 1001)],
        )
        connection.executemany(
            "INSERT INTO opportunity (id, name, value, currency, expected_close, day, probability, stage_id, stage_since, "
            "owner_id, company_id, priority, created_on, rank, search_text, version) "
            "VALUES (?, ?, ?, 'USD', ?, ?, ?, ?, ?, ?, ?, 'medium', ?, ?, ?, 1)",
            (_row(n, chance, *stages[n % 4]) for n in range(1, deals + 1)),
        )
        connection.execute(
            "INSERT INTO total (stage_id, owner_id, day, currency, category, count, value, weighted, "
            "no_value) SELECT stage_id, owner_id, cast(julianday(day) - 1721424.5 AS INTEGER), currency, '', count(*), "
            "sum(value), sum(value * probability), 0 FROM opportunity GROUP BY 1, 2, 3, 4"
        )
        connection.execute(
            "INSERT INTO stage_total (stage_id, currency, count, value, weighted, no_value) "
            "SELECT stage_id, currency, sum(count), sum(value), sum(weighted), 0 FROM total GROUP BY 1, 2"
        )
        connection.execute("UPDATE id_counter SET next = ? WHERE name = 'opportunity'", (deals + 1,))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _row(n: int, chance: random.Random, stage: int, probability: int) -> tuple[object, ...]:
    close = (_TODAY + timedelta(days=chance.randrange(1, 360))).isoformat()
    since = (_TODAY - timedelta(days=chance.randrange(0, 60))).isoformat()
    name = f"Deal {n} of the bench"
    value = chance.randrange(1000, 10_000_000)
    return (
        n, name, value, close, close, probability, stage, since, chance.randrange(1, 51), chance.randrange(1, 1001), since,
        n * SPACING, name.lower(),
    )  # fmt: skip
