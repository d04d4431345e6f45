"""Pictures of a record's history: lines unfolded, a company with what is hers, the deal as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from ...domain.filters import DealFilter
from ...i18n import language
from ...services import board, moves, notes, opportunities
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_NOTES = (
    ("Quiere ver los dos equipos antes de fin de mes y pide una oferta con instalación incluida.",
     "Quiere ver los tres equipos antes de mediados de mes y pide una oferta con instalación y mantenimiento incluidos."),
    ("Wants to see both machines before the end of the month and asks for an offer with installation.",
     "Wants to see all three machines by the middle of the month and asks for an offer with installation and upkeep."),
)  # fmt: skip


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Gives a deal something to tell and takes the pictures."""
    ws = window.session.workspace
    stages = board.stages(ws)
    deal = board.listed(ws, DealFilter(), stage_ids=[stages[2].id], limit=1)[0]
    before, after = _NOTES[0 if language() == "es" else 1]
    note = notes.add(ws, "opportunity", deal.id, before)
    notes.edit(ws, note, after)
    opportunities.edit(ws, deal.id, {"value": (deal.value or 0) + 1_250_000, "priority": "high"})
    moves.move(ws, [deal.id], stages[3].id)
    window.show_page("board")
    window.open_deal(deal.id)
    pane = window.pane
    pane.tabs.setCurrentWidget(pane.timeline)
    settle(app, window)
    for row in (2, 3):
        pane.timeline.view.toggle(row)
    shot(window, "history-unfolded")
    pane.show_past(window.session.today - timedelta(days=7))
    shot(window, "history-past")
    pane.leave_past()
    pane.close_pane()
    if deal.company_id is None:
        return
    window.open_record("company", deal.company_id)
    timeline = window.companies.pane.timeline
    window.companies.pane.tabs.setCurrentWidget(timeline)
    timeline.everything.setChecked(True)
    shot(window, "history-company")
    window.companies.close_pane()
