"""A workspace full of leads for measuring, written straight into the table and kept between the tasks of one run."""

from __future__ import annotations

import random
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from salesos_desktop import bootstrap
from salesos_desktop.domain.reach import email_key, phone_key
from salesos_desktop.domain.text import fold

from .data import workspace

_FIRST = (
    "Ana", "Bea", "Carlos", "Diego", "Elena", "Félix", "Gema", "Hugo", "Inés", "Íñigo", "Juan", "Karina", "Luis", "Marta",
    "Nuria", "Óscar", "Paula", "Rosa",
)  # fmt: skip
_LAST = (
    "Ruiz", "Peña", "Lagos", "Mora", "Soto", "Ferrer", "Vega", "Bravo", "Rey", "Gil", "Campos", "Luna", "Ortiz", "Salas",
    "Duarte", "Núñez", "Ibarra",
)  # fmt: skip
_TRADE = ("Café", "Hotel", "Clínica", "Banco", "Taller", "Textiles", "Metales", "Viñedos", "Imprenta", "Seguros")
_STATUSES = ("new", "new", "contacted", "qualified", "discarded", "converted")


def lead_workspace(folder: Path, leads: int) -> Path:
    """A workspace with ``leads`` leads: six statuses' shares, fifty owners, all sources, a year of dates."""
    path = folder / f"bench-leads-{leads}.salesos"
    if path.exists():
        return path
    shutil.copy(workspace(folder, 100), path)
    ws = bootstrap.open_workspace(path)
    with ws.store.read() as connection:
        sources = [r[0] for r in connection.exec_driver_sql("SELECT id FROM source")]
    ws.store.close()
    chance, now = random.Random(5), datetime.now(UTC).replace(tzinfo=None)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(
            "INSERT INTO lead (id, name, folded, email, email_key, phone, phone_key, company, company_folded, status, "
            "source_id, owner_id, created_at, last_activity_at, search_text, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (_row(n, chance, sources, now) for n in range(1, leads + 1)),
        )
        connection.execute("UPDATE id_counter SET next = ? WHERE name = 'lead'", (leads + 1,))
    with sqlite3.connect(path) as connection:
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _row(n: int, chance: random.Random, sources: list[int], now: datetime) -> tuple[object, ...]:
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)} {n}"
    company = f"{chance.choice(_TRADE)} {chance.choice(_LAST)} {n % 977}"
    email = f"{fold(name).replace(' ', '.')}@example.com"
    phone = f"+34 6{n % 100:02d} {n // 100 % 1000:03d} {chance.randrange(1000):03d}"
    created = now - timedelta(minutes=chance.randrange(1, 525_000))
    active = created + timedelta(minutes=chance.randrange(1, 30_000)) if chance.random() < 0.7 else None
    owner = chance.randrange(1, 51) if chance.random() < 0.9 else None
    return (
        n, name, fold(name), email, email_key(email), phone, phone_key(phone), company, fold(company),
        chance.choice(_STATUSES), chance.choice(sources), owner, _stored(created), active and _stored(active),
        "\n".join((fold(name), fold(company), fold(email))),
    )  # fmt: skip


def _stored(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")
