"""Connecting to a team: where its server is, who asks, and what keeps them out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from ... import passwords
from ...domain import teams
from ...domain.teams import PORT, Address
from ...errors import InvalidInput, NeedsPassword
from ...i18n import tr
from ...workspaces import not_taken
from ..boxes import SpinBox
from ..dialogs.base import FormDialog
from ..parts import button, label
from . import entering
from .attempt import Attempt

_PATIENCE_MS = 400
"""How long one waits for a team that opens by itself before the dialog is shown."""


class TeamDialog(FormDialog):
    """Host, database, login, password; what it opens it hands over. Nothing of it is kept but by whoever takes that over.

    Signals:
        entered(entered, address): the workspace is open (entering.Entered).
        file_requested(): a workspace in a file instead (``beginning`` only).
    """

    entered = Signal(object, object)
    file_requested = Signal()

    def __init__(self, parent: QWidget | None, address: Address | None = None, *, beginning: bool = False) -> None:
        subtitle = tr("As the administrator gave it to you; a whole address can be pasted into “Server”.")
        super().__init__(parent, tr("Connect to a team"), subtitle, width=560)
        self._attempt: Attempt | None = None
        self.lines = {name: QLineEdit() for name in ("host", "database", "login", "password", "certificate")}
        self.port = SpinBox()
        self.port.setRange(1, 65535)
        self.port.setValue(PORT)
        self.remember = QCheckBox(tr("Remember the password"))
        self.plain = QCheckBox(tr("Connect without encryption"))
        self._without_keyring = label(
            tr("This computer has no keyring: the password is asked for each time."), "small", wrap=True
        )
        self._warning = label(
            tr("Whoever is on the way can read and change all that is sent. Only for a network that you trust."),
            "error",
            wrap=True,
        )
        self._said = label("", "heading", wrap=True)
        self._busy = QProgressBar()
        self._lay_out()
        self.add_buttons(tr("Connect"), self._connect)
        self._add_ways(beginning)
        self._fill(address)
        self._looking: Attempt | None = Attempt(lambda: _habit(address), self._on_keyring, lambda _: None)
        self._host_before = self.lines["host"].text()
        self.lines["host"].textChanged.connect(self._on_host)
        self.lines["host"].editingFinished.connect(lambda: self._take_apart(self.lines["host"].text()))
        self.plain.toggled.connect(lambda _: self._show_line())
        for changed in (
            *(line.textChanged for line in self.lines.values()),
            self.port.valueChanged,
            self.plain.toggled,
        ):
            changed.connect(lambda _: self._forget_answer())
        self.finished.connect(lambda _: self._stop())

    # Making -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.lines["password"].setEchoMode(QLineEdit.EchoMode.Password)
        self.lines["host"].setPlaceholderText("db.example.com")
        self.lines["certificate"].setPlaceholderText(tr("Empty: those of the system"))
        for each in (self.port, self.lines["host"]):
            each.ensurePolished()
        self.port.setFixedHeight(self.lines["host"].sizeHint().height())
        host, port = (
            self.add_field("host", tr("Server"), self.lines["host"]),
            self.add_field("port", tr("Port"), self.port),
        )
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(host, 3, Qt.AlignmentFlag.AlignTop)
        row.addWidget(port, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.body.addWidget(self.add_field("database", tr("Database"), self.lines["database"]))
        self.add_row(
            self.add_field("login", tr("User"), self.lines["login"]),
            self.add_field("password", tr("Password"), self.lines["password"]),
        )
        self.body.addWidget(self.remember)
        self.body.addWidget(self._without_keyring)
        self._without_keyring.hide()
        self._line = QWidget()
        column = QVBoxLayout(self._line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        trusted = QHBoxLayout()
        trusted.setSpacing(8)
        self._certificate = self.add_field("certificate", tr("Certificate of the authority"), self.lines["certificate"])
        trusted.addWidget(self._certificate, 1)
        self.choose = button(tr("Choose…"), self._choose_certificate)
        trusted.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(trusted)
        column.addWidget(self.plain)
        column.addWidget(self._warning)
        self.body.addWidget(self._line)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(tr("Connecting…"))
        self._busy.hide()
        self._said.hide()
        self.body.addWidget(self._busy)
        self.body.addWidget(self._said)

    def _add_ways(self, beginning: bool) -> None:
        row = self._outer.itemAt(self._outer.count() - 1).layout()
        assert isinstance(row, QHBoxLayout)
        self.try_button = button(tr("Test the connection"), self._try)
        row.insertWidget(0, self.try_button)
        if beginning:
            self.file_button = button(tr("Open a file…"), self.file_requested.emit)
            row.insertWidget(1, self.file_button)
            self.cancel_button.setText(tr("Quit"))

    def _fill(self, address: Address | None) -> None:
        if address is not None:
            for name in ("host", "database", "login", "certificate"):
                self.lines[name].setText(getattr(address, name))
                if self.lines[name].text():
                    self.fields[name].show_error("")
            self.port.setValue(address.port)
            self.plain.setChecked(address.plain)
        self._show_line()

    # What is typed ------------------------------------------------------------------------------------------------

    def _on_host(self, text: str) -> None:
        """What comes at once is pasted; a letter more is still being typed."""
        before, self._host_before = self._host_before, text
        if len(text) > len(before) + 1 and self._take_apart(text):
            at = "login" if self.lines["password"].text() or not self.lines["login"].text() else "password"
            self.lines[at].setFocus()
        self._show_line()

    def _take_apart(self, text: str) -> bool:
        """A whole address goes to where its parts belong; that it may go without encryption the person has to say here."""
        if not teams.looks_like_one(text):
            return False
        try:
            address, password = teams.parse(text)
        except teams.NotTaken as error:
            self.show_problem(not_taken("host", error))
            return False
        except ValueError:
            return False
        if not address.host:
            return False
        self._fill(replace(address, plain=False))
        if password:
            self.lines["password"].setText(password)
        return True

    def _show_line(self) -> None:
        """How the line is protected matters off this machine, and where an authority is named."""
        away = not self._address().local and bool(self.lines["host"].text().strip())
        self._line.setVisible(away or bool(self.lines["certificate"].text().strip()))
        self.plain.setVisible(away)
        self._certificate.setEnabled(not self.plain.isChecked())
        self.choose.setEnabled(not self.plain.isChecked())
        self._warning.setVisible(away and self.plain.isChecked())
        if self.isVisible():
            self.fit()

    def _address(self) -> Address:
        text = {name: line.text().strip() for name, line in self.lines.items() if name != "password"}
        plain = self.plain.isChecked()
        made = Address(text["host"], text["database"], text["login"], self.port.value(), plain, text["certificate"])
        return replace(made, plain=False) if made.local else made

    def _whole(self) -> Address:
        """The address, with nothing missing. Raises InvalidInput."""
        for name, told in (
            ("host", tr("The server is missing.")), ("database", tr("The database is missing.")),
            ("login", tr("The user is missing.")),
        ):  # fmt: skip
            if not self.lines[name].text().strip():
                raise InvalidInput(name, told, tr("Fill it in."))
        return self._address()

    def _choose_certificate(self) -> None:
        kinds = tr("Certificates (*.pem *.crt *.cer);;All files (*)")
        found, _ = QFileDialog.getOpenFileName(self, tr("Certificate of the authority"), str(Path.home()), kinds)
        if found:
            self.lines["certificate"].setText(found)

    @property
    def looking(self) -> bool:
        """Whether it is not known yet if there is a keyring."""
        return self._looking is not None

    # Connecting ---------------------------------------------------------------------------------------------------

    def enter_now(self) -> None:
        """Tries with what is kept; the dialog is shown when that takes a moment or does not do."""
        QTimer.singleShot(_PATIENCE_MS, self, lambda: self.open() if self._attempt is not None else None)
        self._enter(self._address(), None)

    def _connect(self) -> None:
        self._enter(self._whole(), self.remember.isChecked() if self.remember.isVisible() else None)

    def _enter(self, address: Address, remember: bool | None) -> None:
        password = self.lines["password"].text()
        self._begin(
            Attempt(
                lambda: entering.enter(address, password, remember),
                lambda entered: self._on_entered(entered, address),
                self._on_failed,
                entering.leave,
            )
        )

    def _on_entered(self, entered: entering.Entered, address: Address) -> None:
        self._end()
        self.entered.emit(entered, address)
        self.accept()

    def _try(self) -> None:
        for field in self.fields.values():
            field.show_error("")
        self._problem.hide()
        try:
            address, password = self._whole(), self.lines["password"].text()
        except InvalidInput as error:
            self.show_problem(error)
            return
        self._begin(
            Attempt(
                lambda: entering.look(address, password), lambda name: self._on_looked(name, address), self._on_failed
            )
        )

    def _on_looked(self, name: str, address: Address) -> None:
        self._end()
        told = tr("It works: you are {name} there.").format(name=name)
        if address.verified:
            told += " " + tr("The connection is encrypted, and the server has proved who it is.")
        self._said.setText(told)
        self._said.show()
        self.fit()

    def _on_failed(self, error: Exception) -> None:
        self._end()
        if not self.isVisible():
            self.open()
        self.show_problem(error)
        if isinstance(error, NeedsPassword):
            self.lines["password"].setFocus()
            self.lines["password"].selectAll()

    def _begin(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._forget_answer()
        self._busy.show()
        self.try_button.setEnabled(False)
        if self.main_button is not None:
            self.main_button.setEnabled(False)
        self.fit()

    def _end(self) -> None:
        self._attempt = None
        self._busy.hide()
        self.try_button.setEnabled(True)
        if self.main_button is not None:
            self.main_button.setEnabled(True)
        self.fit()

    def _forget_answer(self) -> None:
        """What was said of other values holds no longer."""
        self._said.hide()
        self._problem.hide()
        if self.isVisible():
            self.fit()

    def _on_keyring(self, habit: bool | None) -> None:
        self._looking = None
        there = habit is not None
        self.remember.setVisible(there)
        self.remember.setChecked(bool(habit))
        self._without_keyring.setVisible(not there)
        if self.isVisible():
            self.fit()

    def _stop(self) -> None:
        """Closed: whoever still answers is not heard."""
        for attempt in (self._looking, self._attempt):
            if attempt is not None:
                attempt.drop()
        self._looking = self._attempt = None


def _habit(address: Address | None) -> bool | None:
    """Whether to remember the password: of a new team, and where it was done before; None where there is no keyring."""
    if not passwords.possible():
        return None
    return address is None or bool(passwords.kept(address))
