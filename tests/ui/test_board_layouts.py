"""The board by month, owner, priority, source and in rows: live, by drop and by key; figures and cards are the database's."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.domain.slots import By, Layout
from salesos_desktop.domain.stages import StageKind
from salesos_desktop.services import board, board_layout, bulk, holds, moves, opportunities, pipelines, undo
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.board import grid as grid_module
from salesos_desktop.ui.dialogs.closing import LoseDialog
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.models.board import BoardModel
from tests.conftest import TODAY, make_deals
from tests.property.test_state_machine import Direct
from tests.ui.conftest import settle

LAYOUTS = (Layout(By.MONTH), Layout(By.PRIORITY, By.OWNER), Layout(By.STAGE, By.COMPANY))


def shows_the_database(ws: Workspace, model: BoardModel) -> None:
    """Every list and every figure is what a fresh look gives."""
    fresh = board.snapshot(ws, model.where, model.sort, layout=model.layout, open_rows=model.open_rows)
    assert {cell: found for cell, found in figures(model).items() if found} == fresh.cells
    assert fresh.columns is not None
    for cell, slot, place in board_layout.places(fresh, model.open_rows or []):
        by = board.slot_sort(slot, model.sort)
        assert model.columns[cell].ids == board.order(ws, place, model.where, by).ids, (model.layout, cell)


def figures(model: BoardModel) -> dict[Any, dict[str, Any]]:
    return {
        cell: {c: (s.count, s.value, s.weighted_percent, s.no_value) for c, s in found.by_currency.items()}
        for cell, found in model.figures.items()
    }


def test_whatever_people_do_every_layout_follows(ws: Workspace, qtbot: QtBot) -> None:  # noqa: ARG001
    with ws.unit("test", [""]) as uow:
        people = [uow.insert("person", {"name": name, "folded": name}) for name in ("ana", "leo")]
    ids, chance, stages = make_deals(ws, 12), random.Random(3), board.stages(ws)
    models = []
    for layout in LAYOUTS:
        model = BoardModel(Direct(ws), lambda card: (card.name, ""))  # type: ignore[arg-type]
        model._reload.timeout.disconnect()
        model.show(DealFilter(), Sort.MANUAL, None, layout)
        model._on_fill()
        for column in model.columns.values():
            QAbstractItemModelTester(column, QAbstractItemModelTester.FailureReportingMode.Fatal, column)
        models.append(model)
    days = [None, TODAY - timedelta(days=9), TODAY, date(2026, 12, 31), date(2027, 2, 2), date(2029, 1, 1)]
    for _ in range(28):
        chosen = chance.sample(ids, 2)
        match chance.randrange(8):
            case 0:
                opportunities.edit(ws, chosen[0], {"expected_close": chance.choice(days)})
            case 1:
                bulk.assign(ws, chosen, chance.choice([None, *people]))
            case 2:
                bulk.prioritise(ws, chosen, chance.choice(list(Priority)))
            case 3:
                moves.move(ws, chosen, chance.choice(stages[:5]).id)
            case 4:
                opportunities.edit(ws, chosen[0], {"company": chance.choice("ABC"), "value": chance.choice([None, 7])})
            case 5:
                open_ids = {card.id for card in board.listed(ws, DealFilter()) if not card.closed_on}
                holds.hold(ws, [each for each in chosen if each in open_ids], date(2027, 1, 1))
            case 6:
                holds.release(ws, chosen)
            case 7:
                undo.undo(ws)
        for model in models:
            if model._reload.isActive():
                model._reload.stop()
                model._jobs.clear()
                model.load()
                model._on_fill()
            shows_the_database(ws, model)


def choose(window: MainWindow, qtbot: QtBot, layout: Layout) -> None:
    window.board.filter_bar.layout_pill.choose(layout)
    settle(qtbot, window.session)


def card_of(window: MainWindow, deal: int) -> Any:
    return opportunities.get(window.session.workspace, deal).card


def test_a_drag_to_a_month_sets_the_date_and_asks_nothing(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, Layout(By.MONTH))
    frames = [frame for frame in window.board.frames if frame.slot.by is By.MONTH]
    source = next(frame for frame in frames if frame.slot.first and frame.model.rowCount())
    target = next(frame for frame in frames if frame.slot.key not in (source.slot.key, "overdue") and frame.slot.first)
    deal = source.model.id_at(0)
    day = card_of(window, deal).expected_close
    target.model.dropMimeData(
        source.model.mimeData([source.model.index(0, 0)]), Qt.DropAction.MoveAction, 0, 0, QModelIndex()
    )
    settle(qtbot, window.session)
    assert target.model.row_of(deal) >= 0
    moved = card_of(window, deal).expected_close
    assert (moved.year, moved.month) == (target.slot.first.year, target.slot.first.month)
    assert moved.day == day.day or moved >= window.session.today
    assert window.actions_.dialog is None
    # Shift and an arrow do the same, and past the last month the date goes.
    frame = window.board.frame_of(target.cell)
    frame.view.select_ids([deal])
    frame.view.setFocus()
    while card_of(window, deal).expected_close is not None:
        now = next(f for f in window.board.frames if f.view is not None and f.model.row_of(deal) >= 0)
        qtbot.keyClick(now.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        settle(qtbot, window.session)
    last = next(frame for frame in window.board.frames if frame.slot.key == "none")
    assert last.model.row_of(deal) >= 0
    shows_the_database(window.session.workspace, window.board.model)


@pytest.mark.parametrize("by", [By.OWNER, By.PRIORITY, By.SOURCE])
def test_a_drop_sets_what_the_column_is(window: MainWindow, qtbot: QtBot, by: By) -> None:
    choose(window, qtbot, Layout(by))
    frames = [frame for frame in window.board.frames if not frame.closed]
    source = max(frames, key=lambda frame: frame.model.rowCount())
    target = next(frame for frame in frames if frame is not source and frame.slot.takes)
    deal = source.model.id_at(0)
    stage = card_of(window, deal).stage_id
    data = source.model.mimeData([source.model.index(0, 0)])
    target.model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    settle(qtbot, window.session)
    field = {By.OWNER: "owner_id", By.PRIORITY: "priority", By.SOURCE: "source_id"}[by]
    assert opportunities.get(window.session.workspace, deal).row[field] == target.slot.value
    assert card_of(window, deal).stage_id == stage
    assert window.board.frame_of(target.cell).model.row_of(deal) >= 0


def test_rows_open_and_close_and_a_drop_across_them_is_one_step(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    choose(window, qtbot, Layout(By.STAGE, By.OWNER))
    grid, model = window.board.grid, window.board.model
    assert [lane.opened for lane in grid.lanes][:4] == [True, True, True, False]
    total = sum(found.count for cell, found in model.figures.items() if isinstance(cell, tuple))
    assert sum(lane._figures.count for lane in grid.lanes) == total
    # By the keyboard: the fourth row opens, and the keyboard stays with it.
    closed = grid.lanes[3]
    closed.setFocus()
    qtbot.keyClick(closed, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert grid.lanes[3].opened
    assert window.focusWidget() is grid.lanes[3]
    shows_the_database(ws, model)
    source = next(frame for frame in grid.frames if frame.model.rowCount())
    row, column = source.cell
    target = next(f for f in grid.frames if f.cell[0] != row and f.cell[1] != column and f.slot.stage)
    deal, before = source.model.id_at(0), card_of(window, source.model.id_at(0))
    target.model.dropMimeData(
        source.model.mimeData([source.model.index(0, 0)]), Qt.DropAction.MoveAction, 0, 0, QModelIndex()
    )
    settle(qtbot, window.session)
    lane = model.slots_of(target.cell)[1]
    card = card_of(window, deal)
    assert (card.stage_id, card.owner_id) == (target.slot.stage.id, lane.value)
    window.actions_.undo()
    settle(qtbot, window.session)
    card = card_of(window, deal)
    assert (card.stage_id, card.owner_id) == (before.stage_id, before.owner_id)
    shows_the_database(ws, model)


def test_the_layout_is_there_again_and_many_rows_come_by_a_button(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid_module, "LANES_SHOWN", 2)
    choose(window, qtbot, Layout(By.STAGE, By.COMPANY))
    grid = window.board.grid
    assert len(grid.lanes) == 2
    more = next(b for b in grid.columns.findChildren(QPushButton) if "more row" in b.text())
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert len(grid.lanes) == 4
    again = MainWindow(window.session)
    settle(qtbot, window.session)
    assert again.board.model.layout == Layout(By.STAGE, By.COMPANY)
    again.retire()
    again.deleteLater()


def drop_on(face: Any, data: QMimeData) -> None:
    """Carries cards over a face and lets go."""
    how = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(face.rect().center(), *how)
    face.dragEnterEvent(enter)
    assert enter.isAccepted()
    face.dropEvent(QDropEvent(QPointF(face.rect().center()), *how))


@pytest.mark.parametrize("layout", [Layout(By.STAGE, By.OWNER), Layout(By.MONTH, By.PIPELINE)])
def test_beside_rows_a_drop_closes_the_cards_of_any_row(window: MainWindow, qtbot: QtBot, layout: Layout) -> None:
    ws = window.session.workspace
    other = pipelines.create(ws, "Renewals")
    (deal,) = make_deals(ws, 1)
    if layout.lanes is By.PIPELINE:
        moves.move(ws, [deal], board.stages(ws, other)[2].id)
    assert not window.board.closings.isVisible(), "columns have won and lost among them"
    choose(window, qtbot, layout)
    won, lost = window.board.closings.faces
    assert (won.title, lost.title, won.isVisible()) == ("Won", "Lost", True)
    source = [frame for frame in window.board.frames if frame.model.rowCount()][-1]
    if layout.lanes is By.PIPELINE:
        assert source.model.id_at(0) == deal, "one of the other pipeline"
    deal, before = source.model.id_at(0), won.figures.count
    drop_on(won, source.model.mimeData([source.model.index(0, 0)]))
    settle(qtbot, window.session)
    window.actions_.dialog.answer()
    settle(qtbot, window.session)
    stage = next(each for each in board.stages_of(ws, deal) if each.id == card_of(window, deal).stage_id)
    assert stage.kind is StageKind.WON
    assert stage in won.stages
    assert source.model.row_of(deal) < 0
    assert won.figures.count == before + 1
    shows_the_database(ws, window.board.model)
    left = next(frame.model for frame in window.board.frames if frame.model.rowCount())
    drop_on(lost, left.mimeData([left.index(0, 0)]))
    settle(qtbot, window.session)
    assert isinstance(window.actions_.dialog, LoseDialog)
    window.actions_.dialog.reject()
    choose(window, qtbot, Layout())
    assert not window.board.closings.isVisible()
