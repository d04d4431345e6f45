"""The page of leads as a rep uses it: list, filters, pane, dialogs, and what other windows do meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDesktopServices
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop import bootstrap
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import board, leads, undo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.dialogs.lead import fill_gaps
from salesos_desktop.ui.leads.filter_bar import ARCHIVED
from salesos_desktop.ui.leads.page import LeadsView
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> LeadsView:
    window.show_page("leads")
    settle(qtbot, window.session)
    QAbstractItemModelTester(
        window.leads.model, QAbstractItemModelTester.FailureReportingMode.Fatal, window.leads.model
    )
    return window.leads


def ws_of(page: LeadsView) -> Workspace:
    return page._session.workspace


def rest(page: LeadsView, qtbot: QtBot) -> None:
    """Waits until the list has followed what was changed."""
    qtbot.wait(45)
    settle(qtbot, page._session)


def expected(page: LeadsView, where: LeadFilter | None = None) -> list[int]:
    found = leads.listing(ws_of(page), where or LeadFilter(), LeadSort.CREATED, descending=True)
    return list(found.ids)


def texts(page: LeadsView, row: int) -> list[Any]:
    return [page.model.index(row, column).data() for column in range(page.model.columnCount())]


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


# The pane ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(page: LeadsView, window: MainWindow, qtbot: QtBot) -> int:
    lead_id = leads.create(ws_of(page), {"name": "Ana Ruiz", "email": "ana@example.com", "company": "Café Sol"})
    rest(page, qtbot)
    page.open_lead(lead_id)
    settle(qtbot, window.session)
    return lead_id


def test_the_pane_writes_each_field_as_it_is_left(page: LeadsView, opened: int, qtbot: QtBot) -> None:
    ws, form = ws_of(page), page.pane.form
    assert page.table.selected_ids() == [opened]
    assert page.pane.title.full_text() == "Ana Ruiz"
    form.lines["phone"].setText("+34600123456")
    form.lines["phone"].editingFinished.emit()
    settle(qtbot, page._session)
    assert form.lines["phone"].text() == "+34 600 12 34 56"
    assert form.fields["phone"].error == ""
    form.lines["value"].setText("1,500")
    form.lines["tags"].setText("vip, north")
    form.note.setPlainText("Call on Monday")
    page.pane.close_pane()
    settle(qtbot, page._session)
    row = leads.get(ws, opened).row
    assert (row["value"], row["tags"], row["note"]) == (150_000, '["vip", "north"]', "Call on Monday")
    undo.undo(ws)
    row = leads.get(ws, opened).row
    assert (row["value"], row["note"], row["phone"]) == (None, "", "+34 600 12 34 56"), "one step, one undo"


def test_what_is_wrong_stays_at_its_field(page: LeadsView, opened: int, qtbot: QtBot) -> None:
    form = page.pane.form
    form.lines["email"].setText("ana@")
    form.lines["email"].editingFinished.emit()
    settle(qtbot, page._session)
    assert "ana@" in form.fields["email"].error
    assert leads.get(ws_of(page), opened).row["email"] == "ana@example.com"
    form.revert("email")
    assert (form.lines["email"].text(), form.fields["email"].error) == ("ana@example.com", "")
    form.lines["email"].setText("")
    form.lines["email"].editingFinished.emit()
    settle(qtbot, page._session)
    assert "email or a phone" in form.fields["email"].error


def test_a_status_shows_its_meaning_and_discarding_asks(page: LeadsView, opened: int, qtbot: QtBot) -> None:
    form = page.pane.form
    form.status.setCurrentIndex(form.status.findData("contacted"))
    form.status.activated.emit(form.status.currentIndex())
    settle(qtbot, page._session)
    assert form._help.text() == "Somebody has spoken or written to them."
    form.status.setCurrentIndex(form.status.findData("discarded"))
    form.status.activated.emit(form.status.currentIndex())
    settle(qtbot, page._session)
    assert form.status.currentData() == leads.get(ws_of(page), opened).row["status"] == "contacted"
    dialog: Any = page.actions_.dialog
    dialog.reason.setCurrentIndex(1)
    dialog.answer()
    settle(qtbot, page._session)
    assert "Discarded" in form._facts.text()
    assert page.pane.discard_button.isHidden()
    page.pane.tabs.setCurrentWidget(page.pane.timeline)
    settle(qtbot, page._session)
    titles = [page.pane.timeline.model.index(row, 0).data() for row in (1, 2)]
    assert titles == ["Status: Contacted → Discarded", "Status: New → Contacted"]


def test_two_windows_that_write_one_field_are_told(page: LeadsView, opened: int, qtbot: QtBot) -> None:
    ws, form = ws_of(page), page.pane.form
    form.lines["name"].setText("Mine")
    leads.edit(ws, opened, {"name": "Theirs", "company": "Other"})
    form.lines["name"].editingFinished.emit()
    settle(qtbot, page._session)
    assert "Somebody else" in form.fields["name"].error
    assert leads.get(ws, opened).row["name"] == "Theirs"
    assert (form.lines["name"].text(), form.lines["company"].text()) == ("Mine", "Other")
    form.lines["name"].editingFinished.emit()
    settle(qtbot, page._session)
    assert leads.get(ws, opened).row["name"] == "Mine", "told, they may write over it"


def test_news_about_another_field_do_not_disturb_typing(page: LeadsView, opened: int, qtbot: QtBot) -> None:
    ws, form = ws_of(page), page.pane.form
    form.lines["name"].setText("Half typed")
    leads.edit(ws, opened, {"company": "Other"})
    settle(qtbot, page._session)
    assert (form.lines["name"].text(), form.fields["name"].error) == ("Half typed", "")
    form.lines["name"].editingFinished.emit()
    settle(qtbot, page._session)
    assert leads.get(ws, opened).row["name"] == "Half typed"


def test_mail_and_phone_go_to_the_desktop(
    page: LeadsView, opened: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: gone.append(url) or True)
    leads.edit(ws_of(page), opened, {"email": "a+b@example.com", "phone": "+34 600 12 34 56"})
    settle(qtbot, page._session)
    fields: Any = page.pane.form.fields
    fields["email"].go.click()
    fields["phone"].go.click()
    assert [url.toString() for url in gone] == ["mailto:a%2Bb@example.com", "tel:+34600123456"]


def test_the_pane_follows_the_keyboard_and_closes_with_escape(page: LeadsView, opened: int, qtbot: QtBot) -> None:
    page.window().activateWindow()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    below = page.table.current_id()
    assert below != opened
    qtbot.waitUntil(lambda: page.pane.lead_id == below)
    settle(qtbot, page._session)
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert not page.pane_open
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    settle(qtbot, page._session)
    assert page.pane.lead is not None
    assert page.pane.lead.row["id"] == below
    leads.delete(ws_of(page), [below])
    rest(page, qtbot)
    assert not page.pane_open


def test_a_converted_lead_leads_to_its_opportunity(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    lead_id = leads.listing(ws_of(page), LeadFilter(status="converted"), LeadSort.NAME).ids[0]
    page.open_lead(lead_id)
    settle(qtbot, window.session)
    assert not page.pane.deal_link.isHidden()
    assert not page.pane.form.status.isEnabled()
    page.pane.deal_link.click()
    settle(qtbot, window.session)
    assert window.page == "board"
    assert window.pane.deal_id == leads.get(ws_of(page), lead_id).row["opportunity_id"]
    assert not page.pane_open
    window.show_page("leads")
    page.open_lead(lead_id)
    settle(qtbot, window.session)
    assert window.pane.isHidden(), "there is room for one pane"


# A new lead ----------------------------------------------------------------------------------------------------------


def test_n_makes_a_lead_and_selects_it(page: LeadsView, window: MainWindow, qtbot: QtBot) -> None:
    window.new()
    dialog: Any = page.actions_.dialog
    dialog.lines["name"].setText("Íñigo Peña")
    dialog.answer()
    settle(qtbot, window.session)
    assert "email or a phone" in dialog.fields["email"].error
    dialog.lines["phone"].setText("+34 600 12 34 56")
    dialog.lines["value"].setText("abc")
    dialog.answer()
    assert "abc" in dialog.fields["value"].error
    assert not dialog._more.isHidden(), "a wrong field that was folded away is shown"
    dialog.lines["value"].setText("12")
    dialog.answer()
    rest(page, qtbot)
    assert page.actions_.dialog is None
    made = page.table.selected_ids()
    assert [leads.get(ws_of(page), i).row["name"] for i in made] == ["Íñigo Peña"]
    window.show_page("board")
    window.new()
    settle(qtbot, window.session)
    assert window.actions_.dialog is not None
    window.actions_.dialog.reject()


def test_one_that_is_there_already_is_shown_while_typing(page: LeadsView, opened: int, qtbot: QtBot) -> None:
    page.close_pane()
    page.actions_.new()
    dialog: Any = page.actions_.dialog
    dialog.lines["email"].setText("ANA@example.com")
    dialog.lines["name"].setText("Anna")
    qtbot.waitUntil(lambda: bool(dialog.strip.text))
    assert "Ana Ruiz · Café Sol (same email)" in dialog.strip.text
    dialog.lines["email"].setText("nobody@example.com")
    dialog.lines["name"].setText("Quentin")
    qtbot.waitUntil(lambda: not dialog.strip.text)
    dialog.lines["email"].setText("ana@example.com")
    qtbot.waitUntil(lambda: bool(dialog.strip.text))
    dialog.lines["phone"].setText("+34 600 12 34 56")
    dialog.lines["company"].setText("Another")
    settle(qtbot, page._session)
    dialog.strip.update_button.click()
    rest(page, qtbot)
    row = leads.get(ws_of(page), opened).row
    assert (row["name"], row["phone"], row["company"]) == ("Ana Ruiz", "+34 600 12 34 56", "Café Sol")
    assert page.pane.lead_id == opened
    assert page.actions_.dialog is None


def test_going_on_makes_a_second_one(page: LeadsView, opened: int, window: MainWindow, qtbot: QtBot) -> None:
    window.new()
    dialog: Any = page.actions_.dialog
    dialog.lines["name"].setText("Ana Ruiz")
    dialog.lines["email"].setText("ana@example.com")
    dialog.strip.look()
    settle(qtbot, window.session)
    assert dialog.strip.match is not None
    assert dialog.strip.match.id == opened
    dialog.answer()
    rest(page, qtbot)
    same = leads.listing(ws_of(page), LeadFilter(text="ana@example.com"), LeadSort.NAME).ids
    assert len(same) == 2


def test_gaps_are_filled_and_nothing_is_written_over(ws: Workspace) -> None:
    lead = leads.create(ws, {"name": "Ana", "email": "ana@example.com", "note": "kept"})
    source = board.names(ws, "source")[0].id
    fill_gaps(ws, lead, {"name": "Anna", "note": "lost", "source_id": source, "tags": ["vip"], "phone": "", "value": 5})
    row = leads.get(ws, lead).row
    assert (row["name"], row["note"], row["source_id"], row["tags"], row["value"]) == (
        "Ana",
        "kept",
        source,
        '["vip"]',
        5,
    )
