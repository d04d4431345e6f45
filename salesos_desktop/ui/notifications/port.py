"""What the window asks of the desktop's notification service, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class DesktopNotice:
    """One notification as plain text; ``actions`` are (name, text); one of the same ``key`` replaces the earlier. One that
    ``stays`` is shown until it is answered.
    """

    key: str
    title: str
    body: str
    actions: tuple[tuple[str, str], ...] = ()
    stays: bool = False


class DesktopPort(Protocol):
    """An adapter to one kind of desktop."""

    events: PortEvents

    def show(self, notice: DesktopNotice) -> None:
        """Shows it, or emits ``events.refused`` when the desktop does not."""

    def withdraw(self, key: str) -> None:
        """Takes one back, if it is still shown."""

    def withdraw_all(self) -> None:
        """Takes back what is still shown."""

    def close(self) -> None:
        """Leaves the service."""


class PortEvents(QObject):
    """What comes back.

    Signals:
        activated(key, action): a button, or ``default`` for a click on the body.
        refused(notice): it could not be shown; the window shows it itself.
    """

    activated = Signal(object, object)
    refused = Signal(object)
