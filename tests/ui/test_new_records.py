"""The dialogs for new contacts and companies: who may be there already, and somebody new on a deal."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop.services import companies, contacts, leads
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle

pytestmark = pytest.mark.opens_on("contacts")


@pytest.fixture
def ana(ws: Workspace) -> int:
    return contacts.create(
        ws, {"name": "Ana Prueba", "company": "Acme", "email": "ana@acme.example", "phone": "+34 600 11 12 22"}
    )


def test_a_new_contact_that_is_there_already_is_shown_or_made_all_the_same(
    ana: int, window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("contacts")
    settle(qtbot, window.session)
    window.new()
    dialog: Any = window.contacts.actions_.dialog
    dialog.lines["phone"].setText("0034 600-111-222")
    qtbot.waitUntil(lambda: bool(dialog.strip.text))
    assert "Ana Prueba · Acme (same phone)" in dialog.strip.text
    dialog.lines["phone"].setText("")
    dialog.lines["name"].setText("Prueba, Ana")
    dialog.lines["company"].setText("ACME")
    qtbot.waitUntil(lambda: "similar name and company" in dialog.strip.text)
    dialog.strip.open_button.click()
    settle(qtbot, window.session)
    assert (window.page, window.contacts.pane.record_id) == ("contacts", ana)
    window.new()
    dialog = window.contacts.actions_.dialog
    dialog.lines["name"].setText("Ana Prueba")
    dialog.strip.look()
    settle(qtbot, window.session)
    assert dialog.strip.match is not None
    dialog.answer()
    settle(qtbot, window.session)
    assert window.contacts.actions_.dialog is None
    assert (
        len([row for row in contacts.fetch(window.session.workspace, range(999)).values() if row.name == "Ana Prueba"])
        == 2
    )


def test_a_lead_who_is_a_new_contact_already_is_opened_where_leads_are(window: MainWindow, qtbot: QtBot) -> None:
    lead = leads.create(window.session.workspace, {"name": "Lea Lead", "email": "lea@lead.example"})
    window.show_page("contacts")
    settle(qtbot, window.session)
    window.new()
    dialog: Any = window.contacts.actions_.dialog
    dialog.lines["email"].setText("LEA@lead.example")
    qtbot.waitUntil(lambda: bool(dialog.strip.text))
    assert "(lead, same email)" in dialog.strip.text
    dialog.strip.open_button.click()
    settle(qtbot, window.session)
    assert (window.page, window.leads.pane.record_id) == ("leads", lead)


def test_a_new_company_that_is_there_already_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    acme = companies.create(window.session.workspace, {"name": "Aceros Prueba, S.A."})
    window.show_page("companies")
    settle(qtbot, window.session)
    window.new()
    dialog: Any = window.companies.actions_.dialog
    dialog.lines["name"].setText("aceros prueba SL")
    qtbot.waitUntil(lambda: bool(dialog.strip.text))
    assert "Aceros Prueba, S.A. (similar name)" in dialog.strip.text
    dialog.lines["name"].setText("Quite another")
    qtbot.waitUntil(lambda: not dialog.strip.text)
    dialog.lines["name"].setText("aceros prueba")
    qtbot.waitUntil(lambda: bool(dialog.strip.text))
    dialog.strip.open_button.click()
    settle(qtbot, window.session)
    assert window.companies.pane.record_id == acme
