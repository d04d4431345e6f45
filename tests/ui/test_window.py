"""The window as a rep uses it: board, pane, dialogs, forecast, notifications."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.services import board, checks, forecast, opportunities, undo
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def test_the_board_shows_exact_figures(window: MainWindow) -> None:
    figures = {f.stage_id: f for f in board.stage_figures(window.session.workspace, DealFilter())}
    for frame in window.board.frames:
        expected = figures.get(frame.stage.id)
        assert frame.figures.count == (expected.count if expected else 0)
        assert frame.model.rowCount() == frame.figures.count
        assert frame.model.complete


def test_a_drop_moves_one_row_and_never_resets(window: MainWindow, qtbot: QtBot) -> None:
    source, target = window.board.frames[0], window.board.frames[2]
    deal = source.model.id_at(1)
    resets: list[str] = []
    for frame in (source, target):
        QAbstractItemModelTester(frame.model, QAbstractItemModelTester.FailureReportingMode.Fatal, frame.model)
        frame.model.modelReset.connect(lambda: resets.append("reset"))
    data = source.model.mimeData([source.model.index(1, 0)])
    with qtbot.waitSignals([source.model.rowsRemoved, target.model.rowsInserted]):
        target.model.dropMimeData(data, Qt.DropAction.MoveAction, 1, 0, QModelIndex())
    settle(qtbot, window.session)
    assert resets == []
    assert target.model.id_at(1) == deal
    assert checks.problems(window.session.workspace) == []


def test_the_keyboard_does_all_of_it(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    first, second = window.board.frames[0], window.board.frames[1]
    first.view.go_to(0)
    deal = first.model.id_at(0)
    qtbot.keyClick(first.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: second.model.row_of(deal) >= 0)
    settle(qtbot, window.session)
    assert second.view.selected_ids() == [deal]
    qtbot.keyClick(second.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window.session)
    assert second.model.row_of(deal) == 1
    qtbot.keyClick(second.view, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert window.pane.deal_id == deal
    assert window.pane.title.full_text() == window.pane.deal.card.name  # type: ignore[union-attr]


def test_a_win_asks_and_cancel_writes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    won = next(frame for frame in window.board.frames if frame.stage.name == "Won")
    source = window.board.frames[3]
    deal, before = source.model.id_at(0), undo.possible(window.session.workspace).undo_seq
    won.model.dropMimeData(
        source.model.mimeData([source.model.index(0, 0)]), Qt.DropAction.MoveAction, 0, 0, QModelIndex()
    )
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    assert dialog is not None
    dialog.reject()
    settle(qtbot, window.session)
    assert source.model.id_at(0) == deal
    assert undo.possible(window.session.workspace).undo_seq == before
    window.actions_.win([deal])
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    dialog._value.setText("1,234.50")  # type: ignore[union-attr]
    dialog.answer()  # type: ignore[union-attr]
    settle(qtbot, window.session)
    card = opportunities.get(window.session.workspace, deal).card
    assert (card.kind.value, card.value) == ("won", 123_450)
    window.actions_.undo()
    settle(qtbot, window.session)
    assert source.model.row_of(deal) >= 0


def test_a_loss_without_a_reason_stays_in_its_dialog(window: MainWindow, qtbot: QtBot) -> None:
    deal = window.board.frames[0].model.id_at(0)
    window.actions_.lose([deal])
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    dialog.answer()  # type: ignore[union-attr]
    settle(qtbot, window.session)
    assert dialog is window.actions_.dialog
    assert "why" in dialog.fields["reason"].error  # type: ignore[union-attr]
    dialog._reason.setCurrentIndex(1)  # type: ignore[union-attr]
    dialog.answer()  # type: ignore[union-attr]
    settle(qtbot, window.session)
    assert opportunities.get(window.session.workspace, deal).card.kind.value == "lost"


def test_a_new_deal_needs_a_name(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.new()
    settle(qtbot, window.session)
    dialog = window.actions_.dialog
    dialog._value.setText("1500")  # type: ignore[union-attr]
    dialog.answer()  # type: ignore[union-attr]
    settle(qtbot, window.session)
    assert "name" in dialog.fields["name"].error  # type: ignore[union-attr]
    dialog._name.setText("<b>Bold</b>")  # type: ignore[union-attr]
    with qtbot.waitSignal(window.actions_.created) as made:
        dialog.answer()  # type: ignore[union-attr]
    settle(qtbot, window.session)
    assert made.args is not None
    card = opportunities.get(window.session.workspace, made.args[0]).card
    assert (card.name, card.value) == ("<b>Bold</b>", 150_000)
    assert window.board.frames[0].model.row_of(card.id) == 0


def test_the_pane_writes_each_field_as_it_is_left(window: MainWindow, qtbot: QtBot) -> None:
    deal = window.board.frames[1].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)
    form = window.pane.form
    form.value_line.setText("98,765.43")
    form.value_line.editingFinished.emit()
    form.name.setText("Renamed")
    window.pane.close_pane()
    settle(qtbot, window.session)
    card = opportunities.get(window.session.workspace, deal).card
    assert (card.name, card.value) == ("Renamed", 9_876_543)
    window.open_deal(deal)
    shown = [window.pane.tabs, window.pane.stage_bar, window.pane.won_button]
    assert not any(each.isVisible() for each in shown), "no empty form stands there until the deal is read"
    settle(qtbot, window.session)
    assert all(each.isVisible() for each in shown)
    form.value_line.setText("abc")
    form.value_line.editingFinished.emit()
    assert "abc" in form.fields["value"].error
    form.revert("value")
    assert form.value_line.text() == "98,765.43"


def test_what_is_being_typed_survives_news_from_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    deal = window.board.frames[1].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)
    window.pane.form.name.setText("Half typed")
    opportunities.edit(window.session.workspace, deal, {"value": 777_00})
    settle(qtbot, window.session)
    assert window.pane.form.name.text() == "Half typed"
    assert window.pane.form.value_line.text() == "777.00"


def test_the_forecast_follows_a_move_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("forecast")
    settle(qtbot, window.session)
    model = window.forecast_model
    assert model.cube is not None
    deal = window.board.frames[0].model.id_at(0)
    with qtbot.waitSignal(model.changed):
        window.actions_.move([deal], window.board.frames[3].stage)
    settle(qtbot, window.session)
    assert model.cube.cells == forecast.recount(window.session.workspace).cells
    assert window.forecast.chart is not None


def test_filters_and_order_change_what_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.board.filter_bar
    everything = sum(frame.figures.count for frame in window.board.frames)
    window.top_bar.search.setText("andes")
    qtbot.waitUntil(lambda: bar.where.text == "andes")
    settle(qtbot, window.session)
    shown = sum(frame.figures.count for frame in window.board.frames)
    assert 0 < shown < everything
    bar.clear()
    bar._choose_sort(Sort.VALUE)
    settle(qtbot, window.session)
    column = window.board.frames[0].model
    cards = board.fetch(window.session.workspace, column.ids)
    values = [cards[i].value for i in column.ids]
    assert [v for v in values if v is not None] == sorted((v for v in values if v is not None), reverse=True)
    bar._choose_sort(Sort.MANUAL)
    settle(qtbot, window.session)


def test_a_move_shows_a_toast_whose_undo_works(window: MainWindow, qtbot: QtBot) -> None:
    deal, here = window.board.frames[0].model.id_at(0), window.board.frames[0].stage.id
    window.actions_.move([deal], window.board.frames[1].stage)
    settle(qtbot, window.session)
    toast = window.notifications.toast
    assert toast.isVisible()
    assert "moved to Qualification" in toast.text
    qtbot.waitUntil(lambda: window.top_bar.bell.unread == 1)
    seq = undo.possible(window.session.workspace).undo_seq
    window.actions_.undo(seq)
    settle(qtbot, window.session)
    assert opportunities.get(window.session.workspace, deal).card.stage_id == here
    window.notifications.toggle_panel()
    settle(qtbot, window.session)
    assert window.notifications.panel.model.rowCount() == 1
    window.notifications.panel.all_read.emit()
    settle(qtbot, window.session)
    assert window.top_bar.bell.unread == 0


def test_another_window_on_the_same_file_follows(window: MainWindow, qtbot: QtBot) -> None:
    from salesos_desktop import bootstrap

    other = bootstrap.open_workspace(window.session.workspace.store.path)  # type: ignore[arg-type]
    deal = window.board.frames[0].model.id_at(0)
    try:
        from salesos_desktop.services import moves

        moves.move(other, [deal], window.board.frames[2].stage.id)
    finally:
        other.store.close()
    window.session._on_tick()
    qtbot.waitUntil(lambda: window.board.frames[2].model.row_of(deal) >= 0)
    settle(qtbot, window.session)
    assert window.board.frames[0].model.row_of(deal) < 0


@pytest.mark.parametrize("name", ["<img src='x'><b>bold", "עסקה חדשה", "🚀" * 60, "x" * 500])
def test_odd_names_show_as_typed(window: MainWindow, qtbot: QtBot, name: str) -> None:
    deal = opportunities.create(
        window.session.workspace, {"name": name, "value": 1, "expected_close": date(2026, 12, 1)}
    )
    settle(qtbot, window.session)
    window.open_deal(deal)
    settle(qtbot, window.session)
    assert window.pane.title.full_text() == name
    assert window.pane.title.textFormat() is Qt.TextFormat.PlainText
    assert not window.grab().isNull()


def test_nothing_of_the_chart_is_loaded_before_it_is_opened() -> None:
    import subprocess
    import sys

    code = "import sys, salesos_desktop.ui.app; print(sorted({'pyqtgraph', 'numpy', 'alembic', 'psycopg'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_themes_switch_at_once(window: MainWindow) -> None:
    from salesos_desktop.ui.theme import apply_theme, tokens

    app = QApplication.instance()
    light = window.grab().toImage().pixelColor(5, 400)
    apply_theme(app, "dark")  # type: ignore[arg-type]
    QApplication.processEvents()
    assert tokens().dark
    assert window.grab().toImage().pixelColor(5, 400) != light
    apply_theme(app, "light")  # type: ignore[arg-type]
