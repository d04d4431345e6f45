"""Pictures of what changed in the forecast, as chart and as table, and of how right it was, with the switch's question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...domain.filters import DealFilter
from ...i18n import language
from ...services import board, moves, opportunities
from ...services.workspace import Workspace
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_NAMES = ("Ampliación del centro de datos", "Data centre extension")


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Makes a week and takes the pictures; the window is on the board afterwards."""
    _fill(window)
    window.show_page("forecast")
    tabs = window.forecast.tabs
    tabs.setCurrentIndex(1)
    tabs.changes.span.choose("month")
    settle(app, window)
    window.notifications.toast.hide()
    shot(window, "forecast-changes")
    tabs.changes.card.toggle.click()
    shot(window, "forecast-changes-table")
    tabs.changes.card.toggle.click()
    tabs.setCurrentIndex(2)
    shot(window, "forecast-accuracy")
    tabs.accuracy.switch.click()
    dialog = window.actions_.dialog
    assert dialog is not None
    shot(dialog, "forecast-learnt")
    dialog.reject()
    tabs.setCurrentIndex(0)
    window.show_page("board")
    settle(app, window)


def _fill(window: MainWindow) -> None:
    """Deals that are won, lost, grown, shrunk, moved back, gone and new."""
    ws = window.session.workspace
    found = [card for card in board.listed(ws, DealFilter()) if card.closed_on is None and card.value]
    won, also_won, lost, grown, shrunk, back, gone = found[::9][:7]
    colleague = next(each.id for each in board.names(ws, "person") if each.id != ws.actor_id)
    # What a colleague wins is not celebrated across the picture.
    moves.win(Workspace(ws.store, ws.clock, colleague, settings=ws.settings), [won.id, also_won.id])
    moves.lose(ws, [lost.id], reason_id=board.names(ws, "loss_reason")[0].id)
    opportunities.edit(ws, grown.id, {"value": 3 * (grown.value or 0)})
    opportunities.edit(ws, shrunk.id, {"value": (shrunk.value or 0) // 2})
    opportunities.edit(ws, back.id, {"probability": 5})
    opportunities.delete(ws, [gone.id])
    name = _NAMES[language() == "en"]
    opportunities.create(ws, {"name": name, "value": 4_850_000, "expected_close": window.session.today})
    ws.catch_up()
