"""Pictures of the agenda: a week, a month with expected closings, a day that is empty, the list."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from ...domain.filters import DealFilter
from ...i18n import language
from ...services import activities, board
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_SUBJECTS = (
    ("Llamada de seguimiento", "Demo con datos del cliente", "Reunión con el comité", "Revisar el contrato"),
    ("Follow-up call", "Demo with the customer’s data", "Meeting with the committee", "Review the contract"),
)
_PLACES = (("09:00", 60), ("10:30", 90), ("11:00", 30), ("12:15", 45), ("15:00", 60), ("15:30", 120), ("", 30))


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Fills a fortnight and takes the pictures."""
    _fill(window)
    window.show_page("agenda")
    page = window.agenda
    settle(app, window)
    for mode in ("week", "list"):
        page.show_mode(mode)
        shot(window, f"agenda-{mode}")
    page.choices.shown.choose(["done", "closings"])
    page.choices.person.choose(0)
    page.show_mode("month")
    shot(window, "agenda-month")
    page.show_mode("day", window.session.today + timedelta(days=300))
    shot(window, "agenda-empty")
    page.choices.person.clear()
    page.show_mode("week", window.session.today)
    settle(app, window)


def _fill(window: MainWindow) -> None:
    ws, today, chance = window.session.workspace, window.session.today, random.Random(7)
    deals = board.listed(ws, DealFilter(), limit=40)
    subjects = _SUBJECTS[language() == "en"]
    monday = today - timedelta(days=today.weekday())
    made = []
    for n in range(34):
        starts, minutes = _PLACES[n % len(_PLACES)]
        day = monday + timedelta(days=n % 5 + 7 * (n % 2))
        kind = ("call", "meeting", "meeting", "task")[n % 4]
        values = {"kind": kind, "subject": subjects[n % 4], "due_on": day, "starts": starts, "minutes": minutes}
        made.append((day, activities.plan(ws, values, ("opportunity", chance.choice(deals).id))))
    activities.finish(ws, [activity_id for n, (day, activity_id) in enumerate(made) if day <= today and n % 3])
    weekly = {"kind": "call", "subject": subjects[0], "due_on": monday + timedelta(days=8), "starts": "09:00"}
    activities.plan(ws, {**weekly, "minutes": 30, "recurrence": "FREQ=WEEKLY;BYDAY=TU,TH"})
