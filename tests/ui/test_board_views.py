"""The board filtered by what is asked most, and its saved views."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.filters import Sort
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.domain.slots import By, Layout
from salesos_desktop.services import board, bulk, views
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.main_window import MainWindow
from tests.conftest import make_deals
from tests.ui.conftest import settle


def shown(window: MainWindow, ws: Workspace) -> set[int]:
    """Ids of the open deals that the board's filter finds."""
    return {card.id for card in board.listed(ws, window.board.filter_bar.where)}


@pytest.fixture
def ws_(window: MainWindow) -> Workspace:
    return window.session.workspace


def test_aspects_narrow_the_board_as_its_cards_change(window: MainWindow, ws_: Workspace, qtbot: QtBot) -> None:
    bar = window.board.filter_bar
    first, second = make_deals(ws_, 2, tags=["Rare"])
    settle(qtbot, window.session)
    bar.aspects.choose("tag", ["Rare"])
    settle(qtbot, window.session)
    assert shown(window, ws_) == {first, second}
    assert bar.narrowed
    stage: Any = window.board.model.columns[next(iter(window.board.model.columns))]
    assert stage.rowCount() == 2
    bulk.retag(ws_, [first], remove=["rare"])
    settle(qtbot, window.session)
    assert stage.rowCount() == 1, "a card that no longer passes goes at once"
    bar.aspects.choose("priority", ["high"])
    settle(qtbot, window.session)
    assert stage.rowCount() == 0
    bulk.prioritise(ws_, [second], Priority.HIGH)
    settle(qtbot, window.session)
    assert stage.rowCount() == 1
    menu = QMenu()
    bar.aspects._fill(menu)
    assert [action.text() for action in menu.actions() if action.text()] == [
        "Team", "Source", "Product", "Tag", "Priority", "Stale", "No next activity", "Clear",
    ]  # fmt: skip
    window.board.filter_bar.clear()
    assert not bar.aspects.narrows


def test_a_view_of_the_board_brings_filter_order_and_columns_back(
    window: MainWindow, ws_: Workspace, qtbot: QtBot
) -> None:
    bar = window.board.filter_bar
    bar._choose_owner(ws_.actor_id, "Marta Ríos")
    bar.value.choose(1_000_00, None)
    bar.aspects.choose("signs", ["idle"])
    bar._choose_sort(Sort.VALUE)
    bar.layout_pill.choose(Layout(By.PRIORITY))
    settle(qtbot, window.session)
    where, state = bar.where, bar.state()
    bar.views._save()
    dialog: Any = bar.views.dialog
    QTest.keyClicks(dialog.name, "Mine")
    dialog.shared.setChecked(True)
    dialog.answer()
    settle(qtbot, window.session)
    assert bar.views.accessibleName() == "Mine"
    bar.clear()
    bar.layout_pill.choose(Layout())
    settle(qtbot, window.session)
    assert bar.views.accessibleName() == "Mine (changed)"
    (view,) = views.listing(ws_, "board")
    assert view.shared
    bar.views.take(view)
    settle(qtbot, window.session)
    assert (bar.where, bar.state()) == (where, state)
    problems: list[Any] = []
    window.session.problem.connect(problems.append)
    views.update(ws_, view.id, {**state, "owner_id": 999, "aspects": {"tag": ["gone"]}})
    settle(qtbot, window.session)
    bar.views.take(bar.views.views[0])
    settle(qtbot, window.session)
    assert problems[0].message == "part of the filter “Owner”, part of the filter “Filter”"
    assert bar.where.owner_id is None
