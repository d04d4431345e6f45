"""Buttons that hand an email, a telephone or a web address to the desktop's own program for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton

from .icons import icon
from .locks import reads
from .parts import Field, on_theme


class GoButton(QToolButton):
    """Opens what the line says; rests while it says nothing.

    Signals:
        opened(text): the desktop was asked to.
    """

    opened = Signal(object)

    def __init__(self, line: QLineEdit, name: str, tip: str, url: Callable[[str], QUrl]) -> None:
        super().__init__()
        reads(self)
        self._line, self._url = line, url
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.clicked.connect(self._go)
        on_theme(self, lambda: self.setIcon(icon(name)))
        line.textChanged.connect(lambda text: self.setEnabled(bool(text.strip())))
        self.setEnabled(bool(line.text().strip()))

    def _go(self) -> None:
        QDesktopServices.openUrl(self._url(self._line.text()))
        self.opened.emit(self._line.text().strip())


class ReachField(Field):
    """A field with such a button beside it."""

    def __init__(self, caption: str, editor: QLineEdit, name: str, tip: str, url: Callable[[str], QUrl]) -> None:
        super().__init__(caption, editor)
        self.go = GoButton(editor, name, tip, url)
        row = QHBoxLayout()
        row.setSpacing(4)
        column: Any = self.layout()
        column.removeWidget(editor)
        row.addWidget(editor, 1)
        row.addWidget(self.go)
        column.insertLayout(1, row)


def mail_url(address: str) -> QUrl:
    """Opens a new message."""
    return QUrl("mailto:" + quote(address.strip(), safe="@"))


def phone_url(text: str) -> QUrl:
    """Dials: digits and the plus sign only."""
    return QUrl("tel:" + re.sub(r"[^+\d]", "", text))


def web_url(text: str) -> QUrl:
    """Opens a page; an address without a scheme is one of the web, one with another scheme is not opened."""
    text = text.strip()
    return QUrl(text if re.match(r"(?i)https?://", text) else f"https://{text}")
