"""Cards of the board dropped on the agenda are planned there."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from pytestqt.qtbot import QtBot

from salesos_desktop.services import activities, undo
from salesos_desktop.ui.activities.actions import ActivityActions
from salesos_desktop.ui.agenda.page import AgendaView
from salesos_desktop.ui.models.roles import DEALS_MIME
from tests.conftest import make_deals
from tests.ui.agenda.steps import TOMORROW, asked, at, deals_data, when
from tests.ui.conftest import settle

_LEFT = Qt.MouseButton.LeftButton


def carried(page: AgendaView, point: QPoint, *deals: int) -> None:
    """Cards of the board come over the agenda and are let go there."""
    view: Any = page.view
    data, how = deals_data(page, *deals), (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(point, Qt.DropAction.MoveAction, data, *how)
    view.dragEnterEvent(enter)
    assert enter.isAccepted()
    view.dragMoveEvent(QDragMoveEvent(point, Qt.DropAction.MoveAction, data, *how))
    assert view.ghost.cards == len(deals)
    view.dropEvent(QDropEvent(QPointF(point), Qt.DropAction.MoveAction, data, *how))
    assert view.ghost is None


def test_a_card_dropped_on_an_hour_is_planned_about_there(page: AgendaView, qtbot: QtBot) -> None:
    (deal,) = make_deals(page._session.workspace, 1)
    carried(page, at(page, TOMORROW, 9 * 60 + 20), deal)
    actions: Any = page._window.activities
    qtbot.waitUntil(lambda: bool(actions.asked))
    assert asked(page) == [("plan", (("opportunity", deal), TOMORROW, "09:15", None))]


def test_cards_of_another_workspace_are_not_taken(page: AgendaView) -> None:
    data = QMimeData()
    data.setData(DEALS_MIME, QByteArray(json.dumps({"workspace": "elsewhere", "ids": [1, 2]}).encode()))
    point, how = at(page, TOMORROW, 9 * 60), (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(point, Qt.DropAction.MoveAction, data, *how)
    view: Any = page.view
    view.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_cards_dropped_together_are_each_planned_on_that_day(page: AgendaView, qtbot: QtBot) -> None:
    ws = page._session.workspace
    deals = make_deals(ws, 3)
    page._window.activities = real = ActivityActions(page._session, page)
    carried(page, at(page, TOMORROW, 9 * 60 + 20), *deals)
    qtbot.waitUntil(lambda: real.dialog is not None)
    dialog: Any = real.dialog
    assert dialog.form.about.text() == "3 opportunities"
    dialog.form.subject.setText("Call them")
    commits = []
    page._session.changed.connect(commits.append)
    dialog.main_button.click()
    settle(qtbot, page._session)
    planned = [activities.of(ws, "opportunity", deal) for deal in deals]
    assert [[each.subject for each in about] for about in planned] == [["Call them"]] * 3
    assert {when(page, about[0].id)[:2] for about in planned} == {(str(TOMORROW), "09:15")}
    assert [each.subject_id for about in planned for each in about] == deals
    assert len(commits) == 1
    undo.undo(ws)
    assert [activities.of(ws, "opportunity", deal) for deal in deals] == [[], [], []]
    settle(qtbot, page._session)
