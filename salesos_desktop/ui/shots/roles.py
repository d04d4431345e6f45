"""Pictures of people, teams and roles: the settings, who leaves, and the window of somebody who only looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...domain.rights import Rights, Role
from ...services import board, opportunities, sharing, team, teams
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_LONG = "Equipo de ventas internacionales de la región del Pacífico y los Andes"


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Makes teams and takes the pictures."""
    _fill(window)
    window.show_page("settings")
    for name in ("people", "teams"):
        section: Any = window.settings.show_section(name)
        settle(app, window)
        section.table.selectRow(1)
        shot(window, f"settings-{name}")
    people: Any = window.settings.show_section("people")
    settle(app, window)
    people.buttons["switch"].click()
    settle(app, window)
    shot(people.dialog, "settings-leaving")
    people.dialog.reject()
    _shared(app, window, shot)
    _as_viewer(app, window, shot)


def _shared(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    window.show_page("board")
    deal = window.board.frames[0].model.id_at(0)
    ws = window.session.workspace
    owner = opportunities.get(ws, deal).row["owner_id"]
    people = [each for each in board.names(ws, "person") if each.active and each.id != owner]
    for place, each in enumerate(people[-2:]):
        sharing.share(ws, deal, each.id, may_edit=bool(place))
    window.open_deal(deal)
    settle(app, window)
    window.pane.sharing.click()
    settle(app, window)
    shot(window, "shared")
    dialog = window.actions_.dialog
    assert dialog is not None
    shot(dialog, "sharing")
    dialog.reject()
    window.pane.close_pane()


def _as_viewer(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    from ..main_window import MainWindow

    ws = window.session.workspace
    ws.rights = Rights(Role.VIEWER, frozenset({ws.actor_id}))
    looking = MainWindow(window.session, "board")
    looking.resize(window.size())
    looking.show()
    settle(app, looking)
    looking.open_deal(looking.board.frames[0].model.id_at(0))
    shot(looking, "viewer")
    looking.show_page("leads")
    looking.new()
    shot(looking, "viewer-leads")
    ws.rights = Rights()
    looking.retire()
    looking.hide()
    looking.deleteLater()


def _fill(window: MainWindow) -> None:
    ws = window.session.workspace
    first = next((each.id for each in teams.listing(ws)), None) or teams.add(ws, {"name": "Norte"})
    low = teams.add(ws, {"name": _LONG, "parent_id": first, "leader_id": ws.actor_id})
    team.take_in(ws, "María de los Ángeles Fernández de Córdoba y Ruiz", email="angeles@example.com", team_id=low)
