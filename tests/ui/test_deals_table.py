"""The table of opportunities as a rep looks at it: order, groups, filters, saved views."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.deal_rows import DealQuery, DealSort, GroupBy
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.services import bulk, deal_table, demo, views
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.opportunities.filter_bar import EVERY
from salesos_desktop.ui.opportunities.order import By
from salesos_desktop.ui.opportunities.page import DealsView
from salesos_desktop.ui.session import Session
from tests.conftest import make_deals
from tests.ui.conftest import settle
from tests.ui.deals_page import NONE, SHIFT, choose, click_header, rest, section, shown, ws_of


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> Iterator[DealsView]:
    """The page in a window on forty sample deals."""
    with shown(session, qtbot) as made:
        yield made


def test_rows_sums_and_the_number_are_those_of_the_service(page: DealsView, qtbot: QtBot) -> None:
    where = page.filter_bar.where
    assert list(page.model.ids) == list(deal_table.listing(ws_of(page), DealQuery(where), page.table.sort).ids)
    (sums,) = deal_table.totals(ws_of(page), where)
    assert page._count.text() == f"{sums.count} opportunities"
    assert page.totals.every.full_text().startswith(f"{sums.count} deals · ")
    every = len(page.model.ids)
    page.filter_bar.state.choose(EVERY)
    rest(page, qtbot)
    assert len(page.model.ids) > every
    ids = list(page.model.ids[:3])
    page.table.select_ids(ids)
    rest(page, qtbot)
    (few,) = deal_table.totals_of(ws_of(page), ids)
    assert page.totals.chosen.full_text().startswith(f"3 deals · ${few.value // 100:,}")
    assert not page.strip.isHidden()
    window: Any = page.window()
    page.open_record(ids[1])
    settle(qtbot, page._session)
    assert (window.page, window.pane.deal_id, window.pane.isVisible()) == ("deals", ids[1], True)


def test_a_click_orders_and_one_with_shift_adds_a_column(page: DealsView, qtbot: QtBot) -> None:
    click_header(page, "stage")
    page.table._order_by_section(section(page, "value"), adding=True)
    page.table._order_by_section(section(page, "value"), adding=True)
    rest(page, qtbot)
    assert page.table.sorts == (By("stage"), By("value", True))
    titles = [
        page.model.headerData(section(page, name), Qt.Orientation.Horizontal) for name in ("stage", "value", "name")
    ]
    assert titles == ["Stage ▲ 1", "Value ▼ 2", "Name"]
    wanted = deal_table.listing(
        ws_of(page), DealQuery(page.filter_bar.where), ((DealSort.STAGE, False), (DealSort.VALUE, True))
    )
    assert list(page.model.ids) == list(wanted.ids)
    kept = json.loads(page._session.preferences.geometry["table-deals"])
    assert kept["sorts"] == [["stage", False], ["value", True]]
    page.table._order_by_section(section(page, "value"), adding=True)
    assert page.table.sorts == (By("stage"),)
    choose(page, 0, "name")
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier | SHIFT)
    assert page.table.sorts == (By("name", True),)


def test_a_column_has_room_for_the_sign_of_its_order(page: DealsView) -> None:
    header = page.table.horizontalHeader()
    for name in ("activity", "priority"):
        header.resizeSection(section(page, name), 60)
    page.table.order_by((By("activity"), By("priority", True)))
    for name in ("activity", "priority"):
        place = section(page, name)
        assert header.sectionSize(place) >= header.sectionSizeHint(place) > 60


def test_groups_have_all_their_deals_and_open_one_by_one(page: DealsView, qtbot: QtBot) -> None:
    page.groups.pill.choose(GroupBy.STAGE.value)
    rest(page, qtbot)
    wanted = deal_table.groups(ws_of(page), page.filter_bar.where, GroupBy.STAGE)
    assert [heading.group for heading in page.model.headings] == list(wanted)
    assert page.model.rowCount() == len(wanted)
    page.table.focus_rows()
    QTest.keyClick(page.table, Qt.Key.Key_Right)
    rest(page, qtbot)
    assert page.model.rowCount() == len(wanted) + wanted[0].count
    assert page.table.selected_ids() == []
    assert page.model.index(0, 0).data().startswith(f"{wanted[0].title} · {wanted[0].count} deals")
    deal = page.model.id_at(1)
    bulk.set_fields(ws_of(page), [deal], {"value": 999_900})
    rest(page, qtbot)
    now = deal_table.groups(ws_of(page), page.filter_bar.where, GroupBy.STAGE)
    assert [heading.group for heading in page.model.headings] == list(now) != list(wanted)
    place = page.table.visualRect(page.model.index(0, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    rest(page, qtbot)
    assert page.model.rowCount() == len(wanted)
    page._open_all(True)
    rest(page, qtbot)
    assert page.model.rowCount() == len(wanted) + sum(group.count for group in wanted)


def test_the_links_of_the_groups_are_whole_or_not_there(page: DealsView, qtbot: QtBot) -> None:
    groups, window, deal = page.groups, page.window(), page.model.id_at(0)
    groups.pill.choose(GroupBy.MONTH.value)
    rest(page, qtbot)
    links = [each for each in groups.findChildren(QPushButton) if each is not groups.pill]
    assert [each.isVisible() for each in links] == [True, True]
    page.open_record(deal)
    window.resize(1024, 700)
    rest(page, qtbot)
    assert [each.isVisible() for each in links] == [False, False]
    window.resize(1700, 900)
    rest(page, qtbot)
    assert all(each.width() >= each.sizeHint().width() for each in links)
    assert [each.isVisible() for each in links] == [True, True]


def test_a_band_drawn_from_empty_ground_selects_what_it_covers(page: DealsView, qtbot: QtBot) -> None:
    page.set_text(page.model.record(0).name)
    rest(page, qtbot)
    last = page.model.rowCount() - 1
    bottom = page.table.visualRect(page.model.index(last, 0)).bottom()
    view = page.table.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, NONE, QPoint(300, bottom + 60))
    QTest.mouseMove(view, QPoint(200, bottom + 20))
    assert page.table.selectionModel().hasSelection() is False
    QTest.mouseMove(view, QPoint(100, bottom - 4))
    assert page.table.selected_ids() == [page.model.id_at(last)]
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, NONE, QPoint(100, bottom - 4))
    assert page.table._band is None
    assert page.table.selected_ids() == [page.model.id_at(last)]


def test_filters_by_what_is_asked_most_and_several_values_of_one(page: DealsView, qtbot: QtBot) -> None:
    made = make_deals(ws_of(page), 3)
    bulk.prioritise(ws_of(page), made[:2], Priority.HIGH)
    rest(page, qtbot)
    every = deal_table.fetch(ws_of(page), page.model.ids).values()
    page.filter_bar.aspects.choose("priority", ["high", "low"])
    page.filter_bar.aspects.choose("signs", ["idle"])
    rest(page, qtbot)
    wanted = {r.id for r in every if r.priority is not Priority.MEDIUM and r.next_activity_on is None}
    assert len(wanted) >= 2
    assert set(page.model.ids) == wanted
    assert page.filter_bar.aspects.accessibleName() == "Filter: 3"
    team = page.lists.teams[0]
    page.filter_bar.clear()
    page.filter_bar.aspects.choose("team", [team.id])
    rest(page, qtbot)
    assert {r.team for r in deal_table.fetch(ws_of(page), page.model.ids).values()} == {team.name}
    kept = page.filter_bar.aspects.keep()
    page.filter_bar.clear()
    page.filter_bar.choose({"aspects": kept})
    assert page.filter_bar.aspects.accessibleName() == team.name


def test_a_view_is_saved_says_that_it_was_changed_and_comes_back(page: DealsView, qtbot: QtBot) -> None:
    page.filter_bar.owner.choose(ws_of(page).actor_id)
    page.groups.pill.choose(GroupBy.PRIORITY.value)
    page.table.order_by((By("value", True), By("name")))
    page.views._save()
    dialog: Any = page.views.dialog
    QTest.keyClicks(dialog.name, "Mine by priority")
    dialog.answer()
    rest(page, qtbot)
    assert page.views.accessibleName() == "Mine by priority"
    page.filter_bar.clear()
    page.groups.pill.choose(None)
    page.table.order_by((By("close"),))
    rest(page, qtbot)
    assert page.views.accessibleName() == "Mine by priority (changed)"
    (view,) = page.views.views
    page.views.take(view)
    rest(page, qtbot)
    assert page.views.accessibleName() == "Mine by priority"
    assert (page.filter_bar.owner.value, page.groups.by) == (ws_of(page).actor_id, GroupBy.PRIORITY)
    assert page.table.sorts == (By("value", True), By("name"))
    broken = {**view.definition, "filter": {"owner": 9999, "aspects": {"stage": [777]}}, "group": "custom.gone"}
    broken["table"] = {**broken["table"], "order": ["custom.lost", *broken["table"]["order"]]}
    views.save(ws_of(page), "deals", "Broken", broken)
    rest(page, qtbot)
    problems: list[Any] = []
    page._session.problem.connect(problems.append)
    page.views.take(next(each for each in page.views.views if each.name == "Broken"))
    rest(page, qtbot)
    assert problems[0].message == (
        "the column “custom.lost”, part of the filter “Filter”, part of the filter “Owner”, what the rows are grouped by"
    )
    assert page.model.rowCount()


@pytest.mark.parametrize(
    "table", [{"order": 5, "hidden": True}, {"order": [[1]], "widths": {"name": "x"}, "sort": [1]}]
)
def test_a_view_that_nobody_can_read_changes_nothing(page: DealsView, qtbot: QtBot, table: Any) -> None:
    views.save(ws_of(page), "deals", "Garbage", {"table": table, "filter": [1], "group": {"by": 5}})
    rest(page, qtbot)
    page.views.take(page.views.views[0])
    rest(page, qtbot)
    assert not page.table.isColumnHidden(0)
    assert page.model.rowCount()
    page.table.restore_columns()


def test_a_starred_view_opens_the_page(session: Session, qtbot: QtBot) -> None:
    demo.fill(session.workspace, 20)
    made = views.save(session.workspace, "deals", "Lost ones", {"filter": {"state": "lost"}})
    views.set_default(session.workspace, "deals", made)
    window = MainWindow(session, "deals")
    with qtbot.waitExposed(window):
        window.show()
    settle(qtbot, session)
    assert window.deals.views.accessibleName() == "Lost ones"
    assert window.deals.filter_bar.state.value == "lost"
    window.retire()
    window.hide()
    window.deleteLater()
