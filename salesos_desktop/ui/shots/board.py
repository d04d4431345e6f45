"""Pictures of the board: by month, in rows, compact cards with a colour, the menu of a card, deals on hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ...domain.slots import By, Layout
from ...services import holds
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Takes the pictures and leaves the board as it was."""
    window.show_page("board")
    settle(app, window)
    board, actions = window.board, window.actions_
    layout, cards, people = board.filter_bar.layout_pill, board.filter_bar.cards_pill, board.filter_bar.people_button
    before, waiting = cards.options, [board.frames[0].model.id_at(row) for row in range(3)]
    holds.hold(window.session.workspace, waiting, window.session.today + timedelta(days=20))
    people.setChecked(True)
    layout.choose(Layout(By.MONTH))
    shot(window, "board-months")
    layout.choose(Layout(By.STAGE, By.OWNER))
    shot(window, "board-rows")
    layout.choose(Layout())
    cards.choose(replace(before, compact=True, colour="priority", measure="average"))
    shot(window, "board-compact")
    cards.choose(before)
    people.setChecked(False)
    settle(app, window)
    frame = board.frames[1]
    assert frame.view is not None
    board.menu.show([frame.model.id_at(0)], window.mapToGlobal(window.rect().center()))
    settle(app, window)
    assert board.menu.menu is not None
    shot(board.menu.menu, "board-menu")
    board.menu.menu.close()
    for name, ask in (("hold", lambda: actions.hold(waiting[:1])), ("held", actions.show_held)):
        ask()
        settle(app, window)
        assert actions.dialog is not None
        shot(actions.dialog, name)
        actions.dialog.reject()
    holds.release(window.session.workspace, waiting)
    settle(app, window)
