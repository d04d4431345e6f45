"""Two people at one record: a dialog and the pane keep what both wrote, and ask where both wrote into the same field."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDrag, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from salesos_desktop.services import forecast, moves, opportunities
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.dialogs.conflict import ConflictDialog
from salesos_desktop.ui.dialogs.deal import DealDialog
from salesos_desktop.ui.main_window import MainWindow
from tests.conftest import beside
from tests.ui.conftest import settle


@pytest.fixture
def luis(window: MainWindow) -> Workspace:
    """Somebody else at work on the same workspace."""
    return beside(window.session.workspace, "Luis Mar")


def asked() -> ConflictDialog:
    return next(
        each for each in QApplication.topLevelWidgets() if isinstance(each, ConflictDialog) and each.isVisible()
    )


def first_deal(window: MainWindow) -> int:
    return int(window.board.frames[0].model.id_at(0))


def test_the_dialog_of_a_deal_keeps_what_others_wrote_and_asks_where_both_did(
    window: MainWindow, luis: Workspace, qtbot: QtBot
) -> None:
    ws, deal = window.session.workspace, first_deal(window)
    window.actions_.edit(deal)
    settle(qtbot, window.session)
    dialog = cast(DealDialog, window.actions_.dialog)
    dialog._name.setText("Mine")
    dialog._value.setText("4321")
    opportunities.edit(luis, deal, {"name": "Theirs", "company": "Their company", "tags": ["theirs"]})
    qtbot.waitUntil(lambda: dialog._company.text() == "Their company")
    assert (dialog._company.property("news"), dialog._value.property("news")) == ("true", None)
    assert (dialog._name.text(), dialog._value.text()) == ("Mine", "4321")
    dialog.answer()
    settle(qtbot, window.session)
    question = asked()
    assert list(question.groups) == ["name"], "the company, which only they changed, is no question"
    assert "Luis Mar" in question.groups["name"].button(0).accessibleDescription()
    assert "Theirs" in question.groups["name"].button(0).accessibleName()
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    settle(qtbot, window.session)
    assert window.actions_.dialog is dialog
    assert (dialog._name.text(), dialog._value.text()) == ("Mine", "4321"), "Esc keeps what was typed"
    assert opportunities.get(ws, deal).card.name == "Theirs"

    dialog.answer()
    settle(qtbot, window.session)
    question = asked()
    question.cancel_button.setFocus()
    qtbot.keyClick(question.cancel_button, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert window.actions_.dialog is dialog, "Enter on a button presses that one, not the one that stands out"

    dialog.answer()
    settle(qtbot, window.session)
    question = asked()
    qtbot.keyClick(question.groups["name"].button(0), Qt.Key.Key_Right)
    qtbot.keyClick(question, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    assert window.actions_.dialog is None
    row = opportunities.get(ws, deal)
    assert (row.card.name, row.card.company, row.row["tags"]) == ("Mine", "Their company", '["theirs"]')
    assert row.card.value == 432100


def test_the_pane_takes_news_at_once_and_asks_when_typed_text_is_left(
    window: MainWindow, luis: Workspace, qtbot: QtBot
) -> None:
    ws, deal = window.session.workspace, first_deal(window)
    window.open_deal(deal)
    settle(qtbot, window.session)
    form = window.pane.form
    name, tags = (cast(QLineEdit, form.fields[each].editor) for each in ("name", "tags"))
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "Mine")
    opportunities.edit(luis, deal, {"name": "Theirs", "tags": ["theirs"]})
    qtbot.waitUntil(lambda: tags.text() == "theirs")
    assert tags.property("news") == "true", "it is marked for a moment"
    assert name.text() == "Mine"
    assert "Theirs" in form.fields["name"].error
    tags.setFocus()
    settle(qtbot, window.session)
    question = asked()
    assert "Luis Mar" in question.groups["name"].button(1).accessibleDescription()
    qtbot.mouseClick(question.main_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert name.text() == "Theirs", "theirs was chosen, which is what stands first"
    assert form.fields["name"].error == ""

    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "Mine again")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert opportunities.get(ws, deal).card.name == "Mine again"


def test_a_day_that_is_being_typed_stays_when_somebody_else_sets_another(
    window: MainWindow, luis: Workspace, qtbot: QtBot
) -> None:
    ws, deal = window.session.workspace, first_deal(window)
    window.open_deal(deal)
    settle(qtbot, window.session)
    form = window.pane.form
    field = form.fields["expected_close"]
    field.editor.setFocus()
    field.editor.selectAll()
    qtbot.keyClicks(field.editor, "2027-03-05")
    opportunities.edit(luis, deal, {"expected_close": date(2027, 1, 31)})
    qtbot.waitUntil(lambda: "January 31, 2027" in field.error)
    assert field.editor.lineEdit().text() == "2027-03-05"
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    question = asked()
    question.groups["expected_close"].button(1).click()
    question.answer()
    settle(qtbot, window.session)
    assert opportunities.get(ws, deal).row["expected_close"] == date(2027, 3, 5)


def test_a_card_that_the_hand_has_stays_the_chosen_one_when_the_move_before_it_arrives(
    window: MainWindow, qtbot: QtBot
) -> None:
    first, target = window.board.frames[:2]
    moved, held = first.model.ids[:2]
    window.actions_.move([moved], target.stage)
    view, handle = first.view, window.windowHandle()
    card = view.visualRect(view.column_model.index(1, 0)).center()
    place = view.viewport().mapTo(window, card)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    settle(qtbot, window.session)
    assert target.model.row_of(moved) >= 0
    assert view.chosen_ids() == [held]
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_a_forecast_that_was_being_read_when_the_line_was_lost_follows_again(window: MainWindow, qtbot: QtBot) -> None:
    session, model = window.session, window.forecast_model
    model.load()
    # The answer to this never comes.
    model._job.done = None
    settle(qtbot, session)
    session.jobs.submit(session.workspace.start_anew)
    settle(qtbot, session)
    opportunities.edit(session.workspace, first_deal(window), {"value": 123})
    settle(qtbot, session)
    assert model.cube.cells == forecast.recount(session.workspace).cells


def test_a_card_that_somebody_else_moves_while_it_is_dragged_says_so_and_is_not_dropped(
    window: MainWindow, luis: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, deal, frames = window.session.workspace, first_deal(window), window.board.frames
    target, theirs = frames[1], frames[2]
    cancelled: list[bool] = []
    monkeypatch.setattr(QDrag, "cancel", lambda: cancelled.append(True))

    def drag(drag: QDrag, *_: object) -> Qt.DropAction:
        moves.move(luis, [deal], theirs.stage.id)
        qtbot.waitUntil(lambda: theirs.model.row_of(deal) >= 0)
        settle(qtbot, window.session)
        point = QPointF(20, 20)
        target.view.dropEvent(
            QDropEvent(
                point,
                Qt.DropAction.MoveAction,
                drag.mimeData(),
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        return Qt.DropAction.IgnoreAction

    monkeypatch.setattr(QDrag, "exec", drag)
    frames[0].view.go_to(frames[0].model.row_of(deal))
    name = opportunities.get(ws, deal).card.name
    frames[0].view.startDrag(Qt.DropAction.MoveAction)
    settle(qtbot, window.session)
    assert cancelled, "the drag is ended where the system lets it be"
    assert frames[0].view.selected_ids() == [], "no neighbour is chosen in its place"
    assert opportunities.get(ws, deal).card.stage_id == theirs.stage.id, "and where not, the drop is refused"
    said = " ".join(each.text().replace("\n", " ") for each in window.notifications.toast.findChildren(QLabel))
    assert f"Luis Mar has just moved “{name}”" in said
    assert f"It is in {theirs.stage.name} now" in said
