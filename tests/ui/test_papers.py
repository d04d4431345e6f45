"""The forecast and the ranking as tables for files and paper: the same figures as on the page."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.sheets import Kind
from salesos_desktop.i18n import money, number
from salesos_desktop.services import leaderboard
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.board.figure_texts import round_units
from salesos_desktop.ui.charts import papers
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.printing import pages
from salesos_desktop.ui.printing.parts import Paper
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle


def shown(model: Any) -> list[list[str]]:
    columns = range(model.columnCount())
    return [[model.index(row, column).data() for column in columns] for row in range(model.rowCount())]


def test_what_is_exported_of_forecast_and_ranking_is_what_is_shown(
    window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    window.show_page("forecast")
    settle(qtbot, session)
    page = window.forecast

    def paper() -> Paper:
        return papers.paper(page, session, page._whole, page._goal.by_month, page._today)

    months, parted = paper().parts
    assert months.picture is page.chart
    assert [
        [row[0], *("—" if m is None else money(round_units(m, "USD"), "USD") for m in row[1:6]), number(row[6])]
        for row in months.sheet.rows
    ] == shown(page.months)
    assert [row[0] for row in parted.sheet.rows] == [row[0] for row in shown(page.breakdown.model)]
    assert [row[2] for row in parted.sheet.rows] == [part.totals.won for part in page.breakdown.found]
    page.tabs.setCurrentIndex(1)
    settle(qtbot, session)
    (steps,) = paper().parts
    told = page.tabs.changes.told.waterfall
    first, *between, last = steps.sheet.rows
    assert first[3] + sum(row[1] for row in between) == last[3] == told.end
    assert len(between) == len(told.steps)
    page.tabs.setCurrentIndex(2)
    settle(qtbot, session)
    by_month, _ = paper().parts
    assert len(by_month.sheet.rows) == len(page.tabs.accuracy.judged.months)
    assert pages.pdf(paper()).startswith(b"%PDF")
    menu = QMenu()
    texts = [each.text() for each in page.fill_menu(menu, lambda: window.exporting)]
    assert texts[:6] == ["PDF…", "PNG…", "SVG…", "CSV…", "XLSX…", "Print…"]
    window.show_page("ranking")
    settle(qtbot, session)
    sheet, found = window.ranking.sheet(), leaderboard.load(ws, window.ranking.period).people
    assert [tuple(row[2:6]) for row in sheet.rows] == [
        (each.name, each.score.points, each.score.won, each.score.revenue) for each in found
    ]
    assert [column.kind for column in sheet.columns][5:] == [Kind.MONEY, Kind.SHARE]
    assert len(window.ranking.fill_menu(menu, lambda: window.exporting)) == 6
