"""How a call went is asked wherever one was begun, and somebody new comes onto a deal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from salesos_desktop.services import activities, contacts, deal_contacts, leads, opportunities, timeline, undo
from salesos_desktop.ui.call_strip import CallStrip
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    return opened


def come_back(strip: CallStrip) -> None:
    strip._on_state(Qt.ApplicationState.ApplicationInactive)
    strip._on_state(Qt.ApplicationState.ApplicationActive)


def test_a_call_to_a_lead_is_logged_with_it(window: MainWindow, dialled: list[str], qtbot: QtBot) -> None:
    ws = window.session.workspace
    lead = leads.create(ws, {"name": "Luis Llama", "phone": "+34 600 11 12 22"})
    before = leads.get(ws, lead).row["last_activity_at"]
    window.open_record("lead", lead)
    settle(qtbot, window.session)
    pane = window.leads.pane
    pane.form.phone.go.click()
    assert dialled == ["tel:+34600111222"]
    assert pane.call_strip.isHidden()
    come_back(pane.call_strip)
    assert not pane.call_strip.isHidden()
    pane.call_strip.line.setText("wants an offer")
    pane.call_strip.log()
    settle(qtbot, window.session)
    assert pane.call_strip.isHidden()
    (call,) = activities.of(ws, "lead", lead)
    assert (call.kind, call.subject, call.outcome) == ("call", "Call to +34 600 11 12 22", "wants an offer")
    assert call.done
    assert timeline.entries(ws, lead, "lead")[-1].field == "activity"
    assert leads.get(ws, lead).row["last_activity_at"] != before
    assert "Last activity" in pane.form._facts.text()


def test_a_call_to_somebody_on_a_deal_is_logged_on_both(window: MainWindow, dialled: list[str], qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    with ws.unit("edit", []) as uow:
        uow.update("opportunity", deal, {"touched_on": date(2026, 1, 2)})
    ana = contacts.create(ws, {"name": "Ana Llama", "phone": "+34 600 11 12 22"})
    deal_contacts.add(ws, deal, ana)
    window.open_deal(deal)
    settle(qtbot, window.session)
    pane = window.pane
    calls = [b for b in pane.people.findChildren(QToolButton) if b.accessibleName() == "Call: +34 600 11 12 22"]
    calls[0].click()
    assert dialled == ["tel:+34600111222"]
    come_back(pane.call_strip)
    assert "Ana Llama" in pane.call_strip._title.full_text()
    pane.call_strip.no_answer()
    settle(qtbot, window.session)
    for table, row_id in (("opportunity", deal), ("contact", ana)):
        logged = [(each.kind, each.done) for each in activities.of(ws, table, row_id) if each.outcome == "No answer"]
        assert logged == [("call", True)]
    assert timeline.entries(ws, deal)[-1].field == "activity"
    assert opportunities.get(ws, deal).row["touched_on"] == ws.clock.today()
    undo.undo(ws)
    assert activities.of(ws, "contact", ana) == []


def test_a_name_that_no_contact_has_becomes_one_on_the_deal(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)
    pane, card = window.pane.people, window.pane.deal.card  # type: ignore[union-attr]
    window.pane.tabs.setCurrentWidget(pane)
    there = deal_contacts.of(ws, deal)
    for text in (there[0].name, "Nadie Nueva"):
        assert pane.create_button.isHidden()
        pane.name.setText(text)
        pane.name.textEdited.emit(text)
        settle(qtbot, window.session)
    assert pane.create_button.text() == "Create contact “Nadie Nueva”"
    pane.role.setCurrentIndex(pane.role.findData("buys"))
    pane.create_button.click()
    settle(qtbot, window.session)
    dialog: Any = window.actions_.dialog
    assert (dialog.lines["name"].text(), dialog.lines["company"].text()) == ("Nadie Nueva", card.company)
    dialog.lines["email"].setText("wrong")
    dialog.answer()
    settle(qtbot, window.session)
    assert dialog.fields["email"].error
    assert deal_contacts.of(ws, deal) == there
    dialog.lines["email"].setText("nadie@nueva.example")
    dialog.answer()
    settle(qtbot, window.session)
    assert pane.name.text() == ""
    (new,) = [who for who in deal_contacts.of(ws, deal) if who not in there]
    assert (new.name, new.company, new.role.value) == ("Nadie Nueva", card.company, "buys")  # type: ignore[union-attr]
    undo.undo(ws)
    assert deal_contacts.of(ws, deal) == there


def test_one_that_is_there_already_comes_onto_the_deal_instead(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    ana = contacts.create(ws, {"name": "Ana Sola", "email": "ana@sola.example"})
    window.open_deal(deal)
    settle(qtbot, window.session)
    window.pane.people.name.setText("Ana Otra")
    window.pane.people.create()
    settle(qtbot, window.session)
    dialog: Any = window.actions_.dialog
    dialog.lines["email"].setText("ana@sola.example")
    qtbot.waitUntil(lambda: bool(dialog.strip.text))
    dialog.strip.open_button.click()
    settle(qtbot, window.session)
    assert ana in [who.contact_id for who in deal_contacts.of(ws, deal)]
    assert window.pane.people.name.text() == ""


def test_tabs_without_room_are_in_a_menu(window: MainWindow, qtbot: QtBot) -> None:
    window.open_deal(window.board.frames[0].model.id_at(0))
    settle(qtbot, window.session)
    tabs = window.pane.tabs
    for width in (380, 430, 580, 1200):
        tabs.resize(width, 400)
        shown = [place for place in range(tabs.count()) if tabs.isTabVisible(place)]
        tabs._menu.aboutToShow.emit()
        assert len(shown) + len(tabs._menu.actions()) == tabs.count()
        assert tabs.more.isHidden() is (len(shown) == tabs.count())
        end = tabs.tabBar().tabRect(shown[-1]).right()
        assert end + (0 if tabs.more.isHidden() else tabs.more.width()) <= width
    assert len(shown) == tabs.count()
    tabs.resize(380, 400)
    tabs._menu.aboutToShow.emit()
    tabs._menu.actions()[-1].trigger()
    assert tabs.currentWidget() is window.pane.timeline
    assert tabs.isTabVisible(tabs.currentIndex())
    tabs.setCurrentIndex(0)
    assert tabs.isTabVisible(tabs.count() - 1), "the one that was chosen stays in sight"
