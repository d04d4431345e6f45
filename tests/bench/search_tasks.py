"""What the search box does, against a plain LIKE scan and a rapidfuzz scan of every name."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TYPED = (
    "a", "an", "ana", "ana ruiz", "marta luna", "hotel", "textiles luna", "exam", "ana ruiz 77", "600123", "bravo 50",
    "karina campos", "viñedos",
)  # fmt: skip
_MISTYPED = ("maarta", "karnia campos", "hotle luna", "viñdeos", "textilse salas", "imprneta", "ferer gema")
_ROUNDS = 5


def search(path: str) -> dict[str, float]:
    """Milliseconds of a search while it is typed, of a mistyped one, and of both rivals; medians over the texts.

    ``worst`` is the slowest of the typed ones.
    """
    from salesos_desktop import bootstrap
    from salesos_desktop.services import search as service

    ws = bootstrap.open_workspace(Path(path))
    _fill(ws)
    typed = [_median(lambda text=text: service.find(ws, text, 5, forgiving=False)) for text in _TYPED]  # type: ignore[misc]
    mistyped = [_median(lambda text=text: service.find(ws, text, 5)) for text in _MISTYPED]  # type: ignore[misc]
    ws.store.close()
    with sqlite3.connect(path) as connection:
        like = [_median(lambda text=text: _like(connection, text)) for text in _TYPED]  # type: ignore[misc]
        fuzzy = [_median(lambda text=text: _fuzzy(connection, text), 1) for text in _MISTYPED]  # type: ignore[misc]
    connection.close()
    return {
        "typed": _middle(typed), "worst": max(typed), "mistyped": _middle(mistyped), "like": _middle(like),
        "fuzzy": _middle(fuzzy),
    }  # fmt: skip


def _fill(ws: Any) -> None:
    """The rows were written past the services."""
    from salesos_desktop import storage

    with ws.store.write() as connection:
        storage.search.fill(connection)


def _like(connection: sqlite3.Connection, text: str) -> list[Any]:
    """What has every word, out of one column with all texts folded; names that begin so first, as in the box."""
    from salesos_desktop.domain.text import fold

    words = [f"%{word}%" for word in fold(text).split()]
    where = " AND ".join("search_text LIKE ?" for _ in words)
    sql = f"SELECT id, name FROM lead WHERE deleted_at IS NULL AND {where} ORDER BY folded LIKE ? DESC, id DESC LIMIT 5"
    return connection.execute(sql, [*words, f"{fold(text)}%"]).fetchall()


def _fuzzy(connection: sqlite3.Connection, text: str) -> list[Any]:
    from rapidfuzz import fuzz, process

    from salesos_desktop.domain.text import fold

    names = connection.execute("SELECT id, search_text FROM lead WHERE deleted_at IS NULL").fetchall()
    return process.extract(fold(text), dict(names), scorer=fuzz.partial_token_sort_ratio, score_cutoff=75, limit=5)


def _median(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return _middle(times)


def _middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]
