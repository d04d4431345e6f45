"""The agenda's page: what lies where, drags with a real mouse, the keyboard, the list, cards dropped on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.agenda import Agenda, Item, Wanted, placed
from salesos_desktop.services import activities, opportunities
from salesos_desktop.services import agenda as service
from salesos_desktop.ui.agenda.hours import HOUR
from salesos_desktop.ui.agenda.list_view import AgendaListModel
from salesos_desktop.ui.agenda.page import AgendaView
from salesos_desktop.ui.agenda.tiles import Look, Tile
from salesos_desktop.ui.models.roles import DEALS_MIME
from salesos_desktop.ui.session import Session
from tests.conftest import TODAY, make_deals
from tests.ui.conftest import settle

_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_LEFT = Qt.MouseButton.LeftButton
TOMORROW = TODAY + timedelta(days=1)


class _Actions:
    """Writes down what the page asks for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **more: self.asked.append((name, (*args, *more.values())))


class _Window:
    """What the page needs of the window."""

    def __init__(self) -> None:
        self.activities = _Actions()
        self.deals: list[int] = []

    def open_deal(self, deal_id: int) -> None:
        self.deals.append(deal_id)


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> Iterator[AgendaView]:
    """A page in a window of its own, on the week of the still clock."""
    window: Any = _Window()
    made = AgendaView(session, window)
    made.resize(1100, 800)
    with qtbot.waitExposed(made):
        made.show()
    made.wake()
    settle(qtbot, session)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.focus_first()
    yield made
    settle(qtbot, session)
    made.hide()
    made.deleteLater()


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


# Drags ------------------------------------------------------------------------------------------------------------


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
    activities.edit(ws, made, {"subject": "other"})
    start = at(page, TODAY, 10 * 60 + 20)
    page._session.changed.disconnect()
    drag(page, start, start + QPoint(0, 100))
    settle(qtbot, page._session)
    assert len(said) == 1
    assert when(page, made) == ("2026-11-24", "10:00", 60)
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


# Keyboard ---------------------------------------------------------------------------------------------------------


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
        ("edit", (first,)), ("finish", ([first],)), ("finish", ([first],)), ("postpone", ([first],)), ("delete", ([first],)),
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


# The list ---------------------------------------------------------------------------------------------------------


def test_the_list_has_overdue_ones_first_and_those_without_a_day_last(page: AgendaView, qtbot: QtBot) -> None:
    page.show_mode("list")
    plan(page, qtbot, "some day", None)
    plan(page, qtbot, "soon", TOMORROW, "10:00")
    plan(page, qtbot, "late", TODAY - timedelta(days=40))
    rows = page.list.rows
    text = lambda column: [rows.data(rows.index(r, column)) for r in range(rows.rowCount())]  # noqa: E731
    assert text(2) == ["late", "soon", "some day"]
    assert text(0) == ["Thu, Oct 15", "tomorrow", "no date"]
    assert text(1) == ["", "10:00–11:00", ""]
    assert text(5)[0].startswith("! ")
    said = rows.data(rows.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "soon, Task, tomorrow, 10:00–11:00, Marta Ríos"
    page.list.setCurrentIndex(rows.index(1, 0))
    page.list.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_D, Qt.Key.Key_S):
        QTest.keyClick(page.list, key)
    assert [name for name, _ in asked(page)] == ["edit", "finish", "postpone"]
    QTest.keyClick(page.list, Qt.Key.Key_2)
    assert page.mode == "week"


def test_rows_come_and_go_one_by_one(ws: Any, qapp: object) -> None:  # noqa: ARG001
    now = ws.clock.now()
    model = AgendaListModel(Look({}, now))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made = [activities.plan(ws, {"subject": f"n{n}", "due_on": TODAY + timedelta(days=n % 5)}) for n in range(9)]
    items = [placed(activities.get(ws, each), service.zones.own(ws)) for each in made]
    resets: list[object] = []
    changed: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda top, _: changed.append(top.row()))

    def shows(*shown: Item) -> None:
        model.show_agenda(Agenda(Wanted(TODAY, TODAY), TODAY, service.zones.own(ws), items=shown))
        assert [model.item(row) for row in range(model.rowCount())] == list(shown)

    shows(*items[:5])
    shows(*items[:2], *items[3:5])
    shows(*items[:2], items[7], *items[3:5])
    shows(items[8], *items[3:6])
    assert changed == []
    activities.edit(ws, made[4], {"subject": "renamed"})
    again = placed(activities.get(ws, made[4]), service.zones.own(ws))
    shows(items[8], items[3], again, items[5])
    assert changed == [2]
    shows()
    assert resets == []
    assert tester is not None


# Following, filters, what is dropped ------------------------------------------------------------------------------


def test_only_what_changed_is_read(page: AgendaView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(page, qtbot, "call", TODAY, "10:00")
    monkeypatch.setattr(service, "load", None)
    read: list[list[int]] = []
    look = service.look
    monkeypatch.setattr(service, "look", lambda ws, wanted, ids: read.append(list(ids)) or look(ws, wanted, ids))
    ws = page._session.workspace
    activities.edit(ws, made, {"due_on": TOMORROW})
    settle(qtbot, page._session)
    assert (read, tile_of(page, made).day) == ([[made]], TOMORROW)
    activities.delete(ws, [made])
    settle(qtbot, page._session)
    view: Any = page.view
    assert view.grid == []


def test_filters_narrow_and_are_kept(page: AgendaView, qtbot: QtBot) -> None:
    view: Any = page.view
    plan(page, qtbot, "mine", TODAY, "10:00", kind="call")
    done = plan(page, qtbot, "done", TODAY, "12:00")
    plan(page, qtbot, "nobody's", TODAY, "14:00", assignee_id=None)
    activities.finish(page._session.workspace, [done])
    settle(qtbot, page._session)
    names = lambda: [t.item.activity.subject for t in view.grid]  # noqa: E731
    assert names() == ["mine", "done"]
    page.choices.person.choose(0)
    settle(qtbot, page._session)
    assert names() == ["mine", "done", "nobody's"]
    page.choices.shown.choose([])
    page.choices.shown.finished.emit()
    settle(qtbot, page._session)
    assert names() == ["mine", "nobody's"]
    page.choices.kinds.choose(["call"])
    page.choices.kinds.finished.emit()
    settle(qtbot, page._session)
    assert names() == ["mine"]
    again = AgendaView(page._session, page._window)
    again.wake()
    settle(qtbot, page._session)
    again.deleteLater()
    assert again.choices.wanted(TODAY, TODAY) == Wanted(TODAY, TODAY, None, frozenset({"call"}), done=False)


def test_expected_closings_open_their_deal(page: AgendaView, qtbot: QtBot) -> None:
    (deal,) = make_deals(page._session.workspace, 1, expected_close=TOMORROW)
    page.choices.shown.choose(["closings"])
    page.choices.shown.finished.emit()
    settle(qtbot, page._session)
    view: Any = page.view
    (tile,) = view.fixed
    assert (tile.day, [each.name for each in tile.closings]) == (TOMORROW, ["Deal 0"])
    opportunities.edit(page._session.workspace, deal, {"expected_close": TODAY})
    settle(qtbot, page._session)
    (tile,) = view.fixed
    assert tile.day == TODAY
    QTest.mouseDClick(view.viewport(), _LEFT, pos=tile.rect.center())
    window: Any = page._window
    assert window.deals == [deal]


def deals_data(page: AgendaView, *ids: int) -> QMimeData:
    data = QMimeData()
    key = page._session.workspace.store.name
    data.setData(DEALS_MIME, QByteArray(json.dumps({"workspace": key, "ids": ids}).encode()))
    return data


def test_a_card_dropped_on_an_hour_is_planned_about_there(page: AgendaView, qtbot: QtBot) -> None:
    (deal,) = make_deals(page._session.workspace, 1)
    view: Any = page.view
    point = at(page, TOMORROW, 9 * 60 + 20)
    move, buttons, held = Qt.DropAction.MoveAction, _LEFT, Qt.KeyboardModifier.NoModifier
    data = deals_data(page, deal)
    enter = QDragEnterEvent(point, move, data, buttons, held)
    view.dragEnterEvent(enter)
    assert enter.isAccepted()
    view.dragMoveEvent(QDragMoveEvent(point, move, data, buttons, held))
    assert view.ghost is not None
    view.dropEvent(QDropEvent(QPointF(point), move, data, buttons, held))
    actions: Any = page._window.activities
    qtbot.waitUntil(lambda: bool(actions.asked))
    assert asked(page) == [("plan", (("opportunity", deal), TOMORROW, "09:15", None))]
    assert view.ghost is None
    both = deals_data(page, deal, deal + 1)
    several = QDragEnterEvent(point, move, both, buttons, held)
    view.dragEnterEvent(several)
    assert not several.isAccepted()


def test_empty_periods_say_what_to_do(page: AgendaView, qtbot: QtBot) -> None:
    for mode in ("day", "week", "month", "list"):
        page.show_mode(mode)
        settle(qtbot, page._session)
        assert "N" in page.view.empty_text
        assert page.view.empty_text.startswith("Nothing planned")
    page.choices.kinds.choose(["call"])
    page.choices.kinds.finished.emit()
    settle(qtbot, page._session)
    assert page.view.empty_text.startswith("Nothing of these kinds")


def test_exported_as_a_calendar_file(page: AgendaView, qtbot: QtBot, tmp_path: Path) -> None:
    plan(page, qtbot, "call", TODAY, "10:00")
    told: list[str] = []
    window: Any = page._window
    window.notifications = type("N", (), {"toast": type("T", (), {"say": lambda _, *a: told.append(a[1])})()})()
    page.export(tmp_path / "agenda.ics")
    settle(qtbot, page._session)
    assert told == ["1 activity"]
    assert b"SUMMARY:call" in (tmp_path / "agenda.ics").read_bytes()
