"""The forecast and the ranking as tables for files and paper: the same figures as on the page."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.periods import add_months, month_of, months_between
from salesos_desktop.domain.sheets import Kind
from salesos_desktop.i18n import money, number
from salesos_desktop.services import leaderboard
from salesos_desktop.services.outlook import targets
from salesos_desktop.services.outlook.targets import EVERYBODY
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.board.figure_texts import round_units
from salesos_desktop.ui.charts import figures, papers
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.printing import drawing, pages
from salesos_desktop.ui.printing.parts import Paper
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle


def shown(model: Any) -> list[list[str]]:
    columns = range(model.columnCount())
    return [[model.index(row, column).data() for column in columns] for row in range(model.rowCount())]


def test_what_is_exported_of_forecast_and_ranking_is_what_is_shown(
    window: MainWindow, ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    first = month_of(session.today)
    for month in months_between(first, add_months(first, 11)):
        targets.set_target(ws, EVERYBODY, month, 50_000)
    window.show_page("forecast")
    settle(qtbot, session)
    page = window.forecast

    def paper() -> Paper:
        return papers.paper(page, session, page._whole, page._goal, page._today)

    qtbot.waitUntil(lambda: page.range_card.found is not None)
    told, likely, months, parted = paper().parts
    totals = page._whole.totals("USD", figures.months(page._whole, page.view, page._today))
    assert told.sheet.rows[0][1:6] == (totals.expected, 600_000, totals.weighted, totals.best_case, totals.committed)
    drawn = page.range_card.found.range
    rounded = (round_units(each, "USD") for each in (drawn.p10, drawn.p50, drawn.p90))
    assert likely.picture is page.range_card.band
    assert likely.sheet.rows[0][1:7] == (*rounded, totals.won, 600_000, drawn.chance)
    assert likely.note == f"Chance of the target: {page.range_card.chance.text()}. {page.range_card.text.text()}"
    assert months.picture is page.chart
    assert [
        [row[0], *("—" if m is None else money(round_units(m, "USD"), "USD") for m in row[1:6]), number(row[6])]
        for row in months.sheet.rows[:-1]
    ] == shown(page.months)
    assert [row[0] for row in parted.sheet.rows] == [*(row[0] for row in shown(page.breakdown.model)), "Total"]
    assert [row[2] for row in parted.sheet.rows[:-1]] == [part.totals.won for part in page.breakdown.found]
    for sheet in (months.sheet, parted.sheet):
        for n, column in enumerate(sheet.columns):
            if column.kind in (Kind.MONEY, Kind.NUMBER) and column.name != "Target":
                assert sum(row[n] or 0 for row in sheet.rows[:-1]) == (sheet.rows[-1][n] or 0), column.name
    assert months.sheet.rows[-1][5] == 600_000
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
    assert pages.pdf(drawing.recorded(paper())).startswith(b"%PDF")
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
