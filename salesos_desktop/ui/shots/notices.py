"""Pictures of what the program tells: a reminder, the panel after a morning, followers, the settings."""

from __future__ import annotations

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


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Lets a reminder fall due and takes the pictures."""
    ws = window.session.workspace
    clock = ws.clock
    deal = board.listed(ws, DealFilter(owner_id=ws.actor_id), limit=1)[0]
    due = (clock.now() + timedelta(minutes=30)).astimezone(clock.zone())
    subject = "Confirmar precio y plazo" if language() == "es" else "Confirm price and dates"
    values = {
        "kind": "call", "subject": subject, "due_on": due.date(), "starts": f"{due:%H:%M}", "reminder_minutes": 30,
    }  # fmt: skip
    activities.plan(ws, values, ("opportunity", deal.id))
    window.show_page("board")
    settle(app, window)
    window.notifications.reminders.look()
    shot(window, "reminder")
    window.notifications.toggle_panel()
    shot(window, "notifications")
    window.notifications.panel.hide()
    for key in window.notifications.toast.kept:
        window.notifications.toast.drop(key)
    window.show_page("settings")
    window.settings.show_section("notices")
    shot(window, "settings-notices")
