"""Notifications of Windows and macOS, whose library wants an asyncio loop: it gets one in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

from .port import DesktopNotice, PortEvents

_log = logging.getLogger(__name__)


class NativePort:
    """desktop-notifier in a thread. Raises ImportError where it is not installed."""

    def __init__(self) -> None:
        from desktop_notifier import DesktopNotifier

        self.events = PortEvents()
        self._shown: dict[str, Any] = {}
        self._loop = asyncio.new_event_loop()
        self._notifier = DesktopNotifier(app_name="SalesOS")
        self._thread = threading.Thread(target=self._loop.run_forever, name="salesos-notifications", daemon=True)
        self._thread.start()

    def show(self, notice: DesktopNotice) -> None:
        """Hands the notification over; a refusal comes back as a signal."""
        asyncio.run_coroutine_threadsafe(self._show(notice), self._loop)

    async def _show(self, notice: DesktopNotice) -> None:
        from desktop_notifier import Button

        try:
            buttons: list[Any] = [
                Button(title=text, on_pressed=lambda name=name: self.events.activated.emit(notice.key, name))
                for name, text in notice.actions
                if name != "default"
            ]
            self._shown[notice.key] = await self._notifier.send(
                title=notice.title, message=notice.body, buttons=buttons,
                on_clicked=lambda: self.events.activated.emit(notice.key, "default"),
            )  # fmt: skip
        except Exception as error:
            _log.warning("notification refused: %s", error)
            self.events.refused.emit(notice)

    def withdraw(self, key: str) -> None:
        """Takes one back."""
        shown = self._shown.pop(key, None)
        if shown is not None:
            asyncio.run_coroutine_threadsafe(self._notifier.clear(shown), self._loop)

    def withdraw_all(self) -> None:
        """Takes back what is still shown."""
        asyncio.run_coroutine_threadsafe(self._notifier.clear_all(), self._loop)

    def close(self) -> None:
        """Ends the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)
