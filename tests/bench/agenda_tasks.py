"""A month of the agenda with 5,000 activities: read, laid out and painted; and a QTableWidget of the same days and texts."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .data import workspace

ACTIVITIES = 5_000
_ROUNDS = 15
_SIZE = (1240, 780)


def agenda_workspace(folder: Path) -> Path:
    """A workspace with 5,000 activities in this month, about its deals, of four kinds, a fifth of them without a time."""
    path = folder / "bench-agenda.salesos"
    if path.exists():
        return path
    shutil.copy(workspace(folder, 10_000), path)
    first = datetime.now(UTC).replace(day=1, hour=8, minute=0, second=0, microsecond=0, tzinfo=None)
    kinds = ("call", "meeting", "email", "task")

    def row(n: int) -> tuple[object, ...]:
        at = first + timedelta(days=n % 28, minutes=15 * (n % 40))
        made = at - timedelta(days=9)
        timed = n % 5 != 0
        return (
            n, kinds[n % 4], f"Activity {n} with somebody", "opportunity", n, at.date().isoformat(),
            at.isoformat(" ") + ".000000" if timed else None, "Europe/Madrid" if timed else "", 15 * (1 + n % 6), 1 + n % 50,
            made.isoformat(" ") + ".000000", made.isoformat(" ") + ".000000" if n % 3 == 0 else None,
        )  # fmt: skip

    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(
            "INSERT INTO activity (id, kind, subject, subject_table, subject_id, due_on, due_at, time_zone, minutes, "
            "assignee_id, created_at, done_at, place, recurrence, outcome, note, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '', 1)",
            (row(n) for n in range(1, ACTIVITIES + 1)),
        )
        connection.execute("UPDATE id_counter SET next = ? WHERE name = 'activity'", (ACTIVITIES + 1,))
    return path


def agenda(path: str) -> dict[str, float]:
    """Milliseconds: ``read`` by the service; ``paint`` of the month by our view, ``table`` by the table; medians."""
    from salesos_desktop import bootstrap
    from salesos_desktop.domain.agenda import Wanted
    from salesos_desktop.services import activities
    from salesos_desktop.services import agenda as service
    from salesos_desktop.ui.agenda.month import MonthView
    from salesos_desktop.ui.agenda.tiles import Look
    from salesos_desktop.ui.agenda.words import period

    from .rivals import MonthTable
    from .tasks import _app

    _app()
    ws = bootstrap.open_workspace(Path(path))
    today = ws.clock.today()
    wanted = Wanted(*period("month", today))
    reads, found = [], service.load(ws, wanted)
    for _ in range(5):
        begun = time.perf_counter()
        found = service.load(ws, wanted)
        reads.append(time.perf_counter() - begun)
    assert len(found.items) == ACTIVITIES
    kinds = {kind.code: kind for kind in activities.kinds(ws, every=True)}
    look = Look(kinds, ws.clock.now().astimezone(found.zone), names=True)
    ws.store.close()
    view = MonthView("month", look, "")
    paints = _painted(view, lambda: view.show_agenda(found, today))
    table = MonthTable(look)
    tables = _painted(table, lambda: table.show_agenda(found))
    return {"read": _median(reads) * 1000, "paint": _median(paints) * 1000, "table": _median(tables) * 1000}


def _painted(view: Any, show: Callable[[], object]) -> list[float]:
    """Seconds from the found activities to their painted month, each time anew."""
    from PySide6.QtWidgets import QApplication

    view.resize(*_SIZE)
    view.show()
    show()
    QApplication.processEvents()
    times = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        show()
        view.viewport().repaint()
        times.append(time.perf_counter() - begun)
    view.hide()
    return times


def _median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]
