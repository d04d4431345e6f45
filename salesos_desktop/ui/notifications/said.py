"""Reminders as the person sees them: on the desktop or as a toast, with Done, Postpone and Open, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...domain.activities import ALL_DAY_HOUR, Activity
from ...domain.changes import ChangeSet
from ...domain.notices import Kind
from ...i18n import ntr, number, tr
from ...services import activities, next_steps, reminders
from ...services.messages import render
from ...services.next_steps import Waiting
from ..session import Session
from .port import DesktopNotice
from .toast import Links

if TYPE_CHECKING:
    from ..main_window import MainWindow
    from .centre import NotificationCentre

SNOOZE_MINUTES, LONGER_MINUTES = 10, 60
_SEPARATE = 3
_MANY = "reminders"
_PREFIX = "activity/"


class SaidReminders(QObject):
    """Says reminders and does what is answered, whether the window is in front, hidden or minimised."""

    def __init__(self, session: Session, window: MainWindow, centre: NotificationCentre) -> None:
        super().__init__(centre)
        self._session, self._window, self._centre = session, window, centre
        self._texts: dict[int, tuple[str, str]] = {}

    def say(self, due: Sequence[Activity]) -> None:
        """Reminds of activities; of many as one."""
        self._centre.beep(Kind.ACTIVITY_DUE)
        if len(due) > _SEPARATE:
            self._say_many(due)
            return
        for each in due:
            title, body = map(render, reminders.texts(self._session.workspace, each))
            self._texts = {**dict(list(self._texts.items())[-200:]), each.id: (title, body)}
            actions = (
                ("default", ""), ("done", tr("Done")), ("snooze", tr("Postpone {count} min").format(count=SNOOZE_MINUTES)),
                ("open", tr("Open")),
            )  # fmt: skip
            notice = DesktopNotice(_key(each.id), title, body, actions, stays=True)
            if not self._centre.on_desktop(notice, Kind.ACTIVITY_DUE):
                self._show_toast(each.id)

    def _say_many(self, due: Sequence[Activity]) -> None:
        count = len(due)
        title = ntr("{count} activity is due", "{count} activities are due", count).format(count=number(count))
        body = ", ".join(each.subject[:60] for each in due[:_SEPARATE]) + "…"
        notice = DesktopNotice(_MANY, title, body, (("default", ""), ("open", tr("Open"))), stays=True)
        if not self._centre.on_desktop(notice, Kind.ACTIVITY_DUE):
            self._show_many(title, body)

    def _show_many(self, title: str, body: str) -> None:
        self._centre.toast.keep(_MANY, title, body, [(tr("Open"), lambda: self._window.show_page("agenda"))])

    def _show_toast(self, activity_id: int) -> None:
        if activity_id not in self._texts:
            return
        links: Links = [
            (tr("Done"), lambda: self._window.activities.finish([activity_id])),
            (tr("{count} min").format(count=SNOOZE_MINUTES), lambda: self._snooze(activity_id, SNOOZE_MINUTES)),
            (tr("1 h"), lambda: self._snooze(activity_id, LONGER_MINUTES)),
            (tr("Tomorrow"), lambda: self._snooze(activity_id, self._until_tomorrow())),
            (tr("Open"), lambda: self._window.activities.edit(activity_id)),
        ]
        self._centre.toast.keep(_key(activity_id), *self._texts[activity_id], links)

    # Answers ------------------------------------------------------------------------------------------------------

    def answer(self, key: str, action: str) -> bool:
        """Does what a button of the desktop says; False for a notification that is no reminder."""
        if key == _MANY:
            self._centre.bring_to_front()
            self._window.show_page("agenda")
            return True
        if not key.startswith(_PREFIX):
            return False
        activity_id = int(key.removeprefix(_PREFIX))
        if action == "snooze":
            self._snooze(activity_id, SNOOZE_MINUTES)
        elif action == "done":
            self._finish(activity_id)
        else:
            self._centre.bring_to_front()
            self._window.activities.edit(activity_id)
        return True

    def refused(self, notice: DesktopNotice) -> bool:
        """Shows in the window what the desktop could not; False for what is no reminder."""
        if notice.key == _MANY:
            self._show_many(notice.title, notice.body)
            return True
        if not notice.key.startswith(_PREFIX):
            return False
        self._show_toast(int(notice.key.removeprefix(_PREFIX)))
        return True

    def follow(self, changes: ChangeSet) -> None:
        """An activity that was done, put off or deleted meanwhile needs no reminder any more."""
        for change in changes.of("activity"):
            row = change.after
            gone = row is None or row["deleted_at"] is not None or row["done_at"] is not None
            if change.row_id in self._texts and (gone or (row is not None and row["remind_at"] is not None)):
                del self._texts[change.row_id]
                self._centre.withdraw(_key(change.row_id))

    def _finish(self, activity_id: int) -> None:
        """Done by the desktop's button: with the window in front it asks what came of it; else the next step waits."""
        if self._window.isActiveWindow() and not self._window.isMinimized():
            self._window.activities.finish([activity_id])
        else:
            self._session.ask(activities.finish, [activity_id], done=lambda _: self._ask_next(activity_id), draft="")

    def _ask_next(self, activity_id: int) -> None:
        self._session.ask(next_steps.waiting, [activity_id], done=self._keep_next)

    def _keep_next(self, found: Sequence[Waiting]) -> None:
        for each in found:
            links: Links = [(tr("Plan"), lambda each=each: self._plan(each)), (tr("Nothing"), lambda: None)]
            self._centre.toast.keep(f"next/{each.table}/{each.id}", tr("And now?"), each.name, links)

    def _plan(self, waiting: Waiting) -> None:
        self._window.activities.plan((waiting.table, waiting.id), name=waiting.name)

    def _snooze(self, activity_id: int, minutes: int) -> None:
        self._session.ask(reminders.snooze, [activity_id], minutes, draft="")

    def _until_tomorrow(self) -> int:
        """Minutes until tomorrow morning where the person is."""
        clock = self._session.workspace.clock
        morning = datetime.combine(clock.today() + timedelta(days=1), time(ALL_DAY_HOUR), tzinfo=clock.zone())
        return max(1, round((morning.astimezone() - clock.now()).total_seconds() / 60))


def _key(activity_id: int) -> str:
    return f"{_PREFIX}{activity_id}"
