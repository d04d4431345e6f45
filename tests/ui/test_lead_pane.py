"""One lead: its pane field by field, what it became, and the dialog that makes a new one."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import board, leads, undo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.dialogs.conflict import ConflictDialog
from salesos_desktop.ui.dialogs.lead import fill_gaps
from salesos_desktop.ui.leads.page import LeadsView
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle
from tests.ui.leads_page import rest, shown, ws_of

pytestmark = pytest.mark.opens_on("leads")


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> LeadsView:
    return shown(window, qtbot)


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
    question = next(each for each in QApplication.topLevelWidgets() if isinstance(each, ConflictDialog))
    question.groups["name"].button(1).click()
    question.answer()
    settle(qtbot, page._session)
    assert leads.get(ws, opened).row["name"] == "Mine", "asked, they may write over it"


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


@pytest.mark.opens_on("board")
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


@pytest.mark.opens_on("board")
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
