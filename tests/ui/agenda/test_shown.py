"""What the page shows: the list, what follows a change, filters, closings, empty periods; and what it exports."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.agenda import Agenda, Item, Wanted, placed
from salesos_desktop.services import activities, opportunities
from salesos_desktop.services import agenda as service
from salesos_desktop.ui.agenda.list_view import AgendaListModel
from salesos_desktop.ui.agenda.page import AgendaView
from salesos_desktop.ui.agenda.tiles import Look
from tests.conftest import TODAY, make_deals
from tests.ui.agenda.steps import TOMORROW, asked, plan, tile_of
from tests.ui.conftest import settle

_LEFT = Qt.MouseButton.LeftButton


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
