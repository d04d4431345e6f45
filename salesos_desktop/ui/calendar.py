"""The days of a month, to choose one of them."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QDate, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget

from .icons import icon
from .parts import on_theme
from .theme import tokens

_AROUND = 24
"""Beside the name of a day of the week, in px."""
_STEPS = (("qt_calendar_prevmonth", "chevron-left"), ("qt_calendar_nextmonth", "chevron-right"))


class Calendar(QCalendarWidget):
    """Weeks begin on Monday; the names of their days are whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        on_theme(self, self._restyle)

    def _restyle(self) -> None:
        quiet = QTextCharFormat()
        quiet.setForeground(QColor(tokens().muted))
        self.setHeaderTextFormat(quiet)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, quiet)
        for name, picture in _STEPS:
            self.findChild(QToolButton, name).setIcon(icon(picture))

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate | dt.date) -> None:
        """A day that cannot be chosen is faint, like those of other months."""
        if self.minimumDate() <= date <= self.maximumDate():
            super().paintCell(painter, rect, date)
        else:
            painter.setPen(QColor(tokens().faint))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(QDate(date).day()))

    def minimumSizeHint(self) -> QSize:
        """Room for the names of the days."""
        names = [self.locale().dayName(day, self.locale().FormatType.ShortFormat) for day in range(1, 8)]
        widest = max(self.fontMetrics().horizontalAdvance(name) for name in names) + _AROUND
        return super().minimumSizeHint().expandedTo(QSize(7 * widest, 0))
