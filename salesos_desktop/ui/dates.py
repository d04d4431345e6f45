"""Date fields: a day is typed as people write it, stepped with the arrows or chosen in a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMoveEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCalendarWidget, QToolButton, QWidget

from ..errors import InvalidInput
from ..i18n import day_words, language, month_name, short_date, tr
from .parts import Field, label, restyle

_NO_DATE = QDate(1900, 1, 1)
_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)
_BEFORE, _ARROW = 7, 24
"""Room before the text, and for the arrow behind it, in px."""
_WIDEST = date(2026, 9, 28)


class DateEdit(QAbstractSpinBox):
    """A line of text that means a day (see ``read_typed``). Leaving it and Enter settle it: what was understood is shown in
    full; what cannot be read stays as it was typed, marked, with the cure below, and the day is still the one before.

    Qt's own date field takes its parts one by one, and drops or turns into another day what does not fit.

    Signals:
        dateChanged(QDate): another day, once it is settled.
        judged(text): why what was typed cannot be; empty once it can.
        picked(): a day was chosen in the calendar.
    """

    dateChanged = Signal(object)
    judged = Signal(object)
    picked = Signal()
    optional = False

    def __init__(self, day: date | None) -> None:
        super().__init__()
        self._day, self._first, self._last = day, _FIRST, _LAST
        self._problem = ""
        self._calendar: QCalendarWidget | None = None
        self._reason: QWidget | None = None
        self.lineEdit().setTextMargins(_BEFORE, 0, _ARROW, 0)
        self.lineEdit().setMaxLength(60)
        self.lineEdit().textEdited.connect(lambda _: self._judge(""))
        self._arrow = QToolButton(self)
        self._arrow.setProperty("kind", "calendar")
        self._arrow.setArrowType(Qt.ArrowType.DownArrow)
        self._arrow.setAccessibleName(tr("Calendar"))
        self._arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._arrow.setCursor(Qt.CursorShape.ArrowCursor)
        self._arrow.clicked.connect(self.open_calendar)
        self.editingFinished.connect(self.settle)
        self._show()

    # The day ------------------------------------------------------------------------------------------------------

    def taken(self) -> Any:
        """The day as it is typed now, a ``date``; None for none where that may be. Raises InvalidInput."""
        text = self.lineEdit().text()
        if text == self._text(self._day):
            return self._day
        if not text.strip():
            if self.optional:
                return None
            raise InvalidInput("day", tr("The date is missing."), tr("Fill it in."))
        try:
            found = self._read(text)
        except (ValueError, OverflowError) as error:
            example = self._text(_today() + timedelta(days=47))
            cure = tr("Write it, for example, like {example}.").format(example=example)
            raise InvalidInput("day", tr("“{text}” is not a date.").format(text=text.strip()[:40]), cure) from error
        if not self._first <= found <= self._last:
            first, last = (self._text(day) for day in (self._first, self._last))
            cure = tr("It has to be between {first} and {last}.").format(first=first, last=last)
            if self._first == _FIRST:
                cure = tr("It has to be {day} at the latest.").format(day=last)
            elif self._last == _LAST:
                cure = tr("It has to be {day} at the earliest.").format(day=first)
            raise InvalidInput("day", tr("{day} cannot be here.").format(day=self._text(found)), cure)
        return found

    def settle(self) -> bool:
        """Takes what is typed and shows it in full; False, with the reason beside it, where it cannot be."""
        try:
            found = self.taken()
        except InvalidInput as error:
            self._judge(f"{error.title} {error.message}")
            return False
        self._judge("")
        self._take(found)
        return True

    def date(self) -> QDate:
        """The day as it is typed, while that cannot be read the one before; 1 January 1900 for none."""
        try:
            day = self.taken()
        except InvalidInput:
            day = self._day
        return _NO_DATE if day is None else QDate(day.year, day.month, day.day)

    def setDate(self, day: QDate) -> None:
        """Shows this day, or the nearest that may be; 1 January 1900 is none where that may be."""
        self._judge("")
        found: Any = day.toPython()
        self._take(None if self.optional and day == _NO_DATE else min(max(found, self._first), self._last))

    def setDateRange(self, first: QDate, last: QDate) -> None:
        """Days that may be, both included; the one that is shown goes to the nearest."""
        self._first, self._last = first.toPython(), last.toPython()  # type: ignore[assignment]
        if self._day is not None and not self._first <= self._day <= self._last:
            self.setDate(QDate(self._day.year, self._day.month, self._day.day))

    def setMinimumDate(self, first: QDate) -> None:
        """The first day that may be."""
        self.setDateRange(first, max(first, QDate(self._last.year, self._last.month, self._last.day)))

    def setMaximumDate(self, last: QDate) -> None:
        """The last day that may be."""
        self.setDateRange(min(last, QDate(self._first.year, self._first.month, self._first.day)), last)

    @property
    def problem(self) -> str:
        """Why what was typed cannot be, empty when nothing is wrong."""
        return self._problem

    def type(self, text: str) -> None:
        """Puts a text in place of what is there, as if it had been typed."""
        self.lineEdit().setText(text)
        self.lineEdit().setModified(True)
        self._judge("")

    def _take(self, day: date | None) -> None:
        before, self._day = self._day, day
        self._show()
        if day != before:
            self.dateChanged.emit(_NO_DATE if day is None else QDate(day.year, day.month, day.day))

    # Words --------------------------------------------------------------------------------------------------------

    def _text(self, day: date | None) -> str:
        """How a day is shown."""
        return "" if day is None else short_date(day, 0)

    def _read(self, text: str) -> date:
        """What a text means. Raises ValueError."""
        return _typed(text, day_first=language() == "es", first=self._first, last=self._last)

    def _show(self) -> None:
        if self.lineEdit().text() != self._text(self._day):
            self.lineEdit().setText(self._text(self._day))
        self.lineEdit().setModified(False)

    # Keys and mouse -----------------------------------------------------------------------------------------------

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Always both ways."""
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        """Some days on, from today where there is none; what cannot be read is left for the person to correct."""
        if self.settle():
            self._take(
                _today() if self._day is None else min(max(self._stepped(self._day, steps), self._first), self._last)
            )
            self.selectAll()

    def _stepped(self, day: date, steps: int) -> date:
        return day + timedelta(days=steps)

    def open_calendar(self) -> None:
        """Shows the days of a month below, at the day that is shown."""
        if self._calendar is None:
            from .calendar import Calendar

            self._calendar = Calendar(self)
            self._calendar.setContentsMargins(1, 1, 1, 1)
            self._calendar.setProperty("popup", "true")
            self._calendar.setWindowFlags(Qt.WindowType.Popup)
            self._calendar.clicked.connect(self._pick)
            self._calendar.activated.connect(self._pick)
        day = self.date()
        self._calendar.setDateRange(*(QDate(each.year, each.month, each.day) for each in (self._first, self._last)))
        if day == _NO_DATE:
            today = _today()
            day = QDate(today.year, today.month, today.day)
        self._calendar.setSelectedDate(day)
        room, size = self.screen().availableGeometry(), self._calendar.sizeHint()
        place = self.mapToGlobal(QPoint(0, self.height()))
        if place.y() + size.height() > room.bottom():
            place = self.mapToGlobal(QPoint(0, -size.height()))
        self._calendar.move(max(room.left(), min(place.x(), room.right() - size.width())), place.y())
        self._calendar.show()
        self._calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def _pick(self, day: QDate) -> None:
        if self._calendar is not None and self._calendar.isVisible():
            self._calendar.hide()
            self.setDate(day)
            self.selectAll()
            self.picked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F4 and Alt+Down open the calendar, Esc takes back what was typed."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_F4 or (alt and event.key() == Qt.Key.Key_Down):
            self.open_calendar()
        elif event.key() == Qt.Key.Key_Escape and self.lineEdit().text() != self._text(self._day):
            self._judge("")
            self._show()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only the one that has the focus turns: over the others the page scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by the keyboard types over what is there."""
        super().focusInEvent(event)
        by_hand = (
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        )
        if event.reason() not in by_hand and not self._problem:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A menu or the calendar above it is no leaving."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            super().focusOutEvent(event)

    # Looks --------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Room for the longest day."""
        wide = self.fontMetrics().horizontalAdvance(self._text(_WIDEST)) + _BEFORE + _ARROW
        return QSize(wide + 22, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The arrow stays at the end."""
        super().resizeEvent(event)
        self._arrow.setGeometry(self.width() - _ARROW - 2, 2, _ARROW, max(0, self.height() - 4))
        self._arrow.raise_()
        self._place_reason()

    def moveEvent(self, event: QMoveEvent) -> None:
        """The reason goes with it."""
        super().moveEvent(event)
        self._place_reason()

    def hideEvent(self, event: QHideEvent) -> None:
        """The reason goes with it."""
        super().hideEvent(event)
        self._say("")

    def _judge(self, text: str) -> None:
        if text == self._problem == "":
            return
        self._problem = text
        self.setProperty("wrong", "true" if text else "false")
        self.setAccessibleDescription(text)
        restyle(self)
        self.judged.emit(text)
        # A field's caption, or a cell, has a place of its own for it.
        if not isinstance(self.parent(), Field) and self.property("cell") != "true":
            self._say(text)

    def _say(self, text: str) -> None:
        if self._reason is not None:
            self._reason.hide()
            self._reason.deleteLater()
            self._reason = None
        if text and self.isVisible():
            self._reason = label(text, "celltip", wrap=True, parent=self.window())
            self._place_reason()
            self._reason.show()

    def _place_reason(self) -> None:
        if self._reason is None:
            return
        window = self.window()
        self._reason.setFixedWidth(min(320, window.width() - 8))
        self._reason.adjustSize()
        place = self.mapTo(window, QPoint(0, self.height() + 2))
        if place.y() + self._reason.height() > window.height():
            place = self.mapTo(window, QPoint(0, -self._reason.height() - 2))
        self._reason.move(max(4, min(place.x(), window.width() - self._reason.width() - 4)), place.y())
        self._reason.raise_()


class MonthEdit(DateEdit):
    """A month: of the days only theirs counts."""

    def _text(self, day: date | None) -> str:
        return "" if day is None else f"{month_name(day.month)} {day.year}"

    def _read(self, text: str) -> date:
        try:
            return _typed(f"1 {text}", day_first=True)
        except ValueError:
            return super()._read(text)

    def _stepped(self, day: date, steps: int) -> date:
        month = day.year * 12 + day.month - 1 + steps
        return date(month // 12, month % 12 + 1, 1)


class OptionalDateEdit(DateEdit):
    """A date that may be missing: an empty field.

    Signals:
        finished(): a day was chosen in the calendar or the field was left.
    """

    finished = Signal()
    optional = True

    def __init__(self) -> None:
        super().__init__(None)
        self.lineEdit().setPlaceholderText(tr("no date"))
        self.editingFinished.connect(self.finished)
        self.picked.connect(self.finished)

    def day(self) -> date | None:
        """The date, None when there is none; while what is typed cannot be read the one before."""
        found = self.date()
        return None if found == _NO_DATE else found.toPython()  # type: ignore[return-value]

    @property
    def typing(self) -> bool:
        """Whether something is typed that is not yet the day it holds."""
        return self.lineEdit().text() != self._text(self._day)

    def set_day(self, day: date | None) -> None:
        """Shows a date or that there is none; what is being typed, or could not be read, stays while the date is the same."""
        if day != self._day or not (self.hasFocus() or self.problem):
            self._judge("")
            self._take(day)


def date_edit(day: date) -> DateEdit:
    """A date field that is never empty."""
    return DateEdit(day)


def _typed(text: str, **how: Any) -> date:
    from ..domain.day_texts import read_typed

    return read_typed(text, _today(), day_words(), **how)


def _today() -> date:
    return date.today()
