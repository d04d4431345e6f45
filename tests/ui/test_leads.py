"""The page of leads as a rep uses it: list, filters, menu, and what other windows do meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop import bootstrap
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import leads
from salesos_desktop.ui.leads.filter_bar import ARCHIVED
from salesos_desktop.ui.leads.page import LeadsView
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle
from tests.ui.leads_page import expected, rest, shown, texts, ws_of

pytestmark = pytest.mark.opens_on("leads")


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> LeadsView:
    return shown(window, qtbot)


def test_the_list_shows_what_the_service_has(page: LeadsView, window: MainWindow) -> None:
    ids = expected(page)
    assert list(page.model.ids) == ids
    assert page._count.text() == f"{len(ids)} leads"
    row = leads.get(ws_of(page), ids[0])
    shown = texts(page, 0)
    assert shown[:4] == [row.row["name"], row.row["company"], row.row["email"], row.row["phone"]]
    assert shown[4:7] == [row.source, row.status.name, row.owner or "Nobody"]
    assert window.top_bar._new.text() == "+ New lead"
    assert window.sidebar._buttons["leads"].isChecked()


@pytest.mark.opens_on("board")
def test_search_and_button_belong_to_the_page(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    name = texts(page, 3)[0]
    window.top_bar.search.setText(name.upper())
    window.show_page("board")
    assert page.filter_bar.text == name.upper(), "what was typed a moment ago is not lost"
    assert window.top_bar.search.text() == ""
    assert window.board.filter_bar.where.text == ""
    assert window.top_bar._new.text() == "+ New opportunity"
    window.show_page("leads")
    settle(qtbot, window.session)
    assert window.top_bar.search.text() == name.upper()
    assert {texts(page, row)[0] for row in range(page.model.rowCount())} == {name}


def test_filters_narrow_and_are_taken_off(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    bar, me = page.filter_bar, ws_of(page).actor_id
    everything = len(expected(page))
    source = page.lists.sources[0].id
    for pill, value, where in (
        (bar.owner, 0, LeadFilter(owner_id=0)), (bar.owner, me, LeadFilter(owner_id=me)),
        (bar.status, "qualified", LeadFilter(status="qualified")), (bar.status, ARCHIVED, LeadFilter(archived=True)),
        (bar.source, source, LeadFilter(source_id=source)),
    ):  # fmt: skip
        pill.choose(value)
        settle(qtbot, window.session)
        assert list(page.model.ids) == expected(page, where)
        assert page._clear.isVisible()
        bar.clear()
        settle(qtbot, window.session)
    assert page.model.rowCount() == everything
    bar.created.choose("month")
    settle(qtbot, window.session)
    assert 0 < page.model.rowCount() < everything
    days = {leads.get(ws_of(page), i).row["created_at"].date() for i in page.model.ids}
    assert all((day.year, day.month) == (2026, 11) for day in days)
    window.top_bar.search.setText("zzz")
    qtbot.waitUntil(lambda: bar.text == "zzz")
    settle(qtbot, window.session)
    assert page._stack.currentWidget() is page.no_match
    bar.clear()
    settle(qtbot, window.session)
    assert window.top_bar.search.text() == ""
    assert page.model.rowCount() == everything


def test_a_new_workspace_says_what_to_do_next(session: Any, qtbot: QtBot) -> None:
    made = MainWindow(session)
    made.show()
    made.show_page("leads")
    settle(qtbot, session)
    assert made.leads._stack.currentWidget() is made.leads.empty
    leads.create(session.workspace, {"name": "Ana Ruiz", "email": "ana@example.com"})
    rest(made.leads, qtbot)
    assert made.leads._stack.currentWidget() is made.leads.table
    assert made.leads._count.text() == "1 lead"
    made.retire()
    made.hide()
    made.deleteLater()


def test_the_list_follows_other_windows_row_by_row(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    resets: list[str] = []
    page.model.modelReset.connect(lambda: resets.append("reset"))
    other = bootstrap.open_workspace(ws_of(page).store.path)  # type: ignore[arg-type]
    chosen = page.model.id_at(5)
    page.table.select_ids([chosen])
    try:
        made = leads.create(other, {"name": "Zoe Paz", "phone": "+34 600 12 34 56"})
        leads.edit(other, chosen, {"name": "Renamed Elsewhere"})
    finally:
        other.store.close()
    window.session._on_tick()
    qtbot.waitUntil(lambda: page.model.row_of(made) >= 0)
    settle(qtbot, window.session)
    assert resets == []
    assert page.table.selected_ids() == [chosen]
    assert texts(page, page.model.row_of(chosen))[0] == "Renamed Elsewhere"
    undo_count = len(page.model.ids)
    leads.delete(ws_of(page), [made])
    rest(page, qtbot)
    assert len(page.model.ids) == undo_count - 1


def test_a_header_orders_by_the_service(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    page.table.horizontalHeader().sectionClicked.emit(1)
    settle(qtbot, window.session)
    assert list(page.model.ids) == list(leads.listing(ws_of(page), LeadFilter(), LeadSort.COMPANY).ids)
    page.table.horizontalHeader().sectionClicked.emit(1)
    settle(qtbot, window.session)
    down = leads.listing(ws_of(page), LeadFilter(), LeadSort.COMPANY, descending=True)
    assert list(page.model.ids) == list(down.ids)


def menu_of(page: LeadsView, ids: list[int]) -> dict[str, Any]:
    """Texts of the context menu and what they do; sub-menus by their own texts."""
    menu = page.actions_.menu(ids, list(leads.fetch(ws_of(page), ids).values()))

    def entries(menu: QMenu) -> dict[str, Any]:
        return {a.text(): entries(a.menu()) if a.menu() else a for a in menu.actions() if a.text()}  # type: ignore[arg-type]

    found = entries(menu)
    found["menu"] = menu
    return found


@pytest.mark.opens_on("board")
def test_the_menu_edits_takes_assigns_and_deletes(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    ws, me = ws_of(page), ws_of(page).actor_id
    pool = [leads.create(ws, {"name": n, "email": f"{n}@example.com", "owner_id": None}) for n in ("Zoe", "Leo")]
    rest(page, qtbot)
    found = menu_of(page, pool)
    assert "Open" not in found
    assert found["Status"]["Contacted"].toolTip() == "Somebody has spoken or written to them."
    assert "Converted" not in found["Status"]
    found["Status"]["Contacted"].trigger()
    found["Take"].trigger()
    settle(qtbot, window.session)
    assert {(leads.get(ws, i).row["status"], leads.get(ws, i).row["owner_id"]) for i in pool} == {("contacted", me)}
    assert "Take" not in menu_of(page, pool)
    laura = next(p for p in page.lists.people if p.name == "Laura Gomez")
    menu_of(page, pool)["Assign to"]["Laura Gomez"].trigger()
    settle(qtbot, window.session)
    assert {leads.get(ws, i).owner for i in pool} == {laura.name}
    menu_of(page, pool)["Delete"].trigger()
    rest(page, qtbot)
    assert not set(pool) & set(page.model.ids)
    window.actions_.undo()
    rest(page, qtbot)
    assert set(pool) <= set(page.model.ids)


def test_the_menu_key_opens_the_menu_of_the_selection(page: LeadsView) -> None:
    asked: list[tuple[list[int], QPoint]] = []
    page.table.menu_requested.disconnect()
    page.table.menu_requested.connect(lambda ids, point: asked.append((ids, point)))
    page.table.select_ids([page.model.id_at(2), page.model.id_at(4)])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    page.table.contextMenuEvent(event)
    assert asked[0][0] == [page.model.id_at(2), page.model.id_at(4)]
    inside = page.table.viewport().mapFromGlobal(asked[0][1])
    assert page.table.viewport().rect().contains(inside)


def test_discarding_several_needs_a_reason(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    ids = [page.model.id_at(0), page.model.id_at(3)]
    page.actions_.discard(ids)
    settle(qtbot, window.session)
    dialog: Any = page.actions_.dialog
    dialog.answer()
    settle(qtbot, window.session)
    assert "why" in dialog.fields["reason"].error
    dialog.reason.setCurrentIndex(2)
    dialog.note.setPlainText("too small")
    dialog.answer()
    rest(page, qtbot)
    assert page.actions_.dialog is None
    assert not set(ids) & set(page.model.ids)
    row = leads.get(ws_of(page), ids[1])
    assert (row.discard_reason, row.row["discard_note"]) == (page.lists.reasons[1].name, "too small")
