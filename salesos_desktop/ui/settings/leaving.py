"""Dialogs about somebody of the team: a password that is said once, and who goes on with the work of who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPushButton, QWidget

from ...domain.teams import Address
from ...i18n import ntr, number, tr
from ...services import team
from ...services.team import Member
from ...services.workspace import Workspace
from ..dialogs.base import FormDialog
from ..dialogs.deal import combo
from ..parts import button, label
from ..session import Session


class PasswordDialog(FormDialog):
    """The address and the password of somebody who may connect from now on; ``here`` is the address of who gives them."""

    def __init__(self, parent: QWidget, member: Member, password: str, here: Address | None) -> None:
        super().__init__(parent, tr("Access for {name}").format(name=member.name[:60]))
        self.address = QLineEdit(replace(here, login=member.login).text if here is not None else "")
        self.password = QLineEdit(password)
        login = QLineEdit(member.login)
        login.setReadOnly(True)
        self.body.addWidget(self.add_field("login", tr("Login"), login))
        self.address_copy = self._add_copied("address", tr("Address to connect with"), self.address)
        self.fields["address"].setVisible(here is not None)
        self.copy_button = self._add_copied("password", tr("Password"), self.password)
        if here is not None and here.certificate:
            text = tr("They need the file of the authority too: {file}").format(file=here.certificate)
            self.body.addWidget(label(text, "muted", wrap=True))
        text = tr("It is said here once and kept nowhere. Give it to them now; they change it in the settings.")
        self.body.addWidget(label(text, "muted", wrap=True))
        self.add_buttons(tr("Close"), self.accept)
        self.cancel_button.hide()

    def _add_copied(self, name: str, title: str, line: QLineEdit) -> QPushButton:
        """A line that is read and copied; gives the button."""

        def copy() -> None:
            QApplication.clipboard().setText(line.text())
            copying.setText(tr("Copied"))

        copying = button(tr("Copy"), copy)
        line.setReadOnly(True)
        line.setCursorPosition(0)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(line, 1)
        row.addWidget(copying)
        holder.setFocusProxy(line)
        self.body.addWidget(self.add_field(name, title, holder))
        line.setAccessibleName(title)
        return copying


class ResetDialog(FormDialog):
    """Asks before somebody's password counts no more.

    Signals:
        said(password): the new one.
    """

    said = Signal(object)

    def __init__(self, parent: QWidget, session: Session, member: Member) -> None:
        super().__init__(parent, tr("New password for {name}").format(name=member.name[:60]))
        self._session, self._member = session, member
        text = tr(
            "One is made up and said here once. Their old one counts no more; where they are connected they stay."
        )
        self.body.addWidget(label(text, wrap=True))
        self.add_buttons(tr("Make one"), self._write)

    def _write(self) -> None:
        self._session.ask(team.reset_password, self._member, done=self._on_made, failed=self.show_problem)

    def _on_made(self, password: str) -> None:
        self.accept()
        self.said.emit(password)


class LeavingDialog(FormDialog):
    """Gives somebody's open work to somebody else; with ``leaving`` their access ends as well, whoever has the work then.

    ``work``: how many open deals, leads and activities they have.
    """

    def __init__(
        self, parent: QWidget, session: Session, member: Member, work: tuple[int, int, int], others: Sequence[Member], *,
        leaving: bool,
    ) -> None:  # fmt: skip
        title = tr("Deactivate {name}") if leaving else tr("Hand over the work of {name}")
        super().__init__(parent, title.format(name=member.name[:60]))
        self._session, self._member, self._leaving = session, member, leaving
        if leaving:
            on_server = session.workspace.store.path is None
            text = (
                tr("Their access ends at once, also where they are connected now. All their data stay.")
                if on_server
                else tr("Nothing can be given to them any more. All their data stay.")
            )
            self.body.addWidget(label(text, wrap=True))
        deals, leads, activities = work
        parts = (
            ntr("{count} open opportunity", "{count} open opportunities", deals).format(count=number(deals)),
            ntr("{count} lead", "{count} leads", leads).format(count=number(leads)),
            ntr("{count} activity", "{count} activities", activities).format(count=number(activities)),
        )
        self.work = label(tr("They have {work}.").format(work=", ".join(parts)), "muted", wrap=True)
        self.body.addWidget(self.work)
        stays = [(tr("It stays with them"), None)] if leaving else []
        self.heir = combo([*stays, *((each.name, each.id) for each in others)], None)
        self.body.addWidget(self.add_field("owner_id", tr("Give all of it to"), self.heir))
        self.fields["owner_id"].setVisible(any(work))
        self.add_buttons(
            tr("Deactivate") if leaving else tr("Hand over"), self._write, "danger" if leaving else "primary"
        )
        if not leaving and self.main_button is not None:
            self.main_button.setEnabled(any(work) and bool(others))

    def _write(self) -> None:
        self._session.ask(
            _leave, self._member, self.heir.currentData() if not self.fields["owner_id"].isHidden() else None,
            self._leaving, done=self.on_done, failed=self.show_problem,
        )  # fmt: skip


def _leave(ws: Workspace, member: Member, heir: int | None, leaving: bool) -> None:
    if heir is not None:
        team.hand_over(ws, member.id, heir)
    if leaving and ws.store.path is None:
        team.disable(ws, member.id)
    elif leaving:
        team.set_active(ws, member.id, False)
