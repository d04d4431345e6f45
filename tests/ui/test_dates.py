"""A date is typed as a person writes it, with the keys of a person, in every kind of field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop import i18n
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.services import opportunities
from salesos_desktop.ui import dates
from salesos_desktop.ui.dates import MonthEdit, OptionalDateEdit, date_edit
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.parts import Field
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle
from tests.ui.deals_page import DealsView, choose, row, shown
from tests.ui.hands import focused

TODAY = date(2026, 11, 29)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(params=["es", "en"])
def spanish(request: pytest.FixtureRequest) -> Iterator[bool]:
    before = i18n.language()
    i18n.set_language(request.param)
    yield request.param == "es"
    i18n.set_language(before)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "_today", lambda: TODAY)


@pytest.fixture
def beside(qtbot: QtBot) -> Callable[..., QWidget]:
    """Puts widgets into a window that is kept while the test runs."""
    kept: list[QWidget] = []

    def show(*widgets: QWidget) -> QWidget:
        kept.append(QWidget())
        qtbot.addWidget(kept[-1])
        column = QVBoxLayout(kept[-1])
        for widget in widgets:
            column.addWidget(widget)
        kept[-1].resize(500, 300)
        with qtbot.waitActive(kept[-1]):
            kept[-1].show()
        return kept[-1]

    return show


def retype(widget: Any, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    QTest.keyClick(widget, Qt.Key.Key_A, CTRL)
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    QTest.keyClicks(widget, text)
    if end is not None:
        QTest.keyClick(widget, end)


def test_what_is_typed_is_what_is_meant(beside: Callable[..., QWidget], spanish: bool) -> None:
    edit, after = date_edit(date(2026, 11, 15)), date_edit(TODAY)
    told: list[QDate] = []
    edit.dateChanged.connect(told.append)
    beside(edit, after)
    edit.setFocus()
    for text in ("15 ene 2027", "15/1/2027", "15-1-27", "2027-01-15", "Jan 15, 2027", "15 January", "15/1", "+47"):
        edit.setDate(QDate(2026, 11, 15))
        told.clear()
        retype(edit, text, None)
        assert edit.lineEdit().text() == text, "it stays as it is typed"
        assert told == []
        QTest.keyClick(edit, Qt.Key.Key_Tab)
        assert told == [QDate(2027, 1, 15)]
        assert edit.lineEdit().text() == ("15 ene 2027" if spanish else "Jan 15, 2027")
        edit.setFocus()
    retype(edit, "3/4/27")
    assert edit.date() == (QDate(2027, 4, 3) if spanish else QDate(2027, 3, 4))
    for text, day in (
        ("hoy", TODAY),
        ("tomorrow", date(2026, 11, 30)),
        ("+2s", date(2026, 12, 13)),
        ("lunes", date(2026, 11, 30)),
    ):
        retype(edit, text)
        assert edit.taken() == day


def test_it_is_a_plain_line_and_still_steps_days(beside: Callable[..., QWidget]) -> None:
    edit = date_edit(date(2026, 11, 15))
    beside(edit)
    edit.setFocus()
    line = edit.lineEdit()
    line.setCursorPosition(len("Nov 15"))
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    QTest.keyClicks(edit, "7")
    assert (line.text(), line.cursorPosition()) == ("Nov 17, 2026", 6)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.date() == QDate(2026, 11, 18), "what was typed is stepped"
    QApplication.clipboard().setText("1 mar 2027")
    QTest.keyClick(edit, Qt.Key.Key_A, CTRL)
    QTest.keySequence(edit, QKeySequence(QKeySequence.StandardKey.Paste))
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert line.text() == "Mar 1, 2027"
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert line.text() == "Feb 28, 2027"
    QTest.keyClicks(edit, "x")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert line.text() == "Feb 28, 2027", "Esc takes it back"


@pytest.mark.parametrize("held", [True, False])
def test_what_cannot_be_read_stays_with_the_cure(beside: Callable[..., QWidget], held: bool) -> None:
    edit, after = date_edit(date(2026, 11, 15)), date_edit(TODAY)
    field = Field("Day", edit) if held else edit
    holder = beside(field, after)
    told: list[QDate] = []
    edit.dateChanged.connect(told.append)
    edit.setFocus()
    retype(edit, "15 foo 2027", Qt.Key.Key_Tab)
    assert (edit.lineEdit().text(), told, edit.property("wrong")) == ("15 foo 2027", [], "true")
    assert edit.problem == "“15 foo 2027” is not a date. Write it, for example, like Jan 15, 2027."
    assert edit.accessibleDescription() == edit.problem
    reasons = [
        each for each in holder.findChildren(type(dates.label())) if each.isVisible() and each.text() == edit.problem
    ]
    assert len(reasons) == 1
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.lineEdit().text() == "15 foo 2027", "it cannot be stepped either"
    QTest.keyClicks(edit, "7")
    assert (edit.problem, edit.property("wrong")) == ("", "false"), "the mark goes while it is corrected"
    edit.setMaximumDate(QDate(2026, 11, 29))
    retype(edit, "30 nov 2026")
    assert edit.problem == "Nov 30, 2026 cannot be here. It has to be Nov 29, 2026 at the latest."
    retype(edit, "")
    assert edit.problem == "The date is missing. Fill it in."
    retype(edit, "30/11/25")
    assert (edit.problem, told) == ("", [QDate(2025, 11, 30)])


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_calendar_opens_and_chooses(beside: Callable[..., QWidget]) -> None:
    edit = OptionalDateEdit()
    beside(edit)
    edit.setFocus()
    done: list[date | None] = []
    edit.finished.connect(lambda: done.append(edit.day()))
    QTest.keyClick(edit, Qt.Key.Key_F4)
    calendar = QApplication.activePopupWidget()
    assert calendar is not None
    assert (edit._calendar.yearShown(), edit._calendar.monthShown()) == (2026, 11)
    names = [edit._calendar.locale().dayName(day, QLocale.FormatType.ShortFormat) for day in range(1, 8)]
    room = edit._calendar.width() // 7 - 20
    assert all(edit._calendar.fontMetrics().horizontalAdvance(name) <= room for name in names), "their names are whole"
    QTest.keyClick(calendar.focusWidget(), Qt.Key.Key_Right)
    QTest.keyClick(calendar.focusWidget(), Qt.Key.Key_Return)
    assert (done, edit.lineEdit().text()) == ([date(2026, 11, 30)], "Nov 30, 2026")
    assert QApplication.activePopupWidget() is None


def test_an_optional_one_is_emptied(beside: Callable[..., QWidget]) -> None:
    edit, after = OptionalDateEdit(), date_edit(TODAY)
    beside(edit, after)
    edit.set_day(date(2026, 12, 1))
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_A, CTRL)
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert (edit.day(), edit.problem, edit.lineEdit().text()) == (None, "", "")
    edit.setFocus()
    QTest.keyClicks(edit, "1 dic")
    assert edit.day() == date(2026, 12, 1)
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    edit.type("1 foo")
    edit.settle()
    edit.set_day(date(2026, 12, 1))
    assert edit.lineEdit().text() == "1 foo", "news of the same day leave what waits to be corrected"
    edit.set_day(None)
    assert (edit.lineEdit().text(), edit.problem) == ("", "")


def test_a_month_is_typed_as_one(beside: Callable[..., QWidget]) -> None:
    edit = MonthEdit(date(2026, 11, 15))
    beside(edit)
    edit.setFocus()
    for text in ("dic 27", "12/2027", "Dec 2027", "15 dic 2027"):
        retype(edit, text)
        assert edit.lineEdit().text() == "Dec 2027"
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.lineEdit().text() == "Jan 2028"


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> Iterator[DealsView]:
    with shown(session, qtbot) as made:
        yield made


def test_a_cell_takes_it_by_f2_and_by_typing(page: DealsView, qtbot: QtBot) -> None:
    place = next(n for n, each in enumerate(page.model.ids) if page.model.store.get(each).kind is StageKind.OPEN)
    deal = choose(page, place, "close")
    before = row(page, deal)["expected_close"]
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    QTest.keyClicks(page.editing.editor.widget, "15 foo 2027")
    QTest.keyClick(page.editing.editor.widget, Qt.Key.Key_Return)
    assert "Write it, for example" in page.editing.reason
    assert (page.editing.editor.widget.lineEdit().text(), row(page, deal)["expected_close"]) == ("15 foo 2027", before)
    retype(page.editing.editor.widget, "15 ene 2027")
    settle(qtbot, page._session)
    assert row(page, deal)["expected_close"] == date(2027, 1, 15)
    choose(page, page.model.row_of(deal), "close")
    QTest.keyClicks(page.table, "1")
    QTest.keyClicks(page.editing.editor.widget, "6/2/2027")
    QTest.keyClick(page.editing.editor.widget, Qt.Key.Key_Return)
    settle(qtbot, page._session)
    assert row(page, deal)["expected_close"] == date(2027, 2, 16)


def test_a_dialog_writes_nothing_until_it_can_be_read(window: MainWindow, qtbot: QtBot) -> None:
    deal = window.board.frames[0].model.id_at(0)
    window.actions_.hold([deal])
    settle(qtbot, window.session)
    dialog: Any = window.actions_.dialog
    dialog.day.setFocus()
    retype(focused(), "15 foo 2027")
    assert dialog.isVisible()
    assert "Write it" in dialog.fields["until"].error
    retype(focused(), "15 ene 2027")
    settle(qtbot, window.session)
    assert opportunities.get(window.session.workspace, deal).card.hold_until == date(2027, 1, 15)
