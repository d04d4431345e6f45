"""Pictures of a sandbox of next month: as it is first seen, and with a scenario that is kept and a deal that has moved on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ...i18n import language
from ...services import moves
from ...services.outlook import scenarios
from ..charts.what_if_model import CATEGORY, DAY, PROBABILITY, TICK, VALUE
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_NAMES = ("Cierre de año tranquilo", "A calm end of the year")


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Plays with the largest deals and takes the pictures; the window is on the board afterwards."""
    window.show_page("forecast")
    tabs = window.forecast.tabs
    tabs.setCurrentIndex(3)
    view = tabs.what_if
    view.bar.choose_period("next_month")
    settle(app, window)
    shot(window, "forecast-what-if-begin")
    model, today = view.model, window.session.today
    model.setData(model.index(0, TICK), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    model.setData(model.index(1, DAY), today + timedelta(days=75))
    model.setData(model.index(2, PROBABILITY), "90")
    model.setData(model.index(3, VALUE), "88000")
    model.setData(model.index(4, CATEGORY), "commit")
    model.setData(model.index(5, PROBABILITY), "20")
    lost = model.deal_id(5)
    ws = window.session.workspace
    kept = scenarios.save(ws, _NAMES[language() == "en"], view.bar.desk.scenario)
    settle(app, window)
    view.bar.take(kept)
    moves.move(ws, [lost], next(each.id for each in view.sandbox.stages.values() if each.kind == "won"))
    ws.catch_up()
    settle(app, window)
    window.notifications.toast.hide()
    shot(window, "forecast-what-if")
    view.bar.take(0)
    view.bar.play(type(view.bar.desk.scenario)())
    tabs.setCurrentIndex(0)
    window.show_page("board")
    settle(app, window)
