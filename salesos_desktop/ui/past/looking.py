"""Looking back on a page: from day to day, as fast as the days can be had, and back to today at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ...domain.changes import ChangeSet
from ...domain.opportunities import Card
from ...errors import UserError
from ...i18n import tr
from ...services.workspace import SETTINGS
from ..session import Session
from .bar import PastBar


class LookBack(QObject):
    """One question is under way at a time: days that were passed meanwhile are never asked for, the one that the person stands
    on is asked next.

    ``question(day)`` gives a service of services/outlook/looking_back.py and what it is asked beside the day. ``day`` is the
    past day that is shown, None while the page is as it is now. Whoever changes something here, or opens a record as it is
    now, is back at today.

    Signals:
        shown(found): what the service says of a past day; None for the page as it is now.
        left(): the person no longer looks back.
    """

    shown = Signal(object)
    left = Signal()

    def __init__(self, session: Session, page: QWidget, question: Callable[[date], tuple[Any, ...]]) -> None:
        super().__init__(page)
        self._session, self._page, self._question = session, page, question
        self.on = False
        self.day: date | None = None
        self._wanted = session.today
        self._job: Any = None
        self._again = self._opening = False
        self.bar = PastBar(session.today)
        self.bar.hide()
        self.bar.chosen.connect(self.go)
        self.bar.left.connect(self.leave)
        self._escape: QShortcut | None = None
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._on_day_changed)
        session.opened.connect(lambda *_: self._opening or self.leave())

    def enter(self) -> None:
        """Begins with yesterday."""
        if self.on:
            self.bar.slider.setFocus()
            return
        window: Any = self._page.window()
        if window.open_pane is not None:
            window.open_pane.close_pane()
        self.on = True
        if self._escape is None:
            self._escape = QShortcut(QKeySequence("Esc"), self.bar.parentWidget())
            self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._escape.activated.connect(self.leave)
        self._escape.setEnabled(True)
        self.bar.begin()
        self.bar.show()
        self.go(self._session.today - timedelta(days=1))

    def leave(self) -> None:
        """Back to the page as it is now, at once."""
        if not self.on:
            return
        self.on = False
        if self._escape is not None:
            self._escape.setEnabled(False)
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.bar.hide()
        self._show(None)
        self.left.emit()

    def go(self, day: date) -> None:
        """Shows another day."""
        self._wanted = day
        if day >= self._session.today:
            self._show(None)
        elif self._job is None:
            self._ask()

    def again(self) -> None:
        """The same day, of which something else is asked; what is under way is not shown any more."""
        if self.on and self._wanted < self._session.today:
            self._again = self._job is not None
            if self._job is None:
                self._ask()

    def open_deal(self, card: Card) -> None:
        """Shows a deal of the day beside the page, as it was on that day; says so of one that is no more."""
        if self.day is None:
            return
        if card.version == 0:
            self._session.problem.emit(UserError(tr("This no longer exists."), tr("Somebody deleted it meanwhile.")))
            return
        window: Any = self._page.window()
        self._opening = True
        window.open_deal(card.id)
        self._opening = False
        if window.pane.deal_id == card.id:
            window.pane.show_past(self.day)

    def refuses(self) -> bool:
        """Whether a past day is shown, where nothing can be changed; says so."""
        if self.day is not None:
            self._session.problem.emit(
                UserError(tr("A past day can only be looked at."), tr("Go back to today with Esc to change something."))
            )
        return self.day is not None

    def _ask(self) -> None:
        day, self._again = self._wanted, False
        service, *more = self._question(day)
        self._job = self._session.ask_apart(
            service, self._session.past_days, day, *more, done=lambda found: self._on_found(day, found),
            failed=self._on_failed,
        )  # fmt: skip

    def _on_found(self, day: date, found: Any) -> None:
        self._job = None
        if found is None:
            self.bar.show_nothing()
            return
        self.bar.show_days(found.first, self._session.today)
        # Where the person has gone on, the bar stands there already.
        if self._wanted == day:
            self._wanted = found.day
            self.bar.stand_on(found.day)
        if self._wanted >= self._session.today:
            return
        if not self._again:
            self._show(found)
        if self._again or self._wanted != found.day:
            self._ask()

    def _on_failed(self, error: Exception) -> None:
        """The day cannot be had: the page is as it is now, and another day can be asked for."""
        self._job, self._wanted = None, self._session.today
        self.bar.stand_on(self._wanted)
        self._show(None)
        if not isinstance(error, UserError):
            raise error
        self._session.problem.emit(error)

    def _show(self, found: Any) -> None:
        self.day = None if found is None else found.day
        if self.on:
            self.bar.show_day(self.day or self._session.today)
        self.shown.emit(found)

    def _on_changed(self, changes: ChangeSet) -> None:
        wrong = self._session.past_days.follow(changes)
        if changes.verb == SETTINGS:
            self._session.past_days.forget()
        if not self.on:
            return
        if changes.origin == self._session.workspace.origin and changes.verb != SETTINGS and changes.tables:
            self.leave()
        elif wrong:
            self.again()

    def _on_day_changed(self) -> None:
        if self.on:
            self.again()
