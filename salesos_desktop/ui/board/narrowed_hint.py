"""What the board says above its columns while a filter hides deals."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...i18n import tr
from ..parts import button, label
from .filter_bar import FilterBar


class NarrowedHint(QWidget):
    """Says that a filter hides deals, and takes it off."""

    def __init__(self, bar: FilterBar) -> None:
        super().__init__()
        self._bar = bar
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 0)
        row.addWidget(label(tr("Only the deals that match the filter are shown and counted."), "small"))
        row.addWidget(button(tr("Show all"), bar.clear, "link"))
        row.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Shows itself only while it is true."""
        self.setVisible(self._bar.narrowed)
