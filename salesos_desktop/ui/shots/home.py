"""Pictures of the start page: a full day, the work list in the middle and emptied, an empty day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ...domain.filters import DealFilter
from ...i18n import language
from ...services import activities, board, bulk, moves, notes
from ...services.workspace import Workspace
from ..screens import close_window, open_window, settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_SUBJECTS = (
    (
        "Llamar por la propuesta",
        "Demo con el comité de compras",
        "Enviar el contrato revisado",
        "Preparar el caso de negocio",
    ),
    (
        "Call about the proposal",
        "Demo with the purchasing committee",
        "Send the revised contract",
        "Prepare the business case",
    ),
)
_NOTES = ("@Marta Ríos ¿puedes verla tú?", "@Marta Ríos can you look at it?")


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Makes a day and takes the pictures; the window is on the board afterwards."""
    _fill(window)
    window.show_page("home")
    settle(app, window)
    window.notifications.toast.hide()
    shot(window, "home")
    page = window.home
    page.work_through()
    settle(app, window)
    activities.finish(window.session.workspace, [page.work.run.items[0].key[1]])
    settle(app, window)
    page.work.step(1)
    shot(window, "work-list")
    page.work.left.emit()
    size = window.size()
    with tempfile.TemporaryDirectory() as scratch:
        empty = open_window(app, Path(scratch) / "day.salesos", size.width(), size.height(), deals=0)
        empty.show_page("home")
        settle(app, empty)
        shot(empty, "home-empty")
        _work_off(app, empty)
        shot(empty, "work-list-empty")
        close_window(app, empty)
    window.show_page("board")
    settle(app, window)


def _work_off(app: QApplication, window: MainWindow) -> None:
    """Things to do, and all of them done."""
    ws, today = window.session.workspace, window.session.today
    made = [activities.plan(ws, {"subject": subject, "due_on": today}) for subject in _SUBJECTS[language() == "en"]]
    settle(app, window)
    window.home.work_through()
    settle(app, window)
    activities.finish(ws, made[:3])
    activities.move(ws, made[3:], today + timedelta(days=1))
    settle(app, window)
    window.notifications.toast.hide()


def _fill(window: MainWindow) -> None:
    """Things to do at several hours of today and the days before, and what a colleague has done meanwhile."""
    ws, today, english = window.session.workspace, window.session.today, language() == "en"
    deals = board.listed(ws, DealFilter(owner_id=ws.actor_id), limit=60)
    running = [deal.id for deal in deals if deal.closed_on is None]
    subjects = _SUBJECTS[english]
    for n, (kind, days, starts) in enumerate(
        (("call", 2, ""), ("email", 1, "16:00"), ("meeting", 0, "23:00"), ("task", 0, ""), ("call", 0, "23:30"))
    ):
        values = {"kind": kind, "subject": subjects[n % 4], "due_on": today - timedelta(days=days), "starts": starts}
        activities.plan(ws, values, ("opportunity", running[n]))
    colleague = next(each.id for each in board.names(ws, "person") if each.id != ws.actor_id)
    theirs = Workspace(ws.store, ws.clock, colleague, settings=ws.settings)
    given = next(deal.id for deal in board.listed(ws, DealFilter(owner_id=colleague)) if deal.next_activity_on is None
                 and deal.closed_on is None)  # fmt: skip
    bulk.assign(theirs, [given], ws.actor_id)
    moves.win(theirs, [running[-1]])
    notes.add(theirs, "opportunity", running[1], _NOTES[english])
    ws.catch_up()
