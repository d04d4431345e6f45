"""Asks for another password of one's own, twice."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from ... import passwords, workspaces
from ...errors import InvalidInput
from ...i18n import tr
from ...services import team
from ..session import Session
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
            raise InvalidInput("again", tr("The two passwords are not the same."), tr("Nothing was changed. Try again."))
        self._session.ask(team.change_password, password, done=lambda _: self._keep(password), failed=self.show_problem)

    def _keep(self, password: str) -> None:
        where = workspaces.where_is(self._session.workspace.store)
        Attempt(lambda: passwords.replace(where, password), lambda _: None, lambda _: None)  # type: ignore[arg-type]
        self.accept()
