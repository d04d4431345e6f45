"""Pictures of two people at one deal: what news look like in an open form, and the question whose value stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ...i18n import language
from ...services import board, opportunities
from ..dialogs.conflict import ConflictDialog
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_NOTES = {
    "es": ("Piden una rebaja del diez por ciento antes de fin de año.", "Confirmaron el precio por teléfono."),
    "en": ("They ask for ten percent off before the year ends.", "They confirmed the price by telephone."),
}


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Has a colleague change the deal that is being edited; the window is on the board afterwards."""
    ws = window.session.workspace
    others = [each for each in board.names(ws, "person") if each.active and each.id != ws.actor_id]
    colleague = replace(ws, actor_id=others[0].id if others else ws.actor_id, origin="another")
    theirs, mine = _NOTES[language()]
    window.show_page("board")
    deal = window.board.frames[1].model.id_at(0)
    window.open_deal(deal)
    window.actions_.edit(deal)
    settle(app, window)
    dialog: Any = window.actions_.dialog
    dialog._value.setText("98000")
    dialog._note.setPlainText(mine)
    day = opportunities.get(ws, deal).card.expected_close or window.session.today
    values = {"value": 12_500_000, "note": theirs, "expected_close": day + timedelta(days=21)}
    opportunities.edit(colleague, deal, values)
    settle(app, window)
    shot(dialog, "news")
    dialog.answer()
    settle(app, window)
    question = dialog.findChild(ConflictDialog)
    shot(question, "conflict")
    question.reject()
    settle(app, window)
    dialog.reject()
    window.pane.close_pane()
    settle(app, window)
