"""What one measuring process does; prints its figures as JSON."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .agenda_tasks import agenda
from .crowd_tasks import crowd_follow, crowd_write, server_crowd, server_same_deals
from .dashboard_tasks import dashboard, dashboard_page
from .deal_tasks import deals
from .outlook_tasks import outlook, outlook_page
from .search_tasks import search
from .server_tasks import server_live, server_move, server_rows
from .table_tasks import table, widgets
from .waiting import Painted, rest, until

_ROUNDS = 40


def main() -> None:
    """Runs the task that is named."""
    print(json.dumps((TASKS | PARTS)[sys.argv[1]](*sys.argv[2:])))


def _app() -> Any:
    from PySide6.QtWidgets import QApplication

    from salesos_desktop.ui.theme import apply_theme

    app = QApplication.instance() or QApplication([])
    apply_theme(app, "light")  # type: ignore[arg-type]
    _kept.append(app)
    return app


_kept: list[Any] = []


def _open(path: str) -> tuple[Any, Any]:
    from salesos_desktop import bootstrap, config
    from salesos_desktop.ui.main_window import MainWindow
    from salesos_desktop.ui.session import Session

    workspace = bootstrap.open_workspace(Path(path))
    session = Session(workspace, config.Preferences())
    session.preferences.path = Path(path).with_suffix(".preferences")
    window = MainWindow(session)
    window.resize(1440, 900)
    return window, session


def _shown(window: Any) -> float:
    """From now to the painted cards of the whole window."""
    begun = time.perf_counter()
    window.show()
    _until_cards(window.board)
    return time.perf_counter() - begun


def _until_cards(board: Any) -> None:
    """Waits for the cards of every open column to be painted."""
    painted, usable = Painted(), []
    board.usable.connect(lambda: (usable.append(True), painted.forget()))
    until(lambda: bool(usable) and painted.all(board.views()))


def board(path: str, warm: str) -> dict[str, float]:
    """Open file to painted cards; a small workspace was opened before, as in a program that runs."""
    _app()
    _board(warm)
    return {"paint": _board(path)}


def _board(path: str) -> float:
    from PySide6.QtWidgets import QWidget

    from salesos_desktop import bootstrap, config
    from salesos_desktop.ui.board.page import BoardView
    from salesos_desktop.ui.deals import DealActions
    from salesos_desktop.ui.models.forecast import ForecastModel
    from salesos_desktop.ui.session import Session

    begun = time.perf_counter()
    session = Session(bootstrap.open_workspace(Path(path)), config.Preferences())
    owner = QWidget()
    view = BoardView(session, DealActions(session, owner), ForecastModel(session, owner))
    view.resize(1440, 900)
    view.show()
    _until_cards(view)
    paint = time.perf_counter() - begun
    until(lambda: session.jobs.idle)
    view.hide()
    session.close()
    return paint


def lists(path: str, warm: str) -> dict[str, float]:
    """The rival: open file to painted, and a drop."""
    from .rivals import ListBoard

    _app()
    for place in (warm, path):
        painted, begun = Painted(), time.perf_counter()
        window = ListBoard(Path(place))
        shown = list(window.lists.values())[:4]
        painted.all(shown)
        window.show()
        until(lambda: painted.all(shown))  # noqa: B023
        paint = time.perf_counter() - begun
    times = []
    for _ in range(5):
        painted.forget()
        begun = time.perf_counter()
        window.drop()
        until(lambda: painted.all(shown[:2]))
        times.append(time.perf_counter() - begun)
    return {"paint": paint, "drop": sorted(times)[2] * 1000}


def drop(path: str) -> dict[str, float]:
    """From the drop on the model to both columns painted, the commit included, and a scrolled frame; medians in milliseconds.

    Each drop begins in a window at rest: the message about the one before has been said and painted.
    """
    from PySide6.QtCore import QModelIndex, Qt

    app = _app()
    window, session = _open(path)
    _shown(window)
    until(lambda: session.jobs.idle and all(c.complete for c in window.board.model.columns.values()))
    frames, painted, drops, scrolls = window.board.frames, Painted(), [], []
    for number in range(_ROUNDS):
        source, target = frames[number % 2], frames[1 - number % 2]
        deal = source.model.id_at(0)
        data = source.model.mimeData([source.model.index(0, 0)])
        painted.all([source.view, target.view])
        rest(app)
        painted.forget()
        begun = time.perf_counter()
        target.model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
        until(lambda: target.model.id_at(0) == deal and painted.all([source.view, target.view]))  # noqa: B023
        drops.append(time.perf_counter() - begun)
        until(lambda: session.jobs.idle)
    view = frames[2].view
    for number in range(_ROUNDS):
        begun = time.perf_counter()
        view.verticalScrollBar().setValue(number * 30)
        view.viewport().repaint()
        scrolls.append(time.perf_counter() - begun)
    _end(window, session)
    return {"drop": sorted(drops)[_ROUNDS // 2] * 1000, "scroll": sorted(scrolls)[_ROUNDS // 2] * 1000}


def commit(path: str) -> dict[str, float]:
    """Milliseconds of a move through the service, and of the same rows written by plain sqlite3 with the same durability."""
    from salesos_desktop import bootstrap
    from salesos_desktop.services import board as boards
    from salesos_desktop.services import moves

    ws = bootstrap.open_workspace(Path(path))
    stages = boards.stages(ws)
    times = []
    for number in range(_ROUNDS * 3):
        begun = time.perf_counter()
        moves.move(ws, [number + 1], stages[(number + 2) % 4].id)
        times.append(time.perf_counter() - begun)
    ours = sorted(times)[len(times) // 2]
    ws.store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    times = []
    for number in range(_ROUNDS * 3):
        begun = time.perf_counter()
        _plain(connection, number + 1, stages[(number + 3) % 4].id)
        times.append(time.perf_counter() - begun)
    connection.close()
    return {"ours": ours * 1000, "plain": sorted(times)[len(times) // 2] * 1000}


def _plain(connection: sqlite3.Connection, deal: int, stage: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    run = connection.execute
    old = run(
        "SELECT stage_id, day, value, probability, owner_id, rank FROM opportunity WHERE id = ?", (deal,)
    ).fetchone()
    cursor = run("INSERT INTO change_log (at, origin, verb, label, undoable, state, rows, points, tables) VALUES "
                 "('2026-01-01', 'x', 'move', '[]', 1, 'done', 1, 10, 'opportunity')")  # fmt: skip
    seq = cursor.lastrowid
    run(
        "UPDATE opportunity SET stage_id = ?, rank = rank - 1, probability = 50, version = version + 1 WHERE id = ?",
        (stage, deal),
    )
    run(
        "INSERT INTO change_row (seq, n, table_name, row_id, before, after) VALUES (?, 1, 'opportunity', ?, '{}', '{}')",
        (seq, deal),
    )
    for field in ("stage_id", "probability", "stage_since"):
        run("INSERT INTO history (subject_table, subject_id, at, kind, field, before, after, change_seq) "
            "VALUES ('opportunity', ?, '2026-01-01', 'stage', ?, '1', '2', ?)", (deal, field, seq))  # fmt: skip
    run("INSERT INTO points (person_id, at, reason, points, subject_table, subject_id, change_seq) "
        "VALUES (1, '2026-01-01', 'stage_forward', 10, 'opportunity', ?, ?)", (deal, seq))  # fmt: skip
    run("INSERT INTO notification (person_id, at, kind, title, body, subject_table, subject_id, change_seq) "
        "VALUES (1, '2026-01-01', 'stage_changed', '[]', '[]', 'opportunity', ?, ?)", (deal, seq))  # fmt: skip
    for which in (old[0], stage):
        run(
            "INSERT INTO total VALUES (?, ?, 1, 'USD', '', 1, 1, 1, 0) ON CONFLICT DO UPDATE SET count = count + 1",
            (which, old[4] or 0),
        )
    run("COMMIT")


def forecast(path: str) -> dict[str, float]:
    """Milliseconds of one change through the cube, and of the aggregate over every deal."""
    from salesos_desktop import bootstrap
    from salesos_desktop.services import board as boards
    from salesos_desktop.services import forecast as service
    from salesos_desktop.services import moves

    ws = bootstrap.open_workspace(Path(path))
    cube = service.load(ws)
    seen: list[Any] = []
    ws.bus.subscribe(seen.append)
    moves.move(ws, [1], boards.stages(ws)[2].id)
    begun = time.perf_counter()
    for _ in range(200):
        service.follow(cube, seen[0])
    follow = (time.perf_counter() - begun) / 200
    begun = time.perf_counter()
    service.recount(ws)
    query = time.perf_counter() - begun
    ws.store.close()
    return {"follow": follow * 1000, "query": query * 1000}


def duplicates(path: str) -> dict[str, float]:
    """Milliseconds of a look for duplicates with a misspelt name, and of a scan of every name by rapidfuzz; medians."""
    from rapidfuzz import fuzz, process

    from salesos_desktop import bootstrap
    from salesos_desktop.domain.text import fold
    from salesos_desktop.services import duplicates as service
    from salesos_desktop.services import leads

    ws = bootstrap.open_workspace(Path(path))
    ids = [1 + 487 * number for number in range(200)]
    rows = leads.fetch(ws, ids)
    asked = [
        {
            "name": f"{rows[i].name[:-1]}x", "company": f"{rows[i].company} SL", "email": f"x.{rows[i].email}",
            "phone": rows[i].phone if i % 2 else "+34 699 99 99 99",
        }
        for i in ids if i in rows
    ]  # fmt: skip
    service.of_lead(ws, asked[0])
    times = []
    for values in asked:
        begun = time.perf_counter()
        service.of_lead(ws, values)
        times.append(time.perf_counter() - begun)
    ours = sorted(times)[len(times) // 2]
    ws.store.close()
    connection, times = sqlite3.connect(path), []
    for values in asked[:10]:
        begun = time.perf_counter()
        found = connection.execute("SELECT id, folded FROM lead WHERE deleted_at IS NULL").fetchall()
        process.extract(fold(values["name"]), dict(found), scorer=fuzz.token_sort_ratio, score_cutoff=86, limit=5)
        times.append(time.perf_counter() - begun)
    connection.close()
    return {"ours": ours * 1000, "scan": sorted(times)[len(times) // 2] * 1000}


def start(path: str) -> dict[str, float]:
    """Seconds from the start of a process to its usable window."""
    return {"seconds": _timed("usable", path)}


def bare() -> dict[str, float]:
    """The same of a bare PySide6 window."""
    return {"seconds": _timed("window")}


def _timed(task: str, *arguments: str) -> float:
    # Modules are compiled once and kept, as on any machine where the program is installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    begun = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.tasks", task, *arguments]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - begun


def usable(path: str) -> dict[str, float]:
    """The program itself, from its door to its painted first page; leaves at once."""
    from PySide6.QtCore import QTimer

    from salesos_desktop import cli
    from salesos_desktop.ui.home.page import HomeView

    build = HomeView.__init__

    def built(self: Any, *arguments: Any) -> None:
        build(self, *arguments)
        self.usable.connect(lambda: QTimer.singleShot(0, lambda: os._exit(0)))

    HomeView.__init__ = built  # type: ignore[method-assign]
    os.environ["SALESOS_HOME"] = str(Path(path).parent / "home")
    cli.main(["--workspace", path])
    return {}


def window() -> dict[str, float]:
    """A bare window."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    made = QMainWindow()
    made.resize(1440, 900)
    made.show()
    app.processEvents()
    made.grab()
    os._exit(0)


def memory(path: str) -> dict[str, float]:
    """Resident memory in MiB with the whole order of every column loaded."""
    _app()
    window, session = _open(path)
    _shown(window)
    until(lambda: session.jobs.idle and all(c.complete for c in window.board.model.columns.values()))
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    _end(window, session)
    return {"mib": pages * 4096 / 2**20}


def _end(window: Any, session: Any) -> None:
    window.retire()
    window.hide()
    session.close()


TASKS: dict[str, Callable[..., dict[str, float]]] = {
    "board": board, "lists": lists, "drop": drop, "commit": commit, "forecast": forecast, "start": start, "bare": bare,
    "duplicates": duplicates, "table": table, "widgets": widgets, "agenda": agenda, "deals": deals,
    "usable": usable, "window": window, "memory": memory, "search": search, "outlook": outlook,
    "outlook_page": outlook_page, "dashboard": dashboard, "dashboard_page": dashboard_page,
    "server_move": server_move, "server_rows": lambda folder, size: server_rows(folder, int(size)), "server_live": server_live,
    "server_crowd": server_crowd, "server_same_deals": server_same_deals,
}  # fmt: skip
PARTS: dict[str, Callable[..., dict[str, Any]]] = {"crowd_follow": crowd_follow, "crowd_write": crowd_write}
"""What tasks start as processes of their own."""


if __name__ == "__main__":
    main()
