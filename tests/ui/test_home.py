"""Inicio by mouse and keyboard: the day, live; the work list emptied by its keys; what the window opens on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop import config
from salesos_desktop.domain.notices import Channel, Kind
from salesos_desktop.domain.work_list import Handled
from salesos_desktop.services import activities, home, leads, moves, notes, notice_settings, opportunities, undo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.app import Desktop
from salesos_desktop.ui.home.lines import Line
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from tests.conftest import TODAY, StillClock, make_deals
from tests.ui.conftest import open_window, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def opened(session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window on the start page of a workspace without deals."""
    with open_window(session, qtbot, "home") as made:
        yield made


@pytest.fixture
def busy(ws: Workspace, clock: StillClock) -> dict[str, int]:
    """An overdue call about a deal, a task of today about nothing, a deal in danger and a new lead."""
    clock.day = YESTERDAY
    offer, danger = (make_deals(ws, 1, name=name)[0] for name in ("Offer", "Danger"))
    lead = leads.create(ws, {"name": "Ana Gil", "email": "ana@example.com", "phone": "+34 600 000 001"})
    call = activities.plan(ws, {"kind": "call", "subject": "Call Rosa", "due_on": YESTERDAY}, ("opportunity", offer))
    task = activities.plan(ws, {"subject": "Report", "due_on": TODAY})
    clock.day = TODAY
    return {"offer": offer, "danger": danger, "lead": lead, "call": call, "task": task}


def titles(lines: list[Line]) -> list[str]:
    return [line.title for line in lines]


def press(window: MainWindow, qtbot: QtBot, key: Any, where: Any = None) -> None:
    qtbot.keyClick(where or QApplication.focusWidget() or window, key)
    settle(qtbot, window.session)


def shown(window: MainWindow, qtbot: QtBot) -> Any:
    """The dialog that is open."""
    qtbot.waitUntil(lambda: window.activities.dialog is not None)
    return window.activities.dialog


def menu_of(qtbot: QtBot) -> QMenu:
    """The menu that is open."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    return QApplication.activePopupWidget()  # type: ignore[return-value]


def row_point(lists: Any, key: tuple[str, int]) -> QPoint:
    return lists.visualRect(lists.model().index(lists.line_of(key), 0)).center()


def test_the_day_is_there_and_follows_what_happens(busy: dict[str, int], opened: MainWindow, qtbot: QtBot) -> None:
    day, ws = opened.home.day, opened.session.workspace
    QAbstractItemModelTester(day.due.list.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert day.greeting.full_text() == "Good afternoon, Marta"
    assert titles(day.due.list.lines) == ["Overdue  1", "Call Rosa", "Today  1", "Report"]
    call = day.due.list.lines[1]
    assert (call.detail, call.when, call.state[0], call.icon) == ("Offer", "yesterday", "!", "phone")
    assert [(line.title, line.below) for line in day.danger.list.lines] == [("Danger", "⚠ no next activity")]
    assert titles(day.fresh.list.lines) == ["First contact  1", "Ana Gil"]
    assert day.figures.texts()["Open value"] == "$2,000"
    assert day.work.text() == "Work through the list  ·  4"
    activities.finish(ws, [busy["call"]])
    notes.add(ws, "lead", busy["lead"], "Called")
    opportunities.edit(ws, busy["danger"], {"value": 300_000})
    qtbot.waitUntil(lambda: day.figures.texts()["Open value"] == "$4,000")
    qtbot.waitUntil(lambda: titles(day.due.list.lines) == ["Today  1", "Report"])
    worth = {"Offer": "$1,000", "Danger": "$3,000"}
    qtbot.waitUntil(lambda: {line.title: line.when for line in day.danger.list.lines} == worth)
    assert day.fresh.list.lines == []
    undo.undo(ws)
    qtbot.waitUntil(lambda: day.danger.list.lines[-1].when == "$1,000")


def test_everything_opens_where_it_belongs(busy: dict[str, int], opened: MainWindow, qtbot: QtBot) -> None:
    day = opened.home.day
    deals, due, fresh = day.danger.list, day.due.list, day.fresh.list
    point = row_point(deals, ("opportunity", busy["danger"]))
    qtbot.mouseClick(deals.viewport(), Qt.MouseButton.LeftButton, pos=point)
    settle(qtbot, opened.session)
    assert (opened.pane_open, opened.pane.deal_id, opened.page) == (True, busy["danger"], "home")
    opened.pane.close_pane()
    due.focus_first()
    press(opened, qtbot, Qt.Key.Key_Return)
    shown(opened, qtbot).reject()
    settle(qtbot, opened.session)
    press(opened, qtbot, Qt.Key.Key_Space, due)
    shown(opened, qtbot).answer()
    qtbot.waitUntil(lambda: activities.get(opened.session.workspace, busy["call"]).done)
    shown(opened, qtbot).reject()
    settle(qtbot, opened.session)
    box = due.box_of(due.line_of(("activity", busy["task"]))).center()
    qtbot.mouseClick(due.viewport(), Qt.MouseButton.LeftButton, pos=box)
    shown(opened, qtbot).reject()
    point = row_point(fresh, ("lead", busy["lead"]))
    qtbot.mouseClick(fresh.viewport(), Qt.MouseButton.LeftButton, pos=point)
    settle(qtbot, opened.session)
    assert opened.page == "leads"


def test_what_others_did_leads_to_where_it_is(
    busy: dict[str, int], opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, page = opened.session.workspace, opened.home
    with ws.unit("edit", []) as uow:
        luis = uow.insert("person", {"name": "Luis Paz", "folded": "luis paz", "created_at": uow.at})
    theirs = Workspace(ws.store, ws.clock, luis, settings=ws.settings)
    notice_settings.change(ws, notice_settings.get(ws).with_channel(Kind.BADGE, Channel.IN_APP, False))
    moves.win(theirs, [busy["offer"]], value=70_000)
    leads.edit(theirs, busy["lead"], {"owner_id": luis})
    ws.catch_up()
    news = page.day.news
    qtbot.waitUntil(lambda: titles(news.lines) == ["Won: Offer"])
    assert news.lines[0].detail == "Luis Paz · Prospecting → Won · $700"
    qtbot.waitUntil(lambda: page.day.fresh.lines == [])
    assert page.day.figures.texts()["Won this month"] == "$700"
    news.list.focus_first()
    press(opened, qtbot, Qt.Key.Key_Menu, news.list)
    menu = menu_of(qtbot)
    assert [each.text() for each in menu.actions()] == ["Open", "Plan an activity"]
    press(opened, qtbot, Qt.Key.Key_Down, menu)
    press(opened, qtbot, Qt.Key.Key_Return, menu)
    assert opened.pane.deal_id == busy["offer"]
    monkeypatch.setattr("salesos_desktop.ui.home.day._MOST", dict.fromkeys(("due", "danger", "fresh", "news"), 1))
    activities.plan(ws, {"subject": "Third", "due_on": TODAY})
    due = page.day.due
    qtbot.waitUntil(lambda: titles(due.list.lines) == ["Overdue  1", "Show 3 more"])
    due.list.opened.emit(due.list.lines[1])
    assert titles(due.list.lines) == ["Overdue  1", "Call Rosa", "Today  2", "Report", "Third"]


def test_an_empty_day_says_what_to_do(opened: MainWindow, qtbot: QtBot) -> None:
    due = opened.home.day.due
    assert due.said.isVisible()
    assert due.said.text() == "Nothing is left to do today."
    assert [made.text() for made in due.actions if made.isVisible()] == [
        "Plan an activity", "See the agenda", "New opportunity",
    ]  # fmt: skip
    assert not opened.home.day.work.isEnabled()
    qtbot.mouseClick(due.actions[0], Qt.MouseButton.LeftButton)
    shown(opened, qtbot).reject()
    press(opened, qtbot, Qt.Key.Key_W)
    assert not opened.home.working, "there is nothing to work through"


def test_the_work_list_is_emptied_by_its_keys(busy: dict[str, int], opened: MainWindow, qtbot: QtBot) -> None:
    ws, page = opened.session.workspace, opened.home
    press(opened, qtbot, Qt.Key.Key_W)
    assert page.working
    work = page.work
    assert (work.count.text(), work.run.current.title) == ("0 of 4", "Call Rosa")
    assert "$1,000" in work.card.texts()
    seen = []
    for key in (Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_J):
        press(opened, qtbot, key)
        seen.append(work.run.current.title)
    assert seen == ["Report", "Danger", "Ana Gil", "Call Rosa", "Ana Gil", "Call Rosa"]
    press(opened, qtbot, Qt.Key.Key_D)
    qtbot.keyClicks(shown(opened, qtbot).outcome, "jksd")
    press(opened, qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: work.count.text() == "1 of 4")
    assert activities.get(ws, busy["call"]).outcome == "jksd", "letters are typed in a field"
    shown(opened, qtbot).reject()
    settle(qtbot, opened.session)
    press(opened, qtbot, Qt.Key.Key_S, work)
    press(opened, qtbot, Qt.Key.Key_Return, menu_of(qtbot))
    qtbot.waitUntil(lambda: work.count.text() == "2 of 4")
    assert activities.get(ws, busy["task"]).due_at is not None
    assert work.run.current.title == "Danger"
    press(opened, qtbot, Qt.Key.Key_D, work)
    dialog = shown(opened, qtbot)
    qtbot.keyClicks(dialog.subject, "Spoke to them")
    press(opened, qtbot, Qt.Key.Key_Return, dialog.subject)
    qtbot.waitUntil(lambda: work.count.text() == "3 of 4")
    shown(opened, qtbot).reject()
    settle(qtbot, opened.session)
    assert [work.card.phone.text(), work.card.email.text()] == ["+34 600 00 00 01", "ana@example.com"]
    press(opened, qtbot, Qt.Key.Key_S, work)
    press(opened, qtbot, Qt.Key.Key_Return, menu_of(qtbot))
    qtbot.waitUntil(lambda: work.run.current is None)
    assert work.end.isVisible()
    assert work.end.texts().splitlines() == [
        "The list is empty", "2 done · 2 put off", "✓ Call Rosa", "✓ Danger", "→ Report", "→ Ana Gil",
    ]  # fmt: skip
    (planned,) = activities.of(ws, "lead", busy["lead"])
    assert planned.due_on == TOMORROW
    press(opened, qtbot, Qt.Key.Key_U, work)
    qtbot.waitUntil(lambda: work.run.current is not None)
    assert (work.run.current.title, work.count.text()) == ("Ana Gil", "3 of 4")
    press(opened, qtbot, Qt.Key.Key_Escape, work)
    assert not page.working


def test_open_plan_and_leave(busy: dict[str, int], opened: MainWindow, qtbot: QtBot) -> None:
    page = opened.home
    qtbot.mouseClick(page.day.work, Qt.MouseButton.LeftButton)
    settle(qtbot, opened.session)
    work = page.work
    press(opened, qtbot, Qt.Key.Key_P, work)
    shown(opened, qtbot).reject()
    press(opened, qtbot, Qt.Key.Key_Return, work)
    assert (opened.pane_open, opened.pane.deal_id) == (True, busy["offer"])
    press(opened, qtbot, Qt.Key.Key_Escape, work)
    assert (opened.pane_open, page.working) == (False, True), "Esc closes the pane first"
    press(opened, qtbot, Qt.Key.Key_J, work)
    press(opened, qtbot, Qt.Key.Key_Return, work)
    shown(opened, qtbot).reject()
    queue = work.queue
    qtbot.mouseClick(queue.viewport(), Qt.MouseButton.LeftButton, pos=row_point(queue, ("lead", busy["lead"])))
    settle(qtbot, opened.session)
    press(opened, qtbot, Qt.Key.Key_Return, work)
    assert opened.page == "leads"


def test_what_others_do_meanwhile_goes_by_itself(busy: dict[str, int], opened: MainWindow, qtbot: QtBot) -> None:
    ws, page = opened.session.workspace, opened.home
    page.work_through()
    settle(qtbot, opened.session)
    origin, ws.origin = ws.origin, "another window"
    activities.finish(ws, [busy["call"]])
    moves.win(ws, [busy["danger"]])
    ws.origin = origin
    qtbot.waitUntil(lambda: page.work.count.text() == "0 of 2")
    assert (page.work.run.current.title, page.work.run.handled) == ("Report", {})
    moves.lose(ws, [busy["offer"]], reason_id=1)
    leads.delete(ws, [busy["lead"]])
    activities.finish(ws, [busy["task"]])
    qtbot.waitUntil(lambda: page.work.run.current is None)
    assert page.work.run.handled == {("activity", busy["task"]): Handled.DONE}


def test_letters_are_none_of_its_keys_where_somebody_writes(
    busy: dict[str, int], opened: MainWindow, qtbot: QtBot
) -> None:
    opened.open_deal(busy["offer"])
    settle(qtbot, opened.session)
    for field in (opened.top_bar.search, opened.pane.form):
        field.setFocus()
        press(opened, qtbot, Qt.Key.Key_W)
        assert not opened.home.working
    opened.pane.close_pane()
    opened.top_bar.search.clear()
    opened.home.focus_first()
    press(opened, qtbot, Qt.Key.Key_W)
    assert opened.home.working


def test_a_visit_ends_when_the_page_was_looked_at_and_left(opened: MainWindow, qtbot: QtBot) -> None:
    ws, page = opened.session.workspace, opened.home
    opened.show_page("settings")
    settle(qtbot, opened.session)
    assert home.beginning(ws).seen_at is None, "it was not looked at yet"
    opened.show_page("home")
    settle(qtbot, opened.session)
    page._on_looked()
    opened.show_page("settings")
    settle(qtbot, opened.session)
    assert home.beginning(ws).seen_at is not None
    opened.show_page("home")
    settle(qtbot, opened.session)
    assert page.day.news.said.text() == "Nothing new since Nov 24, 2026, 12:00."


@pytest.mark.parametrize(
    ("opens_on", "last", "expected"),
    [("home", "leads", "home"), ("board", "leads", "board"), ("last", "leads", "leads"), ("last", "gone", "home")],
)
def test_the_page_that_the_window_opens_on(qapp: Any, opens_on: str, last: str, expected: str) -> None:
    desktop = Desktop(qapp, config.Preferences(opens_on=opens_on, page=last))
    assert desktop.first_page() == expected
    desktop.deleteLater()


def test_the_first_page_is_a_setting_and_the_last_one_is_kept(opened: MainWindow, qtbot: QtBot) -> None:
    opened.show_page("settings")
    settle(qtbot, opened.session)
    box = opened.settings.show_section("general").first_pages
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    box.activated.emit(box.currentIndex())
    opened.close()
    kept = config.Preferences.load()
    assert (kept.opens_on, kept.page) == ("last", "settings")


@pytest.mark.parametrize("width", [1440, 1024, 900])
def test_it_fits_also_beside_a_pane(busy: dict[str, int], opened: MainWindow, qtbot: QtBot, width: int) -> None:
    opened.resize(width, 700)
    opened.open_deal(busy["offer"])
    settle(qtbot, opened.session)
    assert opened.home.day.horizontalScrollBar().maximum() == 0
    opened.home.work_through()
    settle(qtbot, opened.session)
    card = opened.home.work.card
    assert card.mapTo(opened.home, card.rect().bottomRight()).x() <= opened.home.width()
