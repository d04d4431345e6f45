"""A figure of one's own: drawn, followed, gone through by pointer and keyboard, and put together in its editor."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from salesos_desktop import storage
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.questions import Chart, Dated, Deals, Measure, Question, to_plain
from salesos_desktop.domain.spans import Span
from salesos_desktop.services import board, custom_fields, figures, moves, opportunities, views
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.dashboard.body import Behind, View
from salesos_desktop.ui.dashboard.own_bars import BarsChart, ColumnsChart
from salesos_desktop.ui.dashboard.own_dialog import OwnFigureDialog
from salesos_desktop.ui.dashboard.own_figure import OwnFigure
from salesos_desktop.ui.dashboard.own_lines import LinesChart
from salesos_desktop.ui.dashboard.own_pie import PieChart
from salesos_desktop.ui.dashboard.own_table import PivotView
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.palette.commands import all_commands, matching
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.theme import apply_theme
from tests.conftest import make_deals
from tests.ui.conftest import settle

VIEW = View(Scope(), Span(date(2026, 1, 1), date(2027, 1, 1)), Span(date(2025, 1, 1), date(2026, 1, 1)))
LEFT = Qt.MouseButton.LeftButton


def filled(ws: Workspace) -> None:
    """Six deals: sources 1 and 2, two of them won and one lost."""
    deals = make_deals(ws, 4, source_id=1) + make_deals(ws, 2, source_id=2, value=900_000)
    moves.win(ws, deals[:2], closed_on=date(2026, 11, 20))
    moves.lose(ws, deals[2:3], reason_id=board.names(ws, "loss_reason")[0].id, competitor="Acme")


def shown(session: Session, qtbot: QtBot, question: Question | None = None, view_id: int = 0) -> OwnFigure:
    body = OwnFigure(session, view_id)
    qtbot.addWidget(body)
    body.resize(420, 300)
    body.show_view(VIEW)
    if question is not None:
        body.show_question(question)
    with qtbot.waitExposed(body):
        body.show()
    settle(qtbot, session)
    return body


def heard(signal: Any) -> list[Any]:
    found: list[Any] = []
    signal.connect(found.append)
    return found


def counted(ws: Workspace, where: DealFilter | None) -> int:
    assert where is not None
    with ws.store.read() as connection:
        return sum(sums.count for sums in storage.deals.totals(connection, where))


def click(qtbot: QtBot, chart: Any, row: int, column: int = 0) -> None:
    qtbot.mouseClick(chart, LEFT, pos=chart.place_of(row, column).toPoint())


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (Question("source", "state", Measure.VALUE, Deals.ALL), BarsChart),
        (Question("source", "owner", Measure.WIN_RATE), BarsChart),
        (Question("close_month", "source", Measure.NUMBER, Deals.ALL), ColumnsChart),
        (Question("close_week", "source", Measure.NUMBER, Deals.ALL, chart=Chart.LINE), LinesChart),
        (Question("source", "", Measure.NUMBER, Deals.ALL, chart=Chart.PIE), PieChart),
        (Question("tag", "", Measure.NUMBER, Deals.ALL, chart=Chart.PIE), BarsChart),
    ],
)
def test_behind_every_part_are_the_deals_that_it_counts(
    ws: Workspace, session: Session, qtbot: QtBot, question: Question, kind: type
) -> None:
    filled(ws)
    body = shown(session, qtbot, question)
    chart: Any = body.chart
    assert type(chart) is kind
    behind: list[Behind] = heard(body.asked_behind)
    assert body.figure is not None
    parts, found = sorted({(mark.row, mark.column) for mark in chart.marks}), list[int]()
    for row, column in parts:
        click(qtbot, chart, row, column)
        found.append(counted(ws, behind[-1].where))
        assert found[-1] == body.figure.pivot.tally(*body._slots(row, column)).count
    assert len(behind) == len(parts)
    assert sum(found) == (3 if question.measure is Measure.WIN_RATE else 6)
    for theme in ("dark", "light"):
        apply_theme(QApplication.instance(), theme)  # type: ignore[arg-type]
        assert not body.grab().isNull()


def test_a_change_moves_the_figure_at_once_and_asks_nothing(ws: Workspace, session: Session, qtbot: QtBot) -> None:
    filled(ws)
    body = shown(session, qtbot, Question("source", "", Measure.VALUE))
    assert body.figure is not None
    before = body.figure
    deal = next(card for card in board.listed(ws, DealFilter()) if card.value == 900_000)
    opportunities.edit(ws, deal.id, {"value": 1_000_000})
    qtbot.waitUntil(lambda: any(row[1] == 1_900_000 for row in body.sheet().rows))
    assert body.figure is before
    # One that takes long is drawn once for changes that come close together.
    picture, body._took = body.picture, 10.0
    for value in (1_100_000, 1_200_000):
        opportunities.edit(ws, deal.id, {"value": value})
        settle(qtbot, session)
    assert (body.picture is picture, body.figure is before, body._later.isActive()) == (True, True, True)
    body._later.timeout.emit()
    assert any(row[1] == 2_100_000 for row in body.sheet().rows)


def test_the_keyboard_goes_through_the_parts_and_says_them(ws: Workspace, session: Session, qtbot: QtBot) -> None:
    filled(ws)
    body = shown(session, qtbot, Question("source", "state", Measure.NUMBER, Deals.ALL))
    said, behind = heard(body.said), heard(body.asked_behind)
    chart: Any = body.chart
    body.activateWindow()
    chart.setFocus()
    qtbot.waitUntil(chart.hasFocus)
    sources = [source.name for source in sorted(board.names(ws, "source"), key=lambda each: each.id)]
    assert said[-1] == f"{sources[0]} · Still open: 1 (16.7%)"
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert said[-1] == f"{sources[0]} · Deals won: 2 (33.3%)"
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert said[-1] == f"{sources[1]} · Still open: 2 (33.3%)"
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert (behind[-1].title, counted(ws, behind[-1].where)) == (f"{sources[1]} · Still open", 2)
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    qtbot.keyClick(chart, Qt.Key.Key_Up)
    assert said[-1] == f"{sources[0]} · Still open: 1 (16.7%)"
    qtbot.mouseMove(chart, chart.place_of(0, 1).toPoint())
    assert said[-1].startswith(f"{sources[0]} · Deals won")
    qtbot.mouseMove(chart, QPoint(chart.width() - 1, chart.height() - 1))
    assert said[-1] == ""


def test_a_table_has_totals_and_opens_what_is_behind_a_figure(ws: Workspace, session: Session, qtbot: QtBot) -> None:
    filled(ws)
    body = shown(session, qtbot, Question("source", "state", Measure.VALUE, Deals.ALL, chart=Chart.PIVOT))
    view: Any = body.chart
    assert isinstance(view, PivotView)
    tester = QAbstractItemModelTester(view.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    texts = [[view.model.index(r, c).data() for c in range(5)] for r in range(3)]
    assert [line[1:] for line in texts] == [
        ["$18,000", "$0", "$0", "$18,000"], ["$1,000", "$2,000", "$1,000", "$4,000"], ["$19,000", "$2,000", "$1,000", "$22,000"],
    ]  # fmt: skip
    behind = heard(body.asked_behind)
    place = view.table.visualRect(view.model.index(1, 2)).center()
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=place)
    assert counted(ws, behind[-1].where) == 2
    view.table.setCurrentIndex(view.model.index(2, 4))
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert (behind[-1].title, counted(ws, behind[-1].where)) == ("Total", 6)
    body.open_row(1)
    assert counted(ws, behind[-1].where) == 4
    make_deals(ws, 1, source_id=3)
    qtbot.waitUntil(lambda: view.model.rowCount() == 4)
    del tester


def test_small_shares_stand_together(ws: Workspace, session: Session, qtbot: QtBot) -> None:
    for source, value in ((1, 100_000), (2, 90_000), (3, 2_000), (4, 1_000)):
        make_deals(ws, 1, source_id=source, value=value)
    body = shown(session, qtbot, Question("source", "", Measure.VALUE, chart=Chart.PIE))
    chart: Any = body.chart
    assert list(chart.drawn.rows)[2:] == ["Others"]
    behind = heard(body.asked_behind)
    click(qtbot, chart, 2)
    assert counted(ws, behind[-1].where) == 2
    names = [box for _, box, _ in chart._names()]
    assert not any(one.intersects(other) for n, one in enumerate(names) for other in names[:n])


def test_a_kept_figure_follows_its_definition_and_says_what_it_cannot_read(
    ws: Workspace, session: Session, qtbot: QtBot
) -> None:
    filled(ws)
    view_id = figures.save(ws, "Mine", Question("source"))
    body = shown(session, qtbot, view_id=view_id)
    assert (body.sheet().name, body.sheet().columns[0].name) == ("Mine", "Source")
    said = heard(body.said)
    body.chart.hovered.emit(None, None)  # type: ignore[union-attr]
    assert said == ["Number of deals, open deals, whatever their dates"]
    entries = dict(body.menu_entries())
    assert list(entries) == ["Edit…", "Duplicate", "Share with everybody", "Delete the figure"]
    entries["Edit…"]()
    settle(qtbot, session)
    assert body.dialog.question() == Question("source")
    body.dialog.limit.setValue(5)
    qtbot.mouseClick(body.dialog.main_button, LEFT)
    qtbot.waitUntil(lambda: body.figure is not None and body.figure.question == Question("source", limit=5))
    views.update(ws, view_id, {**to_plain(Question("owner")), "rows": "custom.gone", "chart": "sunburst"})
    qtbot.waitUntil(lambda: "what it is grouped by, its chart" in body.note.full_text())
    assert body.sheet().columns[0].name == "Stage"
    entries["Share with everybody"]()
    entries["Duplicate"]()
    settle(qtbot, session)
    assert [(each.view.name, each.view.shared) for each in figures.listing(ws)] == [
        ("Mine", True),
        ("Mine (copy)", False),
    ]
    entries["Delete the figure"]()
    qtbot.waitUntil(lambda: body.nothing.isVisible())
    assert "does not exist" in body.nothing.text()
    assert body.sheet().rows == ()


def test_an_answer_that_comes_too_late_is_dropped(ws: Workspace, session: Session, qtbot: QtBot) -> None:
    filled(ws)
    host = QWidget()
    qtbot.addWidget(host)
    body = OwnFigure(session)
    body.setParent(host)
    body.show_view(VIEW)
    with qtbot.waitExposed(host):
        host.show()
    body.show_question(Question())
    assert not session.idle
    delete(body)
    settle(qtbot, session)


def test_nothing_to_show_says_what_to_do(session: Session, qtbot: QtBot) -> None:
    body = shown(session, qtbot, Question(deals=Deals.LOST, dated=Dated.CLOSED))
    assert "Choose other days or people" in body.nothing.text()
    assert body.nothing.isVisible()


def test_money_without_a_rate_is_said(ws: Workspace, session: Session, qtbot: QtBot) -> None:
    make_deals(ws, 2, currency="GBP")
    body = shown(session, qtbot, Question("source", "", Measure.VALUE))
    assert body.note.full_text() == "2 deals without a rate of their day are not in it."


# The editor --------------------------------------------------------------------------------------------------------------


def test_a_figure_is_made_from_the_palette(window: MainWindow, qtbot: QtBot) -> None:
    (command,) = matching(all_commands(window), "new fig")
    command.run()
    settle(qtbot, window.session)
    dialog = window.findChild(OwnFigureDialog)
    assert dialog is not None
    dialog.start.setFocus()
    qtbot.keyClick(dialog.start, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.start, Qt.Key.Key_Down)
    dialog.start.activated.emit(dialog.start.currentIndex())
    assert (dialog.name.text(), dialog.picker.kind()) == ("Open value by source", Chart.PIE)
    qtbot.mouseClick(dialog.picker.buttons[Chart.BAR], LEFT)
    qtbot.keyClicks(dialog.name, "!")
    qtbot.waitUntil(lambda: isinstance(dialog.preview.chart, BarsChart))
    assert dialog.title.full_text() == "Open value by source!"
    kept = heard(dialog.kept)
    qtbot.mouseClick(dialog.main_button, LEFT)
    qtbot.waitUntil(lambda: bool(kept))
    saved = figures.one(window.session.workspace, kept[0])
    assert (saved.view.name, saved.question.measure, saved.question.chart) == (
        "Open value by source!",
        Measure.VALUE,
        Chart.BAR,
    )


def test_the_editor_shows_what_is_kept_and_offers_what_fits(ws: Workspace, session: Session, qtbot: QtBot) -> None:
    custom_fields.save(ws, {"label": "Zone", "form": "choice", "subject": "opportunity", "options": ["North"]})
    asked = Question("custom.zone", "owner", Measure.NUMBER, Deals.WON, Dated.CLOSED, Chart.PIVOT, limit=7,
                     condition=Ask("value", Operator.AT_LEAST, 5))  # fmt: skip
    view_id = figures.save(ws, "Mine", asked, shared=True)
    figures.save(ws, "Other", asked)
    host = QWidget()
    qtbot.addWidget(host)
    dialog = OwnFigureDialog(host, session, VIEW, figures.one(ws, view_id))
    with qtbot.waitExposed(dialog):
        dialog.open()
    settle(qtbot, session)
    assert dialog.question() == asked
    assert dialog.shared.isChecked()
    dialog.measure.setCurrentIndex(dialog.measure.findData(Measure.WIN_RATE))
    dialog.measure.activated.emit(dialog.measure.currentIndex())
    assert [dialog.deals.itemText(n) for n in range(dialog.deals.count())] == ["won and lost deals"]
    assert not dialog.deals.isEnabled()
    dialog.name.setText("other")
    dialog.answer()
    settle(qtbot, session)
    assert "there already" in dialog.fields["name"].error
    dialog.name.setText("Mine too")
    with qtbot.waitSignal(dialog.kept):
        dialog.answer()
    saved = figures.one(ws, view_id)
    assert (saved.view.name, saved.view.shared, saved.question.of) == ("Mine too", True, Deals.CLOSED)
    assert saved.question.condition == asked.condition
