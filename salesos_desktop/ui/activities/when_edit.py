"""When an activity is: the day with quick choices, the time, how long it takes, the time zone."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QToolButton, QVBoxLayout, QWidget

from ...domain.clock_times import clock_time
from ...domain.day_choices import DayChoices
from ...i18n import tr
from ..boxes import ComboBox
from ..dates import OptionalDateEdit
from ..flow import FlowLayout
from . import words

LENGTHS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 480)


class DayEdit(QWidget):
    """A day, or none, with those that are chosen most.

    Signals:
        changed(): another day.
    """

    changed = Signal()

    def __init__(self, days: DayChoices) -> None:
        super().__init__()
        self.edit = OptionalDateEdit()
        self.edit.dateChanged.connect(lambda _: self._on_changed())
        self.setFocusProxy(self.edit)
        quick = QWidget()
        flow = FlowLayout()
        quick.setLayout(flow)
        self.quick: dict[date, QToolButton] = {}
        for text, day in (
            (tr("Today"), days.today), (tr("Tomorrow"), days.tomorrow), (tr("In 2 days"), days.in_two),
            (tr("Next week"), days.next_week),
        ):  # fmt: skip
            if day in self.quick:
                continue
            made = self.quick[day] = QToolButton()
            made.setProperty("kind", "pill")
            made.setText(text)
            made.setCheckable(True)
            made.setToolTip(f"{words.weekday(day)} {day.day}")
            made.setAccessibleName(f"{text}: {words.day_name(day, date.min)}")
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.clicked.connect(lambda _, day=day: self.choose(day))
            flow.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.edit)
        layout.addWidget(quick)

    def setAccessibleName(self, name: str) -> None:
        """The date is what is read."""
        super().setAccessibleName(name)
        self.edit.setAccessibleName(name)

    def day(self) -> date | None:
        """The day, None for none."""
        return self.edit.day()

    def choose(self, day: date | None) -> None:
        """Chooses a day as the person would."""
        self.edit.setDate(QDate(1900, 1, 1) if day is None else QDate(day.year, day.month, day.day))
        self._on_changed()

    def _on_changed(self) -> None:
        chosen = self.day()
        for day, made in self.quick.items():
            made.setChecked(day == chosen)
        self.changed.emit()


class TimeEdit(ComboBox):
    """A time of the day, typed as people type it or chosen; empty for the whole day."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItem(tr("Whole day"), "")
        for hour in range(7, 21):
            for minute in (0, 30):
                self.addItem(f"{hour:02d}:{minute:02d}", f"{hour:02d}:{minute:02d}")
        self.setMaxVisibleItems(12)
        self.setCompleter(None)  # type: ignore[arg-type]
        self.lineEdit().setMaxLength(20)
        self.lineEdit().editingFinished.connect(self._settle)

    def starts(self) -> str:
        """``HH:MM``, empty for the whole day; what is no time as it was typed."""
        text = self.currentText().strip()
        if not text or text == tr("Whole day"):
            return ""
        found = clock_time(text)
        return text if found is None else found

    def show_time(self, starts: str) -> None:
        """Shows ``HH:MM``, or the whole day."""
        self.setCurrentIndex(max(0, self.findData(starts)))
        self.setEditText(starts or tr("Whole day"))

    def _settle(self) -> None:
        self.setEditText(self.starts() or tr("Whole day"))


def length_box(minutes: int) -> ComboBox:
    """How long it takes."""
    box = ComboBox()
    for each in LENGTHS:
        box.addItem(words.length(each), each)
    show_length(box, minutes)
    return box


def show_length(box: QComboBox, minutes: int) -> None:
    """Chooses a length, also one that is not offered."""
    if box.findData(minutes) < 0:
        place = next((n for n in range(box.count()) if box.itemData(n) > minutes), box.count())
        box.insertItem(place, words.length(minutes), minutes)
    box.setCurrentIndex(box.findData(minutes))


def zone_box(own: str, known: list[str]) -> ComboBox:
    """A time zone, found by typing a part of its name."""
    box = ComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(known if own in known else [own, *known])
    completer: Any = box.completer()
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    box.setEditText(own)
    return box
