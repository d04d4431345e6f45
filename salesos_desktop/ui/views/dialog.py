"""The dialog that names a view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ...domain.opportunities import NAME_LIMIT
from ...i18n import tr
from ..dialogs.base import FormDialog


class SaveViewDialog(FormDialog):
    """The name of a view and, for a new one, what is kept and whether others see it; ``write`` asks the service."""

    def __init__(
        self, parent: QWidget, title: str, text: str, name: str, write: Callable[[SaveViewDialog], object], kept: str = ""
    ) -> None:  # fmt: skip
        subtitle = "" if name else kept or tr("Filter, columns, order and groups as they are now.")
        super().__init__(parent, title, subtitle)
        self.name, self.shared = QLineEdit(name), QCheckBox(tr("Share with everybody"))
        self.name.setMaxLength(NAME_LIMIT)
        self.name.selectAll()
        self.body.addWidget(self.add_field("name", tr("Name"), self.name))
        if not name:
            self.body.addWidget(self.shared)
        self.add_buttons(text, lambda: write(self))
