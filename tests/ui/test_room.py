"""In a small window, and on a low screen, nothing is cut off."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.ui.dialogs import base
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def seen_whole(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


def test_the_settings_have_the_window_to_themselves(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1024, 700)
    deal = window.board.frames[0].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)
    window.show_page("settings")
    section: Any = window.settings.show_section("plans")
    settle(qtbot, window.session)
    assert window.open_pane is None
    buttons = [each for each in section.findChildren(QPushButton) if each.isVisibleTo(section) and each.text()]
    needed = [(each.text(), each.sizeHint().width() - each.width()) for each in buttons]
    assert [text for text, lacking in needed if lacking > 0] == []
    window.open_deal(deal)
    assert (window.page, window.open_pane) == ("board", window.pane)
    window.show_page("settings")
    window.open_beside("contact", 1)
    assert window.page == "contacts"


def test_on_a_low_screen_the_fields_of_an_activity_scroll_and_the_buttons_stay(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 460
    monkeypatch.setattr(base, "_FRAME", window.screen().availableGeometry().height() - room)
    window.activities.plan()
    qtbot.waitUntil(lambda: window.activities.dialog is not None)
    dialog: Any = window.activities.dialog
    settle(qtbot, window.session)
    form = dialog.form
    form.time.show_time("10:00")
    form._unfold_zone()
    form.recurrence.show_rule("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5")
    form.recurrence.changed.emit()
    settle(qtbot, window.session)
    assert dialog.height() <= room
    assert seen_whole(dialog.main_button)
    assert seen_whole(dialog.done_box)
    last = form.recurrence.count
    assert not seen_whole(last)
    (area,) = dialog.findChildren(QScrollArea)
    for _ in range(40):
        if last.isAncestorOf(dialog.focusWidget()) or dialog.focusWidget() is last:
            break
        dialog.focusNextPrevChild(True)
    qtbot.waitUntil(lambda: seen_whole(last))
    assert area.horizontalScrollBar().maximum() == 0
    dialog.reject()
