"""Tells the person what a commit has changed: bell and panel, toast, and the desktop's own notifications."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from ...domain.changes import ChangeSet, Notice
from ...domain.notices import Channel, Kind, NoticeSettings, from_json
from ...i18n import N_, ntr, number, tr
from ...services import notice_settings, people
from ...services.messages import render
from ...services.reminders import REMINDED
from ..deals import DealActions
from ..session import Session
from .port import DesktopNotice, DesktopPort
from .reminders import Reminders
from .said import SaidReminders
from .toast import Links, Toast

if TYPE_CHECKING:
    from ...services.telling import Due
    from ..celebration import Celebration
    from ..main_window import MainWindow
    from .panel import NoticePanel

_log = logging.getLogger(__name__)
_FRAME_MS = 16
_MOST = 3
_GAME = (
    Kind.BADGE, Kind.RANKING_CHANGED, Kind.CHALLENGE_NEW, Kind.CHALLENGE_PROGRESS, Kind.CHALLENGE_RESULTS,
)  # fmt: skip
_HELD = "held"
_TOAST_ONLY = frozenset(
    {
        "activity",
        "assign",
        "bulk",
        "claim",
        "clone",
        "convert",
        "create",
        "delete",
        "discard",
        "done",
        "hold",
        "lose",
        "merge",
        "move",
        "plan",
        "release",
        "reopen",
        "restore",
        "win",
        "badge",
        "challenge",
        "points",
    }
)


@dataclass(frozen=True, slots=True)
class _About:
    """What a notification on the desktop is about."""

    notice: Notice
    seq: int
    undo: bool


class NotificationCentre(QObject):
    """Follows the change stream for the local person, and the clock.

    Signals:
        unread_changed(count): the bell's number.
    """

    unread_changed = Signal(object)

    def __init__(self, session: Session, actions: DealActions, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._actions, self._window = session, actions, window
        self.toast = Toast(window)
        self._settings = NoticeSettings()
        self._told = 0
        self._port: DesktopPort | None = open_port()
        self._about: dict[str, _About] = {}
        self._said = SaidReminders(session, window, self)
        self.reminders = Reminders(session, self._on_due, self)
        if self._port is not None:
            self._port.events.activated.connect(self._on_activated)
            self._port.events.refused.connect(self._on_refused)
        session.changed.connect(self._on_changed)
        session.ask(people.me, done=lambda me: self.unread_changed.emit(me.unread))
        self._ask_settings()

    def begin(self) -> None:
        """The window is there: from now on the clock is watched, too."""
        self.reminders.begin()

    @cached_property
    def panel(self) -> NoticePanel:
        """The panel under the bell, made when it is first opened."""
        from .panel import NoticePanel

        made = NoticePanel(self._window, self._session.workspace.clock.zone())
        made.opened.connect(self._on_notice_opened)
        made.all_read.connect(self._on_all_read)
        return made

    @cached_property
    def celebration(self) -> Celebration:
        """The moment of celebration, made at the first win."""
        from ..celebration import Celebration

        return Celebration(self._window)

    @property
    def _panel_open(self) -> bool:
        return "panel" in self.__dict__ and self.panel.isVisible()

    def told(self, changes: ChangeSet) -> None:
        """A page in front says itself what the person has done there; the toast then says no more than points."""
        self._told = changes.seq

    def say(self, text: str) -> None:
        """A short confirmation without buttons."""
        self.toast.say(text, "", [])

    def toggle_panel(self) -> None:
        """Opens or closes the panel under the bell."""
        if self._panel_open:
            self.panel.hide()
            return
        self._refresh_panel()
        self.place()
        self.panel.show()
        self.panel.raise_()
        self.panel.view.setFocus()

    def place(self) -> None:
        """Everything that floats takes its corner."""
        self.toast.place()
        if "panel" in self.__dict__:
            self.panel.move(self._window.width() - self.panel.width() - 20, 60)

    def close(self) -> None:
        """Takes back what the desktop still shows, and looks at the clock no more."""
        self.reminders.stop()
        if self._port is not None:
            self._port.withdraw_all()
            self._port.close()
            self._port = None

    def bring_to_front(self) -> None:
        """Shows the window, wherever it was."""
        window = self._window
        window.background.close()
        window.setWindowState((window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        window.show()
        window.raise_()
        window.activateWindow()

    # Channels -----------------------------------------------------------------------------------------------------

    def on_desktop(self, notice: DesktopNotice, kind: str) -> bool:
        """Shows it on the desktop, if the person wants its kind there and the desktop can; False otherwise."""
        there = self._port is not None and self._session.preferences.desktop_notifications
        if self._port is None or not there or not self._settings.wants(kind, Channel.DESKTOP):
            return False
        self._port.show(notice)
        return True

    def beep(self, kind: str) -> None:
        """A sound, if the person wants one for the kind."""
        if self._settings.wants(kind, Channel.SOUND):
            QApplication.beep()

    def withdraw(self, key: str) -> None:
        """Takes back what the desktop or the toast still shows."""
        self.toast.drop(key)
        if self._port is not None:
            self._port.withdraw(key)

    def try_out(self) -> None:
        """Shows on this computer what a notification looks like, with its sound, whatever the settings say."""
        QApplication.beep()
        title, body = tr("This is how I tell you."), tr("A notification to try out.")
        if self._port is None:
            self.toast.say(title, body, [])
        else:
            self._port.show(DesktopNotice("try", title, body, (("default", ""), ("open", tr("Open")))))

    @property
    def _quiet(self) -> bool:
        clock = self._session.workspace.clock
        return self._settings.quiet.hold(clock.now(), clock.zone())

    def _ask_settings(self) -> None:
        def take(found: NoticeSettings) -> None:
            self._settings = found

        self._session.ask(notice_settings.get, done=take, background=True)

    # The stream ---------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        """What moved is painted first, then it is told."""
        me = self._session.workspace.actor_id
        for change in changes.of("person"):
            if change.row_id == me and change.after is not None:
                self._settings = from_json(change.after["notices"])
        # At once: a reminder that is said next must not be taken back by a change before it.
        self._said.follow(changes)
        QTimer.singleShot(_FRAME_MS, self, lambda: self._follow(changes))

    def _follow(self, changes: ChangeSet) -> None:
        me = self._session.workspace.actor_id
        mine = [notice for notice in changes.notices if notice.person_id == me]
        own = changes.origin == self._session.workspace.origin
        if own and self._session.preferences.celebrate and changes.verb in ("win", "move"):
            from ..celebration import calls_for_it

            if calls_for_it(changes):
                self.celebration.celebrate()
        if mine:
            # What a window of one's own does by itself, it tells by itself: reminders, the summary, deals that come back.
            if changes.verb != REMINDED and (own or changes.undoable or changes.actor_id != me):
                self._tell(mine, changes, own=own and changes.undoable)
            self._session.ask(people.me, done=lambda found: self.unread_changed.emit(found.unread))
            if self._panel_open:
                self._refresh_panel()
        elif own and changes.seq != self._told:
            said = render(changes.label)
            if changes.verb in ("undo", "redo"):
                self.toast.say(said, "", [])
            elif changes.verb in _TOAST_ONLY and changes.undoable:
                text = said if changes.verb == "done" else tr("Done: {what}").format(what=said)
                self.toast.say(text, "", [self._undo_link(changes.seq)])

    def _tell(self, notices: Sequence[Notice], changes: ChangeSet, *, own: bool) -> None:
        """Tells the first of what one commit has to say; ``own``: the person did it here and can undo it here."""
        points = changes.points if own else 0
        for place, notice in enumerate(notices[:_MOST]):
            title, body = render(notice.title), render(notice.body)
            if points > 0 and not place:
                body += " · " + ntr("+{count} point", "+{count} points", points).format(count=number(points))
            about = _About(notice, changes.seq, own)
            links = self._links(about)
            if own and not place and (points > 0 or changes.seq != self._told):
                self.toast.say(title, body, links)
            if self._quiet:
                continue
            if not place:
                self.beep(notice.kind)
            actions = [("default", "")]
            if _leads_somewhere(notice):
                actions.append(("open", tr(_open_text(notice))))
            if own:
                actions.append(("undo", tr("Undo")))
            key = str(notice.id)
            self._about = {**dict(list(self._about.items())[-200:]), key: about}
            shown = self.on_desktop(DesktopNotice(key, title, body, tuple(actions)), notice.kind)
            if not shown and not own and not place and self._settings.wants(notice.kind, Channel.DESKTOP):
                self.toast.say(title, body, links)

    def _links(self, about: _About) -> Links:
        links: Links = []
        if _leads_somewhere(about.notice):
            links.append((tr(_open_text(about.notice)), lambda: self.open_about(about.notice)))
        if about.undo:
            links.append(self._undo_link(about.seq))
        return links

    def _undo_link(self, seq: int) -> tuple[str, Callable[[], object]]:
        return tr("Undo"), lambda: self._actions.undo(seq)

    # The clock ----------------------------------------------------------------------------------------------------

    def _on_due(self, due: Due) -> None:
        if due.reminders:
            self._said.say(due.reminders)
        if due.held:
            self._tell_held(due.held)

    def _tell_held(self, notices: Sequence[Notice]) -> None:
        """What quiet hours held back, as one; the bell has each of them."""
        count = len(notices)
        title = ntr("{count} notification while you rested", "{count} notifications while you rested", count)
        names = [render(notice.title) for notice in notices[:_MOST]]
        body = " · ".join(names) + (" …" if count > _MOST else "")
        if any(self._settings.wants(notice.kind, Channel.SOUND) for notice in notices):
            QApplication.beep()
        actions = (("default", ""), ("open", tr("Open")))
        told = DesktopNotice(_HELD, title.format(count=number(count)), body, actions)
        if not any(self.on_desktop(told, kind) for kind in {notice.kind for notice in notices}):
            self.toast.say(told.title, body, [(tr("Open"), self._open_panel)])

    def _open_panel(self) -> None:
        if not self._panel_open:
            self.toggle_panel()

    # Answers ------------------------------------------------------------------------------------------------------

    def open_about(self, notice: Notice) -> None:
        """Shows what a notification is about."""
        window, table, row_id = self._window, notice.subject_table, notice.subject_id
        if notice.kind == Kind.SUMMARY:
            window.show_page("home")
        elif notice.kind in _GAME:
            window.show_page("ranking")
        elif row_id is None:
            if table == "lead":
                window.show_page("leads")
        elif table == "opportunity":
            self._actions.open_requested.emit(row_id)
        elif table == "activity":
            window.activities.edit(row_id)
        else:
            window.open_record(table, row_id)

    def _on_activated(self, key: str, action: str) -> None:
        if self._said.answer(key, action):
            return
        about = self._about.get(key)
        if action == "undo" and about is not None:
            self._actions.undo(about.seq)
            return
        self.bring_to_front()
        if key == _HELD:
            self._open_panel()
        elif about is not None:
            self.open_about(about.notice)
            self._session.ask(people.mark_read, [int(key)], done=self.unread_changed.emit)

    def _on_refused(self, notice: DesktopNotice) -> None:
        about = self._about.get(notice.key)
        if about is not None:
            self.toast.say(notice.title, notice.body, self._links(about))
        elif not self._said.refused(notice):
            links: Links = [(tr("Open"), self._open_panel)] if notice.key == _HELD else []
            self.toast.say(notice.title, notice.body, links)

    def _refresh_panel(self) -> None:
        self._session.ask(people.notices, done=self.panel.show_notices)

    def _on_notice_opened(self, notice: Notice) -> None:
        self._session.ask(people.mark_read, [notice.id], done=self.unread_changed.emit)
        self.panel.hide()
        self.open_about(notice)

    def _on_all_read(self) -> None:
        self._session.ask(people.mark_all_read, done=self._on_marked)

    def _on_marked(self, unread: int) -> None:
        self.unread_changed.emit(unread)
        self._refresh_panel()


def _leads_somewhere(notice: Notice) -> bool:
    return notice.subject_id is not None or notice.subject_table == "lead" or notice.kind in (Kind.SUMMARY, *_GAME)


def _open_text(notice: Notice) -> str:
    return N_("Open deal") if notice.subject_table == "opportunity" and notice.subject_id is not None else N_("Open")


def open_port() -> DesktopPort | None:
    """The desktop's notification service, None where there is none; the toast takes its place then."""
    try:
        if sys.platform == "linux":
            if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
                return None
            from .dbus import DBusPort

            return DBusPort()
        from .native import NativePort

        return NativePort()
    except Exception as error:
        _log.warning("no desktop notifications: %s", error)
        return None
