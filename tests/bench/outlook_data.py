"""A workspace with two years behind it: the open deals of ``data.workspace`` and closed ones, each with its history."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from .data import workspace

_DAYS, _CHANGES, _FOREIGN, _WON = 720, 8, 0.05, 0.4
Entry = tuple[str, int, str, str, str | None, str | None]
"""When, deal, kind, field, before, after."""


def outlook_workspace(folder: Path, deals: int) -> Path:
    """``deals`` open deals and a fifth as many closed ones; nine entries of history for each open one in two years. One deal in
    twenty is in euros."""
    path = folder / f"outlook-{deals}.salesos"
    if path.exists():
        return path
    workspace(folder, deals).rename(path)
    chance = random.Random(1)
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        foreign = [(n,) for n in range(1, deals + 1) if chance.random() < _FOREIGN]
        connection.executemany("UPDATE opportunity SET currency = 'EUR' WHERE id = ?", foreign)
        connection.execute(
            "INSERT INTO exchange_rate (from_currency, to_currency, day, rate, version) VALUES ('EUR', 'USD', ?, '1.1', 1)",
            ((now - timedelta(days=2 * _DAYS)).date().isoformat(),),
        )
        stages = dict(connection.execute("SELECT id, probability FROM stage WHERE kind = 'open' ORDER BY position"))
        entries = list(_open(connection, stages, chance, now))
        entries += _closed(connection, deals, stages, chance, now)
        entries.sort(key=lambda entry: entry[0])
        connection.executemany(
            "INSERT INTO history (subject_table, at, subject_id, kind, field, before, after, change_seq) "
            "VALUES ('opportunity', ?, ?, ?, ?, ?, ?, 1)",
            entries,
        )
        _total(connection)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _open(
    connection: sqlite3.Connection, stages: dict[int, int], chance: random.Random, now: datetime
) -> Iterator[Entry]:
    """How each open deal came to where it is: stages one after the other, and changes of its value and date."""
    order = list(stages)
    rows = connection.execute("SELECT id, stage_id, value, expected_close, currency FROM opportunity").fetchall()
    for deal, stage, value, close, currency in rows:
        begun = now - timedelta(days=chance.randrange(10, _DAYS), seconds=chance.randrange(80_000))
        here, then, day = order[0], value, date.fromisoformat(close)
        changes: list[tuple[str, str, str, str]] = []
        for _ in range(_CHANGES - 2 * order.index(stage)):
            if chance.random() < 0.5:
                before = max(1000, then + chance.randrange(-then // 5, then // 5))
                changes.append(("changed", "value", str(before), str(then)))
                then = before
            else:
                earlier = day - timedelta(days=chance.randrange(1, 40))
                changes.append(("changed", "expected_close", earlier.isoformat(), day.isoformat()))
                day = earlier
        steps = []
        for after in order[1 : order.index(stage) + 1]:
            steps.append(("stage", "stage_id", str(here), str(after)))
            steps.append(("changed", "probability", str(stages[here]), str(stages[after])))
            here = after
        first = {"stage_id": order[0], "value": then, "currency": currency, "expected_close": day.isoformat()}
        yield _at(begun), deal, "created", "", None, json.dumps(first | {"probability": stages[order[0]]})
        told = [*steps, *reversed(changes)]
        for n, (kind, field, before_, after_) in enumerate(told, 1):
            yield _at(begun + (now - begun) * n / (len(told) + 1)), deal, kind, field, before_, after_


def _closed(
    connection: sqlite3.Connection, deals: int, stages: dict[int, int], chance: random.Random, now: datetime
) -> list[Entry]:
    ends = dict(connection.execute("SELECT kind, id FROM stage WHERE kind <> 'open'"))
    stage, entries, rows = list(stages)[2], list[Entry](), []
    for deal in range(deals + 1, deals + deals // 5 + 1):
        begun = now - timedelta(days=chance.randrange(30, _DAYS), seconds=chance.randrange(80_000))
        closed = min(begun + timedelta(days=chance.randrange(5, 200)), now - timedelta(days=1))
        kind, value = "won" if chance.random() < _WON else "lost", chance.randrange(1000, 10_000_000)
        close = (begun + timedelta(days=chance.randrange(5, 150))).date().isoformat()
        day, percent = closed.date().isoformat(), 100 if kind == "won" else 0
        rows.append((deal, f"Closed {deal}", value, close, day, day, percent, ends[kind], day, chance.randrange(1, 51),
                     chance.randrange(1, 1001), begun.date().isoformat(), deal, f"closed {deal}"))  # fmt: skip
        first = {"stage_id": stage, "value": value, "currency": "USD", "expected_close": close}
        entries += [
            (_at(begun), deal, "created", "", None, json.dumps(first | {"probability": stages[stage]})),
            (_at(closed), deal, kind, "stage_id", str(stage), str(ends[kind])),
            (_at(closed), deal, "changed", "closed_on", None, day),
            (_at(closed), deal, "changed", "probability", str(stages[stage]), str(percent)),
        ]
    connection.executemany(
        "INSERT INTO opportunity (id, name, value, currency, expected_close, closed_on, day, probability, stage_id, "
        "stage_since, owner_id, company_id, priority, created_on, rank, search_text, version) "
        "VALUES (?, ?, ?, 'USD', ?, ?, ?, ?, ?, ?, ?, ?, 'medium', ?, ?, ?, 1)",
        rows,
    )
    connection.execute("UPDATE id_counter SET next = ? WHERE name = 'opportunity'", (deals + deals // 5 + 1,))
    return entries


def _total(connection: sqlite3.Connection) -> None:
    """The kept totals, afresh."""
    connection.execute("DELETE FROM total")
    connection.execute("DELETE FROM stage_total")
    connection.execute(
        "INSERT INTO total (stage_id, owner_id, day, currency, category, count, value, weighted, no_value) "
        "SELECT stage_id, owner_id, cast(julianday(day) - 1721424.5 AS INTEGER), currency, '', count(*), sum(value), "
        "sum(value * probability), 0 FROM opportunity GROUP BY 1, 2, 3, 4"
    )
    connection.execute(
        "INSERT INTO stage_total (stage_id, currency, count, value, weighted, no_value) "
        "SELECT stage_id, currency, sum(count), sum(value), sum(weighted), 0 FROM total GROUP BY 1, 2"
    )


def _at(moment: datetime) -> str:
    return moment.isoformat(" ", timespec="microseconds")
