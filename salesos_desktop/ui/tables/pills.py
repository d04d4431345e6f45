"""Filters of lists as pills: one of several choices, or a range of days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget, QWidgetAction

from ...domain.periods import month_range, quarter_range, year_range
from ...i18n import N_, short_date, tr
from ..dates import date_edit
from ..parts import Field, Pill, button
from .model import escaped

Range = tuple[date | None, date | None]
"""First day and the day after the last, None for open ends."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to choose with its text, what the pill says while it is chosen (the text when empty), and a tool tip."""

    text: str
    value: Any
    shown: str = ""
    tip: str = ""
    line_before: bool = False


class ChoicePill(Pill):
    """A pill with a menu of choices, of which ``plain`` narrows nothing: then the pill shows its ``name``, when it has one.

    ``choices`` is given the value that is chosen, so that it can offer what is no longer usual.

    Signals:
        changed(): the person chose another.
    """

    changed = Signal()

    def __init__(self, choices: Callable[[Any], Sequence[Choice]], plain: Any = None, name: str = "") -> None:
        super().__init__()
        self._choices, self._plain, self._short = choices, plain, name
        self.value: Any = plain
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self.fill(menu))
        self.setMenu(menu)
        self.refresh()

    @property
    def narrows(self) -> bool:
        """Whether something else than ``plain`` is chosen."""
        return bool(self.value != self._plain)

    def choose(self, value: Any) -> None:
        """Chooses as the person would."""
        if value != self.value:
            self.value = value
            self.refresh()
            self.changed.emit()

    def clear(self) -> None:
        """Back to ``plain``, without a signal."""
        self.value = self._plain
        self.refresh()

    def keep(self) -> Any:
        """What is chosen as plain values for the preferences, None for ``plain``."""
        return self.value if self.narrows else None

    def take(self, kept: Any) -> None:
        """Takes up what was kept if it is still offered, without a signal."""
        if any(type(choice.value) is type(kept) and choice.value == kept for choice in self._choices(self._plain)):
            self.value = kept
            self.refresh()

    def let_go(self) -> bool:
        """Takes off what is no longer there, without a signal; whether it did."""
        gone = all(choice.value != self.value for choice in self._choices(self.value))
        if gone:
            self.clear()
        return gone

    def refresh(self) -> None:
        """Shows the choice with its present text."""
        found = next((choice for choice in self._choices(self.value) if choice.value == self.value), None)
        self.show_choice("…" if found is None else found.shown or found.text, self.narrows, self._short)

    def fill(self, menu: QMenu) -> None:
        """The choices as they are now."""
        menu.clear()
        group = QActionGroup(menu)
        for choice in self._choices(self.value):
            if choice.line_before:
                menu.addSeparator()
            action = QAction(choice.text.replace("&", "&&")[:80], menu)
            action.setCheckable(True)
            action.setChecked(choice.value == self.value)
            action.setToolTip(escaped(choice.tip))
            action.triggered.connect(lambda _, value=choice.value: self.choose(value))
            group.addAction(action)
            menu.addAction(action)


_PERIODS = {"all": N_("any date"), "month": N_("this month"), "quarter": N_("this quarter"), "year": N_("this year")}


class PeriodPill(ChoicePill):
    """A pill for a range of days: a period around today, or two days of the person's choice."""

    def __init__(self, caption: str, today: Callable[[], date]) -> None:
        self._caption, self._today = caption, today
        self._own: Range = (None, None)
        super().__init__(self._periods, "all", caption)

    def range(self) -> Range:
        """The days that are chosen."""
        ranges = {"month": month_range, "quarter": quarter_range, "year": year_range}
        if self.value == "own":
            return self._own
        return ranges[self.value](self._today()) if self.value in ranges else (None, None)

    def choose_days(self, first: date, last: date) -> None:
        """Takes two days, both included."""
        self._own = (min(first, last), max(first, last) + timedelta(days=1))
        self.value = "own"
        self.refresh()
        self.changed.emit()

    def keep(self) -> Any:
        """The name of a period, which moves with today, or the first and the last day."""
        first, before = self._own
        if self.value == "own" and first and before:
            return [first.isoformat(), (before - timedelta(days=1)).isoformat()]
        return super().keep()

    def take(self, kept: Any) -> None:
        """Takes up what was kept."""
        if isinstance(kept, list):
            with suppress(ValueError, TypeError, OverflowError):
                first, last = map(date.fromisoformat, kept)
                self._own = (min(first, last), max(first, last) + timedelta(days=1))
                self.value = "own"
                self.refresh()
        else:
            super().take(kept)

    def _periods(self, chosen: Any) -> list[Choice]:
        found = [Choice(tr(text), name, f"{self._caption}: {tr(text)}") for name, text in _PERIODS.items()]
        first, before = self._own
        if chosen == "own" and first and before:
            year = self._today().year
            text = f"{short_date(first, year)} – {short_date(before - timedelta(days=1), year)}"
            found.append(Choice(text, "own", f"{self._caption}: {text}"))
        return found

    def fill(self, menu: QMenu) -> None:
        """Periods, and two days to be set."""
        super().fill(menu)
        menu.addSeparator()
        first, before = self.range()
        last = before - timedelta(days=1) if before else self._today()
        edits = [date_edit(day) for day in (first or last - timedelta(days=30), last)]

        def take() -> None:
            if not all(edit.settle() for edit in edits):
                return
            days = [edit.taken() for edit in edits]
            menu.close()
            self.choose_days(days[0], days[1])

        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(Field(tr("From"), edits[0]))
        column.addWidget(Field(tr("To"), edits[1]))
        column.addWidget(button(tr("Apply"), take, "primary"), 0, Qt.AlignmentFlag.AlignRight)
        action = QWidgetAction(menu)
        action.setDefaultWidget(box)
        menu.addAction(action)
