"""The dashboard: cards that are arranged, figures that follow, tables, the deals behind, files and paper."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.performance import Way
from salesos_desktop.domain.questions import Question
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.errors import UserError
from salesos_desktop.services import (
    board,
    dashboards,
    deals_behind,
    endangered,
    figures,
    moves,
    performance,
    performance_sheets,
    sheets,
    views,
)
from salesos_desktop.services.deals_behind import Asked
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.dashboard.rows_chart import RowsChart
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.printing import drawing, pictures
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle
from tests.ui.hands import front, press

LEFT, CONTROL, SHIFT = (
    Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip
FIRST = ["key", "funnel", "time", "losses", "activity", "danger"]


@pytest.fixture
def page(window: MainWindow, session: Session, qtbot: QtBot) -> Any:
    front(window, qtbot)
    qtbot.keyClick(window.board.frames[0].view, "g")
    qtbot.keyClick(window.board.frames[0].view, "d")
    settle(qtbot, session)
    assert window.page == "dashboard"
    window.dashboard.choose(period="days365")
    settle(qtbot, session)
    return window.dashboard


def order(page: Any) -> list[str]:
    return [card.code for card in page.grid.cards]


def kept(ws: Workspace) -> list[Any]:
    return [each[0] for each in dashboards.arrangement(ws).get("shown", [])]


def drag(page: Any, code: str, to: QPoint, *, drop: bool = True) -> Any:
    """Takes a card by its head to a point of the grid."""
    card = page.cards[code]
    head, start = card.head, QPoint(40, 12)
    QTest.mousePress(head, LEFT, pos=start)
    for share in (0.1, 0.5, 1.0):
        way = page.grid.mapToGlobal(to) - head.mapToGlobal(start)
        QTest.mouseMove(head, start + QPoint(round(way.x() * share), round(way.y() * share)))
    if drop:
        QTest.mouseRelease(head, LEFT, pos=head.mapFromGlobal(page.grid.mapToGlobal(to)))
    return card


def test_cards_are_dragged_to_the_gap_and_moved_widened_and_hidden_by_the_keyboard(
    page: Any, window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    assert order(page) == FIRST
    target = page.cards["time"].geometry().topLeft() + QPoint(40, 20)
    card = drag(page, "funnel", target, drop=False)
    assert page.grid.dragging is card
    assert page.grid.gap.contains(target), "the gap is where the pointer is"
    assert card.geometry().contains(target)
    assert order(page) == ["key", "time", "funnel", "losses", "activity", "danger"]
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert page.grid.dragging is None
    assert (order(page), kept(ws)) == (FIRST, [])
    QTest.mouseRelease(card.head, LEFT)
    drag(page, "funnel", page.cards["activity"].geometry().topLeft() + QPoint(60, 30))
    settle(qtbot, session)
    moved = order(page)
    assert moved != FIRST
    assert kept(ws) == moved
    assert [view.page for view in views.listing(ws, dashboards.PAGE) if view.mine and not view.shared] == ["dashboard"]
    window.actions_.undo()
    settle(qtbot, session)
    assert (order(page), kept(ws)) == (FIRST, [])
    window.actions_.redo()
    settle(qtbot, session)
    assert (order(page), kept(ws)) == (moved, moved)
    window.actions_.undo()
    settle(qtbot, session)
    # By the keyboard.
    card = page.cards["losses"]
    card.setFocus()
    press(qtbot, Qt.Key.Key_Up, CONTROL)
    assert order(page) == ["key", "losses", "funnel", "time", "activity", "danger"]
    press(qtbot, Qt.Key.Key_Right, CONTROL)
    assert order(page) == ["key", "funnel", "losses", "time", "activity", "danger"]
    half = card.width()
    press(qtbot, Qt.Key.Key_Right, CONTROL | SHIFT)
    assert card.width() > 1.9 * half
    press(qtbot, Qt.Key.Key_Left, CONTROL | SHIFT)
    assert card.width() == half
    assert card.hasFocus()
    press(qtbot, Qt.Key.Key_Delete)
    settle(qtbot, session)
    assert order(page) == ["key", "funnel", "time", "activity", "danger"]
    assert not card.isVisible()
    assert "losses" in dashboards.arrangement(ws)["hidden"]
    assert page.grid.isAncestorOf(QApplication.focusWidget())
    menu: QMenu = page.add.menu()
    menu.aboutToShow.emit()
    next(each for each in menu.actions() if each.text() == "Losses").trigger()
    settle(qtbot, session)
    assert order(page) == ["key", "funnel", "time", "activity", "danger", "losses"]
    assert card.isVisible()
    page.reset()
    settle(qtbot, session)
    assert order(page) == FIRST
    made = figures.save(ws, "Mine & yours", Question())
    settle(qtbot, session)
    own = page.grid.cards[-1]
    assert (own.code, own.title) == (f"own-{made}", "Mine & yours")
    assert [part.sheet.name for part in page.paper().parts][-2:] == ["Deals in danger", "Mine & yours"]
    views.rename(ws, made, "Ours")
    settle(qtbot, session)
    assert (page.grid.cards[-1], own.title) == (own, "Ours")
    dict(own.body.menu_entries())["Delete the figure"]()
    settle(qtbot, session)
    assert order(page) == FIRST
    qtbot.keySequence(window, "Ctrl+0")
    assert window.page == "ranking", "the tenth"
    qtbot.keySequence(window, "Ctrl+6")
    assert window.page == "dashboard"
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: len({each.x() for each in page.grid.cards}) == 1)
    assert all(each.width() > 700 for each in page.grid.cards), "one column where there is little room"
    first, second = page.cards["key"].body.strips
    for width in (1024, 1440, 1400, 1024):
        window.resize(width, 700)
        settle(qtbot, session)
        assert (first.y() == second.y()) is (width > 1024), "beside each other where there is room for all figures"
        for strip in (first, second):
            assert strip.height() == strip.sizeHint().height(), "no figure is cut"
            assert not any(cell[0].parentWidget().isHidden() for cell in strip._cells), "nor left out"


def test_figures_follow_by_themselves_and_tables_say_the_same(
    page: Any, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    def asked_anew() -> performance.Loaded:
        return performance.load(ws, page.kitchen.figures.asked)

    names = performance_sheets.names(ws)
    bars = page.cards["funnel"].body.chart._items
    found = asked_anew()
    assert page.cards["funnel"].sheet() == performance_sheets.funnel(found, names)[0]
    assert page.cards["activity"].sheet() == performance_sheets.activity(found, names)[0]
    before, items = page.cards["key"].sheet(), dict(bars)
    deal = next(d for d in board.listed(ws, DealFilter(), limit=60) if d.closed_on is None)
    moves.lose(ws, [deal.id], reason_id=board.names(ws, "loss_reason")[0].id, competitor="Rival & Co")
    settle(qtbot, session)
    found = asked_anew()
    assert page.cards["key"].sheet() == performance_sheets.key_figures(found, ws.currency)[0] != before
    assert page.cards["time"].sheet() == performance_sheets.time_in_stage(found, names)[0]
    assert all(bars[key] is item for key, item in items.items() if key in bars), "bars move, they are not made anew"
    losses = page.cards["losses"]
    assert losses.sheet() == performance_sheets.losses(found, names, ws.currency, 0)[0]
    reason, competitor = losses.body.switch.buttons()
    assert (reason.isChecked(), competitor.isChecked()) == (True, False)
    qtbot.mouseClick(competitor, LEFT)
    assert (reason.isChecked(), competitor.isChecked()) == (False, True)
    assert not losses.body.on_paper().isAncestorOf(competitor)
    assert all(row.pieces for row in losses.body.chart.rows), "what nothing was lost for is in the table alone"
    assert [row[0] for row in losses.sheet().rows if row[0] == "Rival & Co"]
    card = page.cards["funnel"]
    sheet, year = card.sheet(), session.today.year
    assert card.body.accessibleDescription() == sheets.said(sheet, year)
    qtbot.mouseClick(card.toggle, LEFT)
    assert card.table.isVisible()
    QAbstractItemModelTester(card.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    shown = [
        [card.model.index(row, column).data() for column in range(card.model.columnCount())]
        for row in range(card.model.rowCount())
    ]
    assert shown == sheets.texts(sheet, year)
    card.copy()
    assert QApplication.clipboard().text().splitlines()[1:] == ["\t".join(row) for row in shown]
    qtbot.mouseClick(card.toggle, LEFT)
    assert not card.table.isVisible()
    key = page.cards["key"]
    key.turn()
    wide = [key.model.headerData(n, Qt.Orientation.Horizontal) for n in range(key.model.columnCount())]
    assert wide == ["", *(row[0] for row in key.sheet().rows)], "few rows of many figures stand upright"
    assert [key.model.index(row, 0).data() for row in range(key.model.rowCount())] == [
        column.name for column in key.sheet().columns[1:]
    ]
    qtbot.waitUntil(lambda: not key.table.verticalScrollBar().maximum())
    key.turn()
    low = page.cards["key"]
    height = low.height()
    for _ in range(2):
        qtbot.mouseClick(low.toggle, LEFT)
    qtbot.waitUntil(lambda: low.height() == height)
    danger, found = page.cards["danger"], endangered.find(ws, page.view.scope)
    assert [row[0] for row in danger.sheet().rows] == [deal.name for deal in found.deals] != []
    assert sum(row[-1] or 0 for row in danger.sheet().rows) == found.whole.weighted
    person = ws.actor_id
    page.filters.choose(owner_id=person)
    settle(qtbot, session)
    assert page.view.scope.owners == frozenset({person})
    assert page.cards["funnel"].sheet() == performance_sheets.funnel(asked_anew(), names)[0]
    page.filters.choose_period("range")
    first, last = page.view.span.first, page.view.span.last
    qtbot.keyClick(page.range.edits[0], Qt.Key.Key_Up)
    settle(qtbot, session)
    assert page.view.span.first != first
    assert page.view.span.last == last
    assert page.view.before.after == page.view.span.first
    assert "compared with" in page.compared.full_text()
    from salesos_desktop.ui.dashboard import filters

    assert filters.read(session.preferences.geometry["dashboard"]).view(session.today).span == page.view.span


def test_a_click_lists_the_deals_behind_and_the_menu_writes_files(
    page: Any, window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    body = page.cards["funnel"].body
    row = 0
    point = body.chart.place_of(row, Way.REACHED).toPoint()
    QTest.mouseMove(body.chart.viewport(), point)
    body.chart.hovered.emit(row, Way.REACHED)
    assert page.cards["funnel"].said().startswith(f"{body.sheet().rows[row][0]}: ")
    qtbot.mouseClick(body.chart.viewport(), LEFT, pos=point)
    settle(qtbot, session)
    wanted = page.kitchen.figures.loaded.deals_of(body.keys[row], Way.REACHED)
    assert set(page.behind.model.ids) == set(wanted)
    assert len(wanted) == body.sheet().rows[row][1]
    values = [deals_behind.totals(ws, Asked(tuple(wanted)))[0].count]
    assert page.behind.sums.full_text().startswith(f"{values[0]} deal")
    assert "weighted" not in page.behind.sums.full_text(), "of open and closed deals together it says nothing"
    assert page.behind.table.hasFocus()
    toast, table = window.notifications.toast, page.behind.table
    toast.say("Moved", "", [("Undo", lambda: None)])
    qtbot.waitUntil(
        lambda: table.mapTo(window, table.rect().bottomLeft()).y() <= toast._card.mapTo(window, QPoint()).y() + 1
    )
    toast._go()
    qtbot.keyClick(page.behind.table, Qt.Key.Key_Return)
    settle(qtbot, session)
    assert window.pane_open
    assert window.page == "dashboard"
    assert window.pane.deal_id == page.behind.model.id_at(0)
    qtbot.keyClick(page.behind.table, Qt.Key.Key_Escape)
    assert page.behind.isHidden()
    losses = page.cards["losses"].body
    losses.chart.setFocus()
    marked = pictures.image(drawing.recorded(page.paper(page.cards["losses"])))
    assert losses.chart.hasFocus()
    page.cards["losses"].setFocus()
    assert marked == pictures.image(drawing.recorded(page.paper(page.cards["losses"]))), "no keyboard is on paper"
    losses.chart.setFocus()
    assert losses.chart.accessibleDescription() == sheets.said(losses.sheet(), session.today.year)
    qtbot.keyClick(losses.chart, Qt.Key.Key_Home)
    assert losses.chart.accessibleDescription() == page.cards["losses"].said() != ""
    qtbot.keyClick(losses.chart, Qt.Key.Key_Return)
    settle(qtbot, session)
    lost = performance.closed_ids(ws, page.kitchen.figures.asked, StageKind.LOST, loss_reason_id=losses.keys[0])
    assert set(page.behind.model.ids) == set(lost)
    assert page.behind.model.rowCount() == losses.sheet().rows[0][1]
    # Into a file.
    asked: list[str] = []

    def choose(_parent: Any, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        asked.append(Path(start).name)
        return str(tmp_path / Path(start).name), ""

    monkeypatch.setattr("salesos_desktop.ui.exporting.QFileDialog.getSaveFileName", choose)
    card = page.cards["funnel"]
    card.more.menu().aboutToShow.emit()
    inside = next(each.menu() for each in card.more.menu().actions() if each.menu() is not None)
    next(each for each in inside.actions() if each.text() == "CSV…").trigger()
    path = tmp_path / f"funnel-{session.today:%Y-%m-%d}.csv"
    qtbot.waitUntil(lambda: path.exists() and window.notifications.toast.isVisible())
    assert asked == [path.name]
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    sheet = card.sheet()
    assert rows[0] == [column.name for column in sheet.columns]
    assert [row[:2] for row in rows[1:]] == [[str(row[0]), str(row[1])] for row in sheet.rows]
    menu = QMenu()
    assert [each.text() for each in page.fill_menu(menu, lambda: window.exporting)][-1] == "Print…"
    day = session.today - timedelta(days=4000)
    page.choose(period="range", first=day, last=day)
    settle(qtbot, session)
    for card in page.grid.cards[:5]:
        assert card.body.stack.currentIndex() == 1
        assert card.body.stack.currentWidget().text().endswith(".")
    for code in order(page):
        page.hide_card(code)
    for card in list(page.grid.cards):
        page.hide_card(card.code)
    assert page._bare.isVisible()


def test_it_rests_while_nobody_looks_is_covered_whole_and_comes_back_after_trouble(
    page: Any, window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def true() -> Any:
        return performance_sheets.funnel(
            performance.load(ws, page.kitchen.figures.asked), performance_sheets.names(ws)
        )[0]

    drawn: list[Any] = []
    funnel, show_rows = page.cards["funnel"], RowsChart.show_rows
    monkeypatch.setattr(RowsChart, "show_rows", lambda chart, rows: (drawn.append(chart), show_rows(chart, rows)))
    deals = [each.id for each in board.listed(ws, DealFilter(), limit=60) if each.closed_on is None]
    moves.lose(ws, deals[:1], reason_id=board.names(ws, "loss_reason")[0].id)
    settle(qtbot, session)
    moved = [page.cards[code].body.chart for code in ("funnel", "time", "losses")]
    assert drawn == moved, "each card of which something moved is drawn once, from the top down, the others not at all"
    assert funnel.sheet() == true()
    qtbot.mouseClick(funnel.toggle, LEFT)
    drawn.clear()
    window.show_page("board")
    moves.lose(ws, deals[1:2], reason_id=board.names(ws, "loss_reason")[0].id)
    settle(qtbot, session)
    assert drawn == []
    window.show_page("dashboard")
    assert [funnel.model.index(row, 1).data() for row in range(funnel.model.rowCount())] == [
        str(row[1]) for row in true().rows
    ]
    # What cannot be read is said, and read again.
    steps = performance.journeys.steps
    busy = Mock(side_effect=UserError("The database is busy.", "Try again."))
    monkeypatch.setattr(performance.journeys, "steps", busy)
    page.choose(period="days90")
    settle(qtbot, session)
    qtbot.mouseClick(funnel.toggle, LEFT)
    assert funnel.body.stack.currentWidget().text() == "The database is busy. Try again."
    assert funnel.sheet().rows == ()
    monkeypatch.setattr(performance.journeys, "steps", steps)
    moves.lose(ws, deals[2:3], reason_id=board.names(ws, "loss_reason")[0].id)
    settle(qtbot, session)
    assert funnel.sheet() == true()
    # The wheel belongs to the page until the keyboard is in the list.
    table, bar = page.cards["danger"].body.list.body.table, page._area.verticalScrollBar()

    def wheel() -> tuple[int, int]:
        at = table.viewport().mapTo(window, table.viewport().rect().center())
        QTest.wheelEvent(window.windowHandle(), at, QPoint(0, -120))
        return bar.value(), table.verticalScrollBar().value()

    page._area.ensureWidgetVisible(page.cards["danger"])
    table.setMaximumHeight(90)
    bar.setValue(bar.value() - 60)
    start = bar.value()
    there, inside = wheel()
    assert (there > start, inside) == (True, 0)
    table.setFocus()
    assert wheel() == (there, table.verticalScrollBar().value()) != (there, 0)
    # The list of deals in danger follows a change also while it is shown as a table.
    danger = page.cards["danger"]
    first, second = (each.id for each in danger.body.list.found.deals[:2])
    qtbot.mouseClick(danger.toggle, LEFT)
    moves.lose(ws, [first], reason_id=board.names(ws, "loss_reason")[0].id)
    qtbot.waitUntil(lambda: danger.body.list.found.deals[0].id == second)
    assert danger.model.index(0, 0).data() == danger.body.list.found.deals[0].name
    qtbot.mouseClick(danger.toggle, LEFT)
    # Working through the deals in danger, over the whole page.
    qtbot.mouseClick(page.cards["danger"].body.list.body.work, LEFT)
    settle(qtbot, session)
    over = page.focusProxy()
    made = figures.save(ws, "Mine", Question())
    settle(qtbot, session)
    assert over.isVisible()
    assert not page.grid.isVisible()
    press(qtbot, Qt.Key.Key_Escape)
    press(qtbot, Qt.Key.Key_Escape)
    assert page.grid.isVisible()
    assert f"own-{made}" in order(page)
