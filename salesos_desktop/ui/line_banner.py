"""A strip over the page of a team's window: since when the server cannot be reached, what that means, what waits to be sent."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ..i18n import date_time, tr
from .drafts_bar import DraftsBar
from .focus import show
from .message_bar import MessageBar
from .parts import button, label
from .session import Session


class TeamStrip(QFrame):
    """One strip for the lost line and for what waits, as long as there is either; nobody can close it."""

    def __init__(self, session: Session, messages: MessageBar, left: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("role", "line")
        assert session.drafts is not None
        self._drafts = session.drafts
        self.drafts, self.banner, self._messages = DraftsBar(session, left), LineBanner(session, left), messages
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 12, 8)
        row.setSpacing(18)
        row.addWidget(self.banner, 1)
        row.addWidget(self.drafts)
        messages.turned.connect(self.follow)
        session.line.connect(self.follow)
        self._drafts.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """What is shown; what it means is left out where the page would have too little room, and where the drafts say it."""
        self.banner.shorten(short=bool(self._drafts.all) or not self._messages.isHidden())
        self.setVisible(not self.banner.isHidden() or not self.drafts.isHidden())


class LineBanner(QWidget):
    """Shown as long as the line is lost; ``left()`` when it goes with the keyboard in it."""

    def __init__(self, session: Session, left: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._left = session, left
        self._why = self._whole = ""
        self._title = label("", "heading", wrap=True)
        self._message = label("", wrap=True)
        self.now = button(tr("Try now"), self._hurry)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._message)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(texts, 1)
        row.addWidget(self.now)
        self.follow()
        session.line.connect(self.follow)

    def follow(self) -> None:
        """Shows since when the line is lost, or nothing when it is there."""
        clock, line = self._session.workspace.clock, self._session.server
        since = line.lost_since if line is not None else None
        if line is not None and since is not None:
            title, meaning = self._words()
            self._why, self._whole = line.why, f"{line.why} {meaning}".strip()
            when = date_time(since, clock.zone(), clock.today().year)
            self._title.setText(title.format(time=when))
            self.setAccessibleName(f"{self._title.text()}. {self._whole}")
            self.now.setText(tr("Password…") if self._session.workspace.store.wants_password else tr("Try now"))
        show(self, there=since is not None, left=self._left)

    def _words(self) -> tuple[str, str]:
        """What has happened, and what that means for the work."""
        store = self._session.workspace.store
        if store.shut_out:
            return tr("The server has not let you in since {time}"), tr(
                "What is shown can still be read, and what you change waits here. An administrator can let you in again."
            )
        if store.wants_password:
            return tr("The server has asked for your password since {time}"), tr(
                "What is shown can still be read, and what you change waits here until you have typed it."
            )
        return tr("No connection with the server since {time}"), tr(
            "What is shown can still be read. New records and most changes wait here until the connection is back; "
            "the program tries again by itself."
        )

    def shorten(self, *, short: bool) -> None:
        """Leaves out what it means for the work."""
        self._message.setText(self._why if short else self._whole)
        self._message.setVisible(bool(self._message.text()))

    def _hurry(self) -> None:
        """Tries now, with another password where the server asks for one."""
        if self._session.workspace.store.wants_password:
            from .dialogs.password import PasswordAskDialog

            PasswordAskDialog(self.window(), self._session).open()
        elif self._session.server is not None:
            self._session.server.hurry()
