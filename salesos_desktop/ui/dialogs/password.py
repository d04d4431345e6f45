"""Asks for another password of one's own: a new one, twice, or one that was changed elsewhere."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from ... import passwords, workspaces
from ...domain.teams import Address
from ...errors import InvalidInput
from ...i18n import tr
from ...services import team
from ..session import Session
from ..teams import entering
from ..teams.attempt import Attempt
from .base import FormDialog


class PasswordChangeDialog(FormDialog):
    """On a team's server. Where the system's keyring keeps the old one it keeps the new one from then on."""

    def __init__(self, parent: QWidget | None, session: Session) -> None:
        super().__init__(parent, tr("Change my password"))
        self._session = session
        self.first, self.again = QLineEdit(), QLineEdit()
        for name, text, line in (("password", tr("New password"), self.first), ("again", tr("Once more"), self.again)):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            self.body.addWidget(self.add_field(name, text, line))
        self.add_buttons(tr("Change"), self._write)

    def _write(self) -> None:
        password = self.first.text()
        if self.again.text() != password:
            raise InvalidInput(
                "again", tr("The two passwords are not the same."), tr("Nothing was changed. Try again.")
            )
        self._session.ask(team.change_password, password, done=lambda _: self._keep(password), failed=self.show_problem)

    def _keep(self, password: str) -> None:
        where = workspaces.where_is(self._session.workspace.store)
        Attempt(lambda: passwords.replace(where, password), lambda _: None, lambda _: None)  # type: ignore[arg-type]
        self.accept()


class PasswordAskDialog(FormDialog):
    """While the line is lost because the password is another one now: the workspace goes on with it once the server takes it."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        where = workspaces.where_is(session.workspace.store)
        assert isinstance(where, Address)
        super().__init__(parent, tr("The password was changed"), tr("User: {login}").format(login=where.login))
        self._session, self._where = session, where
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.addWidget(self.add_field("password", tr("Password"), self.password))
        self.add_buttons(tr("Connect"), self._try)

    def _try(self) -> None:
        password, where = self.password.text(), self._where

        def look() -> None:
            entering.look(where, password)
            passwords.replace(where, password)

        attempt = Attempt(look, lambda _: self._go_on(password), self.show_problem)
        self.finished.connect(lambda _: attempt.drop())

    def _go_on(self, password: str) -> None:
        team.say_password(self._session.workspace, password)
        if self._session.server is not None:
            self._session.server.hurry()
        self.accept()
