"""Pictures of connecting to a team, and of the list of workspaces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ... import workspaces
from ...domain.teams import Address
from ..screens import settle
from ..teams.dialog import TeamDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Fills the dialog in, goes without encryption, and shows where one can go; nothing is connected."""
    dialog = TeamDialog(window)
    dialog.open()
    while dialog.looking:
        settle(app, window)
    shot(dialog, "team-connect")
    dialog.lines["host"].setText("postgresql://ana@db.example.com/ventas")
    shot(dialog, "team-address")
    dialog.plain.click()
    shot(dialog, "team-unencrypted")
    dialog.close()
    preferences, known = window.session.preferences, list(window.session.preferences.workspaces)
    for where in (Address("db.example.com", "ventas", "ana"), Path.home() / "pruebas.salesos"):
        workspaces.note(preferences, where)
    window.sidebar.switcher.open_list()
    shot(window.sidebar.switcher.menu, "team-workspaces")
    window.sidebar.switcher.menu.close()
    preferences.workspaces = known
