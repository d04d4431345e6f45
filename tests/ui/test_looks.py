"""What every page owes the eye: contrast, and no text that is cut where there is room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollBar,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from salesos_desktop import i18n
from salesos_desktop.domain.products import Line
from salesos_desktop.services import lines
from salesos_desktop.ui.home.day import DayPage
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.models.tables import TextTableModel, text_table
from salesos_desktop.ui.parts import Elided
from salesos_desktop.ui.settings.page import SECTIONS
from salesos_desktop.ui.theme import AVATARS, DARK, LIGHT, Tokens
from tests.ui.conftest import settle

SIZES = ((1440, 900), (1024, 700))


@pytest.fixture(params=["es", "en"])
def tongue(request: pytest.FixtureRequest, window: MainWindow) -> Iterator[str]:  # noqa: ARG001
    """Each language for what the window opens from now on; the sample data, which others share, are English."""
    i18n.set_language(request.param)
    yield request.param
    i18n.set_language("en")


def contrast(one: str, other: str) -> float:
    """Of two ``#rrggbb``, as WCAG reckons it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((light(one), light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def cut(top: QWidget) -> list[str]:
    """Texts in sight that have less room than they need."""
    found = []
    for widget in top.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, Elided):
            short = widget.text() != widget.full_text()
        elif isinstance(widget, QLabel) and widget.wordWrap():
            short = widget.heightForWidth(widget.width()) > widget.height()
        elif isinstance(widget, QPushButton | QToolButton):
            short = widget.fontMetrics().horizontalAdvance(widget.text()) > widget.width() - 8
        elif isinstance(widget, QLabel) or (isinstance(widget, QAbstractButton) and widget.text()):
            short = widget.sizeHint().width() > widget.width()
        elif isinstance(widget, QComboBox):
            option = QStyleOptionComboBox()
            widget.initStyleOption(option)
            field = QStyle.SubControl.SC_ComboBoxEditField
            room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, widget).width()
            short = widget.fontMetrics().horizontalAdvance(widget.currentText()) > room
        else:
            continue
        if short:
            found.append(f"{type(widget).__name__}: {getattr(widget, 'currentText', getattr(widget, 'text', str))()}")
    return found


@pytest.mark.parametrize("t", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_every_ground_it_is_on(t: Tokens) -> None:
    grounds = (t.window, t.surface, t.sunken, t.accent_soft)
    pairs = [(ink, ground) for ink in (t.text, t.muted, t.accent, t.won, t.lost, t.warn) for ground in grounds]
    pairs += [(t.text, t.won_soft), (t.text, t.lost_soft), (t.text, t.warn_soft)]
    pairs += [(t.won, t.won_soft), (t.lost, t.lost_soft), (t.warn, t.warn_soft)]
    pairs += [(t.on_accent, ground) for ground in (t.accent, t.won, t.lost)] + [("#ffffff", each) for each in AVATARS]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_no_text_of_the_settings_is_cut(tongue: str, window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    sections = {name: window.settings.show_section(name) for name in SECTIONS}
    settle(qtbot, window.session)
    short = []
    for name, section in sections.items():
        window.settings.show_section(name)
        for width, height in SIZES:
            window.resize(width, height)
            QApplication.processEvents()
            short += [f"{tongue} {width} {name}: {text}" for text in cut(section)]
    assert not short, "\n".join(short)


def test_a_narrow_pane_shows_a_deal_whole(tongue: str, window: MainWindow, qtbot: QtBot) -> None:
    window.resize(*SIZES[-1])
    pane = window.pane
    deal = window.board.frames[2].model.id_at(0)
    lines.set_lines(window.session.workspace, deal, [Line(None, "Installation", 1000, 128_500_00, 0)], True)
    window.open_deal(deal)
    settle(qtbot, window.session)
    looks = (window.board.past_button, *window.board.filter_bar.looks)
    short = [each.text() for each in looks if each.isVisible() and each.width() < each.sizeHint().width()]
    for place in range(pane.tabs.count()):
        pane.tabs.setCurrentIndex(place)
        settle(qtbot, window.session)
        short += [f"{tongue} {pane.tabs.tabText(place)}: {text}" for text in cut(pane)]
        for bar in pane.findChildren(QScrollBar):
            if bar.isVisible() and bar.orientation() is Qt.Orientation.Horizontal:
                short.append(f"{pane.tabs.tabText(place)} scrolls sideways")
    assert not short, "\n".join(short)


def test_in_a_narrow_table_the_widest_text_gives_way_first_and_a_figure_never(qtbot: QtBot) -> None:
    model = TextTableModel(["Name", "Email", "Value"], frozenset({2}))
    view = text_table(model, "People")
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    model.show_rows([(1, ["Berta Mora", "berta.mora@a-company-with-a-long-name.example", "$ 1.234.567"])])
    needed = [view.sizeHintForColumn(column) for column in range(3)]
    given = [view.columnWidth(column) for column in range(3)]
    assert sum(needed) > view.viewport().width() >= sum(given)
    assert (given[0], given[2]) == (needed[0], needed[2])
    view.resize(900, 200)
    qtbot.waitUntil(lambda: sum(view.columnWidth(column) for column in range(3)) == view.viewport().width())
    assert view.columnWidth(1) == needed[1]


def test_where_names_of_columns_are_too_wide_they_stand_in_two_lines(qtbot: QtBot) -> None:
    names = ["Stage", "Came in", "Went on", "Went back", "Were lost", "Conversion", "Conversion before"]
    model = TextTableModel(names, frozenset(range(1, 7)))
    view = text_table(model, "Funnel")
    qtbot.addWidget(view)
    model.show_rows([(1, ["Prospecting", *["1,000"] * 6])])
    view.resize(1000, 200)
    view.show()
    header = view.horizontalHeader()
    high = header.height()
    view.resize(530, 200)
    assert header.height() > high
    assert header.length() == view.viewport().width(), "nothing is out of sight"
    view.resize(1000, 200)
    assert header.height() == high


def test_a_column_is_as_wide_as_its_widest_text_wherever_that_stands(qtbot: QtBot) -> None:
    model = TextTableModel(["Name", "Owner", "Value"], frozenset({2}))
    view = text_table(model, "People")
    qtbot.addWidget(view)
    view.resize(900, 200)
    model.show_rows(
        [(1, ["", "", ""]), (2, ["A", "Juan Cano, AVToVA", "$\xa01.260.000"]), (3, ["B", "—", "$\xa0814.000"])]
    )
    view.show()
    needed = [view.sizeHintForColumn(column) for column in range(3)]
    assert [view.columnWidth(column) for column in (1, 2)] == needed[1:], (
        "what was shown while nobody saw it is fitted, too"
    )
    model.show_rows([(each, [f"{each}", "x", "$\xa09.999.999.999" if each == 40 else "—"]) for each in range(45)])
    assert view.columnWidth(2) == view.sizeHintForColumn(2)


def test_a_block_of_the_day_in_another_column_grows_with_what_is_in_it(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    page = DayPage(holder)
    page.due.offer("Plan an activity", lambda: None)
    holder.resize(1024, 700)
    page.resize(828, 640)
    holder.show()
    QApplication.processEvents()
    page.due.show_lines((), "", "Nothing is left to do today.")
    QApplication.processEvents()
    offered = page.due.actions[0]
    assert offered.mapTo(page.due, offered.rect().bottomLeft()).y() < page.due.height()
    assert not cut(page)
