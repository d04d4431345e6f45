"""Notifications through the freedesktop service on D-Bus, without ever waiting for an answer."""

from __future__ import annotations

import html
import logging
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QSocketNotifier

from .port import DesktopNotice, PortEvents

_log = logging.getLogger(__name__)
_PATH, _NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
_EXPIRE_MS, _NEVER = -1, 0


class DBusPort:
    """Sends with jeepney and reads in the window's own loop. Raises OSError when there is no session bus."""

    def __init__(self) -> None:
        from jeepney import DBusAddress, MatchRule, message_bus
        from jeepney.io.blocking import open_dbus_connection

        self.events = PortEvents()
        self._address = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        self._connection = open_dbus_connection("SESSION")
        self._ids: dict[int, str] = {}
        self._pending: dict[int, DesktopNotice] = {}
        self._held: dict[str, DesktopNotice] = {}
        for member in ("ActionInvoked", "NotificationClosed"):
            self._send(message_bus.AddMatch(MatchRule(type="signal", interface=_NAME, member=member, path=_PATH)))
        self._reader = QSocketNotifier(self._connection.sock.fileno(), QSocketNotifier.Type.Read)
        self._reader.activated.connect(self._on_readable)

    def show(self, notice: DesktopNotice) -> None:
        """Sends a notification; one whose forerunner is still on its way waits for that one's number."""
        if any(waiting.key == notice.key for waiting in self._pending.values()):
            self._held[notice.key] = notice
            return
        from jeepney import new_method_call

        replaced = next((number for number, key in self._ids.items() if key == notice.key), 0)
        actions = [part for action in notice.actions for part in action]
        hints = {"desktop-entry": ("s", "salesos-desktop"), "category": ("s", "im")}
        body = html.escape(notice.body, quote=False)
        expires = _NEVER if notice.stays else _EXPIRE_MS
        arguments = ("SalesOS", replaced, "salesos-desktop", notice.title, body, actions, hints, expires)
        try:
            serial = self._send(new_method_call(self._address, "Notify", "susssasa{sv}i", arguments))
            self._pending[serial] = notice
        except OSError as error:
            self._lost(error, notice)

    def withdraw(self, key: str) -> None:
        """Closes one; nothing for one that is not shown."""
        self._held.pop(key, None)
        self._close([number for number, known in self._ids.items() if known == key])

    def withdraw_all(self) -> None:
        """Closes what is still shown: its buttons would lead nowhere once the program has gone."""
        self._close(list(self._ids))

    def _close(self, numbers: list[int]) -> None:
        from jeepney import new_method_call

        with suppress(OSError):
            for number in numbers:
                del self._ids[number]
                self._send(new_method_call(self._address, "CloseNotification", "u", (number,)))

    def close(self) -> None:
        """Leaves the bus."""
        self._reader.setEnabled(False)
        with suppress(OSError):
            self._connection.close()

    def _send(self, message: Any) -> int:
        serial = next(self._connection.outgoing_serial)
        self._connection.send(message, serial=serial)
        return serial

    def _on_readable(self) -> None:
        while True:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, EOFError) as error:
                self._lost(error)
                return
            self._take(message)

    def _take(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType

        fields = message.header.fields
        if message.header.message_type in (MessageType.method_return, MessageType.error):
            notice = self._pending.pop(fields.get(HeaderFields.reply_serial, 0), None)
            if notice is None:
                return
            if message.header.message_type is MessageType.error:
                self.events.refused.emit(notice)
            else:
                self._ids[message.body[0]] = notice.key
            held = self._held.pop(notice.key, None)
            if held is not None:
                self.show(held)
        elif fields.get(HeaderFields.member) == "ActionInvoked":
            number, action = message.body
            if number in self._ids:
                self.events.activated.emit(self._ids[number], action)
        elif fields.get(HeaderFields.member) == "NotificationClosed":
            self._ids.pop(message.body[0], None)

    def _lost(self, error: BaseException, *notices: DesktopNotice) -> None:
        _log.warning("the notification service has gone: %s", error)
        self._reader.setEnabled(False)
        for notice in (*self._pending.values(), *self._held.values(), *notices):
            self.events.refused.emit(notice)
        self._pending.clear()
        self._held.clear()
