"""Pictures of activities: the tab of a deal, the dialog, what is asked when one is done, kinds and plans in the settings."""

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

_SUBJECTS = (
    ("Confirmar precio y plazo", "Demo con sus datos", "Enviar propuesta", "Primera llamada", "Quieren una demo"),
    ("Confirm price and dates", "Demo with their data", "Send the proposal", "First call", "They want a demo"),
)


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Plans some activities for a deal and takes the pictures."""
    deal = _fill(window)
    window.show_page("board")
    window.open_deal(deal)
    settle(app, window)
    window.pane.tabs.setCurrentWidget(window.pane.activities)
    shot(window, "activities")
    actions = window.activities
    actions.plan(("opportunity", deal), kind="meeting", starts="16:30")
    settle(app, window)
    _shown(window, shot, "activity-new")
    first = next(each for each in activities.of(window.session.workspace, "opportunity", deal) if not each.done)
    actions.finish([first.id])
    settle(app, window)
    _shown(window, shot, "activity-done")
    window.pane.close_pane()
    window.show_page("settings")
    for section in ("activities", "plans"):
        window.settings.show_section(section)
        shot(window, f"settings-{section}")


def _shown(window: MainWindow, shot: Callable[[QWidget, str], None], name: str) -> None:
    dialog = window.activities.dialog
    assert dialog is not None
    shot(dialog, name)
    dialog.reject()


def _fill(window: MainWindow) -> int:
    """A deal with something overdue, something today, something that recurs and something done; its id."""
    ws = window.session.workspace
    subjects, today = _SUBJECTS[0 if language() == "es" else 1], ws.clock.today()
    deal = next(card.id for card in board.listed(ws, DealFilter(), limit=20) if card.next_activity_on is None)
    about = ("opportunity", deal)
    activities.plan(ws, {"kind": "call", "subject": subjects[3], "done": True, "outcome": subjects[4]}, about)
    activities.plan(ws, {"kind": "call", "subject": subjects[0], "due_on": today - timedelta(days=1)}, about)
    weekly = {"due_on": today, "starts": "23:00", "recurrence": "FREQ=WEEKLY", "participants": [{"name": "Ana Luna"}]}
    activities.plan(ws, {"kind": "meeting", "subject": subjects[1], **weekly}, about)
    activities.plan(ws, {"kind": "email", "subject": subjects[2], "due_on": today + timedelta(days=3)}, about)
    return deal
