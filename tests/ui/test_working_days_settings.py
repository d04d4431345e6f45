"""The settings section of working days: each click counts at once, and the agenda follows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from salesos_desktop.services import working_days
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.settings.working_days import WorkingDaysSection
from tests.ui.conftest import settle

pytestmark = pytest.mark.opens_on("settings")


def test_weekdays_country_and_region_are_kept_as_they_are_chosen(session: Session, qtbot: QtBot) -> None:
    ws, section = session.workspace, WorkingDaysSection(session)
    section.resize(800, 600)
    section.show()
    settle(qtbot, session)
    assert [day.isChecked() for day in section.days] == [True] * 5 + [False] * 2
    assert not section.region.isEnabled()
    qtbot.mouseClick(section.days[5], Qt.MouseButton.LeftButton, pos=section.days[5].rect().center() / 4)
    settle(qtbot, session)
    assert working_days.of(ws).weekdays == frozenset(range(6))
    for box, code in ((section.country, "ES"), (section.region, "MD")):
        box.setCurrentIndex(box.findData(code))
        box.activated.emit(box.currentIndex())
        settle(qtbot, session)
    assert (ws.settings["country"], ws.settings["region"]) == ("ES", "MD")
    assert section.country.currentText() == "Spain"
    assert section.region.currentText() == "Madrid"
    assert "Immaculate Conception" in section._holidays.text()
    for day in section.days:
        if day.isChecked():
            day.click()
            settle(qtbot, session)
    assert "No day would be worked." in section.problem.text()
    assert len(working_days.of(ws).weekdays) == 1, "the last one stays"
    assert [day.isChecked() for day in section.days].count(True) == 1
    section.hide()
    section.deleteLater()
