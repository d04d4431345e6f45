"""The ranking page, badges in the settings, a correction, and the moment of celebration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.challenges import Metric
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.ranking import Period
from salesos_desktop.services import badges, board, challenges, leaderboard, moves, people
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.ranking.dialog import ChallengeDialog
from salesos_desktop.ui.ranking.model import CHANGE, NAME, PERSON, POINTS
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle


@pytest.fixture
def page(window: MainWindow, session: Session, qtbot: QtBot) -> Any:
    qtbot.keyClick(window.board.frames[0].view, "g")
    qtbot.keyClick(window.board.frames[0].view, "r")
    settle(qtbot, session)
    assert window.page == "ranking"
    return window.ranking


def cell(page: Any, row: int, column: int, role: Any = Qt.ItemDataRole.DisplayRole) -> Any:
    return page.model.index(row, column).data(role)


def open_deal(ws: Workspace, owner_id: int | None = None) -> int:
    found = board.listed(ws, DealFilter(owner_id=owner_id), limit=90)
    return next(deal.id for deal in found if deal.closed_on is None)


def test_it_shows_what_the_service_says_and_follows_by_itself(
    page: Any, window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for period in Period:
        qtbot.mouseClick(page.periods[period], Qt.MouseButton.LeftButton)
        settle(qtbot, session)
        found = leaderboard.load(ws, period).people
        assert [cell(page, row, NAME, PERSON) for row in range(page.model.rowCount())] == list(found)
        assert [cell(page, row, NAME) for row in range(page.model.rowCount())] == [each.name for each in found]
    qtbot.mouseClick(page.teams, Qt.MouseButton.LeftButton)
    assert [cell(page, row, NAME) for row in range(page.model.rowCount())] == ["North Team"]
    qtbot.mouseClick(page.people, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.periods[Period.TODAY], Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    before = page.found.mine
    moves.win(ws, [open_deal(ws, ws.actor_id)])
    qtbot.waitUntil(lambda: page.found.mine.score.won == before.score.won + 1)
    settle(qtbot, session)
    row = next(n for n in range(page.model.rowCount()) if page.model.mine(n))
    assert page.table.currentIndex().row() >= 0
    assert cell(page, row, POINTS) == f"{page.found.mine.score.points:,}"
    assert cell(page, row, CHANGE, Qt.ItemDataRole.AccessibleTextRole) != cell(page, row, CHANGE)
    assert f"{page.found.mine.score.points:,}" in page.own.points.text()
    names = [bar.accessibleName() for bar in page.badges.findChildren(QProgressBar)]
    assert any(name.startswith("Closer") for name in names)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down if row == 0 else Qt.Key.Key_Up)
    settle(qtbot, session)
    colleague = cell(page, page.table.currentIndex().row(), NAME, PERSON)
    assert page.badges.title.full_text() == f"Badges of {colleague.name}"
    assert page.badges._shown == tuple(badges.seen(ws, colleague.id))
    qtbot.keyClicks(page.table, "gb")
    assert window.page == "board", "letters are the window's, in the table as well"


def test_a_challenge_is_made_changed_and_taken_away(page: Any, ws: Workspace, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.challenges.new_button, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    dialog = page.findChild(ChallengeDialog)
    qtbot.keyClicks(dialog.name, "December")
    qtbot.mouseClick(dialog.main_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.fields["goal"].error == "The goal is missing. Fill it in.")
    qtbot.keyClicks(dialog.goal, "4")
    qtbot.keyClicks(dialog.points, "20")
    qtbot.mouseClick(dialog.joined, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.joined.height() // 2))
    qtbot.keyClick(dialog.goal, Qt.Key.Key_Return)
    settle(qtbot, session)
    made = challenges.listing(ws)[0]
    assert (made.name, made.metric, made.goal, made.prize.points, made.automatic) == ("December", "won", 4, 20, False)
    join = next(each for each in page.challenges.findChildren(QPushButton) if each.text() == "Join")
    qtbot.mouseClick(join, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert challenges.listing(ws)[0].own is not None
    assert any(bar.accessibleName().startswith("December") for bar in page.challenges.findChildren(QProgressBar))
    page.edit_challenge(challenges.listing(ws)[0])
    settle(qtbot, session)
    dialog = page.findChild(ChallengeDialog)
    dialog.measure.setCurrentIndex(dialog.measure.findData(Metric.REVENUE))
    dialog.goal.setText("1,500.50")
    qtbot.mouseClick(dialog.main_button, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert (challenges.listing(ws)[0].metric, challenges.listing(ws)[0].goal) == (Metric.REVENUE, 150_050)
    page.challenges.delete_requested.emit(challenges.listing(ws)[0])
    settle(qtbot, session)
    assert challenges.listing(ws) == []
    assert page.challenges.nothing.isVisible()


def test_a_notice_of_a_challenge_leads_to_the_page(
    window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    badges.add(ws, {"name": "Quick", "measure": "leads", "threshold": 1, "points": 1})
    other = next(each.id for each in board.names(ws, "person") if each.id != ws.actor_id)
    theirs = Workspace(ws.store, ws.clock, other, settings={**ws.settings, "local_person": other})
    challenges.add(theirs, {"name": "X", "metric": "won", "goal": 1, "ends_on": ws.clock.today() + timedelta(days=1)})
    told = next(each for each in people.notices(ws) if each.kind == "challenge_new")
    window.notifications.open_about(told)
    settle(qtbot, session)
    assert window.page == "ranking"


def test_a_win_is_celebrated_for_a_moment_unless_that_is_switched_off(
    window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    moves.move(ws, [open_deal(ws)], board.stages(ws)[1].id)
    moves.lose(ws, [open_deal(ws)], reason_id=board.names(ws, "loss_reason")[0].id)
    settle(qtbot, session)
    assert "celebration" not in window.notifications.__dict__
    moves.win(ws, [open_deal(ws)])
    qtbot.waitUntil(lambda: "celebration" in window.notifications.__dict__)
    shown = window.notifications.celebration
    assert shown.isVisible()
    assert shown.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert not shown.grab().isNull()
    shown._end.start(0)
    qtbot.waitUntil(lambda: not shown.isVisible())
    window.show_page("settings")
    box = window.settings.general.celebrate
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert session.preferences.celebrate is False
    moves.win(ws, [open_deal(ws)])
    settle(qtbot, session)
    assert not shown.isVisible()


def test_badges_and_a_correction_in_the_settings(
    window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    window.show_page("settings")
    section: Any = window.settings.show_section("badges")
    settle(qtbot, session)
    assert [each.name for each in section.things][:2] == ["First Blood", "Deal Maker"]
    qtbot.mouseClick(section.buttons["add"], Qt.MouseButton.LeftButton)
    section.name.setText("Scout")
    section.measure.setCurrentIndex(section.measure.findData("leads"))
    section.threshold.setText("x")
    qtbot.mouseClick(section.save_button, Qt.MouseButton.LeftButton)
    assert section.fields["threshold"].error != ""
    section.threshold.setText("25")
    qtbot.mouseClick(section.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert (badges.listing(ws)[-1].name, badges.listing(ws)[-1].goal) == ("Scout", 25)
    points: Any = window.settings.show_section("points")
    settle(qtbot, session)
    correction = points.correction
    correction.person.setCurrentIndex(correction.person.findData(ws.actor_id))
    before = people.me(ws).points
    correction.points.setText("−15")
    qtbot.keyClick(correction.points, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: correction.fields["reason"].error != "")
    qtbot.keyClicks(correction.reason, "twice")
    qtbot.mouseClick(correction.button, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert people.me(ws).points == before - 15
