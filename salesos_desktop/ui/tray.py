"""The program behind a closed window: it stays for reminders, with an icon among those of the desktop where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from ..i18n import tr
from .icons import app_icon
from .session import Session

if TYPE_CHECKING:
    from .main_window import MainWindow


class Background(QObject):
    """Hides the window instead of closing it, and brings it back. Where the desktop shows no icons, it is minimised: a
    window that nobody can find again would be lost.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.icon: QSystemTrayIcon | None = None
        self.leaving = False

    @property
    def hidden(self) -> bool:
        """Whether the program goes on without its window."""
        return self.icon is not None and self.icon.isVisible()

    def stays(self) -> bool:
        """Whether the program goes on when its window is closed: not when the person, or the system, ends it."""
        app = QApplication.instance()
        ending = isinstance(app, QApplication) and app.isSavingSession()
        return self._session.preferences.background and not self.leaving and not ending

    def hide(self) -> None:
        """The window has been closed."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self._window.showMinimized()
            return
        if self.icon is None:
            self.icon = self._made()
        self.icon.show()
        self._window.hide()

    def show(self) -> None:
        """The window again."""
        self._window.notifications.bring_to_front()

    def close(self) -> None:
        """The window is there, or gone for good: the icon has done its duty."""
        if self.icon is not None:
            self.icon.hide()

    def _made(self) -> QSystemTrayIcon:
        icon = QSystemTrayIcon(app_icon(), self)
        icon.setToolTip(tr("SalesOS waits for your reminders"))
        self.menu = QMenu()
        self.menu.addAction(tr("Open"), self.show)
        self.menu.addAction(tr("Quit"), self._window.quit)
        icon.setContextMenu(self.menu)
        icon.activated.connect(self._on_activated)
        return icon

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show()
