"""Says why the program cannot start, in plain words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout

from ...errors import UserError
from ...i18n import tr
from ..parts import button, label


class FatalDialog(QDialog):
    """A title, what happened, what to do."""

    def __init__(self, error: UserError, title: str) -> None:
        super().__init__()
        self.setWindowTitle("SalesOS Desktop")
        self.setMinimumWidth(460)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, "title", wrap=True))
        layout.addWidget(label(error.title, "heading", wrap=True, selectable=True))
        layout.addWidget(label(error.message, wrap=True, selectable=True))
        layout.addWidget(button(tr("Close"), self.accept, "primary"), 0, Qt.AlignmentFlag.AlignRight)
