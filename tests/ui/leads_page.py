"""The page of leads in a window, and what tests do with it."""

from __future__ import annotations

from typing import Any

from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import leads
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.leads.page import LeadsView
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def shown(window: MainWindow, qtbot: QtBot) -> LeadsView:
    """The page, its model watched."""
    window.show_page("leads")
    settle(qtbot, window.session)
    QAbstractItemModelTester(
        window.leads.model, QAbstractItemModelTester.FailureReportingMode.Fatal, window.leads.model
    )
    return window.leads


def ws_of(page: LeadsView) -> Workspace:
    return page._session.workspace


def rest(page: LeadsView, qtbot: QtBot) -> None:
    """Waits until the list has followed what was changed."""
    qtbot.wait(45)
    settle(qtbot, page._session)


def expected(page: LeadsView, where: LeadFilter | None = None) -> list[int]:
    found = leads.listing(ws_of(page), where or LeadFilter(), LeadSort.CREATED, descending=True)
    return list(found.ids)


def texts(page: LeadsView, row: int) -> list[Any]:
    return [page.model.index(row, column).data() for column in range(page.model.columnCount())]
