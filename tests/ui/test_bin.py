"""The bin in the settings, with more in it than is listed."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop.services import bin as waste
from salesos_desktop.services import opportunities
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.test_settings import opened, rows


def test_what_is_not_listed_is_counted(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = [window.board.frames[0].model.id_at(row) for row in range(3)]
    opportunities.delete(window.session.workspace, deals)
    monkeypatch.setattr(waste, "LISTED", 1)
    section = opened(window, qtbot, "bin")
    assert len(rows(section)) == 1
    assert section.rest.isVisible()
    assert section.rest.text() == "2 older things are not listed."
    monkeypatch.undo()
    section.table.selectAll()
    section.restore()
    qtbot.waitUntil(lambda: len(rows(section)) == 2)
    assert not section.rest.isVisible()
