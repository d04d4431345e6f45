"""Bars at the top of the window: what went wrong, what was kept and what to do; that a team's server is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ..errors import Conflict, InvalidInput, LineLost, NotFound, UserError
from ..i18n import tr
from .icons import icon
from .parts import label, on_theme

if TYPE_CHECKING:
    from .session import Session


class MessageBar(QFrame):
    """Stays until it is closed, another message comes or, for a refused value or a lost line, the person goes on.

    Signals:
        turned(): it has come or gone.
    """

    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self._passing = False
        self._title, self._message = label("", "heading", wrap=True), label("", wrap=True)
        close = QToolButton()
        close.setAccessibleName(tr("Close the message"))
        close.setToolTip(tr("Close the message"))
        close.clicked.connect(self.hide)
        on_theme(close, lambda: close.setIcon(icon("close")))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._message)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 10, 12, 10)
        row.addLayout(texts, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_error(self, error: UserError) -> None:
        """Shows a problem."""
        self._passing = isinstance(error, Conflict | InvalidInput | LineLost | NotFound)
        self._title.setText(error.title)
        self._message.setText(error.message)
        self._message.setVisible(bool(error.message))
        self.setAccessibleName(f"{error.title} {error.message}")
        self.show()

    def pass_on(self) -> None:
        """Another page, record or change: what was said of a value or record goes, what is wrong at large stays."""
        if self._passing:
            self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """It has come."""
        super().showEvent(event)
        self.turned.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """It has gone."""
        super().hideEvent(event)
        self.turned.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    @property
    def text(self) -> str:
        """What is shown, empty when nothing is."""
        return f"{self._title.text()} {self._message.text()}".strip() if self.isVisibleTo(self.parentWidget()) else ""


def bars(session: Session, messages: MessageBar, left: Callable[[], object]) -> list[QWidget]:
    """What stands over a page: the messages, and on a team's server a strip for a lost line and what waits; ``left()`` takes the
    keyboard back to the page.
    """
    if session.server is None:
        return [messages]
    from .line_banner import TeamStrip

    session.line.connect(messages.pass_on)
    return [TeamStrip(session, messages, left), messages]
