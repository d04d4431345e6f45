"""The dialogs and small parts beside the board: editing whole deals, undo buttons, the import, reports of failures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from salesos_desktop import crashlog
from salesos_desktop.services import board, forecast, moves, opportunities
from salesos_desktop.services.board import Snapshot
from salesos_desktop.ui.dialogs.deal import DealDialog
from salesos_desktop.ui.dialogs.import_wizard import ImportWizard
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def test_a_deal_is_edited_whole_and_undone_whole(window: MainWindow, qtbot: QtBot) -> None:
    ws, frame = window.session.workspace, window.board.frames[1]
    deal = frame.model.id_at(0)
    before = opportunities.get(ws, deal)
    frame.view.go_to(0)
    qtbot.keyClick(frame.view, Qt.Key.Key_E)
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert isinstance(dialog, DealDialog)
    dialog._name.setText("Whole")
    dialog._probability.setText("33 %")
    dialog._tags.setText("a, b")
    dialog._company.setText("A new company")
    dialog.answer()
    settle(qtbot, window.session)
    assert window.actions_.dialog is None
    after = opportunities.get(ws, deal)
    assert (after.card.name, after.card.probability, after.card.company) == ("Whole", 33, "A new company")
    assert after.card.value == before.card.value
    window.actions_.undo()
    settle(qtbot, window.session)
    back = opportunities.get(ws, deal).card
    assert (back.name, back.probability, back.company) == (
        before.card.name, before.card.probability, before.card.company,
    )  # fmt: skip


def test_the_undo_buttons_say_what_they_would_do(window: MainWindow, qtbot: QtBot) -> None:
    buttons, deal = window._undo, window.board.frames[0].model.id_at(0)
    name = opportunities.get(window.session.workspace, deal).card.name
    assert not buttons.redo.isEnabled()
    window.actions_.move([deal], window.board.frames[1].stage)
    qtbot.waitUntil(lambda: buttons.undo.isEnabled() and name in buttons.undo.toolTip())
    qtbot.mouseClick(buttons.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: buttons.redo.isEnabled() and name in buttons.redo.toolTip())
    settle(qtbot, window.session)
    assert window.board.frames[0].model.row_of(deal) >= 0


def test_the_import_shows_what_rows_become_and_reads_them_otherwise(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "deals.csv"
    file.write_bytes("Nombre;Valor;Cierre\nDiseño;1.234,56;24/12/2026\nMal;x;25/12/2026\n".encode("cp1252"))
    wizard = ImportWizard(window, window.session)
    wizard.open()
    wizard.open_file(file)
    settle(qtbot, window.session)
    page = wizard.columns

    def shown(row: int) -> list[str]:
        return [page.preview.index(row, n).data() for n in range(page.preview.columnCount())]

    assert (page.encoding.currentData(), page.delimiter.currentData()) == ("cp1252", ";")
    assert shown(0) == ["Diseño", "$1,234.56", "Dec 24, 2026", ""]
    assert shown(1)[1] == "⚠ x"
    assert "number" in shown(1)[3]
    page.columns[1].setCurrentIndex(0)
    page.columns[1].activated.emit(0)
    assert shown(1)[-1] == ""
    page.delimiter.setCurrentIndex(page.delimiter.findData(","))
    page.delimiter.activated.emit(0)
    settle(qtbot, window.session)
    assert wizard.plan is not None
    assert wizard.plan.table.headers == ("Nombre;Valor;Cierre",)
    wizard.reject()


def test_a_change_that_a_snapshot_contains_is_counted_once(window: MainWindow, qtbot: QtBot) -> None:
    """Another window commits between this one's last look and its reading of the board."""
    from salesos_desktop import bootstrap

    ws = window.session.workspace
    other = bootstrap.open_workspace(ws.store.path)  # type: ignore[arg-type]
    deal = window.board.frames[0].model.id_at(0)
    moves.move(other, [deal], window.board.frames[1].stage.id)
    other.store.close()
    window.board.model.load()
    window.forecast_model.load()
    settle(qtbot, window.session)
    ws.catch_up()
    settle(qtbot, window.session)
    found = board.snapshot(ws, window.board.model.where, window.board.model.sort)
    assert isinstance(found, Snapshot)
    for frame in window.board.frames:
        assert frame.figures.count == sum(f.count for f in found.figures if f.stage_id == frame.stage.id)
        assert frame.model.rowCount() == frame.figures.count
    assert window.forecast_model.cube is not None
    assert window.forecast_model.cube.cells == forecast.recount(ws).cells


def test_a_crash_of_the_last_run_is_told_once(tmp_path: Path) -> None:
    import sys
    import threading

    hooks = sys.excepthook, threading.excepthook
    try:
        assert crashlog.start(tmp_path) is None
        crashlog.stop()
        (tmp_path / "crash.txt").write_text("Fatal Python error: Segmentation fault", encoding="utf-8")
        assert "Segmentation" in (crashlog.start(tmp_path) or "")
        heard: list[bool] = []
        crashlog.follow(lambda: heard.append(True))
        sys.excepthook(ValueError, ValueError("x"), None)
        assert heard == [True]
        crashlog.stop()
        assert crashlog.start(tmp_path) is None
        crashlog.stop()
    finally:
        sys.excepthook, threading.excepthook = hooks
        _close_handlers(tmp_path)


def _close_handlers(folder: Path) -> None:
    import logging

    for handler in logging.getLogger().handlers[:]:
        if str(folder) in str(getattr(handler, "baseFilename", "")):
            logging.getLogger().removeHandler(handler)
            handler.close()


def test_what_is_typed_while_a_field_is_written_is_kept_and_goes_to_its_own_deal(
    window: MainWindow, qtbot: QtBot
) -> None:
    import threading

    ws, frame = window.session.workspace, window.board.frames[0]
    first, second = frame.model.id_at(0), frame.model.id_at(1)
    window.open_deal(first)
    settle(qtbot, window.session)
    form, gate = window.pane.form, threading.Event()
    window.session.jobs.submit(gate.wait)
    form.name.setText("Written")
    form.commit("name")
    form.name.setText("Written and more")
    gate.set()
    settle(qtbot, window.session)
    assert form.name.text() == "Written and more"
    gate.clear()
    window.session.jobs.submit(gate.wait)
    window.open_deal(second)
    form.name.setText("Meant for the first")
    form.commit("name")
    gate.set()
    settle(qtbot, window.session)
    assert opportunities.get(ws, first).card.name == "Meant for the first"
    assert opportunities.get(ws, second).card.name != "Meant for the first"


def test_the_keyboard_stays_where_it_is_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QApplication

    window.activateWindow()
    frame = window.board.frames[0]
    assert frame.view is not None
    frame.view.go_to(0)
    window.open_deal(frame.model.id_at(0))
    settle(qtbot, window.session)
    form = window.pane.form
    form.value_line.setFocus()
    form.value_line.setText("777")
    qtbot.keyClick(form.value_line, Qt.Key.Key_Tab)
    settle(qtbot, window.session)
    assert window.pane.isAncestorOf(QApplication.focusWidget())
    frame.view.setFocus()
    qtbot.keyClick(frame.view, Qt.Key.Key_Escape)
    settle(qtbot, window.session)
    assert window.pane.isHidden()
    assert QApplication.focusWidget() is frame.view


def test_cards_are_selected_in_one_column_at_a_time(window: MainWindow) -> None:
    first, second = window.board.frames[0].view, window.board.frames[1].view
    assert first is not None
    assert second is not None
    first.go_to(0)
    second.go_to(0)
    assert not first.selectionModel().hasSelection()
    assert second.selectionModel().hasSelection()


def test_a_date_is_taken_away_only_as_a_whole(qtbot: QtBot) -> None:
    from datetime import date

    from salesos_desktop.ui.dates import OptionalDateEdit

    edit = OptionalDateEdit()
    qtbot.addWidget(edit)
    edit.set_day(date(2026, 12, 1))
    edit.show()
    edit.lineEdit().setCursorPosition(5)
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.day() is not None
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    assert edit.day() is None


def test_one_slip_of_escape_loses_nothing_that_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.new()
    settle(qtbot, window.session)
    untouched = window.actions_.dialog
    assert untouched is not None
    qtbot.keyClick(untouched.focusWidget(), Qt.Key.Key_Escape)
    assert window.actions_.dialog is None
    window.actions_.new()
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert dialog is not None
    qtbot.keyClicks(dialog.focusWidget(), "Two machines")
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "Esc once more" in dialog._problem.text()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert window.actions_.dialog is None or not window.actions_.dialog.isVisible()
