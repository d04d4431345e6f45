"""The keyboard goes, moves, stretches and asks in every view."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from salesos_desktop.services import activities
from salesos_desktop.ui.agenda.page import AgendaView
from tests.conftest import TODAY
from tests.ui.agenda.steps import TOMORROW, asked, plan, when
from tests.ui.conftest import settle

_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def test_arrows_go_from_activity_to_activity_and_letters_ask(page: AgendaView, qtbot: QtBot) -> None:
    late = plan(page, qtbot, "late", TODAY - timedelta(days=9))
    first, second = plan(page, qtbot, "first", TODAY, "09:00"), plan(page, qtbot, "second", TODAY, "13:00")
    third = plan(page, qtbot, "third", TOMORROW, "12:00")
    view: Any = page.view

    def here() -> int | None:
        return view.tile.item.activity.id if view.tile is not None else None

    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(view, key)
        seen.append(here())
    assert seen == [first, second, third, second, first, late]
    assert view.accessibleDescription() == "late, Task, Sun, Nov 15, whole day, past due, Marta Ríos"
    QTest.keyClick(view, Qt.Key.Key_Down)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_D, Qt.Key.Key_S, Qt.Key.Key_Delete):
        QTest.keyClick(view, key)
    assert asked(page) == [
        ("edit", (first,)), ("finish", ([first], "first")), ("finish", ([first], "first")), ("postpone", ([first],)),
        ("delete", ([first],)),
    ]  # fmt: skip
    activities.finish(page._session.workspace, [first])
    settle(qtbot, page._session)
    assert here() == first
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert asked(page) == [("reopen", (first,))]


def test_shift_and_arrows_move_and_stretch(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "call", TODAY, "09:00")
    view: Any = page.view
    QTest.keyClick(view, Qt.Key.Key_Down)
    for key, held in (
        (Qt.Key.Key_Right, _SHIFT), (Qt.Key.Key_Down, _SHIFT), (Qt.Key.Key_Down, _SHIFT), (Qt.Key.Key_Up, _SHIFT),
        (Qt.Key.Key_Down, _SHIFT | _CTRL), (Qt.Key.Key_Down, _SHIFT | _CTRL), (Qt.Key.Key_Up, _SHIFT | _CTRL),
    ):  # fmt: skip
        QTest.keyClick(view, key, held)
        settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-25", "09:15", 75)
    assert view.here == TOMORROW
    assert view.tile is not None


def test_the_keyboard_follows_one_that_moves_and_is_overdue_still(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "late", TODAY - timedelta(days=1), "09:00")
    view: Any = page.view
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.tile.item.activity.id == made
    QTest.keyClick(view, Qt.Key.Key_Down, _SHIFT)
    settle(qtbot, page._session)
    assert (view.tile.day, len(view.strip)) == (TODAY - timedelta(days=1), 1)
    assert when(page, made)[1] == "09:15"


def test_keys_lead_to_periods_and_views(page: AgendaView, qtbot: QtBot) -> None:
    view: Any = page.view
    assert page.mode == "week"
    assert next(iter(view.days)) == date(2026, 11, 23)
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    settle(qtbot, page._session)
    assert next(iter(view.days)) == date(2026, 11, 30)
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Left)
        settle(qtbot, page._session)
    assert (view.here, next(iter(view.days))) == (date(2026, 11, 29), date(2026, 11, 23))
    QTest.keyClick(view, Qt.Key.Key_T)
    settle(qtbot, page._session)
    assert view.here == TODAY
    shown = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_2):
        QTest.keyClick(page.view, key)
        settle(qtbot, page._session)
        shown.append((page.mode, page.view.hasFocus(), page.day))
    assert shown == [(mode, True, TODAY) for mode in ("day", "month", "list", "week")]
    kept = json.loads(page._session.preferences.geometry["agenda"])
    assert kept["mode"] == "week"
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert asked(page) == [("plan", (None, TODAY, "", None))]


def test_the_month_goes_by_days_and_weeks(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "call", TODAY + timedelta(days=7), "10:00")
    page.show_mode("month")
    settle(qtbot, page._session)
    view: Any = page.view
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert (view.here, view.tile.item.activity.id) == (TODAY + timedelta(days=7), made)
    QTest.keyClick(view, Qt.Key.Key_Up, _SHIFT)
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-24", "10:00", 60)
