"""Pictures of figures of one's own: on the dashboard, the deals behind a part, the editor, a table and what is empty in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from ...domain.conditions import Operator, Test
from ...domain.questions import Chart, Deals, Measure, Question
from ...i18n import tr
from ...services import figures
from ..dashboard.figures import code_of
from ..dashboard.own_dialog import OwnFigureDialog
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Makes some figures, takes the pictures and takes them away; the window is on the board afterwards."""
    workspace = window.session.workspace
    made = [figures.save(workspace, tr(name), question) for name, question in figures.STARTS[:5]]
    window.show_page("dashboard")
    page: Any = window.dashboard
    page.choose(period="year")
    settle(app, window)
    card = page.cards[code_of(made[0])]
    card.setFocus()
    page._area.ensureWidgetVisible(page.grid.cards[-1])
    settle(app, window)
    shot(window, "own-figures")
    chart = card.body.chart
    chart.chosen.emit(chart.marks[-1].row, chart.marks[-1].column)
    shot(window, "own-figure-behind")
    page.behind.close_it()
    dialog = OwnFigureDialog(window, window.session, page.view)
    dialog.open()
    for place, name in ((0, "own-editor"), (1, "own-editor-shares"), (2, "own-editor-table")):
        _show(app, window, dialog, figures.STARTS[place][1], tr(figures.STARTS[place][0]))
        shot(dialog, name)
    none = Test("created_on", Operator.BEFORE, date(1990, 1, 1))
    _show(
        app, window, dialog, Question("competitor", "", Measure.VALUE, Deals.LOST, chart=Chart.PIE, condition=none), ""
    )
    shot(dialog, "own-editor-nothing")
    dialog.reject()
    for view_id in made:
        window.session.ask(figures.views.delete, view_id)
    window.show_page("board")
    settle(app, window)


def _show(app: QApplication, window: MainWindow, dialog: OwnFigureDialog, question: Question, name: str) -> None:
    """Fills the editor as a person would and waits for the preview."""
    dialog.name.setText(name)
    dialog.show_question(question)
    settle(app, window)
