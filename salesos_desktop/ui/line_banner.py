"""A banner over the page while the team's server cannot be reached: since when, and what that means."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ..i18n import date_time, tr
from .parts import button, label
from .session import Session


class LineBanner(QFrame):
    """Shown as long as the line is lost; nobody can close it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "line")
        self._title = label("", "heading", wrap=True)
        self._message = label("", wrap=True)
        self.now = button(tr("Try now"), self._hurry)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._message)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 10, 12, 10)
        row.addLayout(texts, 1)
        row.addWidget(self.now)
        self.follow()
        session.line.connect(self.follow)

    def follow(self) -> None:
        """Shows since when the line is lost, or nothing when it is there."""
        clock, line = self._session.workspace.clock, self._session.server
        since = line.lost_since if line is not None else None
        if line is not None and since is not None:
            meaning = tr(
                "What is shown can still be read. New records and most changes wait here until the connection is back; "
                "the program tries again by itself."
            )
            self._message.setText(f"{line.why} {meaning}".strip())
            when = date_time(since, clock.zone(), clock.today().year)
            self._title.setText(tr("No connection with the server since {time}").format(time=when))
            self.setAccessibleName(f"{self._title.text()}. {self._message.text()}")
            self.now.setText(tr("Password…") if self._session.workspace.store.wants_password else tr("Try now"))
        self.setVisible(since is not None)

    def _hurry(self) -> None:
        """Tries now, with another password where the server asks for one."""
        if self._session.workspace.store.wants_password:
            from .dialogs.password import PasswordAskDialog

            PasswordAskDialog(self.window(), self._session).open()
        elif self._session.server is not None:
            self._session.server.hurry()
