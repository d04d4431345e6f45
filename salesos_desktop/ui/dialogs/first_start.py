"""The first start: language, currency, and how to begin: sample data, an import, empty, or with a team."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from ... import bootstrap
from ...domain.money import CURRENCIES
from ...i18n import language, tr
from ...services import demo
from ...services.workspace import Workspace
from ..icons import app_icon, icon
from ..parts import Field, label, on_theme
from ..session import Session
from .deal import combo


class _Choice(QPushButton):
    """A wide button: a picture, what it does and, quieter below it, what that means."""

    def __init__(self, picture: str, title: str, rest: str) -> None:
        super().__init__()
        self.setProperty("kind", "choice")
        self.setAccessibleName(title)
        self.setAccessibleDescription(rest)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        mark = QLabel()
        on_theme(mark, lambda: mark.setPixmap(icon(picture, "accent", size=26).pixmap(26, 26)))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(label(title, "heading"))
        texts.addWidget(label(rest, "muted"))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(14)
        row.addWidget(mark)
        row.addLayout(texts, 1)
        for child in self.findChildren(QLabel):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """What its texts need."""
        return self.layout().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The same: a button would ask for the room of its own, empty text."""
        return self.sizeHint()


class FirstStart(QDialog):
    """Four ways to begin; nothing is written before one is chosen.

    Signals:
        language_chosen(code): build this dialog anew in another language.
        ready(choice): the workspace is prepared; choice is sample, import or empty.
        team_requested(): connect to a team instead.
        given_up(): the dialog was closed.
    """

    language_chosen = Signal(object)
    ready = Signal(object)
    team_requested = Signal()
    given_up = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._done = False
        self.setWindowTitle("SalesOS Desktop")
        self.setWindowIcon(app_icon())
        self.setMinimumWidth(560)
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(34, 34))
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(mark)
        head.addWidget(label(tr("Welcome to SalesOS"), "title"), 1)
        self.languages = combo([("Español", "es"), ("English", "en")], language())
        self.languages.activated.connect(lambda _: self._on_language())
        self.currencies = combo([(code, code) for code in CURRENCIES], "USD")
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(Field(tr("Language"), self.languages))
        row.addWidget(Field(tr("Currency"), self.currencies))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 24)
        layout.setSpacing(14)
        layout.addLayout(head)
        layout.addWidget(
            label(tr("Everything is kept in one file on this computer. How do you want to begin?"), "muted", wrap=True)
        )
        layout.addLayout(row)
        self.choices: dict[str, QPushButton] = {}
        for name, picture, title, rest in (
            ("sample", "sample", tr("Look around with sample data"), tr("A year of a team's deals, to try everything.")),
            ("import", "upload", tr("Import my deals"), tr("From a CSV file of a spreadsheet or another program.")),
            ("empty", "file", tr("Start empty"), tr("With the usual stages; press N for the first deal.")),
            ("team", "people", tr("Connect to my team"), tr("To the server whose address the administrator gave you.")),
        ):  # fmt: skip
            layout.addWidget(self._choice(name, picture, title, rest))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.hide()
        layout.addWidget(self._bar)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        layout.addWidget(self._problem)

    def _choice(self, name: str, picture: str, title: str, rest: str) -> QPushButton:
        made = _Choice(picture, title, rest)
        made.clicked.connect(lambda: self.choose(name))
        self.choices[name] = made
        return made

    def choose(self, name: str) -> None:
        """Prepares the workspace and goes on; a team's is there already."""
        if name == "team":
            self.team_requested.emit()
            return
        for made in self.choices.values():
            made.setEnabled(False)
        self._bar.setRange(0, 0)
        self._bar.show()
        self._session.ask(
            _prepare, self.currencies.currentData(), name == "sample",
            done=lambda _: self.ready.emit(name), failed=self._on_failed,
        )  # fmt: skip

    def dismiss(self) -> None:
        """Goes away without giving up."""
        self._done = True
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing gives up."""
        super().closeEvent(event)
        if not self._done:
            self._done = True
            self.given_up.emit()

    def reject(self) -> None:
        """Esc closes."""
        self.close()

    def _on_language(self) -> None:
        if self.languages.currentData() != language():
            self.language_chosen.emit(self.languages.currentData())

    def _on_failed(self, error: Exception) -> None:
        self._bar.hide()
        for made in self.choices.values():
            made.setEnabled(True)
        self._problem.setText(str(error))
        self._problem.show()


def _prepare(ws: Workspace, currency: str, sample: bool) -> None:
    bootstrap.prepare(ws, currency=currency)
    if sample:
        demo.fill(ws, past=True)
