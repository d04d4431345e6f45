"""The line below the table of opportunities: sums of what is selected and of all that match, the currencies apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout

from ...domain.deal_rows import Sums
from ...i18n import tr
from ..parts import Elided, label
from .model import sums_texts


class TotalsLine(QFrame):
    """Two sums; that of a selection gives way where nothing or one is selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "totals")
        self.every, self.chosen = Elided("", "muted"), Elided("", "muted")
        self._chosen_title, self._every_title = label(tr("Selected"), "small"), label(tr("All"), "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 7, 18, 7)
        row.setSpacing(8)
        row.addWidget(self._every_title)
        row.addWidget(self.every, 1)
        row.addWidget(self._chosen_title)
        row.addWidget(self.chosen, 1)
        self.show_chosen(())

    def show_every(self, sums: Sequence[Sums]) -> None:
        """Sums over all that match."""
        self.every.show_text(" · ".join(sums_texts(list(sums))))

    def show_chosen(self, sums: Sequence[Sums]) -> None:
        """Sums over the selection, none for no selection."""
        self.chosen.show_text(" · ".join(sums_texts(list(sums))) if sums else "")
        self.chosen.setVisible(bool(sums))
        self._chosen_title.setVisible(bool(sums))
