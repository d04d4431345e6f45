"""Deals in danger as a manager works through them, and cells edited in the lists of the forecast page, with mouse and keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.staleness import Reason
from salesos_desktop.services import activities, endangered, notes, opportunities
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.tables.delegate import room_in
from salesos_desktop.ui.theme import metrics
from tests.conftest import TODAY, make_deals
from tests.ui.conftest import settle
from tests.ui.hands import focused, front, press

pytestmark = pytest.mark.opens_on("forecast")

CTRL = Qt.KeyboardModifier.ControlModifier


def rest(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot, window.session)


def key(window: MainWindow, qtbot: QtBot, *keys: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
    for each in keys:
        press(qtbot, each, modifiers)
        rest(window, qtbot)


def click(qtbot: QtBot, table: Any, row: int, name: str, *, twice: bool = False) -> None:
    section = next(n for n, column in enumerate(table.deals.columns) if column.name == name)
    point = table.visualRect(table.deals.index(row, section)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    if twice:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)


def typed(qtbot: QtBot, text: str) -> None:
    focused().selectAll()
    qtbot.keyClicks(focused(), text)


def open_danger(window: MainWindow, qtbot: QtBot) -> Any:
    """By the button on the forecast page."""
    front(window, qtbot)
    window.show_page("forecast")
    rest(window, qtbot)
    qtbot.mouseClick(window.forecast.danger, Qt.MouseButton.LeftButton)
    rest(window, qtbot)
    return window.forecast.focusProxy()


def in_front(qtbot: QtBot, page: Any, deal_id: int) -> None:
    """Waits until a deal is in front: what was mended leaves once it was asked anew."""
    qtbot.waitUntil(lambda: page.work.run.current.key == ("opportunity", deal_id))


def deal(window: MainWindow, deal_id: int) -> dict[str, Any]:
    return opportunities.get(window.session.workspace, deal_id).row


def test_the_list_says_what_the_service_finds_and_its_cells_are_edited(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    (late,) = make_deals(ws, 1, expected_close=TODAY - timedelta(days=2))
    activities.plan(ws, {"due_on": TODAY + timedelta(days=9)}, ("opportunity", late))
    page = open_danger(window, qtbot)
    table = page.body.table
    tester = QAbstractItemModelTester(table.deals, QAbstractItemModelTester.FailureReportingMode.Fatal)
    found = endangered.find(ws, Scope())
    assert list(table.deals.ids) == [each.id for each in found.deals]
    assert not window.forecast.tabs.isVisible()
    page.body.setFixedWidth(560)
    cells = page.body.strip._cells
    qtbot.waitUntil(lambda: cells[0][0].parentWidget().y() < cells[-1][0].parentWidget().y())
    assert not any(cell[0].parentWidget().isHidden() for cell in cells), (
        "no reason is left out where there is little room"
    )
    why = next(n for n, column in enumerate(table.deals.columns) if column.name == "why")
    assert any(len(each.reasons) > 1 for each in found.deals)
    page.body.setFixedWidth(792)
    qtbot.waitUntil(lambda: table.width() == 792)
    texts = [table.deals.index(row, why).data() for row in range(table.deals.rowCount())]
    assert all(metrics().horizontalAdvance(text) <= room_in(table.columnWidth(why)) for text in texts), texts
    page.body.setMinimumWidth(0)
    page.body.setMaximumWidth(16_777_215)
    for each in found.deals:
        tip = table.deals.index(table.deals.row_of(each.id), why).data(Qt.ItemDataRole.ToolTipRole)
        assert ("count as a touch" in tip) == (Reason.STALE in each.reasons)
    row = table.deals.row_of(late)
    click(qtbot, table, row, "close", twice=True)
    rest(window, qtbot)
    focused().set_day(TODAY + timedelta(days=40))
    key(window, qtbot, Qt.Key.Key_Return)
    assert deal(window, late)["expected_close"] == TODAY + timedelta(days=40)
    left = {each.id: each.reasons for each in endangered.find(ws, Scope()).deals}
    qtbot.waitUntil(lambda: list(table.deals.ids) == list(left))
    assert late not in left
    assert page.body.gone.full_text() == "“Deal 0” is no longer in danger."
    mine = frozenset({ws.actor_id})
    window.forecast.choose(owner_id=ws.actor_id)
    rest(window, qtbot)
    assert list(table.deals.ids) == [each.id for each in endangered.find(ws, Scope(mine)).deals]
    click(qtbot, table, 0, "name")
    rest(window, qtbot)
    assert window.pane.deal_id == table.deals.id_at(0)
    key(window, qtbot, Qt.Key.Key_Escape)
    assert not window.pane_open
    key(window, qtbot, Qt.Key.Key_H)
    assert window.forecast.tabs.isVisible(), "the past takes its place"
    window.forecast.past.look.leave()
    window.forecast.show_danger()
    rest(window, qtbot)
    key(window, qtbot, Qt.Key.Key_Escape)
    assert window.forecast.tabs.isVisible()
    assert not page.isVisible()
    del tester


@pytest.mark.opens_on("board")
def test_two_minutes_with_the_keyboard_empty_the_list(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    with ws.unit("settings", []) as uow:
        zoe = uow.insert("person", {"name": "Zoe", "folded": "zoe", "role": "rep", "created_at": uow.at})
    deals = make_deals(ws, 5, owner_id=zoe)
    for each in deals[:4]:
        opportunities.edit(ws, each, {"expected_close": TODAY - timedelta(days=5)})
    for each in deals[1:4]:
        activities.plan(ws, {"due_on": TODAY + timedelta(days=9)}, ("opportunity", each))
    page = open_danger(window, qtbot)
    window.forecast.choose(owner_id=zoe)
    rest(window, qtbot)
    key(window, qtbot, Qt.Key.Key_W)
    run, view = page.work.run, page.work
    assert run.current.key == ("opportunity", deals[0])
    assert view.count.text() == "0 of 5 · $500 at risk"
    assert "its close date passed 5 days ago" in view.card.texts()
    key(window, qtbot, Qt.Key.Key_V)
    typed(qtbot, "nonsense")
    key(window, qtbot, Qt.Key.Key_Return)
    assert "nonsense" in view.bar.reason
    typed(qtbot, "3000")
    key(window, qtbot, Qt.Key.Key_Return)
    assert deal(window, deals[0])["value"] == 300_000
    assert view.told.full_text() == "✓ Deal 0: value $1,000 → $3,000 · Ctrl+Z"
    key(window, qtbot, Qt.Key.Key_C)
    key(window, qtbot, Qt.Key.Key_Z, modifiers=CTRL)
    assert not view.bar.isVisible()
    assert deal(window, deals[0])["value"] == 300_000, "undo closes what is open, not what was done before"
    key(window, qtbot, Qt.Key.Key_W)
    qtbot.keyClicks(focused(), "Call **on Monday**")
    key(window, qtbot, Qt.Key.Key_Return)
    assert [note.body for note in notes.of(ws, "opportunity", deals[0])] == ["Call **on Monday**"]
    assert "Call on Monday" in view.card.texts(), "notes are read without the signs of their looks"
    assert run.current.key == ("opportunity", deals[0]), "still past its date and without a step"
    key(window, qtbot, Qt.Key.Key_X)
    assert run.current.key == ("opportunity", deals[1])
    key(window, qtbot, Qt.Key.Key_Z, modifiers=CTRL)
    assert run.current.key == ("opportunity", deals[0]), "what was put aside comes back first"
    assert deal(window, deals[0])["value"] == 300_000
    key(window, qtbot, Qt.Key.Key_X, Qt.Key.Key_D)
    qtbot.keyClicks(focused(), f"{TODAY + timedelta(days=30):%d %b %Y}")
    key(window, qtbot, Qt.Key.Key_Return)
    in_front(qtbot, page, deals[2])
    key(window, qtbot, Qt.Key.Key_Z, modifiers=CTRL)
    in_front(qtbot, page, deals[1])
    key(window, qtbot, Qt.Key.Key_Down, Qt.Key.Key_K, Qt.Key.Key_S)
    assert run.current.key == ("opportunity", deals[2])
    (task,) = [each for each in activities.of(ws, "opportunity", deals[1]) if each.due_on == TODAY + timedelta(days=7)]
    assert task.assignee_id == ws.actor_id
    rest(window, qtbot)
    assert task.subject in view.told.full_text()
    assert task.subject not in window.notifications.toast.text, "what stands at the top is not said a second time"
    key(window, qtbot, Qt.Key.Key_Return)
    assert window.pane.deal_id == deals[2]
    key(window, qtbot, Qt.Key.Key_Escape, Qt.Key.Key_L)
    asked: Any = window.actions_.dialog
    asked._reason.setCurrentIndex(1)
    qtbot.mouseClick(asked.main_button, Qt.MouseButton.LeftButton)
    rest(window, qtbot)
    front(window, qtbot)
    assert deal(window, deals[2])["closed_on"] == TODAY
    in_front(qtbot, page, deals[3])
    opportunities.edit(ws, deals[3], {"expected_close": TODAY + timedelta(days=20)})
    in_front(qtbot, page, deals[4])
    key(window, qtbot, Qt.Key.Key_X)
    end = view.end.texts()
    assert "1 put off" in end
    assert "✓ Deal 0: value $1,000 → $3,000, note written" in end
    assert "✓ Deal 2: lost" in end
    assert view.count.text().endswith("$500 at risk"), "those that were put aside still are"
    qtbot.mouseClick(view.end.back, Qt.MouseButton.LeftButton)
    rest(window, qtbot)
    assert page.body.table.isVisible()


def test_the_deals_of_a_month_are_edited_where_they_stand(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    window.show_page("forecast")
    rest(window, qtbot)
    page = window.forecast
    page._list("2026-12", None)
    rest(window, qtbot)
    card = page.deals
    table = card.table
    tester = QAbstractItemModelTester(table.deals, QAbstractItemModelTester.FailureReportingMode.Fatal)
    first = table.deals.id_at(0)
    before = list(table.deals.ids)
    table.verticalScrollBar().setValue(0)
    click(qtbot, table, 0, "value")
    key(window, qtbot, Qt.Key.Key_4)
    qtbot.keyClicks(focused(), "200")
    key(window, qtbot, Qt.Key.Key_Return)
    assert deal(window, first)["value"] == 420_000
    assert table.current_id() == first
    click(qtbot, table, 0, "category")
    key(window, qtbot, Qt.Key.Key_F2)
    focused().setCurrentIndex(focused().findText("Left out"))
    key(window, qtbot, Qt.Key.Key_Return)
    assert deal(window, first)["category"] == "omitted"
    click(qtbot, table, table.deals.row_of(first), "value", twice=True)
    rest(window, qtbot)
    typed(qtbot, "much")
    key(window, qtbot, Qt.Key.Key_Return)
    assert "much" in table.editing.reason
    key(window, qtbot, Qt.Key.Key_Escape)
    click(qtbot, table, table.deals.row_of(first), "category", twice=True)
    rest(window, qtbot)
    key(window, qtbot, Qt.Key.Key_Z, modifiers=CTRL)
    assert table.editing.editor is None
    assert deal(window, first)["category"] == "omitted", "undo is of the open cell, not of what is behind it"
    click(qtbot, table, table.deals.row_of(first), "category", twice=True)
    qtbot.keyClick(focused().view(), Qt.Key.Key_Escape)
    assert table.editing.editor is None, "once is enough, also from the open list"
    click(qtbot, table, table.deals.row_of(first), "close", twice=True)
    rest(window, qtbot)
    focused().set_day(TODAY + timedelta(days=100))
    key(window, qtbot, Qt.Key.Key_Return)
    assert list(table.deals.ids) == [each for each in before if each != first]
    assert card.gone.full_text().endswith("has gone to: March 2027")
    key(window, qtbot, Qt.Key.Key_Z, modifiers=CTRL)
    assert sorted(table.deals.ids) == sorted(before)
    click(qtbot, table, table.deals.row_of(first), "value", twice=True)
    rest(window, qtbot)
    key(window, qtbot, Qt.Key.Key_Y, modifiers=CTRL)
    assert sorted(table.deals.ids) == sorted(before), "nothing behind an open cell is brought back"
    assert table.editing.editor is not None
    key(window, qtbot, Qt.Key.Key_Escape)
    key(window, qtbot, Qt.Key.Key_Y, modifiers=CTRL)
    assert first not in table.deals.ids, "it was there to be brought back"
    del tester
