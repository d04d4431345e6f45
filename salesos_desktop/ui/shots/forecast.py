"""Pictures of the forecast: everything in one currency with targets, parted by team and category, the sheet of a month."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...domain.periods import add_months, month_of
from ...i18n import language
from ...services import board
from ...services.outlook import targets
from ...services.outlook.targets import EVERYBODY, Whose
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_REASONS = ("La feria se pasa a enero", "The fair moves to January")
_NOTES = ("Dos contratos por firmar", "Two contracts to be signed")


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Sets targets and takes the pictures; the page is as it was afterwards."""
    ws, english = window.session.workspace, language() == "en"
    here = month_of(window.session.today)
    for n in range(12):
        targets.set_target(ws, EVERYBODY, add_months(here, n), 100 * (620_000 - 30_000 * n))
    people = board.names(ws, "person")
    for n, person in enumerate(people):
        targets.set_target(ws, Whose(person.id), here, 100 * (90_000 + 12_000 * n))
    targets.call(ws, people[0].id, here, 8_000_000)
    targets.call(ws, people[0].id, here, 8_600_000, _NOTES[english])
    targets.adjust(ws, EVERYBODY, here, 51_000_000, _REASONS[english])
    window.show_page("forecast")
    page = window.forecast
    page.choose(converted=True, period="quarter")
    settle(app, window)
    shot(window, "forecast-quarter")
    page.breakdown.choose("team")
    page.breakdown.choose_columns("categories")
    page.choose(period="twelve")
    settle(app, window)
    shot(window, "forecast-categories")
    page.choose(period="month")
    page.show_targets()
    dialog = window.actions_.dialog
    assert dialog is not None
    settle(app, window)
    shot(dialog, "forecast-targets")
    dialog.reject()
    page.breakdown.choose("owner")
    page.breakdown.choose_columns("figures")
    page.choose(converted=False, period="twelve")
    window.show_page("board")
    settle(app, window)
