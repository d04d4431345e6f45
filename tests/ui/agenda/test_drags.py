"""Drags with a real mouse keep to quarters of an hour, can be cancelled and go back when refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop.services import activities
from salesos_desktop.ui.agenda.hours import HOUR
from salesos_desktop.ui.agenda.page import AgendaView
from salesos_desktop.ui.dialogs.conflict import ConflictDialog
from tests.conftest import TODAY
from tests.ui.agenda.steps import TOMORROW, asked, at, centre, drag, plan, tile_of, when
from tests.ui.conftest import settle

_LEFT = Qt.MouseButton.LeftButton


def test_dragged_to_another_day_and_hour_it_keeps_to_quarters(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "call", TODAY, "10:00")
    start = at(page, TODAY, 10 * 60 + 20)
    view: Any = page.view
    drag(page, start, start + QPoint(view._column(2)[0] - view._column(1)[0], HOUR * 37 // 60))
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-25", "10:30", 60)
    assert tile_of(page, made).day == TOMORROW
    assert page.view.lifted() is None  # type: ignore[union-attr]


def test_the_lower_edge_stretches(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "call", TODAY, "10:00")
    view: Any = page.view
    at(page, TODAY, 11 * 60)
    rect = view.rect_of(tile_of(page, made))
    edge = QPoint(rect.center().x(), rect.bottom() - 1)
    drag(page, edge, edge + QPoint(0, HOUR * 3 // 4))
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-24", "10:00", 105)
    at(page, TODAY, 11 * 60)
    rect = view.rect_of(tile_of(page, made))
    edge = QPoint(rect.center().x(), rect.bottom() - 1)
    drag(page, edge, QPoint(edge.x(), rect.top() - 90))
    settle(qtbot, page._session)
    assert when(page, made)[2] == 15, "never shorter than a quarter of an hour"


def test_esc_cancels_a_drag(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "call", TODAY, "10:00")
    start = at(page, TODAY, 10 * 60 + 20)
    drag(page, start, start + QPoint(0, 150), drop=False)
    view: Any = page.view
    assert view.ghost is not None
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.dragging
    QTest.mouseRelease(view.viewport(), _LEFT, pos=start + QPoint(0, 150))
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-24", "10:00", 60)
    assert asked(page) == []


def test_to_and_from_the_whole_day(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "call", TODAY, "10:00")
    view: Any = page.view
    start = at(page, TODAY, 10 * 60 + 20)
    drag(page, start, QPoint(view._column(2)[0] + 20, view.top - 12))
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-25", "", 60)
    start = view.rect_of(tile_of(page, made)).center()
    at(page, TODAY, 15 * 60)
    drag(page, start, QPoint(view._column(1)[0] + 20, view.top - view.offset + 15 * HOUR + 3))
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-24", "15:00", 60)


def test_an_overdue_one_is_dragged_from_the_strip(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "late", TODAY - timedelta(days=20))
    view: Any = page.view
    assert [t.item.activity.subject for t in view.strip if t.item] == ["late"]
    target = at(page, TOMORROW, 9 * 60 + 5)
    drag(page, view.strip[0].rect.center(), target)
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-25", "09:00", 60)
    assert view.strip == []


def test_in_the_month_a_drag_keeps_the_time(page: AgendaView, qtbot: QtBot) -> None:
    made = plan(page, qtbot, "call", TODAY, "10:15")
    page.show_mode("month")
    settle(qtbot, page._session)
    view: Any = page.view
    start = centre(page, made)
    drag(page, start, start + QPoint(view._cell(1).left() - view._cell(0).left(), 0) + QPoint(0, -view._row))
    settle(qtbot, page._session)
    assert when(page, made) == ("2026-11-18", "10:15", 60)
    assert tile_of(page, made).day == date(2026, 11, 18)


def test_a_refused_drop_goes_back_and_is_said(page: AgendaView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(page, qtbot, "call", TODAY, "10:00")
    said: list[Any] = []
    page._session.problem.connect(said.append)
    ws, item = page._session.workspace, tile_of(page, made).item
    assert item is not None
    monkeypatch.setattr(page, "_on_changed", lambda _: None)
    activities.edit(ws, made, {"subject": "other", "starts": "16:00"})
    start = at(page, TODAY, 10 * 60 + 20)
    page._session.changed.disconnect()
    drag(page, start, start + QPoint(0, 100))
    settle(qtbot, page._session)
    question = next(each for each in QApplication.topLevelWidgets() if isinstance(each, ConflictDialog))
    assert list(question.groups) == ["due_on"], "of what both have changed; the subject is none of it"
    QTest.keyClick(question, Qt.Key.Key_Escape)
    settle(qtbot, page._session)
    assert len(said) == 1
    assert when(page, made) == ("2026-11-24", "16:00", 60)
    assert page.view.lifted() is None  # type: ignore[union-attr]
    assert tile_of(page, made).item.activity.subject == "other"  # type: ignore[union-attr]


def test_an_empty_place_plans_there(page: AgendaView, qtbot: QtBot) -> None:
    view: Any = page.view
    point = at(page, TOMORROW, 11 * 60 + 40)
    QTest.mouseClick(view.viewport(), _LEFT, pos=point)
    drag(page, point, point + QPoint(0, HOUR))
    settle(qtbot, page._session)
    assert asked(page) == [
        ("plan", (None, TOMORROW, "11:30", None)), ("plan", (None, TOMORROW, "11:45", 60)),
    ]  # fmt: skip
