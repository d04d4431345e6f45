"""The bar that goes from day to day: a slider, a date, steps, and the way back to today."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QSlider, QWidget

from ...i18n import long_date, tr
from ..dates import date_edit
from ..parts import Elided, button
from ..theme import metrics

_WEEK, _PAGE = 7, 30


class PastBar(QFrame):
    """One line on a ground of its own, with words that say which day is shown. Days go to today, which is as it is now.

    Signals:
        chosen(day): the person went to a day.
        left(): back to today.
    """

    chosen = Signal(object)
    left = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setProperty("role", "past")
        self._first = self._today = today
        self._said = Elided("", "heading")
        # As wide whatever the day, so that the slider stays where it is under the pointer.
        self._said.setMinimumWidth(metrics(bold=True).horizontalAdvance(_words(date(2026, 9, 30))) + 16)
        self._said.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.slider = DaySlider()
        self.slider.setAccessibleName(tr("Day"))
        self.slider.setToolTip(tr("← → a day · Shift ← → a week · PgUp PgDn a month"))
        self.day = date_edit(today)
        self.day.setAccessibleName(tr("As it was at the end of"))
        self.steps: dict[int, QWidget] = {}
        for days, text, name in (
            (-_WEEK, "«", tr("A week earlier")), (-1, "‹", tr("The day before")), (1, "›", tr("The day after")),
            (_WEEK, "»", tr("A week later")),
        ):  # fmt: skip
            step = button(text, lambda days=days: self.go(days))
            step.setAccessibleName(name)
            step.setToolTip(name)
            step.setProperty("kind", "step")
            self.steps[days] = step
        self.back = button(tr("Back to today"), self.left.emit)
        self.back.setToolTip(tr("Back to today (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 5, 18, 5)
        row.setSpacing(6)
        row.addWidget(self._said)
        row.addWidget(self.slider, 1)
        row.addSpacing(4)
        for widget in (self.steps[-_WEEK], self.steps[-1], self.day, self.steps[1], self.steps[_WEEK], self.back):
            row.addWidget(widget)
        self.slider.valueChanged.connect(lambda place: self._choose(self._first + timedelta(days=place)))
        self.day.dateChanged.connect(lambda day: self._choose(_day(day)))
        self._let(enabled=False)

    def begin(self) -> None:
        """The days are being read."""
        self._said.show_text(tr("Reading the history…"))

    def show_nothing(self) -> None:
        """There is no day to go to."""
        self._let(enabled=False)
        self.slider.hide()
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._said.show_text(tr("The history begins today: come back tomorrow to see how today was."))
        self.back.setFocus()

    def show_days(self, first: date, today: date) -> None:
        """The days that can be gone to."""
        begins = not self.slider.isEnabled()
        self.slider.show()
        self._said.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._first, self._today = first, today
        for widget in (self.slider, self.day):
            widget.blockSignals(True)
        self.slider.setRange(0, (today - first).days)
        self.day.setDateRange(_qdate(first), _qdate(today))
        for widget in (self.slider, self.day):
            widget.blockSignals(False)
        self._let(enabled=True)
        if begins:
            self.slider.setFocus()

    def show_day(self, day: date) -> None:
        """Which day is shown; where the person is going already is left as it is."""
        said = _words(day) if day < self._today else tr("Today, as it is now")
        self._said.show_text(said)
        self.slider.setAccessibleDescription(said)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def stand_on(self, day: date) -> None:
        """Takes slider, date and steps to a day, without choosing it."""
        for widget in (self.slider, self.day):
            widget.blockSignals(True)
        self.slider.setValue((day - self._first).days)
        self.day.setDate(_qdate(day))
        for widget in (self.slider, self.day):
            widget.blockSignals(False)
        for days, step in self.steps.items():
            step.setEnabled(day > self._first if days < 0 else day < self._today)

    def said(self) -> str:
        """The words."""
        return self._said.full_text()

    def go(self, days: int) -> None:
        """Goes some days on, or back, as far as there are any."""
        self._choose(_day(self.day.date()) + timedelta(days=days))

    def _choose(self, day: date) -> None:
        day = max(self._first, min(day, self._today))
        self.stand_on(day)
        self.chosen.emit(day)

    def _let(self, *, enabled: bool) -> None:
        for widget in (self.slider, self.day, *self.steps.values()):
            widget.setEnabled(enabled)


class DaySlider(QSlider):
    """A slider of days: an arrow goes a day, with Shift a week, a page a month."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setPageStep(_PAGE)
        self.setMinimumWidth(110)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Down are earlier in both directions of writing, PgUp is a month earlier as in the agenda."""
        back = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        pages = {Qt.Key.Key_PageUp: -_PAGE, Qt.Key.Key_PageDown: _PAGE}
        key = Qt.Key(event.key())
        if key in back:
            week = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.setValue(self.value() + back[key] * (_WEEK if week else 1))
        elif key in pages:
            self.setValue(self.value() + pages[key])
        else:
            super().keyPressEvent(event)


def _words(day: date) -> str:
    return tr("As it was on {day}").format(day=long_date(day))


def _day(shown: QDate) -> date:
    found = shown.toPython()
    assert isinstance(found, date)
    return found


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
