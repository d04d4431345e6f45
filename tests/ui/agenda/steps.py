"""What the tests of the agenda do to its page, and what they read off it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.agenda import Wanted
from salesos_desktop.services import activities
from salesos_desktop.services import agenda as service
from salesos_desktop.ui.agenda.hours import HOUR
from salesos_desktop.ui.agenda.page import AgendaView
from salesos_desktop.ui.agenda.tiles import Tile
from salesos_desktop.ui.models.roles import DEALS_MIME
from tests.conftest import TODAY
from tests.ui.conftest import settle

_LEFT = Qt.MouseButton.LeftButton
TOMORROW = TODAY + timedelta(days=1)


def plan(page: AgendaView, qtbot: QtBot, name: str, day: date | None, starts: str = "", **more: Any) -> int:
    values = {"subject": name, "due_on": day, "starts": starts, "minutes": 60, **more}
    made = activities.plan(page._session.workspace, values)
    settle(qtbot, page._session)
    return made


def tile_of(page: AgendaView, made: int, day: date | None = None) -> Tile:
    view: Any = page.view
    found = [t for t in (*view.fixed, *view.grid, *view.strip) if t.item and t.item.activity.id == made]
    return next(t for t in found if day is None or t.day == day)


def centre(page: AgendaView, made: int) -> QPoint:
    view: Any = page.view
    return view.rect_of(tile_of(page, made)).center()


def drag(page: AgendaView, start: QPoint, end: QPoint, *, drop: bool = True) -> None:
    """Presses, moves in steps and lets go, as a hand does."""
    port = page.view.viewport()
    QTest.mousePress(port, _LEFT, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(port, start + (end - start) * step / 5)
    if drop:
        QTest.mouseRelease(port, _LEFT, pos=end)


def at(page: AgendaView, day: date, minute: int) -> QPoint:
    """A point of the hours."""
    view: Any = page.view
    left, width = view._column(list(view.days).index(day))
    view.verticalScrollBar().setValue(max(0, minute * HOUR // 60 - 200))
    return QPoint(left + width // 2, view.top - view.offset + minute * HOUR // 60)


def when(page: AgendaView, made: int) -> tuple[str, str, int | None]:
    item = service.look(page._session.workspace, Wanted(date(2026, 1, 1), date(2027, 12, 31)), [made]).items[0]
    return str(item.day), f"{item.start:%H:%M}" if item.start else "", item.activity.minutes


def asked(page: AgendaView) -> list[tuple[str, Any]]:
    actions: Any = page._window.activities
    found, actions.asked = actions.asked, []
    return list(found)


def deals_data(page: AgendaView, *ids: int) -> QMimeData:
    data = QMimeData()
    key = page._session.workspace.store.name
    data.setData(DEALS_MIME, QByteArray(json.dumps({"workspace": key, "ids": ids}).encode()))
    return data
