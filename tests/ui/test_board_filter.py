"""The board narrowed by any field of a deal, own ones included."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from salesos_desktop.domain.conditions import All, Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.services import board, custom_fields, opportunities, undo
from salesos_desktop.ui.board.filter_bar import FilterBar
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def shown(window: MainWindow) -> set[int]:
    """Ids of the deals that the columns hold."""
    return {i for column in window.board.model.columns.values() for i in map(column.id_at, range(column.rowCount()))}


def test_deals_come_and_go_as_they_meet_the_conditions(window: MainWindow, qtbot: QtBot) -> None:
    ws, bar = window.session.workspace, window.board.filter_bar
    field = custom_fields.save(ws, {"label": "Region", "subject": "opportunity", "form": "text"})
    first, second = sorted(shown(window))[:2]
    opportunities.edit(ws, first, {"custom": {"region": "Norte"}})
    settle(qtbot, window.session)
    condition = All((Ask("custom.region", Operator.EQUALS, "norte"),))
    bar.more.choose(condition)
    settle(qtbot, window.session)
    assert shown(window) == {first}
    assert bar.narrowed
    opportunities.edit(ws, second, {"custom": {"region": "NORTE"}})
    settle(qtbot, window.session)
    assert shown(window) == {first, second}, "a change elsewhere brings it in"
    figures = sum(each.count for each in window.board.model.figures.values())
    assert figures == 2 == sum(f.count for f in board.stage_figures(ws, bar.where))
    undo.undo(ws)
    settle(qtbot, window.session)
    assert shown(window) == {first}

    again = FilterBar(window.session)
    assert again.where.condition == condition, "it is kept for the next time"
    again.deleteLater()
    ws.store.name = "db.example.com/sales"
    elsewhere = FilterBar(window.session)
    assert elsewhere.where.condition is None, "ids and fields of another workspace mean nothing here"
    elsewhere.deleteLater()
    del ws.store.name
    custom_fields.delete(ws, field)
    settle(qtbot, window.session)
    assert bar.where.condition is None, "a field that is gone asks nothing"
    assert len(shown(window)) > 2
