"""Tells the person what a commit has changed: bell and panel, toast, and the desktop's own notifications."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ...domain.changes import ChangeSet, Notice
from ...i18n import ntr, number, tr
from ...services import people
from ...services.messages import render
from ..deals import DealActions
from ..session import Session
from .port import DesktopNotice, DesktopPort
from .toast import Toast

if TYPE_CHECKING:
    from .panel import NoticePanel

_log = logging.getLogger(__name__)
_FRAME_MS = 16
_TOAST_ONLY = frozenset(
    {"activity", "assign", "bulk", "claim", "convert", "create", "delete", "discard", "done", "merge", "plan"}
)


class NotificationCentre(QObject):
    """Follows the change stream for the local person.

    Signals:
        unread_changed(count): the bell's number.
    """

    unread_changed = Signal(object)

    def __init__(self, session: Session, actions: DealActions, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._actions, self._window = session, actions, window
        self.toast = Toast(window)
        self._port: DesktopPort | None = open_port()
        self._about: dict[str, tuple[int | None, int]] = {}
        if self._port is not None:
            self._port.events.activated.connect(self._on_activated)
            self._port.events.refused.connect(self._on_refused)
        session.changed.connect(self._on_changed)
        session.ask(people.me, done=lambda me: self.unread_changed.emit(me.unread))

    @cached_property
    def panel(self) -> NoticePanel:
        """The panel under the bell, made when it is first opened."""
        from .panel import NoticePanel

        made = NoticePanel(self._window, self._session.workspace.clock.zone())
        made.opened.connect(self._on_notice_opened)
        made.all_read.connect(self._on_all_read)
        return made

    @property
    def _panel_open(self) -> bool:
        return "panel" in self.__dict__ and self.panel.isVisible()

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
        """Takes back what the desktop still shows."""
        if self._port is not None:
            self._port.withdraw_all()
            self._port.close()
            self._port = None

    # The stream ---------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        """What moved is painted first, then it is told."""
        QTimer.singleShot(_FRAME_MS, self, lambda: self._follow(changes))

    def _follow(self, changes: ChangeSet) -> None:
        me = self._session.workspace.actor_id
        mine = [notice for notice in changes.notices if notice.person_id == me]
        own = changes.origin == self._session.workspace.origin
        if mine:
            self._tell(mine[0], changes, own)
            self._session.ask(people.me, done=lambda found: self.unread_changed.emit(found.unread))
            if self._panel_open:
                self._refresh_panel()
        elif own and (changes.verb in ("undo", "redo") or (changes.verb in _TOAST_ONLY and changes.undoable)):
            said = render(changes.label)
            if changes.verb in ("undo", "redo"):
                self.toast.say(said, "", [])
            else:
                text = said if changes.verb == "done" else tr("Done: {what}").format(what=said)
                self.toast.say(text, "", [self._undo_link(changes.seq)])

    def _tell(self, notice: Notice, changes: ChangeSet, own: bool) -> None:
        title, body = render(notice.title), render(notice.body)
        points = changes.points if own else 0
        if points > 0:
            body += " · " + ntr("+{count} point", "+{count} points", points).format(count=number(points))
        links: list[tuple[str, Callable[[], object]]] = []
        subject = notice.subject_id
        if subject is not None:
            links.append((tr("Open deal"), lambda: self._actions.open_requested.emit(subject)))
        if own:
            links.append(self._undo_link(changes.seq))
            self.toast.say(title, body, links)
        if self._session.preferences.desktop_notifications and self._port is not None:
            actions = [("default", "")]
            if subject is not None:
                actions.append(("open", tr("Open deal")))
            if own:
                actions.append(("undo", tr("Undo")))
            self._about = {**dict(list(self._about.items())[-200:]), str(notice.id): (subject, changes.seq)}
            self._port.show(DesktopNotice(str(notice.id), title, body, tuple(actions)))
        elif not own:
            self.toast.say(title, body, links)

    def _undo_link(self, seq: int) -> tuple[str, Callable[[], object]]:
        return tr("Undo"), lambda: self._actions.undo(seq)

    # Answers ------------------------------------------------------------------------------------------------------

    def _on_activated(self, key: str, action: str) -> None:
        subject, seq = self._about.get(key, (None, 0))
        if action == "undo":
            self._actions.undo(seq)
            return
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        if subject is not None:
            self._actions.open_requested.emit(subject)
        self._session.ask(people.mark_read, [int(key)], done=self.unread_changed.emit)

    def _on_refused(self, notice: DesktopNotice) -> None:
        subject, seq = self._about.get(notice.key, (None, 0))
        links: list[tuple[str, Callable[[], object]]] = []
        if subject is not None:
            links.append((tr("Open deal"), lambda: self._actions.open_requested.emit(subject)))
        if any(name == "undo" for name, _ in notice.actions):
            links.append(self._undo_link(seq))
        self.toast.say(notice.title, notice.body, links)

    def _refresh_panel(self) -> None:
        self._session.ask(people.notices, done=self.panel.show_notices)

    def _on_notice_opened(self, notice: Notice) -> None:
        self._session.ask(people.mark_read, [notice.id], done=self.unread_changed.emit)
        self.panel.hide()
        if notice.subject_id is not None:
            self._actions.open_requested.emit(notice.subject_id)

    def _on_all_read(self) -> None:
        self._session.ask(people.mark_all_read, done=self._on_marked)

    def _on_marked(self, unread: int) -> None:
        self.unread_changed.emit(unread)
        self._refresh_panel()


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
