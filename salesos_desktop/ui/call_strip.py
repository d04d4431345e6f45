"""After a call: a quiet strip that asks how it went and logs the call with the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from ..i18n import tr
from ..services import calls
from .parts import Elided, button
from .session import Session

_STAYED_MS = 2500


class CallStrip(QFrame):
    """Waits until the person is back in the window; where the telephone's program never took them away it asks a moment
    later. The answer belongs to the records that were called, whichever is shown by then.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._session = session
        self._called: tuple[str, str, tuple[tuple[str, int], ...]] | None = None
        self._title = Elided("", "heading")
        self.line = QLineEdit()
        self.line.setMaxLength(500)
        self.line.setPlaceholderText(tr("What was agreed, what comes next"))
        self.line.setAccessibleName(tr("How did it go?"))
        self.line.returnPressed.connect(self.log)
        self.log_button = button(tr("Log"), self.log)
        self.no_answer_button = button(tr("No answer"), self.no_answer)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for made in (button(tr("Close"), self.dismiss), self.no_answer_button, self.log_button):
            row.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self.line)
        column.addLayout(row)
        self._stayed = QTimer(self)
        self._stayed.setSingleShot(True)
        self._stayed.setInterval(_STAYED_MS)
        self._stayed.timeout.connect(self._on_stayed)
        application: QGuiApplication = QGuiApplication.instance()  # type: ignore[assignment]
        application.applicationStateChanged.connect(self._on_state)
        self.hide()

    def wait(self, name: str, phone: str, *records: tuple[str, int]) -> None:
        """A call has begun; it is to be logged with these records, given as (table, id), by whoever may. One that was asked
        about is let go."""
        self.dismiss()
        if not self._session.rights.write:
            return
        self._called = (name, phone, records)
        self._stayed.start()

    def _on_stayed(self) -> None:
        if QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive:
            self.ask()

    def _on_state(self, state: Qt.ApplicationState) -> None:
        self._stayed.stop()
        if state is Qt.ApplicationState.ApplicationActive:
            self.ask()

    def ask(self) -> None:
        """Asks, if somebody was called and it is not being asked already."""
        if self._called is not None and self.isHidden():
            self._title.show_text(
                tr("How did it go? {name} · {phone}").format(name=self._called[0], phone=self._called[1])
            )
            self.line.clear()
            self.show()

    def log(self) -> None:
        """Logs it with what was typed."""
        text = self.line.text().strip()
        if text:
            self._write(text)
        else:
            self.line.setFocus()

    def no_answer(self) -> None:
        """Logs that nobody answered, and what was typed."""
        self._write(" · ".join(part for part in (tr("No answer"), self.line.text().strip()) if part))

    def _write(self, text: str) -> None:
        if self._called is not None:
            _, phone, records = self._called
            self._session.ask(calls.log, phone, records, text, done=lambda _: self.dismiss(), draft=text)

    def dismiss(self) -> None:
        """Asks no more."""
        self._called = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc dismisses it and nothing else."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
