"""The Contacts page as a rep uses it: list, filters, pane, how people are reached, calls, merging."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.contacts import BuyingRole, ContactPoint, ContactSort, PointKind
from salesos_desktop.domain.contacts import ContactFilter as Filter
from salesos_desktop.errors import NotFound
from salesos_desktop.services import (
    activities,
    companies,
    contact_points,
    contacts,
    deal_contacts,
    merging,
    notes,
    opportunities,
    undo,
)
from salesos_desktop.ui.contact_points import ContactPointsEditor
from salesos_desktop.ui.contacts.page import ContactsView
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.pages import keys_of
from tests.ui.conftest import settle

pytestmark = pytest.mark.opens_on("contacts")


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> ContactsView:
    window.show_page("contacts")
    settle(qtbot, window.session)
    return window.contacts


@pytest.fixture
def ana(page: ContactsView, qtbot: QtBot) -> int:
    """Somebody with an email and a phone, open in the pane."""
    values = {"name": "Ana Prueba", "company": "Acme", "email": "ana@acme.example", "phone": "+34 600 111 222"}
    made = contacts.create(page._session.workspace, values)
    page.open_record(made)
    settle(qtbot, page._session)
    return made


def rest(page: Any, qtbot: QtBot) -> None:
    """Waits until the list has followed what was changed."""
    qtbot.wait(45)
    settle(qtbot, page._session)


def points_of(page: ContactsView, contact_id: int) -> list[tuple[str, str]]:
    return [(p.value, p.label) for p in contact_points.of(page._session.workspace, "contact", contact_id)]


def test_the_list_sorts_filters_and_searches(page: ContactsView, window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    assert list(page.model.ids) == list(contacts.listing(ws, Filter(), ContactSort.NAME).ids)
    page.table._on_header_clicked(2)
    settle(qtbot, window.session)
    by_company = contacts.listing(ws, Filter(), ContactSort.COMPANY)
    assert list(page.model.ids) == list(by_company.ids)
    some = next(iter(contacts.fetch(ws, by_company.ids[:1]).values()))
    page.filter_bar.company.show_company(some.company_id, some.company)
    settle(qtbot, window.session)
    assert {page.model.record(row).company for row in range(page.model.rowCount())} >= {some.company}
    assert page._count.text().startswith(str(page.model.rowCount()))
    page.filter_bar.owner.choose(ws.actor_id)
    page.set_text("zzzz")
    settle(qtbot, window.session)
    assert page._stack.currentWidget() is page.no_match
    page.filter_bar.clear()
    settle(qtbot, window.session)
    assert page.model.rowCount() == len(by_company.ids)


def test_keys_and_search_reach_the_page(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: window.page == "contacts")
    settle(qtbot, window.session)
    name = window.contacts.model.record(0).name
    window.top_bar.searched.emit(name)
    settle(qtbot, window.session)
    assert {window.contacts.model.record(row).name for row in range(window.contacts.model.rowCount())} == {name}
    qtbot.keySequence(window, keys_of("companies")[1])
    qtbot.waitUntil(lambda: window.page == "companies")
    settle(qtbot, window.session)


def test_a_new_contact_is_made_with_its_company_and_refused_at_the_field(page: ContactsView, qtbot: QtBot) -> None:
    page.window().new()
    dialog: Any = page.actions_.dialog
    dialog.lines["email"].setText("no email")
    dialog.lines["name"].setText("Nora Nueva")
    dialog.lines["company"].setText("Nueva SL")
    dialog.answer()
    settle(qtbot, page._session)
    assert dialog.fields["email"].error
    dialog.lines["email"].setText("nora@nueva.example")
    dialog.answer()
    rest(page, qtbot)
    row = page.model.record(page.model.row_of(page.table.current_id()))
    assert (row.name, row.company, row.email) == ("Nora Nueva", "Nueva SL", "nora@nueva.example")


def test_fields_are_written_as_they_are_left_and_news_come_in(page: ContactsView, ana: int, qtbot: QtBot) -> None:
    ws, form = page._session.workspace, page.pane.form
    form.lines["position"].setText("Compras")
    form.commit("position")
    form.lines["company"].setText("Otra SA")
    form.commit("company")
    settle(qtbot, page._session)
    found = contacts.get(ws, ana)
    assert (found.row["position"], found.company) == ("Compras", "Otra SA")
    form.lines["name"].setText("")
    form.commit("name")
    settle(qtbot, page._session)
    assert form.fields["name"].error
    form.revert("name")
    contacts.edit(ws, ana, {"note": "from elsewhere"})
    settle(qtbot, page._session)
    assert form.note.toPlainText() == "from elsewhere"


@pytest.mark.opens_on("board")
def test_emails_and_phones_are_added_labelled_ordered_and_removed(page: ContactsView, ana: int, qtbot: QtBot) -> None:
    editor = page.pane.form.points
    editor.add(PointKind.PHONE)
    row = editor.rows[-1]
    row.editor.setText("600 33")
    row.commit()
    settle(qtbot, page._session)
    assert row.field.error
    row.editor.setText("+34600333444")
    row.label.setCurrentText(contact_points.LABELS["home"])
    row.commit()
    settle(qtbot, page._session)
    assert ("+34 600 33 34 44", "home") in points_of(page, ana)
    assert editor.rows[-1] is row, "the line that was typed into goes on"
    assert row.text == "+34 600 33 34 44"
    editor._move(row, -1)
    settle(qtbot, page._session)
    assert contacts.get(page._session.workspace, ana).row["phone"] == "+34 600 33 34 44"
    assert [r.text for r in editor.rows if r.kind is PointKind.PHONE] == ["+34 600 33 34 44", "+34 600 11 12 22"]
    row.editor.setText("")
    row.commit()
    settle(qtbot, page._session)
    assert [value for value, _ in points_of(page, ana)] == ["ana@acme.example", "+34 600 11 12 22"]
    undo.undo(page._session.workspace)
    settle(qtbot, page._session)
    assert len(editor.rows) == 3


@pytest.mark.opens_on("board")
def test_an_edit_of_a_point_and_of_a_field_at_once_are_both_kept(page: ContactsView, ana: int, qtbot: QtBot) -> None:
    form = page.pane.form
    form.points.rows[0].editor.setText("ana.p@acme.example")
    form.lines["position"].setText("CTO")
    assert page.pane.commit_all()
    form.lines["name"].setText("Ana P.")
    form.commit("name")
    settle(qtbot, page._session)
    found = contacts.get(page._session.workspace, ana)
    assert (found.row["email"], found.row["position"], found.row["name"]) == ("ana.p@acme.example", "CTO", "Ana P.")
    assert not any(field.error for field in form.fields.values())


@pytest.mark.opens_on("board")
def test_after_a_call_a_strip_asks_and_logs_it(
    page: ContactsView, ana: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    phone = next(row for row in page.pane.form.points.rows if row.kind is PointKind.PHONE)
    phone.go.click()
    assert [url.toString() for url in opened] == ["tel:+34600111222"]
    strip = page.pane.call_strip
    assert strip.isHidden()
    strip._on_state(Qt.ApplicationState.ApplicationInactive)
    strip._on_state(Qt.ApplicationState.ApplicationActive)
    assert not strip.isHidden()
    page.open_record(page.model.id_at(0))
    strip.line.setText("wants an offer")
    strip.log()
    settle(qtbot, page._session)
    assert strip.isHidden()
    (call,) = activities.of(page._session.workspace, "contact", ana)
    assert (call.subject, call.outcome, call.done) == ("Call to +34 600 11 12 22", "wants an offer", True)


def test_further_companies_come_with_a_position_and_go(page: ContactsView, ana: int, qtbot: QtBot) -> None:
    ws, editor = page._session.workspace, page.pane.form.employments
    other = companies.create(ws, {"name": "Segunda SA"})
    editor._unfold()
    editor.company.setText("nobody has this name")
    editor.add()
    settle(qtbot, page._session)
    assert editor.company_field.error
    editor.company.setText("segunda sa")
    editor.position.setText("Advisor")
    editor.add()
    settle(qtbot, page._session)
    post = contacts.get(ws, ana).employments[0]
    assert (post.company_id, post.position) == (other, "Advisor")
    editor.positions[post.id].setText("Chair")
    editor.positions[post.id].editingFinished.emit()
    settle(qtbot, page._session)
    assert contacts.get(ws, ana).employments[0].position == "Chair"


@pytest.mark.opens_on("board")
def test_deals_of_a_person_open_on_the_board(page: ContactsView, window: MainWindow, qtbot: QtBot) -> None:
    busy = next(r for row in range(40) if (r := page.model.record(row)) and r.deals.count)
    page.open_record(busy.id)
    settle(qtbot, window.session)
    pane = page.pane.deals
    assert page.pane.tabs.tabText(2) == f"Opportunities {pane.model.rowCount()}"
    deal = pane.model.key(0)
    pane.view.activated.emit(pane.model.index(0, 0))
    settle(qtbot, window.session)
    assert (window.page, window.pane.deal_id) == ("board", deal)
    assert not page.pane_open


def test_two_chosen_people_are_merged_field_by_field(page: ContactsView, ana: int, qtbot: QtBot) -> None:
    ws = page._session.workspace
    twin = contacts.create(ws, {"name": "Ana Prueba Gil", "company": "Acme", "phone": "+34 600 999 888", "note": "old"})
    notes.add(ws, "contact", twin, "Met in May")
    rest(page, qtbot)
    menu = page.actions_.menu([ana, twin], [])
    next(action for action in menu.actions() if action.text() == "Merge…").trigger()
    settle(qtbot, page._session)
    dialog: Any = page.actions_.dialog
    assert "1 note" in dialog._moves.text()
    dialog.groups["name"].button(1).setChecked(True)
    dialog.answer()
    rest(page, qtbot)
    kept = contacts.get(ws, ana)
    assert (kept.row["name"], kept.row["note"]) == ("Ana Prueba Gil", "old")
    assert ContactPoint(PointKind.PHONE, "+34 600 99 98 88").key in {point.key for point in kept.points}
    assert page.model.row_of(twin) < 0


def test_the_other_one_can_be_the_one_that_stays(page: ContactsView, ana: int, qtbot: QtBot) -> None:
    twin = contacts.create(page._session.workspace, {"name": "Twin"})
    page.actions_.merge(ana, twin)
    settle(qtbot, page._session)
    dialog: Any = page.actions_.dialog
    dialog._heads[1].click()
    settle(qtbot, page._session)
    dialog.answer()
    rest(page, qtbot)
    assert contacts.get(page._session.workspace, twin).row["name"] == "Twin"
    assert page.pane.record_id == twin


def test_duplicates_are_listed_and_told_apart(page: ContactsView, ana: int, qtbot: QtBot) -> None:
    ws = page._session.workspace
    contacts.create(ws, {"name": "A. Prueba", "email": "ana@acme.example"})
    page.actions_.find_duplicates()
    settle(qtbot, page._session)
    dialog: Any = page.actions_.dialog
    before = dialog.model.rowCount()
    row = next(r for r in range(before) if ana in (dialog.model.key(r).first_id, dialog.model.key(r).second_id))
    dialog.view.selectRow(row)
    dialog.tell_apart()
    settle(qtbot, page._session)
    assert dialog.model.rowCount() == before - 1
    assert not any(ana in (c.first_id, c.second_id) for c in merging.candidates(ws, "contact"))
    dialog.reject()


@pytest.mark.opens_on("board")
def test_a_deal_shows_its_people_and_that_nobody_decides(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    late = [frame for frame in window.board.frames if not frame.closed and frame.stage.probability >= 50]
    deal = next(frame.model.id_at(0) for frame in late if frame.model.rowCount())
    for who in deal_contacts.of(ws, deal):
        deal_contacts.set_role(ws, deal, who.contact_id, None)
    window.open_deal(deal)
    settle(qtbot, window.session)
    pane = window.pane.people
    assert not pane.warning.isHidden()
    made = contacts.create(ws, {"name": "Decididora Real"})
    pane.name.setText("decididora real")
    pane.role.setCurrentIndex(pane.role.findData("decides"))
    pane.add()
    settle(qtbot, window.session)
    assert pane.warning.isHidden()
    assert window.pane.tabs.tabText(2) == f"Contacts {len(deal_contacts.of(ws, deal))}"
    box = pane.roles[made]
    box.setCurrentIndex(box.findData("blocks"))
    box.activated.emit(box.currentIndex())
    settle(qtbot, window.session)
    assert next(who for who in deal_contacts.of(ws, deal) if who.contact_id == made).role is BuyingRole.BLOCKS
    assert not pane.warning.isHidden()
    pane.contact_requested.emit(made)
    settle(qtbot, window.session)
    assert (window.page, window.contacts.pane.record_id) == ("contacts", made)


def test_the_context_menu_merges_only_two(page: ContactsView) -> None:
    def texts(ids: list[int]) -> list[str]:
        return [action.text() for action in page.actions_.menu(ids, []).actions()]

    assert "Merge…" not in texts([1])
    assert "Merge…" in texts([1, 2])
    assert "Merge…" not in texts([1, 2, 3])


@pytest.mark.opens_on("board")
def test_two_deals_of_the_board_are_merged(window: MainWindow, qtbot: QtBot) -> None:
    frame = next(frame for frame in window.board.frames if not frame.closed and frame.model.rowCount() > 1)
    keep, other = frame.model.id_at(0), frame.model.id_at(1)
    window.actions_.merge(keep, other)
    settle(qtbot, window.session)
    dialog: Any = window.actions_.dialog
    dialog.answer()
    settle(qtbot, window.session)
    assert window.pane.deal_id == keep
    assert frame.model.id_at(0) == keep
    assert other not in [frame.model.id_at(row) for row in range(frame.model.rowCount())]


def test_a_moved_deal_renews_figures_without_reading_the_whole_list(
    page: ContactsView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = next(r for row in range(40) if (r := page.model.record(row)) and r.deals.count)
    ws = page._session.workspace
    deal = next(card for card in contacts.deals_of(ws, "contact", busy.id) if card.kind == "open")
    monkeypatch.setattr(page.list, "_ask_order", lambda: pytest.fail("asked for the order"))
    opportunities.delete(ws, [deal.id])
    qtbot.wait(45)
    settle(qtbot, page._session)
    page.model.record(page.model.row_of(busy.id))
    settle(qtbot, page._session)
    assert page.model.record(page.model.row_of(busy.id)).deals.count == busy.deals.count - 1


def test_the_points_of_one_person_never_stand_with_another(qtbot: QtBot) -> None:
    editor = ContactPointsEditor("contact", lambda *_, **__: None)
    qtbot.addWidget(editor)
    points = [ContactPoint(PointKind.EMAIL, f"{n}@example.com", "work", number) for number, n in enumerate("abc", 1)]
    editor.show_points(1, points)
    other = ContactPoint(PointKind.PHONE, "+34 600 00 00 00", "mobile", 9)
    editor.show_points(2, [other])
    assert [row.point for row in editor.rows] == [other]
    editor.show_points(1, points)
    assert [row.point for row in editor.rows] == points


@pytest.mark.opens_on("board")
def test_deals_of_different_stages_that_look_alike_are_merged(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    values = {"name": "Twin of a deal", "value": 1_000, "expected_close": ws.clock.today(), "company": "Twins"}
    first, second = (opportunities.create(ws, values, stage_id=f.stage.id) for f in window.board.frames[:2])
    settle(qtbot, window.session)
    window._fill_menu()
    next(a for a in window.top_bar.menu.actions() if a.text() == "Find duplicates…").trigger()
    settle(qtbot, window.session)
    dialog: Any = window.actions_.dialog
    found = next(
        n
        for n in range(dialog.model.rowCount())
        if {first, second} == {dialog.model.key(n).first_id, dialog.model.key(n).second_id}
    )
    dialog.view.selectRow(found)
    dialog.merge()
    settle(qtbot, window.session)
    dialog.merging.answer()
    settle(qtbot, window.session)
    with pytest.raises(NotFound):
        opportunities.get(ws, second)
    assert opportunities.get(ws, first).card.name == "Twin of a deal"
    dialog.accept()
