"""The box that finds everything, back and forward, and the steps along a list, by keys as a person presses them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from salesos_desktop.i18n import set_language
from salesos_desktop.services import activities, companies, leads, notes, opportunities, search, undo
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.palette.commands import all_commands, matching
from salesos_desktop.ui.palette.rows import Heading, PaletteModel
from tests.ui.conftest import settle
from tests.ui.hands import focused, front, press

_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def asked(window: MainWindow, qtbot: QtBot, text: str = "") -> Any:
    """The box, with what was typed answered."""
    front(window, qtbot)
    press(qtbot, Qt.Key.Key_K, _CTRL)
    box = window.finding.box
    assert focused() is box.edit
    QTest.keyClicks(box.edit, text)
    settle(qtbot, window.session)
    return box


def listed(box: Any) -> list[str]:
    return [entry.title for entry in box.model.entries if not isinstance(entry, Heading)]


def test_what_is_typed_is_found_as_it_is_typed_and_enter_opens_it(window: MainWindow, qtbot: QtBot) -> None:
    lead = leads.create(window.session.workspace, {"name": "Zoé Quiñones", "phone": "+34 600 111 222"})
    box = asked(window, qtbot, "quinones z")
    assert listed(box) == ["Zoé Quiñones"]
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert not box.isVisible()
    assert (window.page, window.leads.pane.record_id) == ("leads", lead)
    box = asked(window, qtbot, "600111222")
    assert listed(box) == ["Zoé Quiñones"]
    press(qtbot, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert window.leads.isAncestorOf(focused()), "the keyboard is where it was"


def test_arrows_go_over_the_headings_and_around(window: MainWindow, qtbot: QtBot) -> None:
    for name in ("Zulia Uno", "Zulia Dos"):
        companies.create(window.session.workspace, {"name": name})
    leads.create(window.session.workspace, {"name": "Zulia Tres", "email": "z@example.com"})
    box = asked(window, qtbot, "zulia")
    assert listed(box) == ["Zulia Dos", "Zulia Uno", "Zulia Tres"]
    seen = []
    for _ in range(4):
        seen.append(box.current().data())
        press(qtbot, Qt.Key.Key_Down)
    assert seen == ["Zulia Dos", "Zulia Uno", "Zulia Tres", "Zulia Dos"]
    press(qtbot, Qt.Key.Key_Up)
    press(qtbot, Qt.Key.Key_Up)
    assert box.current().data() == "Zulia Tres"
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(4, box.height() - 4))
    assert not box.isVisible(), "a click beside it closes it"


def test_a_late_answer_is_not_shown(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    companies.create(window.session.workspace, {"name": "Zulia"})
    box = asked(window, qtbot, "zulia")
    answers: list[Any] = []

    class _Late:
        def cancel(self) -> None:
            answers.append("cancelled")

    monkeypatch.setattr(window.session, "ask", lambda *_args, **_more: _Late())
    QTest.keyClicks(box.edit, "x")
    QTest.keyClicks(box.edit, "y")
    assert answers == ["cancelled"], "the one before is left unheard"
    box.leave()
    assert answers == ["cancelled", "cancelled"]


def test_ctrl_enter_shows_a_deal_without_leaving_the_page(window: MainWindow, qtbot: QtBot) -> None:
    deal = window.board.frames[0].model.id_at(0)
    opportunities.edit(window.session.workspace, deal, {"name": "Zulia Norte"})
    notes.add(window.session.workspace, "opportunity", deal, "Quieren toldos amarillos")
    window.show_page("forecast")
    settle(qtbot, window.session)
    asked(window, qtbot, "zulia nrte")
    press(qtbot, Qt.Key.Key_Return, _CTRL)
    settle(qtbot, window.session)
    assert (window.page, window.pane.deal_id) == ("forecast", deal)
    window.pane.close_pane()
    asked(window, qtbot, "toldos")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert (window.page, window.pane.deal_id) == ("deals", deal), "a note leads to what it hangs on"


def test_ctrl_enter_shows_a_lead_contact_or_company_where_the_person_is(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    lead = leads.create(ws, {"name": "Zulia Tres", "email": "z@example.com"})
    company = companies.create(ws, {"name": "Zulia Sur"})
    deal = window.board.frames[0].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)

    asked(window, qtbot, "zulia tr")
    press(qtbot, Qt.Key.Key_Return, _CTRL)
    settle(qtbot, window.session)
    pane: Any = window.open_pane
    assert (window.page, pane.record_id, pane.title.full_text()) == ("board", lead, "Zulia Tres")
    assert pane.isVisible()
    assert pane.width() >= 420
    assert window.pane.isHidden(), "there is room for one"
    pane.form.fields["position"].editor.setText("Buyer")
    window.open_beside("company", company)
    settle(qtbot, window.session)
    other: Any = window.open_pane
    assert (window.page, other.record_id, pane.isHidden()) == ("board", company, True)
    assert leads.get(ws, lead).row["position"] == "Buyer", "what was typed is written"
    press(qtbot, Qt.Key.Key_Left, _ALT)
    settle(qtbot, window.session)
    assert (window.page, window.open_pane.record_id) == ("board", lead), "back is where it was shown"
    window.board.frames[0].view.go_to(0)
    press(qtbot, Qt.Key.Key_Escape)
    assert window.open_pane is None
    assert window.board.isAncestorOf(focused())
    window.open_beside("company", company)
    window.open_deal(deal)
    assert window.open_pane is window.pane
    assert other.isHidden()
    window.show_page("companies")
    window.open_beside("company", company)
    assert window.companies.pane.record_id == company, "its own page has a pane for it"
    assert window.open_pane is None


def test_an_activity_opens_to_be_changed(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = activities.plan(window.session.workspace, {"kind": "call", "subject": "Zulia llamada"})
    opened: list[int] = []
    monkeypatch.setattr(window.activities, "edit", opened.append)
    asked(window, qtbot, "zulia llam")
    press(qtbot, Qt.Key.Key_Return)
    assert opened == [made]


def test_commands_are_found_in_both_languages_with_an_error(window: MainWindow, qtbot: QtBot) -> None:
    for text, title in (
        ("pronost", "Forecast"), ("forecast", "Forecast"), ("forcast", "Forecast"), ("nuevo lead", "New lead"),
        ("deshacer", "Undo"), ("etapas ajustes", "Stages"), ("oscuro", "Dark"), ("idioma", "Español"), ("help", "Keys"),
    ):  # fmt: skip
        assert title in [found.title for found in matching(all_commands(window), text)][:2], text
    set_language("es")
    assert matching(all_commands(window), "settings bin")[0].title == "Papelera"
    set_language("en")
    box = asked(window, qtbot, "forecas")
    assert listed(box)[0] == "Forecast"
    assert "Ctrl+" in box.current().data(Qt.ItemDataRole.UserRole).keys
    press(qtbot, Qt.Key.Key_Return)
    assert window.page == "forecast"


def test_the_empty_box_shows_what_was_opened_last_without_what_is_gone(window: MainWindow, qtbot: QtBot) -> None:
    first, second, third = (window.board.frames[0].model.id_at(row) for row in range(3))
    names = {}
    for deal in (first, second, third, first):
        window.open_deal(deal)
        settle(qtbot, window.session)
        window.finding.note()
        names[deal] = window.pane.title.full_text()
    window.pane.close_pane()
    opportunities.delete(window.session.workspace, [third])
    box = asked(window, qtbot)
    hits = [entry for entry in box.model.entries if isinstance(entry, search.Hit)]
    assert [(hit.kind, hit.id, hit.title) for hit in hits] == [
        ("opportunity", first, names[first]), ("opportunity", second, names[second]),
    ]  # fmt: skip
    assert "New opportunity" in listed(box)
    box.leave()
    undo.undo(window.session.workspace)
    settle(qtbot, window.session)
    box = asked(window, qtbot)
    assert len([entry for entry in box.model.entries if isinstance(entry, search.Hit)]) == 3


def test_back_and_forward_through_what_was_opened(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    lead = leads.create(window.session.workspace, {"name": "Zoé", "email": "z@example.com"})
    first, second = (window.board.frames[0].model.id_at(row) for row in range(2))
    for open_it in (
        lambda: window.open_deal(first), lambda: window.open_record("lead", lead),
        lambda: (window.show_page("board"), window.open_deal(second)),
    ):  # fmt: skip
        open_it()
        settle(qtbot, window.session)
    press(qtbot, Qt.Key.Key_Left, _ALT)
    settle(qtbot, window.session)
    assert (window.page, window.leads.pane.record_id) == ("leads", lead)
    press(qtbot, Qt.Key.Key_Left, _ALT)
    settle(qtbot, window.session)
    assert (window.page, window.pane.deal_id) == ("board", first)
    press(qtbot, Qt.Key.Key_Left, _ALT)
    settle(qtbot, window.session)
    assert window.pane.deal_id == first, "there is nothing before it"
    leads.delete(window.session.workspace, [lead])
    settle(qtbot, window.session)
    press(qtbot, Qt.Key.Key_Right, _ALT)
    settle(qtbot, window.session)
    assert (window.page, window.pane.deal_id) == ("board", second), "what is gone is passed over"


def test_steps_along_the_column_and_the_list(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    model = window.board.frames[0].model
    window.open_deal(model.id_at(0))
    settle(qtbot, window.session)
    head = window.pane.head
    assert (head.previous.isEnabled(), head.following.isEnabled()) == (False, True)
    place = window.pane.won_button.mapTo(window, QPoint())
    head.show_steps(False, False)
    head.layout().activate()
    assert window.pane.won_button.mapTo(window, QPoint()) == place, "what is clicked stays where it is"
    head.show_steps(False, True)
    press(qtbot, Qt.Key.Key_Down, _ALT)
    settle(qtbot, window.session)
    assert window.pane.deal_id == model.id_at(1)
    QTest.mouseClick(head.following, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert window.pane.deal_id == model.id_at(2)
    press(qtbot, Qt.Key.Key_Up, _ALT)
    settle(qtbot, window.session)
    assert window.pane.deal_id == model.id_at(1)
    window.show_page("contacts")
    settle(qtbot, window.session)
    page = window.contacts
    page.open_record(page.model.id_at(1))
    settle(qtbot, window.session)
    press(qtbot, Qt.Key.Key_Up, _ALT)
    settle(qtbot, window.session)
    assert page.pane.record_id == page.model.id_at(0)
    assert (page.pane.head.previous.isEnabled(), page.pane.head.following.isEnabled()) == (False, True)


def test_the_field_of_the_page_leads_to_the_box(window: MainWindow, qtbot: QtBot) -> None:
    front(window, qtbot)
    everywhere = next(action for action in window.top_bar.search.actions() if "Ctrl+K" in action.toolTip())
    everywhere.trigger()
    settle(qtbot, window.session)
    assert window.finding.box.isVisible()
    window.show_page("leads")
    settle(qtbot, window.session)
    qtbot.waitUntil(lambda: not window.finding.box.isVisible())


def test_the_model_of_the_box(window: MainWindow) -> None:
    model = PaletteModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([Heading("Commands"), *all_commands(window)])
    assert model.first() == 1
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "New opportunity, N"
    model.show([])
    assert (model.first(), model.beside(0, 1)) == (-1, -1)
