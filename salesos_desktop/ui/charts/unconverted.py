"""Says how many deals are in no figure because their currency has no rate."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...i18n import ntr, number, tr
from ..parts import button, label


class Unconverted(QWidget):
    """A line with a way to the rates; hidden while every deal has one. ``window`` has the page of settings."""

    def __init__(self, window: Any) -> None:
        super().__init__()
        self._window = window
        self.text = label("", "warn", wrap=True)
        self.link = button(tr("Exchange rates"), self._open, "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.link)
        self.hide()

    def show_count(self, count: int, currency: str) -> None:
        """So many deals are left out of the figures in ``currency``."""
        text = ntr(
            "{count} deal is not in these figures: its currency has no rate to {code}.",
            "{count} deals are not in these figures: their currencies have no rate to {code}.",
            count,
        )
        self.text.setText(text.format(count=number(count), code=currency))
        self.setVisible(count > 0)

    def _open(self) -> None:
        self._window.show_page("settings")
        self._window.settings.show_section("currencies")
