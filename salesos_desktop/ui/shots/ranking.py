"""Pictures of the ranking: with challenges, by team, the dialog of a challenge, and alone on a new workspace."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ...domain.challenges import Metric, Prize
from ...domain.ranking import Period
from ...i18n import language
from ...services import challenges
from ..ranking.dialog import ChallengeDialog
from ..screens import close_window, open_window, settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_NAMES = (
    ("Sprint de fin de año", "Leads de todo el equipo", "Mi meta de la semana", "Cena para el equipo"),
    ("Year-end sprint", "Leads of the whole team", "My goal of the week", "Dinner for the team"),
)


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Makes challenges and takes the pictures; the window is on the board afterwards."""
    _fill(window)
    window.show_page("ranking")
    settle(app, window)
    window.notifications.toast.hide()
    shot(window, "ranking")
    page = window.ranking
    page.show_period(Period.ALL)
    page.show_teams(True)
    shot(window, "ranking-teams")
    page.new_challenge()
    settle(app, window)
    dialog = page.findChild(ChallengeDialog)
    shot(dialog, "challenge")
    dialog.reject()
    page.show_teams(False)
    page.show_period(Period.MONTH)
    window.show_page("board")
    settle(app, window)
    size = window.size()
    with tempfile.TemporaryDirectory() as scratch:
        alone = open_window(app, Path(scratch) / "alone.salesos", size.width(), size.height(), deals=0)
        with alone.session.workspace.unit("shot", ["", {}], undoable=False) as uow:
            for person_id in range(2, 12):
                if uow.find("person", person_id) is not None:
                    uow.update("person", person_id, {"active": False})
        alone.show_page("ranking")
        settle(app, alone)
        shot(alone, "ranking-alone")
        close_window(app, alone)


def _fill(window: MainWindow) -> None:
    """One under way for all, one to come to be joined, and one of one's own."""
    ws, today = window.session.workspace, window.session.today
    sprint, leads, own, dinner = _NAMES[language() == "en"]
    span = {"starts_on": today - timedelta(days=20), "ends_on": today + timedelta(days=6)}
    prize = Prize(100, None, dinner)
    challenges.add(ws, {"name": sprint, "metric": Metric.REVENUE, "goal": 30_000_000, "prize": prize, **span})
    challenges.add(ws, {"name": own, "metric": Metric.WON, "goal": 3, "personal": True, **span})
    later = {"starts_on": today + timedelta(days=2), "ends_on": today + timedelta(days=32)}
    challenges.add(
        ws, {"name": leads, "metric": Metric.QUALIFIED, "goal": 20, "shared": True, "automatic": False, **later}
    )  # fmt: skip
