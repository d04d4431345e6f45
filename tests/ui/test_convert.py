"""A lead becomes an opportunity in the window, alone and with others; the lines of a deal."""

from __future__ import annotations

from datetime import date

from pytestqt.qtbot import QtBot

from salesos_desktop.domain.products import Line
from salesos_desktop.errors import Conflict
from salesos_desktop.services import leads, lines, moves, opportunities, pipelines, products
from salesos_desktop.ui.dialogs.convert import ConvertDialog, ConvertManyDialog
from salesos_desktop.ui.dialogs.merge import MergeDialog
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def made(window: MainWindow, name: str, **more: object) -> int:
    email = f"{name.split()[0].lower()}.{abs(hash(name)) % 1000}@example.com"
    return leads.create(window.session.workspace, {"name": name, "email": email, **more})


def test_a_lead_is_converted_with_products_and_shown_on_the_board(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    products.create(ws, {"name": "Licence ZZ", "price": 50_000, "currency": "USD", "code": "ZZ"})
    lead = made(window, "Zoe Zamora", company="Zeta Corp", note="Wants it soon")
    window.show_page("leads")
    window.leads.actions_.convert([lead])
    settle(qtbot, window.session)
    dialog = window.leads.actions_.dialog
    assert isinstance(dialog, ConvertDialog)
    assert (dialog._name.text(), dialog._company.text(), dialog._contact.text()) == (
        "Zeta Corp",
        "Zeta Corp",
        "Zoe Zamora",
    )
    dialog.answer()
    settle(qtbot, window.session)
    assert "missing" in dialog.fields["value"].error
    row = dialog.lines.add_row()
    row.product.setEditText("zz")
    row.chosen.emit()
    row.quantity.setText("3")
    dialog._close.set_day(date(2026, 12, 31))
    dialog.answer()
    settle(qtbot, window.session)
    deal = leads.get(ws, lead).row["opportunity_id"]
    assert deal is not None
    found = opportunities.get(ws, deal)
    assert (found.card.value, found.card.company, found.card.contact) == (150_000, "Zeta Corp", "Zoe Zamora")
    assert (found.row["note"], found.row["expected_close"]) == ("Wants it soon", date(2026, 12, 31))
    assert (window.page, window.pane.deal_id) == ("board", deal)
    window.leads.actions_.convert([lead])
    settle(qtbot, window.session)
    assert window.leads.actions_.dialog is None
    assert window.messages.isVisible()


def test_a_stage_that_asks_for_more_asks_it_in_the_dialog(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    first = window.board.frames[0].stage
    pipelines.edit_stage(ws, first.id, {"required": ["note"]})
    lead = made(window, "Yago Yuste", company="Ye")
    window.show_page("leads")
    window.leads.actions_.convert([lead])
    settle(qtbot, window.session)
    dialog = window.leads.actions_.dialog
    assert isinstance(dialog, ConvertDialog)
    dialog._value.setText("100")
    dialog.answer()
    settle(qtbot, window.session)
    assert dialog.fields["note"].error
    dialog._note.setPlainText("there")
    dialog.answer()
    settle(qtbot, window.session)
    assert leads.get(ws, lead).row["opportunity_id"] is not None


def test_of_many_leads_each_that_could_not_is_listed(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    ids = [made(window, "Uma Uno", value=10_000), made(window, "Ugo Dos")]
    window.show_page("leads")
    window.leads.actions_.convert(ids)
    settle(qtbot, window.session)
    dialog = window.leads.actions_.dialog
    assert isinstance(dialog, ConvertManyDialog)
    dialog.answer()
    settle(qtbot, window.session)
    assert dialog.table.rowCount() == 1
    assert "Ugo Dos" in dialog.table.item(0, 0).text()
    assert "value" in dialog.table.item(0, 1).text().lower()
    assert leads.get(ws, ids[0]).row["opportunity_id"] is not None
    assert leads.get(ws, ids[1]).row["opportunity_id"] is None
    dialog.accept()
    settle(qtbot, window.session)


def test_the_value_follows_the_lines_of_the_pane(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)
    pane = window.pane.products
    window.pane.tabs.setCurrentWidget(pane)
    row = pane.editor.add_row()
    row.product.setEditText("Special work")
    row.quantity.setText("2,5")
    row.price.setText("100")
    row.discount.setText("10")
    pane.follows.setChecked(True)
    settle(qtbot, window.session)
    found = lines.lines_of(ws, deal)
    assert [(line.description, line.quantity, line.unit_price, line.discount) for line in found.lines] == [
        ("Special work", 2500, 10_000, 1000)
    ]
    assert opportunities.get(ws, deal).card.value == 22_500
    assert row.total.text() == "$225"
    row.quantity.setText("many")
    row.quantity.editingFinished.emit()
    assert row.quantity.property("wrong") == "true"
    row.quantity.setText("1")
    row.quantity.editingFinished.emit()
    settle(qtbot, window.session)
    assert opportunities.get(ws, deal).card.value == 9_000


def test_lines_that_somebody_else_wrote_are_shown_and_not_overwritten(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)
    pane = window.pane.products
    window.pane.tabs.setCurrentWidget(pane)
    problems: list[Exception] = []
    window.session.problem.connect(problems.append)
    lines.set_lines(ws, deal, [Line(None, "Theirs", 1000, 500, 0)], True)
    for text in ("Mine", "Mine again"):
        row = pane.editor.add_row()
        row.product.setEditText(text)
        row.price.setText("9")
        row.price.editingFinished.emit()
        settle(qtbot, window.session)
    assert [type(error) for error in problems] == [Conflict]
    assert [line.description for line in lines.lines_of(ws, deal).lines] == ["Theirs", "Mine again"]


def test_of_an_open_and_a_won_deal_the_won_one_stays(window: MainWindow, qtbot: QtBot) -> None:
    ws, (deal, other) = window.session.workspace, [window.board.frames[0].model.id_at(row) for row in (0, 1)]
    moves.win(ws, [other])
    settle(qtbot, window.session)
    window.actions_.merge(deal, other)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, MergeDialog)
    for place in (None, 0):
        if place is not None:
            dialog._heads[place].click()
            settle(qtbot, window.session)
        assert (dialog.keep_id, dialog._heads[1].isChecked()) == (other, True)
        assert "is won. It is the one that stays." in dialog._moves.text()
        assert "value" not in dialog.groups
    dialog.answer()
    settle(qtbot, window.session)
    assert window.actions_.dialog is None
    assert opportunities.get(ws, other).row["merged_into_id"] is None


def test_what_happened_to_a_lead_is_told_with_its_undo(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    lead = made(window, "Tea Tapia", value=10_000, owner_id=None)
    window.show_page("leads")
    window.leads.actions_.claim([lead])
    settle(qtbot, window.session)
    qtbot.waitUntil(lambda: "Tea Tapia" in window.notifications.toast.text)
    window.notifications.toast._buttons[0].click()
    settle(qtbot, window.session)
    assert leads.get(ws, lead).row["owner_id"] is None
