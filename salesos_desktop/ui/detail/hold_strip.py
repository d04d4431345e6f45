"""Says in a deal's pane until when it is on hold, and brings it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QFrame, QHBoxLayout

from ...i18n import short_date, tr
from ..parts import Elided, button


class HoldStrip(QFrame):
    """Shows itself only while the deal waits."""

    def __init__(self, release: Callable[[], object], change: Callable[[], object]) -> None:
        super().__init__()
        self._text = Elided("", "heading")
        self.back_button = button(tr("Back now"), release)
        self.change_button = button(tr("Another day…"), change, "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._text, 1)
        row.addWidget(self.change_button)
        row.addWidget(self.back_button)
        self.hide()

    def show_day(self, until: date | None) -> None:
        """The deal waits until this day, or does not."""
        if until is not None:
            self._text.show_text(tr("On hold until {day}").format(day=short_date(until, 0)))
        self.setVisible(until is not None)
