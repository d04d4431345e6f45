"""What was done about a deal or lead for which nothing was planned, and until when it is put off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QWidget

from ...domain.activities import SUBJECT_LIMIT, ActivityKind
from ...domain.day_choices import DayChoices
from ...domain.work_list import WorkItem
from ...errors import InvalidInput
from ...i18n import tr
from ...services import work_list
from ..activities import words
from ..boxes import ComboBox
from ..dates import OptionalDateEdit
from ..dialogs.base import FormDialog
from ..session import Session


class DoneDialog(FormDialog):
    """Asks what was done and writes it down as an activity that is done.

    Signals:
        logged(id): the activity is written.
    """

    logged = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, item: WorkItem, kinds: Sequence[ActivityKind]) -> None:
        super().__init__(parent, tr("What did you do?"), " · ".join(part for part in (item.title, item.detail) if part))
        self._session, self._item = session, item
        self.kind = ComboBox()
        for kind in kinds:
            self.kind.addItem(kind.name, kind.code)
        self.subject = QLineEdit()
        self.subject.setMaxLength(SUBJECT_LIMIT)
        self.subject.setPlaceholderText(tr("What was agreed, what comes next"))
        self.add_row(self.add_field("kind", tr("Kind"), self.kind))
        self.body.addWidget(self.add_field("subject", tr("What was done"), self.subject))
        self.add_buttons(tr("Done"), self._log)
        self.subject.setFocus()

    def _log(self) -> None:
        assert self._item.about is not None
        self._session.ask(
            work_list.log, self._item.about, self.kind.currentData(), self.subject.text(), done=self.on_done,
            failed=self.show_problem, draft=self.subject.text(),
        )  # fmt: skip

    def on_done(self, result: object = None) -> None:
        """It is written: on to the next step."""
        self.accept()
        if result is not None:
            self.logged.emit(result)


def snooze_menu(
    session: Session, window: QWidget, item: WorkItem, days: DayChoices, show: Callable[[QDialog], object]
) -> QMenu:
    """Until when a deal or lead without an activity is put off; ``show`` opens the dialog that asks for another day."""
    menu = QMenu(tr("Postpone"), window)
    for text, day in words.later_days(days):
        menu.addAction(text, lambda day=day: _ask_later(session, item, day))
    menu.addSeparator()
    menu.addAction(tr("Choose the day…"), lambda: show(SnoozeDialog(window.window(), session, item, days)))
    return menu


class SnoozeDialog(FormDialog):
    """Asks for the day on which a deal or lead is taken up again."""

    def __init__(self, parent: QWidget | None, session: Session, item: WorkItem, days: DayChoices) -> None:
        super().__init__(parent, tr("Postpone"), item.title, width=320)
        self._session, self._item = session, item
        self.day = OptionalDateEdit()
        self.day.set_day(days.next_week)
        self.body.addWidget(self.add_field("due_on", tr("Day"), self.day))
        self.add_buttons(tr("Postpone"), self._plan)
        self.day.setFocus()

    def _plan(self) -> None:
        day = self.day.day()
        if day is None:
            raise InvalidInput("due_on", tr("The day is missing."), tr("Fill it in."))
        _ask_later(self._session, self._item, day, done=self.on_done, failed=self.show_problem)


def _ask_later(session: Session, item: WorkItem, day: date, **then: Any) -> None:
    session.ask(work_list.follow_up, item.about, item.title, day, draft=item.title, **then)
