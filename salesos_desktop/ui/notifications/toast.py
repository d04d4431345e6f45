"""A short message in the window's corner, with buttons that work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...i18n import tr
from ..icons import icon
from ..parts import Elided, button, on_theme

SECONDS = 8
WIDTH = 350


class Toast(QFrame):
    """Floats over the window's lower right corner; goes by itself, but not while the pointer is on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self.setFixedWidth(WIDTH)
        self._title, self._body = Elided("", "heading"), Elided("", "muted")
        close = QToolButton()
        close.setAccessibleName(tr("Close"))
        close.clicked.connect(self.hide)
        on_theme(close, lambda: close.setIcon(icon("close")))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close)
        self._links = QHBoxLayout()
        self._links.setSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._body)
        column.addLayout(self._links)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(26)
        shadow.setOffset(0, 6)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, title: str, body: str, links: list[tuple[str, Callable[[], object]]]) -> None:
        """Shows a message in place of the one before."""
        while self._links.count():
            item = self._links.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().deleteLater()
        self._title.show_text(title)
        self._body.show_text(body)
        self._body.setVisible(bool(body))
        for text, action in links:
            link = button(text, lambda action=action: self._follow(action), "link")
            link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._links.addWidget(link)
        self._links.addStretch(1)
        self.setAccessibleName(f"{title} {body}".strip())
        self.show()
        self.adjustSize()
        self.place()
        self.raise_()
        self._timer.start()

    @property
    def text(self) -> str:
        """What is shown."""
        return f"{self._title.full_text()} {self._body.full_text()}".strip()

    def place(self) -> None:
        """Takes its corner."""
        parent = self.parentWidget()
        self.move(parent.width() - self.width() - 22, parent.height() - self.height() - 22)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stays while it is read."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Goes a while later."""
        self._timer.start()
        super().leaveEvent(event)

    def _follow(self, action: Callable[[], object]) -> None:
        self.hide()
        action()
