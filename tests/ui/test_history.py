"""The Historial tab with the mouse and the keyboard: narrowing, folding, putting back, the record as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.differences import Part, pieces
from salesos_desktop.services import board, moves, notes, opportunities, timeline
from salesos_desktop.ui.detail.change_texts import Line
from salesos_desktop.ui.detail.timeline_model import TimelineModel
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from tests.conftest import TODAY, StillClock, make_deals, stage_named
from tests.ui.conftest import settle


@pytest.fixture
def deal(window: MainWindow, clock: StillClock, qtbot: QtBot) -> int:
    """A deal with a past of three days, its history in sight."""
    ws = window.session.workspace
    clock.day = TODAY - timedelta(days=2)
    made = make_deals(ws, 1)[0]
    clock.day = TODAY - timedelta(days=1)
    opportunities.edit(ws, made, {"value": 250_000, "priority": "high"})
    notes.add(ws, "opportunity", made, "Called about the offer")
    clock.day = TODAY
    moves.move(ws, [made], stage_named(ws, "Proposal").id)
    window.open_deal(made)
    window.pane.tabs.setCurrentWidget(window.pane.timeline)
    settle(qtbot, window.session)
    return made


def rows(window: MainWindow) -> list[str]:
    model = window.pane.timeline.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def choose(window: MainWindow, row: int) -> Line:
    view = window.pane.timeline.view
    view.setCurrentIndex(view.model().index(row, 0))
    line = view.line()
    assert line is not None
    return line


def entries_of(window: MainWindow, line: Line) -> dict[str, Any]:
    return {action.text(): action for action in window.pane.timeline.menu_of(line).actions()}


def test_lines_stand_under_their_days_and_new_ones_come_in_on_top(window: MainWindow, deal: int, qtbot: QtBot) -> None:
    pane = window.pane.timeline
    assert rows(window) == [
        "Today, Nov 24", "Prospecting → Proposal", "Yesterday, Nov 23", "Note added: Called about the offer",
        "Value: $1,000 → $2,500", "November 22, 2026", "Created",
    ]  # fmt: skip
    assert (
        pane.model.index(1, 0)
        .data(Qt.ItemDataRole.AccessibleDescriptionRole)
        .startswith("Marta Ríos · this window · +20 points · Probability: 10% → 50%")
    )
    choose(window, 1)
    opportunities.edit(window.session.workspace, deal, {"name": "Another name"})
    settle(qtbot, window.session)
    assert rows(window)[:3] == ["Today, Nov 24", "Name: Deal 0 → Another name", "Prospecting → Proposal"]
    assert pane.view.currentIndex().row() == 2, "the line that was chosen stays chosen"
    stays = pane.spent.accessibleDescription()
    assert stays == "Prospecting: 2 days, Nov 22, 2026 – Nov 24, 2026; Proposal, now: 0 days, since Nov 24, 2026"


@pytest.mark.usefixtures("deal")
def test_it_is_narrowed_by_kind_person_and_words(window: MainWindow, qtbot: QtBot) -> None:
    pane = window.pane.timeline

    def narrowed(change: Any) -> list[str]:
        change()
        pane._seek()
        settle(qtbot, window.session)
        return [row for row in rows(window) if "Nov" not in row]

    def kind(which: timeline.Kind | None) -> Any:
        return lambda: pane.kinds.setCurrentIndex(pane.kinds.findData(which))

    assert narrowed(kind(timeline.Kind.STAGES)) == ["Prospecting → Proposal", "Created"]
    assert narrowed(kind(timeline.Kind.NOTES)) == ["Note added: Called about the offer"]
    assert narrowed(kind(None))[0] == "Prospecting → Proposal"
    assert narrowed(lambda: pane.search.setText("priority high")) == ["Value: $1,000 → $2,500"]
    assert narrowed(lambda: pane.search.setText("nothing like it")) == []
    assert pane._nothing.isVisible()
    pane.search.clear()
    other = next(each.id for each in board.names(window.session.workspace, "person") if each.name != "Marta Ríos")
    assert narrowed(lambda: pane.people.setCurrentIndex(pane.people.findData(other))) == []


@pytest.mark.usefixtures("deal")
def test_the_keyboard_unfolds_copies_and_skips_the_days(window: MainWindow, qtbot: QtBot) -> None:
    view = window.pane.timeline.view
    choose(window, 1)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 3
    qtbot.keyClick(view, Qt.Key.Key_Down)
    folded = view.rowHeight(4)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.rowHeight(4) > folded
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().splitlines() == [
        "November 23, 2026, 12:00", "Value: $1,000 → $2,500", "Marta Ríos · this window", "Value: $1,000 → $2,500",
        "Priority: Medium → High",
    ]  # fmt: skip
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.rowHeight(4) == folded


def test_a_value_goes_back_from_the_menu_and_undo_brings_it_again(window: MainWindow, deal: int, qtbot: QtBot) -> None:
    ws = window.session.workspace
    line = choose(window, 4)
    offered = entries_of(window, line)
    assert [text for text in offered if text.startswith("Back")] == [
        "Back to this value: Value: $1,000",
        "Back to this value: Priority: Medium",
    ]
    offered["Back to this value: Value: $1,000"].trigger()
    settle(qtbot, window.session)
    assert opportunities.get(ws, deal).row["value"] == 100_000
    assert rows(window)[1] == "Value: $2,500 → $1,000"
    assert "Back to this value: Value: $2,500" in entries_of(window, choose(window, 1))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    assert opportunities.get(ws, deal).row["value"] == 250_000


def test_a_note_goes_back_from_the_menu(window: MainWindow, deal: int, qtbot: QtBot) -> None:
    ws = window.session.workspace
    (note,) = notes.of(ws, "opportunity", deal)
    notes.edit(ws, note.id, "Called again")
    settle(qtbot, window.session)
    window.pane.timeline.model.reload()
    settle(qtbot, window.session)
    text = "Back to this value: Note: Called about the offer"
    added = rows(window).index("Note added: Called about the offer")
    assert [offered for offered in entries_of(window, choose(window, added)) if "Back" in offered] == [text]
    edited = rows(window).index("Note: Called about the offer → Called again")
    offered = entries_of(window, choose(window, edited))
    assert [each for each in offered if "Back" in each] == [text], "not to what it says now"
    offered[text].trigger()
    settle(qtbot, window.session)
    assert [note.body for note in notes.of(ws, "opportunity", deal)] == ["Called about the offer"]
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    assert [note.body for note in notes.of(ws, "opportunity", deal)] == ["Called again"]


@pytest.mark.usefixtures("deal")
def test_a_stage_goes_back_as_a_move(window: MainWindow, qtbot: QtBot) -> None:
    entries_of(window, choose(window, 1))["Move to Prospecting…"].trigger()
    settle(qtbot, window.session)
    assert rows(window)[1] == "Proposal → Prospecting"


def test_the_deal_as_it_was_is_only_looked_at_and_leads_back(window: MainWindow, deal: int, qtbot: QtBot) -> None:
    pane = window.pane
    entries_of(window, choose(window, 6))["View as it was on Nov 22"].trigger()
    settle(qtbot, window.session)
    then = pane.past
    assert then.isVisible()
    assert pane.tabs.isHidden()
    assert not pane.stage_bar.isVisible()
    assert not pane.won_button.isVisible()
    assert "November 22, 2026" in then._said.text()
    assert then._changed.text() == "5 things have changed since."
    shown = {then.table.item(row, 0).text(): [then.table.item(row, n).text() for n in (1, 2)]
             for row in range(then.table.rowCount())}  # fmt: skip
    assert shown["Value"] == ["$1,000", "$2,500"]
    assert shown["Stage"] == ["Prospecting", "Proposal"]
    assert shown["Currency"] == ["USD", ""]
    opportunities.edit(window.session.workspace, deal, {"name": "Now"})
    settle(qtbot, window.session)
    assert then._changed.text() == "6 things have changed since."
    assert pane.title.full_text() == "Deal 0"
    assert not pane.won_button.isVisible()
    then._later.click()
    then._later.click()
    settle(qtbot, window.session)
    assert then._changed.text() == "Nothing has changed since."
    assert not then._later.isEnabled()
    then.day.setDate(then.day.date().addDays(-30))
    settle(qtbot, window.session)
    assert "not there yet" in then._changed.text()
    qtbot.keyClick(then.day, Qt.Key.Key_Escape)
    settle(qtbot, window.session)
    assert pane.tabs.isVisible()
    assert pane.stage_bar.isVisible()
    assert pane.won_button.isVisible()
    assert not pane.reopen_button.isVisible()
    assert pane.title.full_text() == "Now"


def test_as_it_was_opens_on_a_day_that_differs_with_the_difference_in_sight(
    window: MainWindow, clock: StillClock, deal: int, qtbot: QtBot
) -> None:
    ws, pane, then = window.session.workspace, window.pane, window.pane.past
    clock.day = TODAY + timedelta(days=3)
    notes.add(ws, "opportunity", deal, "The last line of all")
    clock.day = TODAY + timedelta(days=5)
    window.resize(1024, 560)
    settle(qtbot, window.session)
    qtbot.mouseClick(pane.timeline.then, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert then.past.day == TODAY + timedelta(days=2), "the day before its last change"
    assert then._changed.text() == "1 thing has changed since."
    (row,) = (row for row in range(then.table.rowCount()) if then.table.item(row, 2).text())
    assert then.table.item(row, 0).text() == "Note"
    assert then.table.verticalScrollBar().value() > 0, "it would be out of sight"
    assert then.table.viewport().rect().intersects(then.table.visualItemRect(then.table.item(row, 0)))
    pane.leave_past()
    settle(qtbot, window.session)
    last = pane.timeline.model.rowCount() - 1
    choose(window, last)
    pane.timeline.then.click()
    settle(qtbot, window.session)
    assert then.past.day == TODAY - timedelta(days=2), "an older line that is chosen says which day"


def test_the_model_keeps_its_promises_while_windows_and_news_arrive(session: Session, qtbot: QtBot) -> None:
    ws = session.workspace
    deal = make_deals(ws, 1)[0]
    for number in range(230):
        opportunities.edit(ws, deal, {"note": f"Version {number}"})
    model = TimelineModel(session, "opportunity")
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_row(deal)
    settle(qtbot, session)
    first = model.rowCount()
    opportunities.edit(ws, deal, {"note": "Newest"})
    model.refresh()
    settle(qtbot, session)
    assert model.rowCount() == first + 1
    while model.canFetchMore(model.index(-1, -1)):
        model.fetchMore(model.index(-1, -1))
        settle(qtbot, session)
    assert model.rowCount() == 233
    assert model.row(0) == date(2026, 11, 24)
    assert model.index(232, 0).data() == "Created"
    del tester


def test_a_difference_shows_what_has_gone_and_come_word_by_word() -> None:
    assert pieces("one old word", "one new word") == [
        (Part.SAME, "one "), (Part.GONE, "old"), (Part.COME, "new"), (Part.SAME, " word"),
    ]  # fmt: skip
    long = " ".join(f"word{n}" for n in range(100))
    shown = pieces(f"{long} a {long}", f"{long} b {long}")
    assert [part for part, _ in shown] == [Part.SAME, Part.GONE, Part.COME, Part.SAME]
    assert len(shown[0][1]) < 80
    assert pieces("same", "same") == [(Part.SAME, "same")]
