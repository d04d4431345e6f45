"""A message in the corner covers nothing of what stands at the bottom of a page."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.services import activities
from salesos_desktop.ui.main_window import MainWindow
from tests.conftest import TODAY
from tests.ui.conftest import settle


def place_of(widget: QWidget) -> QRect:
    """Where a widget is in its window."""
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


def card(window: MainWindow) -> QRect:
    """The message without its shadow."""
    return place_of(window.notifications.toast._card)


def test_it_stands_above_the_sums_and_rises_above_the_strip_of_a_selection(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("deals")
    settle(qtbot, window.session)
    page, toast = window.deals, window.notifications.toast
    toast.say("Something that passes", "", [("Undo", lambda: None)])
    first = card(window)
    assert first.bottom() < place_of(page.totals).top()
    point = page.table.visualRect(page.model.index(0, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    keys = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, keys, point + QPoint(0, page.table.rowHeight(0)))
    qtbot.waitUntil(lambda: page.strip.isVisible() and card(window).bottom() < place_of(page.strip).top())
    assert place_of(page.strip).right() > card(window).left(), "it would be covered"
    risen = card(window)
    page.table.clearSelection()
    qtbot.waitUntil(page.strip.isHidden)
    assert card(window) == risen, "who is about to click on it finds it where it was"
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: 0 < place_of(page.totals).top() - card(window).bottom() < 20)
    window.show_page("board")
    toast.say("Something else", "", [])
    assert card(window).bottom() > window.height() - 30, "elsewhere it has its corner"


def test_what_one_works_on_in_a_list_stays_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    activities.plan(window.session.workspace, {"subject": "Report", "due_on": TODAY - timedelta(days=1)})
    window.resize(1024, 700)
    window.show_page("home")
    window.home.work_through()
    settle(qtbot, window.session)
    (keys,) = (each for each in window.findChildren(QLabel) if each.isVisible() and each.text().startswith("D done"))
    run, toast = window.home.work, window.notifications.toast
    toast.say("Done: “Report”", "", [("Undo", lambda: None)])
    qtbot.waitUntil(lambda: place_of(run._beside).bottom() < card(window).top() < place_of(keys).top())
    assert not [each for each in (keys, run._beside, run._pages) if place_of(each).intersects(card(window))]
    toast.say("Done: Plan “Take up “Contact centre of the whole group””", "", [("Undo", lambda: None)])
    assert toast._title.text().replace("\n", " ") == toast._title.full_text(), "two lines where one is too short"
    assert toast._title.height() == toast._title.sizeHint().height()
    assert toast.height() == toast.sizeHint().height()
    toast.say("Done: " + "very " * 60 + "much", "", [])
    assert toast._title.text().count("\n") == 1
    assert toast._title.text().endswith("…")
    toast.hide()
    qtbot.waitUntil(lambda: place_of(keys).top() - place_of(run._beside).bottom() < 20)
    window.show_page("board")
    toast.say("Something else", "", [])
    assert card(window).bottom() > window.height() - 30, "elsewhere it has its corner"
