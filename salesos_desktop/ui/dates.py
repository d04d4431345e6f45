"""Date fields in the language's order, with a calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QDateEdit

from ..i18n import date_pattern, tr

_NO_DATE = QDate(1900, 1, 1)


def date_edit(day: date) -> QDateEdit:
    """A date field with a calendar, in the language's order."""
    edit = QDateEdit(QDate(day.year, day.month, day.day))
    edit.setCalendarPopup(True)
    edit.setDisplayFormat(date_pattern())
    edit.setDateRange(QDate(1900, 1, 1), QDate(2200, 12, 31))
    return edit


class OptionalDateEdit(QDateEdit):
    """A date that may be missing; Delete or Backspace on the whole takes it away.

    Signals:
        finished(): a day was chosen in the calendar or the field was left.
    """

    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setCalendarPopup(True)
        self.setDisplayFormat(date_pattern())
        self.setDateRange(_NO_DATE, QDate(2200, 12, 31))
        self.setSpecialValueText(tr("no date"))
        self.editingFinished.connect(self.finished)
        self.calendarWidget().clicked.connect(lambda _: self.finished.emit())

    def day(self) -> date | None:
        """The date, None when there is none."""
        if self.date() == _NO_DATE:
            return None
        found = self.date().toPython()
        assert isinstance(found, date)
        return found

    def set_day(self, day: date | None) -> None:
        """Shows a date or that there is none."""
        shown = _NO_DATE if day is None else QDate(day.year, day.month, day.day)
        if shown != self.date() and not (self.hasFocus() and shown == self._kept_date()):
            self.setDate(shown)
        self._kept = shown

    def _kept_date(self) -> QDate:
        return getattr(self, "_kept", _NO_DATE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the date away; a first digit on an empty one starts today."""
        line = self.lineEdit()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and line.selectedText() == line.text():
            self.setDate(_NO_DATE)
        else:
            if self.date() == _NO_DATE and (event.text().isdigit() or event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)):
                self.setDate(QDate.currentDate())
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only the one that has the focus turns: over the others the page scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: Any) -> None:
        """The calendar opens on today's month when there is no date."""
        if self.date() == _NO_DATE:
            today = QDate.currentDate()
            self.calendarWidget().setCurrentPage(today.year(), today.month())
        super().mousePressEvent(event)
