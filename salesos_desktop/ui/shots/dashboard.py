"""Pictures of the dashboard: as it opens, deals behind a figure, a card as a table while another is dragged, the preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from ...domain.questions import Chart, Measure, Question
from ...i18n import language
from ...services import figures
from ..printing.menu import preview
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_OWN = ("Valor abierto por etapa", "Open value by stage")
_HELD, _WAY = QPoint(60, 12), QPoint(-360, 330)


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Makes a figure and takes the pictures; the window is on the board afterwards."""
    asked = Question(measure=Measure.VALUE, chart=Chart.PIE)
    figures.save(window.session.workspace, _OWN[language() == "en"], asked)
    window.show_page("dashboard")
    page = window.dashboard
    page.choose(period="days365")
    settle(app, window)
    shot(window, "dashboard")
    page.cards["funnel"].body.open_part(1, "")
    shot(window, "dashboard-behind")
    page.behind.close_it()
    page.cards["funnel"].turn()
    settle(app, window)
    card = page.cards["time"]
    card.lifted.emit(card.head.mapToGlobal(_HELD))
    card.dragged.emit(card.head.mapToGlobal(_HELD + _WAY))
    shot(window, "dashboard-dragging")
    page.grid.cancel()
    page.cards["funnel"].turn()
    dialog = preview(page.paper(), window)
    settle(app, window)
    shot(dialog, "dashboard-print")
    dialog.reject()
    page.choose(period="quarter")
    window.show_page("board")
    settle(app, window)
