"""When activities are put off to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QMenu, QWidget

from ...domain.day_choices import DayChoices
from ...errors import InvalidInput
from ...i18n import tr
from ...services import activities as service
from ..dates import OptionalDateEdit
from ..dialogs.base import FormDialog
from ..session import Session
from . import words


def postpone_menu(
    session: Session, window: QWidget, ids: Sequence[int], days: DayChoices, show: Callable[[QDialog], object]
) -> QMenu:
    """In an hour, on one of the days that are offered, or on another; ``show`` opens the dialog that asks for it."""
    menu = QMenu(tr("Postpone"), window)
    menu.addAction(tr("In 1 hour"), lambda: session.ask(service.put_off, list(ids), 60, draft=""))
    for text, day in words.later_days(days):
        menu.addAction(text, lambda day=day: session.ask(service.move, list(ids), day, draft=""))
    menu.addSeparator()
    menu.addAction(tr("Choose the day…"), lambda: show(ChooseDayDialog(window.window(), session, ids, days)))
    return menu


class ChooseDayDialog(FormDialog):
    """Asks for the day that activities are put off to; those at a time keep it."""

    def __init__(self, parent: QWidget | None, session: Session, ids: Sequence[int], days: DayChoices) -> None:
        super().__init__(parent, tr("Postpone"), width=320)
        self._session, self._ids = session, list(ids)
        self.day = OptionalDateEdit()
        self.day.set_day(days.tomorrow)
        self.body.addWidget(self.add_field("due_on", tr("Day"), self.day))
        self.add_buttons(tr("Postpone"), self._move)
        self.day.setFocus()

    def _move(self) -> None:
        day = self.day.day()
        if day is None:
            raise InvalidInput("due_on", tr("The day is missing."), tr("Fill it in."))
        self._session.ask(service.move, self._ids, day, done=self.on_done, failed=self.show_problem, draft="")
