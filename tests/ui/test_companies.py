"""The Companies page as a rep uses it: list, filters, pane, people, parents, merging."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.contacts import CompanyFilter, CompanySort
from salesos_desktop.services import companies, contacts
from salesos_desktop.ui.companies.page import CompaniesView
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.reach_field import web_url
from tests.ui.conftest import settle

pytestmark = pytest.mark.opens_on("companies")


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> CompaniesView:
    window.show_page("companies")
    settle(qtbot, window.session)
    return window.companies


@pytest.fixture
def acme(page: CompaniesView, qtbot: QtBot) -> int:
    """A company, open in the pane."""
    made = companies.create(page._session.workspace, {"name": "Acme", "sector": "Testing"})
    page.open_record(made)
    settle(qtbot, page._session)
    return made


def test_the_list_sorts_and_filters_by_sector(page: CompaniesView, acme: int, qtbot: QtBot) -> None:
    ws = page._session.workspace
    qtbot.wait(45)
    settle(qtbot, page._session)
    assert list(page.model.ids) == list(companies.listing(ws, CompanyFilter(), CompanySort.NAME).ids)
    assert "Testing" in [choice.text for choice in page.filter_bar.sector._choices("")]
    page.filter_bar.sector.choose("Testing")
    settle(qtbot, page._session)
    assert list(page.model.ids) == [acme]
    page.filter_bar.clear()
    settle(qtbot, page._session)
    assert page.model.rowCount() > 1


def test_keys_take_there_and_n_makes_one(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: window.page == "companies")
    settle(qtbot, window.session)
    window.new()
    dialog: Any = window.companies.actions_.dialog
    dialog.answer()
    settle(qtbot, window.session)
    assert dialog.fields["name"].error
    dialog.lines["name"].setText("Fresca SL")
    dialog.lines["website"].setText("fresca.example")
    dialog.answer()
    qtbot.wait(45)
    settle(qtbot, window.session)
    made = window.companies.table.current_id()
    assert companies.get(window.session.workspace, made).row["website"] == "fresca.example"


def test_numbers_are_checked_and_written(page: CompaniesView, acme: int, qtbot: QtBot) -> None:
    form, ws = page.pane.form, page._session.workspace
    for name, text in (("employees", "1,200"), ("year_established", "1999"), ("revenue", "many")):
        form.lines[name].setText(text)
        form.commit(name)
    settle(qtbot, page._session)
    row = companies.get(ws, acme).row
    assert (row["employees"], row["year_established"], row["revenue"]) == (1200, 1999, None)
    assert form.fields["revenue"].error
    page.close_pane()
    assert page.pane_open, "what cannot be written keeps the pane"
    form.revert("revenue")
    form.lines["year_established"].setText("3000")
    form.commit("year_established")
    settle(qtbot, page._session)
    assert form.fields["year_established"].error


def test_a_parent_is_found_by_name_and_its_subsidiaries_lead_back(page: CompaniesView, acme: int, qtbot: QtBot) -> None:
    ws, form = page._session.workspace, page.pane.form
    group = companies.create(ws, {"name": "Grupo Único"})
    form.parent_edit.setText("nothing like it")
    form.commit("parent_id")
    settle(qtbot, page._session)
    assert form.fields["parent_id"].error
    form.parent_edit.setText("grupo unico")
    form.commit("parent_id")
    settle(qtbot, page._session)
    assert companies.get(ws, acme).row["parent_id"] == group
    assert form.parent_edit.text() == "Grupo Único"
    page.pane.parent_link.click()
    settle(qtbot, page._session)
    assert page.pane.record_id == group
    page.pane.form.company_requested.emit(acme)
    settle(qtbot, page._session)
    assert page.pane.record_id == acme
    page.pane.form.parent_edit.setText("")
    page.pane.form.commit("parent_id")
    settle(qtbot, page._session)
    assert companies.get(ws, acme).row["parent_id"] is None


def test_people_of_a_company_open_on_their_page(
    page: CompaniesView, acme: int, window: MainWindow, qtbot: QtBot
) -> None:
    who = contacts.create(window.session.workspace, {"name": "Eva Trabaja", "company_id": acme})
    settle(qtbot, window.session)
    pane = page.pane.people
    assert page.pane.tabs.tabText(2) == "People 1"
    pane.view.activated.emit(pane.model.index(0, 0))
    settle(qtbot, window.session)
    assert (window.page, window.contacts.pane.record_id) == ("contacts", who)
    window.contacts.pane.company_link.click()
    settle(qtbot, window.session)
    assert (window.page, page.pane.record_id) == ("companies", acme)
    pane.new_requested.emit()
    settle(qtbot, window.session)
    dialog: Any = window.contacts.actions_.dialog
    assert dialog.lines["company"].text() == "Acme"
    dialog.reject()


def test_merging_two_companies_says_what_moves(page: CompaniesView, acme: int, qtbot: QtBot) -> None:
    ws = page._session.workspace
    other = companies.create(ws, {"name": "Acme SL", "location": "Lima"})
    contacts.create(ws, {"name": "Moved", "company_id": other})
    page.actions_.merge(acme, other)
    settle(qtbot, page._session)
    dialog: Any = page.actions_.dialog
    assert "1 contact" in dialog._moves.text()
    dialog.answer()
    settle(qtbot, page._session)
    kept = companies.get(ws, acme)
    assert (kept.row["name"], kept.row["location"]) == ("Acme", "Lima")
    assert [worker.name for worker in kept.people] == ["Moved"]


def test_a_website_never_opens_another_scheme() -> None:
    assert web_url("acme.example") == QUrl("https://acme.example")
    assert web_url("http://acme.example/x").scheme() == "http"
    assert web_url("file:///etc/passwd").scheme() == "https"
