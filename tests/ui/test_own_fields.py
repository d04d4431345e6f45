"""A workspace's own fields in the pane and the dialog of a deal."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.custom_fields import stored
from salesos_desktop.services import custom_fields, leads, opportunities
from salesos_desktop.ui.choices import Choices
from salesos_desktop.ui.dialogs.deal import DealDialog
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.models.roles import CardRole
from tests.ui.conftest import settle


def define(window: MainWindow, label: str, form: str, **more: Any) -> str:
    ws = window.session.workspace
    number = custom_fields.save(ws, {"label": label, "form": form, "subject": "opportunity"} | more)
    return next(each.path for each in custom_fields.fields(ws) if each.id == number)


def test_each_field_of_ones_own_is_written_as_it_is_left(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    paths = {
        form: define(window, form.title(), form, options=["North", "South"])
        for form in ("text", "number", "currency", "date", "choice", "choices", "checkbox", "long_text")
    }
    window.open_deal(deal)
    settle(qtbot, window.session)
    own = window.pane.form.own
    editors: dict[str, Any] = {form: own.fields[path].editor for form, path in paths.items()}
    editors["text"].setText("words")
    editors["number"].setText("1,234.5")
    editors["currency"].setText("$1,200")
    editors["date"].set_day(date(2026, 12, 31))
    editors["choice"].setCurrentIndex(2)
    editors["choices"].choose(["North"])
    editors["checkbox"].setChecked(True)
    editors["long_text"].setPlainText("one\ntwo")
    window.pane.close_pane()
    settle(qtbot, window.session)
    written = stored(opportunities.get(ws, deal).row)
    assert {form: written[path.removeprefix("custom.")] for form, path in paths.items()} == {
        "text": "words", "number": 1234.5, "currency": 120000, "date": "2026-12-31", "choice": "South", "choices": ["North"],
        "checkbox": True, "long_text": "one\ntwo",
    }  # fmt: skip
    window.open_deal(deal)
    settle(qtbot, window.session)
    assert (editors["number"].text(), editors["currency"].text()) == ("1,234.5", "1,200.00")
    assert isinstance(editors["choices"], Choices)
    seq = window.session.workspace.seen_seq
    window.pane.close_pane()
    settle(qtbot, window.session)
    assert window.session.workspace.seen_seq == seq


def test_what_does_not_fit_stays_in_its_field_with_the_reason(window: MainWindow, qtbot: QtBot) -> None:
    path = define(window, "Budget", "number")
    window.open_deal(window.board.frames[0].model.id_at(0))
    settle(qtbot, window.session)
    field = window.pane.form.own.fields[path]
    assert isinstance(field.editor, QLineEdit)
    field.editor.setText("many")
    field.editor.editingFinished.emit()
    settle(qtbot, window.session)
    assert "Budget" in field.error
    assert field.editor.text() == "many"
    field.editor.setText("")
    field.editor.editingFinished.emit()
    settle(qtbot, window.session)


def test_a_condition_shows_a_field_while_the_other_is_chosen(window: MainWindow, qtbot: QtBot) -> None:
    kind = define(window, "Kind", "choice", options=["New", "Renewal"])
    since = define(window, "Since", "text", shown_if=Ask("custom.kind", Operator.EQUALS, "renewal"), required=True)
    window.actions_.new()
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, DealDialog)
    assert dialog.fields[since].isHidden()
    box: Any = dialog.fields[kind].editor
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert not dialog.fields[since].isHidden()
    dialog._name.setText("With own fields")
    dialog.answer()
    settle(qtbot, window.session)
    assert "missing" in dialog.fields[since].error
    line: Any = dialog.fields[since].editor
    line.setText("2019")
    with qtbot.waitSignal(window.actions_.created) as made:
        dialog.answer()
    settle(qtbot, window.session)
    assert made.args is not None
    row = opportunities.get(window.session.workspace, made.args[0]).row
    assert stored(row) == {"kind": "Renewal", "since": "2019"}


def test_a_lead_has_its_own_fields_notes_and_files(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    path = define(window, "Budget", "number", subject="both")
    lead = leads.create(ws, {"name": "Zoe Zamora", "email": "zoe@example.com"})
    window.show_page("leads")
    window.leads.open_lead(lead)
    settle(qtbot, window.session)
    pane = window.leads.pane
    line: Any = pane.form.own.fields[path].editor
    line.setText("1,500")
    line.editingFinished.emit()
    settle(qtbot, window.session)
    assert stored(leads.get(ws, lead).row) == {"budget": 1500}
    line.setText("many")
    line.editingFinished.emit()
    settle(qtbot, window.session)
    assert "Budget" in pane.form.own.fields[path].error
    line.setText("1,500")
    line.editingFinished.emit()
    settle(qtbot, window.session)
    seen = ws.seen_seq
    pane.notes.editor.setPlainText("Called")
    pane.notes._save()
    settle(qtbot, window.session)
    assert ws.seen_seq == seen + 1
    pane.close_pane()
    settle(qtbot, window.session)
    assert ws.seen_seq == seen + 1


def test_a_new_lead_is_asked_its_compulsory_own_fields(window: MainWindow, qtbot: QtBot) -> None:
    path = define(window, "Budget", "number", subject="lead", required=True)
    window.show_page("leads")
    settle(qtbot, window.session)
    window.leads.actions_.new()
    dialog: Any = window.leads.actions_.dialog
    dialog.lines["name"].setText("Zoe Zamora")
    dialog.lines["email"].setText("zoe@example.com")
    dialog.answer()
    settle(qtbot, window.session)
    assert "missing" in dialog.fields[path].error
    dialog.fields[path].editor.setText("12")
    with qtbot.waitSignal(window.leads.actions_.created) as made:
        dialog.answer()
    settle(qtbot, window.session)
    assert made.args is not None
    assert stored(leads.get(window.session.workspace, made.args[0]).row) == {"budget": 12}


def test_a_field_that_stands_on_cards_is_drawn_there(window: MainWindow, qtbot: QtBot) -> None:
    ws, frame = window.session.workspace, window.board.frames[0]
    deal = frame.model.id_at(0)
    define(window, "Region", "choice", options=["Norte"], on_card=True)
    settle(qtbot, window.session)
    card = frame.model.index(0, 0).data(CardRole.CARD)
    before = window.board.delegate.picture(card, QSize(220, 80), False, False, 1.0).toImage()
    opportunities.edit(ws, deal, {"custom": {"region": "norte"}})
    settle(qtbot, window.session)
    card = frame.model.index(0, 0).data(CardRole.CARD)
    assert stored({"custom": card.custom})["region"] == "Norte"
    after = window.board.delegate.picture(card, QSize(220, 80), False, False, 1.0).toImage()
    assert before != after
    assert [each.label for each in window.board._own] == ["Region"]
