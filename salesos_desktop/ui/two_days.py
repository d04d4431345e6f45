"""Two days from which to which something is shown."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from .dates import DateEdit, date_edit
from .parts import label


class TwoDays(QWidget):
    """The first is never after the last: who chooses one beyond the other takes that along.

    Signals:
        chosen(first, last): somebody has chosen others.
    """

    chosen = Signal(object, object)

    def __init__(self, day: date, names: tuple[str, str]) -> None:
        """``names`` are what a screen reader calls the two."""
        super().__init__()
        self.edits = (date_edit(day), date_edit(day))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for edit, name in zip(self.edits, names, strict=True):
            edit.setAccessibleName(name)
            edit.dateChanged.connect(lambda _, edit=edit: self._on_day(edit))
        row.addWidget(self.edits[0])
        row.addWidget(label("→", "muted"))
        row.addWidget(self.edits[1])

    def days(self) -> tuple[date, date]:
        """The first and the last."""
        return _day(self.edits[0]), _day(self.edits[1])

    def show_days(self, first: date, last: date, latest: date | None = None) -> None:
        """Shows these; none after ``latest`` can be chosen."""
        for edit, day in zip(self.edits, (first, last), strict=True):
            with QSignalBlocker(edit):
                if latest is not None:
                    edit.setMaximumDate(QDate(latest.year, latest.month, latest.day))
                edit.setDate(QDate(day.year, day.month, day.day))

    def _on_day(self, edit: DateEdit) -> None:
        first, last = self.days()
        if first > last:
            first = last = _day(edit)
            self.show_days(first, last)
        self.chosen.emit(first, last)


def _day(edit: DateEdit) -> date:
    found = edit.date().toPython()
    assert isinstance(found, date)
    return found
