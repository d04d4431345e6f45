"""A page of the agenda in a window of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop.ui.agenda.page import AgendaView
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle


class _Actions:
    """Writes down what the page asks for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **more: self.asked.append((name, (*args, *more.values())))


class _Window:
    """What the page needs of the window."""

    def __init__(self) -> None:
        self.activities = _Actions()
        self.deals: list[int] = []

    def open_deal(self, deal_id: int) -> None:
        self.deals.append(deal_id)


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> Iterator[AgendaView]:
    """A page in a window of its own, on the week of the still clock."""
    window: Any = _Window()
    made = AgendaView(session, window)
    made.resize(1100, 800)
    with qtbot.waitExposed(made):
        made.show()
    made.wake()
    settle(qtbot, session)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.focus_first()
    yield made
    settle(qtbot, session)
    made.hide()
    made.deleteLater()
