"""The settings page by mouse and keyboard, and the dialog that a stage's rules open in a drop."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.points import DEFAULT_POINTS
from salesos_desktop.services import bin as waste
from salesos_desktop.services import board, custom_fields, lists, opportunities, pipelines, products, rates, undo
from salesos_desktop.ui.dialogs.closing import WinDialog
from salesos_desktop.ui.dialogs.deal import DealDialog
from salesos_desktop.ui.dialogs.stage_rules import StageRulesDialog
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.settings.page import SECTIONS
from tests.conftest import stage_named
from tests.ui.conftest import settle

pytestmark = pytest.mark.opens_on("settings")


def opened(window: MainWindow, qtbot: QtBot, name: str) -> Any:
    window.show_page("settings")
    section = window.settings.show_section(name)
    settle(qtbot, window.session)
    return section


def rows(section: Any) -> list[str]:
    return [section.model.index(row, 0).data() for row in range(section.model.rowCount())]


def go_to(section: Any, name: str) -> None:
    section.table.selectRow(rows(section).index(name))


@pytest.mark.parametrize("name", list(SECTIONS))
def test_every_section_opens_and_says_what_to_do_when_it_is_empty(window: MainWindow, qtbot: QtBot, name: str) -> None:
    section = opened(window, qtbot, name)
    assert section.isVisible()
    if hasattr(section, "model"):
        assert section.table.isVisible() == bool(section.things)
        assert section.empty.isVisible() == (not section.things)


@pytest.mark.opens_on("board")
def test_an_entry_is_added_and_a_double_is_refused_at_its_field(window: MainWindow, qtbot: QtBot) -> None:
    section = opened(window, qtbot, "lists")
    section.table.setFocus()
    qtbot.keyClick(section.table, Qt.Key.Key_Insert)
    assert section.adding
    section.name.setText("REFERRAL")
    qtbot.keyClick(section.name, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert "there already" in section.fields["name"].error
    assert section.name.text() == "REFERRAL", "what was typed stays"
    section.name.setText("Trade fair")
    qtbot.keyClick(section.name, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert section.fields["name"].error == ""
    assert section.current.name == "Trade fair", "the new one is chosen"
    section.table.setFocus()
    qtbot.keyClick(section.table, Qt.Key.Key_Delete)
    settle(qtbot, window.session)
    assert "Trade fair" not in rows(section)
    window.actions_.undo()
    settle(qtbot, window.session)
    assert "Trade fair" in rows(section), "the page follows the stream"


def test_a_list_is_reordered_and_switched_off_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    section = opened(window, qtbot, "lists")
    section.show_list("loss_reason")
    settle(qtbot, window.session)
    first, second = rows(section)[:2]
    section.table.setFocus()
    go_to(section, first)
    qtbot.keyClick(section.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, window.session)
    assert rows(section)[:2] == [second, first]
    assert section.current.name == first
    qtbot.mouseClick(section.buttons["switch"], Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert not section.current.active
    assert not next(n for n in board.names(window.session.workspace, "loss_reason") if n.name == first).active


def test_what_is_typed_is_not_lost_when_somebody_else_changes_the_list(window: MainWindow, qtbot: QtBot) -> None:
    section = opened(window, qtbot, "lists")
    section.begin_new()
    section.name.setText("Half typed")
    lists.add(window.session.workspace, "source", {"name": "Another"})
    settle(qtbot, window.session)
    assert "Another" in rows(section)
    assert section.name.text() == "Half typed"


@pytest.mark.opens_on("board")
def test_tags_in_use_are_listed_and_renamed_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    opportunities.edit(ws, deal, {"tags": ["urgent", "vip"]})
    section = opened(window, qtbot, "lists")
    section.show_list("tag")
    settle(qtbot, window.session)
    go_to(section, "urgent")
    section.name.setText("hot")
    section.save()
    settle(qtbot, window.session)
    assert opportunities.get(ws, deal).row["tags"] == '["hot", "vip"]'


@pytest.mark.opens_on("board")
def test_a_stage_with_deals_asks_where_they_go(window: MainWindow, qtbot: QtBot) -> None:
    ws, section = window.session.workspace, opened(window, qtbot, "stages")
    go_to(section, "Prospecting")
    deals = section.current.found.deals
    assert deals
    section.buttons["delete"].click()
    dialog = section.dialog
    dialog.answer()
    settle(qtbot, window.session)
    assert str(deals) in dialog.fields["to_stage"].error
    dialog.target.setCurrentIndex(1)
    dialog.answer()
    settle(qtbot, window.session)
    assert rows(section)[0] == "Qualification"
    assert len(window.board.model.columns) == 5, "the board has loaded the stages anew"
    assert window.board.model.stages.keys() == {stage.id for stage in board.stages(ws)}


def test_a_stage_is_changed_with_all_that_it_asks(window: MainWindow, qtbot: QtBot) -> None:
    ws, section = window.session.workspace, opened(window, qtbot, "stages")
    go_to(section, "Proposal")
    section.name.setText("Offer")
    section.probability.setText("x")
    section.save()
    assert "whole number" in section.fields["probability"].error
    section.probability.setText("55 %")
    section.stale.setText("")
    section.colour.setCurrentIndex(5)
    section.required.choose(["contact", "note"])
    section.entry_text.setPlainText("Budget confirmed")
    section.save()
    settle(qtbot, window.session)
    found = next(s for s in pipelines.stages(ws, board.stages(ws)[0].pipeline_id) if s.stage.name == "Offer")
    assert (found.stage.probability, found.stage.stale_days, found.stage.colour) == (55, None, "#B07A1E")
    assert (found.required, found.entry_text) == (("contact", "note"), "Budget confirmed")
    go_to(section, "Won")
    assert not section.probability.isVisible()
    assert not section.buttons["delete"].isEnabled()


def test_pipelines_products_and_rates_are_made(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    section = opened(window, qtbot, "pipelines")
    section.begin_new()
    section.name.setText("Renewals")
    section.save()
    settle(qtbot, window.session)
    assert rows(section) == ["Sales", "Renewals"]
    section.skipping.setChecked(False)
    section.save()
    settle(qtbot, window.session)
    assert [p.skipping for p in pipelines.listing(ws)] == [True, False]
    section = opened(window, qtbot, "products")
    section.begin_new()
    section.name.setText("GTX Pro")
    section.price.setText("1,234.50")
    section.prices.setPlainText("EUR 1,000\neuros 3")
    section.save()
    assert "euros 3" in section.fields["prices"].error
    section.prices.setPlainText("EUR 1,000\nMXN 20,000.50")
    section.save()
    settle(qtbot, window.session)
    made = next(p for p in products.listing(ws) if p.name == "GTX Pro")
    assert (made.price, made.prices) == (123_450, {"EUR": 100_000, "MXN": 2_000_050})
    section = opened(window, qtbot, "currencies")
    section.begin_new()
    section.rate.setText("0")
    section.save()
    settle(qtbot, window.session)
    assert section.fields["rate"].error
    section.rate.setText("1.08")
    section.save()
    settle(qtbot, window.session)
    assert [str(rate.rate) for rate in rates.listing(ws)] == ["1.08"]


def test_points_are_set_and_what_is_wrong_is_said_at_its_field(window: MainWindow, qtbot: QtBot) -> None:
    section = opened(window, qtbot, "points")
    assert not section.save_button.isEnabled()
    edit = section.fields["won"].editor
    for text in ("-5", "many"):
        edit.selectAll()
        qtbot.keyClicks(edit, text)
        qtbot.keyClick(edit, Qt.Key.Key_Return)
        settle(qtbot, window.session)
        assert section.fields["won"].error
    edit.selectAll()
    qtbot.keyClicks(edit, "75")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert window.session.workspace.point_rules == {**DEFAULT_POINTS, "won": 75}
    assert not section.save_button.isEnabled()


@pytest.mark.opens_on("board")
def test_the_bin_gives_back_what_is_selected(window: MainWindow, qtbot: QtBot) -> None:
    ws, deals = window.session.workspace, [window.board.frames[0].model.id_at(row) for row in range(3)]
    opportunities.delete(ws, deals)
    section = opened(window, qtbot, "bin")
    assert len(rows(section)) == 3
    assert not section.restore_button.isEnabled()
    section.table.setFocus()
    section.table.selectAll()
    qtbot.keyClick(section.table, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert rows(section) == []
    assert section.empty.isVisible()
    assert all(opportunities.get(ws, deal) for deal in deals)
    assert waste.listing(ws).things == []


@pytest.mark.opens_on("board")
def test_a_drop_asks_what_the_stage_wants_before_anything_is_written(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    before, stage = opportunities.get(ws, deal), stage_named(ws, "Proposal")
    pipelines.edit_stage(ws, stage.id, {"required": ["note", "value"], "entry_text": "Budget confirmed"})
    opportunities.edit(ws, deal, {"note": "", "value": None})
    settle(qtbot, window.session)
    seq = undo.possible(ws).undo_seq
    window.actions_.move([deal], stage)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, StageRulesDialog)
    dialog.reject()
    assert undo.possible(ws).undo_seq == seq
    assert opportunities.get(ws, deal).card.stage_id == before.card.stage_id
    window.actions_.move([deal], stage)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, StageRulesDialog)
    dialog.answer()
    assert dialog.fields["note"].error
    dialog.fields["note"].editor.setPlainText("They want it")  # type: ignore[attr-defined]
    dialog.fields["value"].editor.setText("1,500")  # type: ignore[attr-defined]
    dialog.answer()
    assert dialog.fields["confirmed"].error
    dialog._confirmed.setChecked(True)
    dialog.answer()
    settle(qtbot, window.session)
    after = opportunities.get(ws, deal)
    assert (after.card.stage_id, after.card.value, after.row["note"]) == (stage.id, 150_000, "They want it")
    assert window.actions_.dialog is None


@pytest.mark.opens_on("board")
def test_a_tick_box_that_a_stage_asks_for_is_ticked_or_the_deal_stays(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    shown_if = Ask("name", Operator.EQUALS, "nobody")
    for label, more in (("Signed", {}), ("Why", {"shown_if": shown_if})):
        custom_fields.save(ws, {"label": label, "form": "checkbox", "subject": "opportunity", **more})
    stage = stage_named(ws, "Proposal")
    pipelines.edit_stage(ws, stage.id, {"required": ["custom.signed", "custom.why"]})
    settle(qtbot, window.session)
    window.actions_.move([deal], stage)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, StageRulesDialog)
    assert list(dialog.fields) == ["custom.signed"]
    dialog.answer()
    assert "Tick it" in dialog.fields["custom.signed"].error
    dialog.fields["custom.signed"].editor.setChecked(True)  # type: ignore[attr-defined]
    dialog.answer()
    settle(qtbot, window.session)
    assert opportunities.get(ws, deal).card.stage_id == stage.id


@pytest.mark.opens_on("board")
def test_a_new_deal_is_asked_what_its_stage_wants_in_its_own_dialog(window: MainWindow, qtbot: QtBot) -> None:
    ws, stage = window.session.workspace, stage_named(window.session.workspace, "Proposal")
    pipelines.edit_stage(ws, stage.id, {"required": ["product", "source_id"]})
    window.actions_.new(stage.id)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, DealDialog)
    dialog._name.setText("A new deal")
    dialog.answer()
    settle(qtbot, window.session)
    assert window.actions_.dialog is dialog
    assert [name for name, field in dialog.fields.items() if field.error] == ["product", "source"]
    dialog._product.setText("Plan")
    dialog._source.setCurrentIndex(1)
    dialog.answer()
    settle(qtbot, window.session)
    assert window.actions_.dialog is None


@pytest.mark.opens_on("board")
def test_closing_asks_as_well_and_cancelling_leaves_the_first_dialog(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    won = stage_named(ws, "Won")
    pipelines.edit_stage(ws, won.id, {"entry_text": "Signed?"})
    settle(qtbot, window.session)
    window.actions_.win([deal])
    settle(qtbot, window.session)
    first = window.actions_.dialog
    assert isinstance(first, WinDialog)
    for confirmed in (False, True):
        first.answer()
        settle(qtbot, window.session)
        asking = first.findChild(StageRulesDialog)
        assert asking is not None
        asking._confirmed.setChecked(confirmed)
        if confirmed:
            asking.answer()
            settle(qtbot, window.session)
        else:
            asking.reject()
            qtbot.waitUntil(lambda: first.findChild(StageRulesDialog) is None)
            assert opportunities.get(ws, deal).card.stage_id != won.id
            assert first.main_button is not None
            assert first.main_button.isEnabled()
    assert opportunities.get(ws, deal).card.stage_id == won.id
    assert window.actions_.dialog is None


@pytest.mark.opens_on("board")
def test_a_jump_that_is_not_allowed_is_said_in_the_bar(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    pipelines.edit(ws, pipelines.listing(ws)[0].id, {"skipping": False})
    window.actions_.move([deal], stage_named(ws, "Negotiation"))
    settle(qtbot, window.session)
    assert window.messages.isVisible()
    assert window.actions_.dialog is None


@pytest.mark.opens_on("board")
def test_only_the_reasons_of_its_pipeline_are_offered_for_a_lost_deal(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    other = pipelines.create(ws, "Renewals")
    lists.add(ws, "loss_reason", {"name": "Not renewed", "pipeline_id": other})
    window.actions_.lose([deal])
    settle(qtbot, window.session)
    assert window.actions_.dialog is not None
    box = window.actions_.dialog.findChild(QComboBox)
    offered = [box.itemText(n) for n in range(box.count())]
    assert "Price" in offered
    assert "Not renewed" not in offered
    window.actions_.dialog.reject()


@pytest.mark.opens_on("board")
def test_an_answer_that_brings_up_another_question_is_asked_that_too(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    above = Ask("value", Operator.GREATER, 100_000)
    custom_fields.save(ws, {"label": "Why", "form": "text", "subject": "opportunity", "shown_if": above})
    stage = stage_named(ws, "Proposal")
    pipelines.edit_stage(ws, stage.id, {"required": ["value", "custom.why"], "entry_text": "Budget confirmed"})
    opportunities.edit(ws, deal, {"value": None})
    settle(qtbot, window.session)
    window.actions_.move([deal], stage)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, StageRulesDialog)
    assert set(dialog.fields) == {"value", "confirmed"}
    dialog.fields["value"].editor.setText("1,500")  # type: ignore[attr-defined]
    dialog._confirmed.setChecked(True)
    dialog.answer()
    settle(qtbot, window.session)
    second = window.actions_.dialog
    assert isinstance(second, StageRulesDialog)
    assert set(second.fields) == {"custom.why"}, "what was told stays told"
    second.fields["custom.why"].editor.setText("They grow")  # type: ignore[attr-defined]
    second.answer()
    settle(qtbot, window.session)
    after = opportunities.get(ws, deal)
    assert (after.card.stage_id, after.card.value) == (stage.id, 150_000)
    assert json.loads(after.row["custom"])["why"] == "They grow"
    assert window.actions_.dialog is None


def test_what_is_typed_into_a_list_keeps_its_tab(window: MainWindow, qtbot: QtBot) -> None:
    section = opened(window, qtbot, "lists")
    section.show_list("source")
    settle(qtbot, window.session)
    section.table.selectRow(0)
    settle(qtbot, window.session)
    section.fields["name"].editor.setText("Typed")
    section.fields["name"].editor.textEdited.emit("Typed")
    section.show_list("tag")
    settle(qtbot, window.session)
    assert section.shown == "source"
    assert section.fields["name"].editor.text() == "Typed"
    assert section.problem.isVisible()
