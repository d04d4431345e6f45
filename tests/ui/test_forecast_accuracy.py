"""Accuracy: what is on the screen is what the look back found, and the switch asks before it turns."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.outlook import Range
from salesos_desktop.i18n import money, percent
from salesos_desktop.services.outlook import ranges
from salesos_desktop.services.outlook.backtest import Accuracy, Backtest, Bin, Month, backtest
from salesos_desktop.ui.charts import backtest_words as words
from salesos_desktop.ui.charts.backtest_view import BacktestView
from salesos_desktop.ui.deals import DealActions
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle
from tests.ui.hands import front, press
from tests.ui.test_forecast_changes import texts

pytestmark = pytest.mark.opens_on("forecast")


def open_accuracy(window: MainWindow, qtbot: QtBot) -> Any:
    """Goes there with the arrows of the tabs."""
    front(window, qtbot)
    window.show_page("forecast")
    settle(qtbot, window.session)
    window.forecast.tabs.tabBar().setFocus()
    for _ in range(2):
        press(qtbot, Qt.Key.Key_Right)
        settle(qtbot, window.session)
    return window.forecast.tabs.accuracy


def test_months_bins_and_stages_are_the_services(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    view = open_accuracy(window, qtbot)
    judged = backtest(ws)
    assert len(judged.months) > 3
    assert texts(view.months) == [
        [
            words.month(each.month), money(each.set, "USD"), money(each.learnt, "USD"), "—",
            money(each.range.p10, "USD"), money(each.range.p90, "USD"), money(each.won, "USD"),
            "yes" if each.inside else "no",
        ]
        for each in judged.months
    ]  # fmt: skip
    drawn = [(each.said["set"], each.said["learnt"], each.low, each.high, each.won) for each in view.chart.columns]
    assert drawn == [(m.set, m.learnt, m.range.p10, m.range.p90, m.won) for m in judged.months]
    assert [(dot.kind, dot.given, dot.won, dot.deals) for dot in view.reliability.dots] == [
        (kind, each.given, each.won, each.deals) for kind in ("set", "learnt") for each in judged.bins[kind]
    ]
    assert texts(view.stages) == [
        [
            each.stage.name, percent(round(100 * each.set)), percent(round(100 * each.learnt)),
            f"{each.record.won} of {each.record.closed}",
        ]
        for each in ranges.probabilities(ws)
    ]  # fmt: skip
    assert view.summary.text() == words.summary(judged)
    the_switch_asks_and_then_holds_for_everybody(view, window, qtbot)


def the_switch_asks_and_then_holds_for_everybody(view: Any, window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    for on, key in ((True, "learnt"), (False, "set")):
        for agree in (False, True):
            front(window, qtbot)
            view.switch.setFocus()
            press(qtbot, Qt.Key.Key_Space)
            dialog = window.actions_.dialog
            assert dialog is not None
            assert key in dialog.windowTitle()
            assert (view.switch.isChecked(), ranges.uses_learnt(ws)) == (not on, not on)
            answer = dialog.main_button if agree else dialog.cancel_button
            qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda on=on: view.switch.isChecked() is on, timeout=5_000)
        assert ranges.uses_learnt(ws) is on


def test_without_a_whole_month_it_says_so(session: Session, qtbot: QtBot) -> None:
    view = BacktestView(session, DealActions(session, QWidget()))
    qtbot.addWidget(view)
    view.show()
    settle(qtbot, session)
    assert "no whole month" in view.card.nothing()
    assert view.summary.text() == view.card.nothing()
    assert "closed yet" in view.reliability_card.nothing()
    assert not view.strip.isVisible()
    assert texts(view.stages)[0] == ["Prospecting", "10%", "10%", "—"]


def judged(inside: int, months: int, error: float = 0.2, bias: float = -0.1) -> Backtest:
    listed = [
        Month("2026-06", 100, 100, None, Range(10, 50, 90, None, None, 1), 50 if n < inside else 99)
        for n in range(months)
    ]
    accuracy = {
        "set": Accuracy(months, error, bias),
        "learnt": Accuracy(0, None, None),
        "adjusted": Accuracy(0, None, None),
    }
    return Backtest(listed, accuracy, inside / months, {"set": [Bin(0, 0.1, 1, 0.05, 0.0)], "learnt": []})


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (judged(2, 2), "few months"),
        (judged(8, 10), "keeps what it promises"),
        (judged(6, 10), "narrower"),
        (judged(10, 10), "wider"),
        (judged(8, 10), "off by 20% of what was won, on the whole 10% too low"),
        (judged(8, 10, bias=0.35), "on the whole 35% too high"),
        (judged(8, 10, bias=0.001), "neither too high nor too low"),
        (judged(8, 10), "In 8 of 10 months"),
    ],
)
def test_the_paragraph_says_what_the_figures_mean(found: Backtest, said: str) -> None:
    text = words.summary(found)
    assert said in text
    assert "teaches" not in text
